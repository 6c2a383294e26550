"""Every accepted score by arm and visit: a dot a participant, with the quartiles behind.

Not bars of means, which hide how scores spread. Where a value is too frequent for dots that can be
told apart, a bar as wide as its count stands for them.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from cicatrix.analysis.findings import Findings
from cicatrix.analysis.labels import english
from cicatrix.analysis.report.drawings import ink
from cicatrix.analysis.scores import ScoreSummary

WIDTH_IN, HEIGHT_IN = 7.4, 3.7
SMALLEST = 1.5


def score_distributions(findings: Findings, form: str, region: str) -> str:
    """Draw the accepted totals of one form and region as SVG."""
    with ink.style():
        figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN), layout="constrained")
        axes = figure.add_subplot()
        _drawn(axes, findings, form, region)
        return ink.svg(figure)


def _drawn(axes: Axes, findings: Findings, form: str, region: str) -> None:
    study = findings.study
    arms = [arm.id for arm in study.arms]
    visits = [visit.id for visit in study.visits if form in visit.forms]
    columns = {
        (visit, arm): [
            row.total
            for row in findings.accepted
            if (row.place.form, row.place.region, row.place.visit, row.arm)
            == (form, region, visit, arm)
            and row.total is not None
        ]
        for visit in visits
        for arm in arms
    }
    rule = study.form[form].rating
    total = study.form[form].items[rule.total] if rule else None
    low, high = _range(total.minimum if total else None, total.maximum if total else None, columns)
    axes.set(xlim=(-0.5, max(len(visits), 1) - 0.5), ylim=(low, high))
    slot = 0.84 / len(arms)
    slot_points = WIDTH_IN * 72 * 0.93 / max(len(visits), 1) * slot
    step = _bin(columns)
    most = max((max(Counter(_binned(c, step)).values()) for c in columns.values() if c), default=1)
    spacing = min(3.4, 0.92 * slot_points / most)
    summaries = {
        (one.visit, one.arm): one
        for one in findings.scores
        if (one.form, one.region) == (form, region)
    }
    for x, visit in enumerate(visits):
        for place, arm in enumerate(arms):
            middle = x - 0.42 + slot * (place + 0.5)
            _quartiles(axes, middle, slot, summaries.get((visit, arm)))
            _dots(axes, middle, slot / slot_points, spacing, columns[visit, arm], step, place)
            axes.annotate(
                str(len(columns[visit, arm])), (middle, 0), (0, -4), ha="center", va="top",
                xycoords=("data", "axes fraction"), textcoords="offset points",
                fontsize=6.5, color=ink.MUTED,
            )
        if x:
            axes.axvline(x - 0.5, color=ink.LINE, lw=0.5)
    axes.set_xticks(range(len(visits)), [english(study.visit[one].label) for one in visits])
    axes.tick_params(axis="x", length=0, pad=14)
    axes.annotate("n", (0, 0), (-6, -4), xycoords="axes fraction", textcoords="offset points",
                  ha="right", va="top", fontsize=6.5, color=ink.MUTED)
    unit = f", {total.unit}" if total is not None and total.unit else ""
    axes.set_ylabel(f"{english(study.form[form].label)}, total{unit}")
    axes.grid(axis="y", color="#ececec", lw=0.6)
    _legend(axes, [english(arm.label) for arm in study.arms])
    if not any(columns.values()):
        ink.say_empty(axes, "No accepted score")


def _range(
    minimum: float | None, maximum: float | None, columns: dict[tuple[str, str], list[float]]
) -> tuple[float, float]:
    seen = [value for column in columns.values() for value in column]
    low = minimum if minimum is not None else min(seen, default=0.0)
    high = maximum if maximum is not None else max(seen, default=1.0)
    # A long scale of which a part is used: show the part, with some room.
    if seen and max(seen) < low + 0.6 * (high - low):
        high = max(seen) + 0.08 * (high - low)
    room = 0.04 * (high - low) or 1.0
    return low - room, high + room


def _bin(columns: dict[tuple[str, str], list[float]]) -> float:
    seen = [value for column in columns.values() for value in column]
    if all(float(value).is_integer() for value in seen):
        return 1.0
    return float(np.ptp(seen)) / 40 or 1.0


def _binned(column: Sequence[float], step: float) -> list[int]:
    return [round(value / step) for value in column]


def _dots(
    axes: Axes, middle: float, point: float, spacing: float, column: Sequence[float],
    step: float, place: int,
) -> None:
    counts = Counter(_binned(column, step))
    if spacing < SMALLEST:
        half = [count * spacing * point / 2 for count in counts.values()]
        axes.barh(
            [value * step for value in counts], [2 * one for one in half],
            left=[middle - one for one in half], height=0.7 * step, color=ink.colour(place), lw=0,
        )
        return
    xs, ys = [], []
    for value, count in sorted(counts.items()):
        xs += [middle + (k - (count - 1) / 2) * spacing * point for k in range(count)]
        ys += [value * step] * count
    axes.plot(
        xs, ys, ink.marker(place), ms=spacing * 0.86, mew=0, color=ink.colour(place),
        linestyle="none", zorder=3,
    )


def _quartiles(axes: Axes, middle: float, slot: float, one: ScoreSummary | None) -> None:
    if one is None or one.summary.median is None:
        return
    summary = one.summary
    lower, upper = summary.lower_quartile or 0.0, summary.upper_quartile or 0.0
    axes.fill_between(
        [middle - 0.44 * slot, middle + 0.44 * slot], lower, upper, color="#e9e9e9", lw=0, zorder=1
    )
    axes.plot(
        [middle - 0.46 * slot, middle + 0.46 * slot], [summary.median] * 2,
        color=ink.TEXT, lw=1.1, zorder=4, solid_capstyle="butt",
    )


def _legend(axes: Axes, labels: Sequence[str]) -> None:
    handles = [
        Line2D([], [], linestyle="none", marker=ink.marker(place), color=ink.colour(place),
               ms=4.5, mew=0, label=label)
        for place, label in enumerate(labels)
    ]
    handles.append(Line2D([], [], color=ink.TEXT, lw=1.1, label="Median"))
    handles.append(Line2D([], [], color="#dddddd", lw=6, label="Middle half"))
    axes.legend(
        handles=handles, loc="lower left", bbox_to_anchor=(0, 1.01), borderaxespad=0,
        ncols=3 if sum(map(len, labels)) > 60 else 5,
        fontsize=7.5, handletextpad=0.5, columnspacing=1.6, borderpad=0,
    )
