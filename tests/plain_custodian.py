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


def draw(study: Study, *, seed: int, per_stratum: int | None = None) -> PlainList:
    """Draw a list in blocks of twice the ratio's sum."""
    rng = random.Random(seed)
    ratio = study.allocation.ratio
    block = [arm for arm, share in ratio.items() for _ in range(2 * share)]
    wanted = per_stratum or study.allocation.planned + len(block)
    slots = []
    for letter, stratum in zip("ABCDEFGHIJ", strata(study), strict=False):
        for start in range(0, wanted, len(block)):
            arms = rng.sample(block, len(block))
            for place, arm in enumerate(arms, start=start + 1):
                number = f"{letter}{place:03d}"
                kits = (f"K{number}", *(f"K{number}S{n + 1}" for n in range(1)))
                slots.append(AllocatedSlot(number, stratum, start // len(block) + 1, arm, kits))
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
