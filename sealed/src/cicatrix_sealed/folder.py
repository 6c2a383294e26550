"""The custodian's folder: sealed shares and promise, and of the list what is needed every day.

`commit` makes the folder, whole when it appears, with the shares and the promise; `make` adds what
the beacon was, the slots for an emergency, the packing sheet and what may be published. Every file
is readable by its owner alone. The folder is never inside a trial home, which is copied, served
and backed up by people who are masked.
"""

import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import mkdtemp

from cicatrix.store.blobs import write_durably
from cicatrix.store.output import refuse_inside
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import ListSealed

COMMITTED = "committed.json"
BEACON = "beacon.json"
EMERGENCY = "emergency.json"
PACKING = "packing.csv"
PUBLIC = "public.json"


def refuse_unfit(folder: Path, home: Path) -> None:
    """Refuse a new custodian's folder that is in use or lies inside the trial home."""
    refuse_inside(folder, home)
    try:
        in_use = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    except OSError as problem:
        raise Refused(
            "folder", f"{folder} cannot be used ({problem.strerror}): name another folder."
        ) from problem
    if in_use:
        raise Refused("folder", f"{folder} is not an empty folder: name a new one for the list.")


def write_folder(folder: Path, texts: Mapping[str, str]) -> None:
    """Make the folder with all its files, complete when it appears under its name."""
    folder = folder.resolve()
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        unfinished = _unfinished(folder)
        try:
            for name, text in texts.items():
                write_durably(unfinished / name, text.encode(), mode=0o600)
            unfinished.replace(folder)
        except OSError:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
    except OSError as problem:
        raise Refused(
            "folder", f"{folder} cannot be written ({problem.strerror}): name another folder."
        ) from problem


def _unfinished(folder: Path) -> Path:
    """Make a folder of this attempt's own, and remove what a cut off one left.

    Two at once must not write into one folder: the share of one beside the promise of the other
    would be a promise that nobody can keep.
    """
    prefix = f".{folder.name}.unfinished"
    for left in folder.parent.iterdir():
        if left.name.startswith(prefix):
            shutil.rmtree(left)
    return Path(mkdtemp(prefix=f"{prefix}-", dir=folder.parent))


def add_files(folder: Path, texts: Mapping[str, str]) -> None:
    """Add files to the folder, each whole or not at all; the same names are written anew."""
    try:
        for name, text in texts.items():
            write_durably(folder / name, text.encode(), mode=0o600)
    except OSError as problem:
        raise Refused(
            "folder", f"{folder} cannot be written ({problem.strerror}): make room and try again."
        ) from problem


def discard(folder: Path, names: Iterable[str]) -> None:
    """Remove files that were refused, so that no one takes them for the trial's."""
    for name in names:
        (folder / name).unlink(missing_ok=True)
    if not any(folder.iterdir()):
        folder.rmdir()


def read_text(folder: Path, name: str) -> str:
    """Read one file of the folder."""
    try:
        return (folder / name).read_text("utf-8")
    except UnicodeDecodeError as problem:
        raise Refused("folder", f"{folder / name} is damaged: use a copy.") from problem
    except OSError as problem:
        raise Refused(
            "folder",
            f"{folder / name} cannot be read ({problem.strerror}): name the custodian's folder.",
        ) from problem


def public_text(sealed: ListSealed) -> str:
    """Write what may be published of a list: what the ledger says of it, and no more."""
    document = {"format": "cicatrix-list/1", **sealed.model_dump(mode="json")}
    return json.dumps(document, indent=1) + "\n"
