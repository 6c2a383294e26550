"""The reference trial at any state: what happened is recorded through the ledger and folded."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

import pytest

from cicatrix.trial.actions.found import found
from cicatrix.trial.actions.people import change_recruitment
from cicatrix.trial.facts import Fact, ParticipantScreened, Randomised, RehearsalStarted
from cicatrix.trial.ledger import read, seal
from cicatrix.trial.reading import read_study
from cicatrix.trial.roles import Actor
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial, fold

ROOT = Path(__file__).parents[2]
NOW = datetime(2022, 12, 19, 9, 0, tzinfo=UTC)
SUE = Actor("sue", "sponsor")
PEOPLE = (Actor("ada", "administrator"), SUE)


def record(trial: Trial, *facts: Fact) -> Trial:
    lines = seal(trial.head, facts, actor=SUE, now=NOW, entropy=Random(1).randbytes)
    return fold([read(line) for line in lines], trial)


@pytest.fixture(scope="session")
def reference() -> Study:
    path = ROOT / "studies/NCT04034615.yaml"
    return read_study(path.read_bytes(), file=path.name)


@pytest.fixture
def state(reference: Study) -> Callable[..., Trial]:
    """Found the trial, enrol people on given days, change its status and say why."""

    def make(
        status: str | None = None,
        reason: str | None = None,
        enrolled: Sequence[date] = (),
        later: Sequence[Fact] = (),
        rehearsal: bool = False,
    ) -> Trial:
        trial = Trial()
        record(
            trial,
            *found(reference, trial, PEOPLE[0], now=NOW, checkpoint_key="k", people=PEOPLE),
        )
        if rehearsal:
            record(trial, RehearsalStarted(seed=1, participants=0))
        for count, day in enumerate(enrolled, start=1):
            name = f"FOSHAN-{count:03d}"
            record(
                trial,
                ParticipantScreened(participant=name, site="foshan", on=day),
                Randomised(participant=name, stratum="all", number=f"{count:03d}", on=day),
            )
        record(trial, *later)
        if status is not None:
            record(
                trial,
                *change_recruitment(reference, trial, SUE, now=NOW, status=status, reason=reason),
            )
        return trial

    return make
