"""A custodian's share in its envelope: sealed under her passphrase, opened with it.

Argon2id (RFC 9106, its second recommended choice) makes the key, ChaCha20-Poly1305 (RFC 8439)
hides the share and binds everything else that the file says. The checksum tells a damaged file
from a wrong passphrase; it protects nothing. How shares give the secret back is shares.py; whether
it is the one that the ledger was promised is checked in unsealing.py.
"""

import base64
import json
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Literal

import rfc8785
from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cicatrix.trial.errors import Refused
from cicatrix_sealed.keys import KEY_BYTES
from cicatrix_sealed.shares import MOST_SHARES

SHORTEST_PASSPHRASE = 12
ShareNumber = Annotated[int, Field(ge=1, le=MOST_SHARES)]


class Argon2Parameters(BaseModel):
    """How the key comes from the passphrase; bounded, so that no file can ask for all memory."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: Literal["argon2id"] = "argon2id"
    salt: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    iterations: Annotated[int, Field(ge=1, le=16)] = 3
    lanes: Annotated[int, Field(ge=1, le=16)] = 4
    memory_kib: Annotated[int, Field(ge=8 * 16, le=2**20)] = 2**16


class SharedBy(BaseModel):
    """Of which list a share is, and how many of how many custodians open it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    list_id: str
    study_digest: str
    custodians: ShareNumber
    threshold: ShareNumber


class SealedShare(BaseModel):
    """What `share-1.json` says: which share it is, how it was hidden, and the hidden share."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    list_id: str
    study_digest: str
    custodians: ShareNumber
    threshold: ShareNumber
    format: Literal["cicatrix-share/1"] = "cicatrix-share/1"
    share: ShareNumber
    derivation: Argon2Parameters
    cipher: Literal["chacha20-poly1305"] = "chacha20-poly1305"
    nonce: Annotated[str, Field(pattern=r"^[0-9a-f]{24}$")]
    ciphertext: str
    checksum: str

    @property
    def of(self) -> SharedBy:
        """Say of which list it is, and how many of how many custodians open it."""
        return SharedBy(
            list_id=self.list_id,
            study_digest=self.study_digest,
            custodians=self.custodians,
            threshold=self.threshold,
        )


@dataclass(frozen=True, slots=True)
class Share:
    """One custodian's part: of the secret a share, and the whole key for emergencies."""

    number: int
    part: bytes
    emergency_key: bytes


def share_name(number: int) -> str:
    """Name the file of a share."""
    return f"share-{number}.json"


def seal_share(
    share: Share, shared: SharedBy, passphrase: str, *, entropy: Callable[[int], bytes]
) -> str:
    """Hide a share under a passphrase and return the text of its file."""
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise Refused(
            "passphrase",
            f"The passphrase has fewer than {SHORTEST_PASSPHRASE} characters: choose a longer one.",
        )
    unsealed = SealedShare(
        **shared.model_dump(),
        share=share.number,
        derivation=Argon2Parameters(salt=entropy(16).hex()),
        nonce=entropy(12).hex(),
        ciphertext="",
        checksum="",
    )
    hidden = ChaCha20Poly1305(key_of(unsealed.derivation, passphrase)).encrypt(
        bytes.fromhex(unsealed.nonce), share.emergency_key + share.part, _bound(unsealed)
    )
    return with_checksum({**unsealed.model_dump(), "ciphertext": base64.b64encode(hidden).decode()})


def read_share(text: str, *, name: str) -> SealedShare:
    """Read the text of a share's file, called `name`, without opening it."""
    try:
        sealed = SealedShare.model_validate_json(text)
    except ValidationError as problem:
        raise Refused(
            "sealed_file", f"The file {name} is not a sealed share or was damaged: use a copy."
        ) from problem
    check_checksum(sealed.model_dump(), name=name)
    return sealed


def unseal_share(sealed: SealedShare, passphrase: str) -> Share | None:
    """Open a share with its passphrase; None if it is not its passphrase."""
    try:
        hidden = base64.b64decode(sealed.ciphertext, validate=True)
        octets = ChaCha20Poly1305(key_of(sealed.derivation, passphrase)).decrypt(
            bytes.fromhex(sealed.nonce), hidden, _bound(sealed)
        )
    except (InvalidTag, ValueError):
        return None
    return Share(sealed.share, octets[KEY_BYTES:], octets[:KEY_BYTES])


def normal(passphrase: str) -> bytes:
    """Give the octets of a passphrase: the same typed on two machines must be the same (NFC)."""
    # A file or terminal that is not UTF-8 may have put lone surrogates into the text.
    return unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")


def key_of(derivation: Argon2Parameters, passphrase: str) -> bytes:
    """Give the key that a passphrase makes.

    Source: RFC9106, section 4.
    """
    try:
        argon2 = Argon2id(
            salt=bytes.fromhex(derivation.salt),
            length=KEY_BYTES,
            iterations=derivation.iterations,
            lanes=derivation.lanes,
            memory_cost=derivation.memory_kib,
        )
    except UnsupportedAlgorithm as problem:
        raise Refused(
            "argon2", "This machine's OpenSSL has no Argon2id: install cryptography from its wheel."
        ) from problem
    return argon2.derive(normal(passphrase))


def _bound(sealed: SealedShare) -> bytes:
    return rfc8785.dumps(sealed.model_dump(exclude={"ciphertext", "checksum"}))


def with_checksum(document: Mapping[str, object]) -> str:
    """Write a file of the custodian's as text, with the checksum of all the rest."""
    return json.dumps({**document, "checksum": _checksum(document)}, indent=1) + "\n"


def check_checksum(document: Mapping[str, object], *, name: str) -> None:
    """Refuse a file of the custodian's that is not as it was written."""
    if document.get("checksum") != _checksum(document):
        raise Refused("sealed_file", f"The file {name} was changed or damaged: use a copy.")


def _checksum(document: Mapping[str, object]) -> str:
    rest = {key: value for key, value in document.items() if key != "checksum"}
    text = json.dumps(rest, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()
