"""The role that runs the web application adds lines and can change nothing of the ledger."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.db import DatabaseError, ProgrammingError, connections

from cicatrix.store.database import create_table, forget, use
from cicatrix.store.home import Home, accounts_of
from cicatrix.store.rights import divide
from cicatrix.trial.errors import LedgerBroken, Refused
from cicatrix.trial.facts import VisitMissed
from cicatrix.trial.ledger import GENESIS
from cicatrix.trial.roles import Actor

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
ANA = Actor("ana", "investigator", "S1")
MISSED = VisitMissed(participant="S1-001", visit="M6", reason="ill")
PASSWORD = "p%40ss"


def at(url: str, role: str) -> str:
    """Give the URL of the same database for another role."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{role}:{PASSWORD}@{place}").geturl()


@pytest.fixture
def role(postgresql_url: str) -> Iterator[str]:
    """Make a role for one test, as an administrator of the server would, and remove it."""
    name = f"web_{uuid4().hex}"
    alias = use(postgresql_url)
    with connections[alias].cursor() as cursor:
        cursor.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'p@ss'")
    yield name
    with connections[alias].cursor() as cursor:
        cursor.execute(f"REASSIGN OWNED BY {name} TO CURRENT_USER")
        cursor.execute(f"DROP OWNED BY {name}")
        cursor.execute(f"DROP ROLE {name}")
    forget(alias)


@pytest.fixture
def divided(postgresql_url: str, role: str, tmp_path: Path) -> Iterator[Home]:
    running = at(postgresql_url, role)
    folder = tmp_path / "home"
    with Home.create(folder, study=b"", database=running, owner=postgresql_url) as home:
        yield home


def test_the_running_role_reads_and_adds_lines(divided: Home) -> None:
    head = divided.ledger.append([MISSED] * 2, GENESIS, actor=ANA, now=NOW)
    assert divided.verify() == head
    divided.close()
    with Home.open(divided.folder) as again:
        assert again.ledger.append([MISSED], head, actor=ANA, now=NOW).seq == 3


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE line SET text = 'x'",
        "DELETE FROM line",
        "TRUNCATE line",
        "INSERT INTO line VALUES (1, 'x', 'x') ON CONFLICT (seq) DO UPDATE SET text = 'x'",
        "DROP TRIGGER line_no_change ON line",
        "ALTER TABLE line DISABLE TRIGGER ALL",
        "ALTER TABLE line OWNER TO current_user",
        "ALTER TABLE line RENAME TO other",
        "DROP TABLE line",
        "CREATE TRIGGER more BEFORE INSERT ON line EXECUTE FUNCTION line_is_append_only()",
        "CREATE RULE more AS ON INSERT TO line DO INSTEAD NOTHING",
        "CREATE OR REPLACE FUNCTION line_is_append_only() RETURNS trigger LANGUAGE plpgsql "
        "AS 'BEGIN RETURN NEW; END'",
        "DROP FUNCTION line_is_append_only() CASCADE",
        "DROP SCHEMA public CASCADE",
        "CREATE TABLE public.mine (n int)",
        "SET session_replication_role = replica",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('store', 'x', now())",
    ],
)
def test_the_running_role_can_change_nothing(divided: Home, statement: str) -> None:
    divided.ledger.append([MISSED], GENESIS, actor=ANA, now=NOW)
    before = list(divided.ledger.since())
    with (
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
        connections[divided.ledger.alias].cursor() as cursor,
    ):
        cursor.execute(statement)
    assert list(divided.ledger.since()) == before
    divided.verify()


def test_the_running_role_can_grant_itself_nothing(divided: Home) -> None:
    with connections[divided.ledger.alias].cursor() as cursor:
        cursor.execute("GRANT UPDATE ON line TO current_user")
        cursor.execute("SELECT has_table_privilege('line', 'UPDATE')")
        assert cursor.fetchone() == (False,)


def test_the_home_keeps_the_running_roles_url_and_not_the_owners(
    divided: Home, postgresql_url: str, role: str
) -> None:
    kept = [path.read_bytes() for path in divided.folder.rglob("*") if path.is_file()]
    assert at(postgresql_url, role).encode() in kept
    assert not any(postgresql_url.encode() in one for one in kept)


def test_the_running_role_makes_its_accounts_beside_the_ledger(divided: Home) -> None:
    alias = use(accounts_of(divided.folder))
    with connections[alias].cursor() as cursor:
        cursor.execute("CREATE TABLE account (name text)")
        cursor.execute("SELECT schemaname FROM pg_tables WHERE tablename = 'account'")
        assert cursor.fetchall() == [("accounts",)]
    assert "line" not in connections[alias].introspection.table_names()
    forget(alias)


def test_a_role_that_owns_the_tables_is_refused(postgresql_url: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="could still change lines"):
        Home.create(tmp_path / "home", study=b"", database=postgresql_url, owner=postgresql_url)
    assert not (tmp_path / "home").exists()


def test_a_role_that_could_change_lines_already_loses_that(
    divided: Home, postgresql_url: str, role: str
) -> None:
    can_update = f"SELECT has_table_privilege('{role}', 'line', 'UPDATE')"
    with connections[use(postgresql_url)].cursor() as cursor:
        cursor.execute(f"GRANT ALL ON line TO {role}, PUBLIC")
        cursor.execute(can_update)
        assert cursor.fetchone() == (True,)
    divide(postgresql_url, at(postgresql_url, role))
    with connections[use(postgresql_url)].cursor() as cursor:
        cursor.execute(can_update)
        assert cursor.fetchone() == (False,)


@pytest.mark.parametrize(
    "statements",
    [
        ("GRANT {owner} TO {role}",),
        ("ALTER ROLE {role} NOINHERIT", "GRANT {owner} TO {role}"),
        ("ALTER SCHEMA public OWNER TO {role}",),
        ("ALTER TABLE line OWNER TO {role}",),
        ("ALTER ROLE {role} SUPERUSER",),
    ],
)
def test_a_role_that_could_still_change_lines_is_refused(
    postgresql_url: str, role: str, tmp_path: Path, statements: tuple[str, ...]
) -> None:
    alias = use(postgresql_url)
    create_table(alias)
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT current_user")
        (owner,) = cursor.fetchone() or ("",)
        for statement in statements:
            cursor.execute(statement.format(owner=owner, role=role))
    with pytest.raises(Refused, match="could still change lines"):
        Home.create(
            tmp_path / "home",
            study=b"",
            database=at(postgresql_url, role),
            owner=postgresql_url,
        )
    assert not (tmp_path / "home").exists()


def test_a_role_that_is_not_there_is_told(postgresql_url: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="has no role nobody_at_all; make it first"):
        Home.create(
            tmp_path / "home",
            study=b"",
            database=at(postgresql_url, "nobody_at_all"),
            owner=postgresql_url,
        )
    assert not (tmp_path / "home").exists()


def test_a_role_without_the_right_to_make_tables_is_told(
    postgresql_url: str, role: str, tmp_path: Path
) -> None:
    with connections[use(postgresql_url)].cursor() as cursor:
        cursor.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    with pytest.raises(Refused, match="has not the rights for this"):
        Home.create(tmp_path / "home", study=b"", database=at(postgresql_url, role))
    assert not (tmp_path / "home").exists()


def test_an_owner_without_a_database_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="only PostgreSQL has an owner"):
        Home.create(tmp_path / "home", study=b"", owner="postgresql://o@h/x")
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TRIGGER line_no_change ON line",
        "ALTER TABLE line DISABLE TRIGGER line_no_truncate",
        "DROP FUNCTION line_is_append_only() CASCADE",
    ],
)
def test_a_guard_that_the_owner_took_away_is_found(
    divided: Home, postgresql_url: str, statement: str
) -> None:
    divided.verify()
    with connections[use(postgresql_url)].cursor() as cursor:
        cursor.execute(statement)
    with pytest.raises(LedgerBroken, match="what refuses changes to lines was removed"):
        divided.verify()


@pytest.mark.parametrize(
    "statement", ["UPDATE line SET text = ''", "DELETE FROM line", "TRUNCATE line"]
)
def test_even_the_owner_meets_the_triggers(
    divided: Home, postgresql_url: str, statement: str
) -> None:
    divided.ledger.append([MISSED], GENESIS, actor=ANA, now=NOW)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        connections[use(postgresql_url)].cursor() as cursor,
    ):
        cursor.execute(statement)
