"""`cicatrix lock`: lock a trial by checklist, or say what stands between today and lock.

What cannot be obtained any more is accepted with a reason, one by one or all at once; the
reasons are recorded with the lock. A checkpoint is signed over the locked ledger.
"""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from cicatrix.cli.words import counted
from cicatrix.store.desk import open_desk
from cicatrix.trial.actions.lock import lock as lock_trial
from cicatrix.trial.actions.lock import outstanding

_SHOWN = 20


def lock(
    home: Annotated[Path, typer.Argument(help="A trial home.", show_default=False)],
    by: Annotated[
        str | None,
        typer.Option(metavar="USER", help="The data manager who locks, if there are several."),
    ] = None,
    accept: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID=REASON",
            help="Accept one thing that stays outstanding; repeat for each.",
        ),
    ] = None,
    accept_all: Annotated[
        str | None,
        typer.Option(
            metavar="REASON",
            help="Accept everything that stays outstanding.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print for a program.")] = False,
) -> None:
    """Lock a trial, or say what stands before the lock.

    The reasons are recorded with the lock.

    Example: cicatrix lock trial --accept "FOSHAN-004:rating:month_36.vss.scar=rater was ill"
    """
    accepted = dict(_accepted(text) for text in accept or ())
    with open_desk(home) as desk:
        now = desk.now()
        left = outstanding(desk.study, desk.trial, now=now)
        if accept_all is not None:
            accepted = {one.id: accept_all for one in left} | accepted
        open_items = [one for one in left if one.id not in accepted]
        if open_items and not as_json:
            for one in open_items[:_SHOWN]:
                print(f"{one.id}\t{one.sentence}", file=sys.stderr)
            if len(open_items) > _SHOWN:
                print(f"and {len(open_items) - _SHOWN} more", file=sys.stderr)
        if open_items and as_json:
            print(json.dumps([{"id": one.id, "sentence": one.sentence} for one in open_items]))
            raise typer.Exit(1)
        actor = desk.who("data_manager", by)
        facts = lock_trial(desk.study, desk.trial, actor, now=now, accepted=accepted)
        desk.home.checkpoint(now=now)  # A key that cannot sign must not be found after the lock.
        desk.record(facts, actor, now)
        text = desk.home.checkpoint(now=now)
        head = desk.trial.head
    if as_json:
        print(json.dumps({"entries": head.seq, "head": head.hash, "accepted": len(accepted)}))
        return
    print(
        f"{home}: locked at entry {head.seq}, {counted(len(accepted), 'thing')} accepted with a "
        f"reason; keep this checkpoint outside the home:\n{text}"
    )


def _accepted(text: str) -> tuple[str, str]:
    name, equals, reason = text.partition("=")
    if not equals or not name or not reason.strip():
        raise typer.BadParameter(f"{text!r} is not ID=REASON.")
    return name, reason
