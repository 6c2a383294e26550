"""What an allocation list is promised by: the custodian's secret, each slot, and the whole.

Every promise is a hash over its parts, each preceded by its length, under a tag of its own; a
nonce that nobody can guess hides what is promised. The construction is written out in
docs/reference/bundle.md, from which anyone can check it without this program. How a list comes
from the secret is the custodian's own program.
"""

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256

import rfc8785

from cicatrix.trial.facts import SealedSlot
from cicatrix.trial.merkle import root

SECRET_BYTES = 32
NONCE_BYTES = 32
DRAW_BYTES = 16
_SECRET = "cicatrix/secret/1"
_SECOND_PARTY = "cicatrix/second-party/1"
_SLOT = "cicatrix/slot/1"


def tagged_hash(tag: str, *parts: bytes) -> bytes:
    """Hash parts under a tag, so that no other parts and no other use have the same hash."""
    return sha256(prefixed(tag.encode(), *parts)).digest()


def prefixed(*parts: bytes) -> bytes:
    """Join parts, each after its length in 8 octets.

    >>> prefixed(b"ab").hex()
    '00000000000000026162'
    """
    return b"".join(len(part).to_bytes(8, "big") + part for part in parts)


def secret_commitment(
    study_digest: str, procedure: Mapping[str, object], *, secret: bytes, nonce: bytes
) -> str:
    """Promise the custodian's secret and procedure to one version of a study."""
    _check_length(secret, nonce)
    written = canonical(procedure)
    return tagged_hash(_SECRET, study_digest.encode(), written, secret, nonce).hex()


def second_party_commitment(study_digest: str, *, randomness: bytes, nonce: bytes) -> str:
    """Promise somebody else's randomness to one version of a study."""
    _check_length(randomness, nonce)
    return tagged_hash(_SECOND_PARTY, study_digest.encode(), randomness, nonce).hex()


def slot_commitment(number: str, stratum: str, promised: str, *, nonce: bytes) -> str:
    """Promise the arm of one slot, or in a minimised list its draw in hex."""
    _check_length(nonce)
    return tagged_hash(_SLOT, number.encode(), stratum.encode(), promised.encode(), nonce).hex()


def _check_length(*secrets: bytes) -> None:
    if any(len(secret) != NONCE_BYTES for secret in secrets):
        raise ValueError(f"What hides a promise has {NONCE_BYTES} octets.")


def root_of(slots: Iterable[SealedSlot]) -> str:
    """Give the Merkle root over bare slots in list order."""
    return root([leaf_of(slot) for slot in slots]).hex()


def leaf_of(slot: SealedSlot) -> bytes:
    """Write one bare slot as a leaf of the tree: its canonical JSON."""
    return rfc8785.dumps(
        {
            "commitment": slot.commitment,
            "kits": list(slot.kits),
            "number": slot.number,
            "stratum": slot.stratum,
        }
    )


def canonical(document: Mapping[str, object]) -> bytes:
    """Write a JSON object in its one canonical form (RFC 8785)."""
    return rfc8785.dumps(json.loads(json.dumps(document)))
