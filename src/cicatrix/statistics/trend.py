"""Whether scores follow dose, by exact re-randomisation inside the actual permuted blocks.

The reference set is the randomisation itself, so no distribution is assumed and nothing is
sampled. Not a test of any difference between arms: `kruskal` is. Go next to `arrangements` for how
the distribution is counted, and to `ancova` for an adjusted slope.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, gcd, lcm, sqrt

import numpy as np
import numpy.typing as npt

from cicatrix.statistics.ancova import dose_slope
from cicatrix.statistics.arrangements import Block, distribution
from cicatrix.statistics.column import FloatArray, check_level, column
from cicatrix.statistics.result import Result

METHOD = "exact re-randomisation test of linear trend within blocks"
SOURCE = "RosenbergerLachin2016, StreitbergRoehmel1986"


@dataclass(frozen=True, slots=True)
class Trend:
    """The exact test, its two one-sided p values, its null moments, and the slope beside it.

    `test.statistic` is z; `statistic` the centred sum; `p_greater` is for scores that rise with
    dose, `p_less` for scores that fall. `slope` is descriptive least squares, not the test's.
    """

    test: Result
    statistic: float | None
    expectation: float | None
    variance: float | None
    p_greater: float | None
    p_less: float | None
    slope: Result


def linear_trend(
    scores: npt.ArrayLike,
    doses: npt.ArrayLike,
    blocks: Sequence[Hashable],
    *,
    observed: Sequence[bool] | npt.NDArray[np.bool_] | None = None,
    level: float = 0.95,
) -> Trend:
    """Test that no score depends on the dose, against a linear trend, inside the actual blocks.

    `scores: (n,)`, `doses: (n,)` of the arm that each participant was given, `blocks: (n,)` labels
    that are unique over strata. One entry for every number used, in a broken-off block as well.
    Null: a participant's score, and whether it was observed, would be the same under any arm; then
    all arrangements of a block's doses over its members are equally likely, and nothing else is
    assumed. This is the law of permuted blocks; it is not that of a free coin for each person.

    The statistic is the sum over observed of (score - mean of the observed scores) x dose. Without
    missing scores it is the sum of score x dose minus a constant. A missing score (`observed`
    False, its entry in `scores` ignored) counts zero after centring and keeps its member in the
    block, since the member was randomised: the whole block is re-arranged, not the observed part.
    If arms differ in why scores are missing the null is false and so may be the p value.

    Two-sided p: the probability of a distance from the null expectation at least as large as the
    one seen. Ties in the scores need no correction; equal values of the statistic are compared as
    exact rationals, and probabilities are double precision sums without cancellation.
    The slope is ordinary least squares of the observed scores on dose, unblocked, with its t
    interval: a description. Equal scores, or blocks that cannot be re-arranged, give p = 1,
    flagged; nobody observed gives None.
    For a scar split within one person, give left minus right as score and +1 or -1 as dose by the
    side treated: the slope is then the mean treated minus untreated if sides are balanced.
    Source: RosenbergerLachin2016 (linear rank tests under permuted blocks), StreitbergRoehmel1986
    (the shift algorithm).

    >>> found = linear_trend([4, 3, 1, 5, 2, 1], [0, 1, 2, 0, 1, 2], [1, 1, 1, 2, 2, 2])
    >>> round(found.test.p, 4), round(found.p_less, 4), found.slope.estimate
    (0.0556, 0.0278, -1.75)
    """
    check_level(level)
    dose = column(doses, "The dose")
    seen = np.ones(len(dose), dtype=bool) if observed is None else np.asarray(observed, dtype=bool)
    score = _scores(scores, seen, len(dose), blocks)
    slope = dose_slope(score[seen], dose[seen], level=level)
    n = int(seen.sum())
    members = _members(blocks)
    noted = _notes(n, members, len(dose))
    if n == 0:
        test = Result(METHOD, SOURCE, 0, level=level, flags=(*noted, "no_observations"))
        return Trend(test, None, None, None, None, None, slope)
    whole_scores, score_unit = _whole(score[seen], "scores")
    whole_doses, dose_unit = _whole(dose, "doses")
    padded = np.zeros(len(dose), dtype=np.int64)
    padded[seen] = whole_scores
    parts = [
        Block(tuple(padded[place][seen[place]].tolist()), tuple(whole_doses[place].tolist()))
        for place in members
    ]
    total = int(whole_scores.sum())
    centred = np.where(seen, n * padded - total, 0)
    expectation, variance = _moments(centred, whole_doses, members)
    value = int(centred @ whole_doses)
    unit = score_unit * dose_unit / n
    flag = _why_no_test(whole_scores, variance)
    if flag:
        greater = less = both = 1.0
    else:
        greater, less, both = _tails(parts, n, total, value, expectation)
    test = Result(
        METHOD,
        SOURCE,
        n,
        level=level,
        statistic=None if flag else float(value - expectation) / sqrt(variance),
        p=both,
        flags=(*noted, *((flag,) if flag else ())),
    )
    moments = (float(value * unit), float(expectation * unit), float(variance * unit * unit))
    return Trend(test, *moments, greater, less, slope)


def _scores(
    scores: npt.ArrayLike, seen: npt.NDArray[np.bool_], n: int, blocks: Sequence[Hashable]
) -> FloatArray:
    values = np.asarray(scores, dtype=np.float64)
    if values.shape != (n,) or seen.shape != (n,) or len(blocks) != n:
        raise ValueError(
            "A trend needs one score, dose, block and mark of being observed for each number used; "
            f"there are {values.size}, {n}, {len(blocks)} and {seen.size}."
        )
    bad = np.flatnonzero(seen & ~np.isfinite(values))
    if bad.size:
        raise ValueError(
            f"The score at position {bad[0]} is not a number; mark it as not observed if missing."
        )
    return np.where(seen, values, 0.0)


def _whole(values: FloatArray, name: str) -> tuple[npt.NDArray[np.int64], Fraction]:
    """Return `values` as whole steps above the smallest one, and the step, both exact.

    A float means the shortest decimal that reads back as it: 1.33 is 133/100.
    """
    exact = [Fraction(repr(float(value))) for value in values]
    below = lcm(*(value.denominator for value in exact))
    low = min(exact)
    steps = [int((value - low) * below) for value in exact]
    step = gcd(*steps) or 1
    if max(steps) // step > 10**6:
        raise ValueError(
            f"The {name} have {max(steps) // step + 1} steps from lowest to highest, too many for "
            "an exact test; round them to the precision of the measurement first."
        )
    return np.array([value // step for value in steps], dtype=np.int64), Fraction(step, below)


def _members(blocks: Sequence[Hashable]) -> list[npt.NDArray[np.intp]]:
    places: dict[Hashable, list[int]] = {}
    for place, label in enumerate(blocks):
        places.setdefault(label, []).append(place)
    return [np.array(members, dtype=np.intp) for members in places.values()]


def _notes(n: int, members: list[npt.NDArray[np.intp]], used: int) -> tuple[str, ...]:
    alone = any(len(place) == 1 for place in members)
    notes = (("scores_missing", n < used), ("block_of_one", alone))
    return tuple(name for name, holds in notes if holds)


def _moments(
    centred: npt.NDArray[np.int64],
    doses: npt.NDArray[np.int64],
    members: list[npt.NDArray[np.intp]],
) -> tuple[Fraction, Fraction]:
    """Return the exact null expectation and variance of the sum of centred score x dose."""
    expectation = variance = Fraction(0)
    for place in members:
        m, a, d = len(place), centred[place].tolist(), doses[place].tolist()
        expectation += Fraction(sum(a) * sum(d), m)
        if m > 1:
            spread = [m * sum(x * x for x in part) - sum(part) ** 2 for part in (a, d)]
            variance += Fraction(spread[0] * spread[1], m * m * (m - 1))
    return expectation, variance


def _why_no_test(whole_scores: npt.NDArray[np.int64], variance: Fraction) -> str | None:
    if not whole_scores.any():
        return "all_scores_equal"
    return "nothing_to_rearrange" if variance == 0 else None


def _tails(
    parts: list[Block], n: int, total: int, value: int, expectation: Fraction
) -> tuple[float, float, float]:
    """Return P(V >= v), P(V <= v) and P(|V - E| >= |v - E|) of V, the centred sum times n."""
    chances, products, unseen = distribution(parts)
    whole_dose = sum(sum(block.doses) for block in parts)
    values = n * products - total * (whole_dose - unseen)
    mirrored = 2 * expectation - value
    high, low = max(Fraction(value), mirrored), min(Fraction(value), mirrored)
    greater, less = chances[values >= value].sum(), chances[values <= value].sum()
    outside = (values >= ceil(high)) | (values <= floor(low))
    both = chances[outside].sum()
    return min(1.0, float(greater)), min(1.0, float(less)), min(1.0, float(both))
