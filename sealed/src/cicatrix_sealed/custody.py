"""What the custodian's program reads of a trial home, and the one way in which it writes to it.

A list is trusted only when it is the one that the ledger was promised: `check_promise` says what
is wrong otherwise. Every act goes through the core's own actions, decided on the verified ledger
and appended at its head. Go next to making.py, disclosure.py and verification.py.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cicatrix.store.home import Home
from cicatrix.trial.allocation import OpenedList, check_opened
from cicatrix.trial.errors import Conflict, Refused
from cicatrix.trial.facts import Fact, ListSealed
from cicatrix.trial.ledger import read, verified
from cicatrix.trial.reading import read_study
from cicatrix.trial.roles import Actor
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial, fold


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
    return Situation(study, trial, promises[0] if promises else None, entries[-1].at)


def record(
    home: Home,
    decide: Callable[[Situation], Sequence[Fact]],
    *,
    actor: Actor,
    now: datetime,
    entropy: Callable[[int], bytes],
) -> None:
    """Decide an act on the home as it stands and append it; once more if someone was faster."""
    try:
        _record(home, decide, actor, now, entropy)
    except Conflict:
        _record(home, decide, actor, now, entropy)


def _record(
    home: Home,
    decide: Callable[[Situation], Sequence[Fact]],
    actor: Actor,
    now: datetime,
    entropy: Callable[[int], bytes],
) -> None:
    standing = situation(home)
    home.ledger.append(decide(standing), standing.trial.head, actor=actor, now=now, entropy=entropy)


def promise_of(standing: Situation) -> ListSealed:
    """Give what the ledger was promised, or refuse where no list was sealed."""
    if standing.promised is None:
        raise Refused(
            "no_list",
            "No list is sealed in this trial home: make one with `cicatrix-sealed make`.",
        )
    return standing.promised


def check_promise(opened: OpenedList, promised: ListSealed) -> None:
    """Refuse unless an opened list is the very one that the ledger was promised."""
    check_names(opened.list_id, opened.study_digest, promised)
    check_opened(opened, commitment=promised.commitment, study_digest=promised.study_digest)


def check_names(list_id: str, study_digest: str, promised: ListSealed) -> None:
    """Refuse a list that was made for another study or for another home of the same study."""
    if study_digest != promised.study_digest:
        raise Refused(
            "another_study",
            "This list was sealed for another study or another version of it: "
            "name the custodian's folder of this trial.",
        )
    if list_id != promised.list_id:
        raise Refused(
            "another_home",
            f"This list ({list_id}) belongs to another trial home, which sealed it; "
            f"this one sealed {promised.list_id}: name its custodian's folder.",
        )
