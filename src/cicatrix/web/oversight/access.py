"""Who could see anything: each role that somebody held, where, from when to when, and trained when.

Read from the facts of roles and training that the actor sees. Opening a page of the contact book
is no fact; those openings are counted by reader and site, and name no participant. Who was told an
allocation is listed apart.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Max

from cicatrix.trial.facts import (
    AllocationReleased,
    CodeBroken,
    RoleGranted,
    RoleRevoked,
    TrainingCompleted,
)
from cicatrix.trial.ledger import Entry
from cicatrix.web.models import ContactRead
from cicatrix.web.worker import Seen

PAGE = 100


@dataclass(slots=True)
class Holding:
    """One role that one user held at one place, once."""

    user: str
    role: str
    site: str
    since: datetime
    given_by: str
    until: datetime | None = None
    ended_by: str = ""
    reason: str = ""
    trained: list[tuple[str, datetime]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody who was told one participant's allocation, when and by whom; not what."""

    user: str
    participant: str
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Openings:
    """How often somebody opened pages of the contact book of one site."""

    user: str
    site: str
    times: int
    last: datetime


def holdings(seen: Seen) -> list[Holding]:
    """List every role that was ever held, by user, then by when it began."""
    return sorted(
        _held(seen.of(RoleGranted, RoleRevoked, TrainingCompleted)),
        key=lambda one: (one.user, one.since, one.role, one.site),
    )


def _held(entries: Iterable[Entry]) -> list[Holding]:
    found: list[Holding] = []
    now: dict[tuple[str, str, str], Holding] = {}
    for entry in entries:
        fact = entry.fact
        assert isinstance(fact, RoleGranted | RoleRevoked | TrainingCompleted)
        key = (fact.user, fact.role, fact.site or "")
        match fact:
            case RoleGranted():
                now[key] = Holding(*key, entry.at, entry.actor.user)
                found.append(now[key])
            case RoleRevoked() if key in now:
                ended = now.pop(key)
                ended.until, ended.ended_by, ended.reason = entry.at, entry.actor.user, fact.reason
            case TrainingCompleted():
                for one in now.values():
                    if (one.user, one.role) == (fact.user, fact.role):
                        one.trained.append((fact.study_version, entry.at))
    return found


def told(seen: Seen) -> list[Told]:
    """List who was told an allocation, as far as the actor sees it."""
    found = []
    for entry in seen.of(CodeBroken, AllocationReleased):
        fact = entry.fact
        assert isinstance(fact, CodeBroken | AllocationReleased)
        reason = fact.reason if isinstance(fact, CodeBroken) else ""
        found.append(Told(fact.told, fact.participant, entry.at, entry.actor.user, reason))
    return found


def openings() -> list[Openings]:
    """Count the openings of the contact book, by reader and site."""
    counted = (
        ContactRead.objects.values("read_by", "site")
        .annotate(times=Count("id"), last=Max("read_at"))
        .order_by("site", "read_by")
    )
    return [Openings(one["read_by"], one["site"], one["times"], one["last"]) for one in counted]
