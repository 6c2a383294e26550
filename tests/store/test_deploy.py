"""The deployment that docs/how-to/deploy.md describes, carried out as it stands there."""

import re
import shlex
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.db import DatabaseError, ProgrammingError, connections

import postgresql
from cicatrix.store.database import forget, use
from cicatrix.store.home import Home, accounts_of
from cicatrix.trial.ledger import Head
from command_line import TINY, run

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/how-to/deploy.md").read_text("utf-8")
STATEMENTS = re.findall(r"^ {4}((?:CREATE|REVOKE|GRANT) [^;]+);$", PAGE, re.MULTILINE)
NAMES = ("cicatrix_owner", "cicatrix_web", "trial")


@pytest.fixture
def server() -> Iterator[str]:
    """Follow the page's statements on the test server, with names of this test's own."""
    own = {name: f"{name}_{uuid4().hex}" for name in NAMES}
    with postgresql.database() as url:
        alias = use(url)
        with connections[alias].cursor() as cursor:
            for statement in STATEMENTS:
                cursor.execute(re.sub(r"\b(cicatrix_\w+|trial)\b", lambda m: own[m[0]], statement))
        yield "|".join([url, *own.values()])
        with connections[alias].cursor() as cursor:
            cursor.execute(f"DROP DATABASE {own['trial']} WITH (FORCE)")
            cursor.execute(f"DROP ROLE {own['cicatrix_owner']}, {own['cicatrix_web']}")
        forget(alias)


def test_the_page_makes_a_home_whose_running_role_adds_lines_and_changes_none(
    server: str, tmp_path: Path
) -> None:
    url, owner, web, database = server.split("|")
    command = re.search(r"cicatrix create trial-home (?:[^\n]*\\\n)+[^\n]*--owner[^\n]*", PAGE)
    assert command
    host = urlsplit(url).netloc.rpartition("@")[2]
    text = command[0].replace("\\\n", " ").replace("?sslmode=verify-full", "")
    text = text.replace("cicatrix_owner@db.example.org/trial", f"{owner}:x@{host}/{database}")
    text = text.replace("cicatrix_web@db.example.org/trial", f"{web}:x@{host}/{database}")
    words = shlex.split(text)[1:]
    assert "example.org" not in text
    words[words.index("trial-home")] = str(tmp_path / "home")
    words[words.index("studies/NCT04034615.yaml")] = str(TINY)
    told = run(*words)
    assert told.exit_code == 0, told.output
    assert "cicatrix/TINY\n" in told.stdout
    with Home.open(tmp_path / "home") as home:
        assert home.verify().seq >= 1
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            connections[home.ledger.alias].cursor() as cursor,
        ):
            cursor.execute("DELETE FROM line")
        for alias in (use(accounts_of(home.folder)), home.ledger.alias):
            connections[alias].close()
    told = run("verify", tmp_path / "home")
    assert told.exit_code == 0, told.output


def test_the_page_has_statements_for_two_roles_and_a_database() -> None:
    assert len(STATEMENTS) == 5
    assert all(any(name in statement for statement in STATEMENTS) for name in NAMES)


def refuses_changes(home: Home) -> bool:
    try:
        with connections[home.ledger.alias].cursor() as cursor:
            cursor.execute("DELETE FROM line")
    except DatabaseError as problem:
        return "append-only" in str(problem)
    return False


def test_a_copy_made_as_the_page_says_is_whole_and_still_refuses_changes(
    home: Home, record: Callable[..., Head]
) -> None:
    (statement,) = re.findall(r"`sqlite3 trial.sqlite3 \"([^\"]+)\"`", PAGE)
    head = record(home, 5)
    kept = home.folder / "trial.sqlite3"
    copy = home.folder / "copy.sqlite3"
    with closing(sqlite3.connect(kept)) as other:
        other.execute(statement.replace("copy.sqlite3", str(copy)))
    home.close()
    for path in home.folder.glob("trial.sqlite3*"):
        path.unlink()
    copy.rename(kept)
    with Home.open(home.folder) as again:
        assert again.verify() == head
        assert refuses_changes(again)


@pytest.mark.slow
def test_a_restored_dump_is_whole_and_still_refuses_changes(
    postgresql_url: str, record: Callable[..., Head], tmp_path: Path
) -> None:
    programs = postgresql._programs(postgresql._user())
    if programs is None:
        postgresql.missing("PostgreSQL: no pg_dump is installed")
    assert "`pg_dump --format=custom`" in PAGE
    with Home.create(tmp_path / "home", study=b"", database=postgresql_url) as home:
        head = record(home, 5)
    dump = tmp_path / "dump"
    with dump.open("wb") as file:
        made = [programs / "pg_dump", "--format=custom", postgresql_url]
        subprocess.run(made, check=True, stdout=file)
    with postgresql.database() as other:
        subprocess.run([programs / "pg_restore", "-d", other, dump], check=True)
        (tmp_path / "home/database.url").write_text(other)
        with Home.open(tmp_path / "home") as again:
            assert again.verify() == head
            assert refuses_changes(again)
            assert "accounts" in schemas(again)


def schemas(home: Home) -> set[str]:
    with connections[home.ledger.alias].cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace")
        return {name for (name,) in cursor.fetchall()}
