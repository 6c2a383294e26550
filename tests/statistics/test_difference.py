import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cicatrix.statistics.difference import mean_difference

groups = st.lists(st.integers(0, 14), min_size=2, max_size=20).filter(lambda g: len(set(g)) > 1)


@given(groups, groups)
def test_it_agrees_with_scipys_welch_test(first, second):
    found = mean_difference(first, second)
    other = stats.ttest_ind(first, second, equal_var=False)
    assert found.statistic == pytest.approx(other.statistic, abs=1e-9)
    assert found.df == pytest.approx(other.df)
    assert found.p == pytest.approx(other.pvalue)
    expected = other.confidence_interval()
    assert found.interval == pytest.approx((expected.low, expected.high), abs=1e-9)


@given(st.lists(st.integers(0, 14), max_size=5), st.lists(st.integers(0, 14), max_size=5))
def test_any_two_groups_give_a_test_or_a_reason(first, second):
    found = mean_difference(first, second)
    assert (found.p is None) <= bool(found.flags)


@pytest.mark.parametrize(
    ("first", "second", "estimate", "flag"),
    [
        ([], [], None, "no_observations"),
        ([1, 2], [], None, "empty_group"),
        ([1, 2], [4], -2.5, "too_few_observations"),
        ([0.1] * 3, [0.3] * 3, pytest.approx(-0.2), "zero_variance"),
    ],
)
def test_what_cannot_be_tested_says_why(first, second, estimate, flag):
    found = mean_difference(first, second)
    assert found.estimate == estimate
    assert (found.interval, found.p, found.flags) == (None, None, (flag,))


def test_one_constant_group_is_tested_and_flagged():
    found = mean_difference([0.1, 0.1, 0.1], [1, 2, 3])
    assert found.df == 2
    assert found.flags == ("zero_variance_in_one_group",)
