"""A person who randomises, as a program of its own: read, decide, append, and once more if late.

`python -m randomiser HOME USER FATE PARTICIPANT…` says that it is ready, waits for a line, and
then writes one line of JSON for every try. It decides on what it saw last, as a worker would that
has a trial in memory. FATE is where it is killed in the middle of its first act, or `lives`.
"""

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import plain_custodian
from cicatrix.store.desk import Desk, open_desk
from cicatrix.store.home import Home
from cicatrix.trial.actions.eligibility import sign_eligibility
from cicatrix.trial.actions.forms import save_form
from cicatrix.trial.actions.found import found
from cicatrix.trial.actions.people import change_recruitment
from cicatrix.trial.actions.randomisation import randomise
from cicatrix.trial.actions.screening import screen, sign_consent
from cicatrix.trial.actions.visits import attend_visit
from cicatrix.trial.errors import CicatrixError, Conflict
from cicatrix.trial.facts import Randomised
from cicatrix.trial.participant import FormKey
from cicatrix.trial.reading import read_study
from cicatrix.trial.roles import Actor
from cicatrix.trial.trial import Trial

TINY = Path(__file__).parent / "studies/tiny.yaml"
ADA = Actor("ada", "administrator")
PAUL = Actor("paul", "pharmacist")
SUE = Actor("sue", "sponsor")
CORA = Actor("cora", "coordinator", "here")
CROWD = tuple(Actor(f"ana{n}", "investigator", "here") for n in range(8))
PEOPLE = (SUE, CORA, *CROWD)


def ready(folder: Path, database: str | None, *, women: int) -> list[str]:
    """Make a home with a list in which so many women are ready to be randomised; name them."""
    text = TINY.read_bytes()
    study = read_study(text, file=TINY.name)
    with Home.create(folder, study=text, database=database) as home, home.ledger.batch():
        desk = Desk(home, study, Trial())
        do(desk, found, ADA, checkpoint_key=home.checkpoint_key, people=(ADA, PAUL, *PEOPLE))
        drawn = plain_custodian.draw(study, seed=1, per_stratum=women + 4)
        plain_custodian.seal(
            study, desk.trial, desk.record, drawn.public, actor=PAUL, now=desk.now(),
            rehearsal=False,
        )  # fmt: skip
        return admit(desk, women=women)


def admit(desk: Desk, *, women: int) -> list[str]:
    """Open recruitment and prepare so many women to be randomised; name them."""
    do(desk, change_recruitment, SUE, status="RECRUITING")
    names = []
    for _ in range(women):
        (screened,) = do(desk, screen, CORA, site="here")
        who = {"participant": screened.participant}
        granted = {"consent_version": "1", "language": "en", "releases": ("photographic",)}
        do(desk, sign_consent, CORA, **who, **granted)
        do(desk, attend_visit, CORA, **who, visit="screening_visit")
        key = FormKey("eligibility", "screening_visit")
        do(desk, save_form, CORA, **who, key=key, values={"age": 30, "keloid": False})
        do(desk, sign_eligibility, CROWD[0], **who)
        names.append(screened.participant)
    return names


def do(desk: Desk, act: Callable[..., Any], actor: Actor, **how: Any) -> Any:
    """Act and record the facts."""
    return desk.act(lambda study, trial, now: act(study, trial, actor, now=now, **how), actor)


def attempt(desk: Desk, actor: Actor, participant: str) -> str:
    """Randomise and give the number."""
    (given,) = do(desk, randomise, actor, participant=participant)
    assert isinstance(given, Randomised)
    return given.number


def tries(desk: Desk, actor: Actor, participant: str) -> Iterator[dict[str, str]]:
    """Try until she has a number or may have none, as a person does who is told to try again."""
    while True:
        try:
            yield {"participant": participant, "number": attempt(desk, actor, participant)}
            return
        except Conflict as late:
            yield {"participant": participant, "late": str(late)}
            desk.catch_up()
        except CicatrixError as refusal:
            yield {"participant": participant, "refused": str(refusal)}
            return


def doom(desk: Desk, fate: str) -> None:
    """Let the process be killed in its next append: before, within or after the transaction."""
    ledger = desk.home.ledger
    name = "_insert" if fate == "inserted" else "append"
    whole = getattr(ledger, name)

    def killed(*given: Any, **named: Any) -> None:
        if fate != "decided":
            whole(*given, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(ledger, name, killed)


def main(folder: str, user: str, fate: str, *participants: str) -> None:
    """Randomise the participants one after another, when told to begin."""
    actor = next(one for one in CROWD if one.user == user)
    with open_desk(Path(folder)) as desk:
        if fate != "lives":
            doom(desk, fate)
        print("ready", flush=True)
        sys.stdin.readline()
        for participant in participants:
            for answer in tries(desk, actor, participant):
                print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
