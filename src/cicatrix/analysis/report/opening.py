"""The first screen: what was found, in plain words, by arm, and as a picture.

The primary result with its estimate, interval, exact p and n; how many are missing and why; how
the raters agreed; harms; and everything that should make the reader careful. The same for a
terminal is terminal.py.
"""

from collections.abc import Iterator

from cicatrix.analysis.comparisons import Comparison, Difference
from cicatrix.analysis.findings import Findings
from cicatrix.analysis.labels import english, flags, reason
from cicatrix.analysis.outcomes import unit_of
from cicatrix.analysis.report.document import Block, Figure, Heading, Items, Paragraph, Table
from cicatrix.analysis.report.drawings.dose_response import dose_response
from cicatrix.analysis.report.primary import by_arm, population_label, primary_comparison
from cicatrix.analysis.report.rounding import (
    limits,
    p_equals,
    people,
    percent,
    plain,
    scaled,
    share,
)
from cicatrix.analysis.summary import Summary

READING = {
    "linear_trend_exact_in_blocks": "The estimate is the slope of the mean over the planned dose, "
    "by least squares with Student's t interval: it describes the size and takes a straight line "
    "for granted. The p value is exact and two-sided, over all arrangements of the arms within "
    "the blocks that were used.",
    "difference_from_reference": "Each estimate is a difference of two means from the reference "
    "arm; interval and two-sided p by Welch's t.",
    "within_person_exact_in_blocks": "The estimate is the mean difference within persons, both "
    "sides with equal weight, with Student's t interval: it describes the size. The p value is "
    "exact and two-sided, over all arrangements of the arms within the blocks that were used.",
}
"""How the first screen's numbers are to be read, by the method of the primary comparison."""


def opening(findings: Findings) -> Iterator[Block]:
    """Say what was found."""
    yield Heading("found", "What was found")
    if findings.flow.randomised == 0:
        yield Paragraph(_nobody(findings), "lead")
    for comparison in findings.comparisons:
        if comparison.analysis.role == "primary" and findings.flow.randomised:
            yield Paragraph(told(findings, comparison), "lead")
    if findings.flow.randomised:
        yield by_arm(findings)
    yield Items(tuple(_entries(findings)))
    for comparison in pictured(findings):
        if comparison.values:
            yield response(findings, comparison)


def summary_of(findings: Findings) -> tuple[str, ...]:
    """Give the first screen as plain sentences, one for each thing found."""
    lines = []
    for block in opening(findings):
        if isinstance(block, Paragraph):
            lines.append(block.text)
        elif isinstance(block, Items):
            lines += [f"{head}: {text}" for head, text in block.entries]
        elif isinstance(block, Table):
            for row in block.rows:
                cells = zip(block.columns[1:], row.cells[1:], strict=True)
                told_cells = "; ".join(f"{name.lower()} {cell}" for name, cell in cells)
                lines.append(f"{row.cells[0]}: {told_cells}.")
    return tuple(line.replace("\u00a0", " ").replace("\u202f", " ") for line in lines)


def pictured(findings: Findings) -> list[Comparison]:
    """Give the primary comparisons that have a figure: those with dose, or within persons."""
    return [
        one
        for one in findings.comparisons
        if one.analysis.role == "primary" and one.analysis.method != "difference_from_reference"
    ]


def response(findings: Findings, comparison: Comparison) -> Figure:
    """Show the values of a comparison over dose, or by arm within persons."""
    label = english(comparison.endpoint.label)
    within = comparison.analysis.method == "within_person_exact_in_blocks"
    what = (
        "treated minus untreated within each person, by arm"
        if within
        else "by dose: each participant at the dose she really had, means at the planned dose"
    )
    line = "" if within else " The dashed line is the slope on planned dose."
    return Figure(
        f"response-{comparison.analysis.id}",
        f"{label}, {what}. Large marks are means, bars their 95\u00a0% intervals.{line} "
        f"{population_label(findings, comparison)}, n = {comparison.n} analysed of "
        f"{comparison.population_size}.",
        f"{label} {what}. {told(findings, comparison)}",
        dose_response(findings, comparison),
    )


def told(findings: Findings, comparison: Comparison) -> str:
    """Tell one comparison in sentences."""
    label = english(comparison.endpoint.label)
    if comparison.not_computed is not None:
        return f"{label}: the planned comparison was not computed: {comparison.not_computed}."
    of = f"n = {comparison.n} of {comparison.randomised} randomised"
    if comparison.n == 1:
        return f"{label}: one participant has a value, so nothing can be compared ({of})."
    if comparison.trend is None:
        return " ".join(
            f"{label}: {_difference(findings, comparison, one)}" for one in comparison.differences
        )
    test, slope = comparison.trend.test, comparison.trend.slope
    exact = f"exact re-randomisation {p_equals(test.p)}, {of}"
    if "nothing_to_rearrange" in test.flags:
        exact = f"no test, for the arms could not have fallen otherwise, {of}"
    if comparison.analysis.method == "within_person_exact_in_blocks":
        return f"{label}: treated minus untreated {_size(findings, comparison, 1.0)}; {exact}."
    if slope.estimate is None:
        return f"{label}: no slope over dose can be estimated ({flags(slope.flags)}); {exact}."
    step = comparison.dose_step or 1.0
    unit = findings.study.treatment.unit
    return (
        f"{label}: for each {plain(step)} {unit} planned the mean changes by "
        f"{_size(findings, comparison, step)}; {exact}."
    )


def caution(findings: Findings, comparison: Comparison) -> str:
    """Say what the flags of a comparison mean, or nothing; missing values are told elsewhere."""
    found: tuple[str, ...] = ()
    if comparison.trend is not None:
        found = (*comparison.trend.test.flags, *comparison.trend.slope.flags)
    for difference in comparison.differences:
        found = (*found, *difference.result.flags)
    return flags(tuple(one for one in dict.fromkeys(found) if one != "scores_missing"))


def missing_told(findings: Findings, summaries: list[Summary], *, after: bool | None = None) -> str:
    """Count what is missing, with the reasons, over several arms.

    `after` takes only what an intercurrent event made missing, or only the rest.
    """
    events = {f"after_{one.id}" for one in findings.study.intercurrent_events}
    total: dict[str, int] = {}
    for summary in summaries:
        for code, count in summary.reasons:
            if after is not None and (code in events) is not after:
                continue
            words = reason(code, findings.study)
            total[words] = total.get(words, 0) + count
    return ", ".join(
        f"{words}\u00a0{count}" for words, count in sorted(total.items(), key=lambda one: -one[1])
    )


def _size(findings: Findings, comparison: Comparison, step: float) -> str:
    assert comparison.trend is not None  # told() asks for a trend only
    slope = comparison.trend.slope
    if slope.estimate is None:
        return f"cannot be estimated ({flags(slope.flags)})"
    unit = unit_of(findings.study, comparison.endpoint)
    size = scaled(slope.estimate * step) + (f" {unit}" if unit else "")
    if slope.interval is None:
        return f"{size} (no interval: {flags(slope.flags)})"
    low, high = slope.interval
    return f"{size} ({slope.level:.0%} interval {limits((low * step, high * step))})".replace(
        "%", "\u00a0%"
    )


def _difference(findings: Findings, comparison: Comparison, one: Difference) -> str:
    arms = findings.study.arm
    names = f"{english(arms[one.arm].label)} minus {english(arms[one.reference].label)}"
    result = one.result
    if result.estimate is None:
        return f"{names} cannot be estimated ({flags(result.flags)})."
    size = scaled(result.estimate)
    if result.interval is None:
        return f"{names} {size} (no interval: {flags(result.flags)}; n = {result.n})."
    return (
        f"{names} {size} (95\u00a0% interval {limits(result.interval)}; {p_equals(result.p)}, "
        f"n = {result.n})."
    )


def _nobody(findings: Findings) -> str:
    if findings.flow.assessed:
        start = f"Nobody was enrolled: {findings.flow.assessed} assessed, 0 randomised."
    else:
        start = "Nobody was enrolled."
    why = findings.provenance.recruitment_reason
    status = findings.provenance.recruitment.replace("_", " ").lower()
    reason_told = f"Recruitment status: {status}" + (f" ({why.rstrip('.')})." if why else ".")
    return f"{start} {reason_told} There is no result: every table of the report is an empty shell."


def _entries(findings: Findings) -> Iterator[tuple[str, str]]:
    flow = findings.flow
    yield (
        "Participants",
        (
            f"{flow.assessed} assessed, {flow.randomised} randomised to "
            f"{len(flow.arms)} arms{_between(findings)}."
        ),
    )
    if flow.randomised == 0:
        return
    primary = primary_comparison(findings)
    if primary.not_computed is None:
        yield "Reading", READING[primary.analysis.method]
    yield from _missing(findings, primary)
    if primary.not_computed is None and (found := caution(findings, primary)):
        yield "Caution", found[0].upper() + found[1:] + "."
    yield from _raters(findings, primary)
    yield from _harms(findings)
    yield from _departures(findings)


def _between(findings: Findings) -> str:
    days = [row.randomised_on for row in findings.participants if row.randomised_on is not None]
    if not days:
        return ""
    first, last = min(days), max(days)
    return f" from {first} to {last}" if first != last else f" on {first}"


def _missing(findings: Findings, primary: Comparison) -> Iterator[tuple[str, str]]:
    summaries = [arm.summary for arm in primary.arms]
    size, absent = primary.population_size, sum(summary.missing for summary in summaries)
    if absent == 0:
        yield "Missing", f"0 of {size} values of the primary endpoint."
        return
    told_share = f"{absent} of {size} values of the primary endpoint ({percent(absent, size)})"
    taken = primary.set_missing
    if not taken:
        yield "Missing", f"{told_share}: {missing_told(findings, summaries)}."
        return
    seen = size - absent + taken
    aside = missing_told(findings, summaries, after=True)
    parts = [f"{taken} of the {seen} observed set aside by the hypothetical strategy ({aside})"]
    if absent > taken:
        why = missing_told(findings, summaries, after=False)
        parts.insert(0, f"{absent - taken} not observed ({why})")
    yield "Missing", f"{told_share}: {'; '.join(parts)}."


def _raters(findings: Findings, primary: Comparison) -> Iterator[tuple[str, str]]:
    form = primary.endpoint.variable.partition(".")[0]
    for one in findings.agreement:
        if (one.form, one.visit) != (form, primary.endpoint.time_point):
            continue
        if one.region is not None and len(findings.study.form[form].regions) > 1:
            continue
        icc = one.icc
        if icc is None or icc.estimate is None:
            shown = f"no ICC ({flags(icc.flags)})" if icc else "no ICC"
        else:
            interval = (
                f"95\u00a0% interval {limits(icc.interval)}" if icc.interval else "no interval"
            )
            shown = f"{icc.method} {scaled(icc.estimate)} ({interval})"
        scars = f"{one.pairs} scar" + ("" if one.pairs == 1 else "s")
        yield (
            "Raters",
            (
                f"Primary score: {shown} on {scars} rated twice; "
                f"{share(one.called, one.pairs)} needed a third rater, {one.no_mode} had "
                "no most frequent value."
            ),
        )


def _harms(findings: Findings) -> Iterator[tuple[str, str]]:
    safety = findings.safety
    at_risk = sum(n for _, n in safety.at_risk)
    counts = {line.kind: sum(one.with_event for one in line.arms) for line in safety.lines[:2]}
    yield (
        "Adverse events",
        (
            f"{counts['any']} of {people(at_risk)} with any dose had one; "
            f"{counts['serious']} had a serious one."
        ),
    )


def _departures(findings: Findings) -> Iterator[tuple[str, str]]:
    members = ", ".join(
        f"{english(one.label).lower()} {len(one.participants)}" for one in findings.populations
    )
    yield "Populations", members[:1].upper() + members[1:] + "."
    major = sum(row.major_deviations > 0 for row in findings.participants)
    broken, times = findings.provenance.codes_broken, findings.provenance.code_breaks
    again = f", {times} times" if times > broken else ""
    others = sum(one.other_dose for one in findings.exposure)
    yield (
        "Departures",
        (
            f"{people(major)} with a major deviation; {others} with a dose other than planned; "
            + (f"code broken for {people(broken)}{again}." if broken else "no code broken.")
        ),
    )
    if findings.flow.data_withdrawn:
        yield (
            "Data withdrawn",
            (
                f"{people(findings.flow.data_withdrawn)} withdrew from all use of data: counted in "
                "the flow, used nowhere else."
            ),
        )
