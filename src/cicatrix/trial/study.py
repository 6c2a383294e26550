"""A study as data: everything a protocol says, frozen, as it stands in the study file.

Terms follow USDM 4.0, ODM 2.0 and CDASH; a docstring says where we shorten one. What is missing,
mistyped or contradictory is found by reading.py, never here. Nothing in this module or below it
is true of one trial alone. Its larger parts have modules of their own: forms.py, plan.py and
assumed.py. Go next to reading.py (file -> Study) and schedule.py (visits in time).
"""

import hashlib
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Annotated, Literal

import rfc8785
from pydantic import Field

from cicatrix.trial.assumed import Assumption, Simulation
from cicatrix.trial.forms import Code, CodeList, Form
from cicatrix.trial.part import Condition, Identifier, Part, Period, Text
from cicatrix.trial.plan import (
    DeviationCategory,
    Endpoint,
    Estimand,
    IntercurrentEvent,
    PlannedAnalysis,
    Population,
    Safety,
)
from cicatrix.trial.roles import Role


class RegistryDate(Part):
    """A day or a month, and whether the record calls it actual or estimated."""

    date: Annotated[str, Field(pattern=r"^\d{4}-\d{2}(-\d{2})?$")]
    type: Literal["ACTUAL", "ESTIMATED"]


class Official(Part):
    """An overall official of the record."""

    name: str
    affiliation: str
    role: Literal["PRINCIPAL_INVESTIGATOR", "STUDY_CHAIR", "STUDY_DIRECTOR", "SUB_INVESTIGATOR"]


class Registry(Part):
    """What the registry record holds and the rest of the study file does not imply."""

    organisation: str
    organisation_class: Literal["OTHER", "INDUSTRY", "NIH", "FED", "NETWORK", "INDIV"] = "OTHER"
    organisation_study_id: str
    brief_title: str
    official_title: str
    brief_summary: str
    detailed_description: str | None = None
    phase: Literal["NA", "EARLY_PHASE1", "PHASE1", "PHASE2", "PHASE3", "PHASE4"]
    primary_purpose: Literal["TREATMENT", "PREVENTION", "SUPPORTIVE_CARE", "BASIC_SCIENCE", "OTHER"]
    intervention_model: Literal["PARALLEL", "CROSSOVER", "SINGLE_GROUP", "FACTORIAL"]
    conditions: Annotated[tuple[str, ...], Field(min_length=1)]
    keywords: tuple[str, ...] = ()
    responsible_party: Literal["SPONSOR", "PRINCIPAL_INVESTIGATOR", "SPONSOR_INVESTIGATOR"]
    officials: tuple[Official, ...] = ()
    sex: Literal["ALL", "FEMALE", "MALE"]
    minimum_age_years: int | None = None
    maximum_age_years: int | None = None
    healthy_volunteers: bool
    fda_regulated_drug: bool | None = None
    fda_regulated_device: bool | None = None
    start: RegistryDate | None = None
    primary_completion: RegistryDate | None = None
    completion: RegistryDate | None = None
    first_submitted: str | None = None
    first_posted: str | None = None
    last_update_posted: str | None = None
    last_verified: str | None = None


class Site(Part):
    """A place where participants are seen (USDM: study site)."""

    id: Identifier
    name: Text
    city: str
    country: str
    timezone: str
    planned: Annotated[int, Field(ge=0)]


class Arm(Part):
    """What a participant is allocated to (USDM StudyArm)."""

    id: Identifier
    label: Text
    type: Literal[
        "EXPERIMENTAL",
        "ACTIVE_COMPARATOR",
        "PLACEBO_COMPARATOR",
        "SHAM_COMPARATOR",
        "NO_INTERVENTION",
        "OTHER",
    ]
    description: Text


class Intervention(Part):
    """An intervention of the record and the arms that receive it."""

    id: Identifier
    label: Text
    type: Literal["DRUG", "BIOLOGICAL", "DEVICE", "PROCEDURE", "OTHER"]
    description: Text
    arms: Annotated[tuple[Identifier, ...], Field(min_length=1)]


class Content(Part):
    """What a tube can hold; `dose` is in the treatment's unit, 0 for placebo."""

    id: Identifier
    label: Text
    dose: Annotated[float, Field(ge=0)]


class Tube(Part):
    """One tube of every kit: its number, its dosing day, its region, and its content per arm."""

    number: Annotated[int, Field(ge=1)]
    day: Annotated[int, Field(ge=1)]
    region: Identifier
    content: Mapping[Identifier, Identifier]


class Storage(Part):
    """Where kits are kept, the same for all; hours outside the range add up over a kit's life."""

    minimum_celsius: Annotated[float, Field(ge=-273.15)]
    maximum_celsius: float
    maximum_excursion_hours: Annotated[float, Field(ge=0)]


class Treatment(Part):
    """Kits of identical tubes, one kit a participant; the content is the custodian's to know.

    `shelf_life` is the longest time from receipt to expiry that a label can truly say.
    """

    unit: str
    contents: Annotated[tuple[Content, ...], Field(min_length=1)]
    tubes: Annotated[tuple[Tube, ...], Field(min_length=1)]
    spare_kits: Annotated[int, Field(ge=0)] = 1
    storage: Storage | None = None
    shelf_life: Period | None = None


class Balanced(Part):
    """A factor whose levels minimisation balances, and how much it weighs beside the others."""

    factor: Literal["site"] | Identifier
    weight: Annotated[int, Field(ge=1)] = 1


class Allocation(Part):
    """The ratio and the strata, or the factors of minimisation, which has no strata.

    Block sizes, and how minimisation measures and draws, are the custodian's: not here.
    """

    ratio: Mapping[Identifier, Annotated[int, Field(ge=1)]]
    strata: tuple[Literal["site"] | Identifier, ...] = ()
    minimise: tuple[Balanced, ...] = ()
    planned: Annotated[int, Field(ge=1)]


class Masking(Part):
    """Roles that must not know an arm before opening, and roles that may."""

    masked: tuple[Role, ...]
    unmasked: tuple[Role, ...] = ()


class ConsentVersion(Part):
    """One approved text of the consent and since when it is in force."""

    version: str
    since: date
    summary: Text


class Release(Part):
    """A permission asked beside the consent, for example for photographs.

    A photograph is taken of her who granted every release that does not say `photographs: false`.
    """

    id: Identifier
    label: Text
    required: bool
    photographs: bool = True


class Consent(Part):
    """The consent's versions, oldest first, and the releases asked with it."""

    versions: Annotated[tuple[ConsentVersion, ...], Field(min_length=1)]
    releases: tuple[Release, ...] = ()


class Criterion(Part):
    """An inclusion or exclusion criterion: its text, and a condition over the eligibility form."""

    id: Identifier
    kind: Literal["inclusion", "exclusion"]
    text: Text
    condition: Condition


class Eligibility(Part):
    """The form that is asked and the criteria its answers decide."""

    form: Identifier
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1)]


class Region(Part):
    """A part of the body that is treated or assessed: the scar, a half of it, adjacent skin."""

    id: Identifier
    label: Text


class Window(Part):
    """How long before and after the planned day a visit still counts as on time."""

    before: Period
    after: Period


class Visit(Part):
    """A planned visit (USDM Encounter, ODM StudyEventDef) counted from an anchor.

    `anchor` is a milestone or the identifier of another visit, `after` the time from it;
    `dosing_day` is the day of treatment that this visit gives.
    """

    id: Identifier
    label: Text
    anchor: Literal["screening", "randomisation", "first_dose", "last_dose"] | Identifier
    after: Period
    window: Window
    forms: tuple[Identifier, ...] = ()
    dosing_day: Annotated[int, Field(ge=1)] | None = None


class Study(Part):
    """A whole study, as one version of its file says it."""

    cicatrix: Literal[1]
    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{3,40}$")]
    version: str
    languages: Annotated[tuple[str, ...], Field(min_length=1)]
    title: Text
    registry: Registry
    sites: Annotated[tuple[Site, ...], Field(min_length=1)]
    regions: Annotated[tuple[Region, ...], Field(min_length=1)]
    arms: Annotated[tuple[Arm, ...], Field(min_length=2)]
    interventions: tuple[Intervention, ...]
    treatment: Treatment
    allocation: Allocation
    masking: Masking
    consent: Consent
    eligibility: Eligibility
    code_lists: tuple[CodeList, ...] = ()
    forms: Annotated[tuple[Form, ...], Field(min_length=1)]
    visits: Annotated[tuple[Visit, ...], Field(min_length=1)]
    endpoints: Annotated[tuple[Endpoint, ...], Field(min_length=1)]
    populations: Annotated[tuple[Population, ...], Field(min_length=1)]
    intercurrent_events: tuple[IntercurrentEvent, ...] = ()
    estimands: tuple[Estimand, ...] = ()
    analyses: Annotated[tuple[PlannedAnalysis, ...], Field(min_length=1)]
    safety: Safety
    deviations: tuple[DeviationCategory, ...]
    missing_reasons: tuple[Code, ...]
    simulation: Simulation | None = None
    assumptions: tuple[Assumption, ...] = ()

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical form (RFC 8785); the file's layout does not count.

        A field at its default is left out: a later version may add a field and change no digest.
        """
        written = self.model_dump(mode="json", exclude_defaults=True)
        return hashlib.sha256(rfc8785.dumps(written)).hexdigest()

    @cached_property
    def site(self) -> Mapping[str, Site]:
        """Sites by identifier."""
        return {site.id: site for site in self.sites}

    @cached_property
    def region(self) -> Mapping[str, Region]:
        """Regions by identifier."""
        return {region.id: region for region in self.regions}

    @cached_property
    def form(self) -> Mapping[str, Form]:
        """Forms by identifier."""
        return {form.id: form for form in self.forms}

    @cached_property
    def visit(self) -> Mapping[str, Visit]:
        """Visits by identifier."""
        return {visit.id: visit for visit in self.visits}

    @cached_property
    def arm(self) -> Mapping[str, Arm]:
        """Arms by identifier."""
        return {arm.id: arm for arm in self.arms}

    @cached_property
    def codes(self) -> Mapping[str, CodeList]:
        """Code lists by identifier."""
        return {code_list.id: code_list for code_list in self.code_lists}

    @cached_property
    def tube(self) -> Mapping[int, Tube]:
        """Tubes by number."""
        return {tube.number: tube for tube in self.treatment.tubes}

    @cached_property
    def dosing_days(self) -> tuple[int, ...]:
        """Days of treatment, in order."""
        return tuple(sorted({tube.day for tube in self.treatment.tubes}))
