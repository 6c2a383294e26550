"""Randomisations at once: each person gets a number of her own, in list order, whoever is killed.

Programs of their own act on one home, on either database: all have seen the same head before the
first is let go, so that they really compete. What they do is randomiser.py.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from cicatrix.store.desk import Desk, open_desk
from cicatrix.store.home import Home
from cicatrix.trial.errors import Conflict
from cicatrix.trial.facts import Randomised
from cicatrix.trial.ledger import read
from randomiser import CROWD, attempt, ready

MANY, EACH = 8, 10


@dataclass(frozen=True, slots=True)
class Clinic:
    """A home with a list, and the women who are ready to be randomised in it."""

    folder: Path
    women: list[str]

    def given(self) -> list[tuple[str, str]]:
        """List who was given which number, as the ledger says in its order, checking the chain."""
        with Home.open(self.folder) as home:
            head = home.verify()
            facts = [read(line).fact for line in home.ledger.since()]
        assert head.seq == len(facts)
        return [(one.participant, one.number) for one in facts if isinstance(one, Randomised)]

    def numbers(self) -> list[str]:
        """List the numbers of the list in its order."""
        with open_desk(self.folder) as desk:
            assert desk.trial.list is not None
            return [slot.number for slot in desk.trial.list.slots["all"]]

    def let_go(self, *tasks: tuple[str, list[str]]) -> list[tuple[int, list[dict[str, str]]]]:
        """Let as many programs randomise at once, each with a fate; give exit code and answers."""
        with ExitStack() as stack:
            crowd = [
                stack.enter_context(
                    subprocess.Popen(
                        [sys.executable, "-m", "randomiser", self.folder, who.user, fate, *women],
                        stdin=subprocess.PIPE,
                        stdout=subprocess.PIPE,
                        text=True,
                        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
                    )
                )
                for who, (fate, women) in zip(CROWD, tasks, strict=False)
            ]
            for one in crowd:
                assert one.stdout is not None
                assert one.stdout.readline() == "ready\n"
            for one in crowd:
                assert one.stdin is not None
                one.stdin.write("go\n")
                one.stdin.flush()
            told = [one.communicate(timeout=120)[0] for one in crowd]
        answers = [[json.loads(line) for line in text.splitlines()] for text in told]
        return [(one.returncode, answer) for one, answer in zip(crowd, answers, strict=True)]


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str | None:
    return request.getfixturevalue("postgresql_url") if request.param == "postgresql" else None


@pytest.fixture
def clinic(database: str | None, tmp_path: Path) -> Clinic:
    folder = tmp_path / "home"
    return Clinic(folder, ready(folder, database, women=6))


@pytest.fixture
def desk(clinic: Clinic) -> Iterator[Desk]:
    with open_desk(clinic.folder) as opened:
        yield opened


def checked(clinic: Clinic, answers: list[dict[str, str]]) -> list[tuple[str, str]]:
    """Check that the ledger gave what the programs say, in list order, nothing twice, no gap."""
    given = clinic.given()
    assert [number for _, number in given] == clinic.numbers()[: len(given)]
    assert len({woman for woman, _ in given}) == len(given)
    said = [(one["participant"], one["number"]) for one in answers if "number" in one]
    assert set(said) <= set(given)
    assert len(said) == len(set(said))
    late = [one["late"] for one in answers if "late" in one]
    assert all("Someone else recorded something first" in sentence for sentence in late)
    return given


def test_two_randomisations_at_once_get_two_numbers(clinic: Clinic) -> None:
    first, second = clinic.women[:2]
    done = clinic.let_go(("lives", [first]), ("lives", [second]))
    assert [code for code, _ in done] == [0, 0]
    given = checked(clinic, [one for _, answers in done for one in answers])
    assert {woman for woman, _ in given} == {first, second}


def test_one_woman_randomised_by_two_at_once_gets_one_number(clinic: Clinic) -> None:
    done = clinic.let_go(*[("lives", clinic.women[:1])] * 2)
    answers = [one for _, told in done for one in told]
    (given,) = checked(clinic, answers)
    assert [one["number"] for one in answers if "number" in one] == [given[1]]
    refused = f"{given[0]} was randomised already, as {given[1]}."
    assert [one["refused"] for one in answers if "refused" in one] == [refused]


@pytest.mark.slow
def test_a_crowd_gets_every_number_in_list_order_and_nobody_is_lost(
    database: str | None, tmp_path: Path
) -> None:
    folder = tmp_path / "home"
    clinic = Clinic(folder, ready(folder, database, women=MANY * EACH))
    with Home.open(folder) as home:
        before = home.ledger.head().seq
    tasks = [("lives", clinic.women[place::MANY]) for place in range(MANY)]
    done = clinic.let_go(*tasks)
    assert [code for code, _ in done] == [0] * MANY
    answers = [one for _, told in done for one in told]
    given = checked(clinic, answers)
    assert {woman for woman, _ in given} == set(clinic.women)
    assert sum("number" in one for one in answers) == MANY * EACH
    with Home.open(folder) as home:
        assert home.ledger.head().seq == before + MANY * EACH


FATES = ("decided", "inserted", "committed")
"""Before the transaction, in it with the number written, and after it but before the answer."""


@pytest.mark.parametrize("fate", FATES)
def test_a_number_is_given_or_not_when_its_program_is_killed(clinic: Clinic, fate: str) -> None:
    hit, other = clinic.women[:2]
    ((code, answers),) = clinic.let_go((fate, [hit]))
    assert (code, answers) == (-signal.SIGKILL, [])
    first, second = clinic.numbers()[:2]
    kept = [(hit, first)] if fate == "committed" else []
    assert clinic.given() == kept
    ((code, answers),) = clinic.let_go(("lives", [other, hit]))
    assert code == 0
    assert checked(clinic, answers) == (
        [(hit, first), (other, second)] if kept else [(other, first), (hit, second)]
    )


@pytest.mark.slow
def test_those_killed_in_a_crowd_take_no_number_from_anyone(clinic: Clinic) -> None:
    fates = (*FATES, "lives", "lives", "lives")
    done = clinic.let_go(*[(fate, [who]) for fate, who in zip(fates, clinic.women, strict=True)])
    assert [code for code, _ in done] == [-signal.SIGKILL] * 3 + [0] * 3
    given = checked(clinic, [one for _, told in done for one in told])
    alive = set(clinic.women[3:])
    assert (
        alive <= {woman for woman, _ in given} <= alive | {clinic.women[FATES.index("committed")]}
    )


def hurried(desk: Desk, monkeypatch: pytest.MonkeyPatch, others: list[str]) -> list[str]:
    """Let Bo's patients be randomised just before each append at this desk; tell their numbers."""
    ledger, taken = desk.home.ledger, []
    append = ledger.append

    def late(*given: object, **named: object) -> object:
        if others:
            monkeypatch.setattr(ledger, "append", append)
            bo = Desk(desk.home, desk.study, type(desk.trial)())
            bo.catch_up()
            taken.append(attempt(bo, CROWD[1], others.pop(0)))
            monkeypatch.setattr(ledger, "append", late)
        return append(*given, **named)

    monkeypatch.setattr(ledger, "append", late)
    return taken


def test_who_is_late_once_gets_the_next_number(
    clinic: Clinic, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = hurried(desk, monkeypatch, clinic.women[1:2])
    number = attempt(desk, CROWD[0], clinic.women[0])
    assert [*taken, number] == clinic.numbers()[:2]


def test_who_is_late_twice_gets_the_next_number(
    clinic: Clinic, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = hurried(desk, monkeypatch, clinic.women[1:3])
    number = attempt(desk, CROWD[0], clinic.women[0])
    assert [*taken, number] == clinic.numbers()[:3]


def test_who_is_late_too_often_is_told_in_one_sentence_and_nothing_is_recorded(
    clinic: Clinic, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cicatrix.store.desk._TRIES", 2)
    before = desk.home.ledger.head().seq
    taken = hurried(desk, monkeypatch, clinic.women[1:3])
    with pytest.raises(Conflict) as late:
        attempt(desk, CROWD[0], clinic.women[0])
    seen = before + 1
    assert str(late.value) == (
        f"Someone else recorded something first (expected entry {seen}, found {seen + 1}); "
        "look at the new state and try again."
    )
    assert desk.home.verify().seq == before + 2
    desk.catch_up()
    assert desk.trial.participants[clinic.women[0]].number is None
    assert [*taken, attempt(desk, CROWD[0], clinic.women[0])] == clinic.numbers()[:3]
