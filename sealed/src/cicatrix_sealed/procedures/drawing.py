"""How a stratum's arms are drawn from a generator, as docs/reference/bundle.md says to the letter.

Each draw asks the generator in a fixed order, so that the same seed gives the same list in any
program written from that page. Nothing here chooses a seed: that is the caller's.
"""

from collections.abc import Iterator, Mapping

from cicatrix.trial.commitment import DRAW_BYTES
from cicatrix.trial.errors import Refused
from cicatrix_sealed.generator import Generator
from cicatrix_sealed.procedures.kinds import (
    BiasedCoin,
    BigStick,
    ListProcedure,
    Minimised,
    PermutedBlocks,
    Procedure,
    Simple,
    Urn,
    fillable,
    read_procedure,
    with_list,
)


def draw(
    procedure: Mapping[str, object], stratum: str, generator: Generator
) -> tuple[tuple[int, str], ...]:
    """Draw the block and the arm of each place of one stratum, in the order of the places."""
    return draw_stratum(with_list(read_procedure(procedure)), stratum, generator)


def draw_stratum(
    procedure: ListProcedure, stratum: str, generator: Generator
) -> tuple[tuple[int, str], ...]:
    """Draw one stratum of a procedure that was read before."""
    slots = _slots(procedure, stratum)
    match procedure:
        case PermutedBlocks():
            return tuple(_blocks(procedure, slots, generator))
        case Simple():
            arms = _simple(procedure, slots, generator)
        case BigStick():
            arms = _big_stick(procedure, slots, generator)
        case BiasedCoin():
            arms = _biased_coin(procedure, slots, generator)
        case Urn():
            arms = _urn(procedure, slots, generator)
    return tuple((1, arm) for arm in arms)


def draws_of(procedure: Minimised, stratum: str, generator: Generator) -> tuple[bytes, ...]:
    """Draw what each place of a minimised list promises, in the order of the places."""
    return tuple(generator.octets(DRAW_BYTES) for _ in range(_slots(procedure, stratum)))


def _slots(procedure: Procedure, stratum: str) -> int:
    slots = next((one.slots for one in procedure.strata if one.stratum == stratum), None)
    if slots is None:
        raise Refused(
            "procedure",
            f"The procedure has no stratum {stratum}: draw one of "
            f"{', '.join(one.stratum for one in procedure.strata)}.",
        )
    return slots


def _once(procedure: ListProcedure) -> list[str]:
    return [arm for arm in procedure.arms for _ in range(procedure.ratio[arm])]


def _simple(procedure: Simple, slots: int, generator: Generator) -> Iterator[str]:
    once = _once(procedure)
    for _ in range(slots):
        yield once[generator.below(len(once))]


def _blocks(
    procedure: PermutedBlocks, slots: int, generator: Generator
) -> Iterator[tuple[int, str]]:
    """Draw block after block, each of a size after which whole blocks can fill the rest."""
    once = _once(procedure)
    fits = fillable(slots, procedure.sizes)
    remaining, block = slots, 0
    while remaining:
        sizes = [size for size in procedure.sizes if size <= remaining and fits[remaining - size]]
        size = sizes[generator.below(len(sizes))]
        block += 1
        for arm in generator.shuffled(once * (size // len(once))):
            yield block, arm
        remaining -= size


def _big_stick(procedure: BigStick, slots: int, generator: Generator) -> Iterator[str]:
    counts = dict.fromkeys(procedure.arms, 0)
    for _ in range(slots):
        bound = min(counts.values()) + procedure.limit
        free = [arm for arm in procedure.arms if counts[arm] < bound]
        arm = free[generator.below(len(free))]
        counts[arm] += 1
        yield arm


def _biased_coin(procedure: BiasedCoin, slots: int, generator: Generator) -> Iterator[str]:
    numerator, denominator = procedure.probability
    counts = dict.fromkeys(procedure.arms, 0)
    for _ in range(slots):
        fewest = min(counts.values())
        favoured = [arm for arm in procedure.arms if counts[arm] == fewest]
        others = [arm for arm in procedure.arms if counts[arm] > fewest]
        heads = not others or generator.below(denominator) < numerator
        among = favoured if heads else others
        arm = among[generator.below(len(among))]
        counts[arm] += 1
        yield arm


def _urn(procedure: Urn, slots: int, generator: Generator) -> Iterator[str]:
    balls = {arm: procedure.start * procedure.ratio[arm] for arm in procedure.arms}
    for _ in range(slots):
        drawn = generator.below(sum(balls.values()))
        for arm in procedure.arms:
            if drawn < balls[arm]:
                break
            drawn -= balls[arm]
        for other in procedure.arms:
            if other != arm:
                balls[other] += procedure.add * procedure.ratio[other]
        yield arm
