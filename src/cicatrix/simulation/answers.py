"""What virtual participants answer: values for every item of any form of any study.

An item's hint (`simulation.answers`, `simulation.events`) decides; without one the item's type,
range or code list does. Conditions are honoured, computed items left out, hard checks obeyed; a
soft one may fail, as in life. The scores of raters are raters.py's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from cicatrix.trial.assumed import Answer
from cicatrix.trial.checks import basis, check_values, completed, is_asked
from cicatrix.trial.conditions import decide
from cicatrix.trial.eligibility import assess
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import Value
from cicatrix.trial.forms import Form, Item
from cicatrix.trial.study import Study

TRIES = 100
TEXTS = ("as expected", "nothing of note", "see the source document", "as reported")
MEETS_WITHOUT_HINT = 0.97
"""How often a criterion is met whose items have no hint in the study file."""


@dataclass(frozen=True, slots=True)
class Filled:
    """The answers to a form, and a reason code for each item that was left out."""

    values: dict[str, Value]
    missing: dict[str, str]


def fill(
    study: Study,
    form: Form,
    hints: Mapping[str, Answer],
    *,
    rng: np.random.Generator,
    fixed: Mapping[str, Value] | None = None,
    on: date | None = None,
    left_out: float = 0.0,
) -> Filled:
    """Answer every item that is asked; `left_out` is the share of answers that are missing."""
    for _ in range(TRIES):
        filled = _filled(study, form, hints, rng, dict(fixed or {}), on, left_out)
        findings = check_values(form, study.codes, filled.values, filled.values)
        if not any(finding.hard for finding in findings):
            return filled
    raise Refused(
        "simulation",
        f"Form {form.id} refuses every answer that a virtual participant gave in {TRIES} tries "
        f"({findings[0].rule}); give hints under simulation in the study file.",
    )


def _filled(
    study: Study,
    form: Form,
    hints: Mapping[str, Answer],
    rng: np.random.Generator,
    values: dict[str, Value],
    on: date | None,
    left_out: float,
) -> Filled:
    missing: dict[str, str] = {}
    skipped: set[str] = set()
    codes = [str(code.code) for code in study.missing_reasons]
    while True:
        asked = [
            item
            for item in form.items.values()
            if item.computed is None
            and item.id not in values
            and item.id not in missing
            and item.id not in skipped
            and is_asked(item, form, study.codes, values)
        ]
        if not asked:
            return Filled(values, missing)
        for item in asked:
            if not item.required and item.id not in hints and rng.random() < 0.5:
                skipped.add(item.id)
            elif item.required and codes and rng.random() < left_out:
                missing[item.id] = codes[int(rng.integers(len(codes)))]
            else:
                values[item.id] = answer(study, item, hints.get(item.id), rng=rng, on=on)


def answer(
    study: Study, item: Item, hint: Answer | None, *, rng: np.random.Generator, on: date | None
) -> Value:
    """Draw one answer, of the type and within the range that the item wants."""
    if hint is not None and hint.constant is not None:
        return _as(study, item, str(hint.constant))
    if hint is not None and hint.shares is not None:
        shares = np.array(list(hint.shares.values()))
        return _as(study, item, list(hint.shares)[int(rng.choice(len(shares), p=shares))])
    match item.type:
        case "integer" | "decimal":
            return _number(item, hint, rng)
        case "boolean":
            return bool(rng.random() < 0.5)
        case "date":
            return (on or date(2000, 1, 1)).isoformat()
        case "partial_date":
            return (on or date(2000, 1, 1)).isoformat()[: 10 if rng.random() < 0.7 else 7]
        case "choice" | "choices":
            permitted = [code.code for code in study.codes[item.code_list or ""].codes]
            if item.type == "choice":
                return permitted[int(rng.integers(len(permitted)))]
            return tuple(str(code) for code in permitted if rng.random() < 0.4)
    return TEXTS[int(rng.integers(len(TEXTS)))]


def _number(item: Item, hint: Answer | None, rng: np.random.Generator) -> int | float:
    lowest = item.minimum if item.minimum is not None else 0.0
    highest = item.maximum if item.maximum is not None else lowest + 100.0
    if hint is not None and hint.normal is not None:
        mean, sd = hint.normal
        drawn = mean + sd * float(rng.standard_normal())
    else:
        sd = highest - lowest
        drawn = lowest + sd * float(rng.random())
    if item.minimum is not None:
        drawn = max(drawn, item.minimum)
    if item.maximum is not None:
        drawn = min(drawn, item.maximum)
    return round(drawn) if item.type == "integer" else _exact(round(drawn, 1 if sd >= 1 else 2))


def _exact(number: float) -> int | float:
    """Give a whole decimal as a whole number, which is what it reads back as."""
    return int(number) if number.is_integer() else number


def _as(study: Study, item: Item, text: str) -> Value:
    """Read the text of a hint as the item's type."""
    match item.type:
        case "boolean":
            return text.lower() == "true"
        case "integer":
            return int(text)
        case "decimal":
            return _exact(float(text))
        case "choice":
            permitted = study.codes[item.code_list or ""].codes
            return next(code.code for code in permitted if str(code.code) == text)
        case "choices":
            return (text,)
    return text


def answer_eligibility(
    study: Study, *, rng: np.random.Generator, on: date | None = None
) -> dict[str, Value]:
    """Answer the eligibility form; what has no hint meets its criterion nearly always."""
    form = study.form[study.eligibility.form]
    hints = study.simulation.answers if study.simulation else {}
    values = fill(study, form, hints, rng=rng, on=on).values
    for criterion in study.eligibility.criteria:
        free = [name for name in basis(criterion.condition, form) if name not in hints]
        if not free or rng.random() >= MEETS_WITHOUT_HINT:
            continue
        for _ in range(TRIES):
            known = completed(form, study.codes, values)
            met = decide(criterion.condition, form, study.codes, known).value
            if met is (criterion.kind == "inclusion"):
                break
            kept = {name: value for name, value in values.items() if name not in free}
            values = fill(study, form, hints, rng=rng, fixed=kept, on=on).values
    return values


def would_enrol(study: Study, answers: Mapping[str, Value]) -> bool:
    """Tell whether the criteria let these answers in."""
    return assess(study, answers).eligible is True
