"""Where the dots of equal values go: rows beside and above one another, so that each can be seen.

Not random: the same values give the same picture. Where there are too many for dots that can be
told apart, a bar whose area is the count stands for them.
"""

from collections import Counter
from collections.abc import Sequence
from math import ceil, floor

import numpy as np
from matplotlib.axes import Axes

from cicatrix.analysis.report.drawings import ink

SMALLEST, SINGLE, LARGEST = 1.6, 2.6, 4.2


def bin_size(values: Sequence[float]) -> float:
    """Give the step within which values count as equal: 1 for whole scores, else 1/40 of the range.

    >>> bin_size([3.0, 4.0]), bin_size([0.5, 4.5])
    (1.0, 0.1)
    """
    if all(float(value).is_integer() for value in values):
        return 1.0
    return float(np.ptp(values)) / 40 or 1.0


def binned(values: Sequence[float], step: float) -> Counter[int]:
    """Count values by their bin."""
    return Counter(round(value / step) for value in values)


def spacing(most: int, width: float, height: float) -> float | None:
    """Give the largest distance of dots in points at which `most` fit width x height, or None.

    In one row if that leaves dots that can be told apart, else in several.

    >>> spacing(1, 20, 10), spacing(10_000, 20, 10)
    (4.2, None)
    """
    if width / most >= SINGLE:
        return min(LARGEST, width / most)
    distance = SINGLE
    while distance >= SMALLEST:
        in_row = floor(width / distance)
        if in_row and ceil(most / in_row) * distance <= max(height, distance):
            return distance
        distance = round(distance - 0.1, 1)
    return None


def rows(count: int, distance: float, width: float, *, centred: bool) -> list[tuple[float, float]]:
    """Give the offsets in points of `count` dots, in rows that are centred or start at 0.

    >>> rows(3, 4.0, 8.0, centred=True)
    [(-2.0, 2.0), (2.0, 2.0), (0.0, -2.0)]
    """
    in_row = max(1, floor(width / distance + 1e-9))
    lines = ceil(count / in_row)
    found = []
    for line in range(lines):
        here = min(in_row, count - line * in_row)
        start = -(here - 1) / 2 * distance if centred else 0.0
        y = ((lines - 1) / 2 - line) * distance
        found += [(start + place * distance, y) for place in range(here)]
    return found


def draw(
    axes: Axes,
    x: float,
    values: Sequence[float],
    *,
    step: float,
    unit: tuple[float, float],
    width: float,
    distance: float | None,
    most: int,
    place: int,
    centred: bool = True,
) -> None:
    """Draw the values of one group at `x`; `unit` is the size of a point on the two axes."""
    counts = sorted(binned(values, step).items())
    if distance is None:
        lengths = [count / most * width * unit[0] for _, count in counts]
        axes.barh(
            [value * step for value, _ in counts],
            lengths,
            left=[x - length / 2 if centred else x for length in lengths],
            height=0.75 * step,
            color=ink.colour(place),
            linewidth=0,
            zorder=3,
        )
        return
    dots = [
        (x + dx * unit[0], value * step + dy * unit[1])
        for value, count in counts
        for dx, dy in rows(count, distance, width, centred=centred)
    ]
    axes.plot(
        [one for one, _ in dots],
        [one for _, one in dots],
        ink.marker(place),
        ms=distance * 0.84,
        mew=0,
        color=ink.colour(place),
        linestyle="none",
        zorder=3,
    )
