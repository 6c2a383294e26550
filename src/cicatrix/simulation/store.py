"""A site's store in a rehearsal: shipments, weekly logs, quarantine and its end, the last count.

Spares are kept apart from the first kits, so that one warm night never takes both. When nobody
is treated any more, every kit comes back, is destroyed and seen destroyed. Chance comes from a
stream of the store's own; nothing here knows what a kit holds. Doses are given in supply.py.
"""

from datetime import date, timedelta

import numpy as np

from cicatrix.simulation.stage import Process, Stage
from cicatrix.trial.accountability import unused
from cicatrix.trial.actions.returns import destroy_kits, return_kit, witness_destruction
from cicatrix.trial.actions.storage import (
    condemn_quarantine,
    read_temperature,
    release_quarantine,
)
from cicatrix.trial.actions.supply import receive_kits
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import KitsDestroyed, KitsQuarantined
from cicatrix.trial.participant import Participant
from cicatrix.trial.schedule import add_period
from cicatrix.trial.study import Storage, Study

WEEK = timedelta(days=7)
MADE_BEFORE = timedelta(days=14)
"""How long before its arrival a shipment was made: its expiry counts from then."""

LONGEST_EXCURSION = 2.0
"""An excursion lasts up to this many times what is allowed: about half are condemned."""

_WITHIN = 0.25
"""Logs that stay inside leave this share of the range free at either end."""


def receive(stage: Stage, site: str, kits: tuple[str, ...]) -> None:
    """Let a shipment arrive intact, with its log and one expiry date for all of it."""
    storage, today = stage.study.treatment.storage, stage.today(site)
    log: dict[str, float] = {}
    if storage is not None:
        lowest, highest = _inside(storage, stage.stores[site])
        log = {"lowest_celsius": lowest, "highest_celsius": highest}
    stage.act(
        receive_kits, stage.cast.teams[site].coordinator, site=site, kits=kits,
        condition="intact", expires=_expiry(stage.study, today), **log,
    )  # fmt: skip


def keep_store(stage: Stage, site: str) -> Process:
    """Read the log every week until nobody is treated at the site; then clear the store."""
    rng = stage.stores[site]
    while not stage.recruited or _treating(stage, site):
        yield stage.on_day(site, stage.today(site) + WEEK, rng)
        yield from _read_log(stage, site, rng)
    yield from _clear(stage, site, rng)


def _read_log(stage: Stage, site: str, rng: np.random.Generator) -> Process:
    storage, coordinator = stage.study.treatment.storage, stage.cast.teams[site].coordinator
    if storage is None:
        return
    kits = _first_kits(stage, site)
    outside = rng.random() < stage.conduct.temperature_excursion and bool(kits)
    lowest, highest = _inside(storage, rng)
    if not outside:
        stage.act(
            read_temperature, coordinator, site=site, lowest_celsius=lowest, highest_celsius=highest
        )
        return
    longest = LONGEST_EXCURSION * (storage.maximum_excursion_hours or 1.0)
    hours = max(0.1, round(float(rng.uniform(0, longest)), 1))
    rise = 0.1 * (storage.maximum_celsius - storage.minimum_celsius) * (1 + float(rng.random()))
    facts = stage.act(
        read_temperature, coordinator, site=site, lowest_celsius=lowest,
        highest_celsius=round(storage.maximum_celsius + rise, 1), hours_outside=hours,
        kits=kits,
    )  # fmt: skip
    for fact in facts:
        if isinstance(fact, KitsQuarantined):
            yield stage.in_days(site, 1, 2, rng)
            _decide(stage, fact.quarantine)


def _decide(stage: Stage, quarantine: str) -> None:
    """Let the sponsor release a quarantine where the hours allow it, and else condemn it."""
    sponsor, held = stage.cast.offices["sponsor"], {"quarantine": quarantine}
    try:
        stage.act(
            release_quarantine, sponsor, **held, reason="the hours outside are within the limit"
        )
    except Refused as refusal:
        if refusal.rule != "hours_outside":
            raise
        stage.refused[refusal.rule] += 1
        stage.act(condemn_quarantine, sponsor, **held, reason="too many hours outside the range")


def _clear(stage: Stage, site: str, rng: np.random.Generator) -> Process:
    """Return all that is left, destroy it, and have the monitor see it."""
    coordinator, stock = stage.cast.teams[site].coordinator, stage.trial.stock
    kits = tuple(name for name, kit in stock.at(site).items() if kit.destroyed is None)
    if not kits:
        return
    for name in kits:
        if stock.kits[name].place(stage.today(site)) in ("in_stock", "dispensed"):
            left = unused(stage.study, stage.trial, name)
            stage.act(return_kit, coordinator, site=site, kit=name, tubes=left, returned_by="site")
    yield stage.soon(rng)
    (destroyed,) = stage.act(destroy_kits, coordinator, site=site, kits=kits)
    yield stage.soon(rng)
    if isinstance(destroyed, KitsDestroyed):
        seen = {"destruction": destroyed.destruction}
        stage.must_refuse("same_person", witness_destruction, coordinator, **seen)
        stage.act(witness_destruction, stage.cast.offices["monitor"], **seen)


def _treating(stage: Stage, site: str) -> bool:
    """Say whether someone at the site is still to have a dose."""
    return any(
        _dosing(stage.study, stage.participant(name))
        for name in stage.trial.numbers.values()
        if stage.participant(name).site == site
        and (stage.until is not None or name in stage.waiting)
    )


def _dosing(study: Study, participant: Participant) -> bool:
    if participant.withdrawn_from("treatment") is not None:
        return False
    settled = {use.day for use in participant.tubes} | set(participant.missed_doses)
    return not set(study.dosing_days) <= settled


def _first_kits(stage: Stage, site: str) -> tuple[str, ...]:
    """Name the first kits of their numbers that the site can still use."""
    today, sealed = stage.today(site), stage.trial.list
    slots = [slot for some in sealed.slots.values() for slot in some] if sealed else []
    first = {slot.kits[0] for slot in slots}
    return tuple(
        name
        for name, kit in stage.trial.stock.at(site).items()
        if name in first and kit.place(today) in ("in_stock", "dispensed")
        and unused(stage.study, stage.trial, name)
    )  # fmt: skip


def _inside(storage: Storage, rng: np.random.Generator) -> tuple[float, float]:
    span = storage.maximum_celsius - storage.minimum_celsius
    log = sorted(rng.uniform(_WITHIN, 1 - _WITHIN, 2) * span + storage.minimum_celsius)
    low, high = (round(float(one), 2) for one in log)
    return max(low, storage.minimum_celsius), min(high, storage.maximum_celsius)


def _expiry(study: Study, today: date) -> date | None:
    shelf_life = study.treatment.shelf_life
    return add_period(today - MADE_BEFORE, shelf_life) if shelf_life is not None else None
