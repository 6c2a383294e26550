"""The command that draws lists anew after the opening: `cicatrix-sealed redraw`.

It reads the file that `open` wrote, trusts it only if the ledger says that it was opened, and
writes one list after another. How they are drawn is redraw.py beside this package.
"""

from pathlib import Path
from typing import Annotated

import typer

from cicatrix.store.home import Home
from cicatrix.store.output import refuse_output, write_output
from cicatrix.trial.errors import Refused
from cicatrix_sealed.commands import given
from cicatrix_sealed.custody import situation
from cicatrix_sealed.redraw import opened_in, redrawn_openings, redrawn_text
from cicatrix_sealed.telling import told

EXAMPLE = (
    "Example: cicatrix-sealed redraw trial --allocation allocation.json --lists 10000 --seed 1 "
    "-o lists.json"
)


def redraw(
    home: given.HomeFolder,
    allocation: Annotated[Path, typer.Option(metavar="FILE", help="The file that `open` wrote.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Where the lists are written.")],
    lists: Annotated[int, typer.Option(min=1, help="How many lists.")] = 10_000,
    seed: Annotated[int, typer.Option(help="Any number; the same gives the same lists.")] = 1,
) -> None:
    """Draw lists anew under the opened list's procedure, for inference by re-randomisation."""
    with told():
        refuse_output(output, home=home)
        with Home.open(home) as trial_home:
            standing = situation(trial_home)
        opened = opened_in(standing, _text(allocation))
        going = typer.progressbar(
            redrawn_openings(opened, lists=lists, seed=seed),
            length=lists,
            label="Drawing lists",
            file=typer.get_text_stream("stderr"),
        )
        with going as drawing:
            lines = redrawn_text(opened, drawing, seed=seed)
            write_output(output, (line.encode() for line in lines))
    places = len(opened.slots)
    drawn = f"{lists} list{'s' * (lists != 1)} of {places} place{'s' * (places != 1)}"
    typer.echo(f"Drew {drawn} with seed {seed} in {output}.")


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise Refused(
            "allocation_file",
            f"The allocation file {path} cannot be read: name the file that `open` wrote.",
        ) from problem
