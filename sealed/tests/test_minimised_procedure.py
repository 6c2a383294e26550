"""Minimisation as a procedure: how a study gets it, what makes it unfit, and its draws."""

import pytest

from cicatrix.trial.errors import Refused
from cicatrix_sealed.generator import Generator
from cicatrix_sealed.minimisation import Factor
from cicatrix_sealed.procedures import draw, procedure_of, read_procedure, write_procedure
from cicatrix_sealed.procedures.drawing import draws_of
from cicatrix_sealed.procedures.planned import check_suits

STUDY = {"sites": {"foshan": 12, "wuhan": 8}, "minimise": {"site": 2, "skin": 1}}


@pytest.fixture
def document(make_study):
    return procedure_of(make_study(**STUDY), kind="minimisation")


def test_a_minimised_study_gets_its_factors_and_one_stratum(document):
    assert document == {
        "kind": "minimisation",
        "arms": ["quokka", "numbat", "bilby"],
        "ratio": {"quokka": 1, "numbat": 1, "bilby": 1},
        "strata": [{"stratum": "all", "slots": 24}],
        "factors": [
            {"factor": "site", "levels": ["foshan", "wuhan"], "weight": 2},
            {"factor": "skin", "levels": ["light", "dark"], "weight": 1},
        ],
        "measure": "range",
        "probability": [4, 5],
    }
    assert write_procedure(read_procedure(document)) == document


def test_its_method_is_what_minimisation_takes(document):
    method = read_procedure(document).method
    assert method.factors == (
        Factor("site", ("foshan", "wuhan"), 2),
        Factor("skin", ("light", "dark"), 1),
    )
    assert (method.measure, method.probability) == ("range", (4, 5))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"factors": []}, "factors"),
        ({"measure": "entropy"}, "measure"),
        ({"probability": [1, 3]}, "does not favour one of 3 arms"),
        ({"probability": [5, 5]}, "leave the others a chance"),
        ({"ratio": {"quokka": 2, "numbat": 1, "bilby": 1}}, "minimisation is for arms of equal"),
        ({"strata": [{"stratum": "a", "slots": 1}, {"stratum": "b", "slots": 1}]}, "strata"),
        ({"sizes": [6]}, "sizes"),
    ],
)
def test_one_that_is_unfit_is_refused_in_one_sentence(document, change, told):
    with pytest.raises(Refused) as refusal:
        read_procedure(document | change)
    assert told in refusal.value.sentence


def test_a_list_is_not_for_a_minimised_study_nor_minimisation_for_another(make_study, document):
    with pytest.raises(Refused, match="choose --procedure minimisation"):
        procedure_of(make_study(**STUDY), kind="urn")
    plain = make_study(sites={"foshan": 12, "wuhan": 8})
    with pytest.raises(Refused, match="names no factors to minimise by"):
        procedure_of(plain, kind="minimisation")
    with pytest.raises(Refused, match="names no factors"):
        check_suits(plain, read_procedure(document))


@pytest.mark.parametrize("factors", [{"site": 1, "skin": 1}, {"site": 2}])
def test_a_procedure_of_other_factors_or_weights_does_not_suit(make_study, document, factors):
    other = make_study(**(STUDY | {"minimise": factors}))
    with pytest.raises(Refused, match="other factors, levels or weights"):
        check_suits(other, read_procedure(document))
    check_suits(make_study(**STUDY), read_procedure(document))


def test_each_place_has_a_draw_of_sixteen_octets_in_one_request(document):
    draws = draws_of(read_procedure(document), "all", Generator(bytes(48)))
    again = Generator(bytes(48))
    assert draws == tuple(again.octets(16) for _ in range(24))
    assert len(set(draws)) == 24


def test_no_arms_are_drawn_in_advance(document):
    with pytest.raises(Refused, match="draws no arms in advance"):
        draw(document, "all", Generator(bytes(48)))
