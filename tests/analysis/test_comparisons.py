from itertools import permutations, product

import pytest
from scipy import stats

from cicatrix.analysis.analyse import analyse
from cicatrix.analysis.report import summary_of
from cicatrix.trial.participant import Withdrawal

ARMS = ["gel", "placebo", "placebo", "gel", "gel", "gel", "placebo", "placebo"]
TOTALS = [0, 2, 3, 1, 1, 2, 4, 3]
DOSE = {"gel": 2.0, "placebo": 0.0}


def brute_force(arms, totals, block):
    """Count every arrangement of each block's arms: the two-sided p of sum(score x dose)."""
    seen = [t for t in totals if t is not None]
    centred = [0.0 if t is None else t - sum(seen) / len(seen) for t in totals]
    blocks = [range(start, start + block) for start in range(0, len(arms), block)]
    ways = [sorted(set(permutations([DOSE[arms[k]] for k in one]))) for one in blocks]
    sums = [
        sum(c * d for c, d in zip(centred, [d for part in way for d in part], strict=True))
        for way in product(*ways)
    ]
    middle = sum(sums) / len(sums)
    actual = sum(c * DOSE[a] for c, a in zip(centred, arms, strict=True))
    far = [s for s in sums if abs(s - middle) >= abs(actual - middle) - 1e-9]
    return len(far) / len(sums)


def test_the_exact_p_is_that_of_counting_all_arrangements_in_the_actual_blocks(scored, tiny):
    made = scored(tiny, ARMS, TOTALS, block=4)
    trend = analyse(tiny, made.trial, made.allocation).comparisons[0].trend
    assert trend.test.p == pytest.approx(brute_force(ARMS, TOTALS, 4))
    assert trend.test.p < 0.06


def test_the_blocks_are_those_of_the_list_and_not_one_whole(scored, tiny):
    made = scored(tiny, ARMS, TOTALS, block=4)
    whole = scored(tiny, ARMS, TOTALS, block=8)
    one, other = (
        analyse(tiny, m.trial, m.allocation).comparisons[0].trend.test.p for m in (made, whole)
    )
    assert other == pytest.approx(brute_force(ARMS, TOTALS, 8))
    assert one != pytest.approx(other)


def test_a_participant_without_a_score_stays_in_her_block(scored, tiny):
    totals = [0, None, 3, 1, 1, 2, 4, 3]
    made = scored(tiny, ARMS, totals, block=4)
    primary = analyse(tiny, made.trial, made.allocation).comparisons[0]
    assert primary.trend.test.p == pytest.approx(brute_force(ARMS, totals, 4))
    assert (primary.n, primary.randomised) == (7, 8)


def test_who_withdrew_all_data_counts_as_unobserved_in_her_block(scored, tiny):
    made = scored(tiny, ARMS, TOTALS, block=4)
    person = made.trial.participants["HERE-002"]
    person.withdrawals.append(Withdrawal("all", "regret", "participant", person.screened_on))
    primary = analyse(tiny, made.trial, made.allocation).comparisons[0]
    assert primary.trend.test.p == pytest.approx(brute_force(ARMS, [0, None, *TOTALS[2:]], 4))
    assert (primary.population_size, primary.n) == (7, 7)


def test_the_slope_is_the_difference_of_means_over_the_dose(scored, tiny):
    made = scored(tiny, ARMS, TOTALS, block=4)
    primary = analyse(tiny, made.trial, made.allocation).comparisons[0]
    assert [arm.summary.mean for arm in primary.arms] == [1.0, 3.0]
    assert primary.trend.slope.estimate == pytest.approx((1.0 - 3.0) / 2.0)


def test_the_difference_from_the_reference_is_welch_s(scored, tiny):
    made = scored(tiny, ARMS, TOTALS, block=4)
    second = analyse(tiny, made.trial, made.allocation).comparisons[1]
    welch = stats.ttest_ind([0, 1, 1, 2], [2, 3, 4, 3], equal_var=False)
    result = second.differences[0].result
    assert (second.differences[0].arm, second.differences[0].reference) == ("gel", "placebo")
    assert result.estimate == -2.0
    assert result.p == pytest.approx(welch.pvalue)
    assert result.interval == pytest.approx(tuple(welch.confidence_interval()))


def test_a_within_person_comparison_takes_the_treated_half_minus_the_other(world, split):
    made = world(split, ["left_treated", "right_treated"] * 2, block=4, stratum="site=one")
    names = ("vascularity", "pigmentation", "thickness", "relief", "pliability", "surface_area")
    for left, right in ((2, 4), (4, 3), (1, 4), (4, 2)):
        person = made.enrol()
        for region, level in (("left_half", left), ("right_half", right)):
            score = dict.fromkeys(names, level)
            made.rate(person, "month_12", "posas_observer", region, score, score)
    found = analyse(split, made.trial, made.allocation)
    primary = found.comparisons[0]
    # Treated minus untreated, six items each: -12, -6, -18, -12; the arms' means are -15 and -9.
    assert primary.trend.slope.estimate == pytest.approx(-12.0)
    assert primary.trend.test.p == pytest.approx(2 / 6)
    last = [one for one in found.contrast_summaries if one.arm is None][-1]
    assert (last.summary.mean, last.summary.n) == (-12.0, 4)


def test_an_empty_arm_leaves_the_rest_and_says_what_is_missing(scored, tiny):
    made = scored(tiny, ["gel", "gel"], [1, 3])
    first, second = analyse(tiny, made.trial, made.allocation).comparisons
    assert (first.trend.test.p, first.trend.slope.estimate) == (1.0, None)
    assert second.differences[0].result.flags == ("empty_group",)


def test_equal_scores_give_p_of_one_and_a_flag(scored, tiny):
    made = scored(tiny, ["gel", "placebo"] * 3, [2] * 6)
    test = analyse(tiny, made.trial, made.allocation).comparisons[0].trend.test
    assert test.p == 1.0
    assert "all_scores_equal" in test.flags


@pytest.mark.parametrize(
    ("totals", "why"),
    [([], "nobody was randomised"), ([None, None], "nobody in the population has a value")],
)
def test_an_analysis_that_cannot_be_computed_is_reported_with_its_reason(scored, tiny, totals, why):
    made = scored(tiny, ["gel", "placebo"], totals)
    found = analyse(tiny, made.trial, made.allocation).comparisons
    assert len(found) == len(tiny.analyses)
    assert all(why in one.not_computed for one in found)


def test_a_trend_over_one_dose_alone_is_not_computed(world, split):
    method = {"method": "linear_trend_exact_in_blocks"}
    analyses = tuple(one.model_copy(update=method) for one in split.analyses[:1])
    study = split.model_copy(update={"analyses": analyses})
    made = world(study, ["left_treated"], stratum="site=one")
    person = made.enrol()
    score = dict.fromkeys(
        ("vascularity", "pigmentation", "thickness", "relief", "pliability", "surface_area"), 2
    )
    for region in ("left_half", "right_half"):
        made.rate(person, "month_12", "posas_observer", region, score, score)
    found = analyse(study, made.trial, made.allocation).comparisons[0]
    assert "every arm has the same planned dose" in found.not_computed


def test_a_comparison_is_among_its_own_population(scored, tiny):
    analyses = tuple(one.model_copy(update={"population": "per_protocol"}) for one in tiny.analyses)
    made = scored(tiny.model_copy(update={"analyses": analyses}), ARMS, TOTALS, block=4)
    made.trial.participants["HERE-002"].tubes.pop()
    trend, difference = analyse(made.study, made.trial, made.allocation).comparisons
    assert (trend.population_size, trend.n) == (7, 7)
    assert trend.trend.test.p == pytest.approx(brute_force(ARMS, [0, None, *TOTALS[2:]], 4))
    assert difference.differences[0].result.estimate == pytest.approx(1.0 - 10 / 3)


def test_a_slope_is_told_for_the_dose_of_one_full_tube(world, reference):
    made = world(reference, ["placebo", "low", "high"])
    for level in (3, 2, 1):
        score = dict.fromkeys(("vascularity", "pigmentation", "height", "pliability"), level)
        made.rate(made.enrol(), "month_36", "vss", "scar", score, score)
    found = analyse(reference, made.trial, made.allocation)
    # Totals 12, 8, 4 at 0, 3 and 6 million cells: 4 / 3 points less for each million.
    assert found.comparisons[0].trend.slope.estimate == pytest.approx(-4 / 3e6)
    assert (
        "for each 1 000 000 cells planned the mean changes by −1.33 points" in summary_of(found)[0]
    )
