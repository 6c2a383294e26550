"""`cicatrix export`: write what a trial holds in another system's format.

Each format is one module of exchange/; here a format's name finds its module and its text a
file. The registry record can be written at any state of the trial, with nobody enrolled too.
"""

import json
import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cicatrix.cli.desk import open_desk, write_text
from cicatrix.exchange.registry import record_warnings, registry_record, write_record
from cicatrix.exchange.stock import write_stock


class Format(StrEnum):
    """The formats that this version writes."""

    registry = "registry"
    stock = "stock"


def export(
    home: Annotated[Path, typer.Argument(help="A trial home.", show_default=False)],
    form: Annotated[
        Format, typer.Argument(metavar="FORMAT", help="registry, stock", show_default=False)
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The file to write.", show_default=False)
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print for a program.")] = False,
) -> None:
    """Export a trial in another system's format.

    The format `registry` is the record in the shape of the ClinicalTrials.gov API v2, in JSON; it
    can be written at any state of the trial. What a registry would question is a warning. `stock`
    is a CSV file of every kit that arrived: where it is and which of its tubes are unused.

    Example: cicatrix export trial registry -o record.json
    """
    with open_desk(home) as desk:
        if form is Format.stock:
            now = desk.trial.at or datetime.now(UTC)
            write_text(output, write_stock(desk.study, desk.trial, now=now))
            told = {"file": str(output), "format": form.value, "warnings": []}
            print(json.dumps(told) if as_json else f"{output}: stock written.")
            return
        record = registry_record(desk.study, desk.trial)
    warnings = [str(one) for one in record_warnings(record)]
    write_text(output, write_record(record))
    if as_json:
        print(json.dumps({"file": str(output), "format": form.value, "warnings": warnings}))
        return
    for warning in warnings:
        print(f"warning: {warning}", file=sys.stderr)
    print(f"{output}: {form} record written.")
