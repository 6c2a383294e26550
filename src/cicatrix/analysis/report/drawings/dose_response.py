"""The primary endpoint against dose: every participant at her actual dose, means at the planned.

For a within-person endpoint there is no dose between persons: the differences are drawn by arm
instead, treated minus untreated. The line is the plan's slope, the bars are 95 % intervals.
"""

from collections.abc import Sequence
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cicatrix.analysis.comparisons import Comparison
from cicatrix.analysis.findings import Findings
from cicatrix.analysis.labels import english
from cicatrix.analysis.report.drawings import ink, swarm
from cicatrix.analysis.report.rounding import plain
from cicatrix.analysis.scores import side
from cicatrix.analysis.summary import Summary

WIDTH_IN, HEIGHT_IN = 7.2, 3.1
BOX = (0.095, 0.15, 0.89, 0.75)
Group = tuple[float, int, list[float]]


def dose_response(findings: Findings, comparison: Comparison) -> str:
    """Draw the values of one comparison against dose, or by arm, as SVG."""
    with ink.style():
        figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN))
        axes = figure.add_axes(BOX)
        if comparison.analysis.method == "within_person_exact_in_blocks":
            _by_arm(axes, findings, comparison)
        else:
            _by_dose(axes, findings, comparison)
        axes.grid(axis="y", color="#ececec", lw=0.6)
        _legend(axes, findings)
        if not comparison.values:
            ink.say_empty(axes, "No value to show")
        return ink.svg(figure)


def _by_dose(axes: Axes, findings: Findings, comparison: Comparison) -> None:
    study, step = findings.study, comparison.dose_step or 1.0
    values = dict(comparison.values)
    places = {arm.id: place for place, arm in enumerate(study.arms)}
    groups: dict[tuple[float, int], list[float]] = {}
    for row in findings.participants:
        if row.participant in values and row.actual_dose is not None:
            key = (row.actual_dose / step, places[row.arm])
            groups.setdefault(key, []).append(values[row.participant])
    planned = sorted({arm.planned_dose / step for arm in comparison.arms})
    actual = [dose for dose, _ in groups]
    low, high = min((*planned, *actual)), max((*planned, *actual))
    span = (high - low) or 1.0
    axes.set_xlim(low - 0.08 * span, high + 0.26 * span)
    gaps = [b - a for a, b in pairwise(planned)]
    marks = [((dose, place, own), 0.03 * span) for (dose, place), own in groups.items()]
    _groups(axes, marks, 0.6 * min(gaps, default=span))
    _line(axes, comparison, step, planned)
    for place, arm in enumerate(comparison.arms):
        _mean(axes, arm.planned_dose / step, arm.summary, place)
    axes.set_xticks(planned, [plain(one) for one in planned])
    axes.set_xlabel(
        f"Dose in {plain(step)} {study.treatment.unit}: planned for means, actual for participants"
    )
    axes.set_ylabel(_label(english(comparison.endpoint.label)))


def _by_arm(axes: Axes, findings: Findings, comparison: Comparison) -> None:
    study, values = findings.study, dict(comparison.values)
    pair = comparison.endpoint.within_person or ("", "")
    axes.set_xlim(-0.4, len(study.arms) - 0.2)
    marks: list[tuple[Group, float]] = []
    for place, arm in enumerate(study.arms):
        sign = side(study, arm.id, pair) or 1
        own = [
            sign * values[row.participant]
            for row in findings.participants
            if row.arm == arm.id and row.participant in values
        ]
        marks.append(((float(place), place, own), 0.05))
    _groups(axes, marks, 0.6, with_zero=True)
    for place, arm_values in enumerate(comparison.arms):
        _mean(
            axes,
            float(place),
            arm_values.summary,
            place,
            side(study, arm_values.arm, pair) or 1,
        )
    axes.axhline(0, color=ink.MUTED, lw=0.8)
    axes.set_xticks(
        range(len(study.arms)),
        ["\n".join(ink.wrap(english(arm.label), 150)) for arm in study.arms],
    )
    axes.set_ylabel(_label(f"{english(comparison.endpoint.label)}: treated − untreated"))


def _groups(
    axes: Axes, marks: Sequence[tuple[Group, float]], room: float, *, with_zero: bool = False
) -> None:
    """Draw each group right of its place, so that its mean stands free."""
    seen = [value for (_, _, own), _ in marks for value in own]
    if not seen:
        axes.set_ylim(0, 1)
        axes.set_yticks([])
        return
    lowest, highest = min(seen), max(seen)
    if with_zero:
        lowest, highest = min(lowest, 0.0), max(highest, 0.0)
    margin = 0.07 * (highest - lowest) or 1.0
    axes.set_ylim(lowest - margin, highest + margin)
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    unit = (
        (right - left) / (WIDTH_IN * 72 * BOX[2]),
        (high - low) / (HEIGHT_IN * 72 * BOX[3]),
    )
    step = swarm.bin_size(seen)
    most = max(max(swarm.binned(own, step).values()) for (_, _, own), _ in marks if own)
    width, height = room / unit[0], 0.9 * step / unit[1]
    distance = swarm.spacing(most, width, height)
    for (x, place, own), aside in marks:
        swarm.draw(
            axes,
            x + aside,
            own,
            step=step,
            unit=unit,
            width=width,
            distance=distance,
            most=most,
            place=place,
            centred=False,
        )


def _line(axes: Axes, comparison: Comparison, step: float, planned: Sequence[float]) -> None:
    trend = comparison.trend
    if trend is None or trend.slope.estimate is None:
        return
    slope = trend.slope.estimate * step
    filled = [arm for arm in comparison.arms if arm.summary.mean is not None]
    n = sum(arm.summary.n for arm in filled)
    y = sum((arm.summary.mean or 0.0) * arm.summary.n for arm in filled) / n
    x = sum(arm.planned_dose / step * arm.summary.n for arm in filled) / n
    ends = [planned[0], planned[-1]]
    axes.plot(
        ends,
        [y + slope * (end - x) for end in ends],
        color=ink.MUTED,
        lw=0.9,
        dashes=(4, 3),
        zorder=2,
    )


def _mean(axes: Axes, x: float, summary: Summary, place: int, sign: int = 1) -> None:
    if summary.mean is None:
        return
    if summary.interval is not None:
        axes.plot(
            [x, x], [sign * one for one in summary.interval], color=ink.TEXT, lw=1.3, zorder=4
        )
    axes.plot(
        x,
        sign * summary.mean,
        ink.marker(place),
        ms=7.5,
        color=ink.colour(place),
        mec="white",
        mew=0.9,
        zorder=5,
    )


def _label(text: str) -> str:
    return "\n".join(ink.wrap(text, 200))


def _legend(axes: Axes, findings: Findings) -> None:
    for place, arm in enumerate(findings.study.arms):
        axes.plot(
            [],
            [],
            ink.marker(place),
            color=ink.colour(place),
            ms=5,
            mew=0,
            label=english(arm.label),
        )
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1.015),
        borderaxespad=0,
        ncols=3,
        fontsize=7.5,
        handletextpad=0.4,
        columnspacing=1.6,
        borderpad=0,
    )
