"""Real processes: killed in the middle, and two at once on one home.

SIGKILL takes effect where the next file or the ledger would be written, so that a half act would
be seen if there were one.
"""

import os
import subprocess
import sys

import pytest

from cicatrix.trial.facts import ListSealed, SecretCommitted

KILLED = """
import os, signal, sys
from cicatrix.store import ledger
from cicatrix_sealed import folder

where, left = sys.argv.pop(1), [int(sys.argv.pop(1))]
def kill(*given, **named):
    if left[0]:
        left[0] -= 1
        return act(*given, **named)
    os.kill(os.getpid(), signal.SIGKILL)
if where == "ledger":
    act, ledger.Ledger.append = ledger.Ledger.append, kill
else:
    act, folder.write_durably = folder.write_durably, kill

from cicatrix_sealed.main import app
app()
"""
RUN = "from cicatrix_sealed.main import app; app()"
REHEARSED = ("--rehearsal-seed", "5")


def words(desk, command, *more, folder=None):
    return [
        command, str(desk.home), "--custodian", str(folder or desk.folder),
        "--passphrase-file", str(desk.passphrase), *map(str, more),
    ]  # fmt: skip


def start(*words):
    return subprocess.Popen(
        [sys.executable, "-c", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )


def told(process):
    _, stderr = process.communicate()
    return process.returncode, stderr


def kept(folder):
    return {
        path.name: path.read_bytes() for path in folder.iterdir() if path.suffix != ".unfinished"
    }


@pytest.mark.slow
@pytest.mark.parametrize(("where", "after"), [("file", 0), ("file", 2), ("file", 3), ("ledger", 0)])
def test_a_make_that_is_killed_is_made_again_the_same(promised, copied, where, after):
    twin = copied(promised.place, "twin")
    before = promised.lines()
    make = words(promised, "make", "--beacon", promised.secret)
    assert told(start(KILLED, where, str(after), *make))[0] == -9
    assert promised.lines() == before
    assert promised.make().exit_code == 0
    assert twin.make().exit_code == 0
    assert kept(promised.folder) == kept(twin.folder)
    assert promised.facts()[-1] == twin.facts()[-1]
    assert promised.run("verify").exit_code == 0


@pytest.mark.slow
@pytest.mark.parametrize(("where", "after"), [("file", 0), ("file", 1), ("ledger", 0)])
def test_a_commit_that_is_killed_promised_nothing_and_a_rehearsals_is_the_same_again(
    bare, copied, refused, where, after
):
    twin = copied(bare.place, "twin")
    before = bare.lines()
    commit = words(bare, "commit", "--beacon", f"second-party:{bare.promise}", *REHEARSED)
    assert told(start(KILLED, where, str(after), *commit))[0] == -9
    assert bare.lines() == before
    refused(bare.make(), "No secret is promised")
    again = bare.folder
    if where == "ledger":
        refused(bare.commit(*REHEARSED), "is not an empty folder: name a new one")
        again = bare.place / "again"
    assert bare.commit(*REHEARSED, folder=again).exit_code == 0
    assert twin.commit(*REHEARSED).exit_code == 0
    assert kept(again) == kept(twin.folder)


@pytest.mark.slow
def test_of_two_custodians_who_promise_at_once_one_wins_and_the_other_is_told(bare):
    folders = [bare.place / name for name in ("ben", "bo")]
    beacon = f"second-party:{bare.promise}"
    both = [
        start(RUN, *words(bare, "commit", "--beacon", beacon, folder=folder)) for folder in folders
    ]
    ended = [told(one) for one in both]
    assert sorted(code for code, _ in ended) == [0, 1]
    (sentence,) = (stderr for code, stderr in ended if code)
    assert len(sentence.splitlines()) == 1
    assert sentence.startswith("cicatrix-sealed: ")
    assert [folder.exists() for folder in folders] == [code == 0 for code, _ in ended]
    assert len([fact for fact in bare.facts() if isinstance(fact, SecretCommitted)]) == 1


@pytest.mark.slow
def test_of_two_who_make_the_list_at_once_one_wins_and_the_list_is_whole(promised):
    make = words(promised, "make", "--beacon", promised.secret)
    ended = [told(one) for one in [start(RUN, *make), start(RUN, *make)]]
    assert sorted(code for code, _ in ended) == [0, 1]
    assert "A list has been sealed already" in next(stderr for code, stderr in ended if code)
    assert len([fact for fact in promised.facts() if isinstance(fact, ListSealed)]) == 1
    assert promised.run("verify").exit_code == 0
