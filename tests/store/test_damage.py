"""Any change to a line's bytes in the database file is found, and the entry is named.

The file is damaged as a disk or a hand would: SQLite itself is not asked. Where SQLite cannot
read the file any more, that too is one sentence with the entry reached.
"""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cicatrix.store.home import Home
from cicatrix.trial.errors import CicatrixError, LedgerBroken
from cicatrix.trial.ledger import Line

PAGE = 4096
often = settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A closed home: its folder, its lines, its database's bytes and where each line is in them."""

    folder: Path
    lines: list[Line]
    content: bytes
    places: list[tuple[int, int]]

    def damaged(self, content: bytes) -> Home:
        for name in ("trial.sqlite3", "trial.sqlite3-wal", "trial.sqlite3-shm"):
            (self.folder / name).unlink(missing_ok=True)
        (self.folder / "trial.sqlite3").write_bytes(content)
        return Home.open(self.folder)

    def by_hand(self, statement: str) -> None:
        """Change the table as its owner can: take the triggers off, and put them back after."""
        with sqlite3.connect(self.folder / "trial.sqlite3") as other:
            found = other.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = found.fetchall()
            for name, _ in triggers:
                other.execute(f"DROP TRIGGER {name}")
            other.execute(statement)
            for _, sql in triggers:
                other.execute(sql)
        other.close()

    def verified(self) -> None:
        with Home.open(self.folder) as home:
            home.verify()

    def broken_at(self, content: bytes) -> int:
        with pytest.raises(LedgerBroken) as caught, self.damaged(content) as home:
            home.verify()
        assert "\n" not in str(caught.value)
        return caught.value.seq


@pytest.fixture
def kept(home: Home, record: object) -> Kept:
    assert callable(record)
    for act in range(12):
        record(home, 3, reason=f"ill {act}", seed=act)
    lines = list(home.ledger.since())
    home.close()
    assert not (home.folder / "trial.sqlite3-wal").exists()
    content = (home.folder / "trial.sqlite3").read_bytes()
    places = []
    for line in lines:
        stored = line.text.encode() + line.hash.encode()
        assert content.count(stored) == 1, "text and hash lie side by side, once"
        start = content.index(stored)
        places.append((start, start + len(stored)))
    return Kept(home.folder, lines, content, places)


@often
@given(st.data())
def test_a_flipped_byte_of_a_line_is_named(kept: Kept, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(kept.lines) - 1))
    where = data.draw(st.integers(kept.places[at][0], kept.places[at][1] - 1))
    content = bytearray(kept.content)
    content[where] ^= data.draw(st.integers(1, 255))
    assert kept.broken_at(bytes(content)) == at + 1


@often
@given(st.data())
def test_bytes_cut_from_or_put_into_a_line_are_found(kept: Kept, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(kept.lines) - 1))
    where = data.draw(st.integers(kept.places[at][0], kept.places[at][1] - 1))
    length = data.draw(st.integers(1, 40))
    if data.draw(st.booleans()):
        content = kept.content[:where] + kept.content[where + length :]
    else:
        content = kept.content[:where] + b"x" * length + kept.content[where:]
    assert kept.broken_at(content) >= 1


@often
@given(st.data())
def test_bytes_shifted_within_a_line_are_named(kept: Kept, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(kept.lines) - 1))
    start, end = kept.places[at]
    where = data.draw(st.integers(start, end - 2))
    content = bytearray(kept.content)
    del content[where]
    content.insert(end - 1, data.draw(st.integers(0, 255)))
    if bytes(content) != kept.content:
        assert kept.broken_at(bytes(content)) == at + 1


@often
@given(st.integers(1, 36), st.integers(1, 36))
def test_two_lines_that_changed_places_are_named(kept: Kept, first: int, second: int) -> None:
    one, two = kept.places[first], kept.places[second]
    if first >= second or one[1] - one[0] != two[1] - two[0]:
        return
    content = bytearray(kept.content)
    content[slice(*one)], content[slice(*two)] = content[slice(*two)], content[slice(*one)]
    assert kept.broken_at(bytes(content)) == first + 1


@often
@given(st.data())
def test_a_line_written_over_by_another_is_named(kept: Kept, data: st.DataObject) -> None:
    source = data.draw(st.integers(1, 36))
    target = data.draw(st.integers(1, 36))
    one, two = kept.places[source], kept.places[target]
    if source == target or one[1] - one[0] != two[1] - two[0]:
        return
    content = bytearray(kept.content)
    content[slice(*two)] = kept.content[slice(*one)]
    assert kept.broken_at(bytes(content)) == target + 1


@often
@given(st.data())
def test_a_flipped_byte_before_a_line_is_found_or_changes_no_line(
    kept: Kept, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(kept.lines) - 1))
    where = kept.places[at][0] - data.draw(st.integers(1, 8))
    content = bytearray(kept.content)
    content[where] ^= data.draw(st.integers(1, 255))
    unchanged_or_broken(kept, bytes(content))


@settings(often, max_examples=300)
@given(st.data())
def test_a_flipped_byte_anywhere_never_passes_with_another_line(
    kept: Kept, data: st.DataObject
) -> None:
    content = bytearray(kept.content)
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    unchanged_or_broken(kept, bytes(content))


@often
@given(st.data())
def test_a_file_cut_short_never_passes_with_fewer_lines(kept: Kept, data: st.DataObject) -> None:
    unchanged_or_broken(kept, kept.content[: data.draw(st.integers(0, len(kept.content) - 1))])


def test_lines_hidden_by_a_pages_count_are_missed(kept: Kept) -> None:
    """Two bytes at the head of a page say how many rows it holds: fewer is a cut tail."""
    for page in range(0, len(kept.content), PAGE):
        count = slice(*((103, 105) if page == 0 else (page + 3, page + 5)))
        rows = int.from_bytes(kept.content[count], "big")
        for fewer in {0, max(rows - 1, 0)} - {rows}:
            content = bytearray(kept.content)
            content[count] = fewer.to_bytes(2, "big")
            unchanged_or_broken(kept, bytes(content))


def test_a_table_that_points_elsewhere_is_missed(kept: Kept) -> None:
    """The schema holds the page where each table begins: another page is another table."""
    before = b"tablelineline"
    where = kept.content.index(before) + len(before)
    for page in range(1, len(kept.content) // PAGE + 1):
        content = bytearray(kept.content)
        content[where] = page
        unchanged_or_broken(kept, bytes(content))


@pytest.mark.parametrize("seq", [0, -5])
def test_a_line_put_before_the_first_is_found(kept: Kept, seq: int) -> None:
    kept.by_hand(f"INSERT INTO line SELECT {seq}, text, hash FROM line WHERE seq = 1")
    with pytest.raises(LedgerBroken, match=f"Entry 1: line {seq} stands before it"):
        kept.verified()


@pytest.mark.parametrize("name", ["line_no_update", "line_no_delete", "line_in_order"])
def test_a_database_that_no_longer_refuses_changes_is_told(kept: Kept, name: str) -> None:
    with sqlite3.connect(kept.folder / "trial.sqlite3") as other:
        other.execute(f"DROP TRIGGER {name}")
    other.close()
    with pytest.raises(LedgerBroken, match="what refuses changes to lines was removed"):
        kept.verified()


def unchanged_or_broken(kept: Kept, content: bytes) -> None:
    try:
        with kept.damaged(content) as home:
            home.verify()
            assert list(home.ledger.since()) == kept.lines
    except CicatrixError as problem:
        found = str(problem)
    else:
        found = "whole"
    assert "\n" not in found
