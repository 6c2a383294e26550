"""Comments on items: by those who see the form at the site, changing nothing else."""

import copy

import pytest

from cicatrix.trial.actions.comments import comment
from cicatrix.trial.participant import FormKey

KEY = FormKey("eligibility", "screening_visit")
NOTE = {"participant": "HERE-001", "key": KEY, "item": "age", "text": "From her card"}


@pytest.fixture
def answered(recruiting):
    recruiting.answered()
    return recruiting


def test_a_comment_is_kept_with_its_author_and_changes_nothing_else(answered):
    before = copy.deepcopy(answered.woman)
    answered.do(comment, answered.nina, **NOTE)
    (made,) = answered.woman.comments
    assert (made.key, made.item, made.text) == (KEY, "age", "From her card")
    assert (made.by, made.role, made.at) == ("nina", "care_provider", answered.now)
    answered.woman.comments.clear()
    assert answered.woman == before


def test_those_who_see_the_form_may_comment_and_nobody_else(answered):
    for actor in (answered.cora, answered.ana, answered.nina, answered.dan, answered.chen):
        answered.do(comment, actor, **NOTE)
    assert len(answered.woman.comments) == 5
    answered.denied(
        comment, answered.ben, answered.one, answered.paul, answered.sue, answered.eve,
        answered.eva, **NOTE,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"text": " "}, "reason"),
        ({"item": "height"}, "unknown_item"),
        ({"key": FormKey("diary", "month_1")}, "unknown_item"),
        ({"key": FormKey("nothing")}, "unknown_item"),
        ({"participant": "HERE-009"}, "unknown_participant"),
    ],
)
def test_a_comment_on_nothing_or_without_words_is_refused(answered, change, rule):
    assert answered.refused(comment, answered.cora, **NOTE | change) == rule
