"""One proportion or one rate with an interval that is right when nothing happened.

Exact by Clopper and Pearson, shorter by Wilson, exact rate by Garwood. No continuity correction
and no added pseudo-events. Go next to `difference` for two groups.
"""

import math

from scipy import stats

from cicatrix.statistics.column import check_level
from cicatrix.statistics.result import Result


def clopper_pearson(events: int, n: int, *, level: float = 0.95) -> Result:
    """Estimate a proportion with the exact interval: at least `level` coverage, whatever the truth.

    Assumes n independent participants, each with the event or without; a missing one is not in n.
    0 of 0 has no proportion: None, flagged. Source: ClopperPearson1934.

    >>> found = clopper_pearson(0, 30)
    >>> found.estimate, round(found.interval[1], 4)
    (0.0, 0.1157)
    """
    method, source = "proportion, Clopper-Pearson interval", "ClopperPearson1934"
    _check_counts(events, n)
    tail = (1 - check_level(level)) / 2
    if n == 0:
        return Result(method, source, 0, level=level, flags=("no_observations",))
    low = float(stats.beta.ppf(tail, events, n - events + 1)) if events else 0.0
    high = float(stats.beta.isf(tail, events + 1, n - events)) if events < n else 1.0
    return Result(method, source, n, events / n, interval=(low, high), level=level)


def wilson(events: int, n: int, *, level: float = 0.95) -> Result:
    """Estimate a proportion with Wilson's score interval: about `level` coverage on average.

    Assumes what `clopper_pearson` does, and treats a missing participant and 0 of 0 as it does.
    Source: Wilson1927.

    >>> round(wilson(0, 30).interval[1], 4)
    0.1135
    """
    method, source = "proportion, Wilson interval", "Wilson1927"
    _check_counts(events, n)
    z = float(stats.norm.isf((1 - check_level(level)) / 2))
    if n == 0:
        return Result(method, source, 0, level=level, flags=("no_observations",))
    share = events / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low = middle - half if events else 0.0
    high = middle + half if events < n else 1.0
    return Result(method, source, n, share, interval=(low, high), level=level)


def poisson_rate(events: int, exposure: float, *, level: float = 0.95) -> Result:
    """Estimate a rate, events per unit of `exposure` (say participant-years), exact interval.

    Assumes events that come independently at a constant rate; repeated events of one participant
    may not. `n` of the result is the number of events. No exposure has no rate: None, flagged.
    Source: Garwood1936.

    >>> [round(limit, 5) for limit in poisson_rate(11, 800).interval]
    [0.00686, 0.0246]
    """
    method, source = "rate, exact Poisson interval", "Garwood1936"
    tail = (1 - check_level(level)) / 2
    if events != int(events) or events < 0:
        raise ValueError(f"{events} events cannot be counted; give a whole number of 0 or more.")
    if not math.isfinite(exposure) or exposure < 0 or (exposure == 0 and events):
        raise ValueError(f"An exposure of {exposure} with {events} events is impossible.")
    if exposure == 0:
        return Result(method, source, 0, level=level, flags=("no_exposure",))
    low = float(stats.gamma.ppf(tail, events)) if events else 0.0
    high = float(stats.gamma.isf(tail, events + 1))
    interval = (low / exposure, high / exposure)
    return Result(method, source, int(events), events / exposure, interval=interval, level=level)


def _check_counts(events: int, n: int) -> None:
    if events != int(events) or n != int(n) or not 0 <= events <= n:
        raise ValueError(
            f"{events} events among {n} participants is impossible; "
            "give whole numbers with 0 <= events <= n."
        )
