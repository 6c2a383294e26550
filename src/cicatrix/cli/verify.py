"""`cicatrix verify`: prove that the record was not rewritten, or name the entry where it was.

Every line is hashed again, and every checkpoint kept in the home is held against the chain. A
cut tail is whole in itself: only a checkpoint from outside the home (`--against`) can show it
for certain. It tells which lists the ledger was promised and in which entries: what a second
party looks for before she reveals.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC
from pathlib import Path
from typing import Annotated

import typer

from cicatrix.cli.files import file_text
from cicatrix.cli.words import counted
from cicatrix.store.desk import open_desk
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import ListAborted, ListSealed, SecretCommitted
from cicatrix.trial.ledger import Line, read


def verify(
    home: Annotated[Path, typer.Argument(help="A trial home.", show_default=False)],
    against: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A checkpoint kept outside the home.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print for a program.")] = False,
) -> None:
    """Verify that nothing in a trial home was rewritten.

    With --against also that nothing was cut off or replaced since that checkpoint. What the ledger
    says of lists follows: each commitment and its beacon, each root, with its entry.

    Example: cicatrix verify trial --against checkpoint.txt
    """
    outside = [against] if against else []
    with open_desk(home) as desk:
        met = [file_text(path) for path in (*kept_checkpoints(home), *outside)]
        head = desk.home.verify(against=met)
        study = f"{desk.study.id} version {desk.study.version}"
        lists = list(_lists(desk.home.ledger.since()))
    if as_json:
        found = {"entries": head.seq, "head": head.hash, "checkpoints": len(met), "lists": lists}
        print(json.dumps(found))
        return
    entries = "entry" if head.seq == 1 else "entries"
    print(
        f"{home}: {head.seq} {entries} verified, none rewritten, cut or moved; "
        f"{counted(len(met), 'checkpoint')} met; study {study}.\nhead {head.hash}"
    )
    for one in lists:
        print(f"entry {one['entry']}, {one['at']}: list {one['list_id']} {_said(one)}")


def _lists(lines: Iterable[Line]) -> Iterator[dict[str, object]]:
    """Tell what the ledger says of lists: each promise, its list, and what was given up."""
    for entry in map(read, lines):
        match entry.fact:
            case SecretCommitted(list_id=name, commitment=commitment, beacon=beacon):
                done = "promised"
                told: dict[str, object] = {"commitment": commitment, "beacon": dict(beacon)}
            case ListSealed(list_id=name, commitment=root, slots=slots):
                done, told = "sealed", {"root": root, "numbers": len(slots)}
            case ListAborted(list_id=name, reason=reason):
                done, told = "given_up", {"reason": reason}
            case _:
                continue
        at = f"{entry.at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
        yield {"entry": entry.seq, "at": at, "list_id": name, "done": done, **told}


def _said(one: Mapping[str, object]) -> str:
    match one:
        case {"done": "promised", "commitment": commitment, "beacon": dict(beacon)}:
            promised = " ".join(f"{name} {value}" for name, value in sorted(beacon.items()))
            return f"promised\n  commitment {commitment}\n  beacon {promised}"
        case {"done": "sealed", "numbers": int(numbers), "root": root}:
            return f"sealed, {counted(numbers, 'number')}\n  root {root}"
    return f"given up: {one['reason']}"


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
