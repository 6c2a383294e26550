"""What is compared before a procedure is chosen: the usual options, weighed for any study."""

import re

import pytest

from cicatrix_sealed.choosing.alternatives import alternatives, weigh
from cicatrix_sealed.choosing.law import law_of
from cicatrix_sealed.choosing.predictability import predictability
from cicatrix_sealed.procedures import procedure_of


def names(study, **chosen):
    return [option.name for option in alternatives(study, procedure_of(study, **chosen))]


def test_the_options_are_the_usual_ones_with_the_chosen_marked(make_study):
    study = make_study()
    options = alternatives(study, procedure_of(study))
    assert [option.name for option in options if option.chosen] == ["blocks of 6, 9 or 12"]
    assert [option.name for option in options if option.refused] == [
        "blocks of 3",
        "blocks of 3 or 6",
    ]
    assert {"big stick, limit 3", "biased coin 2/3", "urn, start 1, add 1", "simple"} <= {
        option.name for option in options
    }
    assert len({option.name for option in options}) == len(options)


def test_a_choice_that_is_not_usual_stands_first(make_study):
    assert names(make_study(), sizes=(12, 15))[0] == "blocks of 12 or 15"
    assert names(make_study(), kind="big_stick", limit=5)[0] == "big stick, limit 5"


def test_an_unequal_ratio_is_offered_no_stick_no_coin_and_no_urn(make_study):
    found = names(make_study(ratio={"a": 2, "b": 1}))
    assert not [name for name in found if {"stick", "coin", "urn"} & set(re.split("[ ,]", name))]
    assert "blocks of 6, 9 or 12" in found


def test_strata_are_weighed_by_their_planned_places(make_study):
    study = make_study(strata=("site",), sites={"foshan": 12, "wuhan": 6, "lhasa": 0})
    option = next(
        option
        for option in alternatives(study, procedure_of(study))
        if option.name == "blocks of 6"
    )
    found = weigh(study, option, seed=1)
    assert found.correct == pytest.approx(3.3666666666666 / 6, abs=1e-9)
    assert found.certain == pytest.approx(0.2, abs=1e-9)
    assert (found.end, found.bound) == (0, 2)


def test_a_large_stratum_counts_for_more_than_a_small_one(make_study):
    study = make_study(strata=("site",), sites={"foshan": 14, "wuhan": 1})
    (stick,) = (
        option
        for option in alternatives(study, procedure_of(study))
        if option.name == "big stick, limit 2"
    )
    alone = predictability(law_of(stick.procedure, 17), 14).correct
    found = weigh(study, stick, seed=1)
    assert found.correct == pytest.approx((14 * alone + 1 / 3) / 15, abs=1e-9)
    assert found.correct_error is None
    assert found.end_error > 0
