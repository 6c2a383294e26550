"""Kits and doses in a rehearsal: deliveries, tubes of the day, swapped and discarded ones.

A kit that may not be used is tried, refused and replaced by the spare of the same number.

What a tube holds is read from the packing sheet in one place, `received`, for the scar's sake
alone; no act is told of it.
"""

from collections.abc import Mapping

from cicatrix.simulation.courses import Course
from cicatrix.simulation.stage import Process, Stage
from cicatrix.simulation.store import receive
from cicatrix.trial.actions.departures import record_deviation
from cicatrix.trial.actions.supply import (
    apply_tube,
    discard_tube,
    dispense_kit,
    miss_dose,
)
from cicatrix.trial.actions.visits import miss_visit
from cicatrix.trial.errors import Refused
from cicatrix.trial.participant import Participant
from cicatrix.trial.roles import Actor
from cicatrix.trial.study import Study, Tube, Visit

DELIVERY = 10
RESERVE = 3
NO_TUBE_LEFT = "no tube was left"
DISCARDED_BECAUSE = ("the tube was dropped", "the tube was leaking", "the cap was broken")


def received(stage: Stage, participant: Participant) -> Mapping[str, float]:
    """Sum up, by region, the doses that the tubes applied to her so far really held."""
    doses = {content.id: content.dose for content in stage.study.treatment.contents}
    total = dict.fromkeys((region.id for region in stage.study.regions), 0.0)
    for use in participant.tubes:
        content = stage.packing.get((use.kit, use.tube))
        if content is None or content not in doses:
            raise Refused(
                "packing_sheet",
                f"The packing sheet does not say what tube {use.tube} of kit {use.kit} holds: "
                "give the sheet that belongs to this trial's list.",
            )
        total[stage.study.tube[use.tube].region] += doses[content]
    return total


def restock(stage: Stage, stratum: str, site: str, *, only: tuple[str, ...] = ()) -> None:
    """Have kits delivered to a site: `only` these, or the next ones once the reserve is low."""
    kits = [kit for kit in only if kit not in stage.trial.stock.kits]
    sealed = stage.trial.list
    if not only and sealed is not None:
        used, slots = stage.trial.used.get(stratum, 0), sealed.slots.get(stratum, [])
        if stage.delivered.get(stratum, 0) - used < RESERVE:
            start = stage.delivered.get(stratum, 0)
            kits = [kit for slot in slots[start : start + DELIVERY] for kit in slot.kits]
            stage.delivered[stratum] = start + DELIVERY
    if kits:
        receive(stage, site, tuple(kits))


def site_of(study: Study, stratum: str) -> str | None:
    """Say at which site the numbers of a stratum are used; None if at any, or packed one by one."""
    if study.allocation.minimise:
        return None
    named = [pair.removeprefix("site=") for pair in stratum.split(";") if pair.startswith("site=")]
    return named[0] if named else study.sites[0].id if len(study.sites) == 1 else None


def give_doses(stage: Stage, course: Course, visit: Visit) -> Process:
    """Give the doses of a dosing visit, one tube for each region of the day."""
    rng, team = course.visits, stage.cast.teams[course.site]
    providers = team.care_providers
    drawn = providers[int(rng.integers(len(providers)))]
    provider = providers[-1] if course.subject.attempts else drawn
    day = visit.dosing_day or 0
    tubes = [tube for tube in stage.study.treatment.tubes if tube.day == day]
    if not stage.participant(course.participant).kits:
        _attempt_others_kit(stage, course, provider, tubes[0])
        _dispense_first(stage, course, provider)
    for tube in tubes:
        yield stage.soon(rng)
        yield from _give(stage, course, provider, tube)


def _give(stage: Stage, course: Course, provider: Actor, tube: Tube) -> Process:
    rng, participant = course.visits, stage.participant(course.participant)
    kit = _kit_with(stage, participant, tube)
    discards, swaps = rng.random(2)
    if kit is not None and discards < stage.conduct.discarded_tube:
        why = DISCARDED_BECAUSE[int(rng.integers(len(DISCARDED_BECAUSE)))]
        stage.act(
            discard_tube, provider,
            participant=participant.id, kit=kit, tube=tube.number, reason=why,
        )  # fmt: skip
        yield stage.soon(rng)
        kit = _kit_with(stage, participant, tube)
    other = _other_day(stage, participant, tube)
    category = category_of(stage.study, "tube", "dose")
    used_before = any(use.tube == tube.number for use in participant.tubes)
    if course.subject.attempts and other is not None and tube.day == stage.study.dosing_days[0]:
        stage.must_refuse(
            "wrong_tube", apply_tube, provider,
            participant=participant.id, kit=other[0], tube=other[1], day=tube.day,
        )  # fmt: skip
    if other is not None and category and (used_before or swaps < stage.conduct.swapped_tube):
        stage.act(
            apply_tube, provider,
            participant=participant.id, kit=other[0], tube=other[1], day=tube.day,
            deviation=(category, f"tube {other[1]} was taken for tube {tube.number}"),
        )  # fmt: skip
        return
    if kit is None:
        kit = _spare(stage, course, provider, participant)
    if kit is not None:
        _settle_before(stage, provider, participant, tube)
        stage.act(
            apply_tube, provider,
            participant=participant.id, kit=kit, tube=tube.number, day=tube.day,
        )  # fmt: skip
    elif not _settled(participant, tube.day):
        stage.act(
            miss_dose, provider, participant=participant.id, day=tube.day, reason=NO_TUBE_LEFT
        )


def _settle_before(stage: Stage, provider: Actor, participant: Participant, tube: Tube) -> None:
    """Record what the region lacked on an earlier day on which another region had its dose."""
    for other in stage.study.treatment.tubes:
        if other.region != tube.region or other.day >= tube.day:
            continue
        uses = [use for use in participant.tubes if use.day == other.day]
        given = any(stage.study.tube[use.tube].region == tube.region for use in uses)
        if uses and not given and other.day not in participant.missed_doses:
            stage.act(
                miss_dose, provider, participant=participant.id, day=other.day,
                reason=NO_TUBE_LEFT, on=uses[-1].on,
            )  # fmt: skip


def _settled(participant: Participant, day: int) -> bool:
    given = any(use.day == day for use in participant.tubes)
    return given or day in participant.missed_doses


def _kit_with(stage: Stage, participant: Participant, tube: Tube) -> str | None:
    """Find a usable kit of hers in which the tube is neither used nor discarded."""
    used = {(use.kit, use.tube) for use in participant.tubes} | set(participant.discarded)
    kits = (kit for kit in participant.kits if (kit, tube.number) not in used)
    return next((kit for kit in kits if _unusable(stage, kit) is None), None)


def _unusable(stage: Stage, kit: str) -> str | None:
    """Give the rule by which a kit may not be used today, None if it may."""
    found = stage.trial.stock.kits[kit]
    today = stage.today(found.site)
    place = found.place(today)
    if place not in ("in_stock", "dispensed", "expired"):
        return place
    return "expired" if found.expired(today) else None


def _other_day(stage: Stage, participant: Participant, tube: Tube) -> tuple[str, int] | None:
    """Find a tube of another day, the nearest in number, that could be taken by mistake."""
    others = sorted(
        (
            other
            for other in stage.study.treatment.tubes
            if other.region == tube.region and other.day != tube.day
            and other.day not in participant.missed_doses
        ),
        key=lambda other: (abs(other.number - tube.number), other.number),
    )  # fmt: skip
    for other in others:
        kit = _kit_with(stage, participant, other)
        given = any(use.day == other.day for use in participant.tubes)
        was_taken = any(use.tube == other.number for use in participant.tubes)
        if kit is not None and not was_taken and (other.day > tube.day or given):
            return kit, other.number
    return None


def _spare(stage: Stage, course: Course, provider: Actor, participant: Participant) -> str | None:
    others = (kit for kit in course.slot.kits if kit not in participant.kits)
    kit = next((kit for kit in others if _unusable(stage, kit) is None), None)
    if kit is not None:
        held = any(_unusable(stage, kit) for kit in participant.kits)
        why = (
            "replaces a kit that may not be used" if held else "replaces a tube that was discarded"
        )
        stage.act(dispense_kit, provider, participant=participant.id, kit=kit, reason=why)
    return kit


def _dispense_first(stage: Stage, course: Course, provider: Actor) -> None:
    """Hand out the first kit of her number that may be used, after the refusal of any before."""
    for kit in course.slot.kits:
        hers = {"participant": course.participant, "kit": kit}
        rule = _unusable(stage, kit)
        if rule is None:
            stage.act(dispense_kit, provider, **hers)
            return
        stage.must_refuse(rule, dispense_kit, provider, **hers)


def _attempt_others_kit(stage: Stage, course: Course, provider: Actor, tube: Tube) -> None:
    """Take a kit of another number, which must be refused before it is opened."""
    sealed = stage.trial.list
    stratum = stage.participant(course.participant).stratum
    if not course.subject.attempts or sealed is None or stratum is None:
        return
    others = (slot for slot in sealed.slots[stratum] if slot.number != course.slot.number)
    other = next(others, None)
    if other is not None:
        stage.must_refuse(
            "other_kit", dispense_kit, provider,
            participant=course.participant, kit=other.kits[0],
        )  # fmt: skip
        stage.must_refuse(
            "other_kit", apply_tube, provider,
            participant=course.participant, kit=other.kits[0], tube=tube.number, day=tube.day,
        )  # fmt: skip


def miss_doses(stage: Stage, course: Course, visit: Visit, why: str) -> None:
    """Record that a dosing visit and its dose were missed, and the deviation."""
    coordinator, name = stage.cast.teams[course.site].coordinator, course.participant
    stage.act(miss_visit, coordinator, participant=name, visit=visit.id, reason=why)
    stage.act(miss_dose, coordinator, participant=name, day=visit.dosing_day, reason=why)
    category = category_of(stage.study, "dose")
    if category:
        text = f"the dose of day {visit.dosing_day} was not given: {why}"
        stage.act(record_deviation, coordinator, participant=name, category=category, text=text)


def category_of(study: Study, *words: str) -> str | None:
    """Choose the deviation category whose identifier has one of the words, else the last one."""
    ids = [category.id for category in study.deviations]
    fitting = [one for word in words for one in ids if word in one]
    return next(iter((*fitting, *ids[-1:])), None)
