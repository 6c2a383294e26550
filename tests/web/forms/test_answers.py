"""What is typed becomes a value of the item's type, or a sentence, and never another number."""

from decimal import Decimal

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from cicatrix.trial.checks import check_values
from cicatrix.trial.forms import Code, CodeList, Form, Item, ItemGroup
from cicatrix.web.forms.answers import (
    NONE_OF_THEM,
    Typed,
    plain,
    read_answer,
    typed_as,
    typed_on,
)

WORDS = {"en": "?"}
CODES = {
    "levels": CodeList(
        id="levels", codes=tuple(Code(code=level, label=WORDS) for level in range(4))
    ),
    "words": CodeList(
        id="words", codes=tuple(Code(code=word, label=WORDS) for word in ("none", "?x", "=y", "z"))
    ),
}


def item(kind: str, **more: object) -> Item:
    return Item.model_validate({"id": "x", "label": WORDS, "type": kind, **more})


WEIGHT = item("decimal", unit="kg", minimum=30.0, maximum=200.0)
ANY = item("decimal")
COUNT = item("integer")
SCALE = item("integer", minimum=1.0, maximum=10.0)
ITEMS = (
    WEIGHT, ANY, COUNT, SCALE, item("text"), item("boolean"), item("date"), item("partial_date"),
    item("choice", code_list="levels"), item("choice", code_list="words"),
    item("choices", code_list="words"),
)  # fmt: skip
PARTIAL = st.one_of(
    st.dates().map(lambda day: day.isoformat()),
    st.dates().map(lambda day: day.isoformat()[:7]),
    st.dates().map(lambda day: day.isoformat()[:4]),
)


def value_of(one: Item) -> st.SearchStrategy[object]:
    """Anything that can be recorded for an item, as it comes back from a ledger."""
    whole = st.integers(-(2**53) + 1, 2**53 - 1)
    match one.type, one.code_list:
        case "decimal", _:
            low, high = one.minimum, one.maximum
            broken = st.floats(low, high, allow_nan=False, allow_infinity=False, width=32)
            broken = broken.filter(lambda v: abs(v) < 2**53 and len(plain(v)) <= 40)
            return broken.map(lambda v: int(v) if float(v).is_integer() else v)
        case "integer", _:
            return whole if one.minimum is None else st.integers(1, 10)
        case "text", _:
            return st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1).filter(
                str.strip
            )
        case "boolean", _:
            return st.booleans()
        case "date", _:
            return st.dates().map(lambda day: day.isoformat())
        case "partial_date", _:
            return PARTIAL
        case "choice", name:
            return st.sampled_from([code.code for code in CODES[name].codes])
    words = [code.code for code in CODES["words"].codes]
    return st.sets(st.sampled_from(words)).map(lambda s: tuple(w for w in words if w in s))


def read(one: Item, *texts: str, missing: str = ""):
    return read_answer(one, CODES, Typed(texts, missing))


@given(st.data(), st.sampled_from(ITEMS))
def test_what_is_recorded_is_shown_in_the_fields_and_read_back_as_the_same(data, one):
    value = data.draw(value_of(one))
    answer = read_answer(one, CODES, typed_as(one, value))
    assert (answer.value, type(answer.value), answer.wrong) == (value, type(value), "")


@given(st.sampled_from(ITEMS), st.lists(st.text(), max_size=4), st.text())
def test_whatever_is_typed_is_read_or_refused_and_never_breaks_anything(one, texts, missing):
    answer = read_answer(one, CODES, Typed(tuple(texts), missing))
    assert not (answer.value is not None and answer.wrong)
    if answer.value is not None:
        form = Form(
            id="f", label=WORDS, filled_by=("coordinator",),
            groups=(ItemGroup(id="g", label=WORDS, items=(one,)),),
        )  # fmt: skip
        values = {"x": answer.value}
        assert check_values(form, CODES, values, values) == ()


@given(
    st.from_regex("\\A[-\uff10-\uff190-9.,\uff0e\uff0ceE +]{1,20}\\Z"),
    st.sampled_from([ANY, COUNT, WEIGHT]),
)
def test_a_number_that_is_read_is_the_number_that_was_typed(text, one):
    answer = read(one, text)
    if answer.value is not None:
        assert not isinstance(answer.value, bool | str | tuple)
        exact = Decimal(text.strip().translate(str.maketrans("\uff0e", ".")))
        assert Decimal(repr(answer.value)) == exact
        assert (answer.read_as == "") == text.strip().isascii()


@pytest.mark.parametrize(
    ("typed", "value"),
    [("1.5", 1.5), (" 70 ", 70), ("-3", -3), ("007", 7), ("1.50", 1.5), ("\u300012\u3000", 12)],
)
def test_numbers_written_plainly_are_read(typed, value):
    assert read(ANY, typed).value == value


def test_full_width_signs_are_read_and_the_page_can_say_as_what():
    answer = read(ANY, "\uff11\uff12\uff0e\uff15")
    assert (answer.value, answer.read_as) == (12.5, "12.5")
    assert read(ANY, "\u22124").read_as == "-4"


@pytest.mark.parametrize("typed", ["1,5", "1\uff0c5", "1,500", "1.500,5", "1 500", "1'500"])
def test_a_comma_could_be_read_in_two_ways_and_is_asked_about(typed):
    answer = read(ANY, typed)
    assert answer.value is None
    assert "two ways" in answer.wrong
    assert typed in answer.wrong


@pytest.mark.parametrize(
    "typed",
    ["1e5", "٣", "NaN", "inf", "-inf", "0x10", "-", "+5", ".5", "5.", "½", "१२", "12 kg", "1_000"],
)
def test_what_is_not_in_plain_digits_is_no_number(typed):
    answer = read(ANY, typed)
    assert answer.value is None
    assert "digits 0 to 9" in answer.wrong


@pytest.mark.parametrize(
    "typed", ["1" + "0" * 30, "9007199254740993", "0.1234567890123456789", "9" * 6000]
)
def test_more_digits_than_can_be_kept_are_refused(typed):
    assert "more digits" in read(ANY, typed).wrong


def test_a_whole_number_is_needed_where_one_is():
    assert "whole number" in read(COUNT, "12.5").wrong


def test_a_number_beyond_its_range_is_refused_with_the_range_and_its_unit():
    assert "at least 30 kg" in read(WEIGHT, "3").wrong
    assert "at most 200 kg" in read(WEIGHT, "2000").wrong


@pytest.mark.parametrize("typed", ["9/3/2026", "2026-3-9", "2026-02-30", "20260309", "2026-W10-1"])
def test_a_day_is_written_in_one_way_only(typed):
    assert "2026-03-09" in read(item("date"), typed).wrong


@pytest.mark.parametrize(
    ("parts", "value"),
    [
        (("2026", "", ""), "2026"),
        (("2026", "3", ""), "2026-03"),
        (("2026", "03", "9"), "2026-03-09"),
    ],
)
def test_a_date_may_be_known_in_part(parts, value):
    assert read(item("partial_date"), *parts).value == value


@pytest.mark.parametrize(
    "parts",
    [("26", "3", ""), ("2026", "", "9"), ("2026", "13", ""), ("2026", "2", "30"), ("", "3", "")],
)
def test_a_partial_date_that_is_none_is_refused(parts):
    assert read(item("partial_date"), *parts).wrong


def test_none_of_them_is_an_answer_and_no_answer_is_none():
    many = item("choices", code_list="words")
    assert read(many, NONE_OF_THEM).value == ()
    assert read(many, "") == read(many)
    assert "either" in read(many, NONE_OF_THEM, "=z").wrong


def test_a_code_of_a_word_that_looks_like_a_sign_of_ours_is_itself():
    assert read(item("choice", code_list="words"), "=?x").value == "?x"
    assert read(item("choice", code_list="words"), "==y").value == "=y"


def test_an_answer_that_is_not_offered_is_refused():
    assert read(item("choice", code_list="levels"), "=9").wrong
    assert read(item("boolean"), "yes").wrong
    assert read(SCALE, "=11").wrong


def test_a_pressed_reason_is_a_reason_and_no_answer():
    form = Form(
        id="f", label=WORDS, filled_by=("coordinator",),
        groups=(ItemGroup(id="g", label=WORDS, items=(item("boolean"),)),),
    )  # fmt: skip
    assert typed_on(form, QueryDict("i.x=%3Frefused")) == {"x": Typed((), "refused")}
    assert typed_on(form, QueryDict("other=1")) == {}


def test_a_text_keeps_its_blanks_and_its_lines():
    assert read(item("text"), " a\r\n b ").value == " a\n b "
    assert read(item("text"), "a\x00b").wrong
    assert "too many" in read(item("text"), "a" * 4001).wrong
