import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cicatrix.measures.posas import OBSERVER, OVERALL_OPINION, PATIENT
from cicatrix.measures.scales import Score, add_up
from cicatrix.measures.vancouver import VANCOUVER

SCALES = (VANCOUVER, OBSERVER, PATIENT, OVERALL_OPINION)


def complete(scale):
    return st.fixed_dictionaries({i.name: st.integers(i.low, i.high) for i in scale.items})


@given(st.data())
def test_a_complete_rating_adds_up_within_the_range_of_the_scale(data):
    scale = data.draw(st.sampled_from(SCALES))
    values = data.draw(complete(scale))
    score = add_up(scale, values)
    low, high = scale.range
    assert score == Score(sum(values.values()))
    assert low <= score.total <= high


@given(st.data())
def test_any_missing_item_leaves_no_total_and_names_the_item(data):
    scale = data.draw(st.sampled_from(SCALES))
    values = dict(data.draw(complete(scale)))
    gone = data.draw(st.sampled_from([item.name for item in scale.items]))
    absent = {name: value for name, value in values.items() if name != gone}
    assert add_up(scale, absent) == Score(None, "missing_item", (gone,))
    assert add_up(scale, values | {gone: None}) == Score(None, "missing_item", (gone,))


@given(st.data())
def test_a_score_outside_its_item_leaves_no_total(data):
    scale = data.draw(st.sampled_from(SCALES))
    values = dict(data.draw(complete(scale)))
    item = data.draw(st.sampled_from(scale.items))
    outside = data.draw(st.integers(-50, 50).filter(lambda v: not item.low <= v <= item.high))
    assert add_up(scale, values | {item.name: outside}) == Score(None, "out_of_range", (item.name,))


@pytest.mark.parametrize("value", [1.5, math.nan, math.inf, True, np.bool_(True), "2"])
def test_what_is_no_whole_number_leaves_no_total(value):
    values = {"vascularity": 1, "pigmentation": value, "height": 1, "pliability": 1}
    assert add_up(VANCOUVER, values) == Score(None, "not_whole_number", ("pigmentation",))


def test_a_missing_item_is_named_before_an_impossible_one():
    score = add_up(VANCOUVER, {"vascularity": 9, "height": 1, "pliability": 1})
    assert score == Score(None, "missing_item", ("pigmentation",))


def test_all_items_at_fault_are_named_in_the_order_of_the_scale():
    score = add_up(VANCOUVER, {"pliability": 6, "height": 4, "pigmentation": 0, "vascularity": 0})
    assert score.at_fault == ("height", "pliability")


def test_an_item_that_the_scale_does_not_have_is_refused_by_name():
    with pytest.raises(ValueError, match="has no item 'colour'; its items are vascularity"):
        add_up(VANCOUVER, {"colour": 1})
