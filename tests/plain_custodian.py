"""A custodian for tests: lists in plain sight, drawn by a seed, with their packing sheet.

It stands for the sealed program where a test needs a list but not its secrecy, so that these
tests pass with `sealed/` taken away.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from cicatrix.trial.actions.commit_secret import commit_secret
from cicatrix.trial.actions.seal_list import seal_list
from cicatrix.trial.allocation import AllocatedSlot, OpenedList, bare, strata
from cicatrix.trial.commitment import root_of
from cicatrix.trial.facts import Fact, SealedSlot
from cicatrix.trial.roles import Actor
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial

SECRET = NONCE = "00" * 32
PROMISED = {"kind": "second_party", "name": "Chen", "commitment": "00" * 32}


@dataclass(frozen=True)
class PlainList:
    """A list in clear, what the ledger may hold of it, and what the tubes hold."""

    opened: OpenedList
    public: tuple[SealedSlot, ...]
    packing: dict[tuple[str, int], str]

    @property
    def arms(self) -> dict[str, str]:
        """Give the arm of each number."""
        return {slot.number: slot.arm for slot in self.opened.slots}

    @property
    def veiled(self) -> tuple[SealedSlot, ...]:
        """Give the bare slots with promises that are the same whatever the list is."""
        return tuple(
            slot.model_copy(update={"commitment": sha256(slot.number.encode()).hexdigest()})
            for slot in self.public
        )


def opened_list(
    study: Study, slots: Sequence[AllocatedSlot], *, list_id: str = "plain"
) -> OpenedList:
    """Give slots as an opened list of a procedure that was never carried out."""
    return OpenedList(
        list_id, study.digest, SECRET, NONCE, {"kind": "simple"}, {"randomness": SECRET},
        tuple(slots), False,
    )  # fmt: skip


def seal(
    study: Study, trial: Trial, record: Callable[[list[Fact], Actor, datetime], object],
    slots: Sequence[SealedSlot], *, actor: Actor, now: datetime, list_id: str = "plain",
    rehearsal: bool = True,
) -> None:  # fmt: skip
    """Promise a secret and seal the slots, as the custodian's program does by two acts."""
    facts = commit_secret(
        study,
        trial,
        actor,
        now=now,
        list_id=list_id,
        commitment="00" * 32,
        beacon=PROMISED | {"commitment": sha256(list_id.encode()).hexdigest()},
    )
    record(facts, actor, now)
    facts = seal_list(
        study, trial, actor, now=now, list_id=list_id, commitment=root_of(slots),
        slots=tuple(slots), rehearsal=rehearsal,
    )  # fmt: skip
    record(facts, actor, now)


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
                nonce = sha256(f"{seed}/{number}".encode()).hexdigest()
                slots.append(AllocatedSlot(number, stratum, block, arm, kits, nonce))
            placed += len(arms)
    return PlainList(
        opened_list(study, slots),
        tuple(bare(slot) for slot in slots),
        {
            (kit, tube.number): tube.content[slot.arm]
            for slot in slots
            for kit in slot.kits
            for tube in study.treatment.tubes
        },
    )
