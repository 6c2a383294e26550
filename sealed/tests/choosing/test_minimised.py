"""What minimisation costs, by simulation: against exact chances, and against the fair coin."""

import pytest

from cicatrix_sealed.choosing.figure import _plotted, draw_choice
from cicatrix_sealed.choosing.minimised import FAIR_COIN, Simulated, lines_of, simulated
from cicatrix_sealed.procedures import procedure_of, read_procedure

MINIMISED = {"sites": {"foshan": 20, "wuhan": 10}, "minimise": {"site": 1, "skin": 1}}


def chosen(study, **how):
    return read_procedure(procedure_of(study, kind="minimisation", **how)).method


def test_the_chosen_comes_first_and_the_fair_coin_last(make_study):
    study = make_study(**MINIMISED)
    found = simulated(study, chosen(study, probability=(3, 4)), seed=1, trials=3)
    assert found[0].name == "range, 3/4"
    assert [one.chosen for one in found] == [True, *[False] * (len(found) - 1)]
    assert found[-1].name == "fair coin"
    assert found[-1].correct == pytest.approx(1 / 3)


def test_a_larger_probability_is_easier_to_guess_and_less_uneven(make_study):
    study = make_study(**MINIMISED)
    by_name = {one.name: one for one in simulated(study, chosen(study), seed=1, trials=60)}
    low, usual, high, coin = (
        by_name[name] for name in ("range, 2/3", "range, 4/5", "range, 9/10", "fair coin")
    )
    assert coin.correct < low.correct < usual.correct < high.correct < 0.9
    assert high.at_levels < usual.at_levels < low.at_levels < coin.at_levels / 2
    assert usual.whole < coin.whole / 2


def test_with_one_level_guesses_are_those_of_a_biased_coin(make_study):
    """Two arms and one level: at an even count a half is right, else the probability."""
    study = make_study(ratio={"quokka": 1, "numbat": 1}, sites={"foshan": 2}, minimise={"site": 1})
    first = next(iter(simulated(study, chosen(study), seed=1, trials=50)))
    assert first.correct == pytest.approx((0.5 + 0.8) / 2)


def test_the_same_seed_gives_the_same_and_nobody_planned_nothing(make_study):
    study = make_study(**MINIMISED)
    one, again, other = (simulated(study, chosen(study), seed=n, trials=4) for n in (1, 1, 2))
    assert one == again
    assert one != other
    allocation = study.allocation.model_copy(update={"planned": 0})
    nobody = study.model_copy(update={"allocation": allocation})
    assert simulated(nobody, chosen(study), seed=1) == ()


def test_the_table_names_seed_and_error(make_study):
    study = make_study(**MINIMISED)
    lines = lines_of(simulated(study, chosen(study), seed=7, trials=2), seed=7)
    assert "seed 7" in lines[-1]
    assert all("±" in line for line in lines[1:8])


def test_an_option_without_any_imbalance_is_drawn_and_says_so():
    even, coin = (
        Simulated(name, name != FAIR_COIN, 0.6, 0.0, uneven, 0.0, uneven, 0.0)
        for name, uneven in (("range, 4/5", 0.0), (FAIR_COIN, 2.0))
    )
    assert _plotted(even).note == "0 imbalance"
    picture = draw_choice([even, coin], title="Small", chance=1 / 3)
    assert picture == draw_choice([even, coin], title="Small", chance=1 / 3)
    assert picture != draw_choice([coin], title="Small", chance=1 / 3)
