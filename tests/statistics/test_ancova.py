import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from cicatrix.statistics.ancova import ancova, dose_slope

ARMS = ("placebo", "low", "high")
people = st.lists(
    st.tuples(st.integers(0, 14), st.sampled_from(ARMS), st.integers(0, 14), st.sampled_from("AB")),
    max_size=25,
)


def compare(rows, **options):
    y, arm, baseline, site = zip(*rows, strict=True) if rows else ((),) * 4
    return ancova(y, arm, arms=ARMS, covariates=[baseline], factors=[site], **options)


@settings(max_examples=150)
@given(people, st.sampled_from(["model", "hc3"]))
def test_any_trial_gives_a_number_or_a_reason_in_every_cell(rows, covariance):
    found = compare(rows, covariance=covariance)
    for result in (*found.means, *found.differences, *found.slopes):
        assert (result.estimate is None) <= bool(result.flags)
        assert (result.interval is None) <= bool(result.flags)
    for name, mean in zip(found.arms, found.means, strict=True):
        assert (mean.estimate is None) >= all(arm != name for _, arm, _, _ in rows)


@settings(max_examples=50)
@given(people)
def test_a_difference_is_that_of_the_two_means(rows):
    found = compare(rows)
    for mean, difference in zip(found.means[1:], found.differences, strict=True):
        if mean.estimate is not None and found.means[0].estimate is not None:
            expected = mean.estimate - found.means[0].estimate
            assert difference.estimate == pytest.approx(expected, abs=1e-9)


def test_without_covariates_the_means_are_the_plain_means():
    found = ancova(
        [1, 2, 6, 8, 9, 13], ["placebo", "placebo", "low", "low", "high", "high"], arms=ARMS
    )
    assert [mean.estimate for mean in found.means] == pytest.approx([1.5, 7, 11])
    assert found.counts == (2, 2, 2)
    assert found.arm_test.df == 2


def test_means_are_those_at_the_mean_of_the_covariate():
    baseline, arm = [1, 2, 3, 6, 7, 8], ["placebo"] * 3 + ["low"] * 3
    y = [10 + 2 * b + 5 * (a == "low") for b, a in zip(baseline, arm, strict=True)]
    y[0], y[1], y[2] = y[0] + 1, y[1] - 2, y[2] + 1
    found = ancova(y, arm, arms=("placebo", "low"), covariates=[baseline])
    assert [mean.estimate for mean in found.means] == pytest.approx([19, 24])
    assert found.slopes[0].estimate == pytest.approx(2)


def test_means_weigh_the_sites_equally_whatever_their_size():
    arm = ["placebo", "low"] * 6
    site = ["A"] * 10 + ["B"] * 2
    y = [
        1 + (a == "low") + 4 * (s == "B") + 0.1 * (i % 3)
        for i, (a, s) in enumerate(zip(arm, site, strict=True))
    ]
    found = ancova(y, arm, arms=("placebo", "low"), factors=[site])
    design = [[1, a == "low", s == "B"] for a, s in zip(arm, site, strict=True)]
    level, _, at_b = np.linalg.lstsq(np.array(design, dtype=float), np.array(y))[0]
    assert found.means[0].estimate == pytest.approx(level + at_b / 2)


def test_a_robust_difference_agrees_with_statsmodels_hc3():
    y = [3, 5, 4, 9, 2, 8, 12, 1]
    x = [1, 2, 3, 4, 2, 3, 5, 1]
    arm = ["placebo"] * 4 + ["low"] * 4
    found = ancova(y, arm, arms=("placebo", "low"), covariates=[x], covariance="hc3")
    design = np.column_stack((np.ones(8), np.array(arm) == "low", x)).astype(float)
    other = sm.OLS(np.array(y, dtype=float), design).fit(cov_type="HC3")
    assert found.differences[0].se == pytest.approx(other.bse[1])
    assert found.slopes[0].se == pytest.approx(other.bse[2])
    assert "MacKinnonWhite1985" in found.differences[0].source


def test_an_empty_arm_is_flagged_and_the_others_stand():
    rows = [(5, "placebo", 1, "A"), (6, "placebo", 3, "B"), (8, "low", 1, "B"), (9, "low", 2, "A")]
    rows += [(7, "low", 4, "A")]
    found = compare(rows)
    assert found.counts == (2, 3, 0)
    assert found.means[2].flags == found.differences[1].flags == ("empty_arm",)
    assert found.differences[0].estimate is not None
    assert found.arm_test.flags == ("empty_arm",)


def test_without_the_reference_arm_there_is_no_difference():
    found = ancova([1, 2, 3, 5], ["low", "low", "high", "high"], arms=ARMS)
    assert [difference.flags for difference in found.differences] == [("empty_arm",)] * 2
    assert found.means[1].estimate == pytest.approx(1.5)


def test_nobody_enrolled():
    found = ancova([], [], arms=ARMS, covariates=[[]], factors=[[]])
    assert {result.flags for result in (*found.means, *found.differences, found.arm_test)} == {
        ("no_observations",)
    }
    assert (found.sigma, found.df) == (None, None)


def test_equal_scores_leave_differences_of_zero_without_a_test():
    found = ancova([5] * 6, ["placebo", "low", "high"] * 2, arms=ARMS, covariates=[range(6)])
    for difference in found.differences:
        assert difference.estimate == pytest.approx(0)
        assert (difference.p, difference.flags) == (None, ("zero_variance",))
    assert (found.arm_test.p, found.arm_test.flags) == (None, ("zero_variance",))


def test_a_constant_covariate_has_no_slope_and_changes_nothing():
    y, arm = [1, 2, 6, 8], ["placebo", "placebo", "low", "low"]
    plain = ancova(y, arm, arms=("placebo", "low"))
    found = ancova(y, arm, arms=("placebo", "low"), covariates=[[0.1] * 4])
    assert found.slopes[0].flags == ("not_estimable",)
    assert found.differences[0].p == pytest.approx(plain.differences[0].p)


def test_an_arm_that_is_a_site_cannot_be_told_from_it():
    arm = ["placebo", "placebo", "low", "low"]
    found = ancova([1, 2, 6, 8], arm, arms=("placebo", "low"), factors=[arm])
    assert found.differences[0].flags == ("not_estimable",)
    assert found.arm_test.flags == ("not_estimable",)


def test_the_slope_on_dose_is_per_unit_of_dose():
    y, dose = [6, 7, 5, 4, 4, 2], [0, 0, 1, 1, 2, 2]
    once, million = dose_slope(y, dose), dose_slope(y, [d * 1e6 for d in dose])
    assert once.estimate == pytest.approx(-1.75)
    assert million.estimate == pytest.approx(-1.75e-6)
    assert million.p == pytest.approx(once.p)


@pytest.mark.parametrize(
    ("y", "dose", "flag"),
    [
        ([], [], "no_observations"),
        ([1, 2], [3, 3], "not_estimable"),
        ([1, 2], [3, 4], "no_residual_df"),
    ],
)
def test_a_slope_that_cannot_be_tested_says_why(y, dose, flag):
    found = dose_slope(y, dose)
    assert (found.p, found.flags) == (None, (flag,))


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"arm": ["placebo", "low", "other"]}, "The arm 'other' at position 2 is none of placebo"),
        ({"arm": ["placebo"]}, "The arm has 1 values for 3 outcomes"),
        ({"arms": ("placebo",)}, "two or more arms of different names"),
        ({"y": [1, None, 2]}, "The outcome is missing or not finite at position 1"),
        ({"covariates": [[1, 2]]}, "Covariate 0 has 2 values for 3 outcomes"),
        ({"factors": [["A"]]}, "Factor 0 has 1 values for 3 outcomes"),
    ],
)
def test_a_wrong_use_is_refused_in_one_sentence(changed, sentence):
    given_ = {
        "y": [1, 2, 3],
        "arm": ["placebo", "low", "low"],
        "arms": ("placebo", "low"),
    } | changed
    with pytest.raises(ValueError, match=sentence):
        ancova(given_.pop("y"), given_.pop("arm"), **given_)
