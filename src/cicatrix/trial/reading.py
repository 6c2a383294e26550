"""A study file read: YAML text -> Study, or every problem with its file, line and field.

Form first (document.py), then types (the models of study.py), then contradictions between parts
(contradictions/). A file is never repaired: what is not said is an error or a stated default.
Reading is pure; whoever calls it opens the file.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from cicatrix.trial.contradictions import contradictions, oddities
from cicatrix.trial.document import Document, Path, Plain, read_document
from cicatrix.trial.errors import Problem, StudyError
from cicatrix.trial.expectations import describe, expected_at, found, similar_field
from cicatrix.trial.part import Identifier
from cicatrix.trial.study import Study


@dataclass(frozen=True, slots=True)
class Reading:
    """A study file as read: the study unless there are problems, and what is worth saying."""

    study: Study | None
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def read_study(text: str | bytes, *, file: str) -> Study:
    """Read a study, or raise StudyError with every problem found, in file order."""
    reading = check_study(text, file=file)
    if reading.study is None:
        raise StudyError(reading.problems)
    return reading.study


def check_study(text: str | bytes, *, file: str) -> Reading:
    """Read a study file and say all that is wrong or odd about it; never raise."""
    try:
        document = read_document(text, file=file)
        study = _validated(document)
        problems = _placed(document, contradictions(study))
        if problems:
            raise StudyError(problems)
    except StudyError as error:
        return Reading(None, error.problems, ())
    return Reading(study, (), _placed(document, oddities(study)))


def _validated(document: Document) -> Study:
    try:
        # JSON mode: arrays become tuples and ISO text becomes dates although the models are strict.
        return Study.model_validate_json(json.dumps(document.data))
    except ValidationError as error:
        whys: dict[Path, str] = {}
        for detail in error.errors(include_url=False):
            path, why = _explained(detail, document.data)
            whys.setdefault(path, why)
        # A list is said to be too short as well when its one member is wrong: say only the latter.
        around = {path[:length] for path in whys for length in range(len(path))}
        faults = [(path, why) for path, why in whys.items() if path not in around]
        raise StudyError(_placed(document, faults)) from None


def _placed(document: Document, faults: Iterable[tuple[Path, str]]) -> tuple[Problem, ...]:
    problems = dict.fromkeys(document.problem(path, why) for path, why in faults)
    return tuple(sorted(problems, key=lambda problem: problem.line))


def _explained(detail: ErrorDetails, data: Mapping[str, Plain]) -> tuple[Path, str]:
    """Turn one of pydantic's errors into the path of a field and a sentence about it."""
    path, value, is_key = _resolved(detail, data)
    if detail["type"] == "missing" and not isinstance(value, list):
        return path, f"is missing; expected {expected_at(path)}"
    if detail["type"] == "extra_forbidden":
        near = similar_field(path)
        return path, "is not a field here" + (f"; did you mean {near}?" if near else "; remove it")
    if is_key:
        return path, f"cannot be called so; a name here is {describe(Identifier)}"
    return path, f"needs {expected_at(path)}; found {found(value)}"


def _resolved(detail: ErrorDetails, data: Mapping[str, Plain]) -> tuple[Path, Plain, bool]:
    """Find the field that an error is about, past the marks that pydantic adds for unions."""
    here: Plain = dict(data)
    path: Path = ()
    location = detail["loc"]
    for index, key in enumerate(location):
        last = index == len(location) - 1
        if isinstance(here, dict) and key in here:
            path, here = (*path, key), here[str(key)]
        elif isinstance(here, list) and isinstance(key, int) and key < len(here):
            path, here = (*path, key), here[key]
        elif last and detail["type"] == "missing" and isinstance(here, dict):
            return (*path, key), here, False
    return path, here, location[-1:] == ("[key]",)
