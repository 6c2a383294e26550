"""What stays in the custodian's folder of a promised secret: the promise, and the hidden procedure.

The procedure is hidden under a key that comes from the secret itself, so that block sizes open
with as many custodians as the list does. Shares are sealing.py, and how they open all this is
custodians.py.
"""

import base64
import json
from collections.abc import Mapping
from typing import Annotated, Literal

import rfc8785
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from pydantic import Field, ValidationError

from cicatrix.trial.commitment import canonical
from cicatrix.trial.errors import Refused
from cicatrix_sealed.keys import procedure_key
from cicatrix_sealed.sealing import SharedBy, check_checksum, with_checksum

_SINGLE_USE = bytes(12)
"""The nonce of a key that hides one thing and is never used again."""


class Committed(SharedBy):
    """The promise that the ledger has, and the procedure as it was hidden."""

    format: Literal["cicatrix-committed/1"] = "cicatrix-committed/1"
    commitment: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    beacon: dict[str, str | int]
    rehearsal: bool
    procedure: str
    checksum: str


def write_committed(
    shared: SharedBy, commitment: str, beacon: Mapping[str, str | int],
    procedure: Mapping[str, object], *, rehearsal: bool, secret: bytes, nonce: bytes,
) -> str:  # fmt: skip
    """Hide a procedure and write the promise as the text of a file."""
    bare = Committed(
        **shared.model_dump(), commitment=commitment, beacon=dict(beacon), rehearsal=rehearsal,
        procedure="", checksum="",
    )  # fmt: skip
    key = procedure_key(bare.study_digest, secret=secret, nonce=nonce)
    hidden = ChaCha20Poly1305(key).encrypt(_SINGLE_USE, canonical(procedure), _bound(bare))
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


def procedure_in(committed: Committed, *, secret: bytes, nonce: bytes) -> dict[str, object] | None:
    """Open the hidden procedure; None if the secret is not the one that was promised."""
    key = procedure_key(committed.study_digest, secret=secret, nonce=nonce)
    try:
        hidden = base64.b64decode(committed.procedure, validate=True)
        text = ChaCha20Poly1305(key).decrypt(_SINGLE_USE, hidden, _bound(committed))
    except (InvalidTag, ValueError):
        return None
    procedure: dict[str, object] = json.loads(text)
    return procedure


def _bound(committed: Committed) -> bytes:
    return rfc8785.dumps(committed.model_dump(exclude={"procedure", "checksum"}))
