import numpy as np
import pytest

from cicatrix.analysis.analyse import analyse
from cicatrix.trial.participant import RatingKey

PAIRS = [((0, 1), (1, 1)), ((2, 2), (2, 1)), ((1, 0), (1, 0)), ((2, 1), (0, 1)), ((0, 0), (0, 1))]


def score(pair):
    return {"colour": pair[0], "height": pair[1]}


@pytest.fixture
def made(world, tiny):
    made = world(tiny, ["gel", "placebo"] * 3)
    for first, second in PAIRS:
        ratings = [score(first), score(second)]
        third = [score(first)] if first != second else []
        made.rate(made.enrol(), "month_6", "score", "scar", *ratings, *third)
    return made


def at_six(made):
    found = analyse(made.study, made.trial, made.allocation).agreement
    return next(one for one in found if one.visit == "month_6")


def anova_icc(first, second, *, absolute):
    """Compute ICC(1,1) or ICC(2,1) from sums of squares alone."""
    table = np.array([first, second], dtype=float).T
    n = len(table)
    rows = 2 * ((table.mean(axis=1) - table.mean()) ** 2).sum() / (n - 1)
    within = ((table - table.mean(axis=1, keepdims=True)) ** 2).sum()
    columns = n * ((table.mean(axis=0) - table.mean()) ** 2).sum()
    if not absolute:
        return (rows - within / n) / (rows + within / n)
    error = (within - columns) / (n - 1)
    return (rows - error) / (rows + error + 2 * (columns - error) / n)


def test_agreement_is_that_of_the_first_two_ratings(made):
    found = at_six(made)
    first, second = ([sum(pair[k]) for pair in PAIRS] for k in (0, 1))
    assert (found.pairs, found.called, found.scars) == (5, 4, 5)
    assert found.identical.estimate == 1 / 5
    assert found.icc.method == "ICC(2,1)"
    assert found.icc.estimate == pytest.approx(anova_icc(first, second, absolute=True))
    differences = np.subtract(first, second)
    assert found.limits.bias == pytest.approx(differences.mean())
    assert found.limits.sd == pytest.approx(differences.std(ddof=1))
    assert [item.identical.estimate for item in found.items] == [3 / 5, 3 / 5]


def test_where_the_same_two_raters_saw_all_each_is_a_column_whoever_came_first(made):
    before = at_six(made).icc.estimate
    ratings = made.trial.participants["HERE-001"].ratings[RatingKey("month_6", "score", "scar")]
    ratings[0].position, ratings[1].position = 2, 1
    assert at_six(made).icc.estimate == pytest.approx(before)


def test_where_raters_change_the_icc_is_of_the_first_form(made):
    made.trial.participants["HERE-001"].ratings[RatingKey("month_6", "score", "scar")][
        0
    ].rater = "Eve"
    first, second = ([sum(pair[k]) for pair in PAIRS] for k in (0, 1))
    found = at_six(made)
    assert found.icc.method == "ICC(1,1)"
    assert found.icc.estimate == pytest.approx(anova_icc(first, second, absolute=False))


def test_nobody_rated_and_one_rater_only_give_flags_and_no_number(world, tiny):
    made = world(tiny, ["gel", "placebo"])
    assert at_six(made).icc.flags == ("no_participants",)
    made.rate(made.enrol(), "month_6", "score", "scar", score((1, 1)))
    found = at_six(made)
    assert (found.scars, found.pairs, found.icc.estimate) == (1, 0, None)


def test_regions_are_shown_together_and_each_apart(world, split):
    made = world(split, ["left_treated"], stratum="site=one")
    made.enrol()
    found = analyse(split, made.trial, made.allocation).agreement
    assert {one.region for one in found} == {None, "left_half", "right_half"}
