"""Two programs that write at once cannot fork the ledger: one records, the other is told."""

import os
import subprocess
import sys

from cicatrix.store.home import Home
from cicatrix.trial.facts import VisitMissed
from cicatrix.trial.ledger import read

WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from cicatrix.store.home import Home
from cicatrix.trial.errors import Conflict
from cicatrix.trial.facts import VisitMissed
from cicatrix.trial.roles import Actor

folder, name, acts = sys.argv[1:]
home = Home.open(Path(folder))
head = home.ledger.head()
print("ready", flush=True)
sys.stdin.readline()
done = conflicts = 0
while done < int(acts):
    missed = VisitMissed(participant=name, visit="M6", reason=str(done))
    try:
        head = home.ledger.append([missed] * 2, head, actor=Actor(name, "rater", "S1"),
                                  now=datetime.now(UTC))
        done += 1
    except Conflict:
        conflicts += 1
        head = home.ledger.head()
print(conflicts, flush=True)
"""


def conflicts_of(home: Home, acts: int) -> list[int]:
    """Let Ben and Bo, who saw the same head, write at once; return how often each was told."""
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(home.folder), name, str(acts)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        )
        for name in ("ben", "bo")
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    answers = []
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        answers.append(writer.communicate(timeout=60)[0])
        assert writer.returncode == 0
    return [int(answer) for answer in answers]


def test_of_two_acts_on_one_head_one_is_a_conflict(any_home: Home) -> None:
    assert sorted(conflicts_of(any_home, 1)) == [0, 1]
    assert any_home.verify().seq == 5


def test_many_acts_of_two_writers_make_one_chain_of_whole_acts(any_home: Home) -> None:
    conflicts = conflicts_of(any_home, 40)
    assert sum(conflicts) >= 1
    assert any_home.verify().seq == 1 + 2 * 40 * 2
    facts = [read(line).fact for line in any_home.ledger.since(1)]
    missed = [fact for fact in facts if isinstance(fact, VisitMissed)]
    assert [first == second for first, second in zip(missed[::2], missed[1::2], strict=True)] == (
        [True] * 80
    )
    for name in ("ben", "bo"):
        mine = [fact.reason for fact in missed[::2] if fact.participant == name]
        assert mine == [str(n) for n in range(40)]
