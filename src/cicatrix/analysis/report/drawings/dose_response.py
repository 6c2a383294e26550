"""The primary endpoint against dose: every participant at her actual dose, means at the planned.

For a within-person endpoint there is no dose between persons: the differences are drawn by arm
instead, treated minus untreated. The line is the plan's slope, the bars are 95 % intervals.
"""

from collections import Counter
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cicatrix.analysis.comparisons import Comparison
from cicatrix.analysis.findings import Findings
from cicatrix.analysis.labels import english
from cicatrix.analysis.report.drawings import ink
from cicatrix.analysis.report.rounding import plain
from cicatrix.analysis.scores import side
from cicatrix.analysis.summary import Summary

WIDTH_IN, HEIGHT_IN = 7.0, 3.7


def dose_response(findings: Findings, comparison: Comparison) -> str:
    """Draw the values of one comparison against dose, or by arm, as SVG."""
    with ink.style():
        figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN), layout="constrained")
        axes = figure.add_subplot()
        if comparison.analysis.method == "within_person_exact_in_blocks":
            _by_arm(axes, findings, comparison)
        else:
            _by_dose(axes, findings, comparison)
        axes.grid(axis="y", color="#ececec", lw=0.6)
        return ink.svg(figure)


def _by_dose(axes: Axes, findings: Findings, comparison: Comparison) -> None:
    study, step = findings.study, comparison.dose_step or 1.0
    values = dict(comparison.values)
    planned = sorted({arm.planned_dose / step for arm in comparison.arms})
    span = (planned[-1] - planned[0]) or 1.0
    seen: Counter[tuple[float, float]] = Counter()
    for row in findings.participants:
        if row.participant not in values or row.actual_dose is None:
            continue
        place = [arm.id for arm in study.arms].index(row.arm)
        x, y = row.actual_dose / step, values[row.participant]
        seen[x, y] += 1
        axes.plot(
            _aside(x, seen[x, y], 0.011 * span), y, ink.marker(place), ms=3.2, mew=0,
            color=ink.colour(place), alpha=0.55, zorder=2,
        )
    _line(axes, comparison, step, planned)
    for place, arm in enumerate(comparison.arms):
        _mean(axes, arm.planned_dose / step - 0.045 * span, arm.summary, place)
    axes.set_xticks(planned)
    axes.set_xlim(planned[0] - 0.13 * span, planned[-1] + 0.13 * span)
    axes.set_xlabel(
        f"Actual dose (points) and planned dose (means), in {plain(step)} {study.treatment.unit}"
    )
    axes.set_ylabel(_label(english(comparison.endpoint.label)))
    _finish(axes, findings, bool(values))


def _by_arm(axes: Axes, findings: Findings, comparison: Comparison) -> None:
    study, values = findings.study, dict(comparison.values)
    pair = comparison.endpoint.within_person or ("", "")
    seen: Counter[tuple[int, float]] = Counter()
    for row in findings.participants:
        if row.participant not in values:
            continue
        place = [arm.id for arm in study.arms].index(row.arm)
        y = values[row.participant] * (side(study, row.arm, pair) or 1)
        seen[place, y] += 1
        axes.plot(
            _aside(place, seen[place, y], 0.03), y, ink.marker(place), ms=3.4, mew=0,
            color=ink.colour(place), alpha=0.65, zorder=2,
        )
    for place, arm in enumerate(comparison.arms):
        sign = side(study, arm.arm, pair) or 1
        _mean(axes, place - 0.16, arm.summary, place, sign)
    axes.axhline(0, color=ink.MUTED, lw=0.8)
    axes.set_xticks(
        range(len(study.arms)),
        ["\n".join(ink.wrap(english(arm.label), 190)) for arm in study.arms],
    )
    axes.set_xlim(-0.5, len(study.arms) - 0.5)
    axes.set_ylabel(_label(f"{english(comparison.endpoint.label)}: treated − untreated"))
    _finish(axes, findings, bool(values))


def _aside(x: float, count: int, step: float) -> float:
    """Move the second and later points of one place right and left of it, right first."""
    return x + step * (count // 2) * (1 if count % 2 == 0 else -1)


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
        ends, [y + slope * (end - x) for end in ends], color=ink.MUTED, lw=0.9, dashes=(4, 3),
        zorder=1,
    )


def _mean(axes: Axes, x: float, summary: Summary, place: int, sign: int = 1) -> None:
    if summary.mean is None:
        return
    if summary.interval is not None:
        axes.plot([x, x], [sign * one for one in summary.interval], color=ink.TEXT, lw=1.2, zorder=4)
    axes.plot(
        x, sign * summary.mean, ink.marker(place), ms=7, color=ink.colour(place),
        mec="white", mew=0.9, zorder=5,
    )


def _label(text: str) -> str:
    return "\n".join(ink.wrap(text, 210))


def _finish(axes: Axes, findings: Findings, any_value: bool) -> None:
    axes.margins(y=0.08)
    if not any_value:
        ink.say_empty(axes, "No value to show")
        return
    for place, arm in enumerate(findings.study.arms):
        axes.plot([], [], ink.marker(place), color=ink.colour(place), ms=5, mew=0,
                  label=english(arm.label))
    axes.legend(
        loc="lower left", bbox_to_anchor=(0, 1.01), borderaxespad=0, ncols=3,
        fontsize=7.5, handletextpad=0.4, columnspacing=1.6, borderpad=0,
    )
