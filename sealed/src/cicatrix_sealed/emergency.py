"""The slots for an emergency: each hidden under a key of its own, so that one opens alone.

The keys come from the key for emergencies, which every custodian holds. What is hidden is as long
for every arm. Whether what comes out is what was promised is checked against the slot's commitment
in the ledger. Any one custodian can open every slot here and so knows arms; what is not here is the
secret, and the blocks. Of a minimised list there are draws, and the procedure that makes arms of
them, which whoever answers requests must know.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

import rfc8785
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cicatrix.trial.allocation import AllocatedSlot, DrawnSlot, bare
from cicatrix.trial.commitment import canonical
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import SealedSlot
from cicatrix_sealed.folder import EMERGENCY
from cicatrix_sealed.keys import SINGLE_USE, Derivation, emergency_procedure_key, slot_key
from cicatrix_sealed.sealing import check_checksum, with_checksum

_NO_BLOCK = 0
"""The block of a slot that was opened alone: blocks are known from the secret only."""


class Emergency(BaseModel):
    """What `emergency.json` says: of which list it is, and each slot as it was hidden."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    format: Literal["cicatrix-emergency/1"] = "cicatrix-emergency/1"
    list_id: str
    study_digest: str
    slots: dict[str, str]
    procedure: str | None
    checksum: str


class _Hidden(BaseModel):
    """What a slot's ciphertext holds: what opens its promise in the ledger, and no more."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    arm: str | None = None
    draw: str | None = None
    nonce: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


def write_emergency(
    list_id: str, study_digest: str, slots: Sequence[AllocatedSlot | DrawnSlot], *, key: bytes,
    procedure: Mapping[str, object] | None = None,
) -> str:  # fmt: skip
    """Hide every slot, and of a minimised list the procedure, and write the text of the file."""
    derivation = Derivation(key, study_digest)
    clear = {slot.number: _clear(slot) for slot in slots}
    longest = max(map(len, clear.values()), default=0)
    hidden = {
        number: ChaCha20Poly1305(slot_key(derivation, number)).encrypt(
            SINGLE_USE, text.ljust(longest), _bound(list_id, number)
        )
        for number, text in clear.items()
    }
    return with_checksum(
        {
            "format": "cicatrix-emergency/1",
            "list_id": list_id,
            "study_digest": study_digest,
            "slots": {number: base64.b64encode(one).decode() for number, one in hidden.items()},
            "procedure": None if procedure is None else _hide(list_id, procedure, derivation),
        }
    )


def _clear(slot: AllocatedSlot | DrawnSlot) -> bytes:
    if isinstance(slot, DrawnSlot):
        return json.dumps({"draw": slot.draw, "nonce": slot.nonce}).encode()
    return json.dumps({"arm": slot.arm, "nonce": slot.nonce}).encode()


def _hide(list_id: str, procedure: Mapping[str, object], derivation: Derivation) -> str:
    cipher = ChaCha20Poly1305(emergency_procedure_key(derivation))
    hidden = cipher.encrypt(SINGLE_USE, canonical(procedure), _bound(list_id, "procedure"))
    return base64.b64encode(hidden).decode()


def open_procedure(emergency: Emergency, *, key: bytes) -> dict[str, object]:
    """Open the procedure of a minimised list."""
    cipher = ChaCha20Poly1305(emergency_procedure_key(Derivation(key, emergency.study_digest)))
    try:
        hidden = base64.b64decode(emergency.procedure or "", validate=True)
        text = cipher.decrypt(SINGLE_USE, hidden, _bound(emergency.list_id, "procedure"))
    except (InvalidTag, ValueError) as problem:
        raise Refused(
            "sealed_file",
            f"{EMERGENCY} does not hold the procedure of a minimised list: use a copy.",
        ) from problem
    procedure: dict[str, object] = json.loads(text)
    return procedure


def read_emergency(text: str) -> Emergency:
    """Read the file without opening a slot."""
    try:
        emergency = Emergency.model_validate_json(text)
    except ValidationError as problem:
        raise Refused(
            "sealed_file", f"The file {EMERGENCY} is damaged or is another file: use a copy."
        ) from problem
    check_checksum(emergency.model_dump(), name=EMERGENCY)
    return emergency


def open_slot(
    emergency: Emergency, promised: SealedSlot, *, key: bytes
) -> AllocatedSlot | DrawnSlot:
    """Open one slot and check that it is what the ledger was promised; its block is given as 0."""
    return open_slots(emergency, (promised,), key=key)[0]


def open_slots(
    emergency: Emergency, promised: Sequence[SealedSlot], *, key: bytes
) -> tuple[AllocatedSlot | DrawnSlot, ...]:
    """Open slots one by one, each checked against the ledger; their blocks are given as 0."""
    derivation = Derivation(key, emergency.study_digest)
    opened = []
    for slot in promised:
        found = _open(emergency, slot, slot_key(derivation, slot.number))
        if found is None or bare(found) != slot:
            raise Refused(
                "commitment",
                f"Number {slot.number} in {EMERGENCY} is not the slot that was sealed: it was "
                "replaced; use a copy.",
            )
        opened.append(found)
    return tuple(opened)


def _open(emergency: Emergency, slot: SealedSlot, key: bytes) -> AllocatedSlot | DrawnSlot | None:
    try:
        octets = base64.b64decode(emergency.slots[slot.number], validate=True)
        bound = _bound(emergency.list_id, slot.number)
        clear = _Hidden.model_validate_json(
            ChaCha20Poly1305(key).decrypt(SINGLE_USE, octets, bound)
        )
        name, stratum, kits, nonce = slot.number, slot.stratum, slot.kits, clear.nonce
        if clear.draw is not None:
            return DrawnSlot(name, stratum, kits, clear.draw, nonce)
        if clear.arm is not None:
            return AllocatedSlot(name, stratum, _NO_BLOCK, clear.arm, kits, nonce)
        return None
    except (KeyError, InvalidTag, ValueError):
        return None


def _bound(list_id: str, number: str) -> bytes:
    return rfc8785.dumps(["cicatrix-emergency/1", list_id, number])
