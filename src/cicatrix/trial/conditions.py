"""Conditions and computed items of a form, written in CEL over the form's own items.

An item stands for its answer: integers are `int`, decimals `double`, booleans `bool`, texts and
dates `string`, a choice has its codes' type, choices are a list of it. Dates are ISO 8601 text,
whose order is the order of time, so `end >= onset` compares two dates of a form; a partial date
(`2026-03`) sorts before every day in it, and `onset.startsWith(end)` says that it contains one.
What a condition is for is not here but with the form, the criterion or the event that has it.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from cel_expr_python import cel

from cicatrix.trial.facts import Value
from cicatrix.trial.forms import CodeList, Form, Item

Kinds = tuple[tuple[str, str], ...]
"""The CEL type of every item of a form, hashable: `(("age", "int"), …)`."""

_TYPES = {
    "bool": cel.Type.BOOL,
    "int": cel.Type.INT,
    "double": cel.Type.DOUBLE,
    "string": cel.Type.STRING,
    "list(string)": cel.Type.List(cel.Type.STRING),
}
_KIND_OF_TYPE = {
    "boolean": "bool",
    "integer": "int",
    "decimal": "double",
    "text": "string",
    "date": "string",
    "partial_date": "string",
    "choices": "list(string)",
}
_TEXT = re.compile(r"""r?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
_NAME = re.compile(r"(?<![\w.])[A-Za-z_]\w*")
_PLACE = re.compile(r"<input>:(\d+):(\d+): (.*)")
_UNDECLARED = re.compile(r"undeclared reference to '([^']+)'")


@dataclass(frozen=True, slots=True)
class Decided:
    """What the answers so far decide: a value, or None with what is missing or why not."""

    value: bool | int | float | str | None
    missing: tuple[str, ...] = ()
    why: str | None = None


def decide(
    condition: str, form: Form, codes: Mapping[str, CodeList], values: Mapping[str, Value]
) -> Decided:
    """Answer as soon as the answered items decide it, else None and the items still missing."""
    kinds = kinds_of(form, codes)
    known = {
        name: _cel_value(values[name], kind)
        for name, kind in kinds
        if name in values and name in _names(condition)
    }
    outcome = _program(condition, kinds).eval(data=known)
    if outcome.type() != cel.Type.ERROR:
        value = outcome.value()
        if isinstance(value, float) and not math.isfinite(value):
            return Decided(None, why="the result is not a finite number")
        return Decided(value)
    missing = tuple(name for name, _ in kinds if name in _names(condition) and name not in known)
    if missing:
        return Decided(None, missing=missing)
    return Decided(None, why=str(outcome.value()).partition(": ")[2])


def compute(
    form: Form, codes: Mapping[str, CodeList], values: Mapping[str, Value]
) -> Mapping[str, Decided]:
    """Compute every computed item in the form's order; a later one may use an earlier one."""
    known = dict(values)
    results: dict[str, Decided] = {}
    for item in form.items.values():
        if item.computed is None:
            continue
        decided = decide(item.computed, form, codes, known)
        if item.type == "decimal" and isinstance(decided.value, int):
            decided = Decided(float(decided.value))
        results[item.id] = decided
        known.pop(item.id, None)
        if decided.value is not None:
            known[item.id] = decided.value
    return results


def kinds_of(form: Form, codes: Mapping[str, CodeList]) -> Kinds:
    """Give the CEL type of every item of a form."""
    return tuple((item.id, kind_of(item, codes)) for item in form.items.values())


def kind_of(item: Item, codes: Mapping[str, CodeList]) -> str:
    """Give the CEL type of one item; a choice without a known code list counts as text."""
    if item.type != "choice":
        return _KIND_OF_TYPE[item.type]
    code_list = codes.get(item.code_list or "")
    numbers = code_list is not None and all(isinstance(code.code, int) for code in code_list.codes)
    return "int" if numbers else "string"


def items_named(condition: str, form: Form) -> tuple[str, ...]:
    """List the items of the form that a condition names, in the form's order."""
    return tuple(name for name in form.items if name in _names(condition))


def why_not(condition: str, kinds: Kinds, wanted: tuple[str, ...]) -> str | None:
    """Say in one sentence why a condition cannot be used here, or None if it can.

    `wanted` are the CEL types that its result may have.
    """
    try:
        given = _program(condition, kinds).return_type().name().lower()
    except RuntimeError as error:
        return _explained(str(error), kinds)
    if given not in wanted:
        return f"gives {_article(given)}, but {_article(wanted[0])} is needed here"
    return None


def is_reserved(name: str) -> bool:
    """Tell whether CEL keeps a word to itself, so that no item can have it as identifier."""
    try:
        outcome = cel.NewEnv(variables={name: cel.Type.STRING}).compile(name).eval(data={name: "?"})
    except RuntimeError:
        return True
    return bool(outcome.value() != "?")


@lru_cache(maxsize=1024)
def _environment(kinds: Kinds) -> cel.Env:
    return cel.NewEnv(variables={name: _TYPES[kind] for name, kind in kinds})


@lru_cache(maxsize=8192)
def _program(condition: str, kinds: Kinds) -> cel.Expression:
    return _environment(kinds).compile(condition)


@lru_cache(maxsize=8192)
def _names(condition: str) -> frozenset[str]:
    return frozenset(_NAME.findall(_TEXT.sub('""', condition)))


def _cel_value(value: Value, kind: str) -> bool | int | float | str | list[str]:
    if isinstance(value, tuple):
        return list(value)
    if kind == "double" and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value


def _explained(message: str, kinds: Kinds) -> str:
    """Turn a compiler's message into one sentence with the column it points at."""
    unknown = _UNDECLARED.search(message)
    if unknown:
        items = ", ".join(name for name, _ in kinds)
        return f"names '{unknown[1]}', which is not an item of the form; its items are {items}"
    place = _PLACE.search(message)
    if not place:
        return f"is not a condition in CEL: {message.splitlines()[0]}"
    where = f"at character {place[2]}" + (f" of its line {place[1]}" if place[1] != "1" else "")
    return f"is not a condition in CEL, {where}: {place[3].split(' expecting ')[0]}"


def _article(kind: str) -> str:
    words = {
        "bool": "true or false",
        "int": "a whole number",
        "double": "a decimal number",
        "string": "a text",
    }
    return words.get(kind, f"a value of type {kind}")
