"""How far the data can be trusted: agreement of raters, deviations, intercurrent events.

Blocks from findings, nothing computed. The numbers are those of agreement.py and departures.py in
analysis/. No rater is named.
"""

from collections.abc import Iterator, Sequence

from cicatrix.analysis.agreement import RaterAgreement
from cicatrix.analysis.departures import Tally
from cicatrix.analysis.findings import Findings
from cicatrix.analysis.flow import primary_endpoint
from cicatrix.analysis.intercurrent import AVAILABLE
from cicatrix.analysis.labels import english, flags
from cicatrix.analysis.report.document import Block, Figure, Heading, Paragraph, Row, Table
from cicatrix.analysis.report.drawings.rater_differences import rater_differences
from cicatrix.analysis.report.people import arm_heads
from cicatrix.analysis.report.results import region_label
from cicatrix.analysis.report.rounding import decimal, limits, percent, scaled, share
from cicatrix.measures.agreement import Agreement


def quality(findings: Findings) -> Iterator[Block]:
    """Show how raters agreed, and what departed from the plan."""
    yield Heading("agreement", "Agreement of raters")
    forms = list(dict.fromkeys(one.form for one in findings.agreement))
    if not forms:
        yield Paragraph("No form of this study is filled by two raters.")
    for form in forms:
        yield from _form(findings, form, [one for one in findings.agreement if one.form == form])
    yield Heading("departures", "Departures from the plan")
    yield _tallies(
        findings, "deviations", "Protocol deviations and code breaks", findings.deviations,
        "Participants (occurrences).",
    )  # fmt: skip
    if findings.study.intercurrent_events:
        yield _tallies(
            findings, "intercurrent", "Intercurrent events", findings.intercurrent_tallies,
            f"Participants (occurrences). {_strategies(findings)}",
        )  # fmt: skip


def _form(findings: Findings, form: str, parts: Sequence[RaterAgreement]) -> Iterator[Block]:
    study = findings.study
    label = english(study.form[form].label)
    visit = primary_endpoint(study).time_point
    shown = [one for one in parts if one.visit == visit] or list(parts)
    yield Figure(
        f"raters-{form}",
        f"{label}: difference of two raters over their mean, at "
        f"{_visit(findings, shown[0].visit).lower()}. The area of a circle is the number of scars. "
        f"Limits of agreement: mean difference ± 1.96 SD. n = {len(shown[0].totals)} scars rated "
        "twice.",
        f"Bland-Altman plot of {label}: mean difference {decimal(shown[0].limits.bias, 2)}, limits "
        f"{limits(shown[0].limits.limits)}.",
        rater_differences(study, shown[0]),
    )
    several = len({one.region for one in parts}) > 1
    rows: list[Row] = []
    for region in dict.fromkeys(one.region for one in parts):
        if several:
            name = "All regions" if region is None else region_label(findings, region)
            rows.append(Row((name,), group=True))
        rows += [_line(findings, one) for one in parts if one.region == region]
    pairs = sum(
        one.pairs for one in parts if one.visit is not None and one.region is parts[0].region
    )
    note = "ICC(1,1): raters changed from scar to scar; ICC(2,1): the same two saw every scar."
    if several:
        note += " Regions of one person are not independent: intervals over all regions are narrow."
    yield Table(
        f"agreement-{form}",
        f"{label}: agreement of the first two ratings. Pairs of ratings, n = {pairs}.",
        ("", "Pairs", "ICC", "95 % interval", "Same total", "Limits of agreement", "Third rater",
         "No mode"),
        tuple(rows),
        note,
    )  # fmt: skip
    yield _items(findings, form, [one for one in parts if one.region is parts[0].region])


def _line(findings: Findings, one: RaterAgreement) -> Row:
    if one.icc is None:
        icc, interval = "", ""
    elif one.icc.estimate is None:
        icc, interval = "–", flags(one.icc.flags)
    else:
        icc = f"{scaled(one.icc.estimate)} ({one.icc.method.removeprefix('ICC(').rstrip(')')})"
        interval = limits(one.icc.interval)
    return Row((
        f"\u2003{_visit(findings, one.visit)}", str(one.pairs), icc, interval,
        _identical(one.identical), limits(one.limits.limits, 1),
        share(one.called, one.pairs), str(one.no_mode),
    ))  # fmt: skip


def _items(findings: Findings, form: str, parts: Sequence[RaterAgreement]) -> Table:
    visits = [one for one in parts if one.visit is not None]
    names = [item.item for item in parts[0].items]
    rows = []
    for place, name in enumerate(names):
        label = english(findings.study.form[form].items[name].label)
        rows.append(
            Row((label, *(_kappa(one.items[place].kappa, one.items[place].identical)
                          for one in visits)))
        )  # fmt: skip
    heads = (f"{_visit(findings, one.visit)} (n\u00a0=\u00a0{one.pairs})" for one in visits)
    return Table(
        f"kappa-{form}",
        f"{english(findings.study.form[form].label)}: agreement on each item. Pairs of ratings, "
        f"n = {sum(one.pairs for one in visits)}.",
        ("", *heads),
        tuple(rows),
        "Cohen's kappa with linear weights; identical ratings in percent. Kappa depends on how "
        "often each category occurs, so it is never shown alone.",
    )


def _kappa(kappa: Agreement, identical: Agreement) -> str:
    value = scaled(kappa.estimate) if kappa.estimate is not None else "–"
    return f"{value}; {_identical(identical)}"


def _identical(agreement: Agreement) -> str:
    if agreement.estimate is None:
        return "–"
    return percent(round(agreement.estimate * agreement.n), agreement.n)


def _visit(findings: Findings, visit: str | None) -> str:
    return "All visits" if visit is None else english(findings.study.visit[visit].label)


def _tallies(findings: Findings, id: str, what: str, tallies: Sequence[Tally], note: str) -> Table:
    rows = []
    for one in tallies:
        label = one.label + (" (major)" if one.major else "")
        people = sum(n for _, n, _ in one.arms)
        times = sum(n for _, _, n in one.arms)
        cells = [(n, k) for _, n, k in one.arms] + [(people, times)]
        rows.append(Row((label, *(f"{n} ({k})" if n else "0" for n, k in cells))))
    return Table(
        id,
        f"{what}. Everyone randomised, n = {findings.flow.randomised}.",
        ("", *arm_heads(findings, total=True)),
        tuple(rows),
        note,
    )


def _strategies(findings: Findings) -> str:
    labels = {one.id: english(one.label) for one in findings.study.intercurrent_events}
    told = []
    for estimand in findings.study.estimands:
        parts = []
        for event, strategy in estimand.strategies.items():
            words = strategy.replace("_", " ")
            if strategy not in AVAILABLE:
                words += " (not available in this version)"
            parts.append(f"{labels.get(event, event)}: {words}")
        told.append(f"Estimand {estimand.id}, strategies: {'; '.join(parts) or 'none named'}.")
    return " ".join(told)
