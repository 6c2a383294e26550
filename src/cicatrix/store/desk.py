"""An open trial home with its study read and its ledger folded: what a command or a page stands on.

Opening verifies every line, so that no command works on a broken ledger. Recording appends and
folds in one step. A rehearsed trial has a clock and salts of its own, both from what it holds
already, so that it can be repeated to the byte; a real one has the machine's.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cicatrix.store.home import Home
from cicatrix.trial.errors import Conflict, Refused
from cicatrix.trial.facts import Fact
from cicatrix.trial.ledger import Entry, Line, read, verified
from cicatrix.trial.reading import read_study
from cicatrix.trial.rehearsed import HOUR, salts_after, time_after
from cicatrix.trial.roles import Actor
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial, fold

_TRIES = 5
"""Of two programs that record at once one wins each time, so few tries are enough."""


@dataclass(slots=True)
class Desk:
    """A home, its study in force, and the trial so far.

    `step` is how far an act moves a rehearsed trial's clock; `kept` are the entries so far, for
    who shows more of them than their fold.
    """

    home: Home
    study: Study
    trial: Trial
    step: timedelta = HOUR
    kept: list[Entry] | None = None

    def act(
        self, decide: Callable[[Study, Trial, datetime], Sequence[Fact]], actor: Actor
    ) -> Sequence[Fact]:
        """Decide an act on the trial so far and record it; anew each time someone was faster."""
        for _ in range(_TRIES - 1):
            try:
                return self._act(decide, actor)
            except Conflict:
                self.catch_up()
        return self._act(decide, actor)

    def _act(
        self, decide: Callable[[Study, Trial, datetime], Sequence[Fact]], actor: Actor
    ) -> Sequence[Fact]:
        now = self.now()
        facts = decide(self.study, self.trial, now)
        self.record(facts, actor, now)
        return facts

    def record(
        self,
        facts: Sequence[Fact],
        actor: Actor,
        now: datetime,
        *,
        entropy: Callable[[int], bytes] | None = None,
    ) -> None:
        """Append the facts of one act and carry the trial on by them."""
        before = self.trial.head
        salts = entropy or salts_after(self.trial, entropy=os.urandom)
        self.home.ledger.append(facts, before, actor=actor, now=now, entropy=salts)
        self.catch_up()

    def catch_up(self) -> None:
        """Fold what was recorded since, by whomever, checking that it follows."""
        head = self.trial.head
        fold(self._read(verified(self.home.ledger.since(head.seq), start=head)), self.trial)

    def _read(self, lines: Iterable[Line]) -> Iterator[Entry]:
        for line in lines:
            entry = read(line)
            if self.kept is not None:
                self.kept.append(entry)
            yield entry

    def now(self) -> datetime:
        """Give the time of an act: the machine's, or a rehearsed trial's own."""
        return time_after(self.trial, now=datetime.now(UTC), step=self.step)

    def who(self, role: str, user: str | None) -> Actor:
        """Find the one who acts: the named user, or the only one who holds the role."""
        holders = [name for name, held in self.trial.roles.items() if (role, None) in held]
        if not user and len(holders) != 1:
            known = ", ".join(holders) or "nobody yet"
            raise Refused(
                "who", f"Say who acts with --by USER; the role {role} is held by {known}."
            )
        return Actor(user or holders[0], role)


@contextmanager
def open_desk(folder: Path) -> Iterator[Desk]:
    """Open a home for one command; close it whatever happens."""
    with Home.open(folder) as home:
        yield seated(home)


def seated(home: Home, *, step: timedelta = HOUR, keep: bool = False) -> Desk:
    """Read an open home's study and fold its ledger, every line checked."""
    study = read_study(home.study, file=str(home.folder / "study.yaml"))
    desk = Desk(home, study, Trial(), step, [] if keep else None)
    desk.catch_up()
    if desk.trial.versions.get(desk.trial.study_version) != study.digest:
        raise Refused(
            "study_version",
            f"{home.folder / 'study.yaml'} is not the version {desk.trial.study_version} that the "
            "ledger adopted; restore it from a copy.",
        )
    return desk
