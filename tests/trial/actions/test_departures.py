"""Deviations from the protocol, and withdrawals with what they still permit."""

from datetime import date

import pytest

from cicatrix.trial.actions.departures import record_deviation, withdraw
from cicatrix.trial.actions.visits import attend_visit
from cicatrix.trial.errors import NotPermitted, Refused

HER = {"participant": "HERE-001"}
DEVIATION = {**HER, "category": "other", "text": "She came fasting"}
LEAVING = {**HER, "scope": "treatment", "reason": "It itches", "by": "participant"}


@pytest.fixture
def screened(recruiting):
    recruiting.screened()
    return recruiting


def test_a_deviation_has_a_category_of_the_study_and_a_text(screened):
    screened.do(record_deviation, screened.chen, **DEVIATION)
    (deviation,) = screened.woman.deviations
    assert (deviation.category, deviation.on) == ("other", date(2024, 2, 5))
    change = {"category": "no_such"}
    assert screened.refused(record_deviation, screened.ana, **DEVIATION | change) == "category"
    change = {"text": ""}
    assert screened.refused(record_deviation, screened.ana, **DEVIATION | change) == "reason"
    change = {"on": date(2024, 2, 6)}
    assert screened.refused(record_deviation, screened.ana, **DEVIATION | change) == "future"


def test_deviations_are_recorded_by_her_site_and_the_monitor(screened):
    screened.denied(
        record_deviation, screened.ben, screened.dan, screened.sue, screened.eve, **DEVIATION
    )


def test_a_wider_withdrawal_follows_a_narrower_one_and_never_the_other_way(screened):
    screened.do(withdraw, screened.cora, **LEAVING)
    assert screened.refused(withdraw, screened.cora, **LEAVING) == "withdrawn"
    screened.do(withdraw, screened.ana, **LEAVING | {"scope": "all"})
    assert screened.refused(withdraw, screened.ana, **LEAVING | {"scope": "visits"}) == "withdrawn"
    assert [one.scope for one in screened.woman.withdrawals] == ["treatment", "all"]


def test_a_withdrawal_needs_a_reason_and_a_day_that_has_come(screened):
    assert screened.refused(withdraw, screened.cora, **LEAVING | {"reason": " "}) == "reason"
    tomorrow = {"on": date(2024, 2, 6)}
    assert screened.refused(withdraw, screened.cora, **LEAVING | tomorrow) == "future"


@pytest.mark.parametrize("wrong", [{"scope": "photographs"}, {"by": "her mother"}])
def test_a_withdrawal_of_no_known_kind_is_refused(screened, wrong):
    assert screened.refused(withdraw, screened.cora, **LEAVING | wrong) == "scope"


@pytest.mark.parametrize(
    ("scope", "may_come"), [("treatment", True), ("visits", False), ("all", False)]
)
def test_a_withdrawal_from_treatment_leaves_the_visits(recruiting, scope, may_come):
    recruiting.dosed()
    recruiting.do(withdraw, recruiting.cora, **LEAVING | {"scope": scope})
    recruiting.go(days=30)
    how = {**HER, "visit": "month_1"}
    if may_come:
        recruiting.do(attend_visit, recruiting.cora, **how)
    else:
        assert recruiting.refused(attend_visit, recruiting.cora, **how) == "withdrawn"


def test_she_withdraws_herself_by_her_own_wish_whatever_is_said(screened):
    screened.screened()
    (fact,) = screened.do(withdraw, screened.one, **LEAVING | {"by": "investigator"})
    assert fact.by == "participant"
    screened.denied(withdraw, screened.one, **LEAVING | {"participant": "HERE-002"})


def test_withdrawals_are_recorded_at_her_site(screened):
    screened.denied(
        withdraw, screened.nina, screened.ben, screened.chen, screened.sue, screened.eve,
        screened.eva, **LEAVING,
    )  # fmt: skip


def test_that_she_withdrew_is_not_told_to_another_site(screened):
    screened.do(withdraw, screened.cora, **LEAVING)
    with pytest.raises(NotPermitted) as refusal:
        attend_visit(
            screened.study, screened.trial, screened.eva, now=screened.now, **HER, visit="month_1"
        )
    assert "withdr" not in str(refusal.value)
    assert not isinstance(refusal.value, Refused)
