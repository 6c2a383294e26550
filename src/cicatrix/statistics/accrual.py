"""How long it takes until enough have been recruited: a gamma-Poisson prediction.

From how many came in how long a time, when the next `more` will be there. One rate for everybody:
sites that open later, or slow down, are not modelled. Go next to `proportion` for a rate itself.
"""

import math

from scipy import stats

from cicatrix.statistics.column import check_level
from cicatrix.statistics.result import Result


def waiting_time(recruited: int, days: float, *, more: int, level: float = 0.95) -> Result:
    """Predict the days until `more` will have come, from `recruited` within `days`: (float) days.

    Assumes independent arrivals at one constant rate, its uncertainty a gamma distribution from
    Jeffreys' prior: shape recruited + 1/2, and `days` its inverse scale. The time to the next
    `more` is then beta prime; the interval predicts the time itself, not its mean. `estimate` is
    the median, `n` is `recruited`. Nobody recruited, or no day: no prediction, flagged.
    Source: AnisimovFedorov2007.

    >>> found = waiting_time(30, 100, more=30)
    >>> [round(day, 1) for day in (found.interval[0], found.estimate, found.interval[1])]
    [59.1, 98.3, 163.5]
    """
    method = "time to recruit, gamma-Poisson predictive interval"
    source = "AnisimovFedorov2007"
    tail = (1 - check_level(level)) / 2
    if recruited != int(recruited) or recruited < 0 or more != int(more) or more < 0:
        raise ValueError(f"{recruited} recruited and {more} more: give whole numbers from 0.")
    if not math.isfinite(days) or days < 0:
        raise ValueError(f"{days} days are no length of time; give a number from 0.")
    if recruited == 0:
        return Result(method, source, 0, level=level, flags=("no_observations",))
    if days == 0:
        return Result(method, source, int(recruited), level=level, flags=("no_exposure",))
    if more == 0:
        return Result(method, source, int(recruited), 0.0, interval=(0.0, 0.0), level=level)
    predicted = stats.betaprime(more, recruited + 0.5, scale=days)
    low, middle, high = (float(predicted.ppf(share)) for share in (tail, 0.5, 1 - tail))
    return Result(method, source, int(recruited), middle, interval=(low, high), level=level)
