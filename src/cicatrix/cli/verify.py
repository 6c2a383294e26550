"""`cicatrix verify`: prove that the record was not rewritten, or name the entry where it was.

Every line is hashed again, and every checkpoint kept in the home is held against the chain. A
cut tail is whole in itself: only a checkpoint from outside the home (`--against`) can show it
for certain.
"""

import json
from pathlib import Path
from typing import Annotated

import typer

from cicatrix.cli.desk import file_text, open_desk
from cicatrix.store.home import Home
from cicatrix.trial.errors import Refused


def verify(
    home: Annotated[Path, typer.Argument(help="A trial home.", show_default=False)],
    against: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A checkpoint kept outside the home.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print for a program.")] = False,
) -> None:
    """Verify that nothing in a trial home was rewritten.

    With --against also that nothing was cut off or replaced since that checkpoint.

    Example: cicatrix verify trial --against checkpoint.txt
    """
    with Home.open(home) as opened:
        outside = [against] if against else []
        met = [file_text(path) for path in (*kept_checkpoints(home), *outside)]
        head = opened.verify(against=met)
    with open_desk(home) as desk:
        study = f"{desk.study.id} version {desk.study.version}"
    if as_json:
        print(json.dumps({"entries": head.seq, "head": head.hash, "checkpoints": len(met)}))
        return
    print(
        f"{home}: {head.seq} entries verified, none rewritten, cut or moved; "
        f"{len(met)} checkpoint{'s' * (len(met) != 1)} met; study {study}.\nhead {head.hash}"
    )


def kept_checkpoints(home: Path) -> list[Path]:
    """List the files of the checkpoints that a home keeps."""
    folder = home / "checkpoints"
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == ".txt")
    except OSError as problem:
        raise Refused(
            "checkpoints",
            f"{folder} cannot be read ({problem.strerror}); restore it from a copy.",
        ) from problem
