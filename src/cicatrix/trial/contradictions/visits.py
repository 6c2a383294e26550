"""Visits in time: anchors, windows, dosing days, and which forms are asked when.

Dates of real participants are computed in schedule.py; here only what no participant could meet.
"""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from cicatrix.trial.contradictions.fault import Fault, unless_known
from cicatrix.trial.document import Path
from cicatrix.trial.schedule import add_period, subtract_period
from cicatrix.trial.study import Study, Visit

MILESTONES = ("screening", "randomisation", "first_dose", "last_dose")
LONGEST_YEARS = 50
LATEST_YEAR = 9000
_SOME_DAY = date(2023, 7, 1)


def in_visits(study: Study) -> Iterator[Fault]:
    """Find visits that cannot happen as planned and forms that nobody would be asked."""
    earlier: list[str] = []
    for number, visit in enumerate(study.visits):
        path: Path = ("visits", number)
        yield from _in_anchor(path, visit, study, earlier)
        for place, name in enumerate(visit.forms):
            yield from unless_known((*path, "forms", place), name, "form", study.form)
            if name in study.form and study.form[name].log:
                yield (*path, "forms", place), f"{name} is a log form and belongs to no visit"
        earlier.append(visit.id)
    yield from _in_dosing(study)
    yield from _in_dosing_order(study)
    asked = {name for visit in study.visits for name in visit.forms}
    for number, form in enumerate(study.forms):
        if not form.log and form.id not in asked:
            yield ("forms", number), f"{form.id} is asked at no visit; name it at one, or add `log`"
    yield from _in_eligibility(study)


def counted_from(visit: Visit, study: Study) -> str:
    """Give the milestone from which a visit is counted in the end."""
    seen = {visit.id}
    while visit.anchor in study.visit and visit.anchor not in seen:
        visit = study.visit[visit.anchor]
        seen.add(visit.id)
    return visit.anchor


def first_day(text: str) -> date | None:
    """Give the first day of a month or the day itself, or None where the calendar has neither."""
    try:
        return date.fromisoformat(text if len(text) == 10 else f"{text}-01")
    except ValueError:
        return None


def _in_anchor(path: Path, visit: Visit, study: Study, earlier: list[str]) -> Iterator[Fault]:
    anchor = (*path, "anchor")
    if visit.id in MILESTONES:
        yield (*path, "id"), f"'{visit.id}' is a milestone of everyone; choose another name"
    if visit.anchor == visit.id:
        yield anchor, "a visit cannot be counted from itself"
    elif visit.anchor in study.visit and visit.anchor not in MILESTONES:
        if visit.anchor not in earlier:
            yield anchor, f"comes before its anchor {visit.anchor}; list visits in order of time"
    else:
        yield from unless_known(
            anchor, visit.anchor, "milestone or visit", (*MILESTONES, *study.visit)
        )
    periods = {
        ("after",): visit.after,
        ("window", "before"): visit.window.before,
        ("window", "after"): visit.window.after,
    }
    too_long = [where for where, period in periods.items() if not _is_sane(period)]
    for where in too_long:
        yield (*path, *where), f"is longer than {LONGEST_YEARS} years; check the unit"
    if too_long:
        return
    planned = add_period(_SOME_DAY, visit.after)
    if subtract_period(planned, visit.window.before) < _SOME_DAY:
        why = f"opens the window before the anchor {visit.anchor} has happened"
        yield (*path, "window", "before"), why


def _is_sane(period: str) -> bool:
    days = {"D": 1, "W": 7, "M": 30, "Y": 365}[period[-1]]
    return len(period) < 10 and int(period[1:-1]) * days <= LONGEST_YEARS * 365


def _in_dosing(study: Study) -> Iterator[Fault]:
    first: dict[int, str] = {}
    for number, visit in enumerate(study.visits):
        if visit.dosing_day is None:
            continue
        where = ("visits", number, "dosing_day")
        if visit.dosing_day not in study.dosing_days:
            yield where, f"no tube is for day {visit.dosing_day}"
        if first.setdefault(visit.dosing_day, visit.id) != visit.id:
            yield where, f"day {visit.dosing_day} is given at {first[visit.dosing_day]} already"
        milestone = counted_from(visit, study)
        is_first = visit.dosing_day == min(study.dosing_days)
        if milestone == "last_dose" or (is_first and milestone == "first_dose"):
            why = f"is counted from {milestone}, which is not known before this dose"
            yield ("visits", number, "anchor"), why
        if milestone == "screening":
            why = "a dose is counted from randomisation or the first dose, not from screening"
            yield ("visits", number, "anchor"), why
    for number, tube in enumerate(study.treatment.tubes):
        if tube.day not in first:
            why = f"no visit gives dosing day {tube.day}; add a visit with `dosing_day: {tube.day}`"
            yield ("treatment", "tubes", number, "day"), why


def _in_dosing_order(study: Study) -> Iterator[Fault]:
    """Find doses that would be due before, or on the date of, one of an earlier day."""
    planned: dict[str, date] = {}
    for visit in study.visits:
        base = planned.get(visit.anchor, _SOME_DAY)
        if not _is_sane(visit.after) or base.year > LATEST_YEAR:
            return
        planned[visit.id] = add_period(base, visit.after)
    doses = sorted(
        (visit.dosing_day, number, visit.id)
        for number, visit in enumerate(study.visits)
        if visit.dosing_day is not None
    )
    for (day, _, before), (later, number, name) in pairwise(doses):
        if later > day and planned[name] <= planned[before]:
            why = f"day {later} comes no later than day {day}, given at {before}"
            yield ("visits", number, "after"), why


def _in_eligibility(study: Study) -> Iterator[Fault]:
    where = ("eligibility", "form")
    yield from unless_known(where, study.eligibility.form, "form", study.form)
    form = study.form.get(study.eligibility.form)
    if form is None:
        return
    if form.log or form.rating is not None or form.regions:
        yield where, f"{form.id} must be a plain form of one visit: no log, rating or regions"
    visits = [visit for visit in study.visits if form.id in visit.forms]
    if visits and all(counted_from(visit, study) != "screening" for visit in visits):
        yield where, f"{form.id} is asked only after randomisation, when it decides nothing"
