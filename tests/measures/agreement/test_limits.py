import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cicatrix.measures.agreement import limits_of_agreement, smallest_detectable_change

pairs = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=2, max_size=20)


@given(pairs)
def test_exchanging_the_methods_mirrors_the_limits(values):
    first, second = zip(*values, strict=True)
    one, other = limits_of_agreement(first, second), limits_of_agreement(second, first)
    assert one.bias == -other.bias
    assert one.limits == pytest.approx((-other.limits[1], -other.limits[0]))


@given(pairs)
def test_the_consistent_change_of_two_raters_follows_from_their_limits(values):
    first, second = zip(*values, strict=True)
    change = smallest_detectable_change(np.array(values), kind="consistency").estimate
    assert change == pytest.approx(1.96 * limits_of_agreement(first, second).sd, abs=1e-6)


def test_a_rater_who_always_scores_higher_counts_in_agreement_only():
    ratings = [[1, 3], [4, 6], [7, 9]]
    consistent = smallest_detectable_change(ratings, kind="consistency")
    assert (consistent.estimate, consistent.flags) == (0.0, ("perfect_agreement",))
    assert smallest_detectable_change(ratings).estimate == pytest.approx(1.96 * 2)


def test_equal_differences_have_limits_at_the_bias():
    found = limits_of_agreement([1, 2, 3], [0, 1, 2])
    assert (found.bias, found.sd, found.limits) == (1.0, 0.0, (1.0, 1.0))
    assert found.flags == ("zero_variance",)


def test_one_pair_has_a_bias_and_nothing_else():
    found = limits_of_agreement([5], [3])
    assert (found.bias, found.sd, found.limits) == (2.0, None, None)
    assert found.flags == ("too_few_participants",)


def test_nobody_measured():
    assert limits_of_agreement([], []).flags == ("no_participants",)
    assert smallest_detectable_change([]).flags == ("no_participants",)


def test_one_rater_has_no_detectable_change():
    assert smallest_detectable_change([[1], [2]]).flags == ("too_few_raters",)


def test_columns_of_unequal_length_are_refused():
    with pytest.raises(ValueError, match="are not pairs; give two columns of the same length"):
        limits_of_agreement([1, 2], [1])
