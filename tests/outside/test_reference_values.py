"""Values that others published or computed with R, each case by its name in reference.json."""

import json
from pathlib import Path

import pytest
from scipy import stats

from cicatrix.measures.adjudication import adjudicate
from cicatrix.measures.agreement import (
    cronbach_alpha,
    icc,
    kappa,
    kappa_of_table,
    limits_of_agreement,
    percent_agreement,
)
from cicatrix.statistics.ancova import ancova, dose_slope
from cicatrix.statistics.kruskal import kruskal_wallis
from cicatrix.statistics.proportion import clopper_pearson, poisson_rate, wilson
from cicatrix.statistics.trend import linear_trend

DATA = Path(__file__).parents[3] / "shared" / "data"


def read_json(name):
    path = DATA / name
    if not path.exists():
        pytest.skip(f"outside data {name} are not beside the repository")
    return json.loads(path.read_text())


@pytest.fixture
def case(request):
    for found in read_json("statistics/reference.json")["cases"]:
        if found["id"] == request.param:
            return found
    raise LookupError(f"reference.json has no case {request.param}")


def of(name):
    return pytest.mark.parametrize("case", [name], indirect=True)


def near(case, value):
    return pytest.approx(value, abs=case["tolerance"], rel=0)


@of("icc_shrout_fleiss_1979")
@pytest.mark.parametrize("form", ["1,1", "2,1", "3,1", "1,k", "2,k", "3,k"])
def test_icc_of_shrout_and_fleiss(case, form):
    found = icc(case["inputs"]["ratings"], form=form)
    name = "ICC" + form[0] + form[2].replace("1", "")
    expected = {key: value[name] for key, value in case["expected"].items()}
    assert found.estimate == near(case, expected["icc"])
    assert found.statistic == near(case, expected["F"])
    assert found.p == near(case, expected["p"])
    assert found.interval == near(case, (expected["lower95"], expected["upper95"]))
    assert round(found.estimate, 2) == expected["published_2dp"]


@pytest.mark.parametrize(
    ("case", "form"),
    [
        ("icc_mcgraw_wong_twoway_consistency_single", "3,1"),
        ("icc_mcgraw_wong_twoway_consistency_average", "3,k"),
        ("icc_mcgraw_wong_twoway_agreement_average", "2,k"),
    ],
    indirect=["case"],
)
def test_icc_with_the_limits_of_mcgraw_and_wong(case, form):
    found = icc(case["inputs"]["ratings"], form=form, limits="mcgraw-wong")
    expected = case["expected"]
    assert found.estimate == near(case, expected["icc"])
    assert found.df == near(case, (expected["df1"], expected["df2"]))
    assert found.p == near(case, expected["p"])
    assert found.interval == near(case, (expected["lower95"], expected["upper95"]))


@of("zero_variance_icc")
@pytest.mark.parametrize("form", ["1,1", "2,1", "3,1", "1,k", "2,k", "3,k"])
def test_icc_without_variance_is_missing_with_its_reason(case, form):
    found = icc(case["inputs"]["ratings"], form=form)
    assert (found.estimate, found.interval, found.p) == (None, None, None)
    assert found.flags == ("zero_variance",)


@of("cronbach_alpha_attitude")
def test_alpha_of_the_attitude_data(case):
    found = cronbach_alpha(case["inputs"]["matrix"])
    feldt = case["expected"]["feldt95"]
    assert found.estimate == near(case, case["expected"]["raw"])
    assert found.interval == near(case, (feldt["lower.ci"], feldt["upper.ci"]))


@pytest.mark.parametrize(
    ("case", "weights"),
    [("kappa_cohen_anxiety_unweighted", "unweighted"), ("kappa_cohen_anxiety_equal", "linear")],
    indirect=["case"],
)
def test_kappa_of_the_anxiety_ratings(case, weights):
    first, second = zip(*case["inputs"]["ratings"], strict=True)
    found = kappa(first, second, categories=range(1, 7), weights=weights)
    assert found.estimate == near(case, case["expected"]["kappa"])
    assert found.statistic == near(case, case["expected"]["z"])
    assert found.p == near(case, case["expected"]["p"])


@of("kappa_asymptotic_se_sexualfun")
@pytest.mark.parametrize(
    ("weights", "estimate", "se"),
    [
        ("unweighted", "kappa", "ase"),
        ("linear", "wk_equal", "wk_equal_ase"),
        ("quadratic", "wk_quadratic", "wk_quadratic_ase"),
    ],
)
def test_kappa_and_its_standard_error_from_a_table(case, weights, estimate, se):
    found = kappa_of_table(case["inputs"]["table"], weights=weights)
    assert found.estimate == near(case, case["expected"][estimate])
    assert found.se == near(case, case["expected"][se])


@of("kappa_single_category")
def test_kappa_of_a_single_category_is_missing_beside_full_agreement(case):
    first, second = case["inputs"]["a"], case["inputs"]["b"]
    found = kappa(first, second, categories=(1, 2, 3))
    assert percent_agreement(first, second).estimate == case["expected"]["percent_agreement"]
    assert (found.estimate, found.flags) == (None, ("single_category",))


@of("bland_altman_pefr_1986")
def test_limits_of_agreement_of_the_flow_meters(case):
    columns, expected = (case["inputs"]["large"], case["inputs"]["mini"]), case["expected"]
    found = limits_of_agreement(*columns)
    assert found.bias == near(case, expected["bias"])
    assert found.sd == near(case, expected["sd"])
    assert found.limits == near(case, tuple(expected["loa_1.96"]))
    assert found.bias_interval == near(case, tuple(expected["bias_ci95"]))
    assert found.limit_se == near(case, expected["loa_se_approx"])
    twice = limits_of_agreement(*columns, multiplier=2)
    assert twice.limits == near(case, tuple(expected["loa_2sd"]))


@of("adjudication_mode_ties")
def test_adjudication_knows_a_mode_from_three_that_differ(case):
    for triple, expected in zip(case["inputs"]["triples"], case["expected"]["result"], strict=True):
        ratings = [{"score": value} for value in triple]
        strict = adjudicate(ratings, items=("score",), no_mode="missing")
        if expected == "NO_MODE":
            assert strict.items[0].reason == "no_mode"
            assert strict.values == {"score": None}
            median = adjudicate(ratings, items=("score",), no_mode="median")
            assert median.values == {"score": 4}
            assert median.flags == ("no_mode",)
        else:
            assert strict.values == {"score": int(expected)}


@pytest.mark.parametrize(
    "case",
    [f"clopper_pearson_{name}" for name in ("0_30", "30_30", "1_30", "3_90")],
    indirect=True,
)
def test_exact_and_score_intervals_of_a_proportion(case):
    events, n = case["inputs"]["x"], case["inputs"]["n"]
    assert clopper_pearson(events, n).interval == near(case, tuple(case["expected"]["cp"]))
    assert wilson(events, n).interval == near(case, tuple(case["expected"]["wilson"]))


@of("empty_arm")
@pytest.mark.parametrize("interval", [clopper_pearson, wilson])
def test_a_proportion_of_nobody_is_missing_with_its_reason(case, interval):
    found = interval(case["inputs"]["x"], case["inputs"]["n"])
    assert (found.estimate, found.interval) == (None, None)
    assert found.flags == ("no_observations",)


@of("poisson_exact_rate")
def test_exact_interval_of_a_rate(case):
    inputs, expected = case["inputs"], case["expected"]
    assert poisson_rate(inputs["x"], inputs["T"]).interval == near(case, tuple(expected["ci"]))
    zero = poisson_rate(inputs["x2"], inputs["T2"])
    assert zero.interval == near(case, tuple(expected["ci_zero"]))


@of("ancova_anorexia_3arm")
def test_ancova_of_the_anorexia_trial(case):
    inputs, expected = case["inputs"], case["expected"]
    arms = ("Cont", "CBT", "FT")
    found = ancova(inputs["Postwt"], inputs["Treat"], arms=arms, covariates=[inputs["Prewt"]])
    for arm, mean in zip(arms, found.means, strict=True):
        assert mean.estimate == near(case, expected["lsmeans"][arm])
        assert mean.se == near(case, expected["lsmeans_se"][arm])
    for place, arm in enumerate(arms[1:]):
        difference = found.differences[place]
        assert difference.estimate == near(case, expected["coef"][f"Treat{arm}"])
        assert difference.se == near(case, expected["se"][f"Treat{arm}"])
        assert difference.statistic == near(case, expected["dunnett_t"][place])
    assert found.slopes[0].estimate == near(case, expected["coef"]["Prewt"])
    assert found.slopes[0].se == near(case, expected["se"]["Prewt"])
    assert (found.df, found.sigma) == (expected["df"], near(case, expected["sigma"]))
    assert found.arm_test.statistic == near(case, expected["F_treat"])
    assert found.arm_test.p == near(case, expected["p_treat"])


@of("cdisc_pilot_t14_3_01")
def test_ancova_of_the_cdisc_pilot_prints_as_its_report(case):
    data = read_json("cdisc/adadas.json")
    names = [column["name"] for column in data["columns"]]
    rows = [dict(zip(names, row, strict=True)) for row in data["rows"]]
    wanted = {"EFFFL": "Y", "ITTFL": "Y", "PARAMCD": "ACTOT", "ANL01FL": "Y", "AVISITN": 24}
    rows = [row for row in rows if wanted.items() <= row.items()]
    change, arm, dose, base, site = (
        [row[name] for row in rows] for name in ("CHG", "TRTP", "TRTPN", "BASE", "SITEGR1")
    )
    low, high = "Xanomeline Low Dose", "Xanomeline High Dose"
    against_placebo = ancova(
        change, arm, arms=("Placebo", low, high), covariates=[base], factors=[site]
    )
    against_low = ancova(
        change, arm, arms=(low, high, "Placebo"), covariates=[base], factors=[site]
    )
    pairs = {
        "low_vs_placebo": against_placebo.differences[0],
        "high_vs_placebo": against_placebo.differences[1],
        "high_vs_low": against_low.differences[0],
    }
    assert against_placebo.counts == (79, 81, 74)
    for name, found in pairs.items():
        expected = case["expected"][name]
        assert found.p == near(case, expected["p"])
        assert round(found.estimate, 1) == expected["diff"]
        assert round(found.se, 2) == expected["se"]
        assert [round(limit, 1) for limit in found.interval] == expected["ci"]
    response = dose_slope(change, dose, covariates=[base], factors=[site])
    assert response.p == near(case, case["expected"]["p_dose_response"])


@of("perm_exact_asat")
def test_exact_p_of_ranks_in_a_single_block(case):
    ranks = stats.rankdata(case["inputs"]["ASAT"])
    dose = [int(group == "Compound") for group in case["inputs"]["group"]]
    found = linear_trend(ranks, dose, ["all"] * len(dose))
    assert found.test.p == near(case, case["expected"]["p_exact"])
    assert found.test.statistic == near(case, case["expected"]["Z"])


@of("propodds_complete_separation")
def test_exact_p_where_the_arms_are_separated_completely(case):
    arm = case["inputs"]["arm"]
    found = linear_trend(case["inputs"]["y"], arm, ["all"] * len(arm))
    assert found.test.p == near(case, case["expected"]["exact_lbl_p"])


@of("ordinal_all_same_score")
def test_equal_scores_give_p_one_and_a_reason(case):
    scores, arm = case["inputs"]["y"], case["inputs"]["arm"]
    trend = linear_trend(scores, arm, ["all"] * len(arm))
    assert (trend.test.p, trend.test.statistic) == (1.0, None)
    assert trend.test.flags == ("all_scores_equal",)
    ranks = kruskal_wallis(
        [[y for y, a in zip(scores, arm, strict=True) if a == k] for k in (0, 1, 2)]
    )
    assert (ranks.p, ranks.statistic, ranks.flags) == (1.0, None, ("all_scores_equal",))


@of("kruskal_ties_airquality")
def test_kruskal_wallis_with_ties(case):
    ozone, month = case["inputs"]["Ozone"], case["inputs"]["Month"]
    groups = [
        [y for y, m in zip(ozone, month, strict=True) if m == label] for label in sorted(set(month))
    ]
    found = kruskal_wallis(groups)
    assert found.statistic == near(case, case["expected"]["chi2"])
    assert found.df == case["expected"]["df"]
    assert found.p == near(case, case["expected"]["p"])
