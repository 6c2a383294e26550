"""A process at work for one trial: the desk it acts at, and what each actor sees, kept up to date.

A page is made of `Seen`, the fold of what visible_to would give, and of nothing else; the whole
trial is read by acts alone, which check for themselves. Each request catches up with the ledger
first. One lock serves all threads: a page is mostly work of this processor, and none may see a
fold half made.
"""

from bisect import insort
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import RLock
from typing import TypeVar, cast

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cicatrix.store.desk import seated
from cicatrix.store.home import Home
from cicatrix.trial.checkpoint import Checkpoint, check_against, read_checkpoint
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import Fact, ParticipantFact
from cicatrix.trial.ledger import Entry
from cicatrix.trial.participant import Participant
from cicatrix.trial.reading import read_study
from cicatrix.trial.roles import Actor
from cicatrix.trial.schedule import local_date
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial, fold
from cicatrix.trial.visibility import Sight

T = TypeVar("T")

_MINUTE = timedelta(minutes=1)
_MOST_SEEN = 64


@dataclass(slots=True)
class Seen:
    """The trial as one actor may see it, now."""

    actor: Actor
    study: Study
    now: datetime
    trial: Trial = field(default_factory=Trial)
    _sight: Sight | None = None
    _read: int = 0
    _numbered: list[tuple[int, Entry]] = field(default_factory=list)
    _about: dict[str, list[tuple[int, Entry]]] = field(default_factory=dict)
    _worked_out: dict[tuple[str, str], tuple[object, object]] = field(default_factory=dict)

    @property
    def entries(self) -> list[Entry]:
        """Everything that happened, in order, numbered as this actor counts."""
        return _renumbered(self._numbered)

    def about(self, participant: str) -> list[Entry]:
        """Everything that happened to one participant, in order."""
        return _renumbered(self._about.get(participant, []))

    def of(self, *kinds: type[Fact]) -> list[Entry]:
        """List what happened of some kinds, in order, with no numbers."""
        return [entry for _, entry in self._numbered if isinstance(entry.fact, kinds)]

    def today(self, site: str | None = None) -> date:
        """Give the date at a site: the actor's own if none is named, else the study's first."""
        place = site or self.actor.site or self.study.sites[0].id
        return local_date(self.study, place, self.now)

    def each(self, what: str, work: Callable[[Participant, date], T]) -> Iterator[T]:
        """Work something out for every participant, anew for whom something happened since."""
        days = {site.id: self.today(site.id) for site in self.study.sites}
        language = get_language()
        for participant in self.trial.participants.values():
            yield self._of(what, participant, work, days[participant.site], language)

    def of_one(
        self, what: str, participant: Participant, work: Callable[[Participant, date], T]
    ) -> T:
        """Work something out for one participant, anew if something happened to her since.

        `work` reads her own record and the date at her site, the study and the page's language,
        and nothing else; `what` names it.
        """
        return self._of(what, participant, work, self.today(participant.site), get_language())

    def _of(
        self, what: str, participant: Participant, work: Callable[[Participant, date], T],
        day: date, language: str | None,
    ) -> T:  # fmt: skip
        happened = len(self._about.get(participant.id, ()))
        state = (happened, day, self.study.version, language)
        known = self._worked_out.get((what, participant.id))
        if known is None or known[0] != state:
            known = self._worked_out[what, participant.id] = (state, work(participant, day))
        return cast(T, known[1])

    def take(self, entries: Sequence[Entry], *, rates: bool) -> bool:
        """Carry on by what is new in the ledger; False if all has to be seen anew."""
        self._sight = self._sight or Sight(self.actor, rates=rates)
        fresh = self._sight.see(entries[self._read :])
        self._read = len(entries)
        if self._sight.narrowed:
            return False
        bare = [replace(one, seq=0, hash="") for one in fresh]
        fold(bare, self.trial)
        for place, entry in zip(fresh, bare, strict=True):
            insort(self._numbered, (place.seq, entry), key=_place)
            if isinstance(entry.fact, ParticipantFact):
                known = self._about.setdefault(entry.fact.participant, [])
                insort(known, (place.seq, entry), key=_place)
        return True


def _place(numbered: tuple[int, Entry]) -> int:
    return numbered[0]


def _renumbered(numbered: Sequence[tuple[int, Entry]]) -> list[Entry]:
    return [replace(entry, seq=n) for n, (_, entry) in enumerate(numbered, start=1)]


class Worker:
    """One open trial home in this process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.desk = seated(Home.open(folder), step=_MINUTE, keep=True)
        self.lock = RLock()
        self._seen: OrderedDict[Actor, Seen] = OrderedDict()
        self._file = (b"", "")

    def catch_up(self) -> None:
        """Take in what other processes recorded."""
        self.desk.catch_up()

    def seen_by(self, actor: Actor) -> Seen:
        """Give the trial as an actor sees it now."""
        seen = self._seen.get(actor) or Seen(actor, self.desk.study, self.desk.now())
        rates = "rater" in self.desk.trial.ever_held.get(actor.user, ())
        assert self.desk.kept is not None
        if not seen.take(self.desk.kept, rates=rates):
            seen = Seen(actor, self.desk.study, self.desk.now())
            seen.take(self.desk.kept, rates=rates)
        seen.now, seen.study = self.desk.now(), self.desk.study
        self._seen[actor] = seen
        self._seen.move_to_end(actor)
        while len(self._seen) > _MOST_SEEN:
            self._seen.popitem(last=False)
        return seen

    def act(
        self, actor: Actor, decide: Callable[..., Sequence[Fact]], **particulars: object
    ) -> Sequence[Fact]:
        """Do an act of `trial/actions` and record it."""

        def decided(study: Study, trial: Trial, now: datetime) -> Sequence[Fact]:
            return decide(study, trial, actor, now=now, **particulars)

        return self.desk.act(decided, actor)

    def study_file(self) -> bytes:
        """Give the study file as it was written, if it is still the one that the ledger adopted."""
        content = self.desk.home.study
        adopted = self.desk.trial.versions[self.desk.trial.study_version]
        if (content, adopted) != self._file:
            if read_study(content, file="study.yaml").digest != adopted:
                raise Refused(
                    "study_version",
                    _(
                        "The study file that this trial keeps is not the version {version} that "
                        "its ledger adopted; ask for it to be restored from a copy."
                    ).format(version=self.desk.trial.study_version),
                )
            self._file = (content, adopted)
        return content

    def roles_of(self, user: str) -> list[Actor]:
        """List the roles that a user holds, each at its site."""
        held = self.desk.trial.roles.get(user, set())
        return [
            Actor(user, role, site)
            for role, site in sorted(held, key=lambda one: (one[0], one[1] or ""))
        ]

    def check(self, text: str) -> Checkpoint:
        """Read a checkpoint of this trial; raise LedgerBroken unless the ledger continues it."""
        checkpoint = read_checkpoint(text, self.desk.trial.checkpoint_key)
        ledger = self.desk.home.ledger
        check_against(checkpoint, ledger.verify(), ledger.hash_at)
        return checkpoint

    def close(self) -> None:
        """Let go of the home."""
        self.desk.home.close()


_worker: Worker | None = None
_opening = RLock()


def worker() -> Worker:
    """Give this process's worker; the first call opens the home that the settings name."""
    global _worker
    with _opening:
        if _worker is None:
            _worker = Worker(settings.HOME)
        return _worker


@contextmanager
def working(folder: Path) -> Iterator[Worker]:
    """Work in a home for a while, in place of any other: for tests and commands."""
    global _worker
    before, _worker = _worker, Worker(folder)
    try:
        yield _worker
    finally:
        _worker.close()
        _worker = before
