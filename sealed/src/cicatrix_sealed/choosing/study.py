"""`cicatrix-sealed study`: what the chosen procedure and its alternatives cost and buy, to look at.

A table and a figure for one study's arms, ratio, strata and planned size. Nothing is drawn for the
trial and nothing is recorded: what the custodian chooses stays with the custodian. Go next to
alternatives.py for what is compared, and figure.py for the drawing. A minimised study is
minimised.py's.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from cicatrix.store.blobs import write_durably
from cicatrix.trial.errors import Refused
from cicatrix.trial.reading import read_study
from cicatrix.trial.study import Study
from cicatrix_sealed.choosing.alternatives import Weighed, alternatives, weigh
from cicatrix_sealed.choosing.minimised import lines_of, simulated
from cicatrix_sealed.procedures import Minimised, procedure_of, read_procedure, write_procedure
from cicatrix_sealed.procedures.planned import expected_places
from cicatrix_sealed.telling import told, whole_numbers

EXAMPLE = "Example: cicatrix-sealed study studies/NCT04034615.yaml --block-sizes 6,9,12 -o choice"
_HEADINGS = ("procedure", "right guesses", "certain", "on the way", "worst", "bound", "at the end")


def study(
    study_file: Annotated[Path, typer.Argument(metavar="STUDY", help="The study file.")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FOLDER", help="Where choice.svg is written."),
    ] = None,
    procedure: Annotated[
        str | None,
        typer.Option(metavar="KIND", help="The kind chosen, for example urn; default blocks."),
    ] = None,
    block_sizes: Annotated[
        str, typer.Option(help="Sizes of blocks; default 2, 3 and 4 times the ratio's sum.")
    ] = "",
    limit: Annotated[int, typer.Option(help="For a big stick.")] = 3,
    seed: Annotated[int, typer.Option(help="For what is simulated; any number will do.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON for a program.")] = False,
) -> None:
    """Show how far each procedure lets the next arm be guessed, and how unequal arms become."""
    sizes = whole_numbers(block_sizes, hint="--block-sizes")
    with told():
        read = read_study(_bytes(study_file), file=str(study_file))
        kind = procedure or ("minimisation" if read.allocation.minimise else "permuted_blocks")
        chosen = procedure_of(read, kind=kind, sizes=sizes, limit=limit)
        minimised = read_procedure(chosen)
        if isinstance(minimised, Minimised):
            _show_minimised(read, minimised, seed, as_json=as_json)
            return
        options = alternatives(read, chosen)
        label = "Weighing procedures"
        with typer.progressbar(options, label=label, file=typer.get_text_stream("stderr")) as going:
            weighed = [one for option in going if (one := weigh(read, option, seed=seed))]
        drawn = _draw(read, weighed, output) if output is not None else None
    if as_json:
        typer.echo(json.dumps(_plain(read, weighed, seed, drawn), indent=1))
        return
    typer.echo(f"{read.id}: {_size(read)}")
    if not weighed:
        typer.echo("The study plans no participant: there is nothing to weigh.")
        return
    for line in table(weighed):
        typer.echo(line)
    for note in notes(read, weighed, seed):
        typer.echo(note)
    if drawn is not None:
        typer.echo(f"Figure: {drawn}")


def _show_minimised(read: Study, chosen: Minimised, seed: int, *, as_json: bool) -> None:
    """Say what minimisation costs; there is no figure of it."""
    found = simulated(read, chosen.method, seed=seed)
    if as_json:
        options = [asdict(one) for one in found]
        plain = {"study": read.id, "study_digest": read.digest, "seed": seed, "options": options}
        typer.echo(json.dumps(plain, indent=1))
        return
    typer.echo(f"{read.id}: {_size(read)}")
    if not found:
        typer.echo("The study plans no participant: there is nothing to weigh.")
        return
    for line in lines_of(found, seed=seed):
        typer.echo(line)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise Refused(
            "study_file", f"{path} cannot be read ({problem.strerror}): name a study file."
        ) from problem


def _draw(read: Study, weighed: Sequence[Weighed], folder: Path) -> Path | None:
    if not weighed:
        return None
    # Drawing takes half a second to load, which no other command should wait for.
    from cicatrix_sealed.choosing.figure import draw_choice

    path = folder / "choice.svg"
    text = draw_choice(weighed, title=f"{read.id}: {_size(read)}", chance=_chance(read))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_durably(path, text.encode())
    except OSError as problem:
        raise Refused(
            "folder", f"{path} cannot be written ({problem.strerror}): name another folder."
        ) from problem
    return path


def _chance(read: Study) -> float:
    ratio = read.allocation.ratio.values()
    return max(ratio) / sum(ratio)


def _size(read: Study) -> str:
    ratio = " : ".join(str(read.allocation.ratio[arm.id]) for arm in read.arms)
    places = [number for number in expected_places(read).values() if number]
    strata = "" if len(places) < 2 else f" in {len(places)} strata of {_range(places)}"
    return f"{sum(places)} participants, {len(read.arms)} arms {ratio}{strata}"


def _range(places: Iterable[int]) -> str:
    fewest, most = min(places), max(places)
    return str(most) if fewest == most else f"{fewest} to {most}"


def table(weighed: Sequence[Weighed]) -> list[str]:
    """Lay the options out in columns; a star for the one chosen, a cross for what is refused."""
    rows = [_HEADINGS, *(_row(one) for one in weighed)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    return [
        "  ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _row(one: Weighed) -> tuple[str, ...]:
    mark = "*" if one.option.chosen else "x" if one.option.refused else " "
    return (
        f"{mark} {one.option.name}",
        _share(one.correct, one.correct_error),
        _share(one.certain, one.certain_error),
        f"{one.way:.1f}",
        f"{one.worst:.1f} ({one.worst_95:.0f})",
        "none" if one.bound is None else f"{one.bound:.0f}",
        f"{one.end:.1f} ({one.end_95:.0f})",
    )


def _share(share: float, error: float | None) -> str:
    return f"{share:.3f} ± {error:.4f}" if error else f"{share:.3f}"


def notes(read: Study, weighed: Sequence[Weighed], seed: int) -> list[str]:
    """Say what the columns are, in words."""
    stratified = len(expected_places(read)) > 1
    within = " within a stratum" if stratified else ""
    ratio = set(read.allocation.ratio.values())
    relative = "" if len(ratio) == 1 else ", each relative to its part of the ratio"
    lines = [
        "",
        "right guesses: expected share of next arms guessed by one who has seen every arm before "
        "and knows the procedure, but not what was drawn;",
        "  certain: share of places where that guesser cannot be wrong. Pure chance would be right "
        f"in {_chance(read):.3f}.",
        f"imbalance, largest arm less smallest{within}{relative}: on the way (mean over places), "
        "worst (expected largest; 95 lists in 100 stay within the bracket), bound;",
        "  at the end: of the whole trial, expected (95 lists in 100 stay within the bracket).",
        "* chosen; x refused by this program: who knows all but the last of such a block knows "
        "the last.",
    ]
    if any(one.correct_error for one in weighed):
        lines.append(
            f"±: Monte Carlo standard error, seed {seed}; right guesses without it are exact."
        )
    if stratified:
        lines.append("At the end: drawn as the list would be, with a Monte Carlo error in --json.")
    return lines


def _plain(
    read: Study, weighed: Sequence[Weighed], seed: int, drawn: Path | None
) -> dict[str, object]:
    return {
        "study": read.id,
        "study_digest": read.digest,
        "planned": expected_places(read),
        "seed": seed,
        "figure": None if drawn is None else str(drawn),
        "options": [
            {
                "name": one.option.name,
                "chosen": one.option.chosen,
                "refused": one.option.refused,
                "procedure": write_procedure(one.option.procedure),
                "correct": one.correct,
                "correct_error": one.correct_error,
                "certain": one.certain,
                "certain_error": one.certain_error,
                "imbalance": {
                    "on_the_way": one.way,
                    "on_the_way_error": one.way_error,
                    "worst": one.worst,
                    "worst_95": one.worst_95,
                    "bound": one.bound,
                    "end": one.end,
                    "end_95": one.end_95,
                    "end_error": one.end_error,
                },
            }
            for one in weighed
        ],
    }
