"""Two raters' totals against one another: difference over mean, with limits of agreement.

A circle's area is the number of scars at that place, for whole scores coincide.
Source: BlandAltman1986.
"""

from collections import Counter

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from cicatrix.analysis.agreement import RaterAgreement
from cicatrix.analysis.labels import english
from cicatrix.analysis.report.drawings import ink
from cicatrix.analysis.report.rounding import decimal
from cicatrix.trial.study import Study

WIDTH_IN, HEIGHT_IN = 6.4, 3.4


def rater_differences(study: Study, agreement: RaterAgreement) -> str:
    """Draw the differences of two raters on one form at one visit as SVG."""
    with ink.style():
        figure = Figure(figsize=(WIDTH_IN, HEIGHT_IN), layout="constrained")
        axes = figure.add_subplot()
        counts = Counter(((a + b) / 2, a - b) for a, b in agreement.totals)
        places = sorted(counts)
        axes.scatter(
            [x for x, _ in places],
            [y for _, y in places],
            s=[15 * counts[place] for place in places],
            facecolor=ink.COLOURS[0],
            edgecolor="white",
            linewidth=0.4,
            alpha=0.75,
            zorder=3,
        )
        axes.axhline(0, color=ink.LINE, lw=0.8)
        limits = agreement.limits
        lines = [(limits.bias, "mean difference", "-")] if limits.bias is not None else []
        if limits.limits is not None:
            low, high = limits.limits
            lines += [(high, "upper limit", "--"), (low, "lower limit", "--")]
        for value, name, dash in lines:
            axes.axhline(value, color=ink.TEXT, lw=0.9, linestyle=dash, zorder=2)
            axes.annotate(
                f"{name} {decimal(value, 1)}",
                (1.01, value),
                xycoords=("axes fraction", "data"),
                va="center",
                ha="left",
                fontsize=7.5,
                annotation_clip=False,
            )
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.margins(0.08, 0.12)
        label = english(study.form[agreement.form].label)
        axes.set_xlabel(f"{label}: mean of the two ratings")
        axes.set_ylabel("First minus second rating")
        if not places:
            ink.say_empty(axes, "No scar was rated by two raters")
            axes.set(xticks=[], yticks=[])
        return ink.svg(figure)
