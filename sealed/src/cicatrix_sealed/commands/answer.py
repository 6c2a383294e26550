"""The command that answers requests in a minimised trial: `cicatrix-sealed answer`.

It says numbers and never an arm: what a number gets is on the packing sheet. It is for the machine
on which the custodian's folder is, and runs as long as numbers are to be had at any hour.
"""

import time
from pathlib import Path
from typing import Annotated

import typer

from cicatrix.store.home import Home
from cicatrix_sealed.answering import answer_waiting, watch
from cicatrix_sealed.commands import given
from cicatrix_sealed.custody import acting, situation
from cicatrix_sealed.folder import PACKING
from cicatrix_sealed.telling import told
from cicatrix_sealed.unsealing import check_minimised, open_draws

EXAMPLE = "Example: cicatrix-sealed answer trial --custodian custodian --watch"


def answer(
    home: given.HomeFolder,
    custodian: given.Custodian,
    watching: Annotated[
        bool, typer.Option("--watch", help="Go on answering until you press Ctrl+C.")
    ] = False,
    interval: Annotated[
        float, typer.Option(min=0.2, max=3600, help="Seconds between looks, with --watch.")
    ] = 2.0,
    passphrase_file: given.PassphraseFile = None,
    by: given.By = "custodian",
) -> None:
    """Answer the requests for a number in a minimised trial, in their order."""
    count = 0
    actor = acting(by)
    with told(), Home.open(home) as trial_home:
        standing = situation(trial_home)
        check_minimised(standing, custodian)
        draws = open_draws(standing, custodian, given.one_passphrase(passphrase_file))
        if watching:
            typer.echo(f"Answering the requests of {home} until you press Ctrl+C.")
            answers = watch(
                trial_home, custodian, draws, actor=actor, clock=given.now,
                pause=lambda: time.sleep(interval),
            )  # fmt: skip
        else:
            answers = answer_waiting(trial_home, custodian, draws, actor=actor, clock=given.now)
        try:
            for one in answers:
                count += 1
                typer.echo(f"{one.participant}: number {one.number}.")
        except KeyboardInterrupt:
            typer.echo("Stopped.")
    typer.echo(_summary(count, custodian))


def _summary(count: int, custodian: Path) -> str:
    if not count:
        return "No request was waiting."
    requests = "1 request" if count == 1 else f"{count} requests"
    return f"Answered {requests}. What each number's kits hold is in {custodian / PACKING}."
