"""Breaking one participant's code: recorded before it is told, without the arm."""

import pytest

from cicatrix.trial.actions.break_code import break_code
from cicatrix.trial.actions.people import change_recruitment
from cicatrix.trial.facts import AllocationOpened, CodeBroken, TrialLocked

BREAK = {"number": "001", "reason": "A fever", "told": "ana"}


@pytest.fixture
def randomised(recruiting):
    recruiting.randomised()
    return recruiting


def test_a_code_break_names_whose_why_and_who_was_told_and_no_arm(randomised):
    (fact,) = randomised.do(break_code, randomised.paul, **BREAK)
    assert fact == CodeBroken(participant="HERE-001", number="001", reason="A fever", told="ana")
    assert randomised.woman.code_broken
    assert randomised.trial.broken == 1


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"number": "002"}, "unknown_number"),
        ({"reason": " "}, "reason"),
        ({"told": ""}, "reason"),
    ],
)
def test_a_code_break_needs_a_given_number_a_reason_and_a_hearer(randomised, change, rule):
    assert randomised.refused(break_code, randomised.paul, **BREAK | change) == rule


def test_a_code_can_be_broken_after_the_lock_but_not_after_the_opening(randomised):
    stage = randomised
    stage.do(change_recruitment, stage.sue, status="TERMINATED", reason="Harm")
    stage.record(stage.dan, TrialLocked(entries=1, participants=1))
    stage.do(break_code, stage.paul, **BREAK)
    stage.record(stage.paul, AllocationOpened(list_id="L", mapping_digest="d", reason="The end"))
    assert stage.refused(break_code, stage.paul, **BREAK) == "opened"


def test_every_break_is_kept_with_when_by_whom_and_who_was_told(randomised):
    randomised.do(break_code, randomised.paul, **BREAK)
    randomised.do(break_code, randomised.paul, **BREAK | {"told": "nina"})
    assert [(one.by, one.told) for one in randomised.woman.breaks] == [
        ("paul", "ana"),
        ("paul", "nina"),
    ]
    assert randomised.trial.broken == 2


def test_only_the_custodian_breaks_a_code(randomised):
    others = (randomised.ana, randomised.dora, randomised.sue, randomised.ada, randomised.eve)
    randomised.denied(break_code, *others, **BREAK)
