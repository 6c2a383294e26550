import numpy as np
import pytest

from cicatrix.simulation.scars import Scar, draw_scars, excess_left, latent_total, mean_at_dose
from cicatrix.trial.assumed import Nature

NATURE = Nature(
    rating_form="vss",
    means_month=6.0,
    mean_by_dose=((0.0, 6.43), (3e6, 5.18), (6e6, 4.71)),
    sd=2.5,
    initial_excess=3.0,
    maturation_months=21.0,
    rater_bias_sd=0.5,
    rating_noise_sd=1.9,
)
AVERAGE = Scar(0.0)


@pytest.mark.parametrize(("dose", "mean"), [(0, 6.43), (3e6, 5.18), (6e6, 4.71)])
def test_the_means_hold_exactly_at_the_month_that_nature_names(dose, mean):
    assert latent_total(NATURE, AVERAGE, dose=dose, months=6.0) == pytest.approx(mean)


def test_a_dose_between_two_given_ones_lies_on_the_line_between_them():
    assert mean_at_dose(NATURE, 1.5e6) == pytest.approx((6.43 + 5.18) / 2)


def test_a_dose_beyond_the_last_given_one_has_its_mean():
    assert mean_at_dose(NATURE, 7e6) == 4.71


def test_five_percent_of_the_excess_are_left_at_maturation_and_all_of_it_at_first():
    assert excess_left(NATURE, 0.0) == 1.0
    assert excess_left(NATURE, 21.0) == pytest.approx(0.05)
    first = latent_total(NATURE, AVERAGE, dose=0, months=0)
    last = latent_total(NATURE, AVERAGE, dose=0, months=10_000)
    mature = latent_total(NATURE, AVERAGE, dose=0, months=21)
    assert first - last == pytest.approx(NATURE.initial_excess)
    assert mature - last == pytest.approx(0.05 * NATURE.initial_excess)


def test_a_scar_only_gets_better_with_time():
    course = [latent_total(NATURE, AVERAGE, dose=0, months=m) for m in range(0, 40)]
    assert course == sorted(course, reverse=True)


def test_an_injury_makes_the_scar_worse_from_then_on_and_not_before():
    def total(since):
        return latent_total(NATURE, AVERAGE, dose=0, months=12, months_since_injury=(since,))

    plain = latent_total(NATURE, AVERAGE, dose=0, months=12)
    assert total(-1.0) == plain
    assert total(0.0) == pytest.approx(plain + NATURE.initial_excess)
    assert plain < total(12.0) < total(1.0)


@pytest.mark.parametrize("regions", [("scar",), ("left", "right")])
def test_scars_scatter_as_nature_says_and_two_of_one_person_are_alike(regions):
    rng = np.random.default_rng(1)
    drawn = [draw_scars(NATURE, regions, rng) for _ in range(4000)]
    table = np.array([[scars[region].deviation for region in regions] for scars in drawn])
    assert table.mean() == pytest.approx(0.0, abs=0.15)
    assert table.std(axis=0) == pytest.approx(NATURE.sd, rel=0.05)
    if len(regions) == 2:
        assert np.corrcoef(table.T)[0, 1] == pytest.approx(0.5, abs=0.05)
