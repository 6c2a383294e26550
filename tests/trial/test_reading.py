"""Reading: a missing, mistyped or contradictory field gives one message with line and field."""

import copy
import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cicatrix.trial.document import read_document
from cicatrix.trial.errors import StudyError
from cicatrix.trial.part import Part
from cicatrix.trial.reading import check_study, read_study

ROOT = Path(__file__).parents[2]
TINY = (ROOT / "tests/studies/tiny.yaml").read_text("utf-8")
STUDIES = {path.stem: path.read_text("utf-8") for path in (ROOT / "studies").glob("*.yaml")}
STUDIES["tiny"] = TINY
DATA = {name: dict(read_document(text, file=name).data) for name, text in STUDIES.items()}
MARK = "¤"


def paths(value, path=()) -> Iterator[tuple]:
    children = value.items() if isinstance(value, dict) else enumerate(value)
    for key, child in children:
        yield (*path, key)
        if isinstance(child, dict | list):
            yield from paths(child, (*path, key))


PATHS = {name: tuple(paths(data)) for name, data in DATA.items()}


def at(value, path):
    for key in path:
        value = value[key]
    return value


def with_value(data, path, value):
    data = copy.deepcopy(data)
    at(data, path[:-1])[path[-1]] = value
    return data


def without(data, path):
    data = copy.deepcopy(data)
    del at(data, path[:-1])[path[-1]]
    return data


def written(data) -> str:
    return json.dumps(data, indent=1, ensure_ascii=False)


def line_of(data, path) -> int:
    """The line where a field is written, found by marking it and not by the reader's own lines."""
    if not path:
        return 1
    lines = written(with_value(data, path, MARK)).splitlines()
    return next(n for n, line in enumerate(lines, start=1) if MARK in line)


def problems(data) -> tuple:
    with pytest.raises(StudyError) as caught:
        read_study(written(data), file="study.yaml")
    return caught.value.problems


@lru_cache
def study_of(name):
    return read_study(STUDIES[name], file=name)


def is_required(study, path) -> bool:
    here = study
    for key in path[:-1]:
        here = getattr(here, key) if isinstance(here, Part) else here[key]
    return isinstance(here, Part) and type(here).model_fields[path[-1]].is_required()


def assert_removal_is_named(name, path):
    data = without(DATA[name], path)
    if is_required(study_of(name), path):
        (problem,) = problems(data)
        assert problem.line == line_of(data, path[:-1])
        assert problem.field.endswith(path[-1])
        assert problem.why.startswith("is missing; expected ")
        return
    for problem in check_study(written(data), file="study.yaml").problems:
        assert 1 <= problem.line <= len(written(data).splitlines())
        assert problem.field


def assert_mistyping_is_named(name, path):
    old = at(DATA[name], path)
    data = with_value(DATA[name], path, MARK if isinstance(old, dict | list) else {})
    (problem,) = problems(data)
    assert problem.line == line_of(DATA[name], path)
    last = path[-1]
    assert problem.field.endswith(last if isinstance(last, str) else "]")
    assert problem.why.startswith("needs ")
    assert problem.why.endswith(f"found {MARK!r}" if old.__class__ in (dict, list) else "mapping")


@given(st.sampled_from(PATHS["tiny"]))
@settings(max_examples=30, deadline=None)
def test_a_removed_field_is_named_with_its_line(path):
    assert_removal_is_named("tiny", path)


@given(st.sampled_from(PATHS["tiny"]))
@settings(max_examples=30, deadline=None)
def test_a_mistyped_field_is_named_with_its_line(path):
    assert_mistyping_is_named("tiny", path)


@pytest.mark.slow
def test_every_field_of_the_tiny_study_is_named_when_removed_or_mistyped():
    for path in PATHS["tiny"]:
        assert_removal_is_named("tiny", path)
        assert_mistyping_is_named("tiny", path)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(STUDIES) - {"tiny"}))
def test_fields_all_over_a_real_study_are_named_when_removed_or_mistyped(name):
    for path in PATHS[name][::60]:
        assert_removal_is_named(name, path)
        assert_mistyping_is_named(name, path)


@given(st.sampled_from(PATHS["tiny"]), st.data())
@settings(max_examples=30, deadline=None)
def test_an_odd_value_anywhere_gives_a_study_or_problems_and_nothing_else(path, data):
    values = [None, True, -1, 0, 1.5, 10**15, "", "x", "P1D", [], [1], {}, {"en": "x"}, {"x": {}}]
    changed = with_value(DATA["tiny"], path, data.draw(st.sampled_from(values)))
    reading = check_study(written(changed), file="study.yaml")
    assert (reading.study is None) == bool(reading.problems)


@given(st.integers(0, len(TINY) - 1), st.sampled_from("\t:{}[]&*!%'\"|>-#,?@ \n\0é"))
@settings(max_examples=30, deadline=None)
def test_one_changed_character_gives_a_study_or_problems_and_nothing_else(place, character):
    reading = check_study(TINY[:place] + character + TINY[place + 1 :], file="study.yaml")
    assert (reading.study is None) == bool(reading.problems)


@given(st.one_of(st.binary(max_size=60), st.text(max_size=60)))
@settings(max_examples=30, deadline=None)
def test_a_file_of_anything_gives_problems_and_nothing_else(text):
    assert check_study(text, file="study.yaml").problems


def test_an_unknown_field_is_refused_with_the_one_that_was_meant():
    data = copy.deepcopy(DATA["tiny"])
    data["sites"][0]["timezon"] = data["sites"][0].pop("timezone")
    said = {problem.field: problem.why for problem in problems(data)}
    assert "did you mean timezone?" in said["sites[here].timezon"]
    assert "is missing" in said["sites[here].timezone"]


def test_a_name_that_cannot_be_one_is_refused_where_it_stands():
    data = with_value(DATA["tiny"], ("allocation", "ratio"), {"gel": 1, "1 placebo": 1})
    (problem,) = problems(data)
    assert problem.field == "allocation.ratio.1 placebo"
    assert "cannot be called so; a name here is a short name of letters" in problem.why


def test_all_problems_come_at_once_and_in_file_order():
    data = with_value(DATA["tiny"], ("version",), 1)
    data = without(with_value(data, ("sites", 0, "planned"), "four"), ("allocation", "planned"))
    found = problems(data)
    assert [problem.field for problem in found] == [
        "version", "sites[here].planned", "allocation.planned",
    ]  # fmt: skip
    assert found[1].why == "needs a whole number of at least 0; found 'four'"
    assert str(found[1]).startswith(f"study.yaml:{found[1].line}: sites[here].planned: needs ")


def test_the_digest_does_not_depend_on_layout_comments_or_the_order_of_keys():
    def reversed_keys(value):
        if isinstance(value, dict):
            return {key: reversed_keys(value[key]) for key in reversed(value)}
        return [reversed_keys(child) for child in value] if isinstance(value, list) else value

    digest = read_study(TINY, file="a").digest
    assert read_study("# a comment\n" + TINY, file="b").digest == digest
    assert read_study(written(DATA["tiny"]), file="c").digest == digest
    assert read_study(written(reversed_keys(DATA["tiny"])), file="d").digest == digest
    assert read_study(TINY.replace("dose: 1}", "dose: 1.0}"), file="e").digest == digest
    assert read_study(TINY.replace("planned: 4}", "planned: 6}"), file="f").digest != digest


def test_a_field_written_out_at_its_default_changes_no_digest():
    digest = read_study(TINY, file="a").digest
    assert TINY.count(" strata: [],") == 1
    assert read_study(TINY.replace(" strata: [],", ""), file="b").digest == digest
    assert read_study(TINY.replace("strata: []", "strata: [site]"), file="c").digest != digest


def test_what_is_odd_but_not_wrong_is_a_warning():
    text = TINY.replace("planned: 4}\n", "planned: 5}\n", 1)
    reading = check_study(text, file="study.yaml")
    assert reading.study is not None
    (warning,) = reading.warnings
    assert (warning.field, warning.line) == ("allocation.planned", 37)
    assert warning.why == "is 4, and the sites plan 5 together"
