"""Record that the custodian promised a secret, before anyone could know what list it will give.

The act is called by the custodian's program. Which public randomness is waited for is in the
fact, so that it cannot be chosen afterwards among many.
"""

from collections.abc import Mapping
from datetime import datetime

from cicatrix.trial.actions import gate
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import Fact, SecretCommitted
from cicatrix.trial.roles import Actor
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial


def commit_secret(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, list_id: str, commitment: str,
    beacon: Mapping[str, str | int],
) -> list[Fact]:  # fmt: skip
    """Take note of a promise; there is one at a time, and it precedes the first participant."""
    gate.permit(trial, actor, "commit_secret")
    gate.unlocked(study, trial)
    if trial.list is not None:
        raise Refused("sealed", "A list has been sealed already; it stays the trial's list.")
    if trial.committed is not None:
        raise Refused(
            "committed",
            f"The secret of list {trial.committed.list_id} has been promised already: make its "
            "list, or give it up with `cicatrix-sealed abort`.",
        )
    if trial.participants and not trial.aborted:
        raise Refused("too_late", "People have been screened; the list had to be sealed before.")
    if list_id in trial.aborted:
        raise Refused("aborted", f"List {list_id} was given up; a new one needs a new name.")
    return [
        SecretCommitted(
            list_id=list_id, study_digest=study.digest, commitment=commitment, beacon=beacon
        )
    ]
