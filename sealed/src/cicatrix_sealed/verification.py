"""Check what the custodian holds against what the ledger was promised, and draw the list anew.

It opens the secret and shows nothing of it: each check says whether it holds, and if not, what
differs. Anyone else checks the opened list by the public bundle (docs/reference/bundle.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cicatrix.store.home import Home
from cicatrix.trial.allocation import OpenedList
from cicatrix.trial.errors import Refused
from cicatrix_sealed.custodians import Secrets
from cicatrix_sealed.custody import Situation, check_names, list_of, promise_of, situation
from cicatrix_sealed.emergency import open_slots, procedure_of, read_emergency
from cicatrix_sealed.folder import EMERGENCY, PACKING, PUBLIC, public_text, read_text
from cicatrix_sealed.packing import packing_sheet
from cicatrix_sealed.unsealing import drawn_anew, secrets_of, shares_of

NAMES = (
    "the secret and the procedure are those promised to the ledger",
    "the list, drawn anew from secret and beacon, is the one sealed, slot by slot",
    f"{EMERGENCY} opens every slot, one by one, to what was sealed",
    f"{PACKING} fills the kits as the list says",
    f"{PUBLIC} is what the ledger says",
)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing checked, and what is wrong with it, None if nothing is."""

    name: str
    why: str | None


def verify(home: Home, folder: Path, passphrases: Sequence[str]) -> tuple[Check, ...]:
    """Check the secret, the list drawn anew, and the files beside it, each for itself."""
    standing = situation(home)
    shares_of(standing, folder)
    promised = promise_of(standing)
    secrets = secrets_of(standing, folder, passphrases)
    opened = drawn_anew(standing, folder, secrets)
    found = (
        None,
        None,
        _emergency(standing, opened, folder, secrets),
        _packing(opened, standing, folder),
        _same(folder, PUBLIC, public_text(promised)),
    )
    return tuple(Check(name, why) for name, why in zip(NAMES, found, strict=True))


def _emergency(
    standing: Situation, opened: OpenedList, folder: Path, secrets: Secrets
) -> str | None:
    promised = [slot for some in list_of(standing).slots.values() for slot in some]
    key = secrets.emergency_key
    try:
        emergency = read_emergency(read_text(folder, EMERGENCY))
        check_names(emergency.list_id, emergency.study_digest, standing)
        if tuple(emergency.slots) != tuple(slot.number for slot in promised):
            return f"{EMERGENCY} has other numbers than the list or another order: use a copy."
        slots = open_slots(emergency, promised, key=key)
        minimised = list_of(standing).factors
        procedure = procedure_of(emergency, key=key) if minimised else secrets.procedure
    except Refused as refusal:
        return refusal.sentence
    if procedure != secrets.procedure:
        return f"{EMERGENCY} has another procedure than was promised: use a copy."
    if minimised:
        return None
    return None if slots == opened.slots else f"{EMERGENCY} has other blocks than the list."


def _packing(opened: OpenedList, standing: Situation, folder: Path) -> str | None:
    if not {slot.arm for slot in opened.slots} <= standing.study.arm.keys():
        return "The study was amended and no longer has the arms of the list."
    sheet = packing_sheet(standing.study, opened.slots)
    why = _same(folder, PACKING, sheet)
    if why is None or not list_of(standing).factors:
        return why
    found = (folder / PACKING).read_text("utf-8") if (folder / PACKING).exists() else ""
    if sheet.startswith(found) or found.startswith(sheet):
        return (
            f"{PACKING} does not end with the last number given: run `cicatrix-sealed answer`, "
            "which writes it anew."
        )
    return why


def _same(folder: Path, name: str, expected: str) -> str | None:
    try:
        found = read_text(folder, name)
    except Refused as refusal:
        return refusal.sentence
    return None if found == expected else f"{folder / name} was changed: use a copy."
