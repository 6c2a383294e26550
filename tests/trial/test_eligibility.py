"""Eligible, not eligible, or still open: the criteria decided on the answers so far."""

import pytest

from cicatrix.trial.eligibility import Assessment, assess


@pytest.mark.parametrize(
    ("answers", "assessment"),
    [
        ({}, Assessment(None, (), ("age", "keloid"))),
        ({"age": 18}, Assessment(None, (), ("keloid",))),
        ({"age": 18, "keloid": False}, Assessment(True, (), ())),
        ({"age": 17, "keloid": False}, Assessment(False, ("adult",), ())),
        ({"age": 18, "keloid": True}, Assessment(False, ("keloid",), ())),
        ({"age": 17, "keloid": True}, Assessment(False, ("adult", "keloid"), ())),
        ({"age": 17}, Assessment(False, ("adult",), ())),
    ],
)
def test_one_unmet_criterion_is_enough_and_an_open_one_names_what_is_missing(
    tiny, answers, assessment
):
    assert assess(tiny, answers) == assessment


KELOID = "          - {id: keloid, label: {en: Keloid}, type: boolean}\n"
MONTHS = "          - {id: months, label: {en: Months}, type: integer, computed: age * 12}\n"


def test_a_criterion_may_rest_on_a_computed_item(stage):
    study = stage.amended(
        (KELOID, KELOID + MONTHS), ("condition: age >= 18", "condition: months >= 216")
    )
    assert assess(study, {"age": 18, "keloid": False}).eligible is True
    assert assess(study, {"age": 17}).unmet == ("adult",)
    assert assess(study, {"keloid": False}).missing == ("age",)


def test_a_criterion_that_cannot_be_decided_is_open_and_never_met(stage):
    study = stage.amended(("condition: age >= 18", "condition: 100 / age < 6"))
    answers = {"age": 0, "keloid": False}
    assert assess(study, answers) == Assessment(None, (), ("age",))
    assert assess(study, answers | {"age": 20}).eligible is True
