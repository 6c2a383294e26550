"""A trial to rehearse in: founded, its list sealed by hand, its ledger in memory.

The list is drawn by a seed in plain sight; nothing of the custodian's program is needed.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from random import Random

import plain_custodian
from cicatrix.simulation.rehearsal import Rehearsed, rehearse
from cicatrix.trial.actions.found import found
from cicatrix.trial.allocation import strata
from cicatrix.trial.facts import Fact, SealedSlot
from cicatrix.trial.ledger import Line, read, seal
from cicatrix.trial.reading import read_study
from cicatrix.trial.rehearsed import seeded_entropy
from cicatrix.trial.roles import Actor
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial, fold

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "studies/NCT04034615.yaml"
TINY = ROOT / "tests/studies/tiny.yaml"
EVERY_STUDY = (*sorted((ROOT / "studies").glob("*.yaml")), TINY)

ADMINISTRATOR = Actor("administrator", "administrator")
CUSTODIAN = Actor("custodian", "pharmacist")
FOUNDED = datetime(2016, 1, 4, 1, 0, tzinfo=UTC)


@cache
def study_of(path: Path) -> Study:
    return read_study(path.read_bytes(), file=str(path))


@dataclass
class Rehearsal:
    """A ledger in memory, the trial that it tells of, and what the tubes hold."""

    study: Study
    slots: int = 120
    list_seed: int = 1
    trial: Trial = field(default_factory=Trial)
    lines: list[Line] = field(default_factory=list)
    arms: dict[str, str] = field(default_factory=dict)
    packing: dict[tuple[str, int], str] = field(default_factory=dict)
    done: Rehearsed | None = None

    def __post_init__(self) -> None:
        self.entropy = seeded_entropy("test")
        people = [ADMINISTRATOR, CUSTODIAN]
        facts = found(
            self.study, self.trial, ADMINISTRATOR, now=FOUNDED, checkpoint_key="", people=people
        )
        self.record(facts, ADMINISTRATOR, FOUNDED)
        plain_custodian.seal(
            self.study,
            self.trial,
            self.record,
            self.drawn(),
            actor=CUSTODIAN,
            now=FOUNDED,
            list_id="L",
        )

    def drawn(self) -> tuple[SealedSlot, ...]:
        chance = Random(self.list_seed)
        slots = []
        for letter, stratum in zip("ABCDEF", strata(self.study), strict=False):
            for place in range(1, self.slots + 1):
                number = f"{letter}{place:04d}"
                kits = (f"K{number}", f"K{number}S")
                self.arms[number] = chance.choice([arm.id for arm in self.study.arms])
                for kit in kits:
                    for tube in self.study.treatment.tubes:
                        self.packing[kit, tube.number] = tube.content[self.arms[number]]
                slots.append(
                    SealedSlot(number=number, stratum=stratum, kits=kits, commitment="0" * 64)
                )
        return tuple(slots)

    def record(self, facts: list[Fact], actor: Actor, now: datetime) -> None:
        new = seal(self.trial.head, facts, actor=actor, now=now, entropy=self.entropy)
        self.lines.extend(new)
        fold((read(line) for line in new), self.trial)

    def play(self, participants: int, *, seed: int = 1, **how: object) -> "Rehearsal":
        self.done = rehearse(
            self.study, self.trial, self.record,
            packing=self.packing, participants=participants, seed=seed, **how,
        )  # fmt: skip
        return self

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)
