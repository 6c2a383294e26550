"""Visits in time: planned dates from anchors, windows, and what is due, late or missed.

A period of months or years goes by the calendar: the same day of the month, or the month's last
day where it has no such day (31 January plus P1M is 28 or 29 February). Weeks are seven days.
Dates are the site's calendar dates; which visits were attended is in the fold (trial.py).
"""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from cicatrix.trial.study import Study, Visit

VisitStatus = Literal["not_due", "due", "overdue"]
Timeliness = Literal["early", "in_window", "late"]


@dataclass(frozen=True, slots=True)
class Due:
    """When a visit is planned, and the first and last day on which it counts as on time."""

    planned: date
    first: date
    last: date


def local_date(study: Study, site: str, now: datetime) -> date:
    """Give the calendar date at a site."""
    zone = next(one.timezone for one in study.sites if one.id == site)
    return now.astimezone(ZoneInfo(zone)).date()


def add_period(start: date, period: str) -> date:
    """Add an ISO 8601 period of one unit to a date.

    >>> add_period(date(2023, 1, 31), "P1M")
    datetime.date(2023, 2, 28)
    """
    return _shifted(start, period, 1)


def subtract_period(start: date, period: str) -> date:
    """Take an ISO 8601 period of one unit from a date."""
    return _shifted(start, period, -1)


def planned_date(visit: Visit, anchor_date: date) -> date:
    """Give the day a visit is planned for, once its anchor has happened."""
    return add_period(anchor_date, visit.after)


def window(visit: Visit, planned: date) -> tuple[date, date]:
    """Give the first and the last day on which a visit counts as on time, both included."""
    return (
        subtract_period(planned, visit.window.before),
        add_period(planned, visit.window.after),
    )


def timeliness(visit: Visit, planned: date, on: date) -> Timeliness:
    """Say whether a visit that took place on a day was early, in its window, or late."""
    first, last = window(visit, planned)
    if on < first:
        return "early"
    return "late" if on > last else "in_window"


def status(visit: Visit, planned: date, *, today: date) -> VisitStatus:
    """Say how a visit that has not taken place stands today."""
    first, last = window(visit, planned)
    if today < first:
        return "not_due"
    return "overdue" if today > last else "due"


def due(visit: Visit, anchor_date: date) -> Due:
    """Give a visit's planned day and window, once its anchor has happened."""
    return _due(visit.after, visit.window.before, visit.window.after, anchor_date)


def due_dates(study: Study, anchors: Mapping[str, date]) -> Mapping[str, Due]:
    """Give each visit whose anchor has happened its planned day and window.

    `anchors` has the milestones that have happened (screening, randomisation, first_dose,
    last_dose) and the visits that were attended, each with its day. A visit whose anchor has not
    happened has no date and is not in the result.
    """
    return {
        visit.id: due(visit, anchors[visit.anchor])
        for visit in study.visits
        if visit.anchor in anchors
    }


@lru_cache(maxsize=65_536)
def _due(after: str, before: str, later: str, anchor: date) -> Due:
    # Participants of one day share it, and a large trial asks for it on every page.
    planned = add_period(anchor, after)
    return Due(planned, subtract_period(planned, before), add_period(planned, later))


def _shifted(start: date, period: str, sign: int) -> date:
    amount, unit = sign * int(period[1:-1]), period[-1]
    if unit in "DW":
        return start + timedelta(days=amount * (7 if unit == "W" else 1))
    months = start.year * 12 + start.month - 1 + amount * (12 if unit == "Y" else 1)
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))
