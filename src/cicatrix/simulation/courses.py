"""What is drawn for one participant before it happens: her scars, and then events and departure.

It is nature's and chance's side of her; what is recorded of it is the acts' business. Go next to
follow_up.py, which plays it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from cicatrix.simulation.people import COURSE, EVENTS, PERSONS, RATINGS, SCAR, Person, stream
from cicatrix.simulation.raters import draw_profile
from cicatrix.simulation.scars import Scar, draw_scars
from cicatrix.simulation.stage import Stage
from cicatrix.trial.facts import SealedSlot, WithdrawalScope
from cicatrix.trial.schedule import planned_date
from cicatrix.trial.study import Study, Visit

MILESTONES = ("screening", "randomisation", "first_dose", "last_dose")
INJURED_FROM = 3
"""Intercurrent events come in the last two thirds of follow-up: they need time, as a birth does."""

SCOPES: tuple[WithdrawalScope, ...] = ("treatment", "visits", "visits", "all")


@dataclass(frozen=True, slots=True)
class Subject:
    """A participant as nature has made her: her scars, and what raters see in each of them.

    `attempts` marks the few on whom the people of the site try what must be refused.
    """

    person: Person
    participant: str
    scars: Mapping[str, Scar]
    profiles: Mapping[tuple[str, str], tuple[float, ...]]
    attempts: bool
    ratings: np.random.Generator

    @property
    def site(self) -> str:
        """Give the site at which she takes part."""
        return self.person.site


@dataclass(frozen=True, slots=True)
class Course:
    """What will happen to her; `leaves_after` counts visits since randomisation, None for never."""

    subject: Subject
    slot: SealedSlot
    leaves_after: int | None
    scope: WithdrawalScope
    injuries: tuple[date, ...]
    visits: np.random.Generator
    events: np.random.Generator

    @property
    def participant(self) -> str:
        """Give her screening identifier."""
        return self.subject.participant

    @property
    def site(self) -> str:
        """Give the site at which she takes part."""
        return self.subject.site


def draw_subject(stage: Stage, person: Person, participant: str, *, attempts: bool) -> Subject:
    """Draw the scars of someone who was screened."""
    rng = stream(stage.seed, PERSONS, person.index, SCAR)
    regions = stage.study.form[stage.nature.rating_form].regions
    return Subject(
        person=person,
        participant=participant,
        scars=draw_scars(stage.nature, regions, rng),
        profiles={
            (form, region): draw_profile(scale, rng)
            for form, scale in stage.scales.items()
            for region in scale.form.regions
        },
        attempts=attempts,
        ratings=stream(stage.seed, PERSONS, person.index, RATINGS),
    )


def draw_course(stage: Stage, subject: Subject, slot: SealedSlot) -> Course:
    """Draw what will happen to a participant who was randomised today."""
    number = subject.person.index
    study, conduct = stage.study, stage.conduct
    events = stream(stage.seed, PERSONS, number, EVENTS)
    today = stage.today(subject.site)
    last = last_day(study, today)
    injured = bool(study.intercurrent_events) and events.random() < conduct.intercurrent_event
    earliest = today + (last - today) / INJURED_FROM
    injuries = (some_day(earliest, last, events),) if injured else ()
    visits = stream(stage.seed, PERSONS, number, COURSE, 1)
    left = max(len(study.visits) - len(before_randomisation(study)), 1)
    leaves = visits.random() < conduct.withdraws
    return Course(
        subject=subject,
        slot=slot,
        leaves_after=int(visits.integers(left)) if leaves else None,
        scope=SCOPES[int(visits.integers(len(SCOPES)))],
        injuries=injuries,
        visits=visits,
        events=events,
    )


def before_randomisation(study: Study) -> tuple[Visit, ...]:
    """List the visits that come before the first one that a randomisation or a dose leads to."""
    early: list[Visit] = []
    for visit in study.visits:
        if _counted_from(study, visit) != "screening" or visit.dosing_day is not None:
            break
        early.append(visit)
    return tuple(early)


def _counted_from(study: Study, visit: Visit) -> str:
    while visit.anchor not in MILESTONES:
        visit = study.visit[visit.anchor]
    return visit.anchor


def last_day(study: Study, start: date) -> date:
    """Give the day of the last planned visit, were everything else to happen on `start`."""
    anchors = dict.fromkeys(MILESTONES, start)
    for visit in study.visits:
        anchors[visit.id] = planned_date(visit, anchors[visit.anchor])
    return max(anchors.values())


def some_day(first: date, last: date, rng: np.random.Generator) -> date:
    """Draw a day between two, both included; the first if they are the wrong way round."""
    return first + timedelta(days=int(rng.integers(max((last - first).days, 0) + 1)))
