"""The stock so far: each kit that arrived, the quarantines, the storage's readings, destructions.

It is the part of the fold that is about kits, written by the facts of supply.py alone. A kit is
in exactly one place on any day. There is no arm, no content and no kind of kit here: kits differ
by number only. What is counted of it is accountability.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from cicatrix.trial import supply
from cicatrix.trial.fact import Fact

Place = Literal[
    "in_stock", "quarantined", "expired", "condemned", "dispensed", "returned", "destroyed"
]
"""Where a kit is: `dispensed` until it comes back, `expired` only while in stock."""


@dataclass(slots=True)
class Kit:
    """One kit that arrived: at which site, until when it may be used, what became of it."""

    site: str
    expires: date | None = None
    dispensed: str | None = None
    held: dict[str, date] = field(default_factory=dict)
    hours_outside: float = 0.0
    condemned: str | None = None
    returned: tuple[int, ...] | None = None
    destroyed: str | None = None

    def place(self, on: date) -> Place:
        """Say where the kit is on a day, by what is recorded now."""
        if self.destroyed is not None:
            return "destroyed"
        if self.returned is not None:
            return "returned"
        if self.condemned is not None:
            return "condemned"
        if self.held:
            return "quarantined"
        if self.dispensed is not None:
            return "dispensed"
        return "expired" if self.expired(on) else "in_stock"

    def expired(self, on: date) -> bool:
        """Say whether the kit may no longer be used on a day; its last day is the expiry date."""
        return self.expires is not None and on > self.expires


@dataclass(slots=True)
class Quarantine:
    """Kits that wait for one decision; `decided` is None until it is made."""

    site: str
    kits: tuple[str, ...]
    reason: str
    decided: Literal["released", "condemned"] | None = None


@dataclass(slots=True)
class Destruction:
    """Kits that one person destroyed and, once `witness` is known, another saw destroyed."""

    site: str
    kits: tuple[str, ...]
    by: str
    witness: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What the log of a storage showed since it was read last."""

    lowest_celsius: float
    highest_celsius: float
    hours_outside: float


@dataclass(slots=True)
class Stock:
    """All kits that have arrived at any site, by number, and what was done with them."""

    kits: dict[str, Kit] = field(default_factory=dict)
    quarantines: dict[str, Quarantine] = field(default_factory=dict)
    destructions: dict[str, Destruction] = field(default_factory=dict)
    readings: dict[str, list[Reading]] = field(default_factory=dict)

    def at(self, site: str) -> dict[str, Kit]:
        """Give the kits that arrived at a site, in the order of their numbers."""
        return {name: kit for name, kit in sorted(self.kits.items()) if kit.site == site}


def _received(stock: Stock, user: str, fact: supply.KitsReceived) -> None:
    for kit in fact.kits:
        stock.kits[kit] = Kit(fact.site, fact.expires)


def _read(stock: Stock, user: str, fact: supply.TemperatureRead) -> None:
    reading = Reading(fact.lowest_celsius, fact.highest_celsius, fact.hours_outside)
    stock.readings.setdefault(fact.site, []).append(reading)


def _quarantined(stock: Stock, user: str, fact: supply.KitsQuarantined) -> None:
    stock.quarantines[fact.quarantine] = Quarantine(fact.site, fact.kits, fact.reason)
    for name in fact.kits:
        stock.kits[name].held[fact.quarantine] = fact.on
        stock.kits[name].hours_outside += fact.hours_outside or 0.0


def _released(stock: Stock, user: str, fact: supply.QuarantineReleased) -> None:
    stock.quarantines[fact.quarantine].decided = "released"
    for name in stock.quarantines[fact.quarantine].kits:
        stock.kits[name].held.pop(fact.quarantine, None)


def _condemned(stock: Stock, user: str, fact: supply.KitsCondemned) -> None:
    stock.quarantines[fact.quarantine].decided = "condemned"
    for name in stock.quarantines[fact.quarantine].kits:
        stock.kits[name].held.pop(fact.quarantine, None)
        stock.kits[name].condemned = fact.reason


def _returned(stock: Stock, user: str, fact: supply.KitReturned) -> None:
    stock.kits[fact.kit].returned = fact.tubes


def _destroyed(stock: Stock, user: str, fact: supply.KitsDestroyed) -> None:
    stock.destructions[fact.destruction] = Destruction(fact.site, fact.kits, user)
    for name in fact.kits:
        stock.kits[name].destroyed = fact.destruction


def _witnessed(stock: Stock, user: str, fact: supply.DestructionWitnessed) -> None:
    stock.destructions[fact.destruction].witness = user


MEANINGS: Mapping[type[Fact], Callable[[Stock, str, Any], None]] = {
    supply.KitsReceived: _received,
    supply.TemperatureRead: _read,
    supply.KitsQuarantined: _quarantined,
    supply.QuarantineReleased: _released,
    supply.KitsCondemned: _condemned,
    supply.KitReturned: _returned,
    supply.KitsDestroyed: _destroyed,
    supply.DestructionWitnessed: _witnessed,
}
"""What each kind of fact about the stock alone does to it; the second argument is who did it."""
