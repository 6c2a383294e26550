"""One result from two or three independent ratings: the most frequent value of each item.

The first two ratings stand if they agree; if they differ, a third decides. What happens when all
three differ is for the study file to choose, so it has no default here. Where only totals are
compared, the total is the one item. Not a mean: every value in a result was given by a rater.
Who may rate, and when, is not known here. Go next to `agreement` for how well raters agree.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Rating = Mapping[str, float | None]
NoMode = Literal["median", "missing"]
How = Literal["agreed", "mode", "median", "undecided"]


@dataclass(frozen=True, slots=True)
class Decision:
    """One item: the value, how it came about, each rater's value, and why if None."""

    name: str
    value: float | None
    how: How
    given: tuple[float | None, ...]
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Adjudicated:
    """The result of an adjudication: a decision per item.

    Flags: `no_mode`, `item_missing` (a rater left an item out), `third_rating_unused`.
    Reasons: `no_rating`, `second_rating_missing`, `third_rating_missing`, `no_mode`,
    `item_missing` (too few raters gave a value).
    """

    items: tuple[Decision, ...]
    flags: tuple[str, ...] = ()

    @property
    def values(self) -> dict[str, float | None]:
        """Return the value of each item."""
        return {item.name: item.value for item in self.items}

    @property
    def how(self) -> How:
        """Return how the whole came about, which is how its least agreed item did."""
        found = {item.how for item in self.items}
        return next(how for how in _LEAST_AGREED_FIRST if how in found)

    @property
    def reason(self) -> str | None:
        """Return why an item is undecided, what can still be remedied first, or None."""
        found = {item.reason for item in self.items}
        return next((reason for reason in _REASONS if reason in found), None)


_LEAST_AGREED_FIRST: tuple[How, ...] = ("undecided", "median", "mode", "agreed")
_REASONS = (
    "no_rating",
    "second_rating_missing",
    "third_rating_missing",
    "no_mode",
    "item_missing",
)


def differ(first: Rating, second: Rating, *, items: Sequence[str]) -> bool:
    """Tell whether two ratings differ in any item, so that a third is needed.

    A value against a missing one is a difference; missing on both sides is not, for a third value
    alone could decide nothing.

    >>> differ({"a": 1, "b": 2}, {"a": 1, "b": None}, items=("a", "b"))
    True
    """
    _check_ratings((first, second), items)
    return any(first.get(name) != second.get(name) for name in items)


def adjudicate(ratings: Sequence[Rating], *, items: Sequence[str], no_mode: NoMode) -> Adjudicated:
    """Decide one result from the ratings, in the order in which they were made.

    Two of the same value win. Three different values have no mode: the result is then their
    median or missing, as `no_mode` says, and is flagged. Two values that differ while the third
    rater left the item out stay undecided, for a median of two was given by nobody. A third
    rating when the first two agree changes nothing and is flagged.

    >>> three = ({"height": 3}, {"height": 4}, {"height": 5})
    >>> result = adjudicate(three, items=("height",), no_mode="median")
    >>> result.values, result.how, result.flags
    ({'height': 4}, 'median', ('no_mode',))
    """
    if not items:
        raise ValueError("An adjudication without items decides nothing; name at least one item.")
    if len(ratings) > 3:
        raise ValueError(f"{len(ratings)} ratings were given; an adjudication takes at most three.")
    if no_mode not in ("median", "missing"):
        raise ValueError(
            f"An adjudication with no_mode {no_mode!r} is unknown; use median or missing."
        )
    _check_ratings(ratings, items)
    if len(ratings) < 2:
        return _too_few(ratings, items)
    contested = differ(ratings[0], ratings[1], items=items)
    used = ratings if contested else ratings[:2]
    decisions = tuple(
        _decide(name, tuple(rating.get(name) for rating in used), no_mode) for name in items
    )
    flags = []
    if any(value is None for decision in decisions for value in decision.given):
        flags.append("item_missing")
    if any(decision.how == "median" or decision.reason == "no_mode" for decision in decisions):
        flags.append("no_mode")
    if len(ratings) == 3 and not contested:
        flags.append("third_rating_unused")
    return Adjudicated(decisions, tuple(flags))


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


def _too_few(ratings: Sequence[Rating], items: Sequence[str]) -> Adjudicated:
    reason = "second_rating_missing" if ratings else "no_rating"
    return Adjudicated(
        tuple(
            Decision(name, None, "undecided", tuple(rating.get(name) for rating in ratings), reason)
            for name in items
        )
    )


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
