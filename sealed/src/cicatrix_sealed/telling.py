"""How a command says that it was refused: one sentence on the error stream, and exit code 1.

It answers Cicatrix's own errors only; anything else is a defect and may crash. Wrong use is
typer's to say, with exit code 2.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from cicatrix.trial.errors import CicatrixError


@contextmanager
def told() -> Iterator[None]:
    """Turn an error of Cicatrix into its sentence and exit code 1."""
    try:
        yield
    except CicatrixError as problem:
        typer.echo(f"cicatrix-sealed: {problem}", err=True)
        raise typer.Exit(1) from problem
