"""Record that a promised secret or a sealed list was given up, so that another can be made.

It stays listed for ever: a custodian who made lists until one pleased would be seen. Kits of a
list that was given up are never used again, for they may be packed already.
"""

from datetime import datetime

from cicatrix.trial.actions import gate
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import Fact, ListAborted
from cicatrix.trial.roles import Actor
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial


def abort_list(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, list_id: str, reason: str
) -> list[Fact]:
    """Give up the list that is promised or sealed, until somebody has or awaits a number of it."""
    gate.permit(trial, actor, "abort_list")
    gate.unlocked(study, trial)
    if list_id in trial.aborted:
        raise Refused("aborted", f"List {list_id} was given up already.")
    if trial.committed is None or trial.committed.list_id != list_id:
        raise Refused("unknown_list", f"This trial has no promised list {list_id}.")
    if trial.requested and not trial.numbers:
        raise Refused(
            "requested",
            f"A number of list {list_id} was requested already; answer the request, for the list "
            "stays the trial's.",
        )
    if trial.numbers:
        raise Refused(
            "in_use",
            f"Somebody was randomised from list {list_id} already; it stays the trial's list.",
        )
    reason = gate.reasoned(reason, what="Giving up a list")
    return [ListAborted(list_id=list_id, reason=reason)]
