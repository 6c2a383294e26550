"""Record that the custodian tells one person in an unmasked role what one participant was given.

For a trial whose study file leaves a role unmasked: a surgeon who must know which half of a scar
is treated, an open-label arm. The content is shown once by the custodian's program and is in no
fact. Every telling is a fact of its own, so it may be repeated. An emergency is break_code.py's.
"""

from datetime import datetime

from cicatrix.trial.actions import gate
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import AllocationReleased, Fact
from cicatrix.trial.numbers import not_given
from cicatrix.trial.participant import Participant
from cicatrix.trial.roles import SITE_ROLES, Actor
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial


def release_allocation(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, number: str, role: str, told: str
) -> list[Fact]:
    """State to whom, in which unmasked role, the allocation of a number is told."""
    gate.permit(trial, actor, "release_allocation")
    gate.unlocked(study, trial)
    participant = trial.numbers.get(number)
    if participant is None:
        raise not_given(trial, number)
    if role not in study.masking.unmasked:
        raise Refused(
            "masked_role",
            f"The study file does not leave the role {role} unmasked, and nothing may be released "
            f"to it; it leaves unmasked: {', '.join(study.masking.unmasked) or 'no role'}.",
        )
    if told not in may_be_told(study, trial, trial.participants[participant], role=role):
        raise Refused(
            "not_in_role",
            f"{told} does not hold the role {role} where {participant} is treated: "
            "name somebody who does.",
        )
    return [AllocationReleased(participant=participant, number=number, role=role, told=told)]


def may_be_told(study: Study, trial: Trial, participant: Participant, *, role: str) -> list[str]:
    """List who holds an unmasked role where she is treated and no masked role anywhere.

    She herself may be told where participants are unmasked, and no other participant.
    """
    if role not in study.masking.unmasked:
        return []
    held = (role, participant.site if role in SITE_ROLES else None)
    return sorted(
        user
        for user, roles in trial.roles.items()
        if held in roles
        and not any(other in study.masking.masked for other, _ in roles)
        and (role != "participant" or user == participant.id)
    )
