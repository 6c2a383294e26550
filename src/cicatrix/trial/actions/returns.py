"""Returns and destruction: what came back is counted, what is destroyed is seen by two.

A kit comes back with the tubes that nobody used; they must be those that the records leave. Only
what can never be used any more is destroyed. The second person signs with an account of his own:
a name written down by the first would prove nothing.
"""

from datetime import date, datetime
from typing import Literal

from cicatrix.trial.accountability import unused
from cicatrix.trial.actions import gate
from cicatrix.trial.actions.storage import kit_at, known_site
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import DestructionWitnessed, Fact, KitReturned, KitsDestroyed
from cicatrix.trial.roles import Actor
from cicatrix.trial.schedule import local_date
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial

_AS_IT_IS = {
    "in_stock": "is in stock and can still be used: return it first",
    "quarantined": "is in quarantine: decide on that first",
    "dispensed": "has not come back: return it first",
    "destroyed": "was destroyed already",
}


def return_kit(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, site: str, kit: str,
    tubes: tuple[int, ...], returned_by: Literal["participant", "site"], on: date | None = None,
) -> list[Fact]:  # fmt: skip
    """Take a kit back for good, with the tubes in it that were not used."""
    gate.permit(trial, actor, "return_kit", site=site)
    gate.unlocked(study, trial)
    known_site(study, site)
    found = kit_at(trial, site, kit)
    if found.destroyed is not None:
        raise Refused("destroyed", f"Kit {kit} was destroyed already.")
    if found.returned is not None:
        raise Refused("returned", f"Kit {kit} was returned already.")
    if found.held:
        raise Refused("quarantined", f"Kit {kit} is in quarantine: decide on that first.")
    if returned_by == "participant" and found.dispensed is None:
        raise Refused("not_dispensed", f"Kit {kit} was never dispensed; the site returns it.")
    left = unused(study, trial, kit)
    if tuple(sorted(tubes)) != left:
        raise Refused(
            "tubes",
            f"By the records kit {kit} should come back with {_named(left)} unused, and "
            f"{_named(tubes)} came: record what happened to the others first.",
        )
    current = local_date(study, site, now)
    if on is not None and on > current:
        raise Refused("future", f"{on} is in the future; enter the day on which it happened.")
    return [KitReturned(
        site=site, kit=kit, tubes=left, returned_by=returned_by, on=on or current
    )]  # fmt: skip


def destroy_kits(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, site: str, kits: tuple[str, ...]
) -> list[Fact]:
    """Record that kits were destroyed which were returned, expired or condemned."""
    gate.permit(trial, actor, "destroy_kits", site=site)
    gate.unlocked(study, trial)
    known_site(study, site)
    if not kits or len(set(kits)) != len(kits):
        raise Refused("no_kits", "Name the kits that were destroyed, each once.")
    on = local_date(study, site, now)
    for kit in kits:
        place = kit_at(trial, site, kit).place(on)
        if place in _AS_IT_IS:
            raise Refused(place, f"Kit {kit} {_AS_IT_IS[place]}.")
    earlier = sum(1 for one in trial.stock.destructions.values() if one.site == site)
    destruction = f"{site.upper()}-D{earlier + 1:03d}"
    return [KitsDestroyed(site=site, destruction=destruction, kits=tuple(sorted(kits)), on=on)]


def witness_destruction(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, destruction: str
) -> list[Fact]:
    """Let a second person state to have seen a destruction."""
    found = trial.stock.destructions.get(destruction)
    site = found.site if found is not None else None
    gate.permit(trial, actor, "witness_destruction", site=site)
    gate.unlocked(study, trial)
    if found is None:
        raise Refused("unknown_destruction", f"There is no destruction {destruction}.")
    if found.witness is not None:
        raise Refused("witnessed", f"Destruction {destruction} has its witness already.")
    if found.by == actor.user:
        raise Refused(
            "same_person", f"{actor.user} destroyed these kits; somebody else must witness it."
        )
    return [DestructionWitnessed(site=found.site, destruction=destruction)]


def _named(tubes: tuple[int, ...]) -> str:
    return "tubes " + ", ".join(str(tube) for tube in sorted(tubes)) if tubes else "no tube"
