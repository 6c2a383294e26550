"""Record that the whole list was opened: only once the trial is locked, and only once.

The mapping is a file of the custodian's, checked against the sealed commitment wherever it is
read (trial/allocation.py). Its digest is stated here so that one file, and no other, is meant.
"""

from datetime import datetime

from cicatrix.trial.actions import gate
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import AllocationOpened, Fact
from cicatrix.trial.roles import Actor
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial


def open_allocation(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, list_id: str,
    mapping_digest: str, reason: str,
) -> list[Fact]:  # fmt: skip
    """State that the list was opened and which mapping came out."""
    gate.permit(trial, actor, "open_allocation")
    if trial.list is None or trial.list.list_id != list_id:
        raise Refused("unknown_list", f"This trial has no sealed list {list_id}.")
    if trial.locked_at is None:
        raise Refused(
            "not_locked",
            "The allocation opens after the trial is locked; lock it first with `cicatrix lock`.",
        )
    if trial.opened is not None:
        raise Refused("opened", "The allocation was opened already; use the mapping made then.")
    reason = gate.reasoned(reason, what="Opening the allocation")
    return [AllocationOpened(list_id=list_id, mapping_digest=mapping_digest, reason=reason)]
