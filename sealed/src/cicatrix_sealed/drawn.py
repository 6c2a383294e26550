"""The list drawn: a number and kits for every place, and its arm from secret and randomness.

Numbers and kits depend on the study and the procedure's places, never on what is drawn: the bare
slots, which everyone sees, tell nothing of the arms. The same secret and randomness give the same
list on any machine, by which it is checked later (docs/reference/bundle.md).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from string import ascii_uppercase

from cicatrix.trial.allocation import AllocatedSlot, strata
from cicatrix.trial.errors import Refused
from cicatrix.trial.study import Study
from cicatrix_sealed.custodians import Secrets
from cicatrix_sealed.keys import Derivation, generator_of, slot_nonce
from cicatrix_sealed.procedures import read_procedure
from cicatrix_sealed.procedures.drawing import draw_stratum
from cicatrix_sealed.procedures.kinds import Procedure


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the list as everyone may know it: number, stratum, kits."""

    number: str
    stratum: str
    kits: tuple[str, ...]


def places_of(study: Study, procedure: Procedure, *, series: int = 1) -> tuple[Place, ...]:
    """Give the places of a procedure in list order; a later series of kits has other names."""
    if tuple(one.stratum for one in procedure.strata) != strata(study):
        raise Refused(
            "strata",
            "The procedure has other strata than the study: give it up with "
            "`cicatrix-sealed abort` and promise another.",
        )
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
) -> tuple[AllocatedSlot, ...]:
    """Draw the arm of every place in list order."""
    derivation = Derivation(secrets.secret, study_digest)
    drawn = tuple(_arms(secrets, study_digest, randomness))
    if [stratum for stratum, _, _ in drawn] != [place.stratum for place in places]:
        raise Refused(
            "strata",
            "The list has other places than its procedure draws: use a copy.",
        )
    return tuple(
        AllocatedSlot(
            place.number,
            place.stratum,
            block,
            arm,
            place.kits,
            slot_nonce(derivation, place.number).hex(),
        )
        for place, (_, block, arm) in zip(places, drawn, strict=True)
    )


def _arms(secrets: Secrets, study_digest: str, randomness: bytes) -> Iterator[tuple[str, int, str]]:
    procedure = read_procedure(secrets.procedure)
    for one in procedure.strata:
        generator = generator_of(
            study_digest, one.stratum, secret=secrets.secret, randomness=randomness
        )
        for block, arm in draw_stratum(procedure, one.stratum, generator):
            yield one.stratum, block, arm
