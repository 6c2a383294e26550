"""Storage: temperature logs, quarantine, and what becomes of it; which kits may not be used.

Kits enter quarantine and leave it together. A decision is made on a whole quarantine, never on
some kits of it, since who knows what kits hold could spare one content and condemn another and so
tell which is which. For the same reason every refusal is one sentence, whatever the kit holds.
"""

from collections.abc import Sequence
from datetime import date, datetime

from cicatrix.trial.accountability import unused
from cicatrix.trial.actions import gate
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import (
    Fact,
    KitsCondemned,
    KitsQuarantined,
    QuarantineReleased,
    TemperatureRead,
)
from cicatrix.trial.roles import Actor
from cicatrix.trial.schedule import local_date
from cicatrix.trial.stock import Kit, Quarantine
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial

_WHY = {
    "condemned": "was condemned",
    "quarantined": "is in quarantine",
    "returned": "was returned",
    "destroyed": "was destroyed",
}
_GONE = ("condemned", "returned", "destroyed")


def read_temperature(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, site: str,
    lowest_celsius: float, highest_celsius: float, hours_outside: float = 0.0,
    kits: tuple[str, ...] | None = None,
) -> list[Fact]:  # fmt: skip
    """Record what a storage's log shows since it was read last; out of range means quarantine.

    `kits` are those that were in that storage, None for all that the site holds.
    """
    gate.permit(trial, actor, "read_temperature", site=site)
    gate.unlocked(study, trial)
    known_site(study, site)
    if lowest_celsius > highest_celsius:
        raise Refused("log", "The lowest temperature is above the highest; read the log again.")
    if hours_outside < 0:
        raise Refused("log", "The hours outside the range cannot be negative; read the log again.")
    why = excursion(study, lowest_celsius, highest_celsius)
    if why is None and hours_outside:
        raise Refused(
            "log", "The log never left the range, so it was outside for 0 hours; read it again."
        )
    if why is not None and not hours_outside:
        raise Refused("log", f"{why}: say for how many hours the log was outside.")
    on = local_date(study, site, now)
    stored = _known(trial, site, kits, on) if kits is not None else _in_use(study, trial, site, on)
    reading = TemperatureRead(
        site=site,
        lowest_celsius=lowest_celsius,
        highest_celsius=highest_celsius,
        hours_outside=hours_outside,
    )
    if why is None or not stored:
        return [reading]
    return [reading, quarantine_fact(trial, site, stored, why, on=on, hours_outside=hours_outside)]


def quarantine_kits(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, site: str, kits: tuple[str, ...],
    reason: str,
) -> list[Fact]:  # fmt: skip
    """Forbid the use of kits until it is decided what becomes of them."""
    gate.permit(trial, actor, "quarantine_kits", site=site)
    gate.unlocked(study, trial)
    known_site(study, site)
    on = local_date(study, site, now)
    reason = gate.reasoned(reason, what="A quarantine")
    return [quarantine_fact(trial, site, _known(trial, site, kits, on), reason, on=on)]


def release_quarantine(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, quarantine: str, reason: str
) -> list[Fact]:
    """Let all kits of a quarantine be used again; too many hours outside the range forbid it."""
    found = _undecided(study, trial, actor, "release_quarantine", quarantine)
    storage = study.treatment.storage
    hours = max(trial.stock.kits[kit].hours_outside for kit in found.kits)
    if storage is not None and hours > storage.maximum_excursion_hours:
        raise Refused(
            "hours_outside",
            f"Kits of quarantine {quarantine} were outside the storage range for {hours:g} hours "
            f"in all, and {storage.maximum_excursion_hours:g} are allowed: condemn it.",
        )
    reason = gate.reasoned(reason, what="Releasing a quarantine")
    return [QuarantineReleased(site=found.site, quarantine=quarantine, reason=reason)]


def condemn_quarantine(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, quarantine: str, reason: str
) -> list[Fact]:
    """Forbid the use of all kits of a quarantine for good."""
    found = _undecided(study, trial, actor, "condemn_quarantine", quarantine)
    reason = gate.reasoned(reason, what="Condemning a quarantine")
    return [KitsCondemned(site=found.site, quarantine=quarantine, reason=reason)]


def excursion(study: Study, lowest_celsius: float, highest_celsius: float) -> str | None:
    """Say how a log left the study's storage range, None if it did not or there is no range."""
    storage = study.treatment.storage
    if storage is None:
        return None
    low, high = storage.minimum_celsius, storage.maximum_celsius
    if low <= lowest_celsius and highest_celsius <= high:
        return None
    return (
        f"{lowest_celsius:g} to {highest_celsius:g} °C is outside the storage range, "
        f"{low:g} to {high:g} °C"
    )


def quarantine_fact(
    trial: Trial, site: str, kits: Sequence[str], reason: str, *, on: date,
    hours_outside: float | None = None,
) -> KitsQuarantined:  # fmt: skip
    """State a quarantine under the next number of its site."""
    earlier = sum(1 for one in trial.stock.quarantines.values() if one.site == site)
    return KitsQuarantined(
        site=site,
        quarantine=f"{site.upper()}-Q{earlier + 1:03d}",
        kits=tuple(kits),
        reason=reason,
        hours_outside=hours_outside,
        on=on,
    )


def refuse_unusable(kit: str, found: Kit, *, on: date, admitted: bool = False) -> None:
    """Refuse the use of a kit on a day; `admitted` if it has happened and has its deviation."""
    place = found.place(on)
    gone = place in _GONE and not (admitted and place == "condemned")
    held = place == "quarantined" and min(found.held.values()) <= on
    if gone or (held and not admitted):
        raise Refused(place, f"STOP: kit {kit} {_WHY[place]}. Do not use it: ask for a spare kit.")
    if found.expired(on) and not admitted:
        raise Refused(
            "expired",
            f"STOP: kit {kit} expired on {found.expires}. Do not use it: ask for a spare kit.",
        )


def kit_at(trial: Trial, site: str, kit: str) -> Kit:
    """Find a kit that the site received."""
    found = trial.stock.kits.get(kit)
    if found is None or found.site != site:
        raise Refused("not_received", f"Kit {kit} is not one that {site} received.")
    return found


def known_site(study: Study, site: str) -> None:
    """Check that the study has the site."""
    if site not in [one.id for one in study.sites]:
        raise Refused("unknown_site", f"This study has no site {site}.")


def _in_use(study: Study, trial: Trial, site: str, on: date) -> list[str]:
    return [
        name
        for name, kit in trial.stock.at(site).items()
        if kit.place(on) not in _GONE and unused(study, trial, name)
    ]


def _known(trial: Trial, site: str, kits: tuple[str, ...], on: date) -> list[str]:
    if not kits or len(set(kits)) != len(kits):
        raise Refused("no_kits", "Name the kits that are meant, each once.")
    for kit in kits:
        place = kit_at(trial, site, kit).place(on)
        if place in _GONE:
            raise Refused(place, f"Kit {kit} {_WHY[place]}; leave it out.")
    return sorted(kits)


def _undecided(study: Study, trial: Trial, actor: Actor, act: str, quarantine: str) -> Quarantine:
    gate.permit(trial, actor, act)
    gate.unlocked(study, trial)
    found = trial.stock.quarantines.get(quarantine)
    if found is None:
        raise Refused("unknown_quarantine", f"There is no quarantine {quarantine}.")
    if found.decided is not None:
        raise Refused("decided", f"Quarantine {quarantine} was {found.decided} already.")
    return found
