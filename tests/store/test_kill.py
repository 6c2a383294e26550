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


def killed_after(folder: Path, acknowledged: int, wait_s: float) -> int:
    """Run appends in a child, kill it in the midst of one; return the last act it acknowledged."""
    child = subprocess.Popen(
        [sys.executable, "-c", APPENDING, str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert child.stdout is not None
    with child, child.stdout as stdout:
        for _ in range(acknowledged):
            assert stdout.readline(), "the child ended by itself"
        time.sleep(wait_s)
        child.kill()
        rest = [line for line in stdout.read().split("\n")[:-1] if line]
    return int(rest[-1]) if rest else acknowledged - 1


@pytest.mark.parametrize(
    ("acknowledged", "wait_s"),
    [(1, 0.0), (1, 0.0003), (7, 0.0007), (20, 0.0011), (41, 0.0017), (60, 0.0023)],
)
def test_a_kill_loses_nothing_acknowledged_and_leaves_no_half_act(
    home: Home, acknowledged: int, wait_s: float
) -> None:
    last = killed_after(home.folder, acknowledged, wait_s)
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
    first = killed_after(home.folder, 3, 0.001)
    second = killed_after(home.folder, 3, 0.001)
    with Home.open(home.folder) as again:
        assert again.verify().seq >= 1 + FACTS_PER_ACT * (first + second + 2)
