"""How the findings came about: conventions, the estimands, and what they were computed from.

Everything that a reader needs to compute them again or to doubt them: the ledger's head, the
study's digest and version, the allocation's commitment.
"""

from collections.abc import Iterator

from cicatrix.analysis.findings import Findings
from cicatrix.analysis.labels import english
from cicatrix.analysis.report.document import Block, Heading, Items, Paragraph
from cicatrix.analysis.report.results import METHODS

CONVENTIONS = (
    (
        "Arms",
        "As allocated, by the number each participant was given; the safety population too.",
    ),
    (
        "Accepted score",
        "Signed ratings only, made into one by the rule of the study file. The total is the form's "
        "own formula on the accepted items, or the accepted total where the rule compares totals.",
    ),
    (
        "Withdrawal",
        "Who withdrew from treatment or visits keeps what was recorded. Who withdrew from all use "
        "of data is counted in the flow and, unobserved, in her block; nothing else is used.",
    ),
    (
        "Exact test",
        "All arrangements of the arms within each block of the allocation, over everyone "
        "randomised; a participant outside the population or without a value stays in her block, "
        "unobserved. Two-sided p: as far from the expectation as seen, or farther.",
    ),
    (
        "Slope and interval",
        "Least squares on the planned dose, unblocked, with Student's t interval: a description of "
        "size beside the exact test, which alone is the test.",
    ),
    (
        "Intercurrent events",
        "Treatment policy keeps the value. The hypothetical strategy sets it missing if it was "
        "seen on or after the day of the event, or if either day is unknown. Other strategies are "
        "not available in this version; a comparison that would need one is not computed.",
    ),
    (
        "Missing values",
        "None is imputed. Every missing value is counted with its reason. The exact test takes who "
        "is missing as given: where the treatment decides it, the p value does not hold.",
    ),
    (
        "Adverse events",
        "Counted from the first dose on, among those with any dose. An incomplete date counts as "
        "after it unless it is surely before.",
    ),
    (
        "Intervals",
        "95 %. Means: Student's t. Proportions: Clopper-Pearson. Differences: Welch.",
    ),
)  # fmt: skip


def methods(findings: Findings) -> Iterator[Block]:
    """Show the plan, the conventions and the provenance."""
    yield Heading("plan", "The plan")
    yield Items(tuple(_plan(findings)))
    yield Heading("conventions", "Conventions")
    yield Items(CONVENTIONS)
    yield Heading("provenance", "Provenance")
    yield Items(tuple(_provenance(findings)))
    if findings.study.assumptions:
        yield Heading("assumptions", "Assumptions of the study file")
        yield Paragraph("What the source of the study leaves open, and what was chosen.", "note")
        yield Items(
            tuple(
                (
                    one.id.replace("_", " ").capitalize(),
                    f"{one.question} {one.choice} ({one.reason})",
                )
                for one in findings.study.assumptions
            )
        )


def _plan(findings: Findings) -> Iterator[tuple[str, str]]:
    study = findings.study
    ratio = ":".join(str(study.allocation.ratio[arm.id]) for arm in study.arms)
    strata = ", ".join(study.allocation.strata) or "none"
    yield (
        "Design",
        (
            f"{len(study.arms)} arms, {ratio}, permuted blocks of sizes that only the custodian "
            f"knew; strata: {strata}; {study.allocation.planned} participants planned."
        ),
    )
    for endpoint in study.endpoints:
        where = f", {endpoint.region}" if endpoint.region else ""
        if endpoint.within_person:
            where = f", {endpoint.within_person[0]} minus {endpoint.within_person[1]}"
        metric = endpoint.metric.replace("_", " ")
        yield (
            f"{endpoint.role.capitalize()} endpoint",
            (
                f"{english(endpoint.label)}. Variable {endpoint.variable}{where}; metric: "
                f"{metric}; aggregation: {endpoint.aggregation}; time point: "
                f"{english(study.visit[endpoint.time_point].label)}."
            ),
        )
    for estimand in study.estimands:
        yield f"Estimand {estimand.id}", f"{english(estimand.summary)}."
    for analysis in study.analyses:
        yield (
            f"{analysis.role.capitalize()} analysis",
            (
                f"{analysis.id}: {METHODS[analysis.method]}; population {analysis.population}; "
                f"endpoint {analysis.endpoint}."
            ),
        )


def _provenance(findings: Findings) -> Iterator[tuple[str, str]]:
    source = findings.provenance
    at = source.last_entry_at
    yield (
        "Ledger",
        (
            f"Entry {source.head_seq}, head {source.head_hash}"
            + (f", last entry at {at:%Y-%m-%d %H:%M:%S} UTC." if at else ".")
        ),
    )
    if source.locked_at is None:
        yield "Lock", "The trial is not locked: more may still be recorded."
    else:
        yield "Lock", f"Locked at {source.locked_at:%Y-%m-%d %H:%M:%S} UTC."
    for why in dict.fromkeys(why for _, why in source.accepted_at_lock):
        names = [name for name, given in source.accepted_at_lock if given == why]
        yield (
            "Left open at lock",
            f"{len(names)}, because: {why}. Each in tables/left_open_at_lock.csv.",
        )
    yield (
        "Study file",
        (
            f"{findings.study.id}, version {source.study_version}, digest {source.study_digest}."
            + (
                ""
                if source.version_in_force == source.study_version
                else f" The version in force is {source.version_in_force}."
            )
        ),
    )
    others = [f"{v} ({digest})" for v, digest in source.versions if v != source.study_version]
    if others:
        yield "Other versions", "; ".join(others) + "."
    if source.dummy:
        yield (
            "Allocation",
            ("A dummy made from bare numbers and a seed: it tells nothing of the real one."),
        )
        if source.commitment:
            yield "Sealed list", f"Commitment {source.commitment}, not opened here."
    else:
        yield (
            "Allocation",
            (
                f"List {source.list_id}, commitment {source.commitment}: the list given is the one "
                "committed to in the ledger before the first participant."
            ),
        )
        yield (
            "Opening",
            (
                f"Recorded in the ledger, mapping digest {source.mapping_digest}."
                if source.mapping_digest
                else "Not recorded in the ledger."
            ),
        )
    status = source.recruitment.replace("_", " ").lower()
    why = f": {source.recruitment_reason}" if source.recruitment_reason else ""
    yield "Recruitment", f"{status.capitalize()}{why}"
