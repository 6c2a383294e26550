import numpy as np
import pytest

from cicatrix.measures.agreement import icc, kappa
from cicatrix.simulation.raters import draw_profile, rate, scale_of
from cicatrix.simulation.scars import draw_scars, latent_total
from cicatrix.trial.checks import check_values
from cicatrix.trial.conditions import compute

from .conftest import EVERY_STUDY, REFERENCE, study_of


def scored(study, latent, *, rng, bias=0.0, noise=None, form=None, profile=None):
    nature = study.simulation.nature
    if noise is not None:
        nature = nature.model_copy(update={"rating_noise_sd": noise})
    seen_on = scale_of(study, study.form[nature.rating_form])
    scale = seen_on if form is None else scale_of(study, form)
    return rate(
        study, scale, nature, seen_on=seen_on, latent=latent, bias=bias,
        profile=profile or draw_profile(scale, rng), rng=rng,
    )  # fmt: skip


def total_of(study, form, values):
    return compute(form, study.codes, values)[form.rating.total].value


@pytest.mark.parametrize("path", EVERY_STUDY, ids=lambda path: path.stem)
def test_every_score_is_one_that_its_form_accepts_however_bad_the_scar(path):
    study, rng = study_of(path), np.random.default_rng(1)
    for form in (form for form in study.forms if form.rating is not None):
        for latent in (-50.0, 0.0, 1.7, 4.0, 9.9, 40.0, 500.0):
            values = scored(study, latent, rng=rng, form=form)
            findings = check_values(form, study.codes, values, values)
            assert [finding for finding in findings if finding.hard] == []
            assert all(type(values[name]) is int for name in scale_of(study, form).levels)


@pytest.mark.parametrize("path", EVERY_STUDY, ids=lambda path: path.stem)
def test_without_noise_the_total_is_the_latent_total_to_the_nearest_point(path):
    study, rng = study_of(path), np.random.default_rng(2)
    form = study.form[study.simulation.nature.rating_form]
    scale = scale_of(study, form)
    step = (scale.highest - scale.lowest) / scale.steps
    for latent in np.linspace(scale.lowest, scale.highest, 29):
        values = scored(study, float(latent), rng=rng, noise=0.0)
        assert abs(total_of(study, form, values) - latent) <= step / 2 + 1e-9


def test_a_scar_beyond_the_scale_gets_its_end():
    study, rng = study_of(REFERENCE), np.random.default_rng(3)
    assert total_of(study, study.form["vss"], scored(study, 99.0, rng=rng)) == 14
    assert total_of(study, study.form["vss"], scored(study, -99.0, rng=rng)) == 0


def test_a_strict_rater_scores_higher_than_a_lenient_one():
    study, rng = study_of(REFERENCE), np.random.default_rng(4)
    strict, lenient = (
        np.mean(
            [total_of(study, study.form["vss"], scored(study, 6.0, rng=rng, bias=bias))
             for _ in range(400)]
        )
        for bias in (1.0, -1.0)
    )  # fmt: skip
    assert strict - lenient == pytest.approx(2.0, abs=0.4)


def test_raters_agree_about_as_often_as_is_published_for_linear_scars():
    study, rng = study_of(REFERENCE), np.random.default_rng(5)
    nature, form = study.simulation.nature, study.form["vss"]
    biases = [nature.rater_bias_sd * x for x in rng.standard_normal(4)]
    totals, pigmentation = [], []
    for number in range(900):
        scar = draw_scars(nature, ("scar",), rng)["scar"]
        latent = latent_total(nature, scar, dose=number % 3 * 3e6, months=6)
        profile = draw_profile(scale_of(study, form), rng)
        pair = [
            scored(study, latent, rng=rng, bias=biases[rater], profile=profile)
            for rater in rng.permutation(4)[:2]
        ]
        totals.append([total_of(study, form, values) for values in pair])
        pigmentation.append([values["pigmentation"] for values in pair])
    assert 0.50 < icc(totals, form="2,1").estimate < 0.68
    first, second = zip(*pigmentation, strict=True)
    assert 0.25 < kappa(first, second, categories=(0, 1, 2, 3)).estimate < 0.45


def test_the_total_may_be_a_mean_of_the_items_too():
    study = study_of(REFERENCE)
    form = study.form["vss"]
    items = [
        item.model_copy(
            update={
                "type": "decimal",
                "computed": "double(vascularity + pigmentation + height + pliability) / 4.0",
            }
        )
        if item.id == "total"
        else item
        for item in form.items.values()
    ]
    group = form.groups[0].model_copy(update={"items": tuple(items)})
    form = form.model_copy(update={"groups": (group,)})
    form.__dict__.pop("items", None)
    scale = scale_of(study, form)
    assert (scale.lowest, scale.highest, scale.steps) == (0.0, 3.5, 14)
