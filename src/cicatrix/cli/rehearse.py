"""`cicatrix rehearse`: let virtual people run the trial in a home, through the real acts.

What a tube really holds is nature's business and is read from the custodian's packing sheet; no
act, store or screen reads it. The home is marked as a rehearsal for good. The same home, sheet
and seed give the same bytes.
"""

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from cicatrix.cli.files import file_text
from cicatrix.simulation.packing import read_packing
from cicatrix.simulation.rehearsal import Rehearsed
from cicatrix.simulation.rehearsal import rehearse as play
from cicatrix.store.desk import open_desk
from cicatrix.trial.errors import Refused
from cicatrix.trial.rehearsed import seeded_entropy


def rehearse(
    home: Annotated[Path, typer.Argument(help="A home, its list sealed.", show_default=False)],
    packing: Annotated[
        Path,
        typer.Option(
            metavar="FILE",
            help="The custodian's packing sheet: nature reads it, nobody else.",
            show_default=False,
        ),
    ],
    participants: Annotated[int, typer.Option(min=0, help="How many to randomise.")] = 90,
    seed: Annotated[
        int, typer.Option(min=0, max=2**31 - 1, help="The seed of nature and people.")
    ] = 1,
    until: Annotated[
        str | None,
        typer.Option(
            metavar="VISIT|DAY",
            help="Stop after all have passed a visit, or at noon of a day (2022-02-15) as it is.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print for a program.")] = False,
) -> None:
    """Rehearse a trial with virtual participants.

    Where it stops on a day, nothing is tidied up: doses and visits are due, queries are open, and
    whoever is on the couch stays there; --participants is then how many would come in all.

    The home is a rehearsal for ever: what is recorded cannot be removed and is marked so on every
    page. A real trial needs a home and a list of its own, made anew with `cicatrix create`.

    Example: cicatrix rehearse trial --packing custodian/packing.csv --participants 90 --seed 1
    """
    screen = Console(stderr=True)
    stop = until if until is None else visit_or_day(until)
    with Progress(console=screen, transient=True, disable=not screen.is_terminal) as bar:
        task = bar.add_task("Rehearsing", total=None)
        done = rehearse_home(
            home,
            packing,
            participants=participants,
            seed=seed,
            until=stop,
            progress=lambda now, total: bar.update(task, completed=now, total=total),
        )
    if as_json:
        print(json.dumps(done.plain()))
        return
    print(f"{home}: {done.sentence()}")
    print(f"{home} is a rehearsal for ever; a real trial needs a home and a list of its own.")


def visit_or_day(text: str) -> str | date:
    """Read where to stop: what is written as a day is one, and all else names a visit.

    >>> visit_or_day("2022-02-15")
    datetime.date(2022, 2, 15)
    """
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return text
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text} is no day of the calendar.") from None


def rehearse_home(
    folder: Path,
    packing: Path,
    *,
    participants: int,
    seed: int,
    until: str | date | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Rehearsed:
    """Play a rehearsal in a home; all of it is recorded, or nothing."""
    contents = read_packing(file_text(packing))
    with open_desk(folder) as desk:
        if desk.study.allocation.minimise:
            raise Refused(
                "minimised",
                "This study is minimised: its kits are packed one by one as its custodian "
                "answers, so there is no packing sheet to rehearse it on.",
            )
        salts = seeded_entropy(f"{seed}:{desk.trial.head.hash}")
        if desk.trial.at is not None:
            desk.home.checkpoint(now=desk.trial.at)
        with desk.home.ledger.batch():
            done = play(
                desk.study,
                desk.trial,
                lambda facts, actor, now: desk.record(facts, actor, now, entropy=salts),
                packing=contents,
                participants=participants,
                seed=seed,
                until=until,
                progress=progress,
            )
        if desk.trial.at is not None:
            desk.home.checkpoint(now=desk.trial.at)
        return done
