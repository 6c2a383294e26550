"""The flow of participants (CONSORT 2025), from those assessed to those analysed.

Every person is counted once at each step, by the first reason that applies, so the numbers add
up: assessed = excluded + randomised; in each arm allocated = treated as planned + not = followed
+ lost. The criteria of people who are not eligible are listed apart, for one may fail several.
Source: CONSORT2025.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cicatrix.analysis.accepted import absence
from cicatrix.analysis.labels import english
from cicatrix.analysis.participants import Enrolled
from cicatrix.analysis.populations import Members
from cicatrix.analysis.values import ValueRow
from cicatrix.trial.participant import Participant
from cicatrix.trial.plan import Endpoint
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial

Counts = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Analysed:
    """Of one arm and population: how many are in it, and of those how many have a primary value."""

    population: str
    members: int
    with_value: int


@dataclass(frozen=True, slots=True)
class ArmFlow:
    """The way of one arm: counts, and each reason with its count."""

    arm: str
    allocated: int
    treated_as_planned: int
    not_as_planned: Counts
    followed: int
    lost: Counts
    analysed: tuple[Analysed, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """The whole flow; `time_point` is the visit of the primary endpoint."""

    assessed: int
    excluded: Counts
    unmet_criteria: Counts
    randomised: int
    data_withdrawn: int
    time_point: str
    arms: tuple[ArmFlow, ...]


def primary_endpoint(study: Study) -> Endpoint:
    """Give the first primary endpoint, or the first of all where none is primary."""
    primary = [endpoint for endpoint in study.endpoints if endpoint.role == "primary"]
    return (primary or list(study.endpoints))[0]


def flow_of(
    study: Study,
    trial: Trial,
    enrolled: Sequence[Enrolled],
    members: Sequence[Members],
    values: Sequence[ValueRow],
) -> Flow:
    """Count everyone who was screened, once at each step."""
    out = [one for one in trial.participants.values() if one.number is None]
    endpoint = primary_endpoint(study)
    having = {
        row.participant for row in values if row.endpoint == endpoint.id and row.reason is None
    }
    criteria = {one.id: english(one.text) for one in study.eligibility.criteria}
    unmet = (
        criteria.get(name, name)
        for one in out
        if one.consents and one.eligibility is not None
        for name in one.eligibility.unmet
    )
    return Flow(
        assessed=len(trial.participants),
        excluded=_count(_why_excluded(study, one) for one in out),
        unmet_criteria=_count(unmet),
        randomised=len(enrolled),
        data_withdrawn=sum(one.row.data_withdrawn for one in enrolled),
        time_point=endpoint.time_point,
        arms=tuple(
            _arm(study, arm.id, enrolled, members, having, endpoint.time_point)
            for arm in study.arms
        ),
    )


def _arm(
    study: Study,
    arm: str,
    enrolled: Sequence[Enrolled],
    members: Sequence[Members],
    having: set[str],
    visit: str,
) -> ArmFlow:
    here = [one for one in enrolled if one.row.arm == arm]
    not_treated = [why for why in (_why_not_as_planned(study, one) for one in here) if why]
    lost = [why for why in (_why_lost(study, one, visit) for one in here) if why]
    own = {one.record.id for one in here}
    return ArmFlow(
        arm,
        len(here),
        len(here) - len(not_treated),
        _count(not_treated),
        len(here) - len(lost),
        _count(lost),
        tuple(
            Analysed(
                one.population,
                len(own & set(one.participants)),
                len(own & set(one.participants) & having),
            )
            for one in members
        ),
    )


def _why_excluded(study: Study, person: Participant) -> str:
    if not person.consents:
        return "No consent signed"
    if person.eligibility is not None and not person.eligibility.eligible:
        return "Not eligible"
    for release in study.consent.releases:
        if release.required and release.id not in person.releases:
            return f"Release not granted: {english(release.label)}"
    if person.withdrawals:
        return "Withdrew before randomisation"
    if person.eligibility is None:
        return "Eligibility not decided"
    return "Eligible but not randomised"


def _why_not_as_planned(study: Study, one: Enrolled) -> str | None:
    row = one.row
    if row.data_withdrawn:
        return "Withdrew from all use of data"
    if row.tubes_given == 0:
        return "No dose recorded"
    if row.tubes_swapped:
        return "Tube of another day or kit applied"
    if row.tubes_missed:
        return "A dose missed"
    if row.tubes_open:
        stopped = one.record.withdrawn_from("treatment")
        return "Withdrew from treatment" if stopped else "Course of doses not complete"
    return None


def _why_lost(study: Study, one: Enrolled, visit: str) -> str | None:
    absent = absence(study, one.record, visit)
    if absent is None:
        return None
    code, detail = absent
    words = {
        "data_withdrawn": "Withdrew from all use of data",
        "withdrawn_from_visits": "Withdrew",
        "visit_missed": "Visit missed",
        "visit_not_recorded": "Visit not recorded",
    }[code]
    return f"{words}: {detail}" if detail else words


def _count(reasons: Iterable[str]) -> Counts:
    """Count reasons, the most frequent first and equals by name."""
    return tuple(sorted(Counter(reasons).items(), key=lambda one: (-one[1], one[0])))
