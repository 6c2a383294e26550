"""The trial so far: a pure fold of ledger entries, and the only truth about the trial's state.

`fold(entries)` is all; `fold(later, trial)` carries on where the trial stands, so that a worker
catches up with what is new. Only the fold writes to a Trial. It knows no arm: what was allocated
is a file that the analysis takes as an argument. What an actor may see is decided before the
fold, by visibility.py; what may be done next is decided by actions/.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cicatrix.trial import facts
from cicatrix.trial.errors import LedgerBroken
from cicatrix.trial.facts import SealedSlot
from cicatrix.trial.ledger import GENESIS, Entry, Head
from cicatrix.trial.participant import (
    Broken,
    Consented,
    Deviation,
    Eligibility,
    FormData,
    FormKey,
    Participant,
    Query,
    Rating,
    RatingKey,
    Released,
    Signature,
    TubeUse,
    Withdrawal,
)
from cicatrix.trial.stock import MEANINGS, Stock


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


def _consented(trial: Trial, entry: Entry, fact: facts.ConsentSigned) -> None:
    participant = trial.participants[fact.participant]
    participant.consents.append(Consented(fact.consent_version, fact.language, fact.on))
    participant.releases = set(fact.releases)


def _release_withdrawn(trial: Trial, entry: Entry, fact: facts.ReleaseWithdrawn) -> None:
    trial.participants[fact.participant].releases.discard(fact.release)


def _eligibility_signed(trial: Trial, entry: Entry, fact: facts.EligibilitySigned) -> None:
    signature = _signature(entry, fact.meaning, fact.signed_entry)
    trial.participants[fact.participant].eligibility = Eligibility(
        fact.eligible, fact.unmet, signature
    )


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


def _kit_dispensed(trial: Trial, entry: Entry, fact: facts.KitDispensed) -> None:
    trial.participants[fact.participant].kits.append(fact.kit)
    trial.stock.kits[fact.kit].dispensed = fact.participant


def _tube_applied(trial: Trial, entry: Entry, fact: facts.TubeApplied) -> None:
    use = TubeUse(fact.kit, fact.tube, fact.day, fact.on, entry.actor.user)
    participant = trial.participants[fact.participant]
    participant.tubes.append(use)
    participant.missed_doses.pop(fact.day, None)


def _tube_discarded(trial: Trial, entry: Entry, fact: facts.TubeDiscarded) -> None:
    trial.participants[fact.participant].discarded[fact.kit, fact.tube] = fact.reason


def _dose_missed(trial: Trial, entry: Entry, fact: facts.DoseMissed) -> None:
    trial.participants[fact.participant].missed_doses[fact.day] = fact.reason


def _visit_attended(trial: Trial, entry: Entry, fact: facts.VisitAttended) -> None:
    participant = trial.participants[fact.participant]
    participant.attended[fact.visit] = fact.on
    participant.missed.pop(fact.visit, None)


def _visit_missed(trial: Trial, entry: Entry, fact: facts.VisitMissed) -> None:
    trial.participants[fact.participant].missed[fact.visit] = fact.reason


def _form_saved(trial: Trial, entry: Entry, fact: facts.FormSaved) -> None:
    forms = trial.participants[fact.participant].forms
    key = _form_key(fact)
    data = forms.get(key)
    if data is None:
        data = forms[key] = FormData(fact.study_version)
    for item in fact.values:
        data.missing.pop(item, None)
    for item in fact.missing:
        data.values.pop(item, None)
    data.values.update(fact.values)
    data.missing.update(fact.missing)
    data.entry = entry.commitment
    data.saved_by = entry.actor.user


def _form_signed(trial: Trial, entry: Entry, fact: facts.FormSigned) -> None:
    signature = _signature(entry, fact.meaning, fact.signed_entry)
    trial.participants[fact.participant].forms[_form_key(fact)].signature = signature


def _signature_voided(trial: Trial, entry: Entry, fact: facts.SignatureVoided) -> None:
    participant = trial.participants[fact.participant]
    participant.forms[_form_key(fact)].signature = None
    decided = participant.eligibility
    if decided is not None and decided.signature.entry == fact.signed_entry:
        participant.eligibility = None


def _query_raised(trial: Trial, entry: Entry, fact: facts.QueryRaised) -> None:
    query = Query(fact.query, _form_key(fact), fact.item, fact.text, entry.actor.user)
    trial.participants[fact.participant].queries[fact.query] = query
    trial.queries += 1


def _query_answered(trial: Trial, entry: Entry, fact: facts.QueryAnswered) -> None:
    trial.participants[fact.participant].queries[fact.query].answer = fact.text


def _query_closed(trial: Trial, entry: Entry, fact: facts.QueryClosed) -> None:
    trial.participants[fact.participant].queries[fact.query].closed = fact.reason


def _rating_recorded(trial: Trial, entry: Entry, fact: facts.RatingRecorded) -> None:
    ratings = trial.participants[fact.participant].ratings.setdefault(
        RatingKey(fact.visit, fact.form, fact.region), []
    )
    ratings[:] = [one for one in ratings if one.position != fact.position]
    ratings.append(
        Rating(
            fact.position,
            entry.actor.user,
            dict(fact.values),
            fact.conditions,
            fact.on,
            fact.study_version,
            entry.commitment,
        )
    )


def _rating_signed(trial: Trial, entry: Entry, fact: facts.RatingSigned) -> None:
    ratings = trial.participants[fact.participant].ratings.get(
        RatingKey(fact.visit, fact.form, fact.region), ()
    )
    for rating in ratings:
        if rating.position == fact.position:
            rating.signature = _signature(entry, fact.meaning, fact.signed_entry)


def _adjudication_called(trial: Trial, entry: Entry, fact: facts.AdjudicationCalled) -> None:
    key = RatingKey(fact.visit, fact.form, fact.region)
    trial.participants[fact.participant].called[key] = fact.on


def _deviation_recorded(trial: Trial, entry: Entry, fact: facts.DeviationRecorded) -> None:
    deviation = Deviation(fact.category, fact.text, fact.on)
    trial.participants[fact.participant].deviations.append(deviation)


def _withdrawn(trial: Trial, entry: Entry, fact: facts.Withdrawn) -> None:
    withdrawal = Withdrawal(fact.scope, fact.reason, fact.by, fact.on)
    trial.participants[fact.participant].withdrawals.append(withdrawal)


def _code_broken(trial: Trial, entry: Entry, fact: facts.CodeBroken) -> None:
    broken = Broken(entry.at, entry.actor.user, fact.told)
    trial.participants[fact.participant].breaks.append(broken)
    trial.broken += 1


def _released(trial: Trial, entry: Entry, fact: facts.AllocationReleased) -> None:
    trial.participants[fact.participant].released.append(Released(fact.told, fact.role))
    trial.told.add(fact.told)


def _signature(entry: Entry, meaning: str, signed: str) -> Signature:
    return Signature(entry.actor.user, entry.actor.role, entry.at, meaning, signed)


def _form_key(
    fact: facts.FormSaved | facts.FormSigned | facts.SignatureVoided | facts.QueryRaised,
) -> FormKey:
    return FormKey(fact.form, fact.visit, fact.repeat, fact.region)


_APPLY: Mapping[type[facts.Fact], Callable[[Trial, Entry, Any], None]] = {
    facts.TrialFounded: _founded,
    facts.RehearsalStarted: _rehearsal_started,
    facts.StudyAmended: _amended,
    facts.RoleGranted: _role_granted,
    facts.RoleRevoked: _role_revoked,
    facts.RecruitmentChanged: _recruitment_changed,
    facts.SecretCommitted: _secret_committed,
    facts.ListSealed: _list_sealed,
    facts.ListAborted: _list_aborted,
    facts.TrialLocked: _locked,
    facts.AllocationOpened: _opened,
    facts.ParticipantScreened: _screened,
    facts.ConsentSigned: _consented,
    facts.ReleaseWithdrawn: _release_withdrawn,
    facts.EligibilitySigned: _eligibility_signed,
    facts.RandomisationRequested: _randomisation_requested,
    facts.Randomised: _randomised,
    **{kind: _in_stock(meaning) for kind, meaning in MEANINGS.items()},
    facts.KitDispensed: _kit_dispensed,
    facts.TubeApplied: _tube_applied,
    facts.TubeDiscarded: _tube_discarded,
    facts.DoseMissed: _dose_missed,
    facts.VisitAttended: _visit_attended,
    facts.VisitMissed: _visit_missed,
    facts.FormSaved: _form_saved,
    facts.FormSigned: _form_signed,
    facts.SignatureVoided: _signature_voided,
    facts.QueryRaised: _query_raised,
    facts.QueryAnswered: _query_answered,
    facts.QueryClosed: _query_closed,
    facts.RatingRecorded: _rating_recorded,
    facts.RatingSigned: _rating_signed,
    facts.AdjudicationCalled: _adjudication_called,
    facts.DeviationRecorded: _deviation_recorded,
    facts.Withdrawn: _withdrawn,
    facts.CodeBroken: _code_broken,
    facts.AllocationReleased: _released,
}
