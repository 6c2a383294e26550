import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from cicatrix.measures.agreement import cronbach_alpha, icc

FORMS = ("1,1", "2,1", "3,1", "1,k", "2,k", "3,k")
tables = arrays(
    np.int64,
    array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=6),
    elements=st.integers(0, 14),
)


@settings(max_examples=300)
@given(ratings=tables, form=st.sampled_from(FORMS))
def test_any_table_of_scores_gives_a_number_or_a_reason(ratings, form):
    for found in (icc(ratings, form=form), cronbach_alpha(ratings)):
        assert (found.estimate is None) <= bool(found.flags)
        if found.interval is not None:
            low, high = found.interval
            assert low <= found.estimate + 1e-12
            assert found.estimate <= high + 1e-12


@settings(max_examples=200)
@given(ratings=tables, form=st.sampled_from(FORMS), shift=st.integers(-50, 50))
def test_the_zero_of_the_scale_does_not_matter(ratings, form, shift):
    one, other = icc(ratings, form=form), icc(ratings + shift, form=form)
    assert one.flags == other.flags
    assert (one.estimate is None) == (other.estimate is None)
    if one.estimate is not None:
        assert one.estimate == pytest.approx(other.estimate, rel=1e-6, abs=1e-6)


@given(ratings=tables)
def test_alpha_is_the_consistency_of_the_mean_of_the_items(ratings):
    alpha, mean = cronbach_alpha(ratings), icc(ratings, form="3,k")
    assert alpha.flags == mean.flags
    assert (alpha.estimate is None) == (mean.estimate is None)
    assert (alpha.estimate or 0) == pytest.approx(mean.estimate or 0, rel=1e-9, abs=1e-9)


@given(ratings=tables, offset=st.integers(1, 5))
def test_consistency_forgives_a_rater_who_always_scores_higher(ratings, offset):
    biased = ratings + offset * np.arange(ratings.shape[1])
    one, other = icc(ratings, form="3,1"), icc(biased, form="3,1")
    assert one.flags == other.flags
    assert (one.estimate or 0) == pytest.approx(other.estimate or 0, abs=1e-9)


def test_agreement_does_not_forgive_him():
    fair = np.array([[1, 1], [4, 5], [7, 7], [9, 8]])
    biased = fair + np.array([0, 3])
    assert icc(biased, form="2,1").estimate < icc(fair, form="2,1").estimate - 0.1


@pytest.mark.parametrize("form", FORMS)
def test_perfect_agreement_is_one_without_an_interval(form):
    found = icc([[1, 1], [4, 4], [7, 7]], form=form)
    assert (found.estimate, found.interval) == (1.0, None)
    assert found.flags == ("perfect_agreement",)


def test_participants_who_do_not_vary_leave_a_mean_without_icc():
    found = icc([[1, 2], [2, 1]], form="3,k")
    assert (found.estimate, found.flags) == (None, ("zero_between_variance",))
    assert icc([[1, 2], [2, 1]], form="3,1").estimate == -1.0


@pytest.mark.parametrize(
    ("ratings", "flag"),
    [
        ([], "no_participants"),
        ([[1, 2]], "too_few_participants"),
        ([[1], [2]], "too_few_raters"),
        (np.full((5, 3), 0.1), "zero_variance"),
    ],
)
def test_what_cannot_be_estimated_says_why(ratings, flag):
    for found in (icc(ratings), cronbach_alpha(ratings)):
        assert (found.estimate, found.flags) == (None, (flag,))


def test_a_missing_rating_is_refused_by_its_place():
    with pytest.raises(ValueError, match="row 1, column 0 is missing or not finite"):
        icc([[1, 2], [float("nan"), 3]])


def test_an_unknown_form_is_refused():
    with pytest.raises(ValueError, match="ICC form '4,1' is unknown"):
        icc([[1, 2], [2, 3]], form="4,1")


def test_the_limits_hold_at_another_level():
    ratings = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    wide, narrow = icc(ratings, level=0.99).interval, icc(ratings, level=0.8).interval
    assert wide[0] < narrow[0] < narrow[1] < wide[1]


@pytest.mark.parametrize(
    "scores",
    [
        [[2, 0], [1, 1]],
        [[0, 3], [0, 0], [3, 0]],
        [[4, 6], [6, 4], [6, 6]],
        [[4, 0], [0, 4], [0, 0]],
    ],
)
def test_a_variance_between_that_cancels_but_for_rounding_is_none(scores):
    for shift in range(-60, 60):
        found = icc(np.array(scores) + shift / 7, form="2,k")
        assert (found.estimate, found.flags) == (None, ("zero_between_variance",)), shift
