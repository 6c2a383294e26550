"""The dashboard's figures, drawn on the server as SVG in the style of the report.

Text is drawn as outlines, so a viewer needs no font, but this machine does: where it has none for
Chinese, a Chinese page's figure has English words. The same numbers stand in a table beside each
figure. Nothing is by arm, and the same numbers give the same bytes.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date, timedelta
from functools import cache

import matplotlib as mpl
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from cicatrix.analysis.report.drawings import ink
from cicatrix.web.language.names import tag, text_in
from cicatrix.web.oversight.agreement import VisitAgreement
from cicatrix.web.oversight.dashboard import Dashboard
from cicatrix.web.oversight.recruitment import Recruitment
from cicatrix.web.oversight.retention import VisitRetention

_WIDTH_IN, _HEIGHT_IN = 6.4, 3.0
_EPOCH = date(1970, 1, 1)
_FARTHEST_DAYS = 3653
"""How far a forecast is drawn: one that reaches further would hide the curve."""
_CHINESE = (
    "Noto Sans CJK SC", "Noto Sans CJK JP", "Source Han Sans SC", "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei", "Noto Serif CJK SC", "Noto Serif CJK JP", "SimHei", "Microsoft YaHei",
    "PingFang SC", "Droid Sans Fallback",
)  # fmt: skip


def draw(name: str, board: Dashboard) -> str | None:
    """Draw one figure as SVG text; None if there is none of this name."""
    if name not in DRAWN:
        return None
    fonts = ["DejaVu Sans"]
    if tag().startswith("zh"):
        fonts += _chinese_fonts()[:1]
    english = tag().startswith("zh") and len(fonts) == 1
    words: AbstractContextManager[object] = translation.override("en") if english else nullcontext()
    with words, ink.style():
        mpl.rcParams["font.family"] = fonts
        figure = Figure(figsize=(_WIDTH_IN, _HEIGHT_IN), layout="constrained")
        DRAWN[name](figure.add_subplot(), board)
        return ink.svg(figure)


@cache
def _chinese_fonts() -> list[str]:
    there = {one.name for one in font_manager.fontManager.ttflist}
    return [name for name in _CHINESE if name in there]


def _recruitment(axes: Axes, board: Dashboard) -> None:
    found = board.recruitment
    axes.set_ylabel(pgettext("number of participants", "Randomised"))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.axhline(found.planned, color=ink.MUTED, lw=0.9, linestyle="--")
    axes.annotate(
        _("planned: {count}").format(count=found.planned), (0.01, found.planned),
        xycoords=("axes fraction", "data"), va="bottom", color=ink.MUTED, fontsize=7.5,
    )  # fmt: skip
    axes.set_ylim(0, max(found.planned, found.randomised) * 1.12 + 1)
    if not found.curve:
        ink.say_empty(axes, _("Nobody is randomised yet."))
        axes.set_xticks([])
        return
    steps = [*found.curve, (found.today, found.randomised)]
    start = found.opened or steps[0][0]
    days = [_place(day) for day in (min(start, steps[0][0]), *(day for day, _n in steps))]
    axes.step(days, [0, *(n for _day, n in steps)], where="post", color=ink.COLOURS[0], lw=1.6)
    _forecast(axes, found)
    if tag().startswith("zh"):
        first, last = (round(place) for place in axes.get_xlim())
        places = sorted({first + (last - first) * n // 4 for n in range(5)})
        axes.set_xticks(places, [f"{_EPOCH + timedelta(days=one)}" for one in places], fontsize=7)
        return
    locator = AutoDateLocator()  # type: ignore[no-untyped-call]  # matplotlib has no types here
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(
        ConciseDateFormatter(locator)  # type: ignore[no-untyped-call]  # nor here
    )


def _forecast(axes: Axes, found: Recruitment) -> None:
    if found.finished is None or found.randomised >= found.planned:
        return
    today = _place(found.today)
    early, likely, late = (_place(day) for day in found.finished)
    if late - today > _FARTHEST_DAYS:
        return
    axes.fill(
        [today, early, late], [found.randomised, found.planned, found.planned],
        color=ink.COLOURS[0], alpha=0.15, lw=0,
    )  # fmt: skip
    axes.plot(
        [today, likely], [found.randomised, found.planned], color=ink.COLOURS[0], lw=1, ls=":"
    )


def _place(day: date) -> float:
    """Give a day's place on an axis, as matplotlib counts: days since 1970."""
    return float((day - _EPOCH).days)


def _retention(axes: Axes, board: Dashboard) -> None:
    rows = [row for row in board.retention if row.share.estimate is not None]
    axes.set_ylabel(_("Came, of those whose window is over"))
    axes.set_ylim(0, 1.05)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    if not rows:
        ink.say_empty(axes, _("No visit’s window is over yet."))
        axes.set_xticks([])
        return
    shares = [row.share.estimate or 0.0 for row in rows]
    bounds = [row.share.interval or (share, share) for row, share in zip(rows, shares, strict=True)]
    _points(axes, shares, bounds, [_visit(row) for row in rows])


def _visit(row: VisitRetention) -> str:
    return f"{text_in(row.visit.label, tag())}\n{row.kept} / {row.over}"


def _agreement(axes: Axes, board: Dashboard) -> None:
    rows = [row for row in board.agreement if row.icc.estimate is not None]
    axes.set_ylabel(_("Intraclass correlation"))
    axes.set_ylim(-0.1, 1.05)
    axes.axhline(0, color=ink.LINE, lw=0.8)
    if not rows:
        ink.say_empty(axes, _("No agreement can be computed yet."))
        axes.set_xticks([])
        return
    estimates = [row.icc.estimate or 0.0 for row in rows]
    bounds = [row.icc.interval or (one, one) for row, one in zip(rows, estimates, strict=True)]
    axes.set_ylim(min(-0.1, *(low for low, _high in bounds)) - 0.02, 1.05)
    _points(axes, estimates, bounds, [_rated(row) for row in rows])


def _rated(row: VisitAgreement) -> str:
    return f"{text_in(row.visit.label, tag())}\nn = {row.icc.n}"


def _points(
    axes: Axes, values: Sequence[float], bounds: Sequence[tuple[float, float]], names: Sequence[str]
) -> None:
    """Draw estimates with their intervals over named places."""
    places = range(len(values))
    axes.vlines(
        places, [low for low, _high in bounds], [high for _low, high in bounds],
        color=ink.COLOURS[0], lw=1.1,
    )  # fmt: skip
    axes.plot(places, values, "o", color=ink.COLOURS[0], ms=5)
    room = 0.85 * 72 * _WIDTH_IN / max(len(names), 1)
    written = [
        "\n".join(line for part in name.split("\n") for line in ink.wrap(part, room, 7))
        if not tag().startswith("zh")
        else name
        for name in names
    ]
    axes.set_xticks(list(places), written, fontsize=7)
    axes.set_xlim(-0.6, len(values) - 0.4)


DRAWN: Mapping[str, Callable[[Axes, Dashboard], None]] = {
    "recruitment": _recruitment,
    "retention": _retention,
    "agreement": _agreement,
}
"""Every figure by its name in an address."""
