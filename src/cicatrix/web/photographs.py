"""Photographs of participants, kept encrypted among the home's blobs and shown while she allows it.

A photograph of a scar is personal data: what is stored is its ciphertext, bound to her and to her
site, and the digest in the ledger is of that, so it can be neither guessed nor compared elsewhere.
The same picture of the same person gives the same ciphertext (AES-SIV), so that one sent twice is
kept once. What a picture may be is pictures.py; who may look is said by the pages' doors.
Source: RFC5297.
"""

from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.utils.translation import gettext as _

from cicatrix.store.keys import home_key
from cicatrix.store.vault import Belonging
from cicatrix.trial.errors import Refused
from cicatrix.trial.participant import Participant, Photograph
from cicatrix.trial.study import Study
from cicatrix.web.worker import worker

_HEAD = b"cicatrix photograph 1\n"
_KEY_BYTES = 64


@dataclass(frozen=True, slots=True)
class Sealed:
    """A photograph encrypted, and the digest by which it will be found."""

    content: bytes
    digest: str


def seal(her: Participant, picture: bytes) -> Sealed:
    """Encrypt a picture for her alone; nothing is stored yet."""
    content = _HEAD + _cipher().encrypt(picture, _belonging(her))
    return Sealed(content, sha256(content).hexdigest())


def keep(sealed: Sealed) -> None:
    """Store a sealed photograph durably."""
    worker().desk.home.blobs.put(sealed.content)


def picture(her: Participant, photograph: Photograph) -> bytes:
    """Give a photograph of hers as it was sent in."""
    content = worker().desk.home.blobs.get(photograph.digest)
    try:
        if not content.startswith(_HEAD):
            raise InvalidTag
        return _cipher().decrypt(content[len(_HEAD) :], _belonging(her))
    except InvalidTag as problem:
        raise Refused(
            "photograph",
            _(
                "This photograph does not open: it was moved, or the home's key is another; "
                "restore the files and the key from one backup."
            ),
        ) from problem


def are_allowed(study: Study, her: Participant) -> bool:
    """Tell whether photographs of her may be taken and looked at now.

    She granted every release that covers photographs, took none back, and is in the trial still.
    """
    needed = {one.id for one in study.consent.releases if one.photographs}
    return bool(needed) and needed <= her.releases and her.withdrawn_from("all") is None


def shown(study: Study, her: Participant) -> tuple[Photograph, ...]:
    """List the photographs of her that may be looked at now, the newest first."""
    return tuple(reversed(her.photographs)) if are_allowed(study, her) else ()


def _belonging(her: Participant) -> list[bytes]:
    return [Belonging("photograph", her.site, her.id).data()]


def _cipher() -> AESSIV:
    secret = home_key(worker().folder, "photographs")
    stretched = HKDF(SHA256(), _KEY_BYTES, None, b"cicatrix photographs").derive(secret)
    return AESSIV(stretched)
