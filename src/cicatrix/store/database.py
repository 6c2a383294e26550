"""Which database a ledger is in: a SQLite file or a PostgreSQL URL, under a Django alias.

A web project names the database of its accounts in DATABASES as "default" (`configuration` says
what to put there) and the `Router` here in DATABASE_ROUTERS; a ledger is never the default. Any
program calls `use` for a ledger, which sets Django up for the store alone where nobody did, and may
be called for several homes. Lines are ledger.py; who may change what on a server is rights.py.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, OperationalError, connections

from cicatrix.trial.errors import CicatrixError, LedgerBroken, Refused

_POSTGRESQL = ("postgresql", "postgres")
_LIBPQ = {
    "application_name", "channel_binding", "connect_timeout", "gssencmode", "keepalives",
    "keepalives_count", "keepalives_idle", "keepalives_interval", "options", "passfile",
    "sslcert", "sslcrl", "sslkey", "sslmode", "sslrootcert", "target_session_attrs",
    "tcp_user_timeout",
}  # fmt: skip
_PERSISTENT_S = 600
_NO_RIGHT = "42501"
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_NO_ROOM = (
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
)


def configuration(place: Path | str) -> dict[str, Any]:
    """Say what Django's DATABASES holds for a SQLite file (Path) or a PostgreSQL URL (str).

    A commit on SQLite is on the disk when it returns (WAL, synchronous=FULL), and a writer takes
    its lock before it reads the head (IMMEDIATE). A connection outlives a request; one to a server
    is asked whether it still lives, and dropped after ten minutes.
    """
    if isinstance(place, Path):
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(place),
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "factory": _Durable,
            },
        }
    try:
        url = urlsplit(place)
        port = url.port
        options = dict(parse_qsl(url.query, strict_parsing=bool(url.query)))
        if url.scheme not in _POSTGRESQL or not url.path.strip("/"):
            raise ValueError(url.scheme)
    except ValueError:
        raise Refused(
            "database",
            "The database is not a PostgreSQL URL; "
            "write it as postgresql://user:password@host:5432/name.",
        ) from None
    if unknown := sorted(set(options) - _LIBPQ):
        raise Refused(
            "database",
            f"The database's URL has a setting that is not known here: {unknown[0]}; known are "
            f"{', '.join(sorted(_LIBPQ))}.",
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.strip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": unquote(url.hostname or ""),
        "PORT": str(port or ""),
        "OPTIONS": {"connect_timeout": "10", **options},
        "CONN_MAX_AGE": _PERSISTENT_S,
        "CONN_HEALTH_CHECKS": True,
    }


class Router:
    """Keep the ledger's table out of the default database, and all other tables out of ledgers."""

    def allow_migrate(self, db: str, app_label: str, **hints: object) -> bool:
        """Say whether a table of the application belongs in the database of this alias."""
        return (app_label == "store") == (db != "default")


class _Durable(sqlite3.Connection):
    """A connection whose commits wait for the disk.

    It closes itself when it is let go of: Django forgets one whose first words, spoken on
    connecting, a damaged file does not answer.
    """

    def __init__(self, *place: Any, **options: Any) -> None:
        super().__init__(*place, **options)
        self.execute("PRAGMA journal_mode=WAL").close()
        self.execute("PRAGMA synchronous=FULL").close()

    def __del__(self) -> None:
        with suppress(sqlite3.ProgrammingError):
            self.close()


def use(place: Path | str) -> str:
    """Make a database known to Django, set up for the store alone if need be; return its alias.

    The alias names the place without its password, for aliases come into messages and logs.
    """
    if not settings.configured and "DJANGO_SETTINGS_MODULE" not in os.environ:
        settings.configure(INSTALLED_APPS=["cicatrix.store"], USE_TZ=True)
    if not apps.ready:
        django.setup()
    place = place.resolve() if isinstance(place, Path) else place
    alias = f"ledger-{sha256(str(place).encode()).hexdigest()[:16]}"
    full = connections.configure_settings({"default": {}, alias: configuration(place)})
    connections.settings.setdefault(alias, full[alias])
    return alias


def create_table(alias: str) -> None:
    """Make the table of lines and its triggers where they are not there yet.

    A default database that is the same one may have noted the table as made, without making it.
    """
    quiet = {"database": alias, "verbosity": 0, "interactive": False}
    if "line" not in connections[alias].introspection.table_names():
        call_command("migrate", "store", "zero", fake=True, **quiet)
    call_command("migrate", "store", **quiet)


def forget(alias: str) -> None:
    """Close this thread's connection; the alias stays, for another thread may be using it."""
    connections[alias].close()


DATABASE_ERRORS = (DatabaseError, UnicodeDecodeError)
"""What a read can raise; the second where SQLite's own message quotes damaged bytes."""


def told(problem: DatabaseError | UnicodeDecodeError, seq: int) -> CicatrixError:
    """Say in one sentence what a database's error means to one who had reached entry `seq`.

    The database's own words are left out: they may quote what a line holds.
    """
    cause = problem if isinstance(problem, UnicodeDecodeError) else problem.__cause__
    code = getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
    if not isinstance(cause, sqlite3.Error | UnicodeDecodeError):
        if _NO_RIGHT in _states(problem):
            return Refused(
                "database",
                "The database's user has not the rights for this; docs/how-to/deploy.md says "
                "which are needed.",
            )
        if isinstance(problem, OperationalError):
            return Refused("database", "The database does not answer; see that it runs, try again.")
        return LedgerBroken(seq, "the database cannot give the ledger from here on")
    if code in _BUSY:
        return Refused(
            "database_locked",
            "Another program holds the trial's database; wait until it is done and try again.",
        )
    if code in _NO_ROOM:
        return Refused(
            "database",
            "The trial's database cannot be opened or written (no permission, a full disk or a "
            "missing folder); nothing was recorded.",
        )
    return LedgerBroken(seq, "the database file is damaged and cannot be read from here on")


def _states(problem: BaseException | None) -> Iterator[str]:
    """Give the SQLSTATE of an error and of those that it came from."""
    while problem is not None:
        yield getattr(problem, "sqlstate", None) or ""
        problem = problem.__cause__ or problem.__context__
