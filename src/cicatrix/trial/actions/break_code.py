"""Record that the custodian told someone one participant's allocation in an emergency.

The arm is shown once by the custodian's program and is in no fact. The act is recorded first,
so that nothing can be told without a trace.
"""

from datetime import datetime

from cicatrix.trial.actions import gate
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import CodeBroken, Fact
from cicatrix.trial.numbers import not_given
from cicatrix.trial.roles import Actor
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial


def break_code(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, number: str, reason: str, told: str
) -> list[Fact]:
    """State whose code was broken, why, and who was told; possible at any hour before opening."""
    gate.permit(trial, actor, "break_code")
    participant = trial.numbers.get(number)
    if participant is None:
        raise not_given(trial, number)
    if trial.opened is not None:
        raise Refused(
            "opened",
            "The allocation was opened already and there is no code to break: see number "
            f"{number} in the file that `open` wrote.",
        )
    return [
        CodeBroken(
            participant=participant,
            number=number,
            reason=gate.reasoned(reason, what="Breaking the code"),
            told=gate.reasoned(told, what="The name of who is told"),
        )
    ]
