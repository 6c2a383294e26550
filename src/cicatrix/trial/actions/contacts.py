"""Record an attempt to reach a participant, whether she was reached or not.

Long trials fail where nobody notices that a woman was not called; what was tried is kept here.
Which number was called is in the contact book and never in the text.
"""

from datetime import date, datetime

from cicatrix.trial.actions import gate
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import ContactTried, Fact
from cicatrix.trial.roles import Actor
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial


def try_contact(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, participant: str, reached: bool,
    text: str, visit: str | None = None, on: date | None = None,
) -> list[Fact]:  # fmt: skip
    """Record one attempt, for a visit or for none; who withdrew from visits is not called."""
    found = gate.subject(study, trial, actor, "try_contact", participant, needs="visits")
    if visit is not None and visit not in study.visit:
        raise Refused("unknown_visit", f"This study has no visit {visit}.")
    return [
        ContactTried(
            participant=participant,
            visit=visit,
            reached=reached,
            text=gate.reasoned(text, what="An attempt to reach her"),
            on=gate.dated(study, found, on, now=now),
        )
    ]
