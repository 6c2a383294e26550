"""A table of ratings, its analysis of variance, and the result that every measure returns.

The table is complete by contract: whoever calls decides what to do with a missing rating and
reports it, for dropping a row here would hide it. Go next to `reliability`, `categories` and
`limits` for the measures.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement estimate with its interval and test; None wherever it does not exist.

    Flags: `no_participants`, `too_few_participants`, `too_few_raters`, `zero_variance`,
    `zero_between_variance`, `single_category`; and where the estimate stands without an interval,
    `perfect_agreement`, `zero_residual_variance` (raters differ by a constant), `no_interval` (the
    method's limits do not contain the estimate, as when raters differ more than participants).
    """

    method: str
    source: str
    n: int
    raters: int
    estimate: float | None = None
    se: float | None = None
    interval: tuple[float, float] | None = None
    level: float = 0.95
    statistic: float | None = None
    df: tuple[float, float] | None = None
    p: float | None = None
    flags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a number that is not finite: missing is None, with a flag."""
        numbers = (self.estimate, self.se, self.statistic, self.p)
        for number in (*numbers, *(self.interval or ()), *(self.df or ())):
            if number is not None and not math.isfinite(number):
                raise ValueError(f"{self.method} gave {number}; a missing number must be None.")


@dataclass(frozen=True, slots=True)
class MeanSquares:
    """Mean squares of an (n, k) table: between rows, between columns, residual, within rows."""

    rows: float
    columns: float
    residual: float
    within: float


def table(ratings: npt.ArrayLike) -> FloatArray:
    """Return the ratings as an (n, k) array, participants by raters; refuse a missing one.

    >>> table([[1, 2], [3, 4]]).shape
    (2, 2)
    """
    array = np.asarray(ratings, dtype=np.float64)
    if array.size == 0:
        return array.reshape(0, array.shape[1] if array.ndim == 2 else 0)
    if array.ndim != 2:
        raise ValueError(
            f"Ratings have {array.ndim} dimension(s); give participants by raters, shape (n, k)."
        )
    bad = np.argwhere(~np.isfinite(array))
    if bad.size:
        row, column = bad[0]
        raise ValueError(
            f"The rating in row {row}, column {column} is missing or not finite; "
            "pass complete rows and report how many were left out."
        )
    return array


def mean_squares(array: FloatArray) -> MeanSquares:
    """Return the two-way mean squares of an (n, k) array with n and k at least 2.

    What is smaller than rounding error of the table's own magnitude is exactly zero.

    >>> mean_squares(table([[1, 2], [3, 4]])).residual
    0.0
    """
    n, k = array.shape
    grand = array.mean()
    by_row, by_column = array.mean(axis=1), array.mean(axis=0)
    rows = k * float(np.sum((by_row - grand) ** 2))
    columns = n * float(np.sum((by_column - grand) ** 2))
    residual = float(np.sum((array - by_row[:, None] - by_column[None, :] + grand) ** 2))
    noise = (8 * np.finfo(np.float64).eps * float(np.abs(array).max())) ** 2 * array.size
    rows, columns, residual = (0.0 if part <= noise else part for part in (rows, columns, residual))
    return MeanSquares(
        rows=rows / (n - 1),
        columns=columns / (k - 1),
        residual=residual / ((n - 1) * (k - 1)),
        within=(columns + residual) / (n * (k - 1)),
    )
