"""One result from two or three independent ratings: the most frequent value, by a named rule.

The first two ratings stand if they agree; if they differ, a third decides. What happens when all
three differ, and whether the items or only the totals are compared, is for the study file to
choose, so neither has a default here. Not a mean: every value in a result was given by a rater.
Who may rate, and when, is not known here. Go next to `agreement` for how well raters agree.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Rating = Mapping[str, float | None]
Basis = Literal["item", "total"]
NoMode = Literal["median", "missing"]
How = Literal["agreed", "mode", "median", "sum", "undecided"]


@dataclass(frozen=True, slots=True)
class Decision:
    """One item or total: the value, how it came about, each rater's value, and why if None."""

    name: str
    value: float | None
    how: How
    given: tuple[float | None, ...]
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Adjudicated:
    """The result of an adjudication: a decision per item, and the total or why there is none.

    Flags: `no_mode`, `item_missing` (a rater left an item out), `third_rating_unused`.
    Reasons: `no_rating`, `second_rating_missing`, `third_rating_missing`, `no_mode`,
    `item_missing`, `raters_differ` (an item under an accepted total).
    """

    items: tuple[Decision, ...]
    total: Decision
    flags: tuple[str, ...] = ()

    @property
    def values(self) -> dict[str, float | None]:
        """Return the value of each item."""
        return {item.name: item.value for item in self.items}

    @property
    def how(self) -> dict[str, How]:
        """Return how the value of each item came about."""
        return {item.name: item.how for item in self.items}


def differ(first: Rating, second: Rating, *, items: Sequence[str], basis: Basis) -> bool:
    """Tell whether two ratings differ, so that a third is needed.

    On basis `item` they differ if any item does; a value against a missing one is a difference,
    missing on both sides is not (a third value alone could decide nothing). On basis `total` the
    sums are compared in the same way, and a rating with a missing item has no sum.

    >>> differ({"a": 1, "b": 2}, {"a": 2, "b": 1}, items=("a", "b"), basis="item")
    True
    >>> differ({"a": 1, "b": 2}, {"a": 2, "b": 1}, items=("a", "b"), basis="total")
    False
    """
    _check_ratings((first, second), items)
    if basis == "total":
        return _sum(first, items) != _sum(second, items)
    return any(first.get(name) != second.get(name) for name in items)


def adjudicate(
    ratings: Sequence[Rating], *, items: Sequence[str], basis: Basis, no_mode: NoMode
) -> Adjudicated:
    """Decide one result from the ratings, in the order in which they were made.

    Two of the same value win. Three different values have no mode: the result is then their
    median or missing, as `no_mode` says, and is flagged. Two values that differ while the third
    rater left the item out stay undecided, for a median of two was given by nobody. A third
    rating when the first two agree changes nothing and is flagged.
    On basis `item` the total is the sum of the decided items and need not be any rater's total;
    on basis `total` an item keeps a value only where all raters with the accepted total gave it.

    >>> three = ({"height": 3}, {"height": 4}, {"height": 5})
    >>> result = adjudicate(three, items=("height",), basis="item", no_mode="median")
    >>> result.values, result.how, result.flags
    ({'height': 4}, {'height': 'median'}, ('no_mode',))
    """
    if not items:
        raise ValueError("An adjudication without items decides nothing; name at least one item.")
    if len(ratings) > 3:
        raise ValueError(f"{len(ratings)} ratings were given; an adjudication takes at most three.")
    if basis not in ("item", "total") or no_mode not in ("median", "missing"):
        raise ValueError(
            f"An adjudication by basis {basis!r} with no_mode {no_mode!r} is unknown; "
            "use item or total, and median or missing."
        )
    _check_ratings(ratings, items)
    if len(ratings) < 2:
        return _too_few(ratings, items)
    contested = differ(ratings[0], ratings[1], items=items, basis=basis)
    used = ratings if contested else ratings[:2]
    decide = _by_total if basis == "total" else _by_item
    decisions, total = decide(used, items, no_mode)
    flags = []
    if any(value is None for rating in used for value in (rating.get(name) for name in items)):
        flags.append("item_missing")
    judged = (total,) if basis == "total" else decisions
    if any(decision.how == "median" or decision.reason == "no_mode" for decision in judged):
        flags.append("no_mode")
    if len(ratings) == 3 and not contested:
        flags.append("third_rating_unused")
    return Adjudicated(decisions, total, tuple(flags))


def explain(result: Adjudicated) -> str:
    """Say in words how each value came about; it shows every rater's values, so mind the mask.

    >>> two = ({"height": 2}, {"height": 2})
    >>> explain(adjudicate(two, items=("height",), basis="item", no_mode="median"))
    'height: 2, agreed (given 2, 2). total: 2, agreed (given 2, 2).'
    """
    return " ".join(_sentence(decision) for decision in (*result.items, result.total))


_HOW = {
    "agreed": "agreed",
    "mode": "most frequent",
    "median": "median as all differ",
    "sum": "sum of the items",
}
_WHY = {
    "no_rating": "nobody has rated",
    "second_rating_missing": "a second rating is missing",
    "third_rating_missing": "the first two differ and a third rating is missing",
    "no_mode": "no value was given twice",
    "item_missing": "too few raters gave a value",
    "raters_differ": "the raters with the accepted total differ",
}


def _sentence(decision: Decision) -> str:
    given = ", ".join("missing" if value is None else f"{value:g}" for value in decision.given)
    shown = f" (given {given})" if given else ""
    if decision.value is None:
        return f"{decision.name}: no result, {_WHY[decision.reason or 'item_missing']}{shown}."
    return f"{decision.name}: {decision.value:g}, {_HOW[decision.how]}{shown}."


def _check_ratings(ratings: Sequence[Rating], items: Sequence[str]) -> None:
    for number, rating in enumerate(ratings, start=1):
        for name, value in rating.items():
            if name not in items:
                raise ValueError(
                    f"Rating {number} has an item {name!r} that is not adjudicated; "
                    f"the items are {', '.join(items)}."
                )
            if value is not None and not abs(value) < float("inf"):
                raise ValueError(
                    f"Rating {number} gives {value} for {name!r}; give a number, or None."
                )


def _sum(rating: Rating, items: Sequence[str]) -> float | None:
    values = [value for value in (rating.get(name) for name in items) if value is not None]
    return sum(values) if len(values) == len(items) else None


def _too_few(ratings: Sequence[Rating], items: Sequence[str]) -> Adjudicated:
    reason = "second_rating_missing" if ratings else "no_rating"
    decisions = tuple(
        Decision(name, None, "undecided", tuple(rating.get(name) for rating in ratings), reason)
        for name in items
    )
    totals = tuple(_sum(rating, items) for rating in ratings)
    return Adjudicated(decisions, Decision("total", None, "undecided", totals, reason))


def _decide(name: str, given: tuple[float | None, ...], no_mode: NoMode) -> Decision:
    if len(given) == 2 and given[0] != given[1]:
        return Decision(name, None, "undecided", given, "third_rating_missing")
    values = sorted(value for value in given if value is not None)
    if len(values) < 2:
        return Decision(name, None, "undecided", given, "item_missing")
    value, times = Counter(values).most_common(1)[0]
    if times == len(values):
        return Decision(name, value, "agreed", given)
    if times > 1:
        return Decision(name, value, "mode", given)
    if len(values) == 3 and no_mode == "median":
        return Decision(name, values[1], "median", given)
    return Decision(name, None, "undecided", given, "no_mode")


def _by_item(
    ratings: Sequence[Rating], items: Sequence[str], no_mode: NoMode
) -> tuple[tuple[Decision, ...], Decision]:
    decisions = tuple(
        _decide(name, tuple(rating.get(name) for rating in ratings), no_mode) for name in items
    )
    totals = tuple(_sum(rating, items) for rating in ratings)
    values = [decision.value for decision in decisions if decision.value is not None]
    if len(values) == len(decisions):
        agreed = all(decision.how == "agreed" for decision in decisions)
        return decisions, Decision("total", sum(values), "agreed" if agreed else "sum", totals)
    reasons = {decision.reason for decision in decisions}
    worst = ("third_rating_missing", "no_mode", "item_missing")
    reason = next(reason for reason in worst if reason in reasons)
    return decisions, Decision("total", None, "undecided", totals, reason)


def _by_total(
    ratings: Sequence[Rating], items: Sequence[str], no_mode: NoMode
) -> tuple[tuple[Decision, ...], Decision]:
    totals = tuple(_sum(rating, items) for rating in ratings)
    total = _decide("total", totals, no_mode)
    accepted = [
        rating
        for rating, own in zip(ratings, totals, strict=True)
        if own is not None and own == total.value
    ]
    return tuple(_item_under(total, name, ratings, accepted) for name in items), total


def _item_under(
    total: Decision, name: str, ratings: Sequence[Rating], accepted: Sequence[Rating]
) -> Decision:
    given = tuple(rating.get(name) for rating in ratings)
    values = {rating.get(name) for rating in accepted}
    if len(values) == 1:
        return Decision(name, values.pop(), total.how, given)
    return Decision(name, None, "undecided", given, total.reason or "raters_differ")
