"""Arms compared with adjustment for baseline and strata: analysis of covariance.

Least squares means by arm at the mean of the covariates and with equal weight for each level of a
factor (as SAS LSMEANS and R emmeans), and each arm minus the reference arm. Not adjusted for
several comparisons and not for repeated measurements. Go next to `least_squares` for the fit.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from cicatrix.statistics.column import FloatArray, check_level, column
from cicatrix.statistics.least_squares import Covariance, Fit, fit
from cicatrix.statistics.result import Result

SOURCE = "Fisher1932, Searle1980"


@dataclass(frozen=True, slots=True)
class Ancova:
    """Means and differences per arm in the order given, slopes per covariate, and the arms' F test.

    `sigma` is the residual SD, `df` its degrees of freedom; both None if there are none.
    """

    arms: tuple[str, ...]
    counts: tuple[int, ...]
    means: tuple[Result, ...]
    differences: tuple[Result, ...]
    slopes: tuple[Result, ...]
    arm_test: Result
    sigma: float | None
    df: int | None


def ancova(
    y: npt.ArrayLike,
    arm: Sequence[str],
    *,
    arms: Sequence[str],
    covariates: Sequence[npt.ArrayLike] = (),
    factors: Sequence[Sequence[Hashable]] = (),
    covariance: Covariance = "model",
    level: float = 0.95,
) -> Ancova:
    """Compare the means of `y: (n,)` between arms; the first of `arms` is the reference.

    Null of each difference and of the F test: equal adjusted means. Assumes a linear relation to
    each covariate `(n,)` with one slope for all arms, independent errors, near normal means, and
    one variance unless `covariance` is hc3 (the F test is always the model's). Participants with
    a missing value are the caller's to leave out and to report. An arm without participants, an
    aliased term, no residual or no degree of freedom leaves None, flagged. Source: Fisher1932,
    Searle1980, MacKinnonWhite1985.

    >>> arm = ["a", "a", "a", "b", "b", "b"]
    >>> found = ancova([6, 7, 5, 3, 4, 2], arm, arms=("a", "b"), covariates=[range(6)])
    >>> [round(mean.estimate, 3) for mean in found.means], round(found.differences[0].estimate, 3)
    ([5.25, 3.75], -1.5)
    """
    scores = column(y, "The outcome")
    check_level(level)
    named = tuple(arms)
    _check_labels(arm, named, len(scores))
    counts = tuple(sum(label == name for label in arm) for name in named)
    adjust, scales = _adjustment(scores, covariates, factors)
    indicator = np.array([[label == name for name in named] for label in arm], dtype=np.float64)
    design = np.hstack((indicator.reshape(len(scores), len(named)), adjust))
    full = fit(scores, design, covariance=covariance, source=SOURCE)
    zeros = np.zeros(adjust.shape[1])
    unit = np.eye(len(named))
    means = [
        full.contrast(np.r_[row, zeros], method="least squares mean", level=level) for row in unit
    ]
    differences = [
        full.contrast(
            np.r_[row - unit[0], zeros], method="difference of least squares means", level=level
        )
        for row in unit[1:]
    ]
    empty = {place for place, count in enumerate(counts) if count == 0}
    return Ancova(
        named,
        counts,
        tuple(_flag_empty(mean, {place} & empty) for place, mean in enumerate(means)),
        tuple(
            _flag_empty(difference, {0, place} & empty)
            for place, difference in enumerate(differences, start=1)
        ),
        tuple(
            full.contrast(
                np.eye(design.shape[1])[len(named) + place] / scale, method="slope", level=level
            )
            for place, scale in enumerate(scales)
        ),
        _arm_test(scores, adjust, fit(scores, design), bool(empty)),
        (full.residual_ss / full.df) ** 0.5 if full.df else None,
        full.df or None,
    )


def dose_slope(
    y: npt.ArrayLike,
    dose: npt.ArrayLike,
    *,
    covariates: Sequence[npt.ArrayLike] = (),
    factors: Sequence[Sequence[Hashable]] = (),
    covariance: Covariance = "model",
    level: float = 0.95,
) -> Result:
    """Estimate the change of `y: (n,)` per unit of `dose: (n,)`, adjusted as in `ancova`.

    Null: no linear change with dose. The same assumptions, and a straight line over the doses.
    Source: Fisher1932.

    >>> round(dose_slope([6, 7, 5, 4, 4, 2], [0, 0, 1, 1, 2, 2]).estimate, 3)
    -1.75
    """
    scores, doses = column(y, "The outcome"), column(dose, "The dose")
    _check_length(doses, len(scores), "The dose")
    check_level(level)
    adjust, _ = _adjustment(scores, (doses, *covariates), factors)
    scale = _scale(doses)
    design = np.hstack((np.ones((len(scores), 1)), adjust))
    weights = np.zeros(design.shape[1])
    weights[1] = 1 / scale
    return fit(scores, design, covariance=covariance, source="Fisher1932").contrast(
        weights, method="slope on dose", level=level
    )


def _flag_empty(result: Result, empty: set[int]) -> Result:
    if not empty:
        return result
    flags = ("no_observations",) if result.n == 0 else ("empty_arm",)
    return Result(result.method, result.source, result.n, level=result.level, flags=flags)


def _scale(values: FloatArray) -> float:
    spread = float(values.std()) if len(values) and np.ptp(values) > 0 else 0.0
    return spread or 1.0


def _adjustment(
    scores: FloatArray,
    covariates: Sequence[npt.ArrayLike],
    factors: Sequence[Sequence[Hashable]],
) -> tuple[FloatArray, list[float]]:
    """Return centred, scaled covariates and sum-to-zero coded factors, so that 0 is their mean."""
    n, blocks, scales = len(scores), [], []
    for place, covariate in enumerate(covariates):
        values = column(covariate, f"Covariate {place}")
        _check_length(values, n, f"Covariate {place}")
        scale = _scale(values)
        constant = n == 0 or np.ptp(values) == 0
        centred = np.zeros(n) if constant else (values - values.mean()) / scale
        blocks.append(centred.reshape(n, 1))
        scales.append(scale)
    for place, factor in enumerate(factors):
        _check_length(factor, n, f"Factor {place}")
        levels = list(dict.fromkeys(factor))
        coded = np.vstack((np.eye(max(len(levels) - 1, 0)), -np.ones(max(len(levels) - 1, 0))))
        blocks.append(
            coded[[levels.index(value) for value in factor]].reshape(n, -1)
            if n
            else np.zeros((0, 0))
        )
    return (np.hstack(blocks) if blocks else np.zeros((n, 0))), scales


def _arm_test(scores: FloatArray, adjust: FloatArray, full: Fit, empty: bool) -> Result:
    method, flags = "F test of the arms", ("empty_arm",) if empty else ()
    if full.n == 0:
        return Result(method, SOURCE, 0, flags=("no_observations",))
    less = fit(scores, np.hstack((np.ones((full.n, 1)), adjust)))
    numerator_df = full.rank - less.rank
    if numerator_df == 0 or full.df == 0 or full.residual_ss == 0:
        reason = "zero_variance" if full.df and full.residual_ss == 0 else "not_estimable"
        return Result(method, SOURCE, full.n, flags=(*flags, reason))
    explained = max(less.residual_ss - full.residual_ss, 0.0) / numerator_df
    statistic = explained / (full.residual_ss / full.df)
    p = float(stats.f.sf(statistic, numerator_df, full.df))
    return Result(
        method, SOURCE, full.n, df=float(numerator_df), statistic=statistic, p=p, flags=flags
    )


def _check_length(values: Sequence[Hashable] | FloatArray, n: int, name: str) -> None:
    if len(values) != n:
        raise ValueError(f"{name} has {len(values)} values for {n} outcomes; give one for each.")


def _check_labels(arm: Sequence[str], arms: tuple[str, ...], n: int) -> None:
    _check_length(arm, n, "The arm")
    if len(arms) < 2 or len(set(arms)) != len(arms):
        raise ValueError("An analysis of covariance compares two or more arms of different names.")
    for place, label in enumerate(arm):
        if label not in arms:
            raise ValueError(f"The arm {label!r} at position {place} is none of {', '.join(arms)}.")
