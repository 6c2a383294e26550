"""Attempts to reach her before a visit: kept whether she was reached or not."""

from datetime import date

import pytest

from cicatrix.trial.actions.contacts import try_contact
from cicatrix.trial.actions.departures import withdraw

HER = {"participant": "HERE-001"}
CALL = {**HER, "visit": "month_6", "reached": False, "text": "No answer"}


@pytest.fixture
def dosed(recruiting):
    recruiting.dosed()
    return recruiting


def test_an_attempt_is_kept_with_its_day_and_its_outcome(dosed):
    today = dosed.go(days=150)
    dosed.do(try_contact, dosed.cora, **CALL)
    dosed.do(
        try_contact, dosed.nina, **HER, reached=True, text="She will come", on=date(2024, 3, 1)
    )
    first, second = dosed.woman.contacts
    assert (first.visit, first.on, first.reached, first.by) == ("month_6", today, False, "cora")
    assert (second.visit, second.on, second.reached) == (None, date(2024, 3, 1), True)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"text": ""}, "reason"),
        ({"visit": "month_7"}, "unknown_visit"),
        ({"on": date(2030, 1, 1)}, "future"),
        ({"participant": "HERE-009"}, "unknown_participant"),
    ],
)
def test_an_attempt_that_cannot_be_is_refused(dosed, change, rule):
    assert dosed.refused(try_contact, dosed.cora, **CALL | change) == rule


def test_who_withdrew_from_visits_is_not_called(dosed):
    dosed.do(withdraw, dosed.ana, **HER, scope="treatment", reason="Tired", by="participant")
    dosed.do(try_contact, dosed.ana, **CALL)
    dosed.do(withdraw, dosed.ana, **HER, scope="visits", reason="Moved", by="participant")
    assert dosed.refused(try_contact, dosed.ana, **CALL) == "withdrawn"


def test_she_is_called_by_those_who_care_for_her_at_her_site(dosed):
    dosed.denied(
        try_contact, dosed.ben, dosed.dan, dosed.chen, dosed.one, dosed.eve, dosed.eva, **CALL
    )
