"""A participant's visits after randomisation: doses, assessments, forms, and how it ends.

The next visit is always the one that is due first, counted from what has really happened. Late
and missed visits have their reason; a withdrawal ends what it ends and nothing more.
"""

from datetime import date, timedelta

import numpy as np

from cicatrix.simulation.assessments import assess_scars
from cicatrix.simulation.courses import Course, before_randomisation, some_day
from cicatrix.simulation.paperwork import fill_visit_form
from cicatrix.simulation.people import Person
from cicatrix.simulation.stage import Process, Stage, weekday
from cicatrix.simulation.supply import category_of, give_doses, miss_doses
from cicatrix.trial.actions.departures import record_deviation, withdraw
from cicatrix.trial.actions.screening import consent_in_force, sign_consent
from cicatrix.trial.actions.visits import attend_visit, miss_visit
from cicatrix.trial.schedule import Due, due_dates
from cicatrix.trial.study import Visit

LATE_BY_DAYS = 14
NO_DOSE_BECAUSE = ("she had a fever", "she was asleep", "she was not on the ward")
STRANDED_BECAUSE = "the day it is counted from did not come"
MISSED_BECAUSE = ("she did not come", "she was travelling", "she could not be reached")
LEFT_BECAUSE = ("she moved away", "she no longer has the time", "she does not want to go on")


def follow_up(stage: Stage, course: Course) -> Process:
    """Play every visit after randomisation, until the last or until she leaves."""
    yield from _visits(stage, course)
    stage.finish(course.participant)


def _visits(stage: Stage, course: Course) -> Process:
    early = {visit.id for visit in before_randomisation(stage.study)}
    remaining = {visit.id: visit for visit in stage.study.visits if visit.id not in early}
    handled = 0
    while remaining:
        participant = stage.participant(course.participant)
        due = due_dates(stage.study, participant.milestones())
        ready = [visit for visit in remaining.values() if visit.id in due]
        if course.leaves_after == handled and participant.withdrawn_from("treatment") is None:
            planned = min((due[visit.id].planned for visit in ready), default=None)
            yield from _leave(stage, course, before=planned, dosing=_doses_left(remaining))
            if participant.withdrawn_from("visits") is not None:
                return
        if not ready:
            for visit in remaining.values():
                _miss(stage, course, visit, STRANDED_BECAUSE)
            return
        visit = min(ready, key=lambda one: due[one.id].planned)
        if visit.dosing_day is not None:
            yield from _dosing(stage, course, visit, due[visit.id])
        else:
            yield from _follow_up(stage, course, visit, due[visit.id])
        del remaining[visit.id]
        handled += 1
        if visit.id in participant.missed:
            _strand(stage, course, remaining)
        if stage.until in participant.attended or stage.until in participant.missed:
            stage.finish(course.participant)


def _strand(stage: Stage, course: Course, remaining: dict[str, Visit]) -> None:
    """Give up the visits that are counted from a missed one, and those counted from these."""
    participant = stage.participant(course.participant)
    for visit in list(remaining.values()):
        if visit.anchor in participant.missed:
            _miss(stage, course, visit, STRANDED_BECAUSE)
            del remaining[visit.id]


def _doses_left(remaining: dict[str, Visit]) -> bool:
    return any(visit.dosing_day is not None for visit in remaining.values())


def _leave(stage: Stage, course: Course, *, before: date | None, dosing: bool) -> Process:
    """Withdraw before the next visit; from treatment alone only while doses are still to come."""
    rng, today = course.visits, stage.today(course.site)
    day = some_day(today, before or today, rng)
    yield stage.on_day(course.site, day, rng)
    scope = course.scope if dosing or course.scope != "treatment" else "visits"
    stage.act(
        withdraw, stage.cast.teams[course.site].coordinator,
        participant=course.participant, scope=scope,
        reason=LEFT_BECAUSE[int(rng.integers(len(LEFT_BECAUSE)))],
        by="participant" if rng.random() < 0.85 else "investigator",
    )  # fmt: skip


def _dosing(stage: Stage, course: Course, visit: Visit, due: Due) -> Process:
    """Give the day's dose, or miss it; the first day of treatment is never missed."""
    rng = course.visits
    participant = stage.participant(course.participant)
    missed = rng.random() < stage.conduct.missed_dose and bool(participant.tubes)
    earliest = max(due.planned, stage.today(course.site))
    if any(use.on == earliest for use in participant.tubes):
        earliest += timedelta(days=1)
    yield stage.on_day(course.site, some_day(earliest, due.last, rng), rng)
    if participant.withdrawn_from("treatment") is not None:
        _miss(stage, course, visit, "she has left treatment")
    elif missed:
        why = NO_DOSE_BECAUSE[int(rng.integers(len(NO_DOSE_BECAUSE)))]
        miss_doses(stage, course, visit, why)
    else:
        yield from attend(stage, course.subject.person, course.participant, visit, rng)
        yield from give_doses(stage, course, visit)
        yield from _forms(stage, course, visit)


def _follow_up(stage: Stage, course: Course, visit: Visit, due: Due) -> Process:
    rng, site = course.visits, course.site
    missed, late = rng.random(2)
    if missed < stage.conduct.missed_visit:
        yield stage.on_day(site, weekday(due.last + timedelta(days=int(rng.integers(1, 6)))), rng)
        why = MISSED_BECAUSE[int(rng.integers(len(MISSED_BECAUSE)))]
        _miss(stage, course, visit, why)
        return
    is_late = late < stage.conduct.late_visit
    day = _day_of(due, rng, late=is_late)
    yield stage.on_day(site, day, rng)
    yield from attend(stage, course.subject.person, course.participant, visit, rng)
    category = category_of(stage.study, "visit")
    if is_late and category:
        stage.act(
            record_deviation, stage.cast.teams[site].coordinator,
            participant=course.participant, category=category,
            text=f"visit {visit.id} took place after its window, which ended on {due.last}",
        )  # fmt: skip
    yield from _forms(stage, course, visit)


def _day_of(due: Due, rng: np.random.Generator, *, late: bool) -> date:
    """Choose the day of a visit: a weekday in the window where there is one, or after it."""
    if late:
        return weekday(due.last + timedelta(days=int(rng.integers(1, LATE_BY_DAYS + 1))))
    day = some_day(due.first, due.last, rng)
    shifted = weekday(day)
    return shifted if shifted <= due.last else day


def _miss(stage: Stage, course: Course, visit: Visit, why: str) -> None:
    """Record a visit as missed, and with it the dose that she was still to have."""
    treated = stage.participant(course.participant).withdrawn_from("treatment") is None
    if visit.dosing_day is not None and treated:
        miss_doses(stage, course, visit, why)
        return
    coordinator = stage.cast.teams[course.site].coordinator
    stage.act(miss_visit, coordinator, participant=course.participant, visit=visit.id, reason=why)


def attend(
    stage: Stage, person: Person, participant: str, visit: Visit, rng: np.random.Generator
) -> Process:
    """Record that she came, and let her sign the consent anew if a later version is in force."""
    coordinator = stage.cast.teams[person.site].coordinator
    current = consent_in_force(stage.study, stage.today(person.site))
    signed = {consent.version for consent in stage.participant(participant).consents}
    if current is not None and current.version not in signed:
        stage.act(
            sign_consent, coordinator, participant=participant, consent_version=current.version,
            language=person.language, releases=person.releases,
        )  # fmt: skip
        yield stage.soon(rng)
    stage.act(attend_visit, coordinator, participant=participant, visit=visit.id)


def _forms(stage: Stage, course: Course, visit: Visit) -> Process:
    for name in visit.forms:
        form = stage.study.form[name]
        if form.rating is not None:
            yield from assess_scars(stage, course.subject, visit, form, course.injuries)
        else:
            yield from fill_visit_form(
                stage, course.participant, course.site, form, visit.id, course.visits
            )
