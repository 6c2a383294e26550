from collections import Counter
from fractions import Fraction
from itertools import permutations, product
from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from cicatrix.statistics.trend import linear_trend

member = st.tuples(st.integers(-4, 10), st.sampled_from([0, 3, 6]), st.booleans())
trials = st.lists(st.lists(member, min_size=1, max_size=4), min_size=1, max_size=3)


def enumerate_all(trial):
    """Re-arrange every block in every way, by permuting its members' doses one by one."""
    seen = [score for block in trial for score, _, observed in block if observed]
    centre = Fraction(sum(seen), len(seen))

    def statistic(doses):
        rows = [
            (row, dose)
            for block, own in zip(trial, doses, strict=True)
            for row, dose in zip(block, own, strict=True)
        ]
        return sum((row[0] - centre) * dose for row, dose in rows if row[2])

    arrangements = product(*(permutations([dose for _, dose, _ in block]) for block in trial))
    law = Counter(statistic(doses) for doses in arrangements)
    return statistic([[dose for _, dose, _ in block] for block in trial]), law


def analyse(trial, scale=1.0, shift=0.0):
    rows = [(*row, label) for label, block in enumerate(trial) for row in block]
    scores, doses, observed, blocks = zip(*rows, strict=True)
    return linear_trend([shift + scale * s for s in scores], doses, blocks, observed=observed)


@settings(max_examples=80)
@given(trials.filter(lambda trial: any(row[2] for block in trial for row in block)))
def test_it_equals_the_enumeration_of_every_arrangement(trial):
    found, (value, law) = analyse(trial), enumerate_all(trial)
    ways = law.total()
    mean = sum(t * count for t, count in law.items()) / Fraction(ways)
    variance = sum((t - mean) ** 2 * count for t, count in law.items()) / Fraction(ways)

    def share(holds):
        return float(Fraction(sum(count for t, count in law.items() if holds(t)), ways))

    assert found.statistic == pytest.approx(float(value), abs=1e-9)
    assert found.expectation == pytest.approx(float(mean), abs=1e-9)
    assert found.variance == pytest.approx(float(variance), abs=1e-9)
    assert found.p_greater == pytest.approx(share(lambda t: t >= value), abs=1e-12)
    assert found.p_less == pytest.approx(share(lambda t: t <= value), abs=1e-12)
    assert found.test.p == pytest.approx(
        share(lambda t: abs(t - mean) >= abs(value - mean)), abs=1e-12
    )
    if found.test.statistic is not None:
        assert found.test.statistic == pytest.approx(float(value - mean) / sqrt(variance), abs=1e-9)


@settings(max_examples=50)
@given(trials.filter(lambda trial: any(row[2] for block in trial for row in block)))
def test_unit_and_zero_of_the_score_do_not_matter(trial):
    one, other = analyse(trial), analyse(trial, scale=0.5, shift=7)
    assert other.test.p == pytest.approx(one.test.p, abs=1e-12)
    assert other.statistic == pytest.approx(0.5 * one.statistic, abs=1e-9)


def rehearse(seed, sizes=(6, 9, 12, 6, 9, 12, 12, 9, 9, 6)):
    rng = np.random.default_rng(seed)
    doses = [dose for size in sizes for dose in rng.permutation(np.repeat([0, 3, 6], size // 3))]
    blocks = [label for label, size in enumerate(sizes) for _ in range(size)]
    return rng.integers(0, 15, len(doses)), np.array(doses), blocks


def test_of_two_large_blocks_the_law_is_near_that_of_many_sampled_arrangements():
    scores, doses, blocks = rehearse(1, (12, 12))
    rng = np.random.default_rng(2)
    observed = np.ones(24, dtype=bool)
    observed[[3, 15]] = False
    found = linear_trend(scores, doses, blocks, observed=observed)
    centred = np.where(observed, scores - scores[observed].mean(), 0)
    sampled = [
        centred @ np.concatenate([rng.permutation(doses[:12]), rng.permutation(doses[12:])])
        for _ in range(20_000)
    ]
    assert np.mean(sampled) == pytest.approx(found.expectation, abs=1.0)
    assert np.var(sampled) == pytest.approx(found.variance, rel=0.05)
    tail = np.mean(np.array(sampled) >= found.statistic - 1e-9)
    assert tail == pytest.approx(found.p_greater, abs=0.015)


def test_ninety_women_in_blocks_have_an_exact_p_near_the_normal_one():
    scores, doses, blocks = rehearse(3)
    found = linear_trend(scores, doses, blocks)
    assert found.test.n == 90
    assert found.test.p == pytest.approx(2 * stats.norm.sf(abs(found.test.statistic)), abs=0.01)


def test_a_strong_effect_has_a_tiny_p_that_is_not_lost_to_rounding():
    _, doses, blocks = rehearse(4)
    found = linear_trend(doses, doses, blocks)
    arrangements = 90**3 * 1680**4 * 34650**3
    assert found.p_greater == pytest.approx(1 / arrangements, rel=1e-9)


def test_the_order_of_the_members_and_the_names_of_the_blocks_do_not_matter():
    scores, doses, blocks = rehearse(5)
    order = np.random.default_rng(6).permutation(90)
    named = [f"A-{blocks[place]}" for place in order]
    again = linear_trend(scores[order], doses[order], named)
    assert again.test.p == pytest.approx(linear_trend(scores, doses, blocks).test.p, rel=1e-12)


def test_blocks_are_not_ignored():
    scores, doses, blocks = rehearse(7)
    drifting = scores + 5 * np.array(blocks)
    inside = linear_trend(drifting, doses, blocks)
    assert inside.test.p == pytest.approx(linear_trend(scores, doses, blocks).test.p, rel=1e-9)
    assert abs(linear_trend(drifting, doses, [0] * 90).test.p - inside.test.p) > 1e-3


def test_a_missing_score_keeps_its_place_in_the_block():
    scores, doses, blocks = [5, 1, 0], [0, 6, 6], [1, 1, 1]
    kept = linear_trend(scores, doses, blocks, observed=[True, True, False])
    dropped = linear_trend(scores[:2], doses[:2], blocks[:2])
    assert kept.p_less == pytest.approx(1 / 3)
    assert dropped.p_less == pytest.approx(1 / 2)
    assert kept.test.flags == ("scores_missing",)
    assert kept.test.n == 2


def test_two_sided_means_at_least_as_far_from_an_expectation_that_is_no_whole_step():
    seen = [True, True, False, True]
    found = linear_trend([1, 0, 0, 0], [0, 1, 1, 2], ["A", "A", "A", "B"], observed=seen)
    assert found.statistic == pytest.approx(-1)
    assert found.expectation == pytest.approx(-4 / 9)  # of -1, 0 and -1/3
    assert found.test.p == pytest.approx(1 / 3)


def test_what_stands_where_a_score_is_missing_is_ignored():
    marks = [True, True, False]
    one = linear_trend([5, 1, 0], [0, 6, 6], [1, 1, 1], observed=marks)
    other = linear_trend([5, 1, float("nan")], [0, 6, 6], [1, 1, 1], observed=marks)
    assert one == other


def test_scars_split_within_one_woman_are_served_by_signs():
    left_minus_right = [2, -1, 3, -2, 1, -3]
    treated_left = [1, -1, 1, -1, 1, -1]
    found = linear_trend(left_minus_right, treated_left, [1, 1, 2, 2, 3, 3])
    assert found.p_greater == pytest.approx(1 / 8)
    assert found.slope.estimate == pytest.approx(2)


def test_scores_in_hundredths_are_compared_without_rounding_error():
    found = linear_trend([0.1, 0.2, 0.3, 0.3], [0, 0, 1, 1], [1] * 4)
    assert found.p_greater == pytest.approx(1 / 6)
    tied = linear_trend([0.1, 0.2, 0.3, 0.0], [1, 1, 0, 0], [1] * 4)
    assert tied.p_greater == pytest.approx(4 / 6)


def test_equal_scores_have_p_one():
    found = linear_trend([5, 5, 5], [0, 3, 6], [1, 1, 1])
    assert (found.test.p, found.p_greater, found.p_less, found.test.statistic) == (1, 1, 1, None)
    assert found.test.flags == ("all_scores_equal",)
    assert found.slope.flags == ("zero_variance",)


def test_blocks_of_one_cannot_be_rearranged():
    found = linear_trend([1, 5], [0, 6], ["A", "B"])
    assert found.test.p == 1
    assert found.test.flags == ("block_of_one", "nothing_to_rearrange")


def test_nobody_observed_has_no_p():
    for found in (
        linear_trend([], [], []),
        linear_trend([0, 0], [0, 6], [1, 1], observed=[False, False]),
    ):
        assert (found.test.p, found.statistic, found.slope.estimate) == (None, None, None)
        assert found.test.flags[-1] == "no_observations"


@pytest.mark.parametrize(
    ("given_", "sentence"),
    [
        (([1, 2], [0], [1]), "needs one score, dose, block and mark"),
        (([1, float("nan")], [0, 1], [1, 1]), "The score at position 1 is not a number; mark it"),
        (([1, 2], [0, float("inf")], [1, 1]), "The dose is missing or not finite at position 1"),
        (
            ([0.1 + 0.2, 1 / 3, 1], [0, 1, 2], [1] * 3),
            "round them to the precision of the measurement",
        ),
        (
            ([0, 1, 999_999], [0, 1, 999_999], [1] * 3),
            "too many for an exact test; round the scores",
        ),
    ],
)
def test_a_wrong_use_is_refused_in_one_sentence(given_, sentence):
    with pytest.raises(ValueError, match=sentence):
        linear_trend(*given_)
