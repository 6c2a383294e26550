"""What the ledger shows of the sealed list, to whoever asks: promises, numbers given, no arm.

Pure functions over the trial as somebody sees it. Nothing here says which number comes next, and
what is not given is counted only. Shown by pages/allocation.py; how a stranger checks all of it
without this program is verifier/verify.py.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from cicatrix.trial import facts
from cicatrix.trial.allocation import UNSTRATIFIED
from cicatrix.trial.commitment import root_of
from cicatrix.trial.ledger import Entry
from cicatrix.trial.trial import SealedList, Trial

NUMBERS_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class Given:
    """A number that somebody got."""

    number: str
    stratum: str
    participant: str
    on: date | None


@dataclass(frozen=True, slots=True)
class Stratum:
    """One part of the list: how many numbers it has, how many of them are seen as given."""

    name: str
    numbers: int
    given: int


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A list that was given up, with the reason and the time."""

    list_id: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Broken:
    """A code that was broken: of whom, when, by whom, who was told; never what."""

    participant: str
    at: datetime
    by: str
    told: str


def given(trial: Trial) -> tuple[Given, ...]:
    """List the numbers that are seen as given, in the order of the list."""
    if trial.list is None:
        return ()
    return tuple(
        Given(slot.number, name, holder, trial.participants[holder].randomised_on)
        for name, slots in trial.list.slots.items()
        for slot in slots
        if (holder := trial.numbers.get(slot.number)) is not None
    )


def strata_of(trial: Trial) -> tuple[Stratum, ...]:
    """Count the numbers of each stratum of the sealed list."""
    if trial.list is None:
        return ()
    return tuple(
        Stratum("" if name == UNSTRATIFIED else name, len(slots), trial.used.get(name, 0))
        for name, slots in trial.list.slots.items()
    )


def root_holds(sealed: SealedList) -> bool:
    """Compute the root again from the slots and compare it with the one that was sealed."""
    slots = (slot for some in sealed.slots.values() for slot in some)
    return root_of(slots) == sealed.commitment


def last_of(entries: Iterable[Entry], kind: type[facts.Fact]) -> Entry | None:
    """Find the last entry of a kind."""
    found = [entry for entry in entries if isinstance(entry.fact, kind)]
    return found[-1] if found else None


def given_up(entries: Iterable[Entry]) -> tuple[GivenUp, ...]:
    """List the lists that were given up."""
    return tuple(
        GivenUp(entry.fact.list_id, entry.fact.reason, entry.at)
        for entry in entries
        if isinstance(entry.fact, facts.ListAborted)
    )


def broken(trial: Trial) -> tuple[Broken, ...]:
    """List the codes that were broken, as far as they are seen, in order of time."""
    found = [
        Broken(name, one.at, one.by, one.told)
        for name, participant in trial.participants.items()
        for one in participant.breaks
    ]
    return tuple(sorted(found, key=lambda one: (one.at, one.participant)))


def custodians(roles: Mapping[str, set[tuple[str, str | None]]]) -> tuple[str, ...]:
    """List the users who hold the custodian's role, where roles are seen at all."""
    return tuple(
        sorted(
            user for user, held in roles.items() if any(role == "pharmacist" for role, _ in held)
        )
    )
