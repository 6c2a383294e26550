"""The ledger as it is kept: append lines after the head one saw, and read lines in order.

An append is one transaction: all facts of an act or none, on the disk when it returns. It names
the head that it saw, so that two writers cannot fork the ledger: the second gets Conflict. What
the database itself finds damaged is told as LedgerBroken, with the entry that was reached. What a
line is and how the chain is checked is trial/ledger.py.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import DatabaseError, IntegrityError, connections
from django.db.transaction import atomic

from cicatrix.store.database import DATABASE_ERRORS, told
from cicatrix.trial.errors import Conflict, LedgerBroken
from cicatrix.trial.facts import Fact
from cicatrix.trial.ledger import GENESIS, Head, Line, seal, verify
from cicatrix.trial.roles import Actor

_GUARDS = {
    "sqlite": "SELECT count(*) = 3 FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'line' "
    "AND name IN ('line_no_update', 'line_no_delete', 'line_in_order')",
    "postgresql": "SELECT count(*) = 2 FROM pg_trigger WHERE tgrelid = 'line'::regclass "
    "AND tgenabled IN ('O', 'A') AND tgname IN ('line_no_change', 'line_no_truncate')",
}


class Ledger:
    """The lines of one trial, in the database that Django knows as `alias`."""

    def __init__(self, alias: str = "default") -> None:
        self.alias = alias
        self._in_batch = False

    def append(
        self,
        facts: Sequence[Fact],
        expected_head: Head,
        *,
        actor: Actor,
        now: datetime,
        entropy: Callable[[int], bytes] = os.urandom,
    ) -> Head:
        """Record one act after the head it was decided on, whole and durably, or raise Conflict."""
        lines = seal(expected_head, facts, actor=actor, now=now, entropy=entropy)
        if not lines:
            return expected_head
        try:
            with atomic(self.alias, durable=not self._in_batch):
                found = self.head()
                if found != expected_head:
                    raise Conflict(expected_head.seq, found.seq)
                self._insert(lines)
        except IntegrityError as problem:
            raise Conflict(expected_head.seq, self.head().seq) from problem
        except DATABASE_ERRORS as problem:
            raise told(problem, expected_head.seq + 1) from problem
        return Head(lines[-1].seq, lines[-1].hash)

    def _insert(self, lines: Sequence[Line]) -> None:
        with connections[self.alias].cursor() as cursor:
            cursor.executemany(
                "INSERT INTO line (seq, text, hash) VALUES (%s, %s, %s)",
                [(line.seq, line.text, line.hash) for line in lines],
            )

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Make many appends one transaction, for a rehearsal: durable at its end, or none."""
        try:
            with atomic(self.alias, durable=True):
                self._in_batch = True
                yield
        except DatabaseError as problem:
            raise told(problem, 1) from problem
        finally:
            self._in_batch = False

    def head(self) -> Head:
        """Give the number and hash of the last line."""
        last = self._value("SELECT max(seq) FROM line", reached=1)
        if last is None:
            return GENESIS
        if not isinstance(last, int):
            raise LedgerBroken(1, "the last line's number is not stored as such")
        return Head(last, self.hash_at(last))

    def hash_at(self, seq: int) -> str:
        """Give the hash of one line."""
        found = self._value("SELECT hash FROM line WHERE seq = %s", seq, reached=seq)
        if found is None:
            raise LedgerBroken(seq, "it is not there")
        if not isinstance(found, str):
            raise LedgerBroken(seq, "its hash is not stored as such")
        return found

    def _value(self, query: str, *values: int, reached: int) -> object:
        try:
            with connections[self.alias].cursor() as cursor:
                cursor.execute(query, values)
                row = cursor.fetchone()
        except DATABASE_ERRORS as problem:
            raise told(problem, reached) from problem
        return row[0] if row else None

    def since(self, seq: int = 0) -> Iterator[Line]:
        """Stream the lines after number `seq`, in order, unchecked."""
        query = "SELECT seq, text, hash FROM line WHERE seq > %s ORDER BY seq"
        # A server is asked for many lines at a time; SQLite is in this process, and taking them
        # singly is what lets an error name the entry.
        at_once = 1 if connections[self.alias].vendor == "sqlite" else 1000
        try:
            with connections[self.alias].chunked_cursor() as cursor:
                cursor.execute(query, [seq])
                while rows := cursor.fetchmany(at_once):
                    for row in rows:
                        seq += 1
                        yield _line(row, seq)
        except DATABASE_ERRORS as problem:
            raise told(problem, seq + 1) from problem

    def verify(self) -> Head:
        """Check every line and return the head; raise LedgerBroken at the first bad one.

        The database is asked besides whether it would still refuse to change a line; and SQLite
        whether its file is whole, since one flipped byte in a page's count or in the table's root
        can hide lines without breaking the chain of those left.
        """
        last = self.head()
        first = self._value("SELECT min(seq) FROM line", reached=1)
        if isinstance(first, int) and first < 1:
            raise LedgerBroken(1, f"line {first} stands before it (inserted or moved)")
        head = verify(self.since())
        if head.seq < last.seq:
            raise LedgerBroken(head.seq + 1, "it and what follows cannot be reached in order")
        if connections[self.alias].vendor == "sqlite":
            answer = self._value("PRAGMA quick_check(1)", reached=head.seq + 1)
            if answer != "ok":
                raise LedgerBroken(
                    head.seq + 1,
                    "the database file is damaged, and lines may be missing from here on",
                )
        guards = _GUARDS[connections[self.alias].vendor]
        if not self._value(guards, reached=head.seq + 1):
            raise LedgerBroken(
                head.seq + 1,
                "what refuses changes to lines was removed from the database",
            )
        return head


def _line(row: tuple[object, ...], due: int) -> Line:
    seq, text, hash_ = row
    if isinstance(seq, int) and isinstance(text, str) and isinstance(hash_, str):
        return Line(seq, text, hash_)
    raise LedgerBroken(due, "its number, text or hash is not stored as such")
