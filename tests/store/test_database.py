"""What Django is told of a database, and a ledger beside the accounts of a web project."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connections

from cicatrix.store.database import Router, configuration, create_table, forget, use
from cicatrix.store.home import Home, accounts_of
from cicatrix.trial.errors import Refused
from cicatrix.trial.ledger import GENESIS

WEB = """
import sys
from pathlib import Path
import django
from django.conf import settings
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import connections
from cicatrix.store.database import configuration, create_table
from cicatrix.store.home import Home, accounts_of

folder = Path(sys.argv[1])
settings.configure(
    DATABASES={"default": configuration(accounts_of(folder))},
    DATABASE_ROUTERS=["cicatrix.store.database.Router"],
    INSTALLED_APPS=["cicatrix.store", "django.contrib.auth", "django.contrib.contenttypes",
                    "django.contrib.sessions"],
    USE_TZ=True,
)
django.setup()

def tables(alias):
    return sorted(connections[alias].introspection.table_names())

with Home.open(folder) as home:
    for _ in range(2):
        call_command("migrate", verbosity=0, interactive=False)
        create_table(home.ledger.alias)
    from django.contrib.auth.models import User
    User.objects.create_user("ana")
    print("accounts", *tables("default"))
    print("ledger", *tables(home.ledger.alias))
    before = connections[home.ledger.alias].connection, connections["default"].connection
    for _ in range(2):
        request_started.send(None)
        home.verify()
        User.objects.get(username="ana")
        request_finished.send(None)
    after = connections[home.ledger.alias].connection, connections["default"].connection
    print("kept" if before == after and None not in after else "closed")
connections.close_all()
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest) -> str | None:
    """Give no URL, for SQLite, or that of a database."""
    if request.param == "sqlite":
        return None
    url: str = request.getfixturevalue("postgresql_url")
    return url


def web(folder: Path) -> list[str]:
    ran = subprocess.run(
        [sys.executable, "-c", WEB, str(folder)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.splitlines()


def test_a_web_projects_accounts_and_a_ledger_keep_to_their_own_tables(
    tmp_path: Path, place: str | None
) -> None:
    Home.create(tmp_path / "home", study=b"", database=place).close()
    accounts, ledger, connection = web(tmp_path / "home")
    assert {"auth_user", "django_session", "django_migrations"} <= set(accounts.split())
    assert "line" not in accounts.split()
    assert ledger.split() == ["ledger", "django_migrations", "line"]
    assert connection == "kept"


def test_a_ledger_is_made_although_a_default_database_noted_it_as_made(
    tmp_path: Path, place: str | None
) -> None:
    alias = use(tmp_path / "x.sqlite3" if place is None else place)
    create_table(alias)
    with connections[alias].cursor() as cursor:
        cursor.execute("DROP TABLE line")
        if place is not None:
            cursor.execute("DROP FUNCTION line_is_append_only() CASCADE")
    create_table(alias)
    assert "line" in connections[alias].introspection.table_names()
    forget(alias)


@pytest.mark.parametrize(
    ("alias", "application", "belongs"),
    [("default", "store", False), ("default", "auth", True),
     ("ledger-1", "store", True), ("ledger-1", "auth", False)],
)  # fmt: skip
def test_a_ledgers_table_is_never_in_the_default_database_and_no_other_is_elsewhere(
    alias: str, application: str, belongs: bool
) -> None:
    assert Router().allow_migrate(alias, application, model_name="x") is belongs


def test_accounts_are_beside_the_ledger_and_for_their_owner_alone(tmp_path: Path) -> None:
    with Home.create(tmp_path / "home", study=b"") as home:
        assert accounts_of(home.folder) == home.folder / "accounts.sqlite3"
        assert home.folder.joinpath("accounts.sqlite3").stat().st_mode & 0o777 == 0o600


def test_accounts_on_a_server_are_in_a_schema_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "database.url").write_text("postgresql://u:p%40@h:5/x?sslmode=require&options=-cx")
    found = configuration(accounts_of(tmp_path))
    assert (found["NAME"], found["PASSWORD"], found["PORT"]) == ("x", "p@", "5")
    assert found["OPTIONS"]["sslmode"] == "require"
    assert found["OPTIONS"]["options"] == "-cx -csearch_path=accounts"


def test_what_a_url_says_of_tls_reaches_the_server_and_what_nobody_knows_is_refused() -> None:
    url = "postgresql://u@h/x?sslmode=verify-full&sslrootcert=/etc/ca.pem"
    options = configuration(url)["OPTIONS"]
    assert (options["sslmode"], options["sslrootcert"]) == ("verify-full", "/etc/ca.pem")
    with pytest.raises(Refused, match="a setting that is not known here: sslmodus"):
        configuration("postgresql://u@h/x?sslmodus=require")
    with pytest.raises(Refused, match="not a PostgreSQL URL"):
        configuration("postgresql://u@h/x?sslmode")


def test_a_place_is_known_by_a_name_that_quotes_no_password() -> None:
    alias = use("postgresql://ana:secret@h/x")
    assert "secret" not in alias
    assert alias == use("postgresql://ana:secret@h/x") != use("postgresql://ana:secret@h/y")
    forget(alias)
    forget(use("postgresql://ana:secret@h/y"))


def test_a_home_that_could_not_be_made_leaves_neither_accounts_nor_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(folder: Path, content: bytes, *, mode: int = 0) -> None:
        if folder.name == "study.yaml":
            (folder.parent / "keys").mkdir()
            raise OSError(28, "No space left on device")
        folder.write_bytes(content)

    monkeypatch.setattr("cicatrix.store.home.write_durably", full)
    with pytest.raises(Refused, match="No space left"):
        Home.create(tmp_path, study=b"")
    assert list(tmp_path.iterdir()) == []
    monkeypatch.undo()
    with Home.create(tmp_path, study=b"") as home:
        assert home.verify() == GENESIS
