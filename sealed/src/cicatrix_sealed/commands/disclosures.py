"""The commands that tell an arm: `break` in an emergency, `release` to a role, `open` after lock.

Each is recorded before anything is shown. What is shown is shown once, on the screen or in the
one file that is named. What is done is disclosure.py and release.py.
"""

from pathlib import Path
from typing import Annotated

import typer

from cicatrix.store.home import Home
from cicatrix_sealed import disclosure
from cicatrix_sealed import release as releases
from cicatrix_sealed.commands import given
from cicatrix_sealed.custody import situation
from cicatrix_sealed.telling import told
from cicatrix_sealed.unsealing import custodians_needed

BREAK_EXAMPLE = (
    "Example: cicatrix-sealed break trial --custodian custodian --number 017 "
    "--reason 'severe reaction' --told 'Dr Ana'"
)
RELEASE_EXAMPLE = (
    "Example: cicatrix-sealed release trial --custodian custodian --number 017 "
    "--to li-surgeon --role care_provider"
)
OPEN_EXAMPLE = (
    "Example: cicatrix-sealed open trial --custodian custodian --reason 'analysis' "
    "-o allocation.json"
)
Number = Annotated[str, typer.Option(help="The randomisation number.")]


def break_(
    home: given.HomeFolder,
    custodian: given.Custodian,
    number: Number,
    reason: given.Reason,
    told_to: Annotated[str, typer.Option("--told", metavar="WHO", help="Who is told.")],
    passphrase_file: given.PassphraseFile = None,
    by: given.By = "custodian",
) -> None:
    """Tell one participant's arm in an emergency; it is recorded first and shown once."""
    case = disclosure.Emergency(number, reason, told_to)
    with told(), Home.open(home) as trial_home:
        passphrase = given.one_passphrase(passphrase_file)
        arm = disclosure.break_one(
            trial_home, custodian, passphrase, case, actor=given.actor(by), now=given.now()
        )
    typer.echo(f"Number {number}: {arm}")
    typer.echo(f"The code-break is recorded. Tell {told_to}, and no one else.")


def release(
    home: given.HomeFolder,
    custodian: given.Custodian,
    number: Number,
    to: Annotated[str, typer.Option(metavar="USER", help="Who is told.")],
    role: Annotated[str, typer.Option(help="The unmasked role that USER holds.")],
    passphrase_file: given.PassphraseFile = None,
    by: given.By = "custodian",
) -> None:
    """Tell one person in an unmasked role what a number holds; recorded first, shown once."""
    recipient = releases.Recipient(number, role, to)
    with told(), Home.open(home) as trial_home:
        passphrase = given.one_passphrase(passphrase_file)
        content = releases.release_one(
            trial_home, custodian, passphrase, recipient, actor=given.actor(by), now=given.now()
        )
    for line in releases.lines_of(content):
        typer.echo(line)
    typer.echo(f"The release is recorded. Tell {to}, and no one else.")


def open_(
    home: given.HomeFolder,
    custodian: given.Custodian,
    reason: given.Reason,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="Where the list is written.")
    ],
    passphrase_file: given.PassphraseFiles = None,
    by: given.By = "custodian",
) -> None:
    """Open the whole list, once the trial is locked, into a file for the analysis."""
    with told(), Home.open(home) as trial_home:
        needed = custodians_needed(situation(trial_home), custodian)
        passphrases = given.passphrases(passphrase_file, needed)
        opened = disclosure.open_all(
            trial_home, custodian, passphrases, output,
            reason=reason, actor=given.actor(by), now=given.now(),
        )  # fmt: skip
    typer.echo(f"Opened list {opened.list_id}: {len(opened.slots)} numbers in {output}.")
