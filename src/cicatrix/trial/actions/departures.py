"""Record a deviation from the protocol, and a withdrawal with what it still permits.

A withdrawal from treatment leaves the visits, one from visits leaves what was recorded and its
corrections, one from everything ends all use beyond what the law requires to be kept.
"""

from datetime import date, datetime
from typing import Literal, get_args

from cicatrix.trial.actions import gate
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import DeviationRecorded, Fact, WithdrawalScope, Withdrawn
from cicatrix.trial.roles import Actor
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial


def record_deviation(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, participant: str, category: str,
    text: str, on: date | None = None,
) -> list[Fact]:  # fmt: skip
    """Record a departure of one of the study's categories."""
    found = gate.subject(study, trial, actor, "record_deviation", participant, needs=None)
    day = gate.dated(study, found, on, now=now)
    return [deviation_fact(study, participant, category, text, on=day)]


def deviation_fact(
    study: Study, participant: str, category: str, text: str, *, on: date
) -> DeviationRecorded:
    """Check the category and the text, and state the deviation."""
    known = [one.id for one in study.deviations]
    if category not in known:
        raise Refused(
            "category", f"There is no deviation category {category}; use {', '.join(known)}."
        )
    text = gate.reasoned(text, what="A deviation")
    return DeviationRecorded(participant=participant, category=category, text=text, on=on)


def withdraw(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, participant: str,
    scope: WithdrawalScope, reason: str, by: Literal["participant", "investigator"],
    on: date | None = None,
) -> list[Fact]:  # fmt: skip
    """Record a withdrawal; a wider one may follow a narrower one, never the other way.

    When she records it herself, it is by her own wish whatever `by` says.
    """
    found = gate.subject(study, trial, actor, "withdraw", participant, needs=None)
    if actor.role == "participant":
        by = "participant"
    if scope not in get_args(WithdrawalScope) or by not in ("participant", "investigator"):
        raise Refused(
            "scope",
            f"She withdraws from {', '.join(get_args(WithdrawalScope))}, by her own wish "
            f"(participant) or the investigator's; {scope} by {by} is neither.",
        )
    if found.withdrawn_from(scope) is not None:
        raise Refused("withdrawn", f"{participant} has withdrawn from {scope} already.")
    return [
        Withdrawn(
            participant=participant,
            scope=scope,
            reason=gate.reasoned(reason, what="A withdrawal"),
            by=by,
            on=gate.dated(study, found, on, now=now),
        )
    ]
