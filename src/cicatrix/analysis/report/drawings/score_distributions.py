"""Every accepted score by arm and visit: a dot a participant, with the quartiles behind.

Not bars of means, which hide how scores spread. How dots of equal scores are laid out is swarm.py.
"""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from cicatrix.analysis.findings import Findings
from cicatrix.analysis.labels import english
from cicatrix.analysis.report.drawings import ink, swarm
from cicatrix.analysis.summary import Summary
from cicatrix.trial.forms import Item

WIDTH_IN, HEIGHT_IN = 7.4, 4.2
BOX = (0.075, 0.115, 0.915, 0.765)
Columns = dict[tuple[str, str], list[float]]


def score_distributions(findings: Findings, form: str, region: str) -> str:
    """Draw the accepted totals of one form and region as SVG."""
    with ink.style():
        figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN))
        axes = figure.add_axes(BOX)
        _drawn(axes, findings, form, region)
        return ink.svg(figure)


def _drawn(axes: Axes, findings: Findings, form: str, region: str) -> None:
    study = findings.study
    visits = [visit.id for visit in study.visits if form in visit.forms]
    arms = [arm.id for arm in study.arms]
    columns: Columns = {(visit, arm): [] for visit in visits for arm in arms}
    for row in findings.accepted:
        if (row.place.form, row.place.region) == (form, region) and row.total is not None:
            columns[row.place.visit, row.arm].append(row.total)
    rule = study.form[form].rating
    total = study.form[form].items[rule.total] if rule else None
    axes.set(xlim=(-0.5, len(visits) - 0.5), ylim=_range(total, columns))
    _groups(axes, visits, arms, columns)
    for one in findings.scores:
        if (one.form, one.region) == (form, region):
            slot = 0.88 / len(arms)
            x = visits.index(one.visit) - 0.44 + slot * (arms.index(one.arm) + 0.5)
            _quartiles(axes, x, slot, one.summary)
            axes.annotate(
                str(one.summary.n),
                (x, 0),
                (0, -4),
                ha="center",
                va="top",
                xycoords=("data", "axes fraction"),
                textcoords="offset points",
                fontsize=6.5,
                color=ink.MUTED,
            )
    axes.set_xticks(
        range(len(visits)),
        ["\n".join(ink.wrap(english(study.visit[one].label), 76)) for one in visits],
    )
    axes.tick_params(axis="x", length=0, pad=14)
    unit = f", {total.unit}" if total is not None and total.unit else ""
    axes.set_ylabel("\n".join(ink.wrap(f"{english(study.form[form].label)}, total{unit}", 210)))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=8, integer=True))
    axes.grid(axis="y", color="#ececec", lw=0.6)
    _legend(axes, [english(arm.label) for arm in study.arms])
    if not any(columns.values()):
        ink.say_empty(axes, "No accepted score")


def _groups(axes: Axes, visits: Sequence[str], arms: Sequence[str], columns: Columns) -> None:
    slot = 0.88 / len(arms)
    low, high = axes.get_ylim()
    unit = (
        len(visits) / (WIDTH_IN * 72 * BOX[2]),
        (high - low) / (HEIGHT_IN * 72 * BOX[3]),
    )
    step = swarm.bin_size([value for column in columns.values() for value in column])
    counts = [swarm.binned(column, step) for column in columns.values() if column]
    most = max((max(one.values()) for one in counts), default=1)
    width, height = 0.9 * slot / unit[0], 0.9 * step / unit[1]
    distance = swarm.spacing(most, width, height)
    for x, visit in enumerate(visits):
        if x:
            axes.axvline(x - 0.5, color=ink.LINE, lw=0.5)
        for place, arm in enumerate(arms):
            swarm.draw(
                axes,
                x - 0.44 + slot * (place + 0.5),
                columns[visit, arm],
                step=step,
                unit=unit,
                width=width,
                distance=distance,
                most=most,
                place=place,
            )


def _range(total: Item | None, columns: Columns) -> tuple[float, float]:
    seen = [value for column in columns.values() for value in column]
    low = min(seen, default=0.0) if total is None or total.minimum is None else total.minimum
    high = max(seen, default=low + 1) if total is None or total.maximum is None else total.maximum
    # Of a long scale only the part in use is shown, so that the scores can be told apart.
    if seen and max(seen) < low + 0.6 * (high - low):
        high = max(seen)
    room = max(0.04 * (high - low), 0.6)
    return low - room, high + room


def _quartiles(axes: Axes, x: float, slot: float, summary: Summary) -> None:
    if summary.median is None or summary.lower_quartile is None or summary.upper_quartile is None:
        return
    edges = [x - 0.47 * slot, x + 0.47 * slot]
    axes.fill_between(
        edges, summary.lower_quartile, summary.upper_quartile, color="#e6e6e6", lw=0, zorder=1
    )
    axes.plot(edges, [summary.median] * 2, color=ink.TEXT, lw=1.4, zorder=2, solid_capstyle="butt")


def _legend(axes: Axes, labels: Sequence[str]) -> None:
    handles = [
        Line2D(
            [],
            [],
            linestyle="none",
            marker=ink.marker(place),
            color=ink.colour(place),
            ms=4.5,
            mew=0,
            label=label,
        )
        for place, label in enumerate(labels)
    ]
    handles.append(Line2D([], [], color=ink.TEXT, lw=1.4, label="Median"))
    handles.append(Line2D([], [], color="#dddddd", lw=6, label="Middle half"))
    axes.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0, 1.015),
        borderaxespad=0,
        ncols=3 if sum(map(len, labels)) > 60 else 5,
        fontsize=7.5,
        handletextpad=0.5,
        columnspacing=1.6,
        borderpad=0,
    )
