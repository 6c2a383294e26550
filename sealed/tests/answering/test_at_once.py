"""Two programs that answer at once, and one that is killed: one answer to each request."""

import subprocess
import sys
import textwrap
from datetime import UTC, datetime

import pytest

from cicatrix.trial.errors import Conflict
from cicatrix.trial.roles import Actor
from cicatrix_sealed import answering
from cicatrix_sealed.answering import answer_waiting
from cicatrix_sealed.custody import situation
from cicatrix_sealed.unsealing import open_draws
from cicatrix_sealed.verification import verify

pytestmark = pytest.mark.slow

NOW = datetime(2027, 3, 2, 9, 0, tzinfo=UTC)
CUSTODIAN = Actor("custodian", "pharmacist")


def test_a_number_that_another_program_gave_meanwhile_is_not_given_again(
    asked, passphrase, monkeypatch, answer, given, people
):
    home, folder = asked
    draws = open_draws(situation(home), folder, passphrase)
    real, raced = answering.record, []

    def slow(home, decide, **how):
        if not raced:
            raced.append(True)
            answer(home, folder, passphrase)
        real(home, decide, **how)

    monkeypatch.setattr(answering, "record", slow)
    mine = list(answer_waiting(home, folder, draws, actor=CUSTODIAN, clock=lambda: NOW))
    assert mine == []
    assert [name for name, _ in given(home)] == [name for name, _, _ in people]


def test_a_ledger_that_moves_twice_under_an_answer_is_asked_again(
    asked, passphrase, monkeypatch, answer
):
    home, folder = asked
    real, failures = answering.record, [1, 2, 3]

    def busy(home, decide, **how):
        if failures:
            failures.pop()
            raise Conflict(1, 2)
        real(home, decide, **how)

    monkeypatch.setattr(answering, "record", busy)
    assert len(answer(home, folder, passphrase)) == 6


PROGRAM = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from cicatrix.store.home import Home
from cicatrix.trial.roles import Actor
from cicatrix_sealed import answering
from cicatrix_sealed.custody import situation
from cicatrix_sealed.unsealing import open_draws

home, folder, passphrase, stop = sys.argv[1:]
if stop == "before the ledger":
    answering.record = lambda *_, **__: __import__("os")._exit(9)
with Home.open(Path(home)) as home:
    draws = open_draws(situation(home), Path(folder), passphrase)
    print("ready", flush=True)
    sys.stdin.readline()
    now = lambda: datetime(2027, 3, 2, 9, 0, tzinfo=UTC)
    actor = Actor("custodian", "pharmacist")
    for one in answering.answer_waiting(home, Path(folder), draws, actor=actor, clock=now):
        print(one.number, flush=True)
"""


def program(home, folder, passphrase, stop="never"):
    arguments = [sys.executable, "-c", textwrap.dedent(PROGRAM), home.folder, folder, passphrase]
    return subprocess.Popen(
        [*map(str, arguments), stop], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def test_two_programs_at_once_give_one_answer_to_each_request(asked, passphrase, given, people):
    home, folder = asked
    both = [program(home, folder, passphrase) for _ in range(2)]
    for one in both:
        assert one.stdout.readline() == "ready\n"
    for one in both:
        one.stdin.write("go\n")
        one.stdin.flush()
    said = [one.communicate()[0].split() for one in both]
    assert [one.returncode for one in both] == [0, 0]
    assert sorted(said[0] + said[1]) == [f"{place:03d}" for place in range(1, 7)]
    assert [name for name, _ in given(home)] == [name for name, _, _ in people]
    assert {check.why for check in verify(situation(home), folder, [passphrase])} == {None}


def test_a_program_killed_between_sheet_and_ledger_is_carried_on_by_the_next(
    asked, passphrase, answer, given, sheet
):
    home, folder = asked
    killed = program(home, folder, passphrase, "before the ledger")
    assert killed.communicate("go\n")[0] == "ready\n"
    assert killed.returncode == 9
    assert given(home) == []
    packed = sheet(folder)
    assert set(packed) == {"K001", "K001S1"}
    assert len(answer(home, folder, passphrase)) == 6
    assert sheet(folder).items() >= packed.items()
