"""The named random keys of a home: 32 bytes each, in HOME/keys, for its owner alone.

A key is made on its first use and is the same ever after. The web application signs its sessions
with one and encrypts the contact book and drafts with another (vault.py); the key that signs
checkpoints is home.py's, and keys to the list are the custodian's and never here.
"""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile

from cicatrix.store.blobs import sync_folder
from cicatrix.trial.errors import Refused

KEYS = "keys"
KEY_BYTES = 32
_OTHERS_MAY_READ_OR_GROUP_WRITE = 0o027


def home_key(folder: Path, name: str, *, entropy: Callable[[int], bytes] = os.urandom) -> bytes:
    """Give the key of this name of the home in `folder`; make it first if there is none."""
    if not name.isidentifier():
        raise Refused("key", f"{name!r} cannot name a key: use letters and underscores.")
    path = folder / KEYS / name
    try:
        if not path.exists():
            _make(path, entropy)
        return _read(path)
    except OSError as problem:
        raise Refused(
            "key",
            f"The key {path} cannot be read or made ({problem.strerror}); look at the rights of "
            "its folder.",
        ) from problem


def _make(path: Path, entropy: Callable[[int], bytes]) -> None:
    """Make a key whole and durably; of two who do so at once the second takes the first's."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    sync_folder(path.parent.parent)
    with NamedTemporaryFile(dir=path.parent, prefix=".new-") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(entropy(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
        try:
            path.hardlink_to(file.name)
        except FileExistsError:
            return
    sync_folder(path.parent)


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
        content = file.read(KEY_BYTES + 1)
    if mode & _OTHERS_MAY_READ_OR_GROUP_WRITE:
        raise Refused(
            "key",
            f"The key {path} can be read or changed by others; make it its owner's with "
            "chmod 600 and consider whether it must be replaced.",
        )
    if len(content) != KEY_BYTES:
        raise Refused(
            "key",
            f"The key {path} does not have {KEY_BYTES} bytes; restore it from a backup, for "
            "without it what was encrypted cannot be read.",
        )
    return content
