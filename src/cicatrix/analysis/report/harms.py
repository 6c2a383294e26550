"""Adverse events: each kind by arm with exact intervals, and each serious one by itself.

Blocks from findings, nothing computed. What counts, and from when, is analysis/safety.py's.
"""

from collections.abc import Iterator

from cicatrix.analysis.findings import Findings
from cicatrix.analysis.labels import english
from cicatrix.analysis.report.document import Block, Heading, Paragraph, Row, Table
from cicatrix.analysis.report.rounding import percent, percent_limits
from cicatrix.analysis.safety import Occurrence, SafetyLine

GROUPS = {
    "any": "",
    "serious": "",
    "severity": "By severity",
    "relatedness": "By relation to the treatment",
    "term": "By term",
}


def harms(findings: Findings) -> Iterator[Block]:
    """Show adverse events by arm."""
    yield Heading("harms", "Adverse events")
    safety = findings.safety
    at_risk = sum(n for _, n in safety.at_risk)
    if not any(one.events for one in safety.lines[0].arms):
        yield Paragraph(
            f"No adverse event was recorded among {at_risk} participants with any dose."
            if at_risk
            else "Nobody had a dose, so nobody was at risk."
        )
    rows: list[Row] = []
    group = ""
    for line in safety.lines:
        if GROUPS[line.kind] != group:
            group = GROUPS[line.kind]
            rows.append(Row((group,), group=True))
        rows.append(_row(line))
    heads = (
        f"{english(findings.study.arm[arm].label)} (n\u00a0=\u00a0{n})" for arm, n in safety.at_risk
    )
    yield Table(
        "harms-table",
        f"Adverse events after the first dose. Any dose, n = {at_risk}, by allocated arm.",
        ("", *heads),
        tuple(rows),
        _note(findings),
    )
    yield from _serious(findings)


def _row(line: SafetyLine) -> Row:
    indent = "\u2003" if GROUPS[line.kind] else ""
    return Row((f"{indent}{line.label}", *(_cell(one) for one in line.arms)))


def _cell(one: Occurrence) -> str:
    if one.participants.n == 0:
        return "–"
    share = percent(one.with_event, one.participants.n)
    return f"{one.with_event} ({share}; {percent_limits(one.participants)}), {one.events} ev."


def _note(findings: Findings) -> str:
    safety = findings.safety
    told = [
        "Participants with at least one (percent; exact 95 % interval, Clopper-Pearson), and "
        "events (ev.). Terms as recorded, not coded."
    ]
    if safety.before_first_dose:
        told.append(f"Before the first dose, not counted: {safety.before_first_dose} events.")
    if safety.without_dose:
        told.append(f"In participants without any dose, not counted: {safety.without_dose} events.")
    if safety.unknown_seriousness:
        told.append(f"Seriousness not recorded: {safety.unknown_seriousness} events.")
    return " ".join(told)


def _serious(findings: Findings) -> Iterator[Block]:
    serious = [one for one in findings.safety.events if one.serious and one.after_dose]
    if not serious:
        return
    form = findings.study.form[findings.study.safety.form]
    lists = {
        name: {
            str(code.code): english(code.label)
            for code in findings.study.codes[form.items[name].code_list or ""].codes
        }
        for name in (findings.study.safety.severity, findings.study.safety.relatedness)
        if form.items[name].code_list
    }
    severity = lists.get(findings.study.safety.severity, {})
    relation = lists.get(findings.study.safety.relatedness, {})
    doses = {row.participant: row.first_dose for row in findings.participants}
    rows = []
    for one in serious:
        day = "–"
        first = doses[one.participant]
        if one.onset is not None and len(one.onset) == 10 and first is not None:
            day = str((type(first).fromisoformat(one.onset) - first).days + 1)
        rows.append(
            Row((
                one.term, english(findings.study.arm[one.arm].label),
                severity.get(str(one.severity), "–"), relation.get(str(one.relatedness), "–"), day,
            ))
        )  # fmt: skip
    yield Table(
        "serious-table",
        f"Each serious adverse event. Any dose, n = {sum(n for _, n in findings.safety.at_risk)}.",
        ("Event", "Arm", "Severity", "Relation to the treatment", "Day"),
        tuple(rows),
        "Day 1 is the day of the first dose.",
        texts=4,
    )
