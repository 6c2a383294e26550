"""The second party's command, `cicatrix-sealed promise`: public randomness without a network.

Somebody who is not the custodian draws it on a machine of her own, hands over the promise, and
reveals the secret only after the custodian promised too. What is drawn is beacon.py.
"""

import os
from pathlib import Path
from typing import Annotated

import typer

from cicatrix.store.home import Home
from cicatrix.store.output import refuse_output, write_output
from cicatrix.trial.errors import Refused
from cicatrix.trial.reading import read_study
from cicatrix.trial.rehearsed import seeded_entropy
from cicatrix_sealed.beacon import SecondPartySecret, draw_promise, written
from cicatrix_sealed.commands import given
from cicatrix_sealed.custody import situation
from cicatrix_sealed.naming import NAME_RULE, is_name
from cicatrix_sealed.telling import told

EXAMPLE = "Example: cicatrix-sealed promise trial --name Chen -o chen.json --promise promise.json"


def promise(
    trial: Annotated[
        Path, typer.Argument(metavar="STUDY|HOME", help="The study file, or a trial home.")
    ],
    name: Annotated[str, typer.Option(metavar="WHO", help="Who you are; it is recorded.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="Where your secret is kept.")
    ],
    promise_file: Annotated[
        Path | None,
        typer.Option("--promise", metavar="FILE", help="Write the promise here; else print it."),
    ] = None,
    rehearsal_seed: given.Seed = None,
) -> None:
    """Draw a second party's randomness, keep it, and promise it to the custodian."""
    with told():
        if not name.strip():
            raise Refused("name", "A promise needs a name: say with --name who makes it.")
        if not is_name(name.strip()):
            raise Refused("name", f"What --name says is no name: {NAME_RULE}.")
        _refuse_one_file(output, promise_file)
        home = trial if _is_home(trial) else None
        digest = _digest(trial, home)
        for file in (output, promise_file):
            if file is not None:
                refuse_output(file, home=home)
        entropy = os.urandom
        if rehearsal_seed is not None:
            entropy = seeded_entropy(f"second-party/{rehearsal_seed}/{digest}")
        drawn = draw_promise(
            digest, name.strip(), entropy=entropy, rehearsal=rehearsal_seed is not None
        )
        write_output(output, written(drawn).encode(), mode=0o600)
        if promise_file is not None:
            write_output(promise_file, written(drawn.promise()).encode())
    if promise_file is None:
        typer.echo(written(drawn.promise()), nl=False)
    _next(drawn, output, promise_file, rehearsal=rehearsal_seed is not None)


def _next(
    drawn: SecondPartySecret, output: Path, promise_file: Path | None, *, rehearsal: bool
) -> None:
    """Say what is to be done, beside the promise and not in it: it may go into a file."""
    handed = "the promise above" if promise_file is None else str(promise_file)
    lines = (
        f"Next, {drawn.name}: hand {handed} to the custodian, and keep {output} to yourself.",
        "Reveal it only when the custodian's commitment is in the ledger and published; without "
        "it no list can be made of that promise.",
    )
    for line in lines:
        typer.echo(line, err=True)
    if rehearsal:
        typer.echo("For a rehearsal only: anyone who knows the seed can draw this.", err=True)


def _is_home(trial: Path) -> bool:
    try:
        return trial.is_dir()
    except OSError as problem:
        raise _unreadable(trial, problem) from problem


def _digest(trial: Path, home: Path | None) -> str:
    """Give the digest of the study version that is promised to."""
    if home is not None:
        with Home.open(home) as opened:
            return situation(opened).study.digest
    try:
        text = trial.read_bytes()
    except OSError as problem:
        raise _unreadable(trial, problem) from problem
    return read_study(text, file=str(trial)).digest


def _unreadable(trial: Path, problem: OSError) -> Refused:
    return Refused(
        "study", f"{trial} cannot be read ({problem.strerror}): name a study file or a home."
    )


def _refuse_one_file(output: Path, promise_file: Path | None) -> None:
    if promise_file is not None and os.path.realpath(output) == os.path.realpath(promise_file):
        raise Refused("output", "The secret and the promise are two files: name two.")
