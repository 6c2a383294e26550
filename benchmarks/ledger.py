"""How fast a ledger is written, read and checked, and how that grows; run as a program.

It prints ratios beside seconds, since only ratios carry to another machine: durable appends
against a bare INSERT and commit of the same bytes (by the clock on the wall), verification against
plain SHA-256 of the same bytes and each size against the one before (by the processor's clock, so
that a busy machine does not look like growth). Nothing here is asserted; tests hold no times.

    python benchmarks/ledger.py [LARGEST]      LARGEST is 1000000 unless given
"""

import json
import resource
import sqlite3
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from cicatrix.store.home import Home
from cicatrix.trial.facts import (
    Fact,
    FormSaved,
    ParticipantScreened,
    RatingRecorded,
    TubeApplied,
    Value,
    VisitAttended,
)
from cicatrix.trial.ledger import GENESIS, Line, read, verified, verify
from cicatrix.trial.roles import Actor
from cicatrix.trial.trial import fold

SIZES = (1_000, 10_000, 100_000, 1_000_000)
ACTS = 1_000
FACTS_PER_ACT = 100
SECONDS = ("scan_s", "verify_s", "read_s", "all_s")
NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
ANA = Actor("ana", "investigator", "S1")


def facts_of(count: int, first: int = 0) -> list[Fact]:
    """Make `count` facts from number `first` on, in the proportions of a trial: mostly doses.

    Each hundred is one participant's, so that a larger ledger is a larger trial.
    """
    return [fact_of(n) for n in range(first, first + count)]


def fact_of(n: int) -> Fact:
    """Make fact number `n`; the same number is the same fact."""
    who, day = f"S1-{n // 100:05}", date(2026, 3, 4) + timedelta(days=n % 900)
    if n % 100 == 0:
        return ParticipantScreened(participant=who, site="S1", on=day)
    if n % 10 < 5:
        return TubeApplied(participant=who, kit=f"K{n // 100}", tube=n % 6, day=n % 6, on=day)
    if n % 10 < 8:
        values: dict[str, Value] = {"height_mm": n % 50 / 10, "itch": n % 2 == 0, "place": "left"}
        return FormSaved(
            participant=who, form="EX", visit=f"V{n % 9}", values=values, study_version="1"
        )
    if n % 10 < 9:
        return VisitAttended(participant=who, visit=f"V{n % 9}", on=day)
    return RatingRecorded(
        participant=who, visit=f"V{n % 9}", form="VSS", region="scar", position=1 + n % 2,
        values={"vascularity": 1, "pigmentation": 0, "pliability": 2, "height": 1},
        conditions=("supine", "bright light"), on=day, study_version="1",
    )  # fmt: skip


def fill(folder: Path, count: int) -> None:
    """Make a home with `count` lines, in one transaction."""
    draw = Random(1).randbytes
    with Home.create(folder, study=b"", entropy=draw) as home, home.ledger.batch():
        head = GENESIS
        for start in range(0, count, FACTS_PER_ACT):
            facts = facts_of(min(FACTS_PER_ACT, count - start), start)
            head = home.ledger.append(facts, head, actor=ANA, now=NOW, entropy=draw)


def measure(folder: Path) -> dict[str, float]:
    """Read, check and fold one home's lines, in a process of its own; seconds and peak memory."""
    found: dict[str, float] = {}
    with Home.open(folder) as home:
        found["scan_s"] = timed(lambda: deque(home.ledger.since(), maxlen=0))
        found["verify_s"] = timed(lambda: verify(home.ledger.since()))
        found["read_s"] = timed(lambda: deque(map(read, home.ledger.since()), maxlen=0))
        found["streamed_mib"] = peak_mib()
        found["all_s"] = timed(lambda: fold(map(read, verified(home.ledger.since()))))
        found["folded_mib"] = peak_mib()
        found |= against_sha256(home)
    return found


def against_sha256(home: Home) -> dict[str, float]:
    """Check lines, and hash the bytes of the same lines, without the time of getting them."""
    head, lines = GENESIS, home.ledger.since()
    ours = plain = 0.0
    while part := list(islice(lines, 1000)):
        start = time.process_time()
        head = verify(part, start=head)
        ours += time.process_time() - start
        start = time.process_time()
        for line in part:
            sha256(line.text.encode()).digest()
        plain += time.process_time() - start
    return {"verify_alone_s": ours, "sha256_alone_s": plain}


def timed(act: Callable[[], object], clock: Callable[[], float] = time.process_time) -> float:
    """Call `act` once and give the seconds it took, of this process alone unless told."""
    start = clock()
    act()
    return clock() - start


def peak_mib() -> float:
    """Give this process's greatest memory so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured_apart(folder: Path) -> dict[str, float]:
    """Run `measure` in a child process, so that its peak memory is its own."""
    answer = subprocess.run(
        [sys.executable, __file__, "--measure", str(folder)], check=True, capture_output=True
    )
    result: dict[str, float] = json.loads(answer.stdout)
    return result


def durable_appends(folder: Path) -> tuple[float, float]:
    """Append acts of one fact, each its own commit; then the same bytes by bare sqlite3."""
    with Home.create(folder / "home", study=b"") as home:

        def append() -> None:
            head = GENESIS
            for fact in facts_of(ACTS):
                head = home.ledger.append([fact], head, actor=ANA, now=NOW)

        ours = timed(append, time.perf_counter)
        lines = list(home.ledger.since())
    return ACTS / ours, ACTS / bare_inserts(folder / "bare.sqlite3", lines)


def bare_inserts(path: Path, lines: list[Line]) -> float:
    """Insert and commit lines one by one with nothing around them; seconds."""
    database = sqlite3.connect(path)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE line (seq INTEGER PRIMARY KEY, text TEXT, hash TEXT)")

    def insert() -> None:
        for line in lines:
            database.execute("INSERT INTO line VALUES (?, ?, ?)", (line.seq, line.text, line.hash))
            database.commit()

    seconds = timed(insert, time.perf_counter)
    database.close()
    return seconds


def main(largest: int) -> None:
    """Print both tables."""
    with TemporaryDirectory() as place:
        ours, bare = durable_appends(Path(place))
        print(f"durable appends on SQLite   {ours:8.0f} /s")
        print(f"bare INSERT and commit      {bare:8.0f} /s   ours is {ours / bare:.2f} of it")
        print()
        print("all: verify, read and fold in one pass; checking: verify against plain SHA-256 of")
        print("the same bytes, neither with the time of getting them; MiB: the process's peak,")
        print("first with lines streamed, then with the folded trial held")
        print(
            "  entries   scan s verify s   read s    all s  us each  growth  checking   MiB   MiB"
        )
        before = 0.0
        for size in (size for size in SIZES if size <= largest):
            folder = Path(place) / str(size)
            fill(folder, size)
            found = measured_apart(folder)
            each = found["all_s"] / size * 1e6
            growth = f"{each / before:.2f}" if before else ""
            seconds = " ".join(f"{found[key]:8.3f}" for key in SECONDS)
            checking = found["verify_alone_s"] / found["sha256_alone_s"]
            print(
                f"{size:9} {seconds} {each:8.1f} {growth:>7} {checking:9.1f} "
                f"{found['streamed_mib']:5.0f} {found['folded_mib']:5.0f}",
                flush=True,
            )
            before = each


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        print(json.dumps(measure(Path(sys.argv[2]))))
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else SIZES[-1])
