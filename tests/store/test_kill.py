"""A process killed in the middle of an act loses nothing acknowledged and leaves no half act.

SIGKILL ends a process but not the machine: that a commit waits for the disk is held by
test_ledger.py (`PRAGMA synchronous`), since no test here can pull the plug.
"""

import os
import subprocess
import sys
import time
from itertools import groupby
from pathlib import Path

import pytest

from cicatrix.store.home import Home
from cicatrix.trial.facts import VisitMissed
from cicatrix.trial.ledger import read

FACTS_PER_ACT = 5

APPENDING = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from cicatrix.store.home import Home
from cicatrix.trial.facts import VisitMissed
from cicatrix.trial.roles import Actor

home = Home.open(Path(sys.argv[1]))
head = home.ledger.head()
for act in range(100_000):
    facts = [VisitMissed(participant=f"S1-{n:03}", visit="M6", reason=str(act)) for n in range(5)]
    head = home.ledger.append(
        facts, head, actor=Actor("ana", "investigator", "S1"), now=datetime.now(UTC)
    )
    print(act, flush=True)
"""


def killed_after(folder: Path, acknowledged: int, fraction: float) -> int:
    """Run appends in a child and kill it when `fraction` of an act's usual time has passed.

    Return the number of the last act that it acknowledged.
    """
    child = subprocess.Popen(
        [sys.executable, "-c", APPENDING, str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert child.stdout is not None
    with child, child.stdout as stdout:
        assert stdout.readline(), "the child ended by itself"
        start = time.perf_counter()
        for _ in range(acknowledged - 1):
            assert stdout.readline(), "the child ended by itself"
        time.sleep((time.perf_counter() - start) / (acknowledged - 1) * fraction)
        child.kill()
        rest = [line for line in stdout.read().split("\n")[:-1] if line]
    return int(rest[-1]) if rest else acknowledged - 1


@pytest.mark.parametrize(
    ("acknowledged", "fraction"),
    [(2, 0.0), (5, 0.15), (7, 0.3), (20, 0.45), (30, 0.6), (31, 0.75), (32, 0.9)],
)
def test_a_kill_loses_nothing_acknowledged_and_leaves_no_half_act(
    home: Home, acknowledged: int, fraction: float
) -> None:
    last = killed_after(home.folder, acknowledged, fraction)
    assert last >= acknowledged - 1
    with Home.open(home.folder) as again:
        again.verify()
        facts = [read(line).fact for line in again.ledger.since(1)]
    missed = [fact for fact in facts if isinstance(fact, VisitMissed)]
    acts = {
        int(act): len(list(group)) for act, group in groupby(missed, key=lambda fact: fact.reason)
    }
    assert set(acts.values()) == {FACTS_PER_ACT}
    assert list(acts) == list(range(len(acts)))
    assert last + 1 <= len(acts) <= last + 2


def test_a_killed_home_goes_on(home: Home) -> None:
    first = killed_after(home.folder, 3, 0.5)
    second = killed_after(home.folder, 3, 0.5)
    with Home.open(home.folder) as again:
        assert again.verify().seq >= 1 + FACTS_PER_ACT * (first + second + 2)
