from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cicatrix.measures.adjudication import adjudicate, differ, explain

VSS = ("vascularity", "pigmentation", "height", "pliability")
ratings_of_all_items = st.fixed_dictionaries({name: st.integers(0, 3) for name in VSS})


def rating(*values, items=VSS):
    return dict(zip(items, values, strict=True))


def decide(*ratings, items=VSS, basis="item", no_mode="median"):
    return adjudicate(ratings, items=items, basis=basis, no_mode=no_mode)


def test_ben_and_bo_agree_and_need_no_third():
    result = decide(rating(2, 1, 1, 2), rating(2, 1, 1, 2))
    assert result.total.value == 6
    assert set(result.how.values()) == {"agreed"}
    assert result.flags == ()


def test_the_most_frequent_value_wins_per_item():
    result = decide(rating(2, 1, 1, 2), rating(3, 1, 1, 2), rating(3, 1, 2, 2))
    assert result.values == rating(3, 1, 1, 2)
    assert result.how == rating("mode", "agreed", "mode", "agreed")
    assert result.total.how == "sum"


def test_the_total_of_item_modes_need_not_be_any_raters_total():
    result = decide(rating(3, 0, 0, 0), rating(0, 3, 3, 0), rating(3, 3, 0, 3))
    assert result.total.value == 6
    assert result.total.given == (3, 6, 9)
    result = decide(rating(3, 3, 0, 0), rating(3, 0, 3, 0), rating(0, 3, 3, 0))
    assert result.total.value == 9
    assert result.total.given == (6, 6, 6)


def test_three_values_without_a_mode_give_the_flagged_median():
    result = decide(rating(0, 1, 1, 1), rating(3, 1, 1, 1), rating(2, 1, 1, 1))
    assert result.values["vascularity"] == 2
    assert result.how["vascularity"] == "median"
    assert result.flags == ("no_mode",)


def test_three_values_without_a_mode_are_missing_where_the_study_says_so():
    result = decide(rating(0, 1, 1, 1), rating(3, 1, 1, 1), rating(2, 1, 1, 1), no_mode="missing")
    assert result.values == rating(None, 1, 1, 1)
    assert (result.total.value, result.total.reason) == (None, "no_mode")
    assert result.flags == ("no_mode",)


def test_two_that_differ_wait_for_the_third_and_keep_what_is_agreed():
    result = decide(rating(0, 1, 1, 1), rating(3, 1, 1, 1))
    assert result.values == rating(None, 1, 1, 1)
    assert (result.total.value, result.total.reason) == (None, "third_rating_missing")


@pytest.mark.parametrize(
    ("ratings", "reason"),
    [((), "no_rating"), ((rating(1, 1, 1, 1),), "second_rating_missing")],
)
@pytest.mark.parametrize("basis", ["item", "total"])
def test_fewer_than_two_ratings_are_no_result(ratings, reason, basis):
    result = decide(*ratings, basis=basis)
    assert set(result.values.values()) == {None}
    assert (result.total.value, result.total.reason) == (None, reason)


def test_a_third_rating_changes_nothing_when_the_first_two_agree():
    agreed = rating(1, 1, 1, 1)
    result = decide(agreed, agreed, rating(3, 3, 3, 3))
    assert result.values == agreed
    assert set(result.how.values()) == {"agreed"}
    assert result.total.given == (4, 4)
    assert result.flags == ("third_rating_unused",)


def test_a_value_against_a_missing_one_calls_for_the_third():
    assert differ(rating(1, 1, 1, None), rating(1, 1, 1, 1), items=VSS, basis="item")
    result = decide(rating(1, 1, 1, None), rating(1, 1, 1, 4))
    assert result.total.reason == "third_rating_missing"
    assert result.flags == ("item_missing",)
    result = decide(rating(1, 1, 1, None), rating(1, 1, 1, 4), rating(1, 1, 1, 4))
    assert result.values["pliability"] == 4
    assert result.flags == ("item_missing",)


def test_an_item_that_nobody_gave_stays_missing_and_calls_nobody():
    first = second = rating(1, 1, 1, None)
    assert not differ(first, second, items=VSS, basis="item")
    result = decide(first, second)
    assert (result.total.value, result.total.reason) == (None, "item_missing")


def test_a_median_is_never_made_of_two_values():
    result = decide(rating(1, 1, 1, 0), rating(1, 1, 1, 5), rating(1, 1, 1, None))
    assert result.values["pliability"] is None
    assert result.items[3].reason == "no_mode"


def test_an_item_absent_from_a_rating_is_missing():
    result = decide({"vascularity": 1}, rating(1, 1, 1, 1), {"vascularity": 1})
    assert result.values == rating(1, None, None, None)
    assert result.total.reason == "item_missing"


def test_on_totals_two_raters_agree_whose_items_do_not():
    first, second = rating(1, 2, 1, 1), rating(2, 1, 1, 1)
    assert not differ(first, second, items=VSS, basis="total")
    result = decide(first, second, basis="total")
    assert (result.total.value, result.total.how) == (5, "agreed")
    assert result.values == rating(None, None, 1, 1)
    assert result.items[0].reason == "raters_differ"


def test_on_totals_the_median_carries_the_items_of_the_rater_who_gave_it():
    result = decide(rating(0, 0, 0, 1), rating(3, 3, 3, 3), rating(1, 1, 1, 1), basis="total")
    assert (result.total.value, result.total.how) == (4, "median")
    assert result.values == rating(1, 1, 1, 1)
    assert result.flags == ("no_mode",)


def test_on_totals_a_rating_with_a_missing_item_has_no_total():
    result = decide(rating(1, 1, 1, None), rating(1, 1, 1, 1), rating(1, 1, 1, 1), basis="total")
    assert (result.total.value, result.total.how) == (4, "agreed")
    assert result.total.given == (None, 4, 4)


@pytest.mark.parametrize("no_mode", ["median", "missing"])
@pytest.mark.parametrize("basis", ["item", "total"])
@given(first=ratings_of_all_items, second=ratings_of_all_items, third=ratings_of_all_items)
def test_every_value_of_a_result_was_given_by_a_rater(basis, no_mode, first, second, third):
    result = decide(first, second, third, basis=basis, no_mode=no_mode)
    for item in result.items:
        assert item.value is None or item.value in item.given
    if no_mode == "median":
        assert result.total.value is not None


@given(st.tuples(*[ratings_of_all_items] * 3))
def test_who_came_first_does_not_matter_when_any_two_differ(three):
    pairs = permutations(three, 2)
    if not all(differ(a, b, items=VSS, basis="item") for a, b in pairs):
        return
    results = {tuple(decide(*order).values.items()) for order in permutations(three)}
    assert len(results) == 1


@given(ratings_of_all_items, ratings_of_all_items)
def test_a_third_is_called_exactly_when_two_differ(first, second):
    result = decide(first, second)
    needed = differ(first, second, items=VSS, basis="item")
    assert (result.total.reason == "third_rating_missing") == needed


def test_the_result_explains_itself_in_words():
    two = ("vascularity", "pigmentation")
    ratings = [rating(*values, items=two) for values in ((0, 1), (3, 1), (2, None))]
    result = decide(*ratings, items=two)
    assert explain(result) == (
        "vascularity: 2, median as all differ (given 0, 3, 2). "
        "pigmentation: 1, agreed (given 1, 1, missing). "
        "total: 3, sum of the items (given 1, 4, missing)."
    )
    assert explain(decide(items=("height",))) == (
        "height: no result, nobody has rated. total: no result, nobody has rated."
    )


@pytest.mark.parametrize(
    ("ratings", "rule", "sentence"),
    [
        ([{"height": 1}] * 4, {}, "4 ratings were given"),
        ([{"colour": 1}] * 2, {}, "Rating 1 has an item 'colour' that is not adjudicated"),
        ([{"height": float("nan")}] * 2, {}, "Rating 1 gives nan for 'height'"),
        ([{"height": 1}] * 2, {"basis": "mean"}, "basis 'mean'"),
        ([{"height": 1}] * 2, {"no_mode": "mean"}, "no_mode 'mean'"),
        ([{}, {}], {"items": ()}, "without items decides nothing"),
    ],
)
def test_a_wrong_use_is_refused_in_one_sentence(ratings, rule, sentence):
    with pytest.raises(ValueError, match=sentence):
        adjudicate(ratings, **({"items": ("height",), "basis": "item", "no_mode": "median"} | rule))
