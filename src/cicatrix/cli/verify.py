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


def verify(
    home: Annotated[Path, typer.Argument(help="A trial home.", show_default=False)],
    against: Annotated[
        Path | None, typer.Option(help="A checkpoint kept outside the home.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print for a program.")] = False,
) -> None:
    """Verify the ledger of a home, and against a checkpoint if one is given.

    Example: cicatrix verify demo/home --against checkpoint.txt
    """
    kept = sorted((home / "checkpoints").glob("*.txt"))
    with Home.open(home) as opened:
        head = opened.verify()
        for path in (*kept, *([against] if against else ())):
            opened.check_against(file_text(path))
    with open_desk(home) as desk:
        study = f"{desk.study.id} version {desk.study.version}"
    checked = len(kept) + (against is not None)
    if as_json:
        print(json.dumps({"entries": head.seq, "head": head.hash, "checkpoints": checked}))
        return
    print(
        f"{home}: {head.seq} entries verified, none rewritten, cut or moved; "
        f"{checked} checkpoint{'s' * (checked != 1)} met; study {study}.\nhead {head.hash}"
    )
