"""The trial so far: a pure fold of ledger entries, and the only truth about the trial's state.

`fold(entries)` is all; `fold(later, trial)` carries on where the trial stands, so that a worker
catches up with what is new. Only the fold writes to a Trial. It knows no arm: what was allocated
is a file that the analysis takes as an argument. What an actor may see is decided before the
fold, by visibility.py; what may be done next is decided by actions/. What a fact does to one
participant's record alone is recorded.py, to the kits alone stock.py.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cicatrix.trial import facts, recorded, stock
from cicatrix.trial.errors import LedgerBroken
from cicatrix.trial.facts import SealedSlot
from cicatrix.trial.ledger import GENESIS, Entry, Head
from cicatrix.trial.participant import Broken, FormKey, Participant, Query, Released
from cicatrix.trial.stock import Stock


@dataclass(slots=True)
class SealedList:
    """The custodian's list as the trial knows it: its Merkle root, and bare slots by stratum."""

    list_id: str
    commitment: str
    study_digest: str
    rehearsal: bool
    factors: Mapping[str, int] = field(default_factory=dict)
    slots: dict[str, list[SealedSlot]] = field(default_factory=dict)
    kits: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Trial:
    """Everything that the entries folded so far say."""

    head: Head = GENESIS
    at: datetime | None = None
    study_id: str = ""
    study_version: str = ""
    versions: dict[str, str] = field(default_factory=dict)
    checkpoint_key: str = ""
    rehearsal: bool = False
    recruitment: str = "NOT_YET_RECRUITING"
    recruitment_reason: str | None = None
    roles: dict[str, set[tuple[str, str | None]]] = field(default_factory=dict)
    ever_held: dict[str, set[str]] = field(default_factory=dict)
    trained: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    committed: facts.SecretCommitted | None = None
    beacons: list[Mapping[str, str | int]] = field(default_factory=list)
    list: SealedList | None = None
    aborted: dict[str, str] = field(default_factory=dict)
    retired: set[str] = field(default_factory=set)
    used: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    requested: dict[str, Mapping[str, str]] = field(default_factory=dict)
    stock: Stock = field(default_factory=Stock)
    participants: dict[str, Participant] = field(default_factory=dict)
    screened: dict[str, int] = field(default_factory=dict)
    queries: int = 0
    broken: int = 0
    told: set[str] = field(default_factory=set)
    locked_at: datetime | None = None
    accepted: Mapping[str, str] = field(default_factory=dict)
    opened: str | None = None
    opened_because: str = ""


def fold(entries: Iterable[Entry], trial: Trial | None = None) -> Trial:
    """Carry `trial` (a new one if None) on by `entries`, in place, and return it.

    An entry about someone or something of which no earlier one tells is none that an act made.
    """
    trial = Trial() if trial is None else trial
    for entry in entries:
        try:
            _APPLY[type(entry.fact)](trial, entry, entry.fact)
        except KeyError as problem:
            raise LedgerBroken(
                entry.seq, f"it rests on {problem.args[0]}, of which no entry before it tells"
            ) from problem
        trial.head = Head(entry.seq, entry.hash)
        trial.at = entry.at
    return trial


def _founded(trial: Trial, entry: Entry, fact: facts.TrialFounded) -> None:
    trial.study_id = fact.study_id
    trial.study_version = fact.study_version
    trial.versions[fact.study_version] = fact.study_digest
    trial.checkpoint_key = fact.checkpoint_key


def _rehearsal_started(trial: Trial, entry: Entry, fact: facts.RehearsalStarted) -> None:
    trial.rehearsal = True


def _amended(trial: Trial, entry: Entry, fact: facts.StudyAmended) -> None:
    trial.study_version = fact.study_version
    trial.versions[fact.study_version] = fact.study_digest


def _role_granted(trial: Trial, entry: Entry, fact: facts.RoleGranted) -> None:
    trial.roles.setdefault(fact.user, set()).add((fact.role, fact.site))
    trial.ever_held.setdefault(fact.user, set()).add(fact.role)


def _role_revoked(trial: Trial, entry: Entry, fact: facts.RoleRevoked) -> None:
    trial.roles.get(fact.user, set()).discard((fact.role, fact.site))


def _trained(trial: Trial, entry: Entry, fact: facts.TrainingCompleted) -> None:
    trial.trained.setdefault((fact.user, fact.role), set()).add(fact.study_version)


def _recruitment_changed(trial: Trial, entry: Entry, fact: facts.RecruitmentChanged) -> None:
    trial.recruitment = fact.status
    trial.recruitment_reason = fact.reason


def _list_sealed(trial: Trial, entry: Entry, fact: facts.ListSealed) -> None:
    sealed = SealedList(
        fact.list_id, fact.commitment, fact.study_digest, fact.rehearsal, fact.factors
    )
    for slot in fact.slots:
        sealed.slots.setdefault(slot.stratum, []).append(slot)
        sealed.kits.update(dict.fromkeys(slot.kits, slot.number))
    trial.list = sealed


def _secret_committed(trial: Trial, entry: Entry, fact: facts.SecretCommitted) -> None:
    trial.committed = fact
    trial.beacons.append(fact.beacon)


def _list_aborted(trial: Trial, entry: Entry, fact: facts.ListAborted) -> None:
    trial.aborted[fact.list_id] = fact.reason
    trial.committed = None
    if trial.list is not None:
        trial.retired.update(trial.list.kits)
        trial.list = None


def _locked(trial: Trial, entry: Entry, fact: facts.TrialLocked) -> None:
    trial.locked_at = entry.at
    trial.accepted = fact.accepted


def _opened(trial: Trial, entry: Entry, fact: facts.AllocationOpened) -> None:
    trial.opened = fact.mapping_digest
    trial.opened_because = fact.reason


def _screened(trial: Trial, entry: Entry, fact: facts.ParticipantScreened) -> None:
    trial.participants[fact.participant] = Participant(fact.participant, fact.site, fact.on)
    trial.screened[fact.site] = trial.screened.get(fact.site, 0) + 1


def _randomisation_requested(
    trial: Trial, entry: Entry, fact: facts.RandomisationRequested
) -> None:
    trial.requested[trial.participants[fact.participant].id] = fact.levels


def _randomised(trial: Trial, entry: Entry, fact: facts.Randomised) -> None:
    participant = trial.participants[fact.participant]
    participant.stratum = fact.stratum
    participant.number = fact.number
    participant.randomised_on = fact.on
    trial.numbers[fact.number] = fact.participant
    trial.used[fact.stratum] = trial.used.get(fact.stratum, 0) + 1


def _in_stock(meaning: Callable[[Stock, str, Any], None]) -> Callable[[Trial, Entry, Any], None]:
    """Let a fact change the stock alone."""

    def apply(trial: Trial, entry: Entry, fact: facts.Fact) -> None:
        meaning(trial.stock, entry.actor.user, fact)

    return apply


def _in_record(
    meaning: Callable[[Participant, Entry, Any], None],
) -> Callable[[Trial, Entry, Any], None]:
    """Let a fact change her record alone."""

    def apply(trial: Trial, entry: Entry, fact: facts.ParticipantFact) -> None:
        meaning(trial.participants[fact.participant], entry, fact)

    return apply


def _kit_dispensed(trial: Trial, entry: Entry, fact: facts.KitDispensed) -> None:
    trial.participants[fact.participant].kits.append(fact.kit)
    trial.stock.kits[fact.kit].dispensed = fact.participant


def _query_raised(trial: Trial, entry: Entry, fact: facts.QueryRaised) -> None:
    key = FormKey(fact.form, fact.visit, fact.repeat, fact.region)
    query = Query(fact.query, key, fact.item, fact.text, entry.actor.user)
    trial.participants[fact.participant].queries[fact.query] = query
    trial.queries += 1


def _code_broken(trial: Trial, entry: Entry, fact: facts.CodeBroken) -> None:
    broken = Broken(entry.at, entry.actor.user, fact.told)
    trial.participants[fact.participant].breaks.append(broken)
    trial.broken += 1


def _released(trial: Trial, entry: Entry, fact: facts.AllocationReleased) -> None:
    trial.participants[fact.participant].released.append(Released(fact.told, fact.role))
    trial.told.add(fact.told)


_APPLY: Mapping[type[facts.Fact], Callable[[Trial, Entry, Any], None]] = {
    facts.TrialFounded: _founded,
    facts.RehearsalStarted: _rehearsal_started,
    facts.StudyAmended: _amended,
    facts.RoleGranted: _role_granted,
    facts.RoleRevoked: _role_revoked,
    facts.TrainingCompleted: _trained,
    facts.RecruitmentChanged: _recruitment_changed,
    facts.SecretCommitted: _secret_committed,
    facts.ListSealed: _list_sealed,
    facts.ListAborted: _list_aborted,
    facts.TrialLocked: _locked,
    facts.AllocationOpened: _opened,
    facts.ParticipantScreened: _screened,
    facts.RandomisationRequested: _randomisation_requested,
    facts.Randomised: _randomised,
    **{kind: _in_stock(meaning) for kind, meaning in stock.MEANINGS.items()},
    **{kind: _in_record(meaning) for kind, meaning in recorded.MEANINGS.items()},
    facts.KitDispensed: _kit_dispensed,
    facts.QueryRaised: _query_raised,
    facts.CodeBroken: _code_broken,
    facts.AllocationReleased: _released,
}
