"""Check what the custodian holds against what the ledger was promised, and against its own law.

It opens the list and shows nothing of it: each check says whether it holds, and if not, what
differs. Anyone else checks the opened list by its commitment (trial/allocation.py).
"""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from cicatrix.store.home import Home
from cicatrix.trial.allocation import OpenedList
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import ListSealed, SealedSlot
from cicatrix.trial.study import Study
from cicatrix_sealed.custody import promise_of, situation
from cicatrix_sealed.disclosure import unsealed_for
from cicatrix_sealed.folder import PACKING, PUBLIC, public_text, read_text
from cicatrix_sealed.packing import packing_sheet


@dataclass(frozen=True, slots=True)
class Check:
    """One thing checked, and what is wrong with it, None if nothing is."""

    name: str
    why: str | None


def verify(home: Home, folder: Path, passphrase: str) -> tuple[Check, ...]:
    """Check the list, its numbers, its blocks and the files beside it, each for itself."""
    standing = situation(home)
    promised = promise_of(standing)
    opened = unsealed_for(standing, folder, passphrase)
    return (
        Check("the list is the one promised to the ledger", None),
        Check("numbers and kits are the ledger's", fault_in_numbers(opened, promised)),
        Check("every block keeps the ratio", fault_in_blocks(opened, standing.study)),
        Check(
            f"{PACKING} fills the kits as the list says", _packing(opened, standing.study, folder)
        ),
        Check(f"{PUBLIC} is what the ledger says", _same(folder, PUBLIC, public_text(promised))),
    )


def fault_in_numbers(opened: OpenedList, promised: ListSealed) -> str | None:
    """Say how the list's numbers, strata and kits differ from the ledger's, None if they do not."""
    bare = tuple(
        SealedSlot(number=slot.number, stratum=slot.stratum, kits=slot.kits)
        for slot in opened.slots
    )
    return None if bare == promised.slots else "The list has other numbers, strata or kits."


def fault_in_blocks(opened: OpenedList, study: Study) -> str | None:
    """Name a block that does not keep the ratio at least twice over, None if there is none."""
    ratio = study.allocation.ratio
    whole = sum(ratio.values())
    blocks: dict[tuple[str, int], Counter[str]] = {}
    for slot in opened.slots:
        blocks.setdefault((slot.stratum, slot.block), Counter())[slot.arm] += 1
    for (stratum, block), arms in blocks.items():
        times, rest = divmod(arms.total(), whole)
        if rest or times < 2 or arms != Counter({arm: times * ratio[arm] for arm in ratio}):
            return f"Block {block} of stratum {stratum} does not keep the ratio."
    return None


def _packing(opened: OpenedList, study: Study, folder: Path) -> str | None:
    if not {slot.arm for slot in opened.slots} <= study.arm.keys():
        return "The study was amended and no longer has the arms of the list."
    return _same(folder, PACKING, packing_sheet(study, opened.slots))


def _same(folder: Path, name: str, expected: str) -> str | None:
    try:
        found = read_text(folder, name)
    except Refused as refusal:
        return refusal.sentence
    return None if found == expected else f"{folder / name} was changed: use a copy."
