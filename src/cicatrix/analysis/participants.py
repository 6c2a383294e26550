"""Who was randomised, to which arm, and what dose she really had: one row for each participant.

The arm is the opened allocation's, by her number. The actual dose is the sum of the contents of
the tubes that were applied: each tube's kit leads to its slot, the slot to its arm, arm and tube
number to the content. Who belongs to which population is populations.py.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from cicatrix.trial.allocation import AllocatedSlot, OpenedList
from cicatrix.trial.errors import Refused
from cicatrix.trial.participant import Participant, TubeUse
from cicatrix.trial.study import Study, Tube
from cicatrix.trial.trial import Trial

RegionDoses = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class ParticipantRow:
    """One randomised participant; doses are in the treatment's unit, None if her data are not used.

    `tubes_swapped` counts tubes of another day or of another slot's kit; `tubes_open` those that
    were neither given nor recorded as missed.
    """

    participant: str
    site: str
    number: str
    arm: str
    stratum: str
    block: str
    randomised_on: date | None
    planned_dose: float
    planned_by_region: RegionDoses
    data_withdrawn: bool
    actual_dose: float | None
    actual_by_region: RegionDoses
    tubes_planned: int
    tubes_given: int
    tubes_missed: int
    tubes_open: int
    tubes_swapped: int
    tubes_discarded: int
    kits: int
    first_dose: date | None
    last_dose: date | None
    withdrawn_from: str | None
    withdrawn_on: date | None
    withdrawal_reason: str | None
    deviations: int
    major_deviations: int
    code_broken: bool


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A row and the record behind it, for derivations; a finding holds rows only."""

    row: ParticipantRow
    record: Participant


def enrol(study: Study, trial: Trial, allocation: OpenedList) -> tuple[Enrolled, ...]:
    """Give every randomised participant her arm and her doses, in the order of randomisation."""
    slots = {slot.number: slot for slot in allocation.slots}
    kits = {kit: slot for slot in allocation.slots for kit in slot.kits}
    for slot in allocation.slots:
        if slot.arm not in study.arm:
            raise Refused(
                "unknown_arm",
                f"The allocation gives number {slot.number} an arm that study {study.id} does not "
                "have; use the allocation of this trial.",
            )
    enrolled = []
    for number, identifier in trial.numbers.items():
        if number not in slots:
            raise Refused(
                "unknown_number",
                f"Number {number} of {identifier} is not in the allocation; use the allocation of "
                "this trial, or make the dummy anew.",
            )
        record = trial.participants[identifier]
        enrolled.append(Enrolled(_row(study, record, slots[number], kits), record))
    return tuple(enrolled)


def dose_of(study: Study, tube: Tube, arm: str) -> float:
    """Give the dose that one tube of an arm holds, in the treatment's unit."""
    return next(one.dose for one in study.treatment.contents if one.id == tube.content[arm])


def planned_by_region(study: Study, arm: str) -> RegionDoses:
    """Give the dose that each region gets in an arm if all goes as planned."""
    return _by_region((tube.region, dose_of(study, tube, arm)) for tube in study.treatment.tubes)


def planned_dose(study: Study, arm: str) -> float:
    """Give the whole dose of an arm, over all regions, if all goes as planned."""
    return sum(dose for _, dose in planned_by_region(study, arm))


def is_own(study: Study, record: Participant, use: TubeUse) -> bool:
    """Tell whether a tube was of her own kit and meant for the day on which it was given."""
    return use.kit in record.kits and study.tube[use.tube].day == use.day


def _row(
    study: Study, record: Participant, slot: AllocatedSlot, kits: Mapping[str, AllocatedSlot]
) -> ParticipantRow:
    withdrawn_all = record.withdrawn_from("all") is not None
    withdrawal = record.withdrawals[-1] if record.withdrawals else None
    major = {category.id for category in study.deviations if category.major}
    uses = [] if withdrawn_all else record.tubes
    actual = _by_region(
        (study.tube[use.tube].region, dose_of(study, study.tube[use.tube], _slot(use, kits).arm))
        for use in uses
    )
    given = {(use.day, study.tube[use.tube].region) for use in uses}
    missed = sum(
        tube.day in record.missed_doses and (tube.day, tube.region) not in given
        for tube in study.treatment.tubes
    )
    return ParticipantRow(
        participant=record.id,
        site=record.site,
        number=slot.number,
        arm=slot.arm,
        stratum=slot.stratum,
        block=f"{slot.stratum}/{slot.block}",
        randomised_on=record.randomised_on,
        planned_dose=planned_dose(study, slot.arm),
        planned_by_region=planned_by_region(study, slot.arm),
        data_withdrawn=withdrawn_all,
        actual_dose=None if withdrawn_all else sum(dose for _, dose in actual),
        actual_by_region=actual,
        tubes_planned=len(study.treatment.tubes),
        tubes_given=len(uses),
        tubes_missed=0 if withdrawn_all else missed,
        tubes_open=0 if withdrawn_all else max(0, len(study.treatment.tubes) - len(uses) - missed),
        tubes_swapped=sum(not is_own(study, record, use) for use in uses),
        tubes_discarded=0 if withdrawn_all else len(record.discarded),
        kits=len(record.kits),
        first_dose=min((use.on for use in uses), default=None),
        last_dose=max((use.on for use in uses), default=None),
        withdrawn_from=withdrawal.scope if withdrawal else None,
        withdrawn_on=withdrawal.on if withdrawal else None,
        withdrawal_reason=withdrawal.reason if withdrawal else None,
        deviations=0 if withdrawn_all else len(record.deviations),
        major_deviations=0
        if withdrawn_all
        else sum(one.category in major for one in record.deviations),
        code_broken=record.code_broken,
    )


def _slot(use: TubeUse, kits: Mapping[str, AllocatedSlot]) -> AllocatedSlot:
    slot = kits.get(use.kit)
    if slot is None:
        raise Refused(
            "unknown_kit",
            f"Kit {use.kit}, from which a tube was applied, is in no slot of the allocation; use "
            "the allocation of this trial, or make the dummy anew.",
        )
    return slot


def _by_region(doses: Iterable[tuple[str, float]]) -> RegionDoses:
    total: dict[str, float] = {}
    for region, dose in doses:
        total[region] = total.get(region, 0.0) + dose
    return tuple(total.items())
