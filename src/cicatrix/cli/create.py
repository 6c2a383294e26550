"""`cicatrix create`: make a trial home for one study file and found the trial in it.

The first entry of the ledger holds the study's digest and the key that will sign checkpoints;
the entries after it name the first people. The web application, or a rehearsal, grants the rest.
"""

import json
import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cicatrix.cli.files import file_bytes
from cicatrix.store.home import Home
from cicatrix.trial.actions.found import found
from cicatrix.trial.ledger import GENESIS
from cicatrix.trial.reading import read_study
from cicatrix.trial.roles import Actor
from cicatrix.trial.trial import Trial

FIRST_PEOPLE = ("administrator:administrator", "custodian:pharmacist")


def create(
    home: Annotated[Path, typer.Argument(help="A new folder.", show_default=False)],
    study: Annotated[Path, typer.Argument(help="The study file.", show_default=False)],
    grant: Annotated[
        list[str] | None,
        typer.Option(
            metavar="USER:ROLE[:SITE]",
            help="One of the first people; repeat it for each. A user `administrator` and a user "
            "`custodian` (pharmacist) are always there.",
        ),
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(metavar="URL", help="A PostgreSQL URL instead of the home's SQLite file."),
    ] = None,
    owner: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="The same database as its owner: makes the tables, leaves the user of --database "
            "the right to read and add lines alone, and is not kept.",
        ),
    ] = None,
    blobs: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="s3://BUCKET/PREFIX?endpoint=…&region=… instead of the home's folder of blobs; "
            "credentials come from the environment.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print for a program.")] = False,
) -> None:
    """Make a trial home: study, database, blobs, checkpoints.

    Example: cicatrix create trial studies/NCT04034615.yaml --grant chen:data_manager
    """
    people = [person(text) for text in (*FIRST_PEOPLE, *(grant or ()))]
    text = found_home(
        home, study, people, database=database, owner=owner, blobs=blobs, now=datetime.now(UTC)
    )
    if as_json:
        print(json.dumps({"home": str(home), "checkpoint": text}))
        return
    print(f"{home}: founded; keep this checkpoint outside the home:\n\n{text}")
    print(
        f"Next, the custodian promises the list: cicatrix-sealed commit {home} --custodian FOLDER "
        "--beacon BEACON, on a machine of his own."
    )


def found_home(
    folder: Path,
    study_file: Path,
    people: Sequence[Actor],
    *,
    now: datetime,
    database: str | None = None,
    owner: str | None = None,
    blobs: str | None = None,
    entropy: Callable[[int], bytes] = os.urandom,
) -> str:
    """Make the home, record the founding act, and return the first checkpoint."""
    text = file_bytes(study_file)
    study = read_study(text, file=str(study_file))
    founder = Actor("administrator", "administrator")
    facts = found(study, Trial(), founder, now=now, checkpoint_key="", people=people)
    with Home.create(
        folder, study=text, database=database, owner=owner, blobs=blobs, entropy=entropy
    ) as home:
        home.blobs.put(text)
        facts = found(
            study, Trial(), founder, now=now, checkpoint_key=home.checkpoint_key, people=people
        )
        home.ledger.append(facts, GENESIS, actor=founder, now=now, entropy=entropy)
        return home.checkpoint(now=now)


def person(text: str) -> Actor:
    """Read USER:ROLE or USER:ROLE:SITE."""
    parts = text.split(":")
    if len(parts) not in (2, 3) or not all(parts):
        raise typer.BadParameter(f"{text!r} is not USER:ROLE or USER:ROLE:SITE.")
    return Actor(*parts)
