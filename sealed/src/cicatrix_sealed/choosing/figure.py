"""The choice as a picture: how predictable each procedure is against how unequal arms become.

Each point is labelled beside it, its shape says the family and its filling whether it is chosen,
possible or refused, so that grey paper and any eye can tell them apart. The bytes repeat, and text
is drawn as outlines: the figure needs no font.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, TypeAlias

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from cicatrix_sealed.choosing.alternatives import Weighed
from cicatrix_sealed.choosing.minimised import FAIR_COIN, Simulated

_TEXT, _MUTED, _LINE = "#222222", "#6b6b6b", "#b8b8b8"
_SIZE = 8.0
_LINE_HEIGHT = 10.5
_Box: TypeAlias = tuple[float, float, float, float]
"""Left, bottom, right, top in points."""
_FAMILIES = {
    "permuted_blocks": ("o", "#1b4f8a"),
    "big_stick": ("s", "#e69f00"),
    "biased_coin": ("D", "#cc79a7"),
    "urn": ("^", "#009e73"),
    "simple": ("v", "#444444"),
    "range": ("o", "#1b4f8a"),
    "variance": ("s", "#e69f00"),
    FAIR_COIN: ("v", "#444444"),
}
_STYLE: Any = {
    "svg.hashsalt": "cicatrix",
    "svg.fonttype": "path",
    "font.family": "DejaVu Sans",
    "font.size": _SIZE,
    "text.color": _TEXT,
    "axes.edgecolor": _LINE,
    "axes.labelcolor": _TEXT,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "xtick.color": _LINE,
    "ytick.color": _LINE,
    "xtick.labelcolor": _TEXT,
    "ytick.labelcolor": _TEXT,
}
_INCHES = (7.2, 5.4)
_LEAST = 2.0**-4
"""Where no imbalance at all is drawn, which has no place on a scale that doubles."""


@dataclass(frozen=True, slots=True)
class Point:
    """One option in the picture: imbalance across, share of right guesses up, and its look."""

    name: str
    across: float
    up: float
    family: str
    note: str = ""
    chosen: bool = False
    refused: bool = False


_SAID: Mapping[type[Weighed | Simulated], tuple[str, str]] = {
    Weighed: (
        "Each point is a procedure; lower is harder to guess, further left is better balanced. "
        "In brackets: places known for certain.",
        "Mean imbalance on the way, largest arm less smallest (participants; scale doubles)",
    ),
    Simulated: (
        "Each point is a way to minimise, or a fair coin; lower is harder to guess, further left "
        "is better balanced.",
        "Mean imbalance at a level of a factor, at the end (participants; scale doubles)",
    ),
}
"""What a point is, and the axis of imbalance."""


def draw_choice(
    options: Sequence[Weighed | Simulated], *, title: str, chance: float, default: bool = False
) -> str:
    """Draw the options as SVG text; `chance` is what guessing without knowledge gets right.

    With `default` the marked one was not chosen: it is what is taken where nothing is.
    """
    points = [_plotted(one) for one in options]
    what, across = _SAID[type(options[0])]
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_STYLE)
        figure = Figure(figsize=_INCHES)
        axes = figure.add_axes((0.085, 0.1, 0.895, 0.77))
        _axes(axes, points, across, chance)
        for one in points:
            _point(axes, one)
        _labels(axes, points, chance, "default" if default else "chosen")
        figure.text(0.02, 0.955, title, fontsize=10, fontweight="bold", va="center")
        figure.text(0.02, 0.905, what, color=_MUTED, va="center")
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
        return out.getvalue()


def _plotted(one: Weighed | Simulated) -> Point:
    if isinstance(one, Simulated):
        family, note = one.name.partition(",")[0], "" if one.at_levels else "0 imbalance"
        across = max(one.at_levels, _LEAST)
        return Point(one.name, across, one.correct, family, note, one.chosen)
    certain = "0" if not one.certain else f"{100 * one.certain:.1f} %"
    option = one.option
    return Point(
        option.name, one.way, one.correct, option.procedure.kind, certain, option.chosen,
        bool(option.refused),
    )  # fmt: skip


def _axes(axes: Axes, points: Sequence[Point], across: str, chance: float) -> None:
    least = min(one.across for one in points)
    furthest = max(one.across for one in points)
    highest = max(one.up for one in points)
    axes.set_xscale("log", base=2)
    axes.set_xlim(least / 1.25, max(furthest, least * 2) * 1.7)
    lowest = min(chance, *(one.up for one in points))
    axes.set_ylim(max(0.0, lowest - 0.05), min(1.0, highest + 0.04))
    axes.xaxis.set_major_locator(FixedLocator([2.0**power for power in range(-4, 10)]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlabel(across)
    axes.set_ylabel("Next arms guessed right (share)")
    axes.grid(visible=True, color="#e8e8e8", linewidth=0.6)
    axes.axhline(chance, color=_MUTED, linewidth=0.9, linestyle=(0, (4, 3)), zorder=1)
    axes.annotate(
        f"pure chance, {chance:.3f}",
        (0, chance),
        xycoords=("axes fraction", "data"),
        xytext=(5, -4),
        textcoords="offset points",
        va="top",
        color=_MUTED,
    )


def _point(axes: Axes, one: Point) -> None:
    marker, colour = _FAMILIES[one.family]
    axes.plot(
        [one.across],
        [one.up],
        marker=marker,
        markersize=8.5 if one.chosen else 6.5,
        markerfacecolor="white" if one.refused else colour,
        markeredgecolor=_TEXT if one.chosen else colour,
        markeredgewidth=2.2 if one.chosen else 1.2,
        linestyle="none",
        zorder=4 if one.chosen else 3,
        clip_on=False,
    )


def _labels(axes: Axes, options: Sequence[Point], chance: float, mark: str) -> None:
    """Write each name beside its point, where it covers no point, no other name and no line."""
    points = {one.name: _in_points(axes, one.across, one.up) for one in options}
    line = _in_points(axes, options[0].across, chance)[1]
    edge, floor = (bound * 72 / axes.figure.dpi for bound in (axes.bbox.x0, axes.bbox.y0))
    taken = [(x - 6, y - 6, x + 6, y + 6) for x, y in points.values()]
    taken.append((0.0, line - 1, 1e6, line + 1))
    for one in sorted(options, key=lambda one: (-one.up, one.across)):
        x, y = points[one.name]
        text = _label(one, mark)
        weight = "bold" if one.chosen else "normal"
        font = FontProperties(family="DejaVu Sans", size=_SIZE, weight=weight)
        width = float(text_to_path.get_text_width_height_descent(text, font, False)[0])
        box = next(
            box
            for box in _candidates(x, y, width)
            if box[0] > edge and box[1] > floor and not any(_meet(box, other) for other in taken)
        )
        taken.append(box)
        left, middle = box[0], (box[1] + box[3]) / 2
        far = abs(middle - y) > _LINE_HEIGHT / 2
        near = left if left > x else box[2]
        axes.annotate(
            text,
            (one.across, one.up),
            xytext=(near - x, middle - y),
            textcoords="offset points",
            ha="left" if left > x else "right",
            va="center",
            color=_MUTED if one.refused else _TEXT,
            fontweight=weight,
            arrowprops={"arrowstyle": "-", "color": _LINE, "linewidth": 0.7} if far else None,
        )


def _in_points(axes: Axes, x: float, y: float) -> tuple[float, float]:
    across, up = axes.transData.transform((x, y)) * 72 / axes.figure.dpi
    return float(across), float(up)


def _candidates(x: float, y: float, width: float) -> Iterator[_Box]:
    """Give places for a label, the nearest first: right or left of its point, then further off."""
    half = _LINE_HEIGHT / 2
    for step in count():
        for up in (step, -step) if step else (0,):
            middle, off = y + up * 3, 9 + min(step, 5)
            yield x + off, middle - half, x + off + width, middle + half
            yield x - off - width, middle - half, x - off, middle + half


def _meet(one: _Box, other: _Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _label(one: Point, mark: str) -> str:
    state = f", {mark}" if one.chosen else ", refused" if one.refused else ""
    return f"{one.name}{state}{f' ({one.note})' if one.note else ''}"
