"""Kits and tubes: receive, dispense, apply, discard, and a dose that was not given.

Every tube looks like every other. What is checked here is that a kit belongs to the
participant's own number and may be used, that a tube is used once, and that it is the tube of
the day. A tube that was applied all the same is recorded as what it is, with its deviation. How
kits are kept is in storage.py, how they come back in returns.py.
"""

from datetime import date, datetime

from cicatrix.trial.actions import gate
from cicatrix.trial.actions.departures import deviation_fact
from cicatrix.trial.actions.screening import refuse_without_consent
from cicatrix.trial.actions.storage import (
    excursion,
    known_site,
    quarantine_fact,
    refuse_unusable,
)
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import (
    DoseMissed,
    Fact,
    KitDispensed,
    KitsReceived,
    TubeApplied,
    TubeDiscarded,
)
from cicatrix.trial.participant import Participant
from cicatrix.trial.roles import Actor
from cicatrix.trial.schedule import add_period, local_date
from cicatrix.trial.study import Study
from cicatrix.trial.supply import Condition
from cicatrix.trial.trial import Trial


def receive_kits(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, site: str, kits: tuple[str, ...],
    condition: Condition | None = None, expires: date | None = None,
    lowest_celsius: float | None = None, highest_celsius: float | None = None,
) -> list[Fact]:  # fmt: skip
    """Take a shipment into a site's stock, or into quarantine if it did not travel well.

    One expiry date holds for all of it: a date for each kit could tell what it holds.
    """
    gate.permit(trial, actor, "receive_kits", site=site)
    gate.unlocked(study, trial)
    known_site(study, site)
    if not kits or len(set(kits)) != len(kits):
        raise Refused("no_kits", "Name the kits that arrived, each once.")
    for kit in kits:
        if trial.list is None or kit not in trial.list.kits:
            raise Refused("unknown_kit", f"Kit {kit} is not one of this trial; check its number.")
        if kit in trial.stock.kits:
            raise Refused("received", f"Kit {kit} was received already.")
    on = local_date(study, site, now)
    _refuse_expiry(study, expires, on)
    why = _travelled_badly(study, condition, lowest_celsius, highest_celsius)
    arrived = KitsReceived(
        site=site,
        kits=kits,
        condition=condition,
        expires=expires,
        lowest_celsius=lowest_celsius,
        highest_celsius=highest_celsius,
    )
    if why is None:
        return [arrived]
    return [arrived, quarantine_fact(trial, site, sorted(kits), why, on=on)]


def dispense_kit(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, participant: str, kit: str,
    reason: str | None = None,
) -> list[Fact]:  # fmt: skip
    """Hand out a kit of her own number; a spare one needs a reason."""
    found = _treated(study, trial, actor, "dispense_kit", participant)
    refuse_without_consent(study, found, on=local_date(study, found.site, now))
    if trial.list is None or kit not in trial.list.kits:
        raise Refused("unknown_kit", f"Kit {kit} is not one of this trial; check its number.")
    if trial.list.kits[kit] != found.number:
        raise Refused("other_kit", f"Kit {kit} is not for {participant}: put it back.")
    in_stock = trial.stock.kits.get(kit)
    if in_stock is None or in_stock.site != found.site:
        raise Refused("not_received", f"Kit {kit} is not in stock at {found.site}.")
    if in_stock.dispensed is not None:
        raise Refused("dispensed", f"Kit {kit} was dispensed already.")
    refuse_unusable(kit, in_stock, on=local_date(study, found.site, now))
    if found.kits:
        reason = gate.reasoned(reason, what="A spare kit")
    return [KitDispensed(participant=participant, kit=kit, reason=reason)]


def apply_tube(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, participant: str, kit: str,
    tube: int, day: int, on: date | None = None, deviation: tuple[str, str] | None = None,
) -> list[Fact]:  # fmt: skip
    """Record a dose; `deviation` (category, text) admits what has already happened otherwise.

    Without it, only the tube of the day is accepted, one tube a region on any date, in the order
    of the days.
    """
    found = _treated(study, trial, actor, "apply_tube", participant)
    given_on = gate.dated(study, found, on, now=now)
    refuse_without_consent(study, found, on=given_on)
    _refuse_tube(study, found, kit, tube)
    refuse_unusable(kit, trial.stock.kits[kit], on=given_on, admitted=deviation is not None)
    if day not in study.dosing_days:
        raise Refused("day", f"There is no dosing day {day} in this study.")
    region = study.tube[tube].region
    if any(use.day == day and study.tube[use.tube].region == region for use in found.tubes):
        raise Refused("dosed", f"The dose of day {day} was given already: do not give another.")
    if found.randomised_on and given_on < found.randomised_on:
        raise Refused("order", f"{given_on} is before {participant} was randomised.")
    applied = TubeApplied(participant=participant, kit=kit, tube=tube, day=day, on=given_on)
    if deviation is not None:
        return [applied, deviation_fact(study, participant, *deviation, on=given_on)]
    if any(rating.rater == actor.user for done in found.ratings.values() for rating in done):
        raise Refused("rated", f"{actor.user} rates {participant} and gives her no dose.")
    if study.tube[tube].day != day:
        raise Refused("wrong_tube", _take_instead(study, found, kit, tube, day))
    if any(use.on == given_on and study.tube[use.tube].region == region for use in found.tubes):
        raise Refused("dosed_today", f"STOP: a dose was applied on {given_on} already.")
    _refuse_disorder(study, found, day, region, given_on)
    return [applied]


def discard_tube(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, participant: str, kit: str,
    tube: int, reason: str, on: date | None = None,
) -> list[Fact]:  # fmt: skip
    """Record that a tube was lost, dropped or damaged; a spare kit replaces it."""
    found = _treated(study, trial, actor, "discard_tube", participant)
    _refuse_tube(study, found, kit, tube)
    kept = trial.stock.kits[kit]
    if kept.returned is not None or kept.destroyed is not None:
        raise Refused(
            "returned", f"Kit {kit} has come back already, with the tubes that were left."
        )
    return [
        TubeDiscarded(
            participant=participant,
            kit=kit,
            tube=tube,
            reason=gate.reasoned(reason, what="Discarding a tube"),
            on=gate.dated(study, found, on, now=now),
        )
    ]


def miss_dose(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, participant: str, day: int,
    reason: str, on: date | None = None,
) -> list[Fact]:  # fmt: skip
    """Record that a dosing day passed without a dose."""
    found = gate.subject(study, trial, actor, "miss_dose", participant, needs=None)
    if found.number is None:
        raise Refused("not_randomised", f"{participant} has not been randomised.")
    if day not in study.dosing_days:
        raise Refused("day", f"There is no dosing day {day} in this study.")
    planned = {tube.region for tube in study.treatment.tubes if tube.day == day}
    if planned <= {study.tube[use.tube].region for use in found.tubes if use.day == day}:
        raise Refused("dosed", f"The dose of day {day} was given; it was not missed.")
    if day in found.missed_doses:
        raise Refused("missed", f"The dose of day {day} is recorded as missed already.")
    return [
        DoseMissed(
            participant=participant,
            day=day,
            reason=gate.reasoned(reason, what="A missed dose"),
            on=gate.dated(study, found, on, now=now),
        )
    ]


def _refuse_expiry(study: Study, expires: date | None, on: date) -> None:
    shelf_life = study.treatment.shelf_life
    if shelf_life is None:
        return
    if expires is None:
        raise Refused("expiry", "Enter the expiry date that stands on the kits.")
    if expires > add_period(on, shelf_life):
        raise Refused(
            "expiry",
            f"{expires} is further away than the shelf life of {shelf_life} allows; read the date "
            "on the kits again.",
        )


def _travelled_badly(
    study: Study, condition: Condition | None, lowest: float | None, highest: float | None
) -> str | None:
    """Say what forbids the use of a shipment, None if nothing does."""
    if condition == "damaged":
        return "the shipment arrived damaged"
    if lowest is None or highest is None:
        return "no temperature log came with the shipment" if study.treatment.storage else None
    if lowest > highest:
        raise Refused("log", "The lowest temperature is above the highest; read the log again.")
    why = excursion(study, lowest, highest)
    return f"on the way, {why}" if why is not None else None


def _treated(study: Study, trial: Trial, actor: Actor, act: str, participant: str) -> Participant:
    found = gate.subject(study, trial, actor, act, participant, needs="treatment")
    if found.number is None:
        raise Refused("not_randomised", f"{participant} has not been randomised.")
    return found


def _refuse_disorder(
    study: Study, participant: Participant, day: int, region: str, on: date
) -> None:
    """Check that in a region the days before are settled and those after not begun."""
    given = {use.day: use.on for use in participant.tubes if study.tube[use.tube].region == region}
    for other in sorted({tube.day for tube in study.treatment.tubes if tube.region == region}):
        if other < day and other not in given and other not in participant.missed_doses:
            raise Refused(
                "dose_order",
                f"STOP: the dose of day {other} is neither given nor missed; record that first.",
            )
        if other in given and (other > day or given[other] > on):
            raise Refused(
                "dose_order",
                f"STOP: the dose of day {other} was given on {given[other]}; one of day {day} on "
                f"{on} is out of order.",
            )


def _take_instead(study: Study, participant: Participant, kit: str, tube: int, day: int) -> str:
    region = study.tube[tube].region
    tubes = study.treatment.tubes
    right = next((one.number for one in tubes if (one.day, one.region) == (day, region)), None)
    stop = f"STOP: tube {tube} is not for day {day}."
    if right is None:
        return f"{stop} Nothing is applied there on that day."
    used = {(use.kit, use.tube) for use in participant.tubes} | set(participant.discarded)
    if (kit, right) in used:
        return f"{stop} Tube {right} of {kit} is gone: ask for a spare kit."
    return f"{stop} Take tube {right} of {kit}."


def _refuse_tube(study: Study, participant: Participant, kit: str, tube: int) -> None:
    if kit not in participant.kits:
        raise Refused(
            "other_kit", f"STOP: kit {kit} was not dispensed to {participant.id}. Do not open it."
        )
    if tube not in study.tube:
        raise Refused("unknown_tube", f"A kit of this study has no tube {tube}.")
    if any((use.kit, use.tube) == (kit, tube) for use in participant.tubes):
        raise Refused("used", f"STOP: tube {tube} of {kit} was applied already.")
    if (kit, tube) in participant.discarded:
        raise Refused("discarded", f"STOP: tube {tube} of {kit} was discarded.")
