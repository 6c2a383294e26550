"""Small texts kept encrypted: who a participant is, how to reach her, what is not yet submitted.

A text is bound to where it belongs: what it is for, the site and the participant. So a row's
ciphertext that was altered, or was moved to another row, does not open. It hides neither the length
of a text nor that there is one. The key is one of keys.py; which rows there are is web/models.py.
"""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cicatrix.trial.errors import Refused

_NONCE_BYTES = 12
_VERSION = "1."


@dataclass(frozen=True, slots=True)
class Belonging:
    """Where a text belongs; it opens nowhere else. What does not apply is empty."""

    purpose: str
    site: str = ""
    participant: str = ""

    def data(self) -> bytes:
        """Give it as associated data: each part after its length, so that none runs on."""
        parts = [part.encode() for part in (self.purpose, self.site, self.participant)]
        return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def encrypt(
    text: str, belonging: Belonging, *, key: bytes, entropy: Callable[[int], bytes] = os.urandom
) -> str:
    """Encrypt a text (AES-256-GCM) into one line of letters, digits, - and _."""
    nonce = entropy(_NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, text.encode(), _VERSION.encode() + belonging.data())
    return _VERSION + urlsafe_b64encode(nonce + sealed).decode()


def decrypt(kept: str, belonging: Belonging, *, key: bytes) -> str:
    """Give the text back, or refuse what was altered, moved or encrypted with another key."""
    version, sealed = kept[: len(_VERSION)], kept[len(_VERSION) :]
    try:
        if version != _VERSION:
            raise ValueError(version)
        content = urlsafe_b64decode(sealed.encode("ascii"))
        data = version.encode() + belonging.data()
        return AESGCM(key).decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], data).decode()
    except (InvalidTag, Error, ValueError) as problem:
        raise Refused(
            "vault",
            f"What is kept encrypted here ({belonging.purpose}) does not open: it was damaged or "
            "moved, or the home's key is another; restore it and the key from one backup.",
        ) from problem
