"""The things that can have happened in a trial: past participles, frozen, only ever added to.

A fact is the payload of one ledger entry. Who did it, in which role, at which site and when is
the entry's envelope (ledger.py); what it means for the trial is the fold (trial.py). No fact can
hold an arm, a dose or the content of a tube: there is no field for one. Nor can it hold a name,
a telephone number or an address: those live in the contact book.

Kinds about kits and tubes stand in supply.py, those of the casebook in casebook.py, training,
contact and photographs in conduct.py; all are named here. A fact's meaning never changes: a new
need is a new kind, or an optional field. Dates are the site's; the envelope's time is UTC.
"""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

from cicatrix.trial.casebook import AdjudicationCalled as AdjudicationCalled
from cicatrix.trial.casebook import CommentMade as CommentMade
from cicatrix.trial.casebook import FormSaved as FormSaved
from cicatrix.trial.casebook import FormSigned as FormSigned
from cicatrix.trial.casebook import QueryAnswered as QueryAnswered
from cicatrix.trial.casebook import QueryClosed as QueryClosed
from cicatrix.trial.casebook import QueryRaised as QueryRaised
from cicatrix.trial.casebook import RatingRecorded as RatingRecorded
from cicatrix.trial.casebook import RatingSigned as RatingSigned
from cicatrix.trial.casebook import SignatureVoided as SignatureVoided
from cicatrix.trial.casebook import SourceVerified as SourceVerified
from cicatrix.trial.casebook import Value as Value
from cicatrix.trial.casebook import VisitAttended as VisitAttended
from cicatrix.trial.casebook import VisitMissed as VisitMissed
from cicatrix.trial.conduct import ContactTried as ContactTried
from cicatrix.trial.conduct import PhotographTaken as PhotographTaken
from cicatrix.trial.conduct import TrainingCompleted as TrainingCompleted
from cicatrix.trial.fact import Fact as Fact
from cicatrix.trial.fact import ParticipantFact as ParticipantFact
from cicatrix.trial.supply import DestructionWitnessed as DestructionWitnessed
from cicatrix.trial.supply import DoseMissed as DoseMissed
from cicatrix.trial.supply import KitDispensed as KitDispensed
from cicatrix.trial.supply import KitReturned as KitReturned
from cicatrix.trial.supply import KitsCondemned as KitsCondemned
from cicatrix.trial.supply import KitsDestroyed as KitsDestroyed
from cicatrix.trial.supply import KitsQuarantined as KitsQuarantined
from cicatrix.trial.supply import KitsReceived as KitsReceived
from cicatrix.trial.supply import QuarantineReleased as QuarantineReleased
from cicatrix.trial.supply import TemperatureRead as TemperatureRead
from cicatrix.trial.supply import TubeApplied as TubeApplied
from cicatrix.trial.supply import TubeDiscarded as TubeDiscarded

RecruitmentStatus = Literal[
    "NOT_YET_RECRUITING",
    "RECRUITING",
    "ENROLLING_BY_INVITATION",
    "ACTIVE_NOT_RECRUITING",
    "SUSPENDED",
    "TERMINATED",
    "COMPLETED",
    "WITHDRAWN",
]
"""ClinicalTrials.gov API v2, enumeration `Status`."""

WithdrawalScope = Literal["treatment", "visits", "all"]
"""What she withdraws from: further doses; doses and visits; those and any further use of data."""


# -- the trial and its people ---------------------------------------------------------------------


class TrialFounded(Fact):
    """A trial home was made for one version of a study; always entry 1."""

    study_id: str
    study_version: str
    study_digest: str
    checkpoint_key: str


class RehearsalStarted(Fact):
    """All that follows is virtual: people, scars and times come from a seed."""

    seed: int
    participants: int


class StudyAmended(Fact):
    """A new version of the study file is in force; forms already filled stay bound to theirs."""

    study_version: str
    study_digest: str
    reason: str


class RoleGranted(Fact):
    """A user may act in a role, at one site or, without `site`, at all."""

    user: str
    role: str
    site: str | None = None


class RoleRevoked(Fact):
    """A user may no longer act in a role at a site."""

    user: str
    role: str
    site: str | None = None
    reason: str


class RecruitmentChanged(Fact):
    """The recruitment status changed; stopping early needs a reason."""

    status: RecruitmentStatus
    reason: str | None = None


class SecretCommitted(Fact):
    """The custodian promised a secret, and which public randomness will be mixed into it.

    `beacon` names the source of what nobody knows yet; the list follows from both.
    """

    list_id: str
    study_digest: str
    commitment: str
    beacon: Mapping[str, str | int]


class SealedSlot(BaseModel):
    """One place of the sealed list as the world may see it: number, stratum, kits, commitment."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    number: str
    stratum: str
    kits: tuple[str, ...]
    commitment: str


class ListSealed(Fact):
    """The custodian's list exists and cannot change: the Merkle root over its bare slots.

    `factors` are those of a minimised list with their weights: its slots promise draws, not arms.
    """

    list_id: str
    commitment: str
    study_digest: str
    slots: tuple[SealedSlot, ...]
    rehearsal: bool = False
    factors: Mapping[str, int] = {}


class ListAborted(Fact):
    """A secret, and the list if one was made of it, was given up before anyone got a number."""

    list_id: str
    reason: str


class TrialLocked(Fact):
    """Nothing more may be recorded; `accepted` gives a reason for each thing left outstanding."""

    entries: int
    participants: int
    accepted: Mapping[str, str] = {}


class AllocationOpened(Fact):
    """The custodian opened the whole list after lock; the mapping itself is a file elsewhere."""

    list_id: str
    mapping_digest: str
    reason: str


# -- a participant, from screening to randomisation -----------------------------------------------


class ParticipantScreened(ParticipantFact):
    """A person was given a screening identifier at a site."""

    site: str
    on: date


class ConsentSigned(ParticipantFact):
    """She signed one version of the consent, in one language, with the releases she granted."""

    consent_version: str
    language: str
    releases: tuple[str, ...]
    on: date


class ReleaseWithdrawn(ParticipantFact):
    """She took back one release, for example the photographic one."""

    release: str
    reason: str
    on: date


class EligibilitySigned(ParticipantFact):
    """An investigator signed whether every criterion is met, on the answers then recorded."""

    eligible: bool
    unmet: tuple[str, ...]
    signed_entry: str
    meaning: str


class RandomisationRequested(ParticipantFact):
    """A number was asked for her in a minimised trial; `levels` is her level of each factor."""

    levels: Mapping[str, str]
    on: date


class Randomised(ParticipantFact):
    """She was given the next number of her stratum."""

    stratum: str
    number: str
    on: date


# -- what goes otherwise than planned -------------------------------------------------------------


class DeviationRecorded(ParticipantFact):
    """Something departed from the protocol."""

    category: str
    text: str
    on: date


class Withdrawn(ParticipantFact):
    """She, or the investigator for her, ended treatment, visits or everything."""

    scope: WithdrawalScope
    reason: str
    by: Literal["participant", "investigator"]
    on: date


class CodeBroken(ParticipantFact):
    """The custodian told someone one participant's allocation; the arm is not here."""

    number: str
    reason: str
    told: str


class AllocationReleased(ParticipantFact):
    """The custodian told someone in an unmasked role what she was allocated; it is not here."""

    number: str
    role: str
    told: str


KINDS: Mapping[str, type[Fact]] = {
    kind.__name__: kind
    for kind in (
        TrialFounded, RehearsalStarted, StudyAmended, RoleGranted, RoleRevoked,
        RecruitmentChanged, SecretCommitted, ListSealed, ListAborted, TrialLocked, AllocationOpened,
        ParticipantScreened, ConsentSigned, ReleaseWithdrawn, EligibilitySigned,
        RandomisationRequested, Randomised,
        KitsReceived, TemperatureRead, KitsQuarantined, QuarantineReleased, KitsCondemned,
        KitDispensed, TubeApplied, TubeDiscarded, DoseMissed,
        KitReturned, KitsDestroyed, DestructionWitnessed,
        VisitAttended, VisitMissed, FormSaved, FormSigned, SignatureVoided,
        QueryRaised, QueryAnswered, QueryClosed,
        CommentMade, SourceVerified,
        RatingRecorded, RatingSigned, AdjudicationCalled,
        TrainingCompleted, ContactTried, PhotographTaken,
        DeviationRecorded, Withdrawn, CodeBroken, AllocationReleased,
    )
}  # fmt: skip
"""Every kind of fact by the name it has in the ledger."""
