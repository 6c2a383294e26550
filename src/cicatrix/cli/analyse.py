"""`cicatrix analyse`: carry out the planned analysis, with the opened allocation or a dummy.

A dummy allocation makes the same tables from arms that mean nothing, so that the analysis can be
seen whole before anyone knows an arm. The opened one is checked against the sealed commitment
and needs a locked trial.
"""

import json
from pathlib import Path
from typing import Annotated

import typer

from cicatrix.analysis.analyse import Findings
from cicatrix.analysis.analyse import analyse as carry_out
from cicatrix.analysis.report import screen, summary_of, write_report
from cicatrix.cli.files import file_text
from cicatrix.cli.words import width, working
from cicatrix.store.desk import Desk, open_desk
from cicatrix.store.output import refuse_inside
from cicatrix.trial.allocation import (
    OpenedList,
    check_opened,
    dummy_allocation,
    mapping_digest,
    read_opened,
)
from cicatrix.trial.errors import Refused

_DUMMY_SEED = 1


def analyse(
    home: Annotated[Path, typer.Argument(help="A trial home.", show_default=False)],
    allocation: Annotated[
        str,
        typer.Option(
            metavar="FILE|dummy",
            help="The file that cicatrix-sealed open wrote, or the word dummy before the opening.",
            show_default=False,
        ),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder for results.")] = Path(
        "results"
    ),
    as_json: Annotated[bool, typer.Option("--json", help="Print for a program.")] = False,
) -> None:
    """Analyse a trial: report, tables, figures.

    Example: cicatrix analyse trial --allocation dummy -o blind
    """
    with working("Analysing"):
        findings = analyse_home(home, allocation, output)
    if as_json:
        print(json.dumps({"summary": list(summary_of(findings)), "folder": str(output)}))
        return
    print(screen(findings, width()))
    print(f"\nOpen {output / 'report.html'} or {output / 'report.pdf'}.")


def analyse_home(folder: Path, allocation: str, output: Path) -> Findings:
    """Analyse a home and write the results into `output`."""
    refuse_inside(output, folder)
    with open_desk(folder) as desk:
        findings = carry_out(desk.study, desk.trial, _allocation(desk, allocation))
    try:
        output.mkdir(parents=True, exist_ok=True)
        write_report(findings, output)
    except OSError as problem:
        raise Refused(
            "output", f"{output} cannot be written ({problem.strerror}); choose another folder."
        ) from problem
    return findings


def _allocation(desk: Desk, name: str) -> OpenedList:
    sealed = desk.trial.list
    if name == "dummy":
        slots = [slot for stratum in sealed.slots.values() for slot in stratum] if sealed else []
        return dummy_allocation(desk.study, slots, seed=_DUMMY_SEED)
    if sealed is None:
        raise Refused("no_list", "This trial has no sealed list; use --allocation dummy.")
    if desk.trial.locked_at is None:
        raise Refused("not_locked", "Lock the trial before it is analysed by arm; or use dummy.")
    return opened_allocation(desk, Path(name))


def opened_allocation(desk: Desk, file: Path) -> OpenedList:
    """Read the opened allocation and check that it is the list sealed and the mapping opened."""
    sealed = desk.trial.list
    if sealed is None:
        raise Refused("no_list", f"No list is sealed in this trial: {file} belongs to another.")
    text = file_text(file)
    opened = read_opened(text)
    check_opened(opened, sealed=sealed)
    if desk.trial.opened is None:
        raise Refused("not_opened", "The ledger does not say that the allocation was opened.")
    if desk.trial.opened != mapping_digest(text):
        raise Refused("mapping", f"{file} is not the mapping that was opened; use that file.")
    return opened
