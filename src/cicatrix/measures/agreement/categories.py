"""Agreement of two raters on categories: percent agreement and Cohen's kappa.

Kappa depends on how often each category occurs, so it is shown beside percent agreement, never
alone. Not for the number of a scale's total, where the ICC applies. Go next to `reliability`.
"""

from collections.abc import Hashable, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import stats

from cicatrix.measures.agreement.ratings import Agreement

Weights = Literal["unweighted", "linear", "quadratic"]


def percent_agreement(first: Sequence[Hashable], second: Sequence[Hashable]) -> Agreement:
    """Give the share, 0 to 1, of `first: (n,)` and `second: (n,)` that are equal.

    A description without interval or test, not corrected for chance. None is a missing rating and
    is refused: pass complete pairs. Source: deVet2006.

    >>> percent_agreement([1, 2, 2, 3], [1, 2, 3, 3]).estimate
    0.75
    """
    _check_pairs(first, second)
    n, method, source = len(first), "percent agreement", "deVet2006"
    if n == 0:
        return Agreement(method, source, 0, 2, flags=("no_participants",))
    same = sum(a == b for a, b in zip(first, second, strict=True))
    return Agreement(method, source, n, 2, same / n)


def kappa(
    first: Sequence[Hashable],
    second: Sequence[Hashable],
    *,
    categories: Sequence[Hashable],
    weights: Weights = "unweighted",
    level: float = 0.95,
) -> Agreement:
    """Estimate Cohen's kappa of `first: (n,)` and `second: (n,)`.

    `categories` names all that could have been given, in order: a category that nobody used still
    lies between its neighbours, and so counts in the linear and quadratic weights.
    See `kappa_of_table` for the estimate. Source: Cohen1960, Cohen1968.

    >>> kappa([1, 2, 2, 3], [1, 2, 3, 3], categories=(1, 2, 3)).estimate
    0.6363636363636364
    >>> kappa([2, 2], [2, 2], categories=(1, 2)).flags
    ('single_category',)
    """
    _check_pairs(first, second)
    place = {category: index for index, category in enumerate(categories)}
    counts = np.zeros((len(place), len(place)))
    for a, b in zip(first, second, strict=True):
        for value in (a, b):
            if value not in place:
                raise ValueError(
                    f"{value!r} is none of the categories {', '.join(map(str, categories))}."
                )
        counts[place[a], place[b]] += 1
    return kappa_of_table(counts, weights=weights, level=level)


def kappa_of_table(
    counts: npt.ArrayLike, *, weights: Weights = "unweighted", level: float = 0.95
) -> Agreement:
    """Estimate Cohen's kappa from `counts: (c, c)`, first rater by second rater.

    Assumes independent participants, all seen by the same two raters, who rate independently.
    Linear weights fall by the distance of two categories, quadratic by its square. The interval
    uses the large-sample standard error, the two-sided test of kappa = 0 the null one; neither is
    to be trusted with few pairs. If both raters use one and the same category, chance agreement
    is 1 and kappa is 0/0: None, flagged. Source: Cohen1960, Cohen1968, FleissCohenEveritt1969.

    >>> round(kappa_of_table([[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]]).estimate, 4)
    0.1293
    """
    table = np.asarray(counts, dtype=np.float64)
    if table.ndim != 2 or table.shape[0] != table.shape[1]:
        raise ValueError(f"Kappa needs a square table of counts, not one of shape {table.shape}.")
    if not np.all((table >= 0) & (table == np.floor(table))):
        raise ValueError("Kappa needs whole counts of 0 or more in every cell.")
    n, method = int(table.sum()), f"Cohen's kappa, {weights}"
    source = "Cohen1960" if weights == "unweighted" else "Cohen1968"
    if n == 0:
        return Agreement(method, source, 0, 2, level=level, flags=("no_participants",))
    weight = _weights(len(table), weights)
    share = table / n
    rows, columns = share.sum(axis=1), share.sum(axis=0)
    if np.any((rows == 1) & (columns == 1)):
        return Agreement(method, source, n, 2, level=level, flags=("single_category",))
    observed, expected = float(np.sum(weight * share)), float(rows @ weight @ columns)
    estimate = (observed - expected) / (1 - expected)
    mean = (weight @ columns)[:, None] + (rows @ weight)[None, :]
    spread = float(np.sum(share * (weight - mean * (1 - estimate)) ** 2))
    variance = spread - (estimate - expected * (1 - estimate)) ** 2
    null = float(np.sum(np.outer(rows, columns) * (weight - mean) ** 2)) - expected**2
    z = estimate * (1 - expected) / (null / n) ** 0.5 if null > 1e-15 else None
    p = None if z is None else 2 * float(stats.norm.sf(abs(z)))
    if np.trace(table) == n:
        flags = ("perfect_agreement",)
        return Agreement(method, source, n, 2, 1.0, level=level, statistic=z, p=p, flags=flags)
    se = max(variance, 0.0) ** 0.5 / ((1 - expected) * n**0.5)
    half = float(stats.norm.ppf((1 + level) / 2)) * se
    interval = (estimate - half, estimate + half)
    return Agreement(method, source, n, 2, estimate, se, interval, level, statistic=z, p=p)


def _weights(size: int, weights: Weights) -> npt.NDArray[np.float64]:
    if weights == "unweighted":
        return np.eye(size)
    power = {"linear": 1, "quadratic": 2}.get(weights)
    if power is None:
        raise ValueError(f"Weights {weights!r} are unknown; use unweighted, linear or quadratic.")
    step = np.abs(np.subtract.outer(np.arange(size), np.arange(size))) / max(size - 1, 1)
    return np.asarray(1.0 - step**power, dtype=np.float64)


def _check_pairs(first: Sequence[Hashable], second: Sequence[Hashable]) -> None:
    if len(first) != len(second):
        raise ValueError(
            f"The first rater has {len(first)} ratings and the second {len(second)}; "
            "give one pair for each participant."
        )
    for row, pair in enumerate(zip(first, second, strict=True)):
        if None in pair or any(value != value for value in pair):
            raise ValueError(
                f"Pair {row} has a missing rating; pass complete pairs and report those left out."
            )
