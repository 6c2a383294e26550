"""Make the list: draw it, seal it, keep it, and promise it to the ledger, in this order.

The files come first and the promise second: a promise without a list would end the trial, a list
without a promise is only waste. A rehearsal's list comes from a number and hides nothing.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cicatrix.store.home import Home
from cicatrix.trial.actions.seal_list import seal_list
from cicatrix.trial.allocation import NONCE_BYTES, OpenedList, commitment
from cicatrix.trial.errors import CicatrixError, Refused
from cicatrix.trial.facts import Fact, ListSealed, SealedSlot
from cicatrix.trial.roles import Actor
from cicatrix.trial.study import Study
from cicatrix_sealed.custody import Situation, record, situation
from cicatrix_sealed.folder import (
    PACKING,
    PUBLIC,
    SEALED,
    discard,
    public_text,
    refuse_unfit,
    write_folder,
)
from cicatrix_sealed.generator import SEED_BYTES, Generator
from cicatrix_sealed.packing import packing_sheet
from cicatrix_sealed.permuted import allowed_sizes, draw_list
from cicatrix_sealed.sealing import seal


@dataclass(frozen=True, slots=True)
class Wish:
    """What the custodian may choose: block sizes, slots of each stratum, a rehearsal's number."""

    block_sizes: Sequence[int] = ()
    slots: int | None = None
    rehearsal_seed: int | None = None


def make(
    home: Home, folder: Path, passphrase: str, wish: Wish, *, actor: Actor, now: datetime
) -> ListSealed:
    """Make the list of a trial home in a new folder and return what the ledger now says of it."""
    refuse_unfit(folder, home.folder)
    standing = situation(home)
    entropy = _entropy(standing.study, wish.rehearsal_seed)
    at = now if wish.rehearsal_seed is None else standing.last_at
    opened = _draw(standing.study, wish, entropy)
    sealed = _public(opened, rehearsal=wish.rehearsal_seed is not None)

    def decide(standing: Situation) -> Sequence[Fact]:
        return seal_list(
            standing.study,
            standing.trial,
            actor,
            now=at,
            list_id=sealed.list_id,
            commitment=sealed.commitment,
            slots=sealed.slots,
            rehearsal=sealed.rehearsal,
        )

    decide(standing)
    write_folder(
        folder,
        {
            SEALED: seal(opened, passphrase, entropy=entropy),
            PACKING: packing_sheet(standing.study, opened.slots),
            PUBLIC: public_text(sealed),
        },
    )
    try:
        record(home, decide, actor=actor, now=at, entropy=entropy)
    except CicatrixError:
        _clear(home, folder, sealed)
        raise
    return sealed


def _entropy(study: Study, rehearsal_seed: int | None) -> Callable[[int], bytes]:
    """Give the machine's entropy, or for a rehearsal bytes that its number and study fix."""
    if rehearsal_seed is None:
        return os.urandom
    text = f"cicatrix/rehearsal/1|{rehearsal_seed}|{study.digest}".encode()
    return Generator(text).octets


def _draw(study: Study, wish: Wish, entropy: Callable[[int], bytes]) -> OpenedList:
    sizes = allowed_sizes(study, wish.block_sizes)
    slots = draw_list(study, seed=entropy(SEED_BYTES), sizes=sizes, slots=wish.slots)
    if not slots:
        raise Refused(
            "no_slots", "The study plans no participant: say how many slots with --slots."
        )
    return OpenedList(entropy(8).hex(), study.digest, entropy(NONCE_BYTES).hex(), slots, False)


def _public(opened: OpenedList, *, rehearsal: bool) -> ListSealed:
    return ListSealed(
        list_id=opened.list_id,
        commitment=commitment(opened.study_digest, bytes.fromhex(opened.nonce_hex), opened.slots),
        study_digest=opened.study_digest,
        slots=tuple(
            SealedSlot(number=slot.number, stratum=slot.stratum, kits=slot.kits)
            for slot in opened.slots
        ),
        rehearsal=rehearsal,
    )


def _clear(home: Home, folder: Path, sealed: ListSealed) -> None:
    """Remove the folder, unless the ledger took the promise after all or cannot be asked."""
    promised = situation(home).promised
    if promised is None or promised.list_id != sealed.list_id:
        discard(folder)
