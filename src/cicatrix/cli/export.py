"""`cicatrix export`: write what a trial holds in another system's format.

Each format is one module of exchange/; here a format's name finds its module and its text a
file. The registry record can be written at any state of the trial, with nobody enrolled too.
"""

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
) -> None:
    """Export a trial.

    `registry` is the record in the shape of ClinicalTrials.gov API v2, `stock` a CSV file of every
    kit that arrived: where it is and which of its tubes are unused.

    Example: cicatrix export home registry -o record.json
    """
    with open_desk(home) as desk:
        if form is Format.stock:
            now = desk.trial.at or datetime.now(UTC)
            write_text(output, write_stock(desk.study, desk.trial, now=now))
            print(f"{output}: stock written.")
            return
        record = registry_record(desk.study, desk.trial)
    for warning in record_warnings(record):
        print(f"warning: {warning}", file=sys.stderr)
    write_text(output, write_record(record))
    print(f"{output}: {form} record written.")
