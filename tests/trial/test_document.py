"""The form of a study file: YAML 1.2 that JSON can hold, or one clear sentence with the line."""

import pytest

from cicatrix.trial.document import MAXIMUM_BYTES, read_document
from cicatrix.trial.errors import StudyError

BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "is empty"),
        ("# only a comment\n", 1, "is empty"),
        ("- a\n- b\n", 1, "must be a mapping"),
        ("just words\n", 1, "must be a mapping"),
        ("a: 1\nb: 2\na: 3\n", 3, "stands twice; it is already on line 1"),
        ("a: 1\nb:\n\tc: 2\n", 3, "is not YAML"),
        ("a: [1, 2\nb: 3\n", 2, "is not YAML"),
        ("a: 'open\n", 2, "is not YAML"),
        ("a: 1\n---\nb: 2\n", 2, "another document"),
        ("a: 1\nb: *a\n", 2, "undefined alias"),
        (BOMB, 2, "is an alias"),
        ("a: &a\n  b: *a\n", 2, "is an alias"),
        ("a: !!python/object:os.system x\n", 1, "has the tag"),
        ("a: !mine x\n", 1, "has the tag !mine"),
        ("a: !!set {x}\n", 1, "has the tag !!set"),
        ("%YAML 1.1\n---\na: yes\n", 1, "has a YAML directive"),
        ("a: 1\n? [b]\n: 2\n", 1, "has a field on line 2 whose name is not a plain word"),
        ("a: .nan\n", 1, "not a number that can be recorded"),
        ("a: -.inf\n", 1, "not a number that can be recorded"),
        ("a: 1e999\n", 1, "not a number that can be recorded"),
        ("a: 9007199254740993\n", 1, "the largest exact number"),
        ('a: "\\ud800"\n', 1, "half a character"),
        ('a: 1\n"\\ud800": 2\n', 1, "has a field on line 2 whose name is not Unicode text"),
        ("a: " + "[" * 100 + "]" * 100 + "\n", 1, "maximum depth"),
        ("a: \x00\n", 1, "is not YAML"),
        ("x" * (MAXIMUM_BYTES + 1), 1, "is larger than"),
        (b"a: 1\nb: \xff\n", 2, "is not UTF-8"),
        ("a: 1\nb: é\n".encode("utf-16"), 1, "is not UTF-8"),
    ],
)
def test_a_file_of_the_wrong_form_gets_one_sentence_with_its_line(text, line, words):
    with pytest.raises(StudyError) as caught:
        read_document(text, file="study.yaml")
    problem = caught.value.problems[0]
    assert (problem.file, problem.line) == ("study.yaml", line)
    assert words in problem.why
    assert "\n" not in problem.why


def test_every_duplicate_key_is_named():
    with pytest.raises(StudyError) as caught:
        read_document("a: {x: 1, x: 2}\nb: {y: 1, y: 2}\n", file="study.yaml")
    assert [problem.field for problem in caught.value.problems] == ["a.x", "b.y"]


def test_scalars_are_those_of_yaml_1_2_and_dates_stay_text():
    text = (
        "a: yes\nb: 2021-05-20\nc: 0x1F\nd: 012\ne: 1_000\nf: ~\ng: True\nh: 1e3\ni: '7'\n"
        "1: x\nj: +_\n"
    )
    assert read_document(text, file="study.yaml").data == {
        "a": "yes", "b": "2021-05-20", "c": 31, "d": 12, "e": 1000, "f": None, "g": True,
        "h": 1000.0, "i": "7", "1": "x", "j": "+_",
    }  # fmt: skip


def test_a_byte_order_mark_is_not_part_of_the_first_field():
    assert read_document(b"\xef\xbb\xbfa: 1\n", file="study.yaml").data == {"a": 1}


def test_a_field_is_named_by_the_identifiers_around_it():
    text = "visits:\n  - id: month_1\n    window: {before: P1W}\n  - {after: P1M}\n"
    document = read_document(text, file="study.yaml")
    assert document.name(("visits", 0, "window", "before")) == "visits[month_1].window.before"
    assert document.name(("visits", 1, "after")) == "visits[1].after"
    assert document.problem(("visits", 0, "window", "after"), "is missing").line == 3
