"""Answer a request for a number in a minimised study: the next one, in the order of the requests.

The act is called by the custodian's program, which alone knows what the number stands for. The
number depends on the requests and on nothing else: whatever was drawn, it is the same. So nothing
of the arm is in the answer, and the first in the queue is answered first.
"""

from datetime import datetime

from cicatrix.trial.actions import gate
from cicatrix.trial.actions.randomisation import list_in, slot_at
from cicatrix.trial.allocation import UNSTRATIFIED
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import Fact, Randomised
from cicatrix.trial.roles import Actor
from cicatrix.trial.schedule import local_date
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial


def answer_request(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, participant: str
) -> list[Fact]:
    """Give the next number to her whose request is the first that waits.

    What became of her or of recruitment since the request changes nothing: it stands, and a queue
    that skipped some could be arranged.
    """
    gate.permit(trial, actor, "answer_request")
    gate.unlocked(study, trial)
    queue = waiting(trial)
    if participant not in queue:
        raise Refused("not_requested", f"No request of {participant} waits for a number.")
    if participant != queue[0]:
        raise Refused(
            "not_first", f"The request of {queue[0]} was made before: answer that one first."
        )
    slot = slot_at(list_in(trial), UNSTRATIFIED, len(trial.numbers))
    day = local_date(study, trial.participants[participant].site, now)
    return [Randomised(participant=participant, stratum=slot.stratum, number=slot.number, on=day)]


def waiting(trial: Trial) -> tuple[str, ...]:
    """List the participants whose requests wait for a number, the first made first."""
    return tuple(name for name in trial.requested if trial.participants[name].number is None)
