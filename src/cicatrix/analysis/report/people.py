"""Who took part: flow, populations, baseline, doses.

Blocks from findings, nothing computed. The numbers are those of flow.py, populations.py,
baseline.py and departures.py in analysis/.
"""

from collections.abc import Iterator, Sequence

from cicatrix.analysis.baseline import BaselineItem, Column
from cicatrix.analysis.findings import Findings
from cicatrix.analysis.flow import Counts
from cicatrix.analysis.labels import english
from cicatrix.analysis.populations import RULES
from cicatrix.analysis.report.document import Block, Figure, Heading, Paragraph, Row, Table
from cicatrix.analysis.report.drawings.flow_diagram import flow_diagram
from cicatrix.analysis.report.primary import not_in_it, population_label, primary_comparison
from cicatrix.analysis.report.rounding import decimal, percent, plain, share
from cicatrix.analysis.summary import Summary


def arm_heads(findings: Findings, *, total: bool = False) -> tuple[str, ...]:
    """Give the arms' labels with n randomised, as heads of columns."""
    flow = findings.flow
    heads = [
        f"{english(findings.study.arm[arm.arm].label)} (n\u00a0=\u00a0{arm.allocated})"
        for arm in flow.arms
    ]
    return (*heads, f"All (n\u00a0=\u00a0{flow.randomised})") if total else tuple(heads)


def people(findings: Findings) -> Iterator[Block]:
    """Show flow, populations, baseline and doses."""
    yield Heading("flow", "Participants")
    yield _diagram(findings)
    yield _flow_table(findings)
    yield _populations(findings)
    yield Heading("baseline", "Baseline")
    yield from _baseline(findings)
    yield Heading("doses", "Doses")
    yield _doses(findings)


def _diagram(findings: Findings) -> Figure:
    flow = findings.flow
    visit = english(findings.study.visit[flow.time_point].label)
    arms = "; ".join(
        f"{english(findings.study.arm[arm.arm].label)}: {arm.allocated} allocated, "
        f"{arm.treated_as_planned} treated as planned, {arm.followed} seen at {visit}"
        for arm in flow.arms
    )
    return Figure(
        "flow-diagram",
        f"Flow of participants (CONSORT 2025). Everyone screened, n = {flow.assessed}. The primary "
        f"analysis is among: {population_label(findings, primary_comparison(findings)).lower()}. "
        "The last line of a box counts the members of each population.",
        f"Flow diagram: {flow.assessed} assessed, {sum(n for _, n in flow.excluded)} excluded, "
        f"{flow.randomised} randomised. {arms}.",
        flow_diagram(findings),
    )


def _flow_table(findings: Findings) -> Table:
    flow = findings.flow
    blank = ("",) * len(flow.arms)
    rows = [Row((f"Assessed for eligibility: {flow.assessed}",), group=True)]
    rows += [Row((f"Excluded: {reason}", *blank, str(n))) for reason, n in flow.excluded]
    rows.append(
        Row(("Randomised", *(str(arm.allocated) for arm in flow.arms), str(flow.randomised)))
    )
    parts: list[tuple[str, list[tuple[int, Counts]], str]] = [
        (
            "Treated as planned",
            [(arm.treated_as_planned, arm.not_as_planned) for arm in flow.arms],
            "Not as planned",
        ),
        (
            f"Seen at: {english(findings.study.visit[flow.time_point].label)}",
            [(arm.followed, arm.lost) for arm in flow.arms],
            "Not seen",
        ),
    ]
    for label, counts, otherwise in parts:
        rows.append(_numbers(label, [n for n, _ in counts]))
        for reason in dict.fromkeys(reason for _, whys in counts for reason, _ in whys):
            rows.append(
                _numbers(
                    f"{otherwise}: {reason}", [dict(whys).get(reason, 0) for _, whys in counts]
                )
            )
    rows += _analysed_rows(findings)
    note = "Each person is counted once at each step, by the first reason that applies."
    if flow.unmet_criteria:
        criteria = "; ".join(f"{text} ({n})" for text, n in flow.unmet_criteria)
        note += (
            f" Criteria of those not eligible, of which one person may fail several: {criteria}."
        )
    heads = ("", *(english(findings.study.arm[arm.arm].label) for arm in flow.arms), "All")
    caption = f"Flow of participants with every reason. Everyone screened, n = {flow.assessed}."
    return Table("flow-table", caption, heads, tuple(rows), note)


def _analysed_rows(findings: Findings) -> Iterator[Row]:
    primary = primary_comparison(findings)
    computed = primary.not_computed is None
    name = "In the primary analysis" if computed else "With a value for the primary analysis"
    yield _numbers(name, [arm.summary.n for arm in primary.arms])
    out = [dict(not_in_it(findings, primary, arm)) for arm in primary.arms]
    for why in dict.fromkeys(why for reasons in out for why in reasons):
        yield _numbers(f"Not in it: {why}", [reasons.get(why, 0) for reasons in out])


def _numbers(label: str, counts: Sequence[int]) -> Row:
    return Row((label, *(str(n) for n in counts), str(sum(counts))))


def _populations(findings: Findings) -> Table:
    rows: list[Row] = []
    for place, one in enumerate(findings.populations):
        rows.append(
            _numbers(
                english(one.label), [arm.analysed[place].members for arm in findings.flow.arms]
            )
        )
        observed = [arm.analysed[place].with_value for arm in findings.flow.arms]
        rows.append(_numbers("\u2003with a value of the primary endpoint", observed))
        arms = {row.participant: row.arm for row in findings.participants}
        asked = ("data_withdrawn", *one.requires)
        for rule in sorted({rule for _, rule in one.excluded}, key=asked.index):
            out = [arms[who] for who, why in one.excluded if why == rule]
            counts = [out.count(arm.arm) for arm in findings.flow.arms]
            rows.append(_numbers(f"\u2003not met: {RULES[rule]}", counts))
    rules = " ".join(
        f"{english(one.label)}: {', '.join(RULES[rule] for rule in one.requires)}."
        for one in findings.populations
    )
    return Table(
        "populations",
        f"Populations for analysis. Everyone randomised, n = {findings.flow.randomised}.",
        ("", *arm_heads(findings, total=True)),
        tuple(rows),
        f"{rules} A participant outside is counted at the first rule not met. Values of the "
        "primary endpoint are counted before any strategy for intercurrent events.",
    )


def _baseline(findings: Findings) -> Iterator[Block]:
    study = findings.study
    used = findings.flow.randomised - findings.flow.data_withdrawn
    shown = [one for one in findings.baseline if not (one.criterion and one.constant)]
    same = [one for one in findings.baseline if one.criterion and one.constant]
    rows: list[Row] = []
    for one in shown:
        rows += _baseline_rows(findings, one)
    heads = [
        f"{english(arm.label)} (n\u00a0=\u00a0{exposed.n})"
        for arm, exposed in zip(study.arms, findings.exposure, strict=True)
    ]
    yield Table(
        "baseline-table",
        f"Baseline characteristics. Randomised whose data are used, n = {used}.",
        ("", *heads, f"All (n\u00a0=\u00a0{used})"),
        tuple(rows),
        "Mean (SD) and median [quartiles] for numbers, n (%) of those with an answer for "
        "categories. No test is made: between randomised arms a difference at baseline is chance.",
    )
    if same:
        told = "; ".join(f"{one.label}: {(one.constant or '').lower()}" for one in same)
        yield Paragraph(f"The same for every participant: {told}.", "note")


def _baseline_rows(findings: Findings, one: BaselineItem) -> Iterator[Row]:
    unit = f", {one.unit}" if one.unit and one.unit not in one.label.lower() else ""
    regions = {region.id: english(region.label) for region in findings.study.regions}
    where = f" ({regions[one.region]})" if one.region else ""
    missing = sum(column.missing for column in one.columns if column.arm is not None)
    if one.columns[0].summary is not None:
        yield Row((f"{one.label}{where}{unit}, mean (SD)", *(_mean_sd(c) for c in one.columns)))
        yield Row(("\u2003median [quartiles]", *(_median(c) for c in one.columns)))
    elif len(one.columns[0].counts) == 1:
        yield Row((f"{one.label}{where}", *(share(c.counts[0][1], c.n) for c in one.columns)))
    else:
        yield Row((f"{one.label}{where}",), group=True)
        for place, (name, _) in enumerate(one.columns[0].counts):
            if any(column.counts[place][1] for column in one.columns):
                yield Row((f"\u2003{name}", *(share(c.counts[place][1], c.n) for c in one.columns)))
    if missing:
        yield Row(("\u2003missing", *(str(column.missing) for column in one.columns)))


def _mean_sd(column: Column) -> str:
    return mean_sd(column.summary) if column.summary else ""


def mean_sd(summary: Summary, digits: int = 1) -> str:
    """Show a mean and its SD."""
    if summary.mean is None:
        return "–"
    return f"{decimal(summary.mean, digits)} ({decimal(summary.sd, digits)})"


def _median(column: Column) -> str:
    return median_quartiles(column.summary) if column.summary else ""


def median_quartiles(summary: Summary, digits: int = 1) -> str:
    """Show a median and its quartiles; whole scores and their quarters as they are."""
    if summary.median is None:
        return "–"
    three = (summary.median, summary.lower_quartile or 0.0, summary.upper_quartile or 0.0)
    exact = all((4 * one).is_integer() for one in three)
    median, lower, upper = (plain(one) if exact else decimal(one, digits) for one in three)
    return f"{median} [{lower}, {upper}]"


def _doses(findings: Findings) -> Table:
    unit = findings.study.treatment.unit
    lines = findings.exposure
    rows = (
        Row((f"Planned dose, {unit}", *(plain(one.planned_dose) for one in lines))),
        Row((f"Actual dose, {unit}, mean", *(plain(one.actual_dose.mean) for one in lines))),
        Row((
            "\u2003smallest to largest",
            *(
                f"{plain(one.actual_dose.minimum)} to {plain(one.actual_dose.maximum)}"
                if one.actual_dose.n
                else "–"
                for one in lines
            ),
        )),
        Row(("Participants with another dose", *(share(o.other_dose, o.n) for o in lines))),
        Row(("Tubes planned", *(str(one.tubes_planned) for one in lines))),
        Row(("\u2003given", *(_part(one.tubes_given, one.tubes_planned) for one in lines))),
        Row(("\u2003missed", *(_part(one.tubes_missed, one.tubes_planned) for one in lines))),
        Row(("\u2003neither recorded", *(_part(o.tubes_open, o.tubes_planned) for o in lines))),
        Row(("Tubes of another day or kit", *(str(one.tubes_swapped) for one in lines))),
        Row(("Tubes discarded", *(str(one.tubes_discarded) for one in lines))),
    )  # fmt: skip
    heads = [
        f"{english(findings.study.arm[one.arm].label)} (n\u00a0=\u00a0{one.n})"
        for one in findings.exposure
    ]
    return Table(
        "doses-table",
        "Doses planned and given. Randomised whose data are used, "
        f"n = {sum(one.n for one in lines)}.",
        ("", *heads),
        rows,
        "The actual dose is the sum of the contents of the tubes applied, whichever they were.",
    )


def _part(count: int, of: int) -> str:
    return f"{count} ({percent(count, of)})" if count else "0"
