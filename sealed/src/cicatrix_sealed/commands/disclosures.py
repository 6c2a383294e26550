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
from cicatrix_sealed.custody import Situation, acting, situation
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


def break_(
    home: given.HomeFolder,
    custodian: given.Custodian,
    number: given.Number,
    reason: given.Reason,
    told_to: Annotated[str, typer.Option("--told", metavar="WHO", help="Who is told.")],
    passphrase_file: given.PassphraseFile = None,
    by: given.By = "custodian",
) -> None:
    """Tell one participant's arm in an emergency; it is recorded first and shown once."""
    case = disclosure.CodeBreak(number, reason, told_to)
    with told(), Home.open(home) as trial_home:
        passphrase = given.one_passphrase(passphrase_file)
        standing = situation(trial_home)
        before = _broken_before(standing, number)
        arm = disclosure.break_one(
            trial_home, custodian, passphrase, case, actor=acting(by), now=given.now(),
            standing=standing,
        )  # fmt: skip
    if before:
        typer.echo(before)
    typer.echo(f"Number {number}: {arm}")
    typer.echo(_whose(standing, number))
    typer.echo(f"The code-break is recorded. Tell {told_to}, and no one else.")


def _broken_before(standing: Situation, number: str) -> str:
    """Say when the code of a number was broken last, before this time; nothing if it never was."""
    trial = standing.trial
    breaks = trial.participants[trial.numbers[number]].breaks if number in trial.numbers else ()
    if not breaks:
        return ""
    last = breaks[-1]
    often = f"{len(breaks)} times before, last" if len(breaks) > 1 else "before,"
    return (
        f"The code of number {number} was broken {often} on {last.at:%Y-%m-%d at %H:%M} UTC by "
        f"{last.by}, who told {last.told}; this time is recorded too."
    )


def _whose(standing: Situation, number: str) -> str:
    """Say whose a number is, so that a misheard one is noticed."""
    participant = standing.trial.participants[standing.trial.numbers[number]]
    names = [site.name.values() for site in standing.study.sites if site.id == participant.site]
    site = " / ".join(names[0]) if names else participant.site
    return f"Participant {participant.id}, site {site}: compare with what the caller says."


def release(
    home: given.HomeFolder,
    custodian: given.Custodian,
    number: given.Number,
    to: given.To,
    role: Annotated[str, typer.Option(help="The unmasked role that USER holds.")],
    passphrase_file: given.PassphraseFile = None,
    by: given.By = "custodian",
) -> None:
    """Tell one person in an unmasked role what a number holds; recorded first, shown once."""
    recipient = releases.Recipient(number, role, to)
    with told(), Home.open(home) as trial_home:
        passphrase = given.one_passphrase(passphrase_file)
        content = releases.release_one(
            trial_home, custodian, passphrase, recipient, actor=acting(by), now=given.now()
        )
    for line in releases.lines_of(content):
        typer.echo(line)
    typer.echo(f"The release is recorded. Tell {to}, and no one else.")


def open_(
    home: given.HomeFolder,
    custodian: given.Custodian,
    reason: given.PublishedReason,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="Where the list is written.")
    ],
    passphrase_file: given.PassphraseFiles = None,
    by: given.By = "custodian",
) -> None:
    """Open the whole list, once the trial is locked, into a file for the analysis.

    The reason is recorded and will be published with the trial's bundle: name no person in it.
    """
    with told(), Home.open(home) as trial_home:
        standing = situation(trial_home)
        needed = custodians_needed(standing, custodian)
        passphrases = given.passphrases(passphrase_file, needed)
        opened = disclosure.open_all(
            trial_home, custodian, passphrases, output,
            reason=reason, actor=acting(by), now=given.now(), standing=standing,
        )  # fmt: skip
    count = len(opened.slots)
    typer.echo(f"Opened list {opened.list_id}: {count} number{'s' * (count != 1)} in {output}.")
    if standing.trial.opened is not None:
        typer.echo(
            "It was opened before and nothing more is recorded: the first reason stands "
            f"({standing.trial.opened_because})."
        )
