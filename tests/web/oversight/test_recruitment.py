"""Recruitment: on which days it was open, and what a forecast rests on."""

from datetime import UTC, date, datetime

import pytest

from cicatrix.statistics.accrual import waiting_time
from cicatrix.trial.facts import Fact, ParticipantScreened, Randomised, RecruitmentChanged
from cicatrix.trial.ledger import Entry
from cicatrix.trial.roles import Actor
from cicatrix.trial.trial import Trial, fold
from cicatrix.web.oversight.recruitment import by_month, recruitment
from clinic import plan_of

SPENCER = Actor("spencer", "sponsor")
STUDY = plan_of("NCT04034615")


def entry(day: date, fact: Fact) -> Entry:
    return Entry(0, "", "", datetime(day.year, day.month, day.day, 4, tzinfo=UTC), SPENCER, fact)


def status(day: date, status: str) -> Entry:
    return entry(day, RecruitmentChanged(status=status, reason="why"))


def enrolled(trial: Trial, *days: date) -> None:
    for n, day in enumerate(days, start=1):
        her = f"FOSHAN-{n:03}"
        screened = ParticipantScreened(participant=her, site="foshan", on=day)
        number = Randomised(participant=her, stratum="all", number=f"{n:03}", on=day)
        fold([entry(day, screened), entry(day, number)], trial)


CHANGES = [
    status(date(2026, 1, 1), "RECRUITING"),
    status(date(2026, 1, 31), "SUSPENDED"),
    status(date(2026, 3, 1), "RECRUITING"),
]


def test_days_on_which_recruitment_was_suspended_do_not_count():
    trial = fold(CHANGES)
    enrolled(trial, date(2026, 1, 5), date(2026, 1, 20), date(2026, 3, 3))
    found = recruitment(STUDY, trial, CHANGES, actor=SPENCER, today=date(2026, 3, 11))
    assert (found.opened, found.days, found.randomised) == (date(2026, 1, 1), 30 + 10, 3)
    assert found.forecast == waiting_time(3, 40.0, more=STUDY.allocation.planned - 3)


@pytest.mark.parametrize("days", [(), (date(2026, 3, 3),)])
def test_before_anybody_or_on_the_first_day_there_is_no_date(days):
    trial = fold(CHANGES[:1])
    enrolled(trial, *days)
    found = recruitment(STUDY, trial, CHANGES[:1], actor=SPENCER, today=date(2026, 1, 1))
    assert found.finished is None
    assert found.randomised == len(days)


def test_while_recruitment_is_closed_nothing_is_forecast():
    trial = fold(CHANGES[:2])
    enrolled(trial, date(2026, 1, 5))
    found = recruitment(STUDY, trial, CHANGES[:2], actor=SPENCER, today=date(2026, 2, 2))
    assert (found.forecast, found.finished, found.days) == (None, None, 30)


def test_a_day_beyond_the_calendar_is_none():
    trial = fold(CHANGES[:1])
    enrolled(trial, date(2026, 1, 2))
    later = date(2226, 1, 1)
    found = recruitment(STUDY, trial, CHANGES[:1], actor=SPENCER, today=later)
    assert found.forecast.estimate is not None
    assert found.finished is None


def test_a_month_has_how_many_there_were_at_its_end():
    curve = [(date(2026, 1, 9), 1), (date(2026, 1, 30), 3), (date(2026, 3, 2), 4)]
    assert by_month(curve) == {"2026-01": 3, "2026-03": 4}
    assert by_month([]) == {}
