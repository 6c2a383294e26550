import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cicatrix.measures import vancouver


def test_the_scale_runs_from_0_to_14():
    assert vancouver.VANCOUVER.range == (0, 14)
    worst = vancouver.total(vascularity=3, pigmentation=3, height=3, pliability=5)
    assert worst.total == 14


def test_each_score_of_each_item_has_its_word():
    words = {
        "vascularity": vancouver.VASCULARITY,
        "pigmentation": vancouver.PIGMENTATION,
        "height": vancouver.HEIGHT,
        "pliability": vancouver.PLIABILITY,
    }
    for item in vancouver.VANCOUVER.items:
        assert len(words[item.name]) == item.high - item.low + 1


@pytest.mark.parametrize(
    ("height_mm", "score"),
    [(0, 0), (0.01, 1), (1.99, 1), (2.0, 2), (3.5, 2), (5.0, 2), (5.01, 3), (20, 3)],
)
def test_a_height_on_a_boundary_scores_as_the_words_of_the_scale_say(height_mm, score):
    assert vancouver.height_score(height_mm) == score


@given(st.floats(0, 100), st.floats(0, 100))
def test_a_higher_scar_never_scores_lower(one, other):
    low, high = sorted((one, other))
    assert vancouver.height_score(low) <= vancouver.height_score(high)


@pytest.mark.parametrize("height_mm", [-0.1, math.nan, math.inf, -math.inf])
def test_an_impossible_height_is_refused_in_one_sentence(height_mm):
    with pytest.raises(ValueError, match="cannot be scored; give the height above the skin in mm"):
        vancouver.height_score(height_mm)
