"""The CONSORT 2025 flow diagram: boxes as high as their text, arrows between them.

The numbers are flow.py's, those of the analysis the primary comparison's. Each box shows its most
frequent reasons; all of them are in the table.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from cicatrix.analysis.comparisons import ArmValues, Comparison
from cicatrix.analysis.findings import Findings
from cicatrix.analysis.flow import ArmFlow, Counts, Flow
from cicatrix.analysis.labels import english
from cicatrix.analysis.report.drawings import ink
from cicatrix.analysis.report.primary import not_in_it, primary_comparison
from cicatrix.trial.study import Study

PAD, LEAD, GAP, STEP, STAGE = 7.0, 11.0, 14.0, 22.0, 62.0
SHOWN = 4


@dataclass(frozen=True, slots=True)
class Box:
    """A box: its lines (text, indent, bold), left edge and width in points."""

    lines: tuple[tuple[str, float, bool], ...]
    left: float
    width: float

    @property
    def height(self) -> float:
        """Give the height that the lines need."""
        return 2 * PAD + LEAD * len(self.lines) - 2.0


def flow_diagram(findings: Findings) -> str:
    """Draw the flow of participants as SVG."""
    with ink.style():
        return ink.svg(_drawn(findings))


def _drawn(findings: Findings) -> Figure:
    study, flow, primary = findings.study, findings.flow, primary_comparison(findings)
    arms = len(flow.arms)
    column = 178.0 if arms <= 3 else 150.0
    whole = STAGE + arms * column + (arms - 1) * GAP
    centre = STAGE + (whole - STAGE) / 2
    assessed = _box(
        [(f"Assessed for eligibility (n\u00a0=\u00a0{flow.assessed})", True)], (), centre - 95, 190
    )
    excluded = _box(
        [(f"Excluded (n\u00a0=\u00a0{sum(n for _, n in flow.excluded)})", True)],
        _excluded_lines(flow),
        centre + 30,
        max(whole - centre - 30, 200),
    )
    randomised = _box(
        [(f"Randomised (n\u00a0=\u00a0{flow.randomised})", True)], (), centre - 95, 190
    )
    whole = max(whole, excluded.left + excluded.width)
    lefts = [STAGE + place * (column + GAP) for place in range(arms)]
    rows = [
        [_box(*part, left, column) for part, left in zip(parts, lefts, strict=True)]
        for parts in (
            [_allocated(study, arm) for arm in flow.arms],
            [_followed(study, flow, arm) for arm in flow.arms],
            [
                _analysed(findings, primary, *both)
                for both in zip(flow.arms, primary.arms, strict=True)
            ],
        )
    ]
    heights = [max(box.height for box in row) for row in rows]
    branch = excluded.height + 2 * 10
    total = assessed.height + branch + randomised.height + sum(heights) + STEP * 3 + 16
    figure = Figure(figsize=((whole + 4) / 72, (total + 4) / 72))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(-2, whole + 2), ylim=(total + 2, -2))
    axes.set_axis_off()
    y = 0.0
    _draw(axes, assessed, y)
    _stage(axes, "Enrolment", y, assessed.height)
    y += assessed.height
    _draw(axes, excluded, y + 10)
    _arrow(axes, (centre, y), (centre, y + branch))
    _arrow(axes, (centre, y + branch / 2), (excluded.left, y + branch / 2))
    y += branch
    _draw(axes, randomised, y)
    y += randomised.height
    middles = [left + column / 2 for left in lefts]
    axes.plot([centre, centre], [y, y + STEP / 2], color=ink.MUTED, lw=0.8, solid_capstyle="butt")
    axes.plot([middles[0], middles[-1]], [y + STEP / 2] * 2, color=ink.MUTED, lw=0.8)
    for name, row, height in zip(
        ("Allocation", "Follow-up", "Analysis"), rows, heights, strict=True
    ):
        start = y + STEP / 2 if name == "Allocation" else y
        y += STEP if name == "Allocation" else 0
        top = y if name == "Allocation" else y + STEP
        for box, middle in zip(row, middles, strict=True):
            _arrow(axes, (middle, start), (middle, top))
            _draw(axes, box, top, height)
        _stage(axes, name, top, height)
        y = top + height
    return figure


def _excluded_lines(flow: Flow) -> Counts:
    lines: list[tuple[str, int]] = []
    for reason, count in flow.excluded:
        lines.append((reason, count))
        if reason == "Not eligible":
            criteria = [(f"\u2003{text}", n) for text, n in flow.unmet_criteria]
            rest = sum(n for _, n in criteria[SHOWN:])
            lines += criteria[:SHOWN]
            lines += [("\u2003other criteria", rest)] if rest else []
    return tuple(lines)


Part = tuple[list[tuple[str, bool]], Counts]


def _allocated(study: Study, arm: ArmFlow) -> Part:
    label = english(study.arm[arm.arm].label)
    not_planned = sum(n for _, n in arm.not_as_planned)
    return (
        [
            (f"Allocated to {label} (n\u00a0=\u00a0{arm.allocated})", True),
            (f"Treated as planned (n\u00a0=\u00a0{arm.treated_as_planned})", False),
            (f"Not treated as planned (n\u00a0=\u00a0{not_planned})", False),
        ],
        arm.not_as_planned,
    )


def _followed(study: Study, flow: Flow, arm: ArmFlow) -> Part:
    visit = english(study.visit[flow.time_point].label)
    lost = sum(n for _, n in arm.lost)
    return (
        [
            (f"Seen at: {visit} (n\u00a0=\u00a0{arm.followed})", True),
            (f"Not seen (n\u00a0=\u00a0{lost})", False),
        ],
        _shortened(arm.lost),
    )


def _analysed(findings: Findings, primary: Comparison, arm: ArmFlow, values: ArmValues) -> Part:
    labels = {one.id: english(one.label) for one in findings.study.populations}
    members = "; ".join(f"{labels[one.population]} {one.members}" for one in arm.analysed)
    reasons = not_in_it(findings, primary, values)
    n, absent = values.summary.n, sum(count for _, count in reasons)
    head = "In the primary analysis" if primary.not_computed is None else "With a primary value"
    return (
        [
            (f"{head} (n\u00a0=\u00a0{n})", True),
            (f"Not in it (n\u00a0=\u00a0{absent})", False),
        ],
        (*_shortened(reasons), (members, -1)),
    )


def _shortened(counts: Counts) -> Counts:
    if len(counts) <= SHOWN + 1:
        return counts
    rest = sum(n for _, n in counts[SHOWN:])
    return (*counts[:SHOWN], ("other reasons, see the table", rest))


def _box(head: Sequence[tuple[str, bool]], counts: Counts, left: float, width: float) -> Box:
    room, lines = width - 2 * PAD, []
    for text, bold in head:
        lines += [(line, 0.0, bold) for line in ink.wrap(text, room, bold=bold)]
    for reason, count in counts:
        indent = 16.0 if reason.startswith("\u2003") else 0.0 if count < 0 else 8.0
        words = reason.strip()[:1].upper() + reason.strip()[1:]
        told = words if count < 0 else f"{words} (n\u00a0=\u00a0{count})"
        lines += [(line, indent, False) for line in ink.wrap(told, room - indent)]
    return Box(tuple(lines), left, width)


def _draw(axes: Axes, box: Box, top: float, height: float | None = None) -> None:
    axes.add_patch(
        Rectangle(
            (box.left, top),
            box.width,
            height or box.height,
            facecolor="white",
            edgecolor=ink.MUTED,
            linewidth=0.8,
        )
    )
    for place, (text, indent, bold) in enumerate(box.lines):
        axes.text(
            box.left + PAD + indent,
            top + PAD + LEAD * place,
            text,
            va="top",
            ha="left",
            fontweight="bold" if bold else "normal",
        )


def _stage(axes: Axes, name: str, top: float, height: float) -> None:
    axes.text(0, top + height / 2, name, va="center", ha="left", color=ink.MUTED, fontsize=8.5)


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    axes.annotate(
        "",
        xy=end,
        xytext=start,
        arrowprops={
            "arrowstyle": "-|>",
            "color": ink.MUTED,
            "lw": 0.8,
            "shrinkA": 0,
            "shrinkB": 0,
            "mutation_scale": 7,
        },
    )
