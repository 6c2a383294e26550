"""Agreement in the unit of the measurement: limits of agreement, smallest detectable change.

Not a test of whether two methods agree: whether these limits are narrow enough is a clinical
judgement. Go next to `reliability` for the ICC, which depends on how much participants vary.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import stats

from cicatrix.measures.agreement.ratings import Agreement, mean_squares, table

Kind = Literal["agreement", "consistency"]


@dataclass(frozen=True, slots=True)
class LimitsOfAgreement:
    """Bias, SD of the differences and limits, in the unit measured; None where undefined.

    Flags: `no_participants`, `too_few_participants` (one difference has no SD), `zero_variance`.
    """

    n: int
    bias: float | None = None
    sd: float | None = None
    limits: tuple[float, float] | None = None
    bias_interval: tuple[float, float] | None = None
    limit_se: float | None = None
    level: float = 0.95
    flags: tuple[str, ...] = ()
    source: str = "BlandAltman1986"


def limits_of_agreement(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    *,
    multiplier: float = 1.96,
    level: float = 0.95,
) -> LimitsOfAgreement:
    """Describe the differences `first: (n,)` minus `second: (n,)`.

    The limits are bias -/+ multiplier x SD. Assumes independent pairs and differences that are
    normal and do not grow with the size measured; plot them to see. `limit_se` is the authors'
    large-sample standard error of a limit, sqrt(3 SD^2 / n). Source: BlandAltman1986.

    >>> found = limits_of_agreement([512, 430, 520], [494, 395, 516])
    >>> found.bias, round(found.sd, 2)
    (19.0, 15.52)
    """
    if np.shape(first) != np.shape(second) or np.ndim(first) != 1:
        raise ValueError(
            f"Shapes {np.shape(first)} and {np.shape(second)} are not pairs; "
            "give two columns of the same length."
        )
    pairs = table(np.column_stack((first, second)))
    n = len(pairs)
    if n == 0:
        return LimitsOfAgreement(0, level=level, flags=("no_participants",))
    differences = pairs[:, 0] - pairs[:, 1]
    bias = float(differences.mean())
    if n == 1:
        return LimitsOfAgreement(1, bias, level=level, flags=("too_few_participants",))
    sd = float(differences.std(ddof=1))
    half = float(stats.t.ppf((1 + level) / 2, n - 1)) * sd / math.sqrt(n)
    return LimitsOfAgreement(
        n,
        bias,
        sd,
        (bias - multiplier * sd, bias + multiplier * sd),
        (bias - half, bias + half),
        math.sqrt(3 * sd * sd / n),
        level,
        () if np.ptp(differences) > 0 else ("zero_variance",),
    )


def smallest_detectable_change(ratings: npt.ArrayLike, *, kind: Kind = "agreement") -> Agreement:
    """Give the change of one participant that exceeds measurement error, in the unit measured.

    From `ratings: (n, k)` of unchanged participants: 1.96 x sqrt(2) x SEM, where the SEM counts
    the difference between raters (`agreement`: two raters may see her) or not (`consistency`: the
    same rater always sees her). Assumes normal errors of one size over the whole scale. Zero error
    is a real answer and is flagged. Source: deVet2006.

    >>> round(smallest_detectable_change([[5, 6], [3, 3], [8, 6]]).estimate, 3)
    2.53
    """
    array = table(ratings)
    n, k = array.shape
    method = f"smallest detectable change, {kind}"
    if n == 0 or k < 2 or (kind == "consistency" and n < 2):
        flag = "too_few_raters" if n and k < 2 else "too_few_participants"
        return Agreement(
            method, "deVet2006", n, k, flags=("no_participants",) if not n else (flag,)
        )
    if kind == "agreement":
        error = float(array.var(axis=1, ddof=1).mean())
    else:
        error = mean_squares(array).residual
    flags = ("perfect_agreement",) if error == 0 else ()
    estimate = 1.96 * math.sqrt(2 * error)
    return Agreement(method, "deVet2006", n, k, estimate, flags=flags)
