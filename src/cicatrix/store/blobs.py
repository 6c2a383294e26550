"""Blobs: files that belong to the trial (photographs, raw curves), found by their SHA-256.

A blob is never changed and never listed: the ledger holds its digest, and the digest finds it. It
knows nothing of images or of who may look; pictures are measures/, access is web/. Blobs in a
bucket are s3.py.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

from cicatrix.trial.errors import Refused


@dataclass(frozen=True, slots=True)
class Blobs:
    """The blobs of one trial home, in one folder."""

    folder: Path

    def put(self, content: bytes) -> str:
        """Keep `content` durably and return its digest; the same content is kept once."""
        digest = sha256(content).hexdigest()
        path = self._path(digest)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_durably(path, content)
            sync_folder(self.folder)
        return digest

    def get(self, digest: str) -> bytes:
        """Give the content of a blob, checked against its digest."""
        check_digest(digest)
        try:
            content = self._path(digest).read_bytes()
        except FileNotFoundError as problem:
            raise Refused(
                "blob", f"The file {digest} is not in this trial home; restore it from a copy."
            ) from problem
        except OSError as problem:
            raise Refused(
                "blob", f"{self._path(digest)} cannot be read ({problem.strerror})."
            ) from problem
        return check_unchanged(digest, content)

    def verify(self) -> None:
        """Check every file that is there against the digest it is named by."""
        for path in sorted(self.folder.glob("*/*")):
            if path.parent.name == path.name[:2] and len(path.name) == 64:
                self.get(path.name)

    def _path(self, digest: str) -> Path:
        return self.folder / digest[:2] / digest


def check_digest(digest: str) -> None:
    """Refuse what is no digest, and so could lead elsewhere."""
    if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
        raise Refused("blob", "A blob is asked for by its SHA-256: 64 hexadecimal digits.")


def check_unchanged(digest: str, content: bytes) -> bytes:
    """Give the content of a blob back if it is what was kept."""
    if sha256(content).hexdigest() != digest:
        raise Refused(
            "blob", f"The file {digest} was changed since it was kept; restore it from a copy."
        )
    return content


def write_durably(path: Path, content: bytes | Iterable[bytes], *, mode: int = 0o644) -> None:
    """Write a file, whole or piece by piece, so that after a crash there is all of it or none."""
    with NamedTemporaryFile(dir=path.parent, delete=False) as file:
        try:
            file.writelines((content,) if isinstance(content, bytes) else content)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
