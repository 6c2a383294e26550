"""The registry record of a trial, in the JSON shape of ClinicalTrials.gov API v2.

It is made from the study file and the folded trial at any state, from Not yet recruiting to
Withdrawn with nobody enrolled. It holds the design, arms among it, and never what anyone was
allocated to; results are not here. What the registry would object to is in registry_rules.py.
"""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date

from cicatrix.exchange.registry_rules import ENDED, STOPPED, record_warnings
from cicatrix.trial.document import Plain
from cicatrix.trial.part import Text
from cicatrix.trial.plan import Endpoint
from cicatrix.trial.study import Intervention, Masking, RegistryDate, Study
from cicatrix.trial.trial import Trial

__all__ = ["record_warnings", "registry_record", "write_record"]

REHEARSAL = "Rehearsal with virtual participants, not a record of a trial: "
"""What the titles of a rehearsed trial's record begin with."""

_ENROLLED = ("ACTIVE_NOT_RECRUITING", *ENDED, "WITHDRAWN")
_MASKED: Mapping[str, tuple[str, ...]] = {
    "PARTICIPANT": ("participant",),
    "CARE_PROVIDER": ("care_provider",),
    "INVESTIGATOR": ("investigator",),
    "OUTCOMES_ASSESSOR": ("rater", "image_reader"),
}
_DEGREES = ("NONE", "SINGLE", "DOUBLE", "TRIPLE", "QUADRUPLE")

Module = dict[str, Plain]


def registry_record(study: Study, trial: Trial) -> Module:
    """Compose the record of a trial as it stands; a rehearsal's titles say what it is."""
    protocol: Module = {
        "identificationModule": _identification(study, rehearsal=trial.rehearsal),
        "statusModule": _status(study, trial),
        "sponsorCollaboratorsModule": _sponsor(study),
        "oversightModule": _kept(
            isFdaRegulatedDrug=study.registry.fda_regulated_drug,
            isFdaRegulatedDevice=study.registry.fda_regulated_device,
        ),
        "descriptionModule": _kept(
            briefSummary=study.registry.brief_summary,
            detailedDescription=study.registry.detailed_description,
        ),
        "conditionsModule": _kept(
            conditions=list(study.registry.conditions), keywords=list(study.registry.keywords)
        ),
        "designModule": _design(study, trial),
        "armsInterventionsModule": _arms(study),
        "outcomesModule": _outcomes(study),
        "eligibilityModule": _eligibility(study),
        "contactsLocationsModule": _places(study),
    }
    return {
        "protocolSection": {name: module for name, module in protocol.items() if module},
        "hasResults": False,
    }


def write_record(record: Mapping[str, Plain]) -> str:
    """Write a record as JSON text: the same record, the same bytes."""
    return json.dumps(record, ensure_ascii=False, allow_nan=False, indent=2) + "\n"


def _identification(study: Study, *, rehearsal: bool) -> Module:
    registry = study.registry
    mark = REHEARSAL if rehearsal else ""
    return _kept(
        nctId=study.id if re.fullmatch(r"NCT\d{8}", study.id) else None,
        orgStudyIdInfo={"id": registry.organisation_study_id},
        organization=_organisation(study, "fullName"),
        briefTitle=mark + registry.brief_title,
        officialTitle=mark + registry.official_title,
    )


def _status(study: Study, trial: Trial) -> Module:
    registry = study.registry
    start, primary, completion = _dates(study, trial)
    stopped = trial.recruitment in STOPPED
    return _kept(
        statusVerifiedDate=registry.last_verified,
        overallStatus=trial.recruitment,
        whyStopped=trial.recruitment_reason if stopped else None,
        expandedAccessInfo={"hasExpandedAccess": False},
        startDateStruct=start,
        primaryCompletionDateStruct=primary,
        completionDateStruct=completion,
        studyFirstSubmitDate=registry.first_submitted,
        studyFirstPostDateStruct=_kept(date=registry.first_posted),
        lastUpdatePostDateStruct=_kept(date=registry.last_update_posted),
    )


def _dates(study: Study, trial: Trial) -> tuple[Module, Module, Module]:
    """Give start, primary completion and completion: what happened, else what the file says."""
    registry = study.registry
    planned = [
        _planned(one) for one in (registry.start, registry.primary_completion, registry.completion)
    ]
    everyone = [trial.participants[name] for name in trial.numbers.values()]
    first = min((one.randomised_on for one in everyone if one.randomised_on), default=None)
    primary = last = None
    if trial.recruitment in ENDED:
        points = {one.time_point for one in study.endpoints if one.role == "primary"}
        last = max((day for one in everyone for day in one.milestones().values()), default=None)
        primary = max(
            (day for one in everyone for visit, day in one.attended.items() if visit in points),
            default=last,
        )
    happened = [_actual(day) for day in (first, primary, last)]
    start, primary_completion, completion = (
        fact or plan for fact, plan in zip(happened, planned, strict=True)
    )
    return start, primary_completion, completion


def _planned(when: RegistryDate | None) -> Module:
    return {} if when is None else {"date": when.date, "type": when.type}


def _actual(day: date | None) -> Module:
    return {} if day is None else {"date": day.isoformat(), "type": "ACTUAL"}


def _sponsor(study: Study) -> Module:
    party: Module = {"type": study.registry.responsible_party}
    officials = study.registry.officials
    lead = next((one for one in officials if one.role == "PRINCIPAL_INVESTIGATOR"), None)
    if study.registry.responsible_party != "SPONSOR" and lead is not None:
        party["investigatorFullName"] = lead.name
        party["investigatorAffiliation"] = lead.affiliation
    return {"responsibleParty": party, "leadSponsor": _organisation(study, "name")}


def _organisation(study: Study, key: str) -> Module:
    return {key: study.registry.organisation, "class": study.registry.organisation_class}


def _design(study: Study, trial: Trial) -> Module:
    registry = study.registry
    counted = trial.recruitment in _ENROLLED
    return {
        "studyType": "INTERVENTIONAL",
        "phases": [registry.phase],
        "designInfo": {
            "allocation": "RANDOMIZED",
            "interventionModel": registry.intervention_model,
            "primaryPurpose": registry.primary_purpose,
            "maskingInfo": _masking(study.masking),
        },
        "enrollmentInfo": {
            "count": len(trial.numbers) if counted else study.allocation.planned,
            "type": "ACTUAL" if counted else "ESTIMATED",
        },
    }


def _masking(masking: Masking) -> Module:
    """Say who is masked in the registry's words; assessors count as masked when all of them are."""
    who: list[Plain] = [
        word
        for word, roles in _MASKED.items()
        if set(roles) & set(masking.masked) and not set(roles) & set(masking.unmasked)
    ]
    return _kept(masking=_DEGREES[len(who)], whoMasked=who)


def _arms(study: Study) -> Module:
    groups: list[Plain] = []
    for arm in study.arms:
        names: list[Plain] = [_named(one) for one in study.interventions if arm.id in one.arms]
        groups.append(
            _kept(
                label=_english(arm.label),
                type=arm.type,
                description=_english(arm.description),
                interventionNames=names,
            )
        )
    interventions: list[Plain] = [
        _kept(
            type=one.type,
            name=_english(one.label),
            description=_english(one.description),
            armGroupLabels=[_english(study.arm[arm].label) for arm in one.arms],
        )
        for one in study.interventions
    ]
    return _kept(armGroups=groups, interventions=interventions)


def _named(intervention: Intervention) -> str:
    return f"{intervention.type.capitalize()}: {_english(intervention.label)}"


def _outcomes(study: Study) -> Module:
    def of(role: str) -> list[Plain]:
        return _listed(one for one in study.endpoints if one.role == role)

    return _kept(
        primaryOutcomes=of("primary"),
        secondaryOutcomes=of("secondary"),
        otherOutcomes=of("exploratory"),
    )


def _listed(endpoints: Iterable[Endpoint]) -> list[Plain]:
    """List outcomes as the record words them: several endpoints can belong to one."""
    outcomes = dict.fromkeys(endpoint.registry for endpoint in endpoints)
    return [
        _kept(measure=one.measure, description=one.description, timeFrame=one.time_frame)
        for one in outcomes
    ]


def _eligibility(study: Study) -> Module:
    registry = study.registry
    return _kept(
        eligibilityCriteria=_criteria(study),
        healthyVolunteers=registry.healthy_volunteers,
        sex=registry.sex,
        minimumAge=_years(registry.minimum_age_years),
        maximumAge=_years(registry.maximum_age_years),
        stdAges=_age_groups(registry.minimum_age_years, registry.maximum_age_years),
    )


def _criteria(study: Study) -> str:
    sections = []
    for kind in ("inclusion", "exclusion"):
        texts = [_english(one.text) for one in study.eligibility.criteria if one.kind == kind]
        if texts:
            lines = "\n".join(f"* {text}" for text in texts)
            sections.append(f"{kind.capitalize()} Criteria:\n\n{lines}")
    return "\n\n".join(sections)


def _years(age: int | None) -> str | None:
    return None if age is None else f"{age} Year" + ("" if age == 1 else "s")


def _age_groups(minimum: int | None, maximum: int | None) -> list[Plain]:
    """Name the registry's age groups that the limits reach: to 17, 18 to 64, from 65 years."""
    youngest = 0 if minimum is None else minimum
    oldest = 999 if maximum is None else maximum
    groups = (("CHILD", 0, 17), ("ADULT", 18, 64), ("OLDER_ADULT", 65, 999))
    return [name for name, low, high in groups if youngest <= high and oldest >= low]


def _places(study: Study) -> Module:
    officials: list[Plain] = [
        {"name": one.name, "affiliation": one.affiliation, "role": one.role}
        for one in study.registry.officials
    ]
    locations: list[Plain] = [
        {"facility": _english(site.name), "city": site.city, "country": site.country}
        for site in study.sites
    ]
    return _kept(overallOfficials=officials, locations=locations)


def _english(text: Text) -> str:
    """Give a text in the registry's language, or in the study's first where it has none."""
    return text.get("en") or next(iter(text.values()))


def _kept(**fields: Plain) -> Module:
    """Keep the fields that say something; false and 0 do."""
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}
