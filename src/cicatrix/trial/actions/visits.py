"""Record that a participant came to a visit, or that a visit was missed.

A visit outside its window is accepted: it happened. Early, in time or late is derived
(trial/schedule.py), and whether it counts is the analysis plan's.
"""

from datetime import date, datetime

from cicatrix.trial.actions import gate
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import Fact, VisitAttended, VisitMissed
from cicatrix.trial.participant import Participant
from cicatrix.trial.roles import Actor
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial


def attend_visit(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, participant: str, visit: str,
    on: date | None = None,
) -> list[Fact]:  # fmt: skip
    """Record the day of a visit; one recorded as missed may still be attended."""
    found = _visited(study, trial, actor, "attend_visit", participant, visit)
    day = gate.dated(study, found, on, now=now)
    anchor = study.visit[visit].anchor
    if anchor != "screening" and anchor not in found.milestones():
        raise Refused("anchor", f"Visit {visit} counts from {anchor}, which has not happened.")
    if visit in found.attended:
        raise Refused("attended", f"Visit {visit} was attended on {found.attended[visit]}.")
    if day < found.milestones()[anchor]:
        raise Refused("order", f"{day} is before {anchor}, from which visit {visit} counts.")
    return [VisitAttended(participant=participant, visit=visit, on=day)]


def miss_visit(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, participant: str, visit: str,
    reason: str,
) -> list[Fact]:  # fmt: skip
    """Record that she did not come, and why."""
    found = _visited(study, trial, actor, "miss_visit", participant, visit)
    if visit in found.attended:
        raise Refused("attended", f"Visit {visit} was attended on {found.attended[visit]}.")
    if visit in found.missed:
        raise Refused("missed", f"Visit {visit} is recorded as missed already.")
    reason = gate.reasoned(reason, what="A missed visit")
    return [VisitMissed(participant=participant, visit=visit, reason=reason)]


def _visited(
    study: Study, trial: Trial, actor: Actor, act: str, participant: str, visit: str
) -> Participant:
    found = gate.subject(study, trial, actor, act, participant, needs="visits")
    if visit not in study.visit:
        raise Refused("unknown_visit", f"This study has no visit {visit}.")
    return found
