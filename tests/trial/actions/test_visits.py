"""Visits attended and missed."""

from datetime import date

import pytest

from cicatrix.trial.actions.people import change_recruitment
from cicatrix.trial.actions.visits import attend_visit, miss_visit

HER = {"participant": "HERE-001"}
MONTH = {**HER, "visit": "month_1"}
MISSED = {**MONTH, "reason": "She moved"}


@pytest.fixture
def dosed(recruiting):
    recruiting.dosed()
    return recruiting


def test_a_visit_is_recorded_on_its_day_whether_or_not_it_is_in_its_window(dosed):
    dosed.go(days=300)
    dosed.do(attend_visit, dosed.nina, **MONTH, on=date(2024, 2, 8))
    assert dosed.woman.attended["month_1"] == date(2024, 2, 8)
    assert dosed.refused(attend_visit, dosed.cora, **MONTH) == "attended"


def test_a_visit_counts_from_an_anchor_that_has_happened(recruiting):
    recruiting.screened()
    assert recruiting.refused(attend_visit, recruiting.cora, **MONTH) == "anchor"
    dose = {**HER, "visit": "dose_1"}
    assert recruiting.refused(attend_visit, recruiting.cora, **dose) == "anchor"


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"on": date(2024, 2, 5)}, "order"),
        ({"on": date(2024, 2, 1)}, "before_screening"),
        ({"on": date(2024, 2, 8)}, "future"),
        ({"visit": "month_2"}, "unknown_visit"),
        ({"participant": "HERE-009"}, "unknown_participant"),
    ],
)
def test_a_visit_that_cannot_have_been_is_refused(dosed, change, rule):
    assert dosed.refused(attend_visit, dosed.cora, **MONTH | change) == rule


def test_a_missed_visit_has_a_reason_and_may_still_be_attended(dosed):
    assert dosed.refused(miss_visit, dosed.cora, **MISSED | {"reason": ""}) == "reason"
    dosed.do(miss_visit, dosed.cora, **MISSED)
    assert dosed.refused(miss_visit, dosed.cora, **MISSED) == "missed"
    dosed.go(days=30)
    dosed.do(attend_visit, dosed.cora, **MONTH)
    assert dosed.woman.missed == {}
    assert dosed.refused(miss_visit, dosed.cora, **MISSED) == "attended"


def test_visits_are_recorded_by_those_who_see_her_at_her_site(dosed):
    others = (dosed.ben, dosed.chen, dosed.dan, dosed.sue, dosed.one, dosed.eve, dosed.evelyn)
    dosed.denied(attend_visit, *others, **MONTH)
    dosed.denied(miss_visit, *others, **MISSED)


def test_visits_go_on_when_recruitment_has_ended(dosed):
    dosed.do(change_recruitment, dosed.sue, status="ACTIVE_NOT_RECRUITING")
    dosed.go(days=30)
    dosed.do(attend_visit, dosed.cora, **MONTH)
