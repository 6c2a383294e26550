import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from statsmodels.stats.inter_rater import cohens_kappa

from cicatrix.measures.agreement import kappa, kappa_of_table, percent_agreement

tables = st.integers(2, 5).flatmap(
    lambda size: arrays(np.int64, (size, size), elements=st.integers(0, 20))
)


@settings(max_examples=200)
@given(counts=tables, weights=st.sampled_from(["unweighted", "linear", "quadratic"]))
def test_kappa_agrees_with_statsmodels_wherever_it_exists(counts, weights):
    found = kappa_of_table(counts, weights=weights)
    if found.estimate is None:
        assert found.flags in (("no_participants",), ("single_category",))
        return
    with np.errstate(all="ignore"):
        other = cohens_kappa(counts, wt=None if weights == "unweighted" else weights)
    assert found.estimate == pytest.approx(other.kappa, abs=1e-9)
    if found.se is not None:
        assert found.se == pytest.approx(float(other.var_kappa) ** 0.5, abs=1e-6)
    assert (found.statistic is None) == (not other.var_kappa0 * found.n > 1e-9)
    if found.statistic is not None:
        assert found.statistic == pytest.approx(other.z_value, rel=1e-6, abs=1e-6)


def test_a_category_that_nobody_used_still_lies_between_its_neighbours():
    first, second = [0, 0, 3, 3, 1, 1], [0, 1, 3, 1, 1, 3]
    full = kappa(first, second, categories=(0, 1, 2, 3), weights="linear")
    short = kappa(first, second, categories=(0, 1, 3), weights="linear")
    assert full.estimate != pytest.approx(short.estimate, abs=1e-3)


def test_words_may_be_categories():
    words = ("normal", "pink", "red", "purple")
    found = kappa(["pink", "red", "red"], ["pink", "red", "pink"], categories=words)
    assert found.estimate == pytest.approx(0.4)


def test_full_agreement_on_several_categories_is_one_without_an_interval():
    found = kappa([1, 2, 3], [1, 2, 3], categories=(1, 2, 3))
    assert (found.estimate, found.interval, found.flags) == (1.0, None, ("perfect_agreement",))


def test_raters_of_two_different_single_categories_have_kappa_zero_and_no_test():
    found = kappa([1, 1], [2, 2], categories=(1, 2))
    assert (found.estimate, found.statistic, found.p) == (0.0, None, None)


def test_nobody_rated():
    assert kappa([], [], categories=(1, 2)).flags == ("no_participants",)
    assert percent_agreement([], []).flags == ("no_participants",)


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        ([1], [1, 2], "first rater has 1 ratings and the second 2"),
        ([1, None], [1, 2], "Pair 1 has a missing rating"),
        ([1, float("nan")], [1, 2], "Pair 1 has a missing rating"),
        ([1, 9], [1, 2], "9 is none of the categories 1, 2"),
    ],
)
def test_a_wrong_pair_is_refused_in_one_sentence(first, second, sentence):
    with pytest.raises(ValueError, match=sentence):
        kappa(first, second, categories=(1, 2))


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ([[1, 2]], "square table"),
        ([[1, -1], [0, 1]], "whole counts"),
        ([[0.5, 1], [1, 1]], "whole"),
    ],
)
def test_a_wrong_table_is_refused_in_one_sentence(counts, sentence):
    with pytest.raises(ValueError, match=sentence):
        kappa_of_table(counts)
