"""A trial home: the folder that holds one trial, and the way in to its parts.

`study.yaml`, `trial.sqlite3` (the ledger; a PostgreSQL URL in `database.url` stands for it),
`blobs/` (or a bucket's URL in `blobs.url`) and `checkpoints/`, where the key that signs checkpoints
is too. Apart from the trial, `accounts.sqlite3` and `keys/` are the web application's: names stand
there alone, encrypted (vault.py). No arm is in a home: the list is the custodian's. A home only
keeps; the lines are ledger.py, and founding a trial (the first fact) is the command line's.
"""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.db import DatabaseError

from cicatrix.store.blobs import Blobs, write_durably
from cicatrix.store.database import configuration, create_table, forget, told, use
from cicatrix.store.keys import KEYS
from cicatrix.store.ledger import Ledger
from cicatrix.store.rights import ACCOUNTS, divide, make_schema
from cicatrix.store.s3 import Bucket
from cicatrix.trial.checkpoint import (
    Checkpoint,
    check_against,
    key_text,
    origin_of,
    read_checkpoint,
    sign_checkpoint,
)
from cicatrix.trial.errors import CicatrixError, Refused
from cicatrix.trial.facts import TrialFounded
from cicatrix.trial.ledger import Head, read

_STUDY = "study.yaml"
_DATABASE = "trial.sqlite3"
_URL = "database.url"
_ACCOUNTS = "accounts.sqlite3"
_BUCKET = "blobs.url"
_KEY = "checkpoints/key.pem"


class Home:
    """One trial home, open; make one with `Home.create` or `Home.open`, and close it."""

    def __init__(self, folder: Path, alias: str) -> None:
        self.folder = folder
        self.ledger = Ledger(alias)
        self.blobs = _blobs(folder)

    @classmethod
    def create(
        cls,
        folder: Path,
        *,
        study: bytes,
        database: str | None = None,
        owner: str | None = None,
        blobs: str | None = None,
        entropy: Callable[[int], bytes] = os.urandom,
    ) -> "Home":
        """Make a home with an empty ledger in a new or empty folder.

        `study` is the study file as it was written; `database` is a PostgreSQL URL or None, and
        `owner` another to the same database, for making the tables alone; `blobs` is a bucket's.
        """
        configuration(folder / _DATABASE if database is None else database)
        if owner is not None:
            if database is None:
                raise Refused("database", "Name the database, too: only PostgreSQL has an owner.")
            configuration(owner)
        if blobs is not None:
            Bucket.at(blobs)
        try:
            _refuse_occupied(folder)
            with _claimed(folder):
                for name, url in ((_URL, database), (_BUCKET, blobs)):
                    if url is not None:
                        write_durably(folder / name, url.encode(), mode=0o600)
                return cls._made(folder, study, owner, entropy)
        except DatabaseError as problem:
            raise told(problem, 1) from problem
        except OSError as problem:
            raise Refused(
                "home", f"{folder} cannot be written ({problem.strerror}); choose another folder."
            ) from problem

    @classmethod
    def _made(
        cls, folder: Path, study: bytes, owner: str | None, entropy: Callable[[int], bytes]
    ) -> "Home":
        (folder / "checkpoints").mkdir()
        key = Ed25519PrivateKey.from_private_bytes(entropy(32))
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        write_durably(folder / _KEY, pem, mode=0o600)
        place = _place(folder)
        home = cls(folder, use(place))
        try:
            if isinstance(place, str) and owner is not None:
                divide(owner, place)
            else:
                create_table(home.ledger.alias)
                make_schema(home.ledger.alias)
            if isinstance(place, Path):
                (folder / _ACCOUNTS).touch(mode=0o600)
            if isinstance(home.blobs, Bucket):
                home.blobs.put(study)
            write_durably(folder / _STUDY, study)
        except BaseException:
            home.close()
            raise
        return home

    @classmethod
    def open(cls, folder: Path, *, alias: str | None = None) -> "Home":
        """Open a home; `alias` is the web project's name for the database, if it has one."""
        try:
            ledger = folder / (_URL if (folder / _URL).exists() else _DATABASE)
            missing = [path.name for path in (folder / _STUDY, ledger) if not path.is_file()]
        except OSError as problem:
            raise _unreadable(folder, problem) from problem
        if missing:
            raise Refused(
                "not_a_home",
                f"{folder} is not a trial home (no {' and no '.join(missing)}); "
                "make one with `cicatrix create`.",
            )
        home = cls(folder, alias or use(_place(folder)))
        try:
            home.ledger.head()
        except CicatrixError:
            home.close()
            raise
        return home

    @property
    def study(self) -> bytes:
        """The study file as it was written."""
        try:
            return (self.folder / _STUDY).read_bytes()
        except OSError as problem:
            raise _unreadable(self.folder / _STUDY, problem) from problem

    @property
    def checkpoint_key(self) -> str:
        """The public key for `TrialFounded.checkpoint_key`."""
        return key_text(self._key().public_key())

    def checkpoint(self, *, now: datetime) -> str:
        """Sign the present head, keep the checkpoint in `checkpoints/` and return its text."""
        head = self.ledger.head()
        founded = self._founded()
        if self.checkpoint_key != founded.checkpoint_key:
            raise Refused(
                "checkpoint_key",
                f"{self.folder / _KEY} is not the key that this trial was founded with; restore it "
                "from a backup.",
            )
        text = sign_checkpoint(
            Checkpoint(origin_of(founded.study_id), head.seq, head.hash, now), self._key()
        )
        path = self.folder / "checkpoints" / f"{head.seq:08}.txt"
        try:
            write_durably(path, text.encode())
        except OSError as problem:
            raise Refused(
                "checkpoint",
                f"{path} cannot be written ({problem.strerror}); make room or give the right to.",
            ) from problem
        return text

    def verify(self, *, against: Sequence[str] = ()) -> Head:
        """Check every line and blob, and that the ledger continues the texts of checkpoints."""
        head = self.ledger.verify()
        self.blobs.verify()
        for text in against:
            checkpoint = read_checkpoint(text, self._founded().checkpoint_key)
            check_against(checkpoint, head, self.ledger.hash_at)
        return head

    def close(self) -> None:
        """Let go of the database; the home stays as it is."""
        forget(self.ledger.alias)

    def __enter__(self) -> "Home":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _founded(self) -> TrialFounded:
        first = next(iter(self.ledger.since()), None)
        fact = read(first).fact if first else None
        if not isinstance(fact, TrialFounded):
            raise Refused(
                "not_founded",
                f"The trial in {self.folder} was not founded yet: its first entry is missing.",
            )
        return fact

    def _key(self) -> Ed25519PrivateKey:
        path = self.folder / _KEY
        try:
            key = load_pem_private_key(path.read_bytes(), password=None)
        except (OSError, ValueError, UnsupportedAlgorithm) as problem:
            raise Refused(
                "checkpoint_key",
                f"The key for checkpoints cannot be read; restore {path} from a backup.",
            ) from problem
        if not isinstance(key, Ed25519PrivateKey):
            raise Refused(
                "checkpoint_key", f"{path} is not an Ed25519 key; restore it from a backup."
            )
        return key


def accounts_of(folder: Path) -> Path | str:
    """Say where accounts, sessions, drafts and contacts of a home are: never among its lines.

    It is for `database.configuration`. On PostgreSQL it is the ledger's database with a schema of
    their own.
    """
    place = _place(folder)
    if isinstance(place, Path):
        return folder / _ACCOUNTS
    url = urlsplit(place)
    asked = dict(parse_qsl(url.query))
    asked["options"] = f"{asked.get('options', '')} -csearch_path={ACCOUNTS}".strip()
    return url._replace(query=urlencode(asked, quote_via=quote)).geturl()


@contextmanager
def _claimed(folder: Path) -> Iterator[None]:
    """Claim a new or empty folder for one home, and leave it as it was if none comes of it.

    Of two that claim it at once only one can make `blobs`, so that neither removes the other's.
    """
    new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "blobs").mkdir()
    try:
        yield
    except BaseException:
        for part in ("blobs", "checkpoints", KEYS):
            shutil.rmtree(folder / part, ignore_errors=True)
        for name in (_STUDY, _URL, _BUCKET, f"{_DATABASE}*", f"{_ACCOUNTS}*"):
            for path in folder.glob(name):
                path.unlink(missing_ok=True)
        if new:
            folder.rmdir()
        raise


def _place(folder: Path) -> Path | str:
    url = _url(folder / _URL)
    return folder / _DATABASE if url is None else url


def _blobs(folder: Path) -> Blobs | Bucket:
    url = _url(folder / _BUCKET)
    return Blobs(folder / "blobs") if url is None else Bucket.at(url)


def _url(path: Path) -> str | None:
    try:
        return path.read_text("utf-8").strip() if path.exists() else None
    except UnicodeDecodeError as problem:
        raise Refused("database", f"{path} is not UTF-8 text; restore it from a copy.") from problem
    except OSError as problem:
        raise _unreadable(path, problem) from problem


def _unreadable(path: Path, problem: OSError) -> Refused:
    return Refused("home", f"{path} cannot be read ({problem.strerror}); look at its rights.")


def _refuse_occupied(folder: Path) -> None:
    if not folder.exists():
        return
    if not folder.is_dir():
        raise Refused("home", f"{folder} is a file; choose a new folder for the trial home.")
    if (folder / _STUDY).exists():
        raise Refused("home", f"{folder} is a trial home already; open it or choose a new folder.")
    if any(folder.iterdir()):
        raise Refused("home", f"{folder} is not empty; choose a new folder for the trial home.")
