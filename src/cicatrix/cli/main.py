"""The command line: one module per command, and one place where errors become one line.

Exit codes are a contract: 0 done, 1 what was checked is wrong, 2 wrong use. What a command
prints for a person goes to standard output, progress and errors to standard error. This package
is the composition root: it alone knows all the others but the sealed list, which nobody knows.
"""

import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import typer

from cicatrix.cli import (
    account,
    analyse,
    check,
    create,
    demo,
    export,
    lock,
    rehearse,
    serve,
    verify,
)
from cicatrix.trial.errors import CicatrixError

P = ParamSpec("P")

app = typer.Typer(
    name="cicatrix",
    help="Run a randomized scar trial from its protocol to its published result, out of one file.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _told(command: Callable[P, None]) -> Callable[P, None]:
    """Turn an error that is meant for the user into its sentence and exit code 1."""

    @wraps(command)
    def told(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except CicatrixError as problem:
            print(problem, file=sys.stderr)
            raise typer.Exit(1) from None
        except KeyboardInterrupt:
            print("Interrupted; what was acknowledged is recorded.", file=sys.stderr)
            raise typer.Exit(1) from None

    return told


for command in (
    check.check,
    create.create,
    account.account,
    serve.serve,
    rehearse.rehearse,
    verify.verify,
    lock.lock,
    analyse.analyse,
    export.export,
    demo.demo,
):
    app.command()(_told(command))


if __name__ == "__main__":
    app()
