import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cicatrix.statistics.proportion import clopper_pearson, poisson_rate, wilson

counts = st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts, st.sampled_from([0.8, 0.95, 0.99]))
def test_both_intervals_agree_with_scipy(count, level):
    events, n = count
    other = stats.binomtest(events, n)
    for ours, method in ((clopper_pearson, "exact"), (wilson, "wilson")):
        low, high = ours(events, n, level=level).interval
        expected = other.proportion_ci(level, method=method)
        assert low == pytest.approx(expected.low, abs=1e-9)
        assert high == pytest.approx(expected.high, abs=1e-9)
        assert low <= events / n <= high


@given(counts)
def test_counting_those_without_the_event_mirrors_the_interval(count):
    events, n = count
    for interval in (clopper_pearson, wilson):
        low, high = interval(events, n).interval
        assert interval(n - events, n).interval == pytest.approx((1 - high, 1 - low), abs=1e-12)


def test_the_exact_interval_covers_at_least_as_often_as_it_says():
    n, events = 12, np.arange(13)
    intervals = [clopper_pearson(int(x), n).interval for x in events]
    for truth in np.linspace(0.01, 0.99, 99):
        chances = stats.binom.pmf(events, n, truth)
        covered = [low <= truth <= high for low, high in intervals]
        assert chances[covered].sum() >= 0.95


@given(st.integers(0, 50), st.floats(0.5, 1000))
def test_the_ends_of_a_rates_interval_leave_half_of_alpha_in_each_tail(events, exposure):
    low, high = poisson_rate(events, exposure).interval
    assert stats.poisson.cdf(events, high * exposure) == pytest.approx(0.025, rel=1e-6)
    if events:
        assert stats.poisson.sf(events - 1, low * exposure) == pytest.approx(0.025, rel=1e-6)


def test_no_exposure_has_no_rate():
    found = poisson_rate(0, 0)
    assert (found.estimate, found.interval, found.flags) == (None, None, ("no_exposure",))


@pytest.mark.parametrize(("events", "n"), [(3, 2), (-1, 2), (1.5, 2), (0, -1)])
@pytest.mark.parametrize("interval", [clopper_pearson, wilson])
def test_an_impossible_count_is_refused(interval, events, n):
    with pytest.raises(ValueError, match="is impossible; give whole numbers with 0 <= events <= n"):
        interval(events, n)


@pytest.mark.parametrize(
    ("events", "exposure"), [(1, 0), (1, -2), (1, float("nan")), (-1, 2), (0.5, 2)]
)
def test_an_impossible_rate_is_refused(events, exposure):
    with pytest.raises(ValueError, match=r"is impossible|cannot be counted"):
        poisson_rate(events, exposure)
