"""Source verification: item by item, by the monitor, void for what is changed later."""

import pytest

from cicatrix.trial.actions.forms import save_form
from cicatrix.trial.actions.verification import verify_source
from cicatrix.trial.participant import FormKey

KEY = FormKey("eligibility", "screening_visit")
HER = {"participant": "HERE-001", "key": KEY}


@pytest.fixture
def answered(recruiting):
    recruiting.answered()
    return recruiting


def test_what_chen_verified_stays_so_until_that_item_is_saved_again(answered):
    data = answered.woman.forms[KEY]
    (fact,) = answered.do(verify_source, answered.chen, **HER, items=("age", "keloid"))
    assert (fact.items, fact.signed_entry) == (("age", "keloid"), data.entry)
    assert data.verified == {"age": "chen", "keloid": "chen"}
    answered.do(save_form, answered.cora, **HER, values={"age": 31}, reason="A slip")
    assert data.verified == {"keloid": "chen"}
    answered.do(
        save_form, answered.cora, **HER, values={}, missing={"keloid": "unknown"}, reason="No card"
    )
    assert data.verified == {}
    answered.do(verify_source, answered.chen, **HER, items=("keloid",))
    assert data.verified == {"keloid": "chen"}


def test_items_that_are_verified_already_are_left_out(answered):
    answered.do(verify_source, answered.chen, **HER, items=("age",))
    (fact,) = answered.do(verify_source, answered.chen, **HER, items=("age", "keloid", "keloid"))
    assert fact.items == ("keloid",)
    assert answered.refused(verify_source, answered.chen, **HER, items=("age",)) == "nothing"
    assert answered.refused(verify_source, answered.chen, **HER, items=()) == "nothing"


def test_what_was_saved_again_since_she_looked_is_not_verified(answered):
    seen = answered.woman.forms[KEY].entry
    how = {**HER, "items": ("age",), "signed_entry": seen}
    answered.do(save_form, answered.cora, **HER, values={"age": 31}, reason="A slip")
    assert answered.refused(verify_source, answered.chen, **how) == "changed"
    how["signed_entry"] = answered.woman.forms[KEY].entry
    answered.do(verify_source, answered.chen, **how)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"items": ("age", "height")}, "unknown_item"),
        ({"key": FormKey("diary", "month_1")}, "empty"),
        ({"participant": "HERE-009"}, "unknown_participant"),
    ],
)
def test_what_is_not_recorded_cannot_be_verified(answered, change, rule):
    how = {**HER, "items": ("age",)}
    assert answered.refused(verify_source, answered.chen, **how | change) == rule


def test_source_verification_is_the_monitors_alone(answered):
    answered.denied(
        verify_source, answered.cora, answered.ana, answered.dan, answered.alma, answered.eve,
        **HER, items=("age",),
    )  # fmt: skip
