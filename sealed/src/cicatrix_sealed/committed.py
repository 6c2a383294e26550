"""What stays in the custodian's folder of a promised secret: the promise, and the hidden procedure.

The procedure is hidden under a key that comes from the secret itself, so that it opens with as many
custodians as the secret does, and its length tells nothing of its kind; before it a digest of the
key for emergencies, by which a share that holds another key is found. That keeps no arm from one
custodian: emergency.py gives her each, and from arms in a row block sizes can be guessed. Shares
are sealing.py, and how they open all this is custodians.py.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

import rfc8785
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cicatrix.trial.commitment import canonical, tagged_hash
from cicatrix.trial.errors import Refused
from cicatrix_sealed.keys import SINGLE_USE, procedure_key
from cicatrix_sealed.sealing import SharedBy, ShareNumber, check_checksum, with_checksum

_STEP = 1024
_KNOWN = ("arms", "ratio", "strata")
"""Of a procedure what the study file and the bare numbers tell everyone."""

_EMERGENCY_KEY = "cicatrix/emergency-key/1"
_DIGEST_BYTES = 32


@dataclass(frozen=True, slots=True)
class Hidden:
    """What only the secret opens: the procedure, and a digest of the key for emergencies."""

    procedure: dict[str, object]
    emergency: bytes


class Committed(BaseModel):
    """The promise that the ledger has, and the procedure as it was hidden."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    list_id: str
    study_digest: str
    custodians: ShareNumber
    threshold: ShareNumber
    format: Literal["cicatrix-committed/1"] = "cicatrix-committed/1"
    commitment: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    beacon: dict[str, str | int]
    rehearsal: bool
    procedure: str
    checksum: str


def write_committed(
    shared: SharedBy, commitment: str, beacon: Mapping[str, str | int],
    procedure: Mapping[str, object], *, rehearsal: bool, secret: bytes, nonce: bytes,
    emergency_key: bytes,
) -> str:  # fmt: skip
    """Hide a procedure and write the promise as the text of a file."""
    bare = Committed(
        **shared.model_dump(), commitment=commitment, beacon=dict(beacon), rehearsal=rehearsal,
        procedure="", checksum="",
    )  # fmt: skip
    key = procedure_key(bare.study_digest, secret=secret, nonce=nonce)
    clear = emergency_digest(emergency_key) + _padded(procedure)
    hidden = ChaCha20Poly1305(key).encrypt(SINGLE_USE, clear, _bound(bare))
    return with_checksum({**bare.model_dump(), "procedure": base64.b64encode(hidden).decode()})


def read_committed(text: str, *, name: str) -> Committed:
    """Read the promise without opening the procedure."""
    try:
        committed = Committed.model_validate_json(text)
    except ValidationError as problem:
        raise Refused(
            "sealed_file", f"The file {name} is no promise or was damaged: use a copy."
        ) from problem
    check_checksum(committed.model_dump(), name=name)
    return committed


def emergency_digest(key: bytes) -> bytes:
    """Give the digest by which a key for emergencies is known again."""
    return tagged_hash(_EMERGENCY_KEY, key)


def hidden_in(committed: Committed, *, secret: bytes, nonce: bytes) -> Hidden | None:
    """Open what is hidden; None if the secret is not the one that was promised."""
    key = procedure_key(committed.study_digest, secret=secret, nonce=nonce)
    try:
        hidden = base64.b64decode(committed.procedure, validate=True)
        text = ChaCha20Poly1305(key).decrypt(SINGLE_USE, hidden, _bound(committed))
    except (InvalidTag, ValueError):
        return None
    return Hidden(json.loads(text[_DIGEST_BYTES:]), text[:_DIGEST_BYTES])


def _padded(procedure: Mapping[str, object]) -> bytes:
    """Write a procedure as octets, as many for every kind: what is known of it, and room for more.

    Only what a kind says beyond what is known could tell it; one that needs more than the room (a
    thousand block sizes) takes the next multiple.
    """
    text = canonical(procedure)
    known = canonical({name: procedure[name] for name in _KNOWN if name in procedure})
    room = (len(known) // _STEP + 2) * _STEP
    return text.ljust(max(room, -(-len(text) // _STEP) * _STEP))


def _bound(committed: Committed) -> bytes:
    return rfc8785.dumps(committed.model_dump(exclude={"procedure", "checksum"}))
