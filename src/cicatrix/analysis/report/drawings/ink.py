"""How every figure looks: one palette, one typeface, quiet axes, bytes that repeat.

Three colours that differ in lightness too, so they hold in grey and for the colour-blind, and a
marker for each arm besides. Text is drawn as outlines: a figure needs no font.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

COLOURS = ("#1b4f8a", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#444444")
MARKERS = ("o", "s", "^", "D", "v", "P")
TEXT = "#222222"
MUTED = "#6b6b6b"
LINE = "#b8b8b8"
SIZE = 8.0
_STYLE: Any = {
    "svg.hashsalt": "cicatrix",
    "svg.fonttype": "path",
    "font.family": "DejaVu Sans",
    "font.size": SIZE,
    "text.color": TEXT,
    "axes.edgecolor": LINE,
    "axes.labelcolor": TEXT,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": LINE,
    "ytick.color": LINE,
    "xtick.labelcolor": TEXT,
    "ytick.labelcolor": TEXT,
    "axes.axisbelow": True,
    "legend.frameon": False,
}


@contextmanager
def style() -> Iterator[None]:
    """Draw in the report's style whatever the machine's own settings are."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_STYLE)
        yield


def svg(figure: Figure) -> str:
    """Give a figure as SVG text, the same text for the same figure."""
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None}, facecolor="none")
    return out.getvalue()


def colour(place: int) -> str:
    """Give the colour of an arm by its place in the study file."""
    return COLOURS[place % len(COLOURS)]


def marker(place: int) -> str:
    """Give the marker of an arm by its place in the study file."""
    return MARKERS[place % len(MARKERS)]


def width(text: str, size: float = SIZE, *, bold: bool = False) -> float:
    """Measure a line of text in points."""
    if not text.strip():
        return 0.0
    font = FontProperties(family="DejaVu Sans", weight="bold" if bold else "normal", size=size)
    return float(text_to_path.get_text_width_height_descent(text, font, False)[0])


def wrap(text: str, room: float, size: float = SIZE, *, bold: bool = False) -> list[str]:
    """Break a text into lines that fit `room` points; a word that does not fit is broken."""
    lines, line = [], ""
    for word in text.split(" "):
        longer = f"{line} {word}".strip()
        if width(longer, size, bold=bold) <= room:
            line = longer
            continue
        if line:
            lines.append(line)
        while width(word, size, bold=bold) > room:
            cut = len(word) - 1
            while cut > 1 and width(word[:cut], size, bold=bold) > room:
                cut -= 1
            lines.append(word[:cut])
            word = word[cut:]
        line = word
    return [*lines, line] if line or not lines else lines


def say_empty(axes: Axes, text: str) -> None:
    """Write in the middle of empty axes why they are empty."""
    axes.text(0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center", color=MUTED)
