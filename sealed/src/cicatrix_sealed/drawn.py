"""The list drawn: a number and kits for every place, and its arm from secret and randomness.

In a minimised list a place has a draw in place of an arm, which is replaying.py's to tell.
Numbers and kits depend on the study and the procedure's places, never on what is drawn: the bare
slots, which everyone sees, tell nothing of the arms. The same secret and randomness give the same
list on any machine, by which it is checked later (docs/reference/bundle.md).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from string import ascii_uppercase

from cicatrix.trial.allocation import AllocatedSlot, DrawnSlot
from cicatrix.trial.errors import Refused
from cicatrix.trial.study import Study
from cicatrix_sealed.custodians import Secrets
from cicatrix_sealed.generator import Generator
from cicatrix_sealed.keys import Derivation, generator_of, slot_nonce
from cicatrix_sealed.procedures import read_procedure
from cicatrix_sealed.procedures.drawing import draw_stratum, draws_of
from cicatrix_sealed.procedures.kinds import Minimised, Procedure


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the list as everyone may know it: number, stratum, kits."""

    number: str
    stratum: str
    kits: tuple[str, ...]


def places_of(study: Study, procedure: Procedure, *, series: int = 1) -> tuple[Place, ...]:
    """Give the places of a procedure in list order; a later series of kits has other names."""
    prefixes = _prefixes(len(procedure.strata))
    width = max(3, *(len(str(one.slots)) for one in procedure.strata))
    kit = "K" if series == 1 else f"K{series}-"
    spares = range(1, study.treatment.spare_kits + 1)
    return tuple(
        Place(number, one.stratum, (f"{kit}{number}", *(f"{kit}{number}S{n}" for n in spares)))
        for one, prefix in zip(procedure.strata, prefixes, strict=True)
        for place in range(1, one.slots + 1)
        for number in [f"{prefix}{place:0{width}}"]
    )


def _prefixes(count: int) -> tuple[str, ...]:
    if count == 1:
        return ("",)
    length = 1
    while len(ascii_uppercase) ** length < count:
        length += 1
    letters = product(ascii_uppercase, repeat=length)
    return tuple("".join(prefix) for prefix, _ in zip(letters, range(count), strict=False))


def draw_slots(
    places: Sequence[Place], secrets: Secrets, *, study_digest: str, randomness: bytes
) -> tuple[AllocatedSlot | DrawnSlot, ...]:
    """Draw the arm of every place in list order, or of a minimised list its draw."""
    derivation = Derivation(secrets.secret, study_digest)
    procedure = read_procedure(secrets.procedure)
    planned = [one.stratum for one in procedure.strata for _ in range(one.slots)]
    if planned != [place.stratum for place in places]:
        raise Refused(
            "strata",
            "The list has other places than its procedure draws: use a copy.",
        )
    generators = (
        generator_of(study_digest, one.stratum, secret=secrets.secret, randomness=randomness)
        for one in procedure.strata
    )
    nonces = (slot_nonce(derivation, place.number).hex() for place in places)
    return tuple(_slots(places, procedure, generators, nonces))


def _slots(
    places: Sequence[Place],
    procedure: Procedure,
    generators: Iterator[Generator],
    nonces: Iterator[str],
) -> Iterator[AllocatedSlot | DrawnSlot]:
    given = zip(places, nonces, strict=True)
    for stratum, generator in zip(procedure.strata, generators, strict=True):
        if isinstance(procedure, Minimised):
            for draw in draws_of(procedure, stratum.stratum, generator):
                place, nonce = next(given)
                yield DrawnSlot(place.number, place.stratum, place.kits, draw.hex(), nonce)
        else:
            for block, arm in draw_stratum(procedure, stratum.stratum, generator):
                place, nonce = next(given)
                yield AllocatedSlot(place.number, place.stratum, block, arm, place.kits, nonce)
