import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from cicatrix.statistics.accrual import waiting_time


@given(st.integers(1, 500), st.floats(1, 2000), st.floats(0.5, 0.99))
def test_the_wait_for_one_more_is_paretos_whose_quantiles_are_known_in_closed_form(n, days, level):
    found = waiting_time(n, days, more=1, level=level)
    quantiles = [days * ((1 - share) ** (-1 / (n + 0.5)) - 1) for share in
                 ((1 - level) / 2, 0.5, (1 + level) / 2)]  # fmt: skip
    got = (found.interval[0], found.estimate, found.interval[1])
    assert got == pytest.approx(quantiles, rel=1e-6)


@given(st.integers(1, 200), st.integers(1, 200), st.floats(10, 1000))
def test_it_agrees_with_the_negative_binomial_count_of_those_who_come_in_time(n, more, days):
    # The wait is over by a day exactly if the count of that day, negative binomial, is enough.
    high = waiting_time(n, days, more=more).interval[1]
    enough = stats.nbinom(n + 0.5, days / (days + high)).sf(more - 1)
    assert enough == pytest.approx(0.975, abs=1e-6)


@given(st.integers(1, 200), st.integers(1, 50), st.floats(10, 1000))
def test_more_take_longer_and_a_slower_trial_takes_in_proportion(n, more, days):
    found = waiting_time(n, days, more=more)
    assert found.interval[0] < found.estimate < found.interval[1]
    assert waiting_time(n, days, more=more + 1).estimate > found.estimate
    assert waiting_time(n, 2 * days, more=more).estimate == pytest.approx(2 * found.estimate)


@pytest.mark.parametrize(
    ("recruited", "days", "flag"), [(0, 0, "no_observations"), (0, 90, "no_observations"),
                                    (4, 0, "no_exposure")],
)  # fmt: skip
def test_where_nothing_can_be_predicted_it_says_why(recruited, days, flag):
    found = waiting_time(recruited, days, more=10)
    assert (found.estimate, found.interval, found.flags) == (None, None, (flag,))


def test_who_has_all_of_them_waits_no_more():
    assert waiting_time(30, 100, more=0).interval == (0.0, 0.0)


@pytest.mark.parametrize(
    "wrong", [{"recruited": -1}, {"recruited": 1.5}, {"more": -2}, {"days": -1.0},
              {"days": float("nan")}, {"level": 1.0}],
)  # fmt: skip
def test_what_cannot_be_is_refused(wrong):
    given_ = {"recruited": 3, "days": 10.0, "more": 2} | wrong
    with pytest.raises(ValueError):  # noqa: PT011  # each has a sentence of its own
        waiting_time(**given_)
