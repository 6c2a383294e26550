"""Ask for a number in a minimised study, where the arm depends on everyone before.

The same must hold of her as for a randomisation from a list. The request fixes her levels and her
turn; the custodian's program answers it (answer_request.py), and nobody else learns more than the
number. A request once made is answered: she counts as randomised from then on.
"""

from datetime import datetime

from cicatrix.trial.actions import gate
from cicatrix.trial.actions.answer_request import waiting
from cicatrix.trial.actions.randomisation import (
    list_in,
    refuse_unready,
    signed_answers,
    slot_at,
)
from cicatrix.trial.allocation import UNSTRATIFIED, levels_of
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import Fact, RandomisationRequested
from cicatrix.trial.roles import Actor
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial


def request_randomisation(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, participant: str
) -> list[Fact]:
    """Check all that a randomisation needs, and that a number is left for her; then ask."""
    found = gate.subject(
        study, trial, actor, "request_randomisation", participant, needs="treatment"
    )
    if not study.allocation.minimise:
        raise Refused(
            "not_minimised", "This study is randomised from a list: randomise, and do not ask."
        )
    if found.number is None and participant in trial.requested:
        raise Refused(
            "requested",
            f"A number was requested for {participant} already: wait for the custodian's answer.",
        )
    day = refuse_unready(study, trial, found, now=now)
    slot_at(list_in(trial), UNSTRATIFIED, len(trial.numbers) + len(waiting(trial)))
    levels = levels_of(study, site=found.site, answers=signed_answers(found))
    return [RandomisationRequested(participant=participant, levels=levels, on=day)]
