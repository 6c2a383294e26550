"""The command that checks what the custodian holds: `cicatrix-sealed verify`.

It shows nothing of the list, and names every list that was given up. A dash stands before what
could not be checked: something else is wrong, or the packing sheet was taken away as it should
be. What is checked is verification.py; the public bundle is checked by a program of its own.
"""

import json
from typing import Annotated

import typer

from cicatrix.store.home import Home
from cicatrix_sealed import verification
from cicatrix_sealed.commands import given
from cicatrix_sealed.custody import situation
from cicatrix_sealed.telling import told
from cicatrix_sealed.unsealing import custodians_needed

EXAMPLE = "Example: cicatrix-sealed verify trial --custodian custodian --json"


def verify(
    home: given.HomeFolder,
    custodian: given.Custodian,
    passphrase_file: given.PassphraseFiles = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON for a program.")] = False,
) -> None:
    """Check the sealed list against the ledger; nothing of the list is shown."""
    with told(), Home.open(home) as trial_home:
        standing = situation(trial_home)
        needed = custodians_needed(standing, custodian)
        passphrases = given.passphrases(passphrase_file, needed)
        checks = verification.verify(standing, custodian, passphrases)
        aborted = dict(standing.trial.aborted)
    good = all(check.why is None for check in checks)
    if as_json:
        found = [
            {"check": one.name, "ok": one.why is None, "made": one.made, "why": one.why}
            for one in checks
        ]
        typer.echo(json.dumps({"ok": good, "checks": found, "given_up": aborted}, indent=1))
    else:
        for check in checks:
            said = "-" if not check.made else "ok" if check.why is None else "WRONG"
            typer.echo(f"{said:5} {check.name}")
            if check.why is not None:
                typer.echo(f"      {check.why}")
        for list_id, reason in aborted.items():
            typer.echo(f"note  list {list_id} was given up before: {reason}")
    raise typer.Exit(0 if good else 1)
