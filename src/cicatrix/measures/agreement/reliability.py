"""Intraclass correlation in its six classical forms, and Cronbach's alpha.

Closed forms from the analysis of variance; agree with R's psych and irr. Not a mixed model:
every participant has a rating from every rater. Go next to `ratings` for what a table must be,
and to `limits` for the error in the unit of the measurement.
"""

from typing import Literal

import numpy.typing as npt
from scipy import stats

from cicatrix.measures.agreement.ratings import Agreement, MeanSquares, mean_squares, table

Form = Literal["1,1", "2,1", "3,1", "1,k", "2,k", "3,k"]
Limits = Literal["shrout-fleiss", "mcgraw-wong"]
_ROUNDING = 1e-9


def icc(
    ratings: npt.ArrayLike,
    *,
    form: Form = "2,1",
    level: float = 0.95,
    limits: Limits = "shrout-fleiss",
) -> Agreement:
    """Estimate the intraclass correlation of `ratings: (n, k)`, participants by raters.

    Form 1: each participant has other raters; 2: raters are a sample, absolute agreement; 3:
    these raters only, consistency. 1 is one rater, k the mean of k. The test is of no correlation.
    `limits` matters for form 2,k alone: shrout-fleiss steps the limits of 2,1 up to k;
    mcgraw-wong, as R's irr reads it, puts the mean's own coefficient into the Satterthwaite
    degrees of freedom of the limits and of the test, and is wider.
    Assumes normal effects and residuals of equal variance; scores of few steps meet this
    roughly. Without any variance the ICC is 0/0: None, flagged. An estimate may be negative;
    form 2 then may have no limits that contain it: None, flagged.
    Source: ShroutFleiss1979, McGrawWong1996.

    >>> six_by_two = [[9, 8], [6, 2], [8, 8], [7, 6], [10, 9], [6, 7]]
    >>> round(icc(six_by_two, form="2,1").estimate, 3)
    0.648
    >>> icc([[5, 5], [5, 5]]).flags
    ('zero_variance',)
    """
    array = table(ratings)
    n, k = array.shape
    if form not in ("1,1", "2,1", "3,1", "1,k", "2,k", "3,k"):
        raise ValueError(f"ICC form {form!r} is unknown; use 1,1 2,1 3,1 1,k 2,k or 3,k.")
    method, source = f"ICC({form})", "ShroutFleiss1979"
    if form == "2,k" and limits == "mcgraw-wong":
        source = "McGrawWong1996"
    flag = _too_few(n, k)
    if flag:
        return Agreement(method, source, n, k, level=level, flags=(flag,))
    ms = mean_squares(array)
    error = ms.within if form[0] == "1" else ms.residual
    if ms.rows == 0 and (error == 0 or form[2] == "k"):
        flag = "zero_variance" if error == 0 else "zero_between_variance"
        return Agreement(method, source, n, k, level=level, flags=(flag,))
    estimate = _estimate(ms, form, n, k)
    if estimate is None:
        return Agreement(method, source, n, k, level=level, flags=("zero_between_variance",))
    if error == 0:
        flags = ("perfect_agreement",) if estimate == 1 else ("zero_residual_variance",)
        return Agreement(method, source, n, k, estimate, level=level, flags=flags)
    df1, df2 = n - 1.0, float(n * (k - 1) if form[0] == "1" else (n - 1) * (k - 1))
    statistic = ms.rows / error
    if form[0] == "2":
        interval, satterthwaite = _agreement_limits(ms, n, k, form, level, limits)
        if form == "2,k" and limits == "mcgraw-wong":
            df2 = satterthwaite
        if interval and not interval[0] - _ROUNDING <= estimate <= interval[1] + _ROUNDING:
            interval = None
    else:
        interval = _ratio_limits(statistic, df1, df2, k if form[2] == "1" else 1, level)
    return Agreement(
        method,
        source,
        n,
        k,
        estimate,
        interval=interval,
        level=level,
        statistic=statistic,
        df=(df1, df2),
        p=float(stats.f.sf(statistic, df1, df2)),
        flags=() if interval else ("no_interval",),
    )


def cronbach_alpha(scores: npt.ArrayLike, *, level: float = 0.95) -> Agreement:
    """Estimate Cronbach's alpha of `scores: (n, k)`, participants by items, with Feldt's interval.

    Internal consistency of a sum of k items; it neither assumes one dimension nor proves it. The
    interval assumes normal scores and errors of equal variance. A missing score is refused.
    Without variance between participants it is undefined: None, flagged.
    Source: Cronbach1951, Feldt1987.

    >>> round(cronbach_alpha([[1, 2], [2, 2], [3, 4], [4, 5]]).estimate, 4)
    0.967
    """
    array = table(scores)
    n, k = array.shape
    method, source = "Cronbach's alpha", "Cronbach1951, Feldt1987"
    flag = _too_few(n, k)
    if flag:
        return Agreement(method, source, n, k, level=level, flags=(flag,))
    ms = mean_squares(array)
    if ms.rows == 0:
        flag = "zero_variance" if ms.residual == 0 else "zero_between_variance"
        return Agreement(method, source, n, k, level=level, flags=(flag,))
    estimate = 1 - ms.residual / ms.rows
    if ms.residual == 0:
        flags = ("perfect_agreement",)
        return Agreement(method, source, n, k, estimate, level=level, flags=flags)
    df1, df2 = n - 1.0, float((n - 1) * (k - 1))
    interval = _ratio_limits(ms.rows / ms.residual, df1, df2, 1, level)
    return Agreement(method, source, n, k, estimate, interval=interval, level=level, df=(df1, df2))


def _too_few(n: int, k: int) -> str | None:
    if n == 0:
        return "no_participants"
    if k < 2:
        return "too_few_raters"
    return "too_few_participants" if n < 2 else None


def _estimate(ms: MeanSquares, form: Form, n: int, k: int) -> float | None:
    error = ms.within if form[0] == "1" else ms.residual
    bias = (ms.columns - ms.residual) / n if form[0] == "2" else 0.0
    single = form[2] == "1"
    parts = (ms.rows, k * bias, (k - 1) * error) if single else (ms.rows, bias)
    below = sum(parts)
    # What cancels to nothing but rounding is zero, and a ratio to it would be any number.
    nothing = _ROUNDING * sum(abs(part) for part in parts)
    return (ms.rows - error) / below if below > nothing else None


def _ratio_limits(
    statistic: float, df1: float, df2: float, k: int, level: float
) -> tuple[float, float]:
    """Turn the limits of an F ratio into those of (F - 1) / (F + k - 1); k = 1 is the mean's."""
    tail = (1 + level) / 2
    low = statistic / float(stats.f.ppf(tail, df1, df2))
    high = statistic * float(stats.f.ppf(tail, df2, df1))
    return (low - 1) / (low + k - 1), (high - 1) / (high + k - 1)


def _agreement_limits(
    ms: MeanSquares, n: int, k: int, form: Form, level: float, limits: Limits
) -> tuple[tuple[float, float] | None, float]:
    """Return the limits of form 2 and the Satterthwaite degrees of freedom behind them."""
    mean = form == "2,k" and limits == "mcgraw-wong"
    rho = _estimate(ms, "2,k" if mean else "2,1", n, k)
    if rho is None or rho >= 1:
        return None, float((n - 1) * (k - 1))
    a = k * rho / (n * (1 - rho))
    b = 1 + a * (n - 1)
    columns, residual = a * ms.columns, b * ms.residual
    df = (columns + residual) ** 2 / (columns**2 / (k - 1) + residual**2 / ((n - 1) * (k - 1)))
    tail = (1 + level) / 2
    upper_f = float(stats.f.ppf(tail, n - 1, df))
    lower_f = float(stats.f.ppf(tail, df, n - 1))
    single = k * ms.columns + (k * n - k - n) * ms.residual
    low = n * (ms.rows - upper_f * ms.residual) / (upper_f * single + n * ms.rows)
    high = n * (lower_f * ms.rows - ms.residual) / (single + n * lower_f * ms.rows)
    room = 1 + (k - 1) * low
    if not -_ROUNDING < room <= 1 + (k - 1) * high <= k or (form == "2,k" and room < _ROUNDING):
        return None, df
    if form == "2,k":
        low, high = k * low / (1 + (k - 1) * low), k * high / (1 + (k - 1) * high)
    return (low, high), df
