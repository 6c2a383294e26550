"""Edit checks: whether answers fit their items, and what a form still lacks.

A hard finding refuses a save; a soft one becomes a data query. Completeness is asked when a form
is signed and at lock, never while someone is still typing. What a value means for the trial is
not checked here but in actions/.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from cicatrix.trial.conditions import compute, decide, items_named
from cicatrix.trial.facts import Value
from cicatrix.trial.forms import CodeList, Form, Item
from cicatrix.trial.participant import FormData

NOT_ASKED = "NOT_ASKED"
"""The reason why a question has no answer any more: the other answers make it not apply."""

_PARTIAL_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-\d{2})?)?")


@dataclass(frozen=True, slots=True)
class Finding:
    """One check that does not hold: the item, its rule, and a sentence by language."""

    item: str
    rule: str
    message: Mapping[str, str]
    hard: bool


def check_values(
    form: Form,
    codes: Mapping[str, CodeList],
    changed: Mapping[str, Value],
    answers: Mapping[str, Value],
) -> tuple[Finding, ...]:
    """Check the changed answers one by one, then on all `answers` the conditions they bear on."""
    findings = []
    for name, value in changed.items():
        item = form.items.get(name)
        why = f"form {form.id} has no item {name}" if item is None else _why_not(item, codes, value)
        if why:
            findings.append(Finding(name, "type", {"en": f"{name}: {why}."}, hard=True))
    if findings:
        return tuple(findings)
    for name in changed:
        if not is_asked(form.items[name], form, codes, answers):
            why = f"{name} is not asked here, because of the other answers of this form."
            findings.append(Finding(name, "when", {"en": why}, hard=True))
    known = completed(form, codes, answers)
    for check in form.checks:
        touched = [name for name in basis(check.condition, form) if name in changed]
        if touched and decide(check.condition, form, codes, known).value is False:
            findings.append(Finding(touched[0], check.id, check.message, hard=check.hard))
    return tuple(findings)


def completed(
    form: Form, codes: Mapping[str, CodeList], answers: Mapping[str, Value]
) -> Mapping[str, Value]:
    """Add to the answers the computed items that they decide."""
    if all(item.computed is None for item in form.items.values()):
        return answers
    computed = compute(form, codes, answers)
    decided = {name: one.value for name, one in computed.items() if one.value is not None}
    return {**answers, **decided}


def basis(condition: str, form: Form) -> tuple[str, ...]:
    """Name the answers that a condition rests on, those under computed items too."""
    names: list[str] = []
    for name in items_named(condition, form):
        computed = form.items[name].computed
        names += (name,) if computed is None else basis(computed, form)
    return tuple(dict.fromkeys(names))


def is_asked(
    item: Item, form: Form, codes: Mapping[str, CodeList], answers: Mapping[str, Value]
) -> bool:
    """Tell whether an item applies, given the other answers; undecided counts as not yet."""
    if item.when is None:
        return True
    return decide(item.when, form, codes, completed(form, codes, answers)).value is True


def lacking(form: Form, codes: Mapping[str, CodeList], data: FormData) -> tuple[str, ...]:
    """List the required items that apply and have neither an answer nor a reason.

    A text of nothing but blanks is no answer.
    """
    return tuple(
        item.id
        for item in form.items.values()
        if item.required
        and item.computed is None
        and _is_blank(data.values.get(item.id, ""))
        and data.missing.get(item.id, NOT_ASKED) == NOT_ASKED
        and is_asked(item, form, codes, data.values)
    )


def _is_blank(value: Value) -> bool:
    return isinstance(value, str) and not value.strip()


def _why_not(item: Item, codes: Mapping[str, CodeList], value: Value) -> str | None:
    if item.computed is not None:
        return "is computed and cannot be entered"
    match item.type:
        case "integer" if isinstance(value, bool) or not isinstance(value, int):
            return f"needs a whole number, found {value!r}"
        case "decimal" if isinstance(value, bool) or not isinstance(value, int | float):
            return f"needs a number, found {value!r}"
        case "boolean" if not isinstance(value, bool):
            return f"needs yes or no, found {value!r}"
        case "text" if not isinstance(value, str):
            return f"needs text, found {value!r}"
        case "date" if not _is_date(value):
            return f"needs a date such as 2026-03-09, found {value!r}"
        case "partial_date" if not _is_partial_date(value):
            return f"needs a date such as 2026, 2026-03 or 2026-03-09, found {value!r}"
        case "choice" if not _is_code(item, codes, value):
            return f"needs one of {_permitted(item, codes)}, found {value!r}"
        case "choices" if not isinstance(value, tuple) or not all(
            _is_code(item, codes, one) for one in value
        ):
            return f"needs some of {_permitted(item, codes)}, found {value!r}"
    return _out_of_range(item, value)


def _out_of_range(item: Item, value: Value) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    unit = f" {item.unit}" if item.unit else ""
    if item.minimum is not None and value < item.minimum:
        return f"must be at least {item.minimum:g}{unit}, found {value:g}"
    if item.maximum is not None and value > item.maximum:
        return f"must be at most {item.maximum:g}{unit}, found {value:g}"
    return None


def _is_date(value: Value) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_partial_date(value: Value) -> bool:
    if not isinstance(value, str) or not _PARTIAL_DATE.fullmatch(value):
        return False
    return len(value) < 10 or _is_date(value)


def _is_code(item: Item, codes: Mapping[str, CodeList], value: Value) -> bool:
    permitted = [code.code for code in codes[item.code_list or ""].codes]
    return any(type(one) is type(value) and one == value for one in permitted)


def _permitted(item: Item, codes: Mapping[str, CodeList]) -> str:
    return ", ".join(str(code.code) for code in codes[item.code_list or ""].codes)
