"""What came out: scores by arm and visit, the planned comparisons, every endpoint.

Blocks from findings, nothing computed. The sentence that tells a comparison is opening.py's.
"""

from collections.abc import Iterator

from cicatrix.analysis.comparisons import Comparison
from cicatrix.analysis.findings import Findings
from cicatrix.analysis.flow import primary_endpoint
from cicatrix.analysis.labels import english
from cicatrix.analysis.outcomes import Outcome
from cicatrix.analysis.report.document import Block, Figure, Heading, Paragraph, Row, Table
from cicatrix.analysis.report.drawings.score_distributions import score_distributions
from cicatrix.analysis.report.opening import caution, missing_told, pictured, response, told
from cicatrix.analysis.report.people import mean_sd, median_quartiles
from cicatrix.analysis.report.primary import population_label, treated_minus_untreated
from cicatrix.analysis.report.rounding import (
    decimal,
    limits,
    p_value,
    percent_limits,
    plain,
    scaled,
    share,
)
from cicatrix.analysis.scores import ScoreSummary

METHODS = {
    "linear_trend_exact_in_blocks": "Linear trend with the planned dose, exact re-randomisation "
    "test within the actual blocks; slope by least squares",
    "difference_from_reference": "Difference of means from the reference arm, Welch",
    "within_person_exact_in_blocks": "Difference of two regions within persons, exact "
    "re-randomisation test within the actual blocks; size by least squares on the side treated, "
    "both sides with equal weight",
}


def results(findings: Findings) -> Iterator[Block]:
    """Show scores by arm and visit, endpoints, and comparisons."""
    yield Heading("scores", "Scores by arm and visit")
    forms = [form for form in findings.study.forms if form.rating is not None]
    for form in forms:
        for region in form.regions:
            yield from _scores(findings, form.id, region)
    yield from _contrasts(findings)
    yield Heading("comparisons", "Planned comparisons")
    yield from _comparisons(findings)
    yield Heading("endpoints", "Endpoints")
    yield _endpoints(findings)


def region_label(findings: Findings, region: str) -> str:
    """Give the label of a region."""
    return next(english(one.label) for one in findings.study.regions if one.id == region)


def _scores(findings: Findings, form: str, region: str) -> Iterator[Block]:
    label = english(findings.study.form[form].label)
    where = region_label(findings, region)
    here = [one for one in findings.scores if (one.form, one.region) == (form, region)]
    scored = sum(one.summary.n for one in here)
    yield Figure(
        f"scores-{form}-{region}",
        f"{label}, accepted total, by arm and visit: {where}. A mark is a participant, the line "
        f"the median, the shaded band the middle half. Everyone randomised, n = "
        f"{findings.flow.randomised}; the numbers under the marks are those with a score.",
        f"Distribution of the accepted total of {label} by arm and visit; {scored} scores. The "
        "table below has the numbers.",
        score_distributions(findings, form, region),
    )
    rows: list[Row] = []
    for visit in dict.fromkeys(one.visit for one in here):
        rows.append(Row((english(findings.study.visit[visit].label),), group=True))
        rows += [_score_row(findings, one) for one in here if one.visit == visit]
    why = missing_told(findings, [one.summary for one in here])
    yield Table(
        f"scores-table-{form}-{region}",
        f"{label}, accepted total: {where}. Everyone randomised, n = {findings.flow.randomised}.",
        ("", "n", "Mean (SD)", "Median [quartiles]", "Range", "Missing", "Third rater", "No mode"),
        tuple(rows),
        "Third rater: the first two differed. No mode: an accepted value is the median of three "
        "different ones, or there is none." + (f" Missing, over all visits: {why}." if why else ""),
    )


def _score_row(findings: Findings, one: ScoreSummary) -> Row:
    summary = one.summary
    spread = f"{plain(summary.minimum)}–{plain(summary.maximum)}" if summary.n else "–"
    return Row((
        f"\u2003{english(findings.study.arm[one.arm].label)}",
        str(summary.n),
        mean_sd(summary, 2),
        median_quartiles(summary, 2),
        spread,
        str(summary.missing),
        str(one.third_called),
        str(one.flagged),
    ))  # fmt: skip


def _contrasts(findings: Findings) -> Iterator[Block]:
    if not findings.contrast_summaries:
        return
    rows: list[Row] = []
    for key in dict.fromkeys((one.form, one.visit) for one in findings.contrast_summaries):
        form, visit = (
            english(findings.study.form[key[0]].label),
            english(findings.study.visit[key[1]].label),
        )
        rows.append(Row((f"{form}: {visit}",), group=True))
        for one in findings.contrast_summaries:
            if (one.form, one.visit) != key:
                continue
            first, second = (region_label(findings, region) for region in one.regions)
            name = (
                "Treated − untreated, everyone"
                if one.arm is None
                else f"{first} − {second}, {english(findings.study.arm[one.arm].label)}"
            )
            summary = one.summary
            rows.append(
                Row((
                    f"\u2003{name}", str(summary.n), mean_sd(summary, 2), limits(summary.interval),
                    median_quartiles(summary, 2), str(summary.missing),
                ))
            )  # fmt: skip
    yield Table(
        "contrasts",
        "Differences of accepted totals within persons. Everyone randomised, "
        f"n = {findings.flow.randomised}.",
        ("", "n", "Mean (SD)", "95 % interval of the mean", "Median [quartiles]", "Missing"),
        tuple(rows),
        "Described one visit at a time, without tests.",
    )


def _comparisons(findings: Findings) -> Iterator[Block]:
    for comparison in findings.comparisons:
        if comparison.analysis.role != "primary":
            continue
        if findings.flow.randomised:
            yield Paragraph(told(findings, comparison))
        if comparison in pictured(findings) and not comparison.values:
            yield response(findings, comparison)
    yield _comparison_table(findings)


def _comparison_table(findings: Findings) -> Table:
    rows: list[Row] = []
    notes: list[str] = []
    for one in findings.comparisons:
        label = f"{one.analysis.role.capitalize()}: {english(one.endpoint.label)}"
        rows.append(Row((f"{label}. {population_label(findings, one)}",), group=True))
        rows.append(Row((f"\u2003{METHODS[one.analysis.method]}", *("",) * 4)))
        rows += _comparison_rows(findings, one)
        if one.set_missing:
            notes.append(
                f"{english(one.endpoint.label)} ({one.analysis.id}): {one.set_missing} set missing "
                "after an intercurrent event, by the hypothetical strategy."
            )
        if found := caution(findings, one):
            notes.append(f"{one.analysis.id}: {found}.")
    levels = sorted({one.analysis.significance for one in findings.comparisons})
    notes.append(
        "Two-sided tests, not adjusted for several comparisons; planned significance level "
        + ", ".join(f"{level:g}" for level in levels)
        + "."
    )
    return Table(
        "comparisons-table",
        "Planned comparisons, each as planned. Everyone randomised, n = "
        f"{findings.flow.randomised}; the first column of numbers is those compared.",
        ("", "n", "Estimate", "95 % interval", "p"),
        tuple(rows),
        " ".join(notes),
    )


def _comparison_rows(findings: Findings, one: Comparison) -> Iterator[Row]:
    if one.not_computed is not None:
        yield Row((f"\u2003Not computed: {one.not_computed}", str(one.n), "–", "–", "–"))
        return
    for difference in one.differences:
        arms = findings.study.arm
        name = (
            f"{english(arms[difference.arm].label)} − {english(arms[difference.reference].label)}"
        )
        result = difference.result
        yield Row((
            f"\u2003{name}", str(result.n), scaled(result.estimate),
            limits(result.interval), p_value(result.p),
        ))  # fmt: skip
    if one.trend is None:
        return
    slope, step = one.trend.slope, one.dose_step or 1.0
    name = f"Slope for each {plain(step)} {findings.study.treatment.unit} planned"
    if one.analysis.method == "within_person_exact_in_blocks":
        name, step = "Treated − untreated", 1.0
    size = None if slope.estimate is None else slope.estimate * step
    interval = slope.interval and (slope.interval[0] * step, slope.interval[1] * step)
    yield Row((
        f"\u2003{name}", str(one.n), scaled(size), limits(interval), p_value(one.trend.test.p)
    ))  # fmt: skip
    for arm in one.arms:
        summary = treated_minus_untreated(findings, one, arm)
        yield Row((
            f"\u2003\u2003mean, {english(findings.study.arm[arm.arm].label)}", str(summary.n),
            decimal(summary.mean), limits(summary.interval), "",
        ))  # fmt: skip


def _endpoints(findings: Findings) -> Table:
    rows: list[Row] = []
    for one in findings.outcomes:
        unit = f", {one.unit}" if one.unit else ""
        rows.append(
            Row((f"{one.endpoint.role.capitalize()}: {english(one.endpoint.label)}{unit}",), True)
        )
        rows += _endpoint_rows(one)
    primary = english(primary_endpoint(findings.study).label)
    return Table(
        "endpoints-table",
        f"Every endpoint as seen, by arm. Everyone randomised, n = {findings.flow.randomised}.",
        ("", *(f"{english(arm.label)}" for arm in findings.study.arms)),
        tuple(rows),
        "Before any strategy for intercurrent events. Only the planned comparisons are tested; the "
        f"primary endpoint is: {primary}.",
    )


def _endpoint_rows(one: Outcome) -> Iterator[Row]:
    columns = one.columns
    if one.endpoint.aggregation == "distribution":
        totals = [sum(n for _, n in column.categories) for column in columns]
        names = list(dict.fromkeys(name for column in columns for name, _ in column.categories))
        for name in names:
            counts = [dict(column.categories).get(name, 0) for column in columns]
            yield Row((
                f"\u2003{name}, n\u00a0(%)",
                *(share(n, of) for n, of in zip(counts, totals, strict=True)),
            ))  # fmt: skip
    elif one.endpoint.aggregation == "proportion":
        yield Row((
            "\u2003n of N (exact 95 % interval)",
            *(
                f"{round(c.proportion.estimate * c.proportion.n)} of {c.proportion.n} "
                f"({percent_limits(c.proportion)})"
                if c.proportion is not None and c.proportion.estimate is not None
                else "–"
                for c in columns
            ),
        ))  # fmt: skip
    elif one.endpoint.aggregation == "median":
        yield Row(("\u2003n", *(str(column.summary.n) for column in columns)))
        yield Row(("\u2003median [quartiles]", *(median_quartiles(c.summary, 2) for c in columns)))
    else:
        yield Row(("\u2003n", *(str(column.summary.n) for column in columns)))
        yield Row(("\u2003mean (SD)", *(mean_sd(column.summary, 2) for column in columns)))
        yield Row(("\u2003median [quartiles]", *(median_quartiles(c.summary, 2) for c in columns)))
    yield Row(("\u2003missing", *(str(column.summary.missing) for column in columns)))
