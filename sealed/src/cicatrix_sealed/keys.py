"""Everything that comes from the custodian's secrets: seeds, slot nonces, keys of files and slots.

HKDF with SHA-256 throughout, salted with the study's digest, each use under a name of its own; the
construction is written out in docs/reference/bundle.md. Nothing here is kept or written: files are
sealing.py's, the list is drawn in drawn.py.
"""

import hmac

from cicatrix.trial.commitment import prefixed
from cicatrix_sealed.generator import SEED_BYTES, Generator

KEY_BYTES = 32
SINGLE_USE = bytes(12)
"""The cipher's nonce under a key that hides one thing and is never used again."""

_SEED = b"cicatrix/seed/1"
_SLOT_NONCE = b"cicatrix/slot-nonce/1"
_SLOT_KEY = b"cicatrix/slot-key/1"
_PROCEDURE_KEY = b"cicatrix/procedure-key/1"
_EMERGENCY_PROCEDURE = b"cicatrix/emergency-procedure/1"
_DRAW = b"cicatrix/draw/1"


class Derivation:
    """HKDF with its extraction done once, from which any number of keys is derived."""

    __slots__ = ("_key",)

    def __init__(self, secret: bytes, study_digest: str) -> None:
        self._key = hmac.digest(study_digest.encode(), secret, "sha256")

    def derive(self, info: bytes, size: int = KEY_BYTES) -> bytes:
        """Give the key of one use.

        Source: RFC5869, section 2.3.
        """
        given = block = b""
        count = 0
        while len(given) < size:
            count += 1
            block = hmac.digest(self._key, block + info + bytes([count]), "sha256")
            given += block
        return given[:size]


def generator_of(study_digest: str, stratum: str, *, secret: bytes, randomness: bytes) -> Generator:
    """Seed the generator of one stratum from the custodian's secret and the public randomness."""
    derivation = Derivation(secret + randomness, study_digest)
    return Generator(derivation.derive(prefixed(_SEED, stratum.encode()), SEED_BYTES))


def slot_nonce(derivation: Derivation, number: str) -> bytes:
    """Give the nonce of a slot's promise, derived from the secret alone."""
    return derivation.derive(prefixed(_SLOT_NONCE, number.encode()))


def slot_key(derivation: Derivation, number: str) -> bytes:
    """Give the key that hides one slot, derived from the emergency key."""
    return derivation.derive(prefixed(_SLOT_KEY, number.encode()))


def draw_generator(study_digest: str, number: str, *, draw: bytes) -> Generator:
    """Seed the generator of one place of a minimised list from its draw."""
    info = prefixed(_DRAW, number.encode())
    return Generator(Derivation(draw, study_digest).derive(info, SEED_BYTES))


def emergency_procedure_key(derivation: Derivation) -> bytes:
    """Give the key that hides a minimised list's procedure, derived from the emergency key."""
    return derivation.derive(prefixed(_EMERGENCY_PROCEDURE))


def procedure_key(study_digest: str, *, secret: bytes, nonce: bytes) -> bytes:
    """Give the key that hides the procedure until the secret is put together."""
    return Derivation(secret + nonce, study_digest).derive(prefixed(_PROCEDURE_KEY))
