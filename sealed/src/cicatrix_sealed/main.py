"""The custodian's command line: `cicatrix-sealed make | break | open | verify`.

Run it where the list lives and masked people do not. Exit codes: 0 done, 1 refused or what was
checked is wrong, 2 wrong use. A passphrase is asked for or read from a file, never an argument
and never shown.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cicatrix.store.home import Home
from cicatrix.trial.errors import CicatrixError, Refused
from cicatrix.trial.roles import Actor
from cicatrix_sealed import choice, disclosure, making, redraw, verification
from cicatrix_sealed import release as releases
from cicatrix_sealed.page import command as page

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Draw, seal, break and open the allocation list. For the custodian alone.",
)

HomeFolder = Annotated[Path, typer.Argument(metavar="HOME", help="The trial home.")]
Custodian = Annotated[
    Path, typer.Option("--custodian", metavar="DIR", help="The custodian's own folder.")
]
PassphraseFile = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="A file with the passphrase; without it you are asked."),
]
By = Annotated[str, typer.Option(metavar="USER", help="Who acts, in the role pharmacist.")]
Reason = Annotated[str, typer.Option(help="Why, in one sentence; it is recorded.")]


@app.command(
    epilog="Example: cicatrix-sealed make trial --custodian custodian --block-sizes 6,9,12"
)
def make(
    home: HomeFolder,
    custodian: Custodian,
    passphrase_file: PassphraseFile = None,
    by: By = "custodian",
    block_sizes: Annotated[
        str, typer.Option(help="Sizes to draw from; default 2, 3 and 4 times the ratio's sum.")
    ] = "",
    slots: Annotated[
        int | None, typer.Option(min=1, help="Slots of each stratum; default 1.2 x planned.")
    ] = None,
    rehearsal_seed: Annotated[
        int | None,
        typer.Option(help="Make a list that anyone can make again. Never for a real trial."),
    ] = None,
) -> None:
    """Draw the list, seal it in DIR and promise it to the ledger."""
    wish = making.Wish(_sizes(block_sizes), slots, rehearsal_seed)
    with _told(), Home.open(home) as trial_home:
        passphrase = _passphrase(passphrase_file, confirm=True)
        sealed = making.make(trial_home, custodian, passphrase, wish, actor=_actor(by), now=_now())
    typer.echo(f"Sealed list {sealed.list_id} with {len(sealed.slots)} numbers in {custodian}.")
    typer.echo(f"Commitment: {sealed.commitment}")
    typer.echo(
        "For a rehearsal only: anyone who knows the seed can make this list; never use it in a "
        "real trial."
        if sealed.rehearsal
        else "Copy DIR to a second safe place, apart from the passphrase: without either, no "
        "allocation can be opened."
    )


@app.command(
    "break",
    epilog="Example: cicatrix-sealed break trial --custodian custodian --number 017 "
    "--reason 'severe reaction' --told 'Dr Ana'",
)
def break_(
    home: HomeFolder,
    custodian: Custodian,
    number: Annotated[str, typer.Option(help="The randomisation number.")],
    reason: Reason,
    told: Annotated[str, typer.Option(metavar="WHO", help="Who is told.")],
    passphrase_file: PassphraseFile = None,
    by: By = "custodian",
) -> None:
    """Tell one participant's arm in an emergency; it is recorded first and shown once."""
    case = disclosure.Emergency(number, reason, told)
    with _told(), Home.open(home) as trial_home:
        passphrase = _passphrase(passphrase_file)
        arm = disclosure.break_one(
            trial_home, custodian, passphrase, case, actor=_actor(by), now=_now()
        )
    typer.echo(f"Number {number}: {arm}")
    typer.echo(f"The code-break is recorded. Tell {told}, and no one else.")


@app.command(
    epilog="Example: cicatrix-sealed release trial --custodian custodian --number 017 "
    "--to li-surgeon --role care_provider"
)
def release(
    home: HomeFolder,
    custodian: Custodian,
    number: Annotated[str, typer.Option(help="The randomisation number.")],
    to: Annotated[str, typer.Option(metavar="USER", help="Who is told.")],
    role: Annotated[str, typer.Option(help="The unmasked role that USER holds.")],
    passphrase_file: PassphraseFile = None,
    by: By = "custodian",
) -> None:
    """Tell one person in an unmasked role what a number holds; recorded first, shown once."""
    recipient = releases.Recipient(number, role, to)
    with _told(), Home.open(home) as trial_home:
        passphrase = _passphrase(passphrase_file)
        content = releases.release_one(
            trial_home, custodian, passphrase, recipient, actor=_actor(by), now=_now()
        )
    for line in releases.lines_of(content):
        typer.echo(line)
    typer.echo(f"The release is recorded. Tell {to}, and no one else.")


@app.command(
    "open",
    epilog="Example: cicatrix-sealed open trial --custodian custodian --reason 'analysis' "
    "-o allocation.json",
)
def open_(
    home: HomeFolder,
    custodian: Custodian,
    reason: Reason,
    output: Annotated[Path, typer.Option("--output", "-o", help="Where the list is written.")],
    passphrase_file: PassphraseFile = None,
    by: By = "custodian",
) -> None:
    """Open the whole list, once the trial is locked, into a file for the analysis."""
    with _told(), Home.open(home) as trial_home:
        passphrase = _passphrase(passphrase_file)
        opened = disclosure.open_all(
            trial_home, custodian, passphrase, output, reason=reason, actor=_actor(by), now=_now()
        )
    typer.echo(f"Opened list {opened.list_id}: {len(opened.slots)} numbers in {output}.")


@app.command(epilog="Example: cicatrix-sealed verify trial --custodian custodian --json")
def verify(
    home: HomeFolder,
    custodian: Custodian,
    passphrase_file: PassphraseFile = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON for a program.")] = False,
) -> None:
    """Check the sealed list against the ledger; nothing of the list is shown."""
    with _told(), Home.open(home) as trial_home:
        checks = verification.verify(trial_home, custodian, _passphrase(passphrase_file))
    good = all(check.why is None for check in checks)
    if as_json:
        found = [
            {"check": check.name, "ok": check.why is None, "why": check.why} for check in checks
        ]
        typer.echo(json.dumps({"ok": good, "checks": found}, indent=1))
    else:
        for check in checks:
            typer.echo(f"{'ok   ' if check.why is None else 'WRONG'} {check.name}")
            if check.why is not None:
                typer.echo(f"      {check.why}")
    raise typer.Exit(0 if good else 1)


app.command("serve", epilog=page.EXAMPLE)(page.serve)
app.command("study", epilog=choice.EXAMPLE)(choice.study)
app.command("redraw", epilog=redraw.EXAMPLE)(redraw.redraw_command)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except CicatrixError as problem:
        typer.echo(f"cicatrix-sealed: {problem}", err=True)
        raise typer.Exit(1) from problem


def _actor(user: str) -> Actor:
    return Actor(user, "pharmacist")


def _now() -> datetime:
    return datetime.now(UTC)


def _sizes(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(size) for size in text.split(",") if text)
    except ValueError as problem:
        raise typer.BadParameter(
            f"{text} is no list of whole numbers: write for example 6,9,12.",
            param_hint="--block-sizes",
        ) from problem


def _passphrase(file: Path | None, *, confirm: bool = False) -> str:
    if file is None:
        asked: str = typer.prompt("Passphrase", hide_input=True, confirmation_prompt=confirm)
        return asked
    try:
        return file.read_text("utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as problem:
        raise Refused(
            "passphrase", f"The passphrase file {file} cannot be read: name another."
        ) from problem


if __name__ == "__main__":
    app()
