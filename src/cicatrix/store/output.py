"""A file that a person named for a command to write: never inside a home, never over another.

What stands there may be needed: a study file, a ledger, the opened list. So a taken place is a
refusal, and is found before anything is recorded. A home's own files are home.py's and blobs.py's.
"""

import errno
import os
from collections.abc import Iterable
from pathlib import Path

from cicatrix.store.blobs import write_durably
from cicatrix.trial.errors import Refused


def refuse_output(path: Path, *, home: Path | None = None) -> None:
    """Refuse a place inside the trial home, one that is taken, and one that takes no new file."""
    if home is not None:
        refuse_inside(path, home)
    try:
        taken = path.exists()
        fit = path.parent.is_dir() and os.access(path.parent, os.W_OK | os.X_OK)
    except OSError as problem:
        raise _unwritable(path, problem) from problem
    if taken:
        raise Refused("output", f"{path} exists already: name a new file.")
    if not fit:
        raise Refused("output", f"{path.parent} takes no new file: name another folder.")


def refuse_inside(path: Path, home: Path) -> None:
    """Refuse a file or folder inside the trial home, which masked people read, copy and serve."""
    if _goes_round(path):
        raise Refused(
            "output", f"{path} leads nowhere, for its links go round: name another place."
        )
    if path.resolve().is_relative_to(home.resolve()):
        raise Refused(
            "inside_home",
            f"{path} is inside the trial home, which masked people read: name a place outside it.",
        )


def write_output(path: Path, content: bytes | Iterable[bytes], *, mode: int = 0o644) -> None:
    """Write the file whole or not at all."""
    try:
        write_durably(path, content, mode=mode)
    except OSError as problem:
        raise _unwritable(path, problem) from problem


def _unwritable(path: Path, problem: OSError) -> Refused:
    return Refused("output", f"{path} cannot be written ({problem.strerror}): name another file.")


def _goes_round(path: Path) -> bool:
    """Say whether the links of a path never end: Python 3.13 gives back what 3.11 refuses."""
    try:
        found = path.resolve()
        return any(one.is_symlink() for one in (found, *found.parents))
    except RuntimeError:
        return True
    except OSError as problem:
        return problem.errno == errno.ELOOP
