"""The one result of every statistic: estimate, error, interval, test, n, flags, citation.

Not a table row and not rounded: rounding is for tables. A number that does not exist is None, and
`flags` says why. Go next to the statistics themselves, each in a module by its name.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """An estimate or a test over `n` observations; None wherever a number does not exist.

    `p` is two-sided unless the method says otherwise; `source` is a key of the bibliography.
    Flags: `no_observations`, `no_exposure`, `too_few_observations`, `zero_variance`,
    `zero_variance_in_one_group`, `empty_group`, `empty_arm`, `one_group`, `not_estimable`,
    `no_residual_df`, `leverage_of_one`, `all_scores_equal`, `nothing_to_rearrange`,
    `scores_missing`, `block_of_one`.
    """

    method: str
    source: str
    n: int
    estimate: float | None = None
    se: float | None = None
    df: float | None = None
    interval: tuple[float, float] | None = None
    level: float = 0.95
    statistic: float | None = None
    p: float | None = None
    flags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a number that is not finite: missing is None, with a flag."""
        numbers = (self.estimate, self.se, self.df, self.statistic, self.p)
        for number in (*numbers, *(self.interval or ())):
            if number is not None and not math.isfinite(number):
                raise ValueError(f"{self.method} gave {number}; a missing number must be None.")
