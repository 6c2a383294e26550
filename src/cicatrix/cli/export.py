"""`cicatrix export`: write what a trial holds in another system's format.

Each format is one module of exchange/; here a format's name finds its module and its text a
file. All can be written at any state of the trial, with nobody enrolled too; only the bundle needs
a sealed list.
"""

import json
import sys
from datetime import UTC, datetime
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from cicatrix.cli.analyse import opened_allocation
from cicatrix.cli.files import file_text
from cicatrix.cli.verify import kept_checkpoints
from cicatrix.exchange.bundle import write_bundle
from cicatrix.exchange.receipt import write_receipt
from cicatrix.exchange.registry import record_warnings, registry_record, write_record
from cicatrix.exchange.stock import write_stock
from cicatrix.store.desk import Desk, open_desk
from cicatrix.store.output import refuse_output, write_output


class Format(StrEnum):
    """The formats that this version writes."""

    registry = "registry"
    stock = "stock"
    bundle = "bundle"
    receipt = "receipt"


_OF_ALLOCATION = (Format.bundle, Format.receipt)


def export(
    home: Annotated[Path, typer.Argument(help="A trial home.", show_default=False)],
    form: Annotated[
        Format,
        typer.Argument(
            metavar="FORMAT", help="registry, stock, bundle, receipt", show_default=False
        ),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The file to write.", show_default=False)
    ],
    allocation: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="For bundle and receipt after the opening: what cicatrix-sealed open wrote.",
        ),
    ] = None,
    number: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="For a receipt: whose it is.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print for a program.")] = False,
) -> None:
    """Export a trial in another system's format.

    The format `registry` is the record in the shape of the ClinicalTrials.gov API v2, in JSON; it
    can be written at any state of the trial. What a registry would question is a warning. `stock`
    is a CSV file of every kit that arrived: where it is and which of its tubes are unused. `bundle`
    is the file with which anyone can check the allocation list by verifier/verify.py: without
    --allocation it holds no arm, with it the opened list and all that it was drawn from. `receipt`
    proves to one participant, after the opening, what her --number held, and tells nothing of
    others; it needs --allocation.

    Example: cicatrix export trial registry -o record.json
    """
    if allocation is not None and form not in _OF_ALLOCATION:
        raise typer.BadParameter(
            f"The format {form.value} holds no allocation: leave the option out.",
            param_hint="--allocation",
        )
    if number is None and form is Format.receipt:
        raise typer.BadParameter(
            "A receipt is of one number: give --number N.", param_hint="--number"
        )
    if number is not None and form is not Format.receipt:
        raise typer.BadParameter(
            f"The format {form.value} is of the whole trial: leave the option out.",
            param_hint="--number",
        )
    if form is Format.receipt and allocation is None:
        raise typer.BadParameter(
            "A receipt is written from what cicatrix-sealed open wrote: name that file.",
            param_hint="--allocation",
        )
    refuse_output(output, home=home)
    with open_desk(home) as desk:
        text, warnings = _written(desk, form, allocation, number)
    write_output(output, text.encode())
    if as_json:
        print(json.dumps({"file": str(output), "format": form.value, "warnings": warnings}))
        return
    for warning in warnings:
        print(f"warning: {warning}", file=sys.stderr)
    print(f"{output}: {form.value}{' record' * (form is Format.registry)} written.")


def _written(
    desk: Desk, form: Format, allocation: Path | None, number: str | None
) -> tuple[str, list[str]]:
    """Write a format's text, and what its reader should be told."""
    if number is not None and allocation is not None:
        return write_receipt(desk.trial, opened_allocation(desk, allocation), number), []
    if form is Format.stock:
        now = desk.trial.at or datetime.now(UTC)
        return write_stock(desk.study, desk.trial, now=now), []
    if form is Format.bundle:
        return bundle_of(desk, allocation), _left_out(desk, allocation)
    record = registry_record(desk.study, desk.trial)
    return write_record(record), [str(one) for one in record_warnings(record)]


def bundle_of(desk: Desk, allocation: Path | None) -> str:
    """Write the public bundle of a home, with the opened list if its file is given.

    The latest checkpoint of the home goes with it, after every one was held against the ledger.
    """
    opened = None if allocation is None else opened_allocation(desk, allocation)
    checkpoints = [file_text(path) for path in kept_checkpoints(desk.home.folder)]
    desk.home.verify(against=checkpoints)
    return write_bundle(
        desk.trial,
        tuple(islice(desk.home.ledger.since(), desk.trial.head.seq)),
        opened=opened,
        checkpoint=max(checkpoints, key=_length, default=None),
    )


def _length(checkpoint: str) -> int:
    """Give the number of lines that a checkpoint saw: its own second line."""
    return int(checkpoint.split("\n")[1])


def _left_out(desk: Desk, allocation: Path | None) -> list[str]:
    if desk.trial.opened is None or allocation is not None:
        return []
    return [
        "the list is opened and this bundle leaves it out, so that nobody can check the arms; "
        "give --allocation FILE."
    ]
