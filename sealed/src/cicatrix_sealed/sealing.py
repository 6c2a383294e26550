"""The list in its envelope: sealed under a passphrase, opened with it, and nothing in between.

Argon2id (RFC 9106, its second recommended choice) makes the key, ChaCha20-Poly1305 (RFC 8439)
hides the list and binds everything else that the file says. The checksum tells a damaged file
from a wrong passphrase; it protects nothing. Whether the list is the one that the ledger was
promised is checked by its commitment, in custody.py.
"""

import base64
import json
import unicodedata
from collections.abc import Callable
from hashlib import sha256
from typing import Annotated, Literal

import rfc8785
from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cicatrix.trial.allocation import OpenedList, read_opened, write_opened
from cicatrix.trial.errors import Refused

SHORTEST_PASSPHRASE = 12


class Derivation(BaseModel):
    """How the key comes from the passphrase; bounded, so that no file can ask for all memory."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: Literal["argon2id"] = "argon2id"
    salt: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    iterations: Annotated[int, Field(ge=1, le=16)] = 3
    lanes: Annotated[int, Field(ge=1, le=16)] = 4
    memory_kib: Annotated[int, Field(ge=8 * 16, le=2**20)] = 2**16


class SealedFile(BaseModel):
    """What `list.sealed` says: which list it is, how it was hidden, and the hidden list."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    format: Literal["cicatrix-sealed/1"] = "cicatrix-sealed/1"
    list_id: str
    study_digest: str
    derivation: Derivation
    cipher: Literal["chacha20-poly1305"] = "chacha20-poly1305"
    nonce: Annotated[str, Field(pattern=r"^[0-9a-f]{24}$")]
    ciphertext: str
    checksum: str


def seal(opened: OpenedList, passphrase: str, *, entropy: Callable[[int], bytes]) -> str:
    """Hide a list under a passphrase and return the text of the file."""
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise Refused(
            "passphrase",
            f"The passphrase has fewer than {SHORTEST_PASSPHRASE} characters: choose a longer one.",
        )
    unsealed = SealedFile(
        list_id=opened.list_id,
        study_digest=opened.study_digest,
        derivation=Derivation(salt=entropy(16).hex()),
        nonce=entropy(12).hex(),
        ciphertext="",
        checksum="",
    )
    hidden = ChaCha20Poly1305(_key(unsealed.derivation, passphrase)).encrypt(
        bytes.fromhex(unsealed.nonce), write_opened(opened).encode(), _bound(unsealed)
    )
    sealed = unsealed.model_copy(update={"ciphertext": base64.b64encode(hidden).decode()})
    sealed = sealed.model_copy(update={"checksum": _checksum(sealed)})
    return json.dumps(sealed.model_dump(), indent=1) + "\n"


def read_sealed(text: str) -> SealedFile:
    """Read the text of a sealed file without opening it."""
    try:
        sealed = SealedFile.model_validate_json(text)
    except ValidationError as problem:
        raise Refused(
            "sealed_file", "The file list.sealed is not a sealed list or was damaged: use a copy."
        ) from problem
    if sealed.checksum != _checksum(sealed):
        raise Refused("sealed_file", "The file list.sealed was changed or damaged: use a copy.")
    return sealed


def unseal(sealed: SealedFile, passphrase: str) -> OpenedList:
    """Open a sealed file with its passphrase."""
    try:
        hidden = base64.b64decode(sealed.ciphertext, validate=True)
        text = ChaCha20Poly1305(_key(sealed.derivation, passphrase)).decrypt(
            bytes.fromhex(sealed.nonce), hidden, _bound(sealed)
        )
    except (InvalidTag, ValueError) as problem:
        raise Refused(
            "passphrase",
            "The passphrase does not open list.sealed: type it again; if it is right, "
            "the file was replaced: use a copy.",
        ) from problem
    return read_opened(text.decode())


def _key(derivation: Derivation, passphrase: str) -> bytes:
    """Derive the key; the same passphrase typed on two machines must be the same bytes (NFC)."""
    try:
        argon2 = Argon2id(
            salt=bytes.fromhex(derivation.salt),
            length=32,
            iterations=derivation.iterations,
            lanes=derivation.lanes,
            memory_cost=derivation.memory_kib,
        )
    except UnsupportedAlgorithm as problem:
        raise Refused(
            "argon2", "This machine's OpenSSL has no Argon2id: install cryptography from its wheel."
        ) from problem
    return argon2.derive(unicodedata.normalize("NFC", passphrase).encode())


def _bound(sealed: SealedFile) -> bytes:
    return rfc8785.dumps(sealed.model_dump(exclude={"ciphertext", "checksum"}))


def _checksum(sealed: SealedFile) -> str:
    return sha256(rfc8785.dumps(sealed.model_dump(exclude={"checksum"}))).hexdigest()
