"""How long a rehearsal takes and how that grows with the participants; run as a program.

Each size is rehearsed in a process of its own with the ledger in memory, so that peaks of memory
are its own and what is timed is nature, people, acts, sealing, reading and folding, without a
disk. Growth is the time per participant against the size before: 1.00 is linear. Nothing here is
asserted; tests hold no times.

    python benchmarks/rehearsal.py [LARGEST]      LARGEST is 9000 unless given
"""

import resource
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from cicatrix.simulation.rehearsal import rehearse
from cicatrix.trial.actions.commit_secret import commit_secret
from cicatrix.trial.actions.found import found
from cicatrix.trial.actions.seal_list import seal_list
from cicatrix.trial.commitment import root_of
from cicatrix.trial.facts import Fact, SealedSlot
from cicatrix.trial.ledger import read, seal
from cicatrix.trial.reading import read_study
from cicatrix.trial.rehearsed import seeded_entropy
from cicatrix.trial.roles import Actor
from cicatrix.trial.trial import Trial, fold

STUDY = Path(__file__).parents[1] / "studies/NCT04034615.yaml"
SIZES = (90, 900, 9_000)
ADMINISTRATOR = Actor("administrator", "administrator")
CUSTODIAN = Actor("custodian", "pharmacist")


def measure(participants: int) -> None:
    """Rehearse once in this process; print seconds, entries, bytes of text and peak memory."""
    study = read_study(STUDY.read_bytes(), file=STUDY.name)
    entropy, trial, written = seeded_entropy("benchmark"), Trial(), 0

    def record(facts: list[Fact], actor: Actor, now: datetime) -> None:
        nonlocal written
        lines = seal(trial.head, facts, actor=actor, now=now, entropy=entropy)
        written += sum(len(line.text) for line in lines)
        fold((read(line) for line in lines), trial)

    if study.simulation is None:
        raise SystemExit(f"{STUDY} has no simulation part.")
    start = study.simulation.conduct.recruitment_start
    now = datetime(start.year, start.month, start.day, tzinfo=UTC) - timedelta(days=30)
    people = (ADMINISTRATOR, CUSTODIAN)
    founding = found(study, trial, ADMINISTRATOR, now=now, checkpoint_key="", people=people)
    record(founding, ADMINISTRATOR, now)
    numbers = [f"{number:05}" for number in range(1, participants + 1)]
    slots = tuple(
        SealedSlot(
            number=number, stratum="all", kits=(f"K{number}", f"K{number}S"), commitment="0" * 64
        )
        for number in numbers
    )
    promised = commit_secret(
        study, trial, CUSTODIAN, now=now, list_id="B", commitment="0" * 64, beacon={}
    )
    record(promised, CUSTODIAN, now)
    sealed = seal_list(
        study, trial, CUSTODIAN, now=now, list_id="B", commitment=root_of(slots), slots=slots,
        rehearsal=True,
    )  # fmt: skip
    record(sealed, CUSTODIAN, now)
    chance, arms = Random(1), [arm.id for arm in study.arms]
    packing = {
        (kit, tube.number): tube.content[arm]
        for slot in slots
        for arm in [chance.choice(arms)]
        for kit in slot.kits
        for tube in study.treatment.tubes
    }
    began = time.perf_counter()
    rehearse(study, trial, record, packing=packing, participants=participants, seed=1)
    seconds = time.perf_counter() - began
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(seconds, trial.head.seq, written, peak_mb)


def main(largest: int) -> None:
    """Measure every size up to the largest and print one table."""
    print("participants   seconds   entries  entries/s   MB text   growth   peak MB")
    before: float | None = None
    for size in (size for size in SIZES if size <= largest):
        child = subprocess.run(
            [sys.executable, __file__, "--one", str(size)],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        seconds, entries, written, peak_mb = (float(part) for part in child.stdout.split())
        each = seconds / size
        growth = "" if before is None else f"{each / before:.2f}"
        print(
            f"{size:12,} {seconds:9.2f} {entries:9,.0f} {entries / seconds:10,.0f} "
            f"{written / 1e6:9.1f} {growth:>8} {peak_mb:9,.0f}",
            flush=True,
        )
        before = each


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        measure(int(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZES[-1])
