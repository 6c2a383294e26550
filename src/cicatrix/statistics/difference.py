"""The difference of two groups' means, without assuming equal variances.

Not adjusted for anything: see `ancova` for baseline and strata. Not for scores measured on both
sides of one person, whose differences are one group: see `trend`.
"""

import numpy as np
import numpy.typing as npt
from scipy import stats

from cicatrix.statistics.column import check_level, column
from cicatrix.statistics.result import Result


def mean_difference(first: npt.ArrayLike, second: npt.ArrayLike, *, level: float = 0.95) -> Result:
    """Estimate the mean of `first: (n1,)` minus that of `second: (n2,)`, Welch's interval and test.

    Null: equal means. Assumes independent observations and means that are near normal. A group of
    one has no variance, so the estimate stands alone; an empty group leaves none; if no score
    varies within a group there is neither interval nor test. All are flagged. Source: Welch1947.

    >>> found = mean_difference([5, 6, 7], [2, 3, 7])
    >>> found.estimate, round(found.df, 2), round(found.p, 3)
    (2.0, 2.56, 0.321)
    """
    method, source = "mean difference, Welch", "Welch1947"
    a, b = column(first, "The first group"), column(second, "The second group")
    check_level(level)
    n = len(a) + len(b)
    if not len(a) or not len(b):
        flags = ("no_observations",) if n == 0 else ("empty_group",)
        return Result(method, source, n, level=level, flags=flags)
    estimate = float(a.mean() - b.mean())
    if len(a) < 2 or len(b) < 2:
        flags = ("too_few_observations",)
        return Result(method, source, n, estimate, level=level, flags=flags)
    constant = sum(bool(np.ptp(group) == 0) for group in (a, b))
    if constant == 2:
        return Result(method, source, n, estimate, 0.0, level=level, flags=("zero_variance",))
    parts = [0.0 if np.ptp(g) == 0 else float(g.var(ddof=1)) / len(g) for g in (a, b)]
    variance = sum(parts)
    df = variance**2 / (parts[0] ** 2 / (len(a) - 1) + parts[1] ** 2 / (len(b) - 1))
    se = variance**0.5
    half = float(stats.t.isf((1 - level) / 2, df)) * se
    return Result(
        method,
        source,
        n,
        estimate,
        se,
        df,
        (estimate - half, estimate + half),
        level,
        estimate / se,
        2 * float(stats.t.sf(abs(estimate / se), df)),
        ("zero_variance_in_one_group",) if constant else (),
    )
