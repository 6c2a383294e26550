"""A column of numbers, checked: one dimension, complete, finite.

Statistics take complete columns by contract: whoever calls decides what to do with a missing value
and reports it. Go next to `result` for what comes out.
"""

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


def column(values: npt.ArrayLike, name: str) -> FloatArray:
    """Return `values` as an (n,) array of floats; refuse a missing or infinite one by its place.

    >>> column([1, 2], "weight_kg")
    array([1., 2.])
    """
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1:
        raise ValueError(f"{name} has {array.ndim} dimensions; give one column of n numbers.")
    bad = np.flatnonzero(~np.isfinite(array))
    if bad.size:
        raise ValueError(
            f"{name} is missing or not finite at position {bad[0]}; "
            "pass complete values and report how many were left out."
        )
    return array


def check_level(level: float) -> float:
    """Return a confidence level strictly between 0 and 1, or refuse it.

    >>> check_level(0.95)
    0.95
    """
    if not 0 < level < 1:
        raise ValueError(f"A confidence level of {level} is impossible; give one like 0.95.")
    return level
