"""Ordinary least squares by a pivoted QR decomposition, honest about what cannot be estimated.

A design with an empty arm or an aliased column is no error: each contrast is estimated where the
data determine it and is flagged where they do not. Not weighted, not mixed.
Go next to `ancova` for arms, and to `trend` for the slope on dose.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import linalg, stats

from cicatrix.statistics.column import FloatArray
from cicatrix.statistics.result import Result

Covariance = Literal["model", "hc3"]
_SMALL = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A least squares fit of `y: (n,)` on a design of p columns, of rank r."""

    n: int
    rank: int
    residual_ss: float
    total_ss: float
    coefficients: FloatArray
    alias: FloatArray
    covariance: FloatArray | None
    pivot: npt.NDArray[np.intp]
    flags: tuple[str, ...]
    source: str

    @property
    def df(self) -> int:
        """Return the residual degrees of freedom."""
        return self.n - self.rank

    def contrast(self, weights: npt.ArrayLike, *, method: str, level: float = 0.95) -> Result:
        """Estimate the sum of `weights: (p,)` times coefficients, its t interval and test of 0."""
        pivoted = np.asarray(weights, dtype=np.float64)[self.pivot]
        base, rest = pivoted[: self.rank], pivoted[self.rank :]
        size = max(float(np.abs(pivoted).max(initial=0.0)), 1.0)
        if self.rank == 0 or np.any(np.abs(base @ self.alias - rest) > 1e-7 * size):
            why = "not_estimable" if self.n else "no_observations"
            return Result(method, self.source, self.n, level=level, flags=(why,))
        estimate = float(base @ self.coefficients)
        if self.covariance is None:
            return Result(method, self.source, self.n, estimate, level=level, flags=self.flags)
        se = float(base @ self.covariance @ base) ** 0.5
        if self.residual_ss == 0 or se == 0:
            return Result(
                method, self.source, self.n, estimate, 0.0, level=level, flags=("zero_variance",)
            )
        half = float(stats.t.isf((1 - level) / 2, self.df)) * se
        t = estimate / se
        p = 2 * float(stats.t.sf(abs(t), self.df))
        interval = (estimate - half, estimate + half)
        return Result(
            method, self.source, self.n, estimate, se, self.df, interval, level, t, p, self.flags
        )


def fit(
    y: FloatArray,
    design: FloatArray,
    *,
    covariance: Covariance = "model",
    source: str = "Golub1965",
) -> Fit:
    """Fit `y: (n,)` on `design: (n, p)`.

    Errors are independent with one variance (`model`), or any variances, estimated by each
    squared residual over its squared distance from leverage one (`hc3`; undefined, flagged, when
    an observation alone determines a coefficient). `source` is what the results will cite.
    Source: Golub1965, MacKinnonWhite1985.

    >>> line = fit(np.array([1.0, 3.0, 4.0]), np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]]))
    >>> round(line.contrast([0, 1], method="slope").estimate, 6)
    1.5
    """
    if covariance not in ("model", "hc3"):
        raise ValueError(f"Covariance {covariance!r} is unknown; use model or hc3.")
    n, p = design.shape
    source = source if covariance == "model" else f"{source}, MacKinnonWhite1985"
    if n == 0:
        none = np.zeros(0)
        return Fit(0, 0, 0.0, 0.0, none, none, None, np.arange(p), ("no_observations",), source)
    q, r, pivot = linalg.qr(design, mode="economic", pivoting=True)
    diagonal = np.abs(np.diag(r))
    rank = int(np.sum(diagonal > _SMALL * max(float(diagonal.max(initial=0.0)), 1e-300)))
    q, r11, r12 = q[:, :rank], r[:rank, :rank], r[:rank, rank:]
    inverse = linalg.solve_triangular(r11, np.eye(rank))
    coefficients = inverse @ (q.T @ y)
    residuals = y - q @ (q.T @ y)
    total = float(np.sum(y**2))
    rss = float(residuals @ residuals)
    rss = 0.0 if rss <= (1e-13**2) * n * total or n == rank else rss
    flags: tuple[str, ...] = ()
    spread: FloatArray | None = None
    if n == rank:
        flags = ("no_residual_df",)
    elif covariance == "model":
        spread = rss / (n - rank) * (inverse @ inverse.T)
    else:
        room = 1 - np.sum(q**2, axis=1)
        if np.any(room < _SMALL):
            flags = ("leverage_of_one",)
        else:
            half = inverse @ (q * (residuals / room)[:, None]).T
            spread = half @ half.T
    return Fit(n, rank, rss, total, coefficients, inverse @ r12, spread, pivot, flags, source)
