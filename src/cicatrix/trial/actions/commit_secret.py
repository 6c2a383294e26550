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
    """Take note of a promise; one at a time, before anyone is screened or after one given up."""
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
        raise Refused("too_late", "People have been screened; the list had to be promised before.")
    if list_id in trial.aborted:
        raise Refused("aborted", f"List {list_id} was given up; a new one needs a new name.")
    if any(_source(beacon) == _source(one) for one in trial.beacons):
        raise Refused(
            "known_beacon",
            "This beacon was named for a list that was given up, so what came of it may be known: "
            "name a later round, or ask the second party for a new promise.",
        )
    return [
        SecretCommitted(
            list_id=list_id, study_digest=study.digest, commitment=commitment, beacon=beacon
        )
    ]


def _source(beacon: Mapping[str, str | int]) -> dict[str, str | int]:
    """Give what a beacon is, whatever name it was given under: of a chain, its key makes rounds."""
    if beacon.get("kind") == "drand" and "public_key" in beacon:
        return {key: beacon[key] for key in ("public_key", "round")}
    return {key: value for key, value in beacon.items() if key != "name"}
