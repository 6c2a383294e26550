"""`cicatrix account`: make or reset one account of the web application at the command line.

The first administrator has to come from somewhere, and one who is locked out has to come back in.
It gives a one-time link, or sets a password from a file; roles are the ledger's and granted in the
web application. Whoever can read the home's files can do this.
"""

import os
from pathlib import Path
from typing import Annotated

import typer
from django.core.management import call_command
from django.db import DatabaseError

from cicatrix.cli.files import file_text
from cicatrix.store.database import told
from cicatrix.store.desk import open_desk


def account(
    home: Annotated[Path, typer.Argument(help="A trial home.", show_default=False)],
    user: Annotated[str, typer.Argument(help="The account's name.", show_default=False)],
    email: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Where to write to this person.")
    ] = None,
    password_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="A file whose first line is the password; none: a link instead."
        ),
    ] = None,
) -> None:
    """Make an account, or reset it: prints a one-time link.

    A reset account is open, has no password and no second factor, and is signed out everywhere.

    Example: cicatrix account trial administrator --email ada@clinic.example
    """
    password = None if password_file is None else file_text(password_file).partition("\n")[0]
    of_the_web(home)
    with open_desk(home) as desk:
        roles = desk.trial.roles.get(user, set())
    accounts_ready()
    print(f"{user}: {_made(home, user, email, password)}")
    if not roles:
        print(f"{user} holds no role in this trial yet; an administrator grants it under People.")


def of_the_web(home: Path) -> None:
    """Say which project Django is set up for, before anything of a home is opened."""
    os.environ["CICATRIX_HOME"] = str(home.resolve())
    os.environ["DJANGO_SETTINGS_MODULE"] = "cicatrix.web.settings"


def accounts_ready() -> None:
    """Bring the tables of accounts up to date."""
    try:
        call_command("migrate", database="default", verbosity=0, interactive=False)
    except DatabaseError as problem:
        raise told(problem, 1) from problem


def _made(home: Path, user: str, email: str | None, password: str | None) -> str:
    from cicatrix.web.access import accounts
    from cicatrix.web.worker import working

    with working(home):
        made = accounts.reset(user, email, reason="reset at the command line")
        if password is None:
            return f"open this link within seven days to choose a password.\n{made.link}"
        accounts.set_password(user, password)
    return "the password is set."
