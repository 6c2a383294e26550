"""The trial as the page knows it: read and checked once, then carried on by what is new.

The page must answer in seconds however long the ledger is. An act is decided on this and appended
at its head: if something else came in between, the act reads and checks the whole ledger again
(custody.py). No arm is here, for none is in a ledger.
"""

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cicatrix.store.home import Home
from cicatrix.trial.facts import AllocationReleased, CodeBroken, ListSealed
from cicatrix.trial.ledger import read, verified
from cicatrix.trial.participant import Participant
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial, fold
from cicatrix_sealed.custody import Situation, situation


@dataclass(frozen=True, slots=True)
class Telling:
    """A code-break or a release that is in the ledger: when, by whom, and what it says."""

    at: datetime
    by: str
    fact: CodeBroken | AllocationReleased


@dataclass(slots=True)
class Present:
    """The study in force, the trial so far, and every telling of an allocation, oldest first."""

    folder: Path
    study: Study
    last_at: datetime
    trial: Trial = field(default_factory=Trial)
    promised: ListSealed | None = None
    tellings: list[Telling] = field(default_factory=list)

    @classmethod
    def of(cls, folder: Path) -> "Present":
        """Read a trial home from its first entry on."""
        with Home.open(folder) as home:
            standing = situation(home)
        present = cls(folder, standing.study, standing.last_at)
        present.catch_up()
        return present

    def catch_up(self) -> None:
        """Carry the trial on by the entries since the last look, each checked."""
        with Home.open(self.folder) as home:
            since = home.ledger.since(self.trial.head.seq)
            for line in verified(since, start=self.trial.head):
                entry = read(line)
                fold([entry], self.trial)
                self.last_at = entry.at
                if isinstance(entry.fact, ListSealed):
                    self.promised = entry.fact
                if isinstance(entry.fact, CodeBroken | AllocationReleased):
                    self.tellings.append(Telling(entry.at, entry.actor.user, entry.fact))
            if self.trial.versions.get(self.trial.study_version) != self.study.digest:
                self.study = situation(home).study

    def standing(self) -> Situation:
        """Give the trial as an act needs it, as of the last look."""
        promised = None if self.trial.list is None else self.promised
        return Situation(self.study, self.trial, promised, self.last_at)

    def number(self, typed: str) -> str:
        """Give the number that was meant, whatever keyboard typed it, or what was typed."""
        plain = unicodedata.normalize("NFKC", typed).strip()
        given = {number.casefold(): number for number in self.trial.numbers}
        return given.get(plain.casefold(), plain)

    def treated(self, number: str) -> Participant | None:
        """Find the participant of a number, None if it was not given."""
        participant = self.trial.numbers.get(number)
        return None if participant is None else self.trial.participants[participant]
