"""`cicatrix check`: read study files and say what is wrong, doubtful or assumed in them.

Errors name file, line and field. Assumptions are printed because whoever runs a study should
have read them. Nothing is written.
"""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from cicatrix.cli.files import file_bytes
from cicatrix.cli.words import counted
from cicatrix.trial.errors import Problem
from cicatrix.trial.reading import Reading, check_study


def check(
    studies: Annotated[list[Path], typer.Argument(help="Study files.", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Print for a program.")] = False,
) -> None:
    """Check study files: errors, warnings, assumptions.

    Example: cicatrix check studies/NCT04034615.yaml
    """
    readings = [(path, check_study(file_bytes(path), file=str(path))) for path in studies]
    if as_json:
        print(json.dumps([_plain(path, reading) for path, reading in readings], indent=2))
    else:
        for path, reading in readings:
            _say(path, reading)
    if any(reading.problems for _, reading in readings):
        raise typer.Exit(1)


def _say(path: Path, reading: Reading) -> None:
    for problem in reading.problems:
        print(problem, file=sys.stderr)
    for warning in reading.warnings:
        print(f"{warning} (warning)", file=sys.stderr)
    study = reading.study
    if study is None:
        count = counted(len(reading.problems), "problem")
        print(f"{path}: {count}; the study cannot be used yet.")
        return
    print(
        f"{path}: {study.id} version {study.version}, {counted(len(study.arms), 'arm')}, "
        f"{counted(len(study.sites), 'site')}, {counted(len(study.visits), 'visit')}, "
        f"{counted(len(study.forms), 'form')}, "
        f"{counted(study.allocation.planned, 'participant')} planned; digest {study.digest[:16]}"
    )
    for assumption in study.assumptions:
        print(f"  assumed: {assumption.question}\n    {assumption.choice}\n    {assumption.reason}")


def _plain(path: Path, reading: Reading) -> dict[str, object]:
    study = reading.study
    return {
        "file": str(path),
        "digest": study.digest if study else None,
        "errors": [_problem(problem) for problem in reading.problems],
        "warnings": [_problem(problem) for problem in reading.warnings],
        "assumptions": [one.model_dump(mode="json") for one in study.assumptions] if study else [],
    }


def _problem(problem: Problem) -> dict[str, object]:
    return {"line": problem.line, "field": problem.field, "why": problem.why}
