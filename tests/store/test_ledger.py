"""The kept ledger: whole acts, one head, no change, on either database."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest
from django.db import DatabaseError, connections
from django.db.transaction import atomic

from cicatrix.store.database import use
from cicatrix.store.home import Home
from cicatrix.trial.errors import Conflict, LedgerBroken, Refused
from cicatrix.trial.facts import FormSaved, VisitMissed
from cicatrix.trial.ledger import GENESIS, Head, read
from cicatrix.trial.roles import Actor

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
ANA = Actor("ana", "investigator", "S1")
BEN = Actor("ben", "rater", "S1")
MISSED = VisitMissed(participant="S1-001", visit="M6", reason="ill")

Record = Callable[..., Head]


def test_what_is_appended_is_there_in_order(any_home: Home, record: Record) -> None:
    head = record(any_home, 3)
    lines = list(any_home.ledger.since())
    assert [line.seq for line in lines] == [1, 2, 3, 4]
    assert head == Head(4, lines[3].hash) == any_home.ledger.head() == any_home.verify()
    assert [read(line).fact.participant for line in lines[1:]] == ["S1-000", "S1-001", "S1-002"]
    assert any_home.ledger.hash_at(2) == lines[1].hash


def test_only_what_is_new_is_read(any_home: Home, record: Record) -> None:
    head = record(any_home, 3)
    assert list(any_home.ledger.since(head.seq)) == []
    record(any_home, 2)
    assert [line.seq for line in any_home.ledger.since(head.seq)] == [5, 6]


def test_an_act_on_an_old_head_is_a_conflict_and_writes_nothing(
    any_home: Home, record: Record
) -> None:
    old = any_home.ledger.head()
    record(any_home, 2)
    with pytest.raises(Conflict) as caught:
        any_home.ledger.append([MISSED], old, actor=BEN, now=NOW)
    assert (caught.value.expected, caught.value.found) == (1, 3)
    with pytest.raises(Conflict):
        any_home.ledger.append([MISSED], Head(3, "f" * 64), actor=BEN, now=NOW)
    assert any_home.verify().seq == 3


def test_an_act_refused_at_its_second_fact_writes_nothing(any_home: Home) -> None:
    huge = FormSaved(participant="S1-001", form="AE", values={"x": 2**60}, study_version="1")
    with pytest.raises(Refused):
        any_home.ledger.append([MISSED, huge], any_home.ledger.head(), actor=BEN, now=NOW)
    assert any_home.verify().seq == 1


def test_an_act_without_facts_leaves_the_head(any_home: Home) -> None:
    head = any_home.ledger.head()
    assert any_home.ledger.append([], head, actor=BEN, now=NOW) == head


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE line SET text = 'x' WHERE seq = 1",
        "UPDATE line SET seq = 9 WHERE seq = 2",
        "DELETE FROM line WHERE seq = 2",
        "DELETE FROM line",
    ],
)
def test_the_database_refuses_to_change_a_line(
    any_home: Home, record: Record, statement: str
) -> None:
    record(any_home)
    before = list(any_home.ledger.since())
    with (
        pytest.raises(DatabaseError, match="append-only"),
        atomic(any_home.ledger.alias),
        connections[any_home.ledger.alias].cursor() as cursor,
    ):
        cursor.execute(statement)
    assert list(any_home.ledger.since()) == before


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT OR REPLACE INTO line VALUES (1, 'x', 'x')",
        "REPLACE INTO line VALUES (2, 'x', 'x')",
        "INSERT INTO line VALUES (2, 'x', 'x') ON CONFLICT (seq) DO UPDATE SET text = 'x'",
        "INSERT INTO line VALUES (9, 'x', 'x')",
        "INSERT INTO line VALUES (NULL, 'x', 'x')",
        "INSERT INTO line VALUES (-1, 'x', 'x')",
    ],
)
def test_sqlite_refuses_to_replace_a_line_or_leave_a_gap(
    home: Home, record: Record, statement: str
) -> None:
    record(home)
    before = list(home.ledger.since())
    with sqlite3.connect(home.folder / "trial.sqlite3") as other:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            other.execute(statement)
        other.rollback()
    other.close()
    assert list(home.ledger.since()) == before


def test_postgresql_refuses_to_empty_the_table(postgresql_url: str, tmp_path: Path) -> None:
    with Home.create(tmp_path / "home", study=b"", database=postgresql_url) as home:
        home.ledger.append([MISSED], GENESIS, actor=ANA, now=NOW)
        with (
            pytest.raises(DatabaseError, match="append-only"),
            connections[use(postgresql_url)].cursor() as cursor,
        ):
            cursor.execute("TRUNCATE line")
        assert home.ledger.head().seq == 1


def test_a_batch_is_one_transaction(any_home: Home, record: Record) -> None:
    with any_home.ledger.batch():
        for _ in range(3):
            record(any_home, 2)
    assert any_home.verify().seq == 7


def test_a_batch_that_fails_leaves_nothing(any_home: Home, record: Record) -> None:
    def fail() -> None:
        with any_home.ledger.batch():
            record(any_home, 2)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert any_home.verify().seq == 1
    record(any_home)
    assert any_home.verify().seq == 2


def test_a_conflict_within_a_batch_loses_only_its_own_act(any_home: Home, record: Record) -> None:
    old = any_home.ledger.head()
    with any_home.ledger.batch():
        record(any_home, 2)
        with pytest.raises(Conflict):
            any_home.ledger.append([MISSED], old, actor=BEN, now=NOW)
        record(any_home, 2)
    assert any_home.verify().seq == 5


def test_an_append_is_never_part_of_a_larger_transaction_unasked(any_home: Home) -> None:
    with (
        pytest.raises(RuntimeError, match="durable"),
        atomic(any_home.ledger.alias),
    ):
        any_home.ledger.append([MISSED], any_home.ledger.head(), actor=ANA, now=NOW)


def test_commits_on_sqlite_wait_for_the_disk(home: Home) -> None:
    with connections[home.ledger.alias].cursor() as cursor:
        answers = [
            cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous")
        ]
    full = 2
    assert answers == ["wal", full]


def test_a_line_that_is_not_there_is_named(any_home: Home) -> None:
    with pytest.raises(LedgerBroken, match=r"^Entry 7: it is not there"):
        any_home.ledger.hash_at(7)


def test_a_locked_database_is_told_in_one_sentence(home: Home) -> None:
    connections[home.ledger.alias].close()
    connections[home.ledger.alias].settings_dict["OPTIONS"]["timeout"] = 0
    other = sqlite3.connect(home.folder / "trial.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Refused, match="Another program holds the trial's database"):
        home.ledger.append([MISSED], home.ledger.head(), actor=ANA, now=NOW)
    other.rollback()
    other.close()
    home.ledger.append([MISSED], home.ledger.head(), actor=ANA, now=NOW)


def test_many_lines_are_streamed_while_others_are_appended(home: Home, record: Record) -> None:
    record(home, 2500)
    seen = []
    for line in home.ledger.since():
        seen.append(line.seq)
        if line.seq == 1200:
            record(home, 1)
    assert seen[:2501] == list(range(1, 2502))
    assert home.verify().seq == 2502


def test_the_same_acts_leave_the_same_lines(tmp_path: Path) -> None:
    found = []
    for name in ("one", "two"):
        draw = Random(5).randbytes
        with Home.create(tmp_path / name, study=b"", entropy=draw) as home:
            home.ledger.append([MISSED] * 3, GENESIS, actor=ANA, now=NOW, entropy=draw)
            found.append((list(home.ledger.since()), home.checkpoint_key))
    assert found[0] == found[1]
