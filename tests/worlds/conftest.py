"""Whole trials in memory, run by rehearsal on a list of one's choice: the worlds that are compared.

A world's nature has no effect (else the scars themselves would differ), and its published
commitment is held fixed. What is left to differ is what someone leaks.
"""

import io
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import plain_custodian
import pytest

from cicatrix.analysis.analyse import analyse
from cicatrix.analysis.report import summary_of, write_report
from cicatrix.exchange.registry import registry_record, write_record
from cicatrix.simulation.rehearsal import rehearse
from cicatrix.trial.actions.found import found
from cicatrix.trial.actions.lock import outstanding
from cicatrix.trial.actions.seal_list import seal_list
from cicatrix.trial.allocation import dummy_allocation
from cicatrix.trial.facts import Fact
from cicatrix.trial.ledger import Entry, Line, read, seal
from cicatrix.trial.reading import read_study
from cicatrix.trial.rehearsed import seeded_entropy
from cicatrix.trial.roles import SITE_ROLES, Actor, Role
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial, fold
from cicatrix.trial.visibility import visible_to

ROOT = Path(__file__).parents[2]
START = datetime(2021, 5, 1, tzinfo=UTC)
ADMINISTRATOR = Actor("administrator", "administrator")
CUSTODIAN = Actor("custodian", "pharmacist")
LISTS = (11, 12)


@dataclass
class World:
    """A trial as it was recorded, the list that it ran on, and what was said in refusals."""

    study: Study
    allocated: plain_custodian.PlainList
    trial: Trial = field(default_factory=Trial)
    lines: list[Line] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    @property
    def entries(self) -> list[Entry]:
        return [read(line) for line in self.lines]


Leak = Callable[[World, list[Fact]], list[Fact]]


def run(study: Study, *, list_seed: int, participants: int, leak: Leak | None = None) -> World:
    """Run a trial to its end on one list; `leak` is what a mutant does to what is recorded."""
    world = World(study, plain_custodian.draw(study, seed=list_seed))
    salts = seeded_entropy("worlds")

    def record(facts: Sequence[Fact], actor: Actor, now: datetime) -> None:
        told = leak(world, list(facts)) if leak else facts
        lines = seal(world.trial.head, told, actor=actor, now=now, entropy=salts)
        world.lines.extend(lines)
        fold((read(line) for line in lines), world.trial)

    people = (ADMINISTRATOR, CUSTODIAN)
    facts = found(study, world.trial, ADMINISTRATOR, now=START, checkpoint_key="key", people=people)
    record(facts, ADMINISTRATOR, START)
    facts = seal_list(
        study, world.trial, CUSTODIAN, now=START, list_id="list", commitment="0" * 64,
        slots=world.allocated.public, rehearsal=True,
    )  # fmt: skip
    record(facts, CUSTODIAN, START)
    assert study.simulation is not None
    nature = study.simulation.nature
    mean = nature.mean_by_dose[0][1]
    flat = tuple((dose, mean) for dose, _ in nature.mean_by_dose)
    rehearse(
        study, world.trial, record, packing=world.allocated.packing, participants=participants,
        seed=5, nature=nature.model_copy(update={"mean_by_dose": flat}),
    )  # fmt: skip
    return world


def actors(study: Study, entries: Sequence[Entry]) -> list[Actor]:
    """List one actor of every role, at the first site where the role has one."""
    site = study.sites[0].id
    first = next((one for entry in entries for one in [entry.fact] if hasattr(one, "on")), None)
    woman = getattr(first, "participant", "nobody")
    return [
        Actor(woman if role == "participant" else f"{role}-x", role, site)
        if role in SITE_ROLES
        else Actor(f"{role}-x", role)
        for role in get_args(Role)
    ]


def shown_to(study: Study, entries: Sequence[Entry], actor: Actor) -> bytes:
    """Everything there is to show an actor: the trail, the trial, the checklist, the record."""
    seen = visible_to(entries, actor)
    out = io.StringIO()
    with redirect_stdout(out):
        for entry in seen:
            print(entry.seq, entry.hash, entry.commitment, entry.at.isoformat(), entry.actor)
            print(type(entry.fact).__name__, entry.fact.model_dump_json())
        trial = fold(seen)
        trial.roles = {user: set(sorted(held, key=str)) for user, held in trial.roles.items()}
        for participant in trial.participants.values():
            print(participant.id, sorted(participant.releases), participant.milestones())
            print(participant.forms, participant.ratings, participant.called, participant.queries)
        print(write_record(registry_record(study, trial)))
        for one in outstanding(study, trial, now=datetime(2035, 1, 1, tzinfo=UTC)):
            print(one)
    return out.getvalue().encode()


def report_to(study: Study, entries: Sequence[Entry], actor: Actor, folder: Path) -> bytes:
    """The planned analysis with a dummy allocation, from what an actor may see."""
    trial = fold(visible_to(entries, actor))
    slots = [slot for some in trial.list.slots.values() for slot in some] if trial.list else []
    findings = analyse(study, trial, dummy_allocation(study, slots, seed=1))
    folder.mkdir()
    write_report(findings, folder)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    told = "\n".join(summary_of(findings)).encode()
    return told + b"".join(path.name.encode() + path.read_bytes() for path in files)


@pytest.fixture(scope="session")
def split() -> Study:
    """The study with several sites."""
    return load("SPLIT-SCAR")


@pytest.fixture(scope="session")
def reference() -> Study:
    """The reference trial."""
    return load("NCT04034615")


def load(name: str) -> Study:
    path = ROOT / "studies" / f"{name}.yaml"
    return read_study(path.read_bytes(), file=path.name)
