"""Data queries: asked, answered, closed by those who do not record the data."""

import pytest

from cicatrix.trial.actions.queries import answer_query, close_query, raise_query
from cicatrix.trial.participant import FormKey

KEY = FormKey("eligibility", "screening_visit")
ASK = {"participant": "HERE-001", "key": KEY, "item": "age", "text": "Is this her age?"}
QUERY = {"participant": "HERE-001", "query": "Q0001"}


@pytest.fixture
def asked(recruiting):
    recruiting.answered()
    recruiting.do(raise_query, recruiting.dan, **ASK)
    return recruiting


def test_a_query_goes_from_open_to_answered_to_closed(asked):
    query = asked.woman.queries["Q0001"]
    assert (query.item, query.raised_by, query.answer, query.closed) == ("age", "dan", None, None)
    asked.do(answer_query, asked.cora, **QUERY, text="Yes, see her card")
    assert query.answer == "Yes, see her card"
    asked.do(close_query, asked.chen, **QUERY, reason="Verified")
    assert query.closed == "Verified"


def test_queries_are_numbered_over_the_whole_trial(asked):
    asked.answered(site="there")
    (fact,) = asked.do(raise_query, asked.chen, **ASK | {"participant": "THERE-001"})
    assert fact.query == "Q0002"


def test_a_query_changes_no_value_and_voids_no_signature(asked):
    assert asked.woman.forms[KEY].values == {"age": 30, "keloid": False}


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"item": "weight"}, "unknown_item"),
        ({"key": FormKey("diary", "month_1")}, "unknown_item"),
        ({"key": FormKey("nothing", "month_1")}, "unknown_item"),
        ({"text": " "}, "reason"),
        ({"participant": "HERE-009"}, "unknown_participant"),
    ],
)
def test_a_query_asks_about_an_item_of_a_filled_form(asked, change, rule):
    assert asked.refused(raise_query, asked.dan, **ASK | change) == rule


def test_an_answer_and_a_closure_need_an_open_query_and_words(asked):
    assert asked.refused(answer_query, asked.cora, **QUERY, text="") == "reason"
    assert asked.refused(close_query, asked.dan, **QUERY, reason="") == "reason"
    unknown = QUERY | {"query": "Q0009"}
    assert asked.refused(answer_query, asked.cora, **unknown, text="Yes") == "unknown_query"
    asked.do(close_query, asked.dan, **QUERY, reason="Taken back")
    assert asked.refused(answer_query, asked.cora, **QUERY, text="Yes") == "closed"
    assert asked.refused(close_query, asked.dan, **QUERY, reason="Again") == "closed"


def test_the_site_answers_and_others_ask_and_close(asked):
    asked.denied(raise_query, asked.cora, asked.ana, asked.sue, asked.dora, asked.eve, **ASK)
    asked.denied(answer_query, asked.dan, asked.chen, asked.ben, asked.eva, **QUERY, text="Yes")
    asked.denied(close_query, asked.cora, asked.ana, asked.sue, asked.eve, **QUERY, reason="No")
