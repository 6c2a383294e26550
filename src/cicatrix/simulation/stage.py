"""The stage of a rehearsal: a replaced clock, a heap of what comes next, and the way to act.

A process is a generator that yields the time at which it goes on. Acts reach the ledger only
through `Stage.act`, which calls a real act and hands its facts to `record`; nothing here makes a
fact. Go next to enrolment.py, whose processes start all others.
"""

import heapq
from collections import Counter
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from cicatrix.simulation.people import Cast
from cicatrix.simulation.raters import Scale
from cicatrix.trial.assumed import Conduct, Nature
from cicatrix.trial.errors import NotPermitted, Refused
from cicatrix.trial.facts import Fact
from cicatrix.trial.participant import Participant
from cicatrix.trial.roles import Actor
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial

Process = Generator[datetime, None, None]
Record = Callable[[list[Fact], Actor, datetime], None]
Act = Callable[..., list[Fact]]

OPENS, CLOSES = time(8, 30), time(17, 30)
ARRIVE_WITHIN_MINUTES = 270
WITHIN_A_VISIT = timedelta(hours=4)


@dataclass(slots=True)
class Stage:
    """What every process of a rehearsal shares; `now` is the only clock."""

    study: Study
    trial: Trial
    record: Record
    packing: Mapping[tuple[str, int], str]
    nature: Nature
    conduct: Conduct
    cast: Cast
    scales: Mapping[str, Scale]
    bias: Mapping[str, float]
    seed: int
    now: datetime
    until: str | None = None
    ends: datetime | None = None
    acts: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    delivered: dict[str, int] = field(default_factory=dict)
    stores: dict[str, np.random.Generator] = field(default_factory=dict)
    progress: Callable[[int, int], None] | None = None
    participants: int = 0
    on_the_way: int = 0
    turned_away: int = 0
    waiting: set[str] = field(default_factory=set)
    done: int = 0
    recruited: bool = False
    closing: bool = False
    first: datetime | None = None
    _zones: dict[str, ZoneInfo] = field(default_factory=dict)
    _heap: list[tuple[datetime, int, datetime, Process]] = field(default_factory=list)
    _started: int = 0

    def act(self, act: Act, actor: Actor, **particulars: object) -> list[Fact]:
        """Do an act now and record what it leads to."""
        facts = act(self.study, self.trial, actor, now=self.now, **particulars)
        self.record(facts, actor, self.now)
        self.acts[act.__name__] += 1
        self.first = self.first or self.now
        return facts

    def must_refuse(self, rule: str, act: Act, actor: Actor, **particulars: object) -> None:
        """Try something wrong, count its refusal, and stop the rehearsal if it is let through."""
        try:
            act(self.study, self.trial, actor, now=self.now, **particulars)
        except Refused as refusal:
            if refusal.rule != rule:
                raise
            self.refused[rule] += 1
        except NotPermitted:
            if rule != "not_permitted":
                raise
            self.refused[rule] += 1
        else:
            raise RuntimeError(
                f"{act.__name__} by {actor.user} as {actor.role} had to be refused ({rule}) and "
                "was not: this is a defect of the act, please report it."
            )

    def start(self, process: Process, at: datetime) -> None:
        """Let a process begin at a time, or now if that has passed."""
        self._push(max(at, self.now), self.now, process)

    def play(self) -> None:
        """Run all processes in order of time until none is left, or what is left is cut off.

        Once `closing`, only what is within minutes or hours of its last step still goes on: a
        visit that has begun is finished, the next does not take place. At the moment `ends` all
        stops where it is, visits that have begun too.
        """
        while self._heap:
            at, _, since, process = heapq.heappop(self._heap)
            if self.ends is not None and at > self.ends:
                self.now = self.ends
                return
            if self.closing and at - since > WITHIN_A_VISIT:
                continue
            self.now = at
            try:
                then = next(process)
            except StopIteration:
                continue
            self._push(max(then, at), at, process)

    def finish(self, participant: str) -> None:
        """Take note that a participant is through, or has passed the visit to stop after."""
        if participant in self.waiting:
            self.waiting.discard(participant)
            self.done += 1
            if self.progress:
                self.progress(self.done, self.participants)
        self.close_if_due()

    def close_if_due(self) -> None:
        """Stop the calendar once nobody is left whom it has to go on for."""
        if self.until is not None and self.recruited and not self.waiting:
            self.closing = True

    def _push(self, at: datetime, since: datetime, process: Process) -> None:
        self._started += 1
        heapq.heappush(self._heap, (at, self._started, since, process))

    def participant(self, name: str) -> Participant:
        """Look a participant up in the trial so far."""
        return self.trial.participants[name]

    def today(self, site: str) -> date:
        """Give the calendar date at a site."""
        return self.now.astimezone(self._zone(site)).date()

    def soon(self, rng: np.random.Generator) -> datetime:
        """Give a time some minutes from now."""
        return self.now + timedelta(minutes=int(rng.integers(3, 11)))

    def on_day(self, site: str, day: date, rng: np.random.Generator) -> datetime:
        """Give a time in a site's working hours of a day; some minutes from now if it is today.

        A day that has passed, or today after hours, is the next time the site is open.
        """
        minutes = int(rng.integers(ARRIVE_WITHIN_MINUTES))
        here = self.now.astimezone(self._zone(site))
        if day <= here.date():
            if OPENS <= here.time() < CLOSES:
                return self.soon(rng)
            day = here.date() + timedelta(days=1 if here.time() >= CLOSES else 0)
        local = datetime.combine(day, OPENS, self._zone(site)) + timedelta(minutes=minutes)
        return local.astimezone(UTC)

    def in_days(self, site: str, fewest: int, most: int, rng: np.random.Generator) -> datetime:
        """Give a time in working hours of a weekday, some days from today."""
        day = self.today(site) + timedelta(days=int(rng.integers(fewest, most + 1)))
        return self.on_day(site, weekday(day), rng)

    def _zone(self, site: str) -> ZoneInfo:
        if site not in self._zones:
            name = next(one.timezone for one in self.study.sites if one.id == site)
            self._zones[site] = ZoneInfo(name)
        return self._zones[site]


def weekday(day: date) -> date:
    """Give the day itself or the Monday after a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
