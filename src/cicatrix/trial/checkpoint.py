"""A checkpoint: a signed sentence about how long a ledger was and what its last line said.

Kept elsewhere (an export, a signature page, a daily mail), it shows later that a tail was cut or
that the past was rewritten, which a ledger alone cannot show. The form is that of the C2SP:
a signed note (c2sp.org/signed-note) whose text is a checkpoint (c2sp.org/tlog-checkpoint), read by
the tools of that world. One thing differs: the third line is the head of a hash chain, not the
root of a Merkle tree. The time stands in an extension line. The chain itself is ledger.py.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from cicatrix.trial.errors import LedgerBroken, Refused
from cicatrix.trial.ledger import Head

_ED25519 = b"\x01"
_TIME = "time "
_KEY_NAME = re.compile(r"[^\s+]+")
_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")
_SIGNATURE = re.compile(r"\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """At a moment, the ledger called `origin` had `size` lines and this head."""

    origin: str
    size: int
    head_hash: str
    at: datetime


def origin_of(study_id: str) -> str:
    """Name a trial's ledger for its checkpoints, for example `cicatrix/NCT04034615`."""
    return "cicatrix/" + re.sub(r"[\s+]", "-", study_id)


def key_text(key: Ed25519PublicKey) -> str:
    """Write a public key as `TrialFounded.checkpoint_key` holds it: base64 of its 32 bytes."""
    return b64encode(key.public_bytes_raw()).decode()


def sign_checkpoint(checkpoint: Checkpoint, key: Ed25519PrivateKey) -> str:
    """Write and sign a checkpoint as a C2SP signed note."""
    if not _KEY_NAME.fullmatch(checkpoint.origin):
        raise ValueError(f"An origin has neither spaces nor plus signs: {checkpoint.origin!r}.")
    at = checkpoint.at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")
    root = b64encode(bytes.fromhex(checkpoint.head_hash)).decode()
    text = f"{checkpoint.origin}\n{checkpoint.size}\n{root}\n{_TIME}{at}Z\n"
    signature = _key_id(checkpoint.origin, key.public_key()) + key.sign(text.encode())
    return f"{text}\n\u2014 {checkpoint.origin} {b64encode(signature).decode()}\n"


def _key_id(name: str, key: Ed25519PublicKey) -> bytes:
    return sha256(name.encode() + b"\n" + _ED25519 + key.public_bytes_raw()).digest()[:4]


def read_checkpoint(text: str, public_key: str) -> Checkpoint:
    """Read a checkpoint signed with `public_key` (the text in `TrialFounded.checkpoint_key`)."""
    body, blank, signatures = text.rpartition("\n\n")
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise _malformed("it is not Unicode text")
    if not blank or not signatures.endswith("\n"):
        raise _malformed("it does not end in a blank line and signature lines")
    body += "\n"
    lines = body[:-1].split("\n")
    if len(lines) < 4 or "" in lines:
        raise _malformed("it has fewer than four lines before the signature, or an empty one")
    _check_signature(lines[0], body, signatures, _public_key(public_key))
    return _parse(lines)


def _malformed(why: str) -> Refused:
    return Refused(
        "checkpoint",
        f"This is not a Cicatrix checkpoint: {why}; use the file exactly as it was issued.",
    )


def _bytes(text: str) -> bytes:
    """Decode base64 written in the one right way: its last letter has spare bits."""
    content = b64decode(text, validate=True)
    if b64encode(content).decode() != text:
        raise ValueError(text)
    return content


def _public_key(text: str) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(_bytes(text))
    except ValueError as problem:
        raise Refused(
            "checkpoint_key",
            "The key for checkpoints is not the base64 text of an Ed25519 key; "
            "take it from the first entry of the ledger.",
        ) from problem


def _check_signature(origin: str, body: str, signatures: str, key: Ed25519PublicKey) -> None:
    known = False
    for line in signatures[:-1].split("\n"):
        found = _SIGNATURE.fullmatch(line)
        if not found:
            raise _malformed("a signature line is not an em dash, a name and base64")
        try:
            signature = _bytes(found[2])
        except ValueError as problem:
            raise _malformed("a signature is not base64") from problem
        if found[1] != origin or signature[:4] != _key_id(origin, key):
            continue
        known = True
        try:
            key.verify(signature[4:], body.encode())
        except InvalidSignature as problem:
            raise Refused(
                "checkpoint_signature",
                "The checkpoint was changed after it was signed: its signature does not fit.",
            ) from problem
    if not known:
        raise Refused(
            "checkpoint_signature",
            f"The checkpoint of {origin} carries no signature by this trial's key; "
            "it belongs to another trial home, or this ledger was made anew.",
        )


def _parse(lines: list[str]) -> Checkpoint:
    origin, size, root, *extensions = lines
    times = [line.removeprefix(_TIME) for line in extensions if line.startswith(_TIME)]
    try:
        head_hash = _bytes(root).hex()
        at = datetime.fromisoformat(times[0])
    except (ValueError, IndexError) as problem:
        raise _malformed("its hash or its time cannot be read") from problem
    if not _SIZE.fullmatch(size) or len(head_hash) != 64 or at.tzinfo is None:
        raise _malformed("its size, hash or time cannot be read")
    return Checkpoint(origin, int(size), head_hash, at)


def check_against(checkpoint: Checkpoint, head: Head, hash_at: Callable[[int], str]) -> None:
    """Raise LedgerBroken if a verified ledger is not a continuation of what a checkpoint saw.

    `head` is the ledger's present head, `hash_at` gives the hash of one of its lines.
    """
    if head.seq < checkpoint.size:
        raise LedgerBroken(
            head.seq + 1,
            f"the tail is cut: the checkpoint saw {checkpoint.size} entries, "
            f"this ledger holds {head.seq}",
        )
    found = hash_at(checkpoint.size) if checkpoint.size else "0" * 64
    if found != checkpoint.head_hash:
        raise LedgerBroken(
            checkpoint.size,
            f"the past was rewritten at or before entry {checkpoint.size}: "
            "its hash is not the one that the checkpoint saw",
        )
