"""Visits in time: calendar months, windows, and what is due when."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cicatrix.trial.reading import read_study
from cicatrix.trial.schedule import (
    Due,
    add_period,
    due_dates,
    planned_date,
    status,
    subtract_period,
    timeliness,
    window,
)
from cicatrix.trial.study import Visit, Window

TINY = Path(__file__).parents[1] / "studies/tiny.yaml"
STUDY = read_study(TINY.read_bytes(), file="tiny.yaml")
DATES = st.dates(date(1990, 1, 1), date(2100, 1, 1))


def visit(after="P6M", before="P2W", behind="P2W", anchor="last_dose"):
    return Visit(
        id="month_6", label={"en": "Six months"}, anchor=anchor, after=after,
        window=Window(before=before, after=behind),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("start", "period", "end"),
    [
        ("2023-01-31", "P1M", "2023-02-28"),
        ("2024-01-31", "P1M", "2024-02-29"),
        ("2024-02-29", "P1Y", "2025-02-28"),
        ("2024-02-29", "P4Y", "2028-02-29"),
        ("2023-11-30", "P3M", "2024-02-29"),
        ("2023-12-15", "P1M", "2024-01-15"),
        ("2023-05-31", "P0M", "2023-05-31"),
        ("2023-02-27", "P2D", "2023-03-01"),
        ("2023-02-27", "P2W", "2023-03-13"),
        ("2021-05-20", "P36M", "2024-05-20"),
    ],
)
def test_a_period_goes_by_the_calendar(start, period, end):
    assert add_period(date.fromisoformat(start), period) == date.fromisoformat(end)


def test_a_month_back_ends_at_the_months_last_day():
    assert subtract_period(date(2024, 3, 31), "P1M") == date(2024, 2, 29)
    assert subtract_period(date(2024, 1, 15), "P1M") == date(2023, 12, 15)


@given(DATES, st.integers(0, 1000))
def test_days_and_weeks_are_exact_and_undone(start, number):
    assert add_period(start, f"P{number}D") == start + timedelta(days=number)
    assert add_period(start, f"P{number}W") == start + timedelta(weeks=number)
    assert subtract_period(add_period(start, f"P{number}D"), f"P{number}D") == start


@given(DATES, st.integers(0, 120))
def test_months_keep_the_day_or_clamp_it_to_the_months_end(start, number):
    end = add_period(start, f"P{number}M")
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == number
    assert end.day == start.day or (end + timedelta(days=1)).day == 1
    assert end.day <= start.day
    assert add_period(start, f"P{number}Y") == add_period(start, f"P{12 * number}M")


@given(DATES, DATES, st.sampled_from(["P1D", "P2W", "P1M", "P6M", "P3Y"]))
def test_a_later_anchor_never_gives_an_earlier_visit(one, other, period):
    first, second = sorted((one, other))
    assert add_period(first, period) <= add_period(second, period)


def test_a_window_includes_its_first_and_last_day():
    planned = planned_date(visit(), date(2024, 1, 10))
    assert planned == date(2024, 7, 10)
    assert window(visit(), planned) == (date(2024, 6, 26), date(2024, 7, 24))
    said = [timeliness(visit(), planned, date(2024, m, d))
            for m, d in ((6, 25), (6, 26), (7, 24), (7, 25))]  # fmt: skip
    assert said == ["early", "in_window", "in_window", "late"]


def test_a_visit_not_made_is_not_due_then_due_then_overdue():
    planned = date(2024, 7, 10)
    days = (date(2024, 6, 25), date(2024, 6, 26), date(2024, 7, 24), date(2024, 7, 25))
    said = [status(visit(), planned, today=day) for day in days]
    assert said == ["not_due", "due", "due", "overdue"]


@given(DATES, DATES)
def test_status_and_timeliness_agree(planned, day):
    pairs = {"early": "not_due", "in_window": "due", "late": "overdue"}
    assert status(visit(), planned, today=day) == pairs[timeliness(visit(), planned, day)]


def test_a_visit_whose_anchor_has_not_happened_has_no_date():
    assert due_dates(STUDY, {}) == {}
    screened = due_dates(STUDY, {"screening": date(2024, 1, 1)})
    assert set(screened) == {"screening_visit"}
    day = date(2024, 1, 1)
    assert screened["screening_visit"] == Due(day, day, date(2024, 1, 8))


def test_due_dates_follow_the_anchors_that_have_happened():
    anchors = {
        "screening": date(2024, 1, 1),
        "randomisation": date(2024, 1, 3),
        "first_dose": date(2024, 1, 4),
        "last_dose": date(2024, 1, 31),
    }
    due = due_dates(STUDY, anchors)
    assert due["dose_1"] == Due(date(2024, 1, 3), date(2024, 1, 3), date(2024, 1, 4))
    assert due["dose_2"].planned == date(2024, 1, 5)
    assert due["month_1"] == Due(date(2024, 2, 29), date(2024, 2, 22), date(2024, 3, 7))
    assert list(due) == [visit.id for visit in STUDY.visits]


def test_a_visit_may_be_counted_from_another_visits_actual_day():
    text = TINY.read_text("utf-8").replace(
        "anchor: last_dose, after: P6M", "anchor: month_1, after: P5M"
    )
    study = read_study(text, file="tiny.yaml")
    assert "month_6" not in due_dates(study, {"last_dose": date(2024, 1, 31)})
    due = due_dates(study, {"month_1": date(2024, 3, 2)})
    assert due["month_6"].planned == date(2024, 8, 2)
