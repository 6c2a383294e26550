"""Check what the custodian holds against what the ledger was promised, and draw the list anew.

It opens the secret and shows nothing of it. Each check says whether something holds, and if not,
what differs; one that needs what another found wrong is not made and says so. What is wrong with
the use is refused instead: another folder, a wrong passphrase, too few custodians. Anyone else
checks the opened list by the public bundle (docs/reference/bundle.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cicatrix.trial.allocation import OpenedList
from cicatrix.trial.errors import Refused
from cicatrix_sealed.custodians import Secrets
from cicatrix_sealed.custody import Situation, check_names, list_of, promise_of
from cicatrix_sealed.emergency import open_procedure, open_slots, read_emergency
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

TAKEN_AWAY = f"{PACKING} is not here: as it should be once the kits are packed"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing checked, and what is wrong with it, None if nothing is.

    `made` is false where it could not be checked: `why` says why not, if that is wrong at all.
    """

    name: str
    why: str | None
    made: bool = True


_WITHOUT_SECRET = "It cannot be checked without the secret that was promised."
_WITHOUT_LIST = "It cannot be checked without the list that was sealed."
_OTHERS = ("secret", "shares", "sealed_file", "folder")
"""Refusals of a secret that is another or damaged; all others are of passphrases and people."""


def verify(standing: Situation, folder: Path, passphrases: Sequence[str]) -> tuple[Check, ...]:
    """Check secret, list and the files beside them; refuse if they are not opened rightly."""
    shares_of(standing, folder)
    promised = promise_of(standing)
    *names, public = NAMES
    beside = Check(public, _same(folder, PUBLIC, public_text(promised)))
    try:
        secrets = secrets_of(standing, folder, passphrases)
    except Refused as refusal:
        if refusal.rule not in _OTHERS:
            raise
        wrong, *later = names
        not_made = (Check(name, _WITHOUT_SECRET, made=False) for name in later)
        return Check(wrong, refusal.sentence), *not_made, beside
    opened, differs = _opened(standing, folder, secrets)
    return (
        Check(NAMES[0], None),
        Check(NAMES[1], differs),
        Check(NAMES[2], _emergency(standing, folder, secrets)),
        Check(NAMES[3], _WITHOUT_LIST, made=False)
        if opened is None
        else _packed(opened, standing, folder),
        beside,
    )


def _opened(
    standing: Situation, folder: Path, secrets: Secrets
) -> tuple[OpenedList | None, str | None]:
    """Draw the list anew, or say why it is not the one that was sealed."""
    try:
        return drawn_anew(standing, folder, secrets), None
    except Refused as refusal:
        return None, refusal.sentence


def _emergency(standing: Situation, folder: Path, secrets: Secrets) -> str | None:
    """Check every slot of the file against the ledger, and a minimised list's procedure too."""
    promised = [slot for some in list_of(standing).slots.values() for slot in some]
    key = secrets.emergency_key
    try:
        emergency = read_emergency(read_text(folder, EMERGENCY))
        check_names(emergency.list_id, emergency.study_digest, standing)
        if tuple(emergency.slots) != tuple(slot.number for slot in promised):
            return f"{EMERGENCY} has other numbers than the list or another order: use a copy."
        open_slots(emergency, promised, key=key)
        minimised = list_of(standing).factors
        procedure = open_procedure(emergency, key=key) if minimised else secrets.procedure
    except Refused as refusal:
        return refusal.sentence
    if procedure != secrets.procedure:
        return f"{EMERGENCY} has another procedure than was promised: use a copy."
    return None


def _packed(opened: OpenedList, standing: Situation, folder: Path) -> Check:
    """Check the packing sheet if it is there: it says every arm, and is taken away once used."""
    if not (folder / PACKING).exists():
        return Check(TAKEN_AWAY, None, made=False)
    return Check(NAMES[3], _packing(opened, standing, folder))


def _packing(opened: OpenedList, standing: Situation, folder: Path) -> str | None:
    if not {slot.arm for slot in opened.slots} <= standing.study.arm.keys():
        return "The study was amended and no longer has the arms of the list."
    sheet = packing_sheet(standing.study, opened.slots)
    why = _same(folder, PACKING, sheet)
    if why is None or not list_of(standing).factors:
        return why
    found = read_text(folder, PACKING)
    if sheet.startswith(found) or found.startswith(sheet):
        return (
            f"{PACKING} does not end with the last number given: run `cicatrix-sealed answer`, "
            "which answers what waits and writes what is missing."
        )
    return why


def _same(folder: Path, name: str, expected: str) -> str | None:
    try:
        found = read_text(folder, name)
    except Refused as refusal:
        return refusal.sentence
    return None if found == expected else f"{folder / name} was changed: use a copy."
