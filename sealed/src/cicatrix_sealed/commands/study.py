"""`cicatrix-sealed study`: what the chosen procedure and its alternatives cost and buy, to look at.

A table and a figure for one study's arms, ratio, strata and planned size. Nothing is drawn for the
trial and nothing is recorded: what the custodian chooses stays with the custodian. What is compared
is alternatives.py in choosing/, how it is laid out table.py, and a minimised study minimised.py.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from cicatrix.store.blobs import write_durably
from cicatrix.trial.errors import Refused
from cicatrix.trial.reading import read_study
from cicatrix.trial.study import Study
from cicatrix_sealed.choosing.alternatives import Weighed, alternatives, weigh
from cicatrix_sealed.choosing.minimised import Simulated, lines_of, simulated
from cicatrix_sealed.choosing.table import chance, mark_of, notes, plain, size, table
from cicatrix_sealed.commands import given
from cicatrix_sealed.procedures import Minimised, procedure_of, read_procedure
from cicatrix_sealed.procedures.planned import KINDS, kind_for
from cicatrix_sealed.telling import told

EXAMPLE = "Example: cicatrix-sealed study studies/NCT04034615.yaml --block-sizes 6,9,12 -o choice"


def study(
    study_file: Annotated[Path, typer.Argument(metavar="STUDY", help="The study file.")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FOLDER", help="Where choice.svg is written."),
    ] = None,
    procedure: Annotated[
        str | None,
        typer.Option(
            metavar="KIND", help=f"{', '.join(KINDS)}; as the study file needs if left out."
        ),
    ] = None,
    block_sizes: Annotated[
        str, typer.Option(help="Sizes of blocks; default 2, 3 and 4 times the ratio's sum.")
    ] = "",
    limit: Annotated[int, typer.Option(help="For a big stick.")] = 3,
    seed: Annotated[int, typer.Option(help="For what is simulated; any number will do.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON for a program.")] = False,
) -> None:
    """Show how far each procedure lets the next arm be guessed, and how unequal arms become."""
    sizes = given.whole_numbers(block_sizes, hint="--block-sizes")
    with told():
        read = read_study(_bytes(study_file), file=str(study_file))
        default = procedure is None and not sizes
        chosen = procedure_of(read, kind=procedure or kind_for(read), sizes=sizes, limit=limit)
        minimised = read_procedure(chosen)
        if isinstance(minimised, Minimised):
            found = simulated(read, minimised.method, seed=seed)
            drawn = _draw(read, found, output, default=default) if output is not None else None
            _show_minimised(read, found, seed, drawn, as_json=as_json, default=default)
            return
        options = alternatives(read, chosen)
        label = "Weighing procedures"
        with typer.progressbar(options, label=label, file=typer.get_text_stream("stderr")) as going:
            weighed = [one for option in going if (one := weigh(read, option, seed=seed))]
        drawn = _draw(read, weighed, output, default=default) if output is not None else None
    if as_json:
        typer.echo(json.dumps(plain(read, weighed, seed, drawn, default=default), indent=1))
        return
    typer.echo(f"{read.id}: {size(read)}")
    if not weighed:
        typer.echo("The study plans no participant: there is nothing to weigh.")
        return
    for line in table(weighed):
        typer.echo(line)
    for note in notes(read, weighed, seed, default=default):
        typer.echo(note)
    if drawn is not None:
        typer.echo(f"Figure: {drawn}")


def _show_minimised(
    read: Study, found: Sequence[Simulated], seed: int, drawn: Path | None, *,
    as_json: bool, default: bool,
) -> None:  # fmt: skip
    """Say what minimisation costs."""
    if as_json:
        options = [
            asdict(one) | {"chosen": one.chosen and not default, "default": one.chosen and default}
            for one in found
        ]
        values = {
            "figure": None if drawn is None else str(drawn),
            "study": read.id,
            "study_digest": read.digest,
            "seed": seed,
            "options": options,
        }
        typer.echo(json.dumps(values, indent=1))
        return
    typer.echo(f"{read.id}: {size(read)}")
    if not found:
        typer.echo("The study plans no participant: there is nothing to weigh.")
        return
    for line in lines_of(found, seed=seed, mark=mark_of(default=default)):
        typer.echo(line)
    if drawn is not None:
        typer.echo(f"Figure: {drawn}")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise Refused(
            "study_file", f"{path} cannot be read ({problem.strerror}): name a study file."
        ) from problem


def _draw(
    read: Study, options: Sequence[Weighed | Simulated], folder: Path, *, default: bool
) -> Path | None:
    if not options:
        return None
    # Drawing takes half a second to load, which no other command should wait for.
    from cicatrix_sealed.choosing.figure import draw_choice

    path = folder / "choice.svg"
    title = f"{read.id}: {size(read)}"
    text = draw_choice(options, title=title, chance=chance(read), default=default)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_durably(path, text.encode())
    except OSError as problem:
        raise Refused(
            "folder", f"{path} cannot be written ({problem.strerror}): name another folder."
        ) from problem
    return path
