"""Edit checks: types, ranges, codes, dates, conditions, and what a form still lacks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cicatrix.trial.checks import (
    NOT_ASKED,
    check_values,
    completed,
    is_asked,
    lacking,
)
from cicatrix.trial.forms import Code, CodeList, EditCheck, Form, Item, ItemGroup
from cicatrix.trial.participant import FormData


def text(words):
    return {"en": words}


def item(name, kind, **more):
    return Item(id=name, label=text(name), type=kind, **more)


CODES = {
    "level": CodeList(
        id="level", codes=tuple(Code(code=code, label=text(str(code))) for code in (0, 1, 2))
    ),
    "kind": CodeList(
        id="kind", codes=tuple(Code(code=code, label=text(code)) for code in ("a", "b"))
    ),
}
FORM = Form(
    id="form",
    label=text("Form"),
    filled_by=("coordinator",),
    groups=(
        ItemGroup(
            id="group",
            label=text("Group"),
            items=(
                item("count", "integer", minimum=0, maximum=10, unit="days"),
                item("size", "decimal", minimum=0.5, unit="mm"),
                item("words", "text", required=False),
                item("yes", "boolean"),
                item("day", "date", required=False),
                item("about", "partial_date", required=False),
                item("level", "choice", code_list="level", required=False),
                item("kinds", "choices", code_list="kind", required=False),
                item("more", "text", when="yes"),
                item("doubled", "decimal", computed="size * 2.0"),
                item("large", "text", when="doubled > 8.0"),
            ),
        ),
    ),
    checks=(
        EditCheck(id="soft", condition="count <= 5", message=text("Many.")),
        EditCheck(
            id="hard", condition="size < 100.0 && count < 9", message=text("Too."), hard=True
        ),
        EditCheck(id="deep", condition="doubled <= 20.0", message=text("Large.")),
    ),
)


def found(changed, answers=None):
    return check_values(FORM, CODES, changed, changed if answers is None else answers)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("count", 0), ("count", 5), ("size", 0.5), ("size", 3), ("words", ""), ("yes", False),
        ("day", "2024-02-29"), ("about", "2024"), ("about", "2024-02"), ("about", "2024-02-29"),
        ("level", 2), ("kinds", ()), ("kinds", ("a", "b")),
    ],
)  # fmt: skip
def test_what_fits_its_item_passes(name, value):
    assert found({name: value}) == ()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("count", 1.0, "a whole number"), ("count", True, "a whole number"),
        ("count", "1", "a whole number"), ("size", True, "a number"), ("size", "1", "a number"),
        ("words", 1, "text"), ("yes", 1, "yes or no"), ("yes", "true", "yes or no"),
        ("day", "2024-02-30", "a date"), ("day", "2024-02", "a date"),
        ("day", "20240229", "a date"),
        ("about", "2024-13", "a date"), ("about", "2024-2", "a date"), ("about", "24", "a date"),
        ("about", "2024-02-30", "a date"), ("about", "2024\n", "a date"), ("about", 2024, "a date"),
        ("level", 3, "one of 0, 1, 2"), ("level", "1", "one of"), ("level", True, "one of"),
        ("level", 1.0, "one of"), ("kinds", ("a", "c"), "some of a, b"), ("kinds", "a", "some of"),
        ("count", -1, "at least 0 days"), ("count", 11, "at most 10 days"),
        ("size", 0.4, "at least 0.5 mm"), ("doubled", 1.0, "computed"), ("nothing", 1, "no item"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_a_hard_finding_that_says_what_would(name, value, words):
    (finding,) = found({name: value})
    assert (finding.item, finding.rule, finding.hard) == (name, "type", True)
    assert words in finding.message["en"]


def test_every_wrong_answer_is_named_and_conditions_wait_until_all_fit():
    findings = found({"count": 11, "size": 200.0, "yes": 1})
    assert [finding.item for finding in findings] == ["count", "yes"]


def test_a_soft_and_a_hard_condition_are_told_apart():
    assert [(one.rule, one.hard) for one in found({"count": 6})] == [("soft", False)]
    assert [(one.rule, one.hard) for one in found({"count": 9})] == [
        ("soft", False),
        ("hard", True),
    ]


def test_a_condition_that_the_answers_do_not_decide_yet_finds_nothing():
    assert found({"size": 99.0, "yes": False, "count": 3}, {"size": 3.0}) == ()
    assert found({}, {}) == ()


def test_a_condition_is_asked_again_only_when_something_it_rests_on_changed():
    answers = {"count": 6, "yes": True, "more": "x"}
    assert found({"more": "x"}, answers) == ()
    assert [finding.item for finding in found({"count": 6}, answers)] == ["count"]


def test_a_condition_may_rest_on_a_computed_item():
    (finding,) = found({"size": 11.0})
    assert (finding.rule, finding.item) == ("deep", "size")
    assert found({"size": 10.0}) == ()


def test_an_answer_to_a_question_that_is_not_asked_is_a_hard_finding():
    for answers in ({"more": "x"}, {"more": "x", "yes": False}):
        (finding,) = found({"more": "x"}, answers)
        assert (finding.rule, finding.hard) == ("when", True)
    assert found({"more": "x"}, {"more": "x", "yes": True}) == ()


def test_a_question_may_be_asked_because_of_a_computed_item():
    large = FORM.items["large"]
    assert is_asked(large, FORM, CODES, {"size": 5.0})
    assert not is_asked(large, FORM, CODES, {"size": 4.0})
    assert not is_asked(large, FORM, CODES, {})


def test_a_form_lacks_what_is_required_asked_and_neither_answered_nor_excused():
    def left(values, missing=None):
        return lacking(FORM, CODES, FormData("1", dict(values), dict(missing or {})))

    assert left({}) == ("count", "size", "yes")
    assert left({"count": 1, "size": 5.0, "yes": True}) == ("more", "large")
    assert left({"count": 1, "size": 1.0, "yes": False}) == ()
    assert left({"size": 1.0, "yes": False}, {"count": "unknown"}) == ()


@pytest.mark.parametrize("blank", ["", " \n"])
def test_a_required_text_of_blanks_is_still_lacking(blank):
    answers = {"count": 1, "size": 1.0, "yes": True}
    assert lacking(FORM, CODES, FormData("1", {**answers, "more": blank})) == ("more",)
    assert lacking(FORM, CODES, FormData("1", {**answers, "more": "x"})) == ()


def test_not_asked_is_no_excuse_once_a_question_is_asked_again():
    data = FormData("1", {"count": 1, "size": 1.0, "yes": True}, {"more": NOT_ASKED})
    assert lacking(FORM, CODES, data) == ("more",)
    data.values["yes"] = False
    assert lacking(FORM, CODES, data) == ()


def test_computed_items_are_added_where_the_answers_decide_them():
    assert completed(FORM, CODES, {"size": 2.0}) == {"size": 2.0, "doubled": 4.0}
    assert completed(FORM, CODES, {}) == {}


@given(
    st.one_of(
        st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(),
        st.lists(st.text()).map(tuple),
    ),
    st.sampled_from(sorted(FORM.items)),
)  # fmt: skip
def test_any_value_is_accepted_or_refused_in_one_sentence(value, name):
    for finding in check_values(
        FORM, CODES, {name: value}, {"yes": True, "size": 5.0, name: value}
    ):
        assert finding.message["en"].endswith(".")
