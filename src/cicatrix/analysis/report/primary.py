"""The primary comparison by arm: who is in it, who is not and why, its means, and harms.

Shared by the first screen, the flow diagram and the flow table, so that their numbers cannot
differ. Nothing is computed: a within-person mean is turned to treated minus untreated, no more.
"""

from dataclasses import replace

from cicatrix.analysis.comparisons import ArmValues, Comparison
from cicatrix.analysis.findings import Findings
from cicatrix.analysis.flow import Counts
from cicatrix.analysis.labels import english, reason
from cicatrix.analysis.outcomes import unit_of
from cicatrix.analysis.report.document import Row, Table
from cicatrix.analysis.report.rounding import decimal, limits, percent_limits
from cicatrix.analysis.scores import side
from cicatrix.analysis.summary import Summary


def primary_comparison(findings: Findings) -> Comparison:
    """Give the first primary comparison, or the first of all where none is primary."""
    comparisons = findings.comparisons
    return next((one for one in comparisons if one.analysis.role == "primary"), comparisons[0])


def population_label(findings: Findings, comparison: Comparison) -> str:
    """Give the label of a comparison's population."""
    return next(
        english(one.label)
        for one in findings.populations
        if one.population == comparison.population
    )


def not_in_it(findings: Findings, comparison: Comparison, arm: ArmValues) -> Counts:
    """Count the allocated of one arm who are not in a comparison, by reason; they add up."""
    allocated = next(one.allocated for one in findings.flow.arms if one.arm == arm.arm)
    outside = allocated - arm.summary.n - arm.summary.missing
    found = [(reason(code, findings.study), count) for code, count in arm.summary.reasons]
    if outside:
        found.append((f"outside the population: {population_label(findings, comparison)}", outside))
    return tuple(found)


def treated_minus_untreated(findings: Findings, comparison: Comparison, arm: ArmValues) -> Summary:
    """Give an arm's values; within persons as treated minus untreated, else as they are."""
    pair, summary = comparison.endpoint.within_person, arm.summary
    if pair is None or side(findings.study, arm.arm, pair) >= 0 or summary.mean is None:
        return summary
    turned = summary.interval and (-summary.interval[1], -summary.interval[0])
    return replace(summary, mean=-summary.mean, interval=turned)


def by_arm(findings: Findings) -> Table:
    """Show the primary comparison and adverse events with one row for each arm."""
    study, comparison = findings.study, primary_comparison(findings)
    label, unit = english(comparison.endpoint.label), unit_of(study, comparison.endpoint)
    harmed = {one.arm: one for one in findings.safety.lines[0].arms}
    rows = []
    for flow, arm in zip(findings.flow.arms, comparison.arms, strict=True):
        summary, harm = treated_minus_untreated(findings, comparison, arm), harmed[arm.arm]
        mean = decimal(summary.mean)
        if summary.interval is not None:
            mean += f" ({limits(summary.interval)})"
        events = f"{harm.with_event} of {harm.participants.n}"
        if harm.participants.n:
            events += f" ({percent_limits(harm.participants)})"
        rows.append(
            Row((
                english(study.arm[arm.arm].label),
                f"{summary.n} of {flow.allocated}", mean, events,
            ))
        )  # fmt: skip
    what = "Treated − untreated" if comparison.endpoint.within_person else "Mean"
    return Table(
        "by-arm",
        f"{label}{f', {unit},' if unit else ''} and adverse events by arm. "
        f"{population_label(findings, comparison)}, n = {comparison.population_size}.",
        ("", "Analysed", f"{what} (95\u00a0% interval)", "Any adverse event (95\u00a0% interval)"),
        tuple(rows),
        "Analysed: of those randomised, who is in the primary analysis. Means: Student's t "
        "interval. Adverse events: participants with one after the first dose, of those with any "
        "dose; exact interval.",
    )
