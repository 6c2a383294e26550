"""What a rating scale is: named items with whole-number ranges, and a total.

Not a form and not an edit check: a study file decides what is asked, this says what the answers
add up to. A missing or impossible item gives no total and a reason, never an imputed value.
Go next to `vancouver`, `posas` and `satisfaction` for the scales themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Literal

Reason = Literal["missing_item", "not_whole_number", "out_of_range"]


@dataclass(frozen=True, slots=True)
class ScaleItem:
    """One item: its name and the lowest and highest score that it may have."""

    name: str
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale whose total is the plain sum of its items; `source` is its citation key."""

    name: str
    items: tuple[ScaleItem, ...]
    source: str

    @property
    def range(self) -> tuple[int, int]:
        """Return the lowest and the highest possible total."""
        return sum(item.low for item in self.items), sum(item.high for item in self.items)


@dataclass(frozen=True, slots=True)
class Score:
    """A total, or None with the reason and the items that caused it, in the scale's order."""

    total: int | None
    reason: Reason | None = None
    at_fault: tuple[str, ...] = ()


def add_up(scale: Scale, values: Mapping[str, float | None]) -> Score:
    """Add the items of one rating on `scale`.

    An item that is absent or None is missing. What is no whole number (1.5, a truth value, a word)
    is `not_whole_number`; several faults give the first of missing, not whole, out of range. A key
    that is no item of the scale is an error of the caller, so it raises ValueError.

    >>> pair = Scale("Pair", (ScaleItem("a", 0, 3), ScaleItem("b", 0, 5)), "Baryza1995")
    >>> add_up(pair, {"a": 2, "b": 5})
    Score(total=7, reason=None, at_fault=())
    >>> add_up(pair, {"a": 2})
    Score(total=None, reason='missing_item', at_fault=('b',))
    """
    unknown = sorted(set(values) - {item.name for item in scale.items})
    if unknown:
        known = ", ".join(item.name for item in scale.items)
        raise ValueError(f"{scale.name} has no item {unknown[0]!r}; its items are {known}.")
    faults: dict[str, Reason] = {}
    total = 0
    for item in scale.items:
        score = _score(item, values.get(item.name))
        if isinstance(score, int):
            total += score
        else:
            faults[item.name] = score
    for reason in ("missing_item", "not_whole_number", "out_of_range"):
        at_fault = tuple(name for name, fault in faults.items() if fault == reason)
        if at_fault:
            return Score(None, reason, at_fault)
    return Score(total)


def _score(item: ScaleItem, value: object) -> int | Reason:
    if value is None:
        return "missing_item"
    if isinstance(value, bool) or not isinstance(value, Real):
        return "not_whole_number"
    number = float(value)
    if not number.is_integer():
        return "not_whole_number"
    return int(number) if item.low <= number <= item.high else "out_of_range"
