"""One column of numbers described: how many, how many missing, centre, spread, extremes.

Description only; comparisons are in comparisons.py. A number that does not exist is None: the
mean of nobody, the SD of one. Quartiles interpolate linearly between ordered values.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy import stats


@dataclass(frozen=True, slots=True)
class Summary:
    """A column at full precision; `interval` is that of the mean (Student's t)."""

    n: int
    missing: int = 0
    mean: float | None = None
    sd: float | None = None
    median: float | None = None
    lower_quartile: float | None = None
    upper_quartile: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    interval: tuple[float, float] | None = None
    reasons: tuple[tuple[str, int], ...] = ()


def summarise(
    values: Iterable[float | None], reasons: Iterable[str | None] = (), *, level: float = 0.95
) -> Summary:
    """Describe the values that there are and count those missing, with the reasons given for them.

    The interval of the mean assumes independent values and a mean that is near normal; one value
    or no variation has none. Source: Fisher1932.

    >>> found = summarise([2, 4, None, 6], [None, None, "visit_missed", None])
    >>> found.n, found.missing, found.mean, found.sd, found.reasons
    (3, 1, 4.0, 2.0, (('visit_missed', 1),))
    """
    column = list(values)
    seen = np.array([value for value in column if value is not None], dtype=np.float64)
    n, missing = len(seen), len(column) - len(seen)
    tally = tuple(Counter(one for one in reasons if one is not None).most_common())
    if n == 0:
        return Summary(0, missing, reasons=tally)
    lower, median, upper = (float(one) for one in np.quantile(seen, (0.25, 0.5, 0.75)))
    mean, sd, interval = float(seen.mean()), None, None
    if n > 1:
        sd = float(seen.std(ddof=1)) if np.ptp(seen) > 0 else 0.0
        half = float(stats.t.isf((1 - level) / 2, n - 1)) * sd / float(n**0.5)
        interval = (mean - half, mean + half) if sd > 0 else None
    return Summary(
        n,
        missing,
        mean,
        sd,
        median,
        lower,
        upper,
        float(seen.min()),
        float(seen.max()),
        interval,
        tally,
    )
