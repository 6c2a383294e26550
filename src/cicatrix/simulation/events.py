"""Rows of log forms in a rehearsal: adverse and intercurrent events, concomitant care.

A row is opened some days after the event began and, where the form asks for an end, brought up
to date when it is over. Which events happen is drawn for each participant at randomisation.
"""

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np

from cicatrix.simulation.answers import TRIES, Filled, fill
from cicatrix.simulation.courses import Course, last_day, some_day
from cicatrix.simulation.paperwork import look_back, save_and_sign
from cicatrix.simulation.stage import Process, Stage, weekday
from cicatrix.trial.assumed import Answer
from cicatrix.trial.checks import check_values, completed, is_asked
from cicatrix.trial.conditions import decide, items_named
from cicatrix.trial.facts import Value
from cicatrix.trial.forms import Form
from cicatrix.trial.participant import FormKey
from cicatrix.trial.study import Study

OTHER_ROW = 0.15
"""Share of people with a row in each log form that is neither of adverse nor of other events."""

SOON_AFTER_TREATMENT_DAYS = 30
SOON_AFTER_TREATMENT = 0.7


def plan_events(stage: Stage, course: Course) -> None:
    """Start the rows that a participant's course has in store."""
    study, rng = stage.study, course.events
    today = stage.today(course.site)
    last = last_day(study, today)
    safety = study.form[study.safety.form]
    harms = [False] * int(rng.random() < stage.conduct.adverse_event)
    harms += [True] * int(rng.random() < stage.conduct.serious_event)
    for serious in harms:
        near = today + timedelta(days=SOON_AFTER_TREATMENT_DAYS)
        until = min(near, last) if rng.random() < SOON_AFTER_TREATMENT else last
        fixed: dict[str, Value] = {}
        if safety.items[study.safety.serious].type == "boolean":
            fixed[study.safety.serious] = serious
        _plan(stage, course, safety, some_day(today + timedelta(days=1), until, rng), fixed)
    for day in course.injuries:
        row = _intercurrent(study, rng, day)
        if row is not None:
            _plan(stage, course, *row)
    special = {study.safety.form, *(event.form for event in study.intercurrent_events)}
    for form in study.forms:
        if form.log and form.id not in special and rng.random() < OTHER_ROW:
            _plan(stage, course, form, some_day(today, last, rng), {})


def _intercurrent(
    study: Study, rng: np.random.Generator, day: date
) -> tuple[Form, date, dict[str, Value]] | None:
    """Draw a row that one of the study's intercurrent events recognises, if one can be drawn."""
    for _ in range(TRIES):
        events = study.intercurrent_events
        event = events[int(rng.integers(len(events)))]
        form = study.form[event.form]
        dates = _dates(study, form)[:1]
        fixed: dict[str, Value] = dict.fromkeys(dates, day.isoformat())
        values = fill(study, form, _hints(study, form), rng=rng, fixed=fixed, on=day).values
        known = completed(form, study.codes, values)
        if decide(event.condition, form, study.codes, known).value is True:
            return form, day, values
    return None


def _plan(stage: Stage, course: Course, form: Form, day: date, fixed: Mapping[str, Value]) -> None:
    rng = course.events.spawn(1)[0]
    reported = stage.on_day(
        course.site, weekday(day + timedelta(days=int(rng.integers(1, 5)))), rng
    )
    stage.start(_row(stage, course, form, day, dict(fixed), rng), reported)


def _row(
    stage: Stage, course: Course, form: Form, day: date, fixed: dict[str, Value],
    rng: np.random.Generator,
) -> Process:  # fmt: skip
    participant, site = stage.participant(course.participant), course.site
    if participant.withdrawn_from("all") is not None:
        return
    dates = _dates(stage.study, form)
    end = day + timedelta(days=int(rng.integers(1, 29)))
    fixed |= dict.fromkeys(dates[:1], day.isoformat())
    row = fill(stage.study, form, _hints(stage.study, form), rng=rng, fixed=fixed, on=end).values
    opening = _while_it_lasts(stage.study, form, row, dates[1:], rng)
    key = FormKey(form.id, None, len(participant.rows(form.id)) + 1)
    name = participant.id
    yield from save_and_sign(stage, name, site, key, Filled(opening, {}), rng)
    changed = {item: value for item, value in row.items() if opening.get(item) != value}
    if changed:
        yield stage.on_day(site, weekday(end + timedelta(days=int(rng.integers(1, 6)))), rng)
        why = "it is over" if set(changed) & set(opening) else None
        yield from save_and_sign(stage, name, site, key, Filled(changed, {}), rng, reason=why)
    else:
        look_back(stage, name, site, key, rng)


def _dates(study: Study, form: Form) -> list[str]:
    """List the form's dates, the one on which the event began first."""
    dates = [item.id for item in form.items.values() if item.type in ("date", "partial_date")]
    first = study.safety.onset if form.id == study.safety.form else None
    return sorted(dates, key=lambda name: name != first)


def _hints(study: Study, form: Form) -> Mapping[str, Answer]:
    events = study.simulation.events if study.simulation else {}
    return events.get(form.id, {})


def _while_it_lasts(
    study: Study, form: Form, row: Mapping[str, Value], later: list[str], rng: np.random.Generator
) -> dict[str, Value]:
    """Give the row as it stands before its end is known: without later dates and their like.

    Where a later date is asked because of another answer (recovered), that answer is drawn anew
    among those that do not ask for it (recovering). A row that cannot stand so is given whole.
    """
    ends = [name for name in later if name in row]
    if not ends:
        return dict(row)
    conditions = [form.items[name].when for name in ends]
    why = {name for one in conditions if one for name in items_named(one, form)}
    why = {name for name in why if form.items[name].type in ("choice", "boolean")}
    kept = {name: value for name, value in row.items() if name not in {*ends, *why}}
    for _ in range(TRIES if why else 1):
        opening = fill(study, form, {}, rng=rng, fixed=kept).values if why else dict(kept)
        opening = {name: opening[name] for name in opening if name in row and name not in ends}
        asked = [
            name
            for name in ends
            if form.items[name].required or form.items[name].when
            if is_asked(form.items[name], form, study.codes, opening)
        ]
        findings = check_values(form, study.codes, opening, opening)
        if not asked and not any(finding.hard for finding in findings):
            return opening
    return dict(row)
