"""How fast a ledger is written, read and checked, and how that grows; run as a program.

It prints ratios beside seconds, since only ratios carry to another machine: durable appends
against a bare INSERT and commit of the same bytes, verification against plain SHA-256 of the same
bytes, and each size against the one before. Nothing here is asserted; tests hold no times.

    python benchmarks/ledger.py [LARGEST]      LARGEST is 1000000 unless given
"""

import json
import resource
import sqlite3
import subprocess
import sys
import time
from collections import deque
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from cicatrix.store.home import Home
from cicatrix.trial.facts import Fact, FormSaved, RatingRecorded, TubeApplied, Value, VisitAttended
from cicatrix.trial.ledger import GENESIS, Line, read, verified, verify
from cicatrix.trial.roles import Actor

SIZES = (1_000, 10_000, 100_000, 1_000_000)
ACTS = 1_000
FACTS_PER_ACT = 100
NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
ANA = Actor("ana", "investigator", "S1")


def facts_of(count: int) -> list[Fact]:
    """Make facts of four kinds in the proportions of a trial: mostly doses, then forms."""
    facts: list[Fact] = []
    for n in range(count):
        who, day = f"S1-{n % 90:03}", date(2026, 3, 4) + timedelta(days=n % 900)
        if n % 10 < 5:
            facts.append(TubeApplied(participant=who, kit=f"K{n}", tube=n % 6, day=1, on=day))
        elif n % 10 < 8:
            values: dict[str, Value] = {
                "height_mm": n % 50 / 10,
                "itch": n % 2 == 0,
                "site": "lower abdomen",
            }
            facts.append(FormSaved(participant=who, form="EX", values=values, study_version="1"))
        elif n % 10 < 9:
            facts.append(VisitAttended(participant=who, visit="M6", on=day))
        else:
            facts.append(
                RatingRecorded(
                    participant=who, visit="M6", form="VSS", region="scar", position=1,
                    values={"vascularity": 1, "pigmentation": 0, "pliability": 2, "height": 1},
                    conditions=("supine", "bright light"), on=day, study_version="1",
                )
            )  # fmt: skip
    return facts


def fill(folder: Path, count: int) -> None:
    """Make a home with `count` lines, in one transaction."""
    draw = Random(1).randbytes
    with Home.create(folder, study=b"", entropy=draw) as home, home.ledger.batch():
        head = GENESIS
        for start in range(0, count, FACTS_PER_ACT):
            facts = facts_of(min(FACTS_PER_ACT, count - start))
            head = home.ledger.append(facts, head, actor=ANA, now=NOW, entropy=draw)


def measure(folder: Path) -> dict[str, float]:
    """Read and check one home's lines, in a process of its own; seconds and peak memory."""
    found: dict[str, float] = {}
    with Home.open(folder) as home:
        found["scan_s"] = timed(lambda: deque(home.ledger.since(), maxlen=0))
        found["verify_s"] = timed(lambda: verify(home.ledger.since()))
        found["read_s"] = timed(lambda: deque(map(read, home.ledger.since()), maxlen=0))
        found["both_s"] = timed(lambda: deque(map(read, verified(home.ledger.since())), maxlen=0))
        found |= against_sha256(home)
        found["streamed_mib"] = peak_mib()
        entries = [read(line) for line in home.ledger.since()]
        found["held_mib"] = peak_mib()
        found["entries"] = len(entries)
    return found


def against_sha256(home: Home) -> dict[str, float]:
    """Check lines, and hash the bytes of the same lines, without the time of getting them."""
    head, lines = GENESIS, home.ledger.since()
    ours = plain = 0.0
    while part := list(islice(lines, 1000)):
        start = time.perf_counter()
        head = verify(part, start=head)
        ours += time.perf_counter() - start
        start = time.perf_counter()
        for line in part:
            sha256(line.text.encode()).digest()
        plain += time.perf_counter() - start
    return {"verify_alone_s": ours, "sha256_alone_s": plain}


def timed(act: object) -> float:
    """Call `act` once and give the seconds it took."""
    assert callable(act)
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


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

        ours = timed(append)
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

    seconds = timed(insert)
    database.close()
    return seconds


def main(largest: int) -> None:
    """Print both tables."""
    with TemporaryDirectory() as place:
        ours, bare = durable_appends(Path(place))
        print(f"durable appends on SQLite   {ours:8.0f} /s")
        print(f"bare INSERT and commit      {bare:8.0f} /s   ours is {ours / bare:.2f} of it")
        print()
        print(
            "  entries   scan s  verify s  read s  both s | both: us each  growth"
            " | verify alone/SHA-256 alone | peak MiB streamed  held"
        )
        before = 0.0
        for size in (size for size in SIZES if size <= largest):
            folder = Path(place) / str(size)
            fill(folder, size)
            found = measured_apart(folder)
            each = found["both_s"] / size * 1e6
            growth = f"{each / before:6.2f}" if before else "      "
            print(
                f"{size:9} {found['scan_s']:8.3f} {found['verify_s']:9.3f} "
                f"{found['read_s']:7.3f} {found['both_s']:7.3f} | {each:13.1f}  {growth} "
                f"| {found['verify_alone_s'] / found['sha256_alone_s']:26.1f} "
                f"| {found['streamed_mib']:17.0f} {found['held_mib']:5.0f}",
                flush=True,
            )
            before = each


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        print(json.dumps(measure(Path(sys.argv[2]))))
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else SIZES[-1])
