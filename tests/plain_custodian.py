"""A custodian for tests: lists in plain sight, drawn by a seed, with their packing sheet.

It stands for the sealed program where a test needs a list but not its secrecy, so that these
tests pass with `sealed/` taken away.
"""

import random
from dataclasses import dataclass

from cicatrix.trial.allocation import AllocatedSlot, OpenedList, commitment, strata
from cicatrix.trial.facts import SealedSlot
from cicatrix.trial.study import Study


@dataclass(frozen=True)
class PlainList:
    """A list in clear, what the ledger may hold of it, and what the tubes hold."""

    opened: OpenedList
    public: tuple[SealedSlot, ...]
    packing: dict[tuple[str, int], str]
    commitment: str


def draw(
    study: Study,
    *,
    seed: int,
    per_stratum: int | None = None,
    sizes: tuple[int, ...] = (2,),
    arms_in_order: tuple[str, ...] | None = None,
) -> PlainList:
    """Draw a list in blocks of twice the ratio's sum, or of any of `sizes` times it.

    `arms_in_order` takes the place of chance where a test wants one list or all of them.
    """
    rng = random.Random(seed)
    ratio = study.allocation.ratio
    once = [arm for arm, share in ratio.items() for _ in range(share)]
    wanted = per_stratum or study.allocation.planned + 2 * len(once)
    wanted += -wanted % (2 * len(once))
    slots: list[AllocatedSlot] = []
    for letter, stratum in zip("ABCDEFGHIJ", strata(study), strict=False):
        placed = block = 0
        while placed < wanted:
            size = sizes[0] if len(sizes) == 1 else rng.choice(sizes)
            arms = rng.sample(once * size, size * len(once))[: wanted - placed]
            if arms_in_order is not None:
                arms = list(arms_in_order[placed : placed + len(arms)])
            block += 1
            for place, arm in enumerate(arms, start=placed + 1):
                number = f"{letter}{place:03d}"
                kits = (f"K{number}", *(f"K{number}S{n + 1}" for n in range(1)))
                slots.append(AllocatedSlot(number, stratum, block, arm, kits))
            placed += len(arms)
    nonce = bytes(32)
    opened = OpenedList("plain", study.digest, nonce.hex(), tuple(slots), False)
    return PlainList(
        opened,
        tuple(SealedSlot(number=s.number, stratum=s.stratum, kits=s.kits) for s in slots),
        {
            (kit, tube.number): tube.content[slot.arm]
            for slot in slots
            for kit in slot.kits
            for tube in study.treatment.tubes
        },
        commitment(study.digest, nonce, slots),
    )
