"""Conditions: decided as soon as the answers decide them, never before, and typed at reading."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cicatrix.trial.conditions import (
    Decided,
    compute,
    decide,
    is_reserved,
    items_named,
    kinds_of,
    why_not,
)
from cicatrix.trial.forms import Code, CodeList, Form, Item, ItemGroup

TEXT = {"en": "x"}
NUMBERS = CodeList(id="level", codes=tuple(Code(code=code, label=TEXT) for code in (0, 1, 2, 3)))
WORDS = CodeList(id="outcome", codes=tuple(Code(code=c, label=TEXT) for c in ("well", "ill")))
CODES = {"level": NUMBERS, "outcome": WORDS}


def item(name, kind, **more):
    return Item(id=name, label=TEXT, type=kind, **more)


FORM = Form(
    id="form", label=TEXT, filled_by=("rater",),
    groups=(
        ItemGroup(
            id="group", label=TEXT,
            items=(
                item("age", "integer"),
                item("weeks", "integer"),
                item("kilos", "decimal"),
                item("metres", "decimal"),
                item("keloid", "boolean"),
                item("smoking", "boolean"),
                item("redness", "choice", code_list="level"),
                item("outcome", "choice", code_list="outcome"),
                item("seen", "choices", code_list="outcome"),
                item("onset", "date"),
                item("end", "partial_date"),
                item("remark", "text"),
                item("bmi", "decimal", computed="kilos / (metres * metres)"),
                item("double_bmi", "decimal", computed="bmi * 2.0"),
                item("sum", "integer", computed="redness + age"),
            ),
        ),
    ),
)  # fmt: skip


def decided(condition, **values):
    return decide(condition, FORM, CODES, values)


def test_one_failing_conjunct_decides_without_the_others():
    assert decided("age >= 21 && weeks < 42", age=20) == Decided(False)
    assert decided("age >= 21 && weeks < 42", weeks=42) == Decided(False)
    assert decided("keloid || smoking", smoking=True) == Decided(True)


def test_what_is_missing_is_named_in_the_forms_order():
    assert decided("weeks < 42 && age >= 21") == Decided(None, missing=("age", "weeks"))
    assert decided("weeks < 42 && age >= 21", age=21) == Decided(None, missing=("weeks",))
    assert decided("keloid ? age > 1 : weeks > 1", keloid=True, weeks=3).missing == ("age",)


def test_an_item_named_only_inside_a_text_is_not_missing():
    assert items_named("remark == \"age\" && outcome == 'weeks'", FORM) == ("outcome", "remark")
    assert decided('remark == "age"').missing == ("remark",)


def test_values_have_their_items_types():
    assert decided("kilos > 60.0", kilos=61) == Decided(True)
    assert decided("redness in [1, 2]", redness=2) == Decided(True)
    assert decided('outcome == "well"', outcome="ill") == Decided(False)
    assert decided('"ill" in seen && size(seen) == 2', seen=("well", "ill")) == Decided(True)


def test_two_dates_of_a_form_compare_in_time():
    condition = "end >= onset || onset.startsWith(end)"
    assert decided(condition, onset="2024-03-05", end="2024-03-06").value is True
    assert decided(condition, onset="2024-03-05", end="2024-03-04").value is False
    assert decided(condition, onset="2024-03-05", end="2024-03").value is True
    assert decided(condition, onset="2024-03-05", end="2024").value is True
    assert decided(condition, onset="2024-03-05", end="2024-02").value is False
    assert decided(condition, onset="2024-03-05").missing == ("end",)


@given(st.dates(), st.dates())
def test_iso_text_orders_as_the_dates_do(one, other):
    values = {"onset": one.isoformat(), "end": other.isoformat()}
    assert decided("end >= onset", **values).value is (other >= one)


def test_a_result_that_is_no_number_is_none_with_a_reason():
    division = compute(FORM, CODES, {"kilos": 60.0, "metres": 0.0})["bmi"]
    assert division == Decided(None, why="the result is not a finite number")
    assert decided("age / weeks > 1", age=3, weeks=0) == Decided(None, why="divide by zero")
    assert decided("kilos > 1.0", kilos="heavy").why is not None


def test_computed_items_use_earlier_ones_and_nothing_typed():
    results = compute(FORM, CODES, {"kilos": 60, "metres": 2, "bmi": 99.0, "age": 5})
    assert results["bmi"] == Decided(15.0)
    assert results["double_bmi"] == Decided(30.0)
    assert results["sum"] == Decided(None, missing=("redness",))


def test_a_condition_over_computed_items_needs_what_they_need():
    results = compute(FORM, CODES, {"kilos": 60})
    assert results["bmi"].missing == ("metres",)
    assert results["double_bmi"].missing == ("bmi",)


@given(
    age=st.none() | st.integers(0, 60),
    weeks=st.none() | st.integers(20, 45),
    keloid=st.none() | st.booleans(),
    smoking=st.none() | st.booleans(),
)
def test_a_decision_never_changes_when_more_is_answered(age, weeks, keloid, smoking):
    condition = "(age >= 21 && weeks < 42) || (keloid && !smoking)"
    answers = {"age": age, "weeks": weeks, "keloid": keloid, "smoking": smoking}
    given_ = {name: value for name, value in answers.items() if value is not None}
    early = decided(condition, **given_)
    outcomes = set()
    for a in [age] if age is not None else [0, 60]:
        for w in [weeks] if weeks is not None else [20, 45]:
            for k in [keloid] if keloid is not None else [True, False]:
                for s in [smoking] if smoking is not None else [True, False]:
                    full = decided(condition, age=a, weeks=w, keloid=k, smoking=s)
                    assert full.value is ((a >= 21 and w < 42) or (k and not s))
                    outcomes.add(full.value)
    if early.value is None:
        assert early.missing
        assert set(early.missing).isdisjoint(given_)
    else:
        assert outcomes == {early.value}


@given(st.lists(st.integers(0, 3), min_size=2, max_size=2))
def test_a_computed_total_is_the_sum(levels):
    redness, age = levels
    assert compute(FORM, CODES, {"redness": redness, "age": age})["sum"].value == redness + age


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("agee > 3", "names 'agee', which is not an item of the form; its items are age, "),
        ("age >", "is not a condition in CEL, at character 6: Syntax error"),
        ("age > 3.0", "at character 5: found no matching overload for '_>_' applied to"),
        ("remark > 3", "no matching overload"),
        ("age", "gives a whole number, but true or false is needed here"),
        ("kilos", "gives a decimal number"),
        ("remark", "gives a text"),
        ("seen", "gives a value of type list<string>"),
        ("age &&\n keloid", "at character 5"),
        ("keloid &&\n age > ", "of its line 2"),
        ("system('ls')", "undeclared reference"),
    ],
)
def test_a_condition_that_cannot_be_used_is_explained(condition, words):
    why = why_not(condition, kinds_of(FORM, CODES), ("bool",))
    assert why is not None
    assert words in why or "names 'system'" in why
    assert "\n" not in why


def test_a_usable_condition_has_no_fault():
    assert why_not("age > 3 && keloid", kinds_of(FORM, CODES), ("bool",)) is None


@pytest.mark.parametrize("word", ["in", "true", "null", "list", "int", "type", "as", "for"])
def test_words_of_the_language_cannot_name_an_item(word):
    assert is_reserved(word)


@pytest.mark.parametrize("word", ["age", "size", "total", "onset", "matches"])
def test_other_words_can_name_an_item(word):
    assert not is_reserved(word)
