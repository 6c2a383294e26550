import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cicatrix.statistics.least_squares import fit

designs = st.integers(6, 15).flatmap(
    lambda n: st.tuples(
        arrays(np.int64, n, elements=st.integers(0, 14)),
        arrays(np.int64, (n, 2), elements=st.integers(-5, 5)),
    )
)


def full_rank(case):
    y, x = case
    return np.linalg.matrix_rank(np.column_stack((np.ones(len(y)), x))) == 3 and np.ptp(y) > 0


@settings(max_examples=50)
@given(designs.filter(full_rank), st.sampled_from(["model", "hc3"]))
def test_a_design_of_full_rank_agrees_with_statsmodels(case, covariance):
    y, x = case
    design = np.column_stack((np.ones(len(y)), x)).astype(float)
    ours = fit(y.astype(float), design, covariance=covariance)
    plain = sm.OLS(y, design).fit()
    if ours.residual_ss == 0 or "leverage_of_one" in ours.flags or plain.ssr < 1e-9:
        return
    robust = covariance == "hc3"
    other = plain.get_robustcov_results("HC3", use_t=True) if robust else plain
    for place, unit in enumerate(np.eye(3)):
        found = ours.contrast(unit, method="coefficient")
        assert found.estimate == pytest.approx(other.params[place], rel=1e-6, abs=1e-7)
        assert found.se == pytest.approx(other.bse[place], rel=1e-6)
        assert found.p == pytest.approx(other.pvalues[place], rel=1e-5)


def test_only_what_the_data_determine_is_estimated():
    y = np.array([1.0, 2.0, 4.0, 5.5])
    design = np.array([[1, 1, 0], [1, 1, 0], [1, 0, 1], [1, 0, 1.0]])
    found = fit(y, design)
    assert found.rank == 2
    assert found.contrast([0, 1, 0], method="arm").flags == ("not_estimable",)
    difference = found.contrast([0, -1, 1], method="difference")
    assert difference.estimate == pytest.approx(3.25)
    assert difference.df == 2


def test_no_degree_of_freedom_leaves_the_estimate_alone():
    found = fit(np.array([1.0, 3.0]), np.array([[1.0, 0.0], [1.0, 1.0]]))
    slope = found.contrast([0, 1], method="slope")
    assert slope.estimate == pytest.approx(2)
    assert (slope.se, slope.interval, slope.flags) == (None, None, ("no_residual_df",))


def test_a_straight_line_leaves_no_test():
    x = np.arange(5.0)
    found = fit(2 + 0.1 * x, np.column_stack((np.ones(5), x)))
    slope = found.contrast([0, 1], method="slope")
    assert slope.estimate == pytest.approx(0.1)
    assert (slope.se, slope.p, slope.flags) == (0.0, None, ("zero_variance",))


def test_hc3_does_not_exist_where_one_observation_determines_a_coefficient():
    design = np.array([[1, 0], [1, 0], [1, 1.0]])
    found = fit(np.array([1.0, 2.0, 5.0]), design, covariance="hc3")
    arm = found.contrast([0, 1], method="arm")
    assert (arm.se, arm.flags) == (None, ("leverage_of_one",))


def test_nobody_gives_no_estimate():
    found = fit(np.zeros(0), np.zeros((0, 2)))
    assert found.contrast([0, 1], method="slope").flags == ("no_observations",)


def test_an_unknown_covariance_is_refused():
    with pytest.raises(ValueError, match="Covariance 'hc9' is unknown; use model or hc3"):
        fit(np.zeros(2), np.ones((2, 1)), covariance="hc9")
