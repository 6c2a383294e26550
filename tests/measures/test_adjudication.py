from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cicatrix.measures.adjudication import adjudicate, differ

VSS = ("vascularity", "pigmentation", "height", "pliability")
ratings_of_all_items = st.fixed_dictionaries({name: st.integers(0, 3) for name in VSS})


def rating(*values, items=VSS):
    return dict(zip(items, values, strict=True))


def decide(*ratings, items=VSS, no_mode="median"):
    return adjudicate(ratings, items=items, no_mode=no_mode)


def how_of_each(result):
    return {item.name: item.how for item in result.items}


def test_ben_and_bo_agree_and_need_no_third():
    result = decide(rating(2, 1, 1, 2), rating(2, 1, 1, 2))
    assert result.values == rating(2, 1, 1, 2)
    assert (result.how, result.reason, result.flags) == ("agreed", None, ())


def test_the_most_frequent_value_wins_per_item():
    result = decide(rating(2, 1, 1, 2), rating(3, 1, 1, 2), rating(3, 1, 2, 2))
    assert result.values == rating(3, 1, 1, 2)
    assert how_of_each(result) == rating("mode", "agreed", "mode", "agreed")
    assert result.how == "mode"


def test_the_accepted_items_together_need_not_be_any_raters():
    result = decide(rating(3, 3, 0, 0), rating(3, 0, 3, 0), rating(0, 3, 3, 0))
    assert result.values == rating(3, 3, 3, 0)
    assert [item.given for item in result.items[:2]] == [(3, 3, 0), (3, 0, 3)]


def test_three_values_without_a_mode_give_the_flagged_median():
    result = decide(rating(0, 1, 1, 1), rating(3, 1, 1, 1), rating(2, 1, 1, 1))
    assert result.values["vascularity"] == 2
    assert how_of_each(result)["vascularity"] == result.how == "median"
    assert result.flags == ("no_mode",)


def test_the_whole_came_about_as_its_least_agreed_item():
    three = (rating(0, 0, 1, 1), rating(3, 0, 1, 1), rating(2, 3, 1, 1))
    result = decide(*three)
    assert how_of_each(result) == rating("median", "agreed", "agreed", "agreed") | {
        "pigmentation": "mode"
    }
    assert result.how == "median"


def test_three_values_without_a_mode_are_missing_where_the_study_says_so():
    result = decide(rating(0, 1, 1, 1), rating(3, 1, 1, 1), rating(2, 1, 1, 1), no_mode="missing")
    assert result.values == rating(None, 1, 1, 1)
    assert (result.how, result.reason) == ("undecided", "no_mode")
    assert result.flags == ("no_mode",)


def test_two_that_differ_wait_for_the_third_and_keep_what_is_agreed():
    result = decide(rating(0, 1, 1, 1), rating(3, 1, 1, 1))
    assert result.values == rating(None, 1, 1, 1)
    assert (result.how, result.reason) == ("undecided", "third_rating_missing")


@pytest.mark.parametrize(
    ("ratings", "reason"),
    [((), "no_rating"), ((rating(1, 1, 1, 1),), "second_rating_missing")],
)
def test_fewer_than_two_ratings_are_no_result(ratings, reason):
    result = decide(*ratings)
    assert set(result.values.values()) == {None}
    assert (result.how, result.reason) == ("undecided", reason)


def test_a_third_rating_changes_nothing_when_the_first_two_agree():
    agreed = rating(1, 1, 1, 1)
    result = decide(agreed, agreed, rating(3, 3, 3, 3))
    assert result.values == agreed
    assert result.how == "agreed"
    assert result.items[0].given == (1, 1)
    assert result.flags == ("third_rating_unused",)


def test_a_value_against_a_missing_one_calls_for_the_third():
    assert differ(rating(1, 1, 1, None), rating(1, 1, 1, 1), items=VSS)
    result = decide(rating(1, 1, 1, None), rating(1, 1, 1, 4))
    assert result.reason == "third_rating_missing"
    assert result.flags == ("item_missing",)
    result = decide(rating(1, 1, 1, None), rating(1, 1, 1, 4), rating(1, 1, 1, 4))
    assert result.values["pliability"] == 4
    assert result.flags == ("item_missing",)


def test_an_item_that_nobody_gave_stays_missing_and_calls_nobody():
    first = second = rating(1, 1, 1, None)
    assert not differ(first, second, items=VSS)
    result = decide(first, second)
    assert (result.values["pliability"], result.reason) == (None, "item_missing")


def test_a_median_is_never_made_of_two_values():
    result = decide(rating(1, 1, 1, 0), rating(1, 1, 1, 5), rating(1, 1, 1, None))
    assert result.values["pliability"] is None
    assert result.items[3].reason == "no_mode"


def test_an_item_absent_from_a_rating_is_missing():
    result = decide({"vascularity": 1}, rating(1, 1, 1, 1), {"vascularity": 1})
    assert result.values == rating(1, None, None, None)
    assert result.reason == "item_missing"


def test_what_can_still_be_remedied_is_the_reason_that_is_given():
    result = decide(rating(1, 1, 0, None), rating(1, 1, 3, None))
    assert [item.reason for item in result.items[2:]] == ["third_rating_missing", "item_missing"]
    assert result.reason == "third_rating_missing"


@pytest.mark.parametrize("no_mode", ["median", "missing"])
@given(first=ratings_of_all_items, second=ratings_of_all_items, third=ratings_of_all_items)
def test_every_value_of_a_result_was_given_by_a_rater(no_mode, first, second, third):
    result = decide(first, second, third, no_mode=no_mode)
    for item in result.items:
        assert item.value is None or item.value in item.given
    if no_mode == "median":
        assert None not in result.values.values()


@given(st.tuples(*[ratings_of_all_items] * 3))
def test_who_came_first_does_not_matter_when_any_two_differ(three):
    pairs = permutations(three, 2)
    if not all(differ(a, b, items=VSS) for a, b in pairs):
        return
    results = {tuple(decide(*order).values.items()) for order in permutations(three)}
    assert len(results) == 1


@given(ratings_of_all_items, ratings_of_all_items)
def test_a_third_is_called_exactly_when_two_differ(first, second):
    result = decide(first, second)
    needed = differ(first, second, items=VSS)
    assert (result.reason == "third_rating_missing") == needed


@pytest.mark.parametrize(
    ("ratings", "rule", "sentence"),
    [
        ([{"height": 1}] * 4, {}, "4 ratings were given"),
        ([{"colour": 1}] * 2, {}, "Rating 1 has an item 'colour' that is not adjudicated"),
        ([{"height": float("nan")}] * 2, {}, "Rating 1 gives nan for 'height'"),
        ([{"height": 1}] * 2, {"no_mode": "mean"}, "no_mode 'mean'"),
        ([{}, {}], {"items": ()}, "without items decides nothing"),
    ],
)
def test_a_wrong_use_is_refused_in_one_sentence(ratings, rule, sentence):
    with pytest.raises(ValueError, match=sentence):
        adjudicate(ratings, **({"items": ("height",), "no_mode": "median"} | rule))
