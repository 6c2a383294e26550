"""What the custodian's program reads of a trial home, and the one way in which it writes to it.

Every act goes through the core's own actions, decided on the verified ledger and appended at its
head. What is opened with the custodians' passphrases, and how it is checked, is unsealing.py.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cicatrix.store.home import Home
from cicatrix.trial.errors import Conflict, Refused
from cicatrix.trial.facts import Fact, ListSealed, SecretCommitted
from cicatrix.trial.ledger import read, verified
from cicatrix.trial.reading import read_study
from cicatrix.trial.roles import Actor, Role
from cicatrix.trial.study import Study
from cicatrix.trial.trial import SealedList, Trial, fold

CUSTODIAN_ROLE: Role = "pharmacist"


def acting(user: str) -> Actor:
    """Give a user in the role in which a custodian acts."""
    return Actor(user, CUSTODIAN_ROLE)


@dataclass(frozen=True, slots=True)
class Situation:
    """A trial home as it stands: study, trial so far, list promised, time of the last entry."""

    study: Study
    trial: Trial
    promised: ListSealed | None
    last_at: datetime


def situation(home: Home) -> Situation:
    """Read a home, checking every line of its ledger."""
    entries = [read(line) for line in verified(home.ledger.since())]
    if not entries:
        raise Refused(
            "not_founded",
            f"The trial in {home.folder} was not founded yet: make it with `cicatrix create`.",
        )
    promises = [entry.fact for entry in entries if isinstance(entry.fact, ListSealed)]
    study = read_study(home.study, file=f"{home.folder}/study.yaml")
    trial = fold(entries)
    if trial.versions.get(trial.study_version) != study.digest:
        raise Refused(
            "study_version",
            f"The study file in {home.folder} is not the one that the ledger adopted: "
            "restore it from a backup.",
        )
    promised = promises[-1] if promises and trial.list is not None else None
    return Situation(study, trial, promised, entries[-1].at)


def record(
    home: Home,
    decide: Callable[[Situation], Sequence[Fact]],
    *,
    actor: Actor,
    now: datetime,
    entropy: Callable[[int], bytes],
    standing: Situation | None = None,
) -> None:
    """Decide an act on the home as it stands and append it; once more if someone was faster.

    A `standing` that was read a moment ago spares reading a long ledger twice: it is appended to
    only if nothing came after it.
    """
    try:
        _record(home, decide, standing or situation(home), actor, now, entropy)
    except Conflict:
        _record(home, decide, situation(home), actor, now, entropy)


def _record(
    home: Home,
    decide: Callable[[Situation], Sequence[Fact]],
    standing: Situation,
    actor: Actor,
    now: datetime,
    entropy: Callable[[int], bytes],
) -> None:
    home.ledger.append(decide(standing), standing.trial.head, actor=actor, now=now, entropy=entropy)


def promise_of(standing: Situation) -> ListSealed:
    """Give what the ledger was promised, or refuse where no list was sealed."""
    if standing.promised is None:
        raise Refused(
            "no_list",
            "No list is sealed in this trial home: make one with `cicatrix-sealed make`.",
        )
    return standing.promised


def list_of(standing: Situation) -> SealedList:
    """Give the list that is sealed, or refuse where none is."""
    promise_of(standing)
    assert standing.trial.list is not None
    return standing.trial.list


def commitment_of(standing: Situation) -> SecretCommitted:
    """Give the promise that stands, or refuse where no secret was promised."""
    if standing.trial.committed is None:
        raise Refused(
            "not_committed",
            "No secret is promised in this trial home: do it with `cicatrix-sealed commit`.",
        )
    return standing.trial.committed


def check_names(list_id: str, study_digest: str, standing: Situation) -> None:
    """Refuse what was given up, or was made for another study or another home of this one."""
    if list_id in standing.trial.aborted:
        raise Refused(
            "aborted",
            f"List {list_id} was given up ({standing.trial.aborted[list_id]}): name the folder of "
            "the list that this trial has now, or promise one with `cicatrix-sealed commit`.",
        )
    promised = commitment_of(standing)
    if study_digest != promised.study_digest:
        raise Refused(
            "another_study",
            "This list was sealed for another study or another version of it: "
            "name the custodian's folder of this trial.",
        )
    if list_id != promised.list_id:
        raise Refused(
            "another_home",
            f"This list ({list_id}) belongs to another trial home, which promised it; "
            f"this one promised {promised.list_id}: name its custodian's folder.",
        )
