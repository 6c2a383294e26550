import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cicatrix.statistics.kruskal import kruskal_wallis

several = st.lists(st.lists(st.integers(0, 14), min_size=1, max_size=12), min_size=2, max_size=4)


@given(several.filter(lambda groups: len({y for group in groups for y in group}) > 1))
def test_it_agrees_with_scipy_under_ties(groups):
    found, other = kruskal_wallis(groups), stats.kruskal(*groups)
    assert found.statistic == pytest.approx(other.statistic, abs=1e-9)
    assert found.p == pytest.approx(other.pvalue, abs=1e-12)


def test_an_empty_arm_is_left_out_and_flagged():
    found = kruskal_wallis([[1, 2, 3], [], [2, 4, 6]])
    assert (found.df, found.flags) == (1.0, ("empty_group",))
    assert found.p == kruskal_wallis([[1, 2, 3], [2, 4, 6]]).p


@pytest.mark.parametrize(
    ("groups", "flags"),
    [
        ([], ("no_observations",)),
        ([[], []], ("no_observations",)),
        ([[1, 2], []], ("empty_group", "one_group")),
        ([[1, 2]], ("one_group",)),
    ],
)
def test_what_cannot_be_tested_says_why(groups, flags):
    found = kruskal_wallis(groups)
    assert (found.statistic, found.p, found.flags) == (None, None, flags)


def test_equal_scores_are_no_evidence_at_all():
    found = kruskal_wallis([[5], [5]])
    assert (found.statistic, found.p, found.flags) == (None, 1.0, ("all_scores_equal",))
