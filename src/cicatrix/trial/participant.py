"""What the ledger so far says of one participant: consents, doses, visits, forms, ratings.

These records are written by the fold (trial.py) alone and read by everyone else. Nothing here is
derived that needs the study: due dates are schedule.py's, eligibility is eligibility.py's,
totals and accepted ratings belong to measures. There is no arm and no dose here.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from cicatrix.trial.facts import Value, WithdrawalScope


class FormKey(NamedTuple):
    """Which form: `visit` is None for a log form, whose rows `repeat` counts from 1."""

    form: str
    visit: str | None = None
    repeat: int = 0
    region: str | None = None


class RatingKey(NamedTuple):
    """Which scar was scored when: all ratings of one key are of the same thing."""

    visit: str
    form: str
    region: str


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed what, when and with which meaning; `entry` is the signed save's commitment."""

    user: str
    role: str
    at: datetime
    meaning: str
    entry: str


@dataclass(slots=True)
class FormData:
    """The present content of one form and the signature on it, if it still holds.

    `verified` says who compared an item with its source; a later change takes it away.
    """

    study_version: str
    values: dict[str, Value] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    entry: str = ""
    saved_by: str = ""
    signature: Signature | None = None
    verified: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Rating:
    """One rater's scores; final once signed."""

    position: int
    rater: str
    values: dict[str, Value]
    conditions: tuple[str, ...]
    on: date
    study_version: str
    entry: str
    signature: Signature | None = None


@dataclass(slots=True)
class Query:
    """A data query: open until closed, answered or not."""

    id: str
    key: FormKey
    item: str
    text: str
    raised_by: str
    answer: str | None = None
    closed: str | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """A note on one item, by whom, in which role and when."""

    key: FormKey
    item: str
    text: str
    by: str
    role: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Contact:
    """An attempt to reach her, for a visit or for none."""

    visit: str | None
    on: date
    reached: bool
    text: str
    by: str


@dataclass(frozen=True, slots=True)
class Photograph:
    """A photograph of her: of which region and visit, in which stored file, by whom."""

    visit: str | None
    region: str | None
    digest: str
    media_type: str
    on: date
    by: str


@dataclass(frozen=True, slots=True)
class Consented:
    """One signed consent."""

    version: str
    language: str
    on: date


@dataclass(frozen=True, slots=True)
class Eligibility:
    """The signed decision on the answers that the commitment `signature.entry` stands for."""

    eligible: bool
    unmet: tuple[str, ...]
    signature: Signature


@dataclass(frozen=True, slots=True)
class TubeUse:
    """A tube applied: which, planned for or given on which dosing day, by whom."""

    kit: str
    tube: int
    day: int
    on: date
    by: str


@dataclass(frozen=True, slots=True)
class Deviation:
    """A departure from the protocol."""

    category: str
    text: str
    on: date


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What ended, why, at whose wish and when."""

    scope: WithdrawalScope
    reason: str
    by: str
    on: date


@dataclass(frozen=True, slots=True)
class Released:
    """Who was told her allocation, and in which unmasked role."""

    told: str
    role: str


@dataclass(frozen=True, slots=True)
class Broken:
    """When her code was broken, by whom, and who was told."""

    at: datetime
    by: str
    told: str


@dataclass(slots=True)
class Participant:
    """One participant; what has not happened is None or empty."""

    id: str
    site: str
    screened_on: date
    consents: list[Consented] = field(default_factory=list)
    releases: set[str] = field(default_factory=set)
    eligibility: Eligibility | None = None
    stratum: str | None = None
    number: str | None = None
    randomised_on: date | None = None
    kits: list[str] = field(default_factory=list)
    tubes: list[TubeUse] = field(default_factory=list)
    discarded: dict[tuple[str, int], str] = field(default_factory=dict)
    missed_doses: dict[int, str] = field(default_factory=dict)
    attended: dict[str, date] = field(default_factory=dict)
    missed: dict[str, str] = field(default_factory=dict)
    forms: dict[FormKey, FormData] = field(default_factory=dict)
    ratings: dict[RatingKey, list[Rating]] = field(default_factory=dict)
    called: dict[RatingKey, date] = field(default_factory=dict)
    queries: dict[str, Query] = field(default_factory=dict)
    comments: list[Comment] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    photographs: list[Photograph] = field(default_factory=list)
    deviations: list[Deviation] = field(default_factory=list)
    withdrawals: list[Withdrawal] = field(default_factory=list)
    breaks: list[Broken] = field(default_factory=list)
    released: list[Released] = field(default_factory=list)

    @property
    def code_broken(self) -> bool:
        """Say whether her code was ever broken."""
        return bool(self.breaks)

    def withdrawn_from(self, scope: WithdrawalScope) -> Withdrawal | None:
        """Find the withdrawal that covers `scope`: `all` covers visits, visits cover treatment."""
        covering = ("treatment", "visits", "all")
        wide_enough = covering[covering.index(scope) :]
        return next((one for one in self.withdrawals if one.scope in wide_enough), None)

    def rows(self, form: str) -> list[tuple[FormKey, FormData]]:
        """List the rows of a log form, in the order of their numbers."""
        return sorted(
            ((key, data) for key, data in self.forms.items() if key.form == form),
            key=lambda row: row[0].repeat,
        )

    def milestones(self) -> dict[str, date]:
        """Give the dates from which visits are counted, those that have happened.

        A milestone keeps its date although a visit may have the same name.
        """
        dates = {**self.attended, "screening": self.screened_on}
        if self.randomised_on is not None:
            dates["randomisation"] = self.randomised_on
        if self.tubes:
            dates["first_dose"] = min(use.on for use in self.tubes)
            dates["last_dose"] = max(use.on for use in self.tubes)
        return dates
