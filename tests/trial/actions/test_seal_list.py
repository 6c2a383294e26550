"""Taking note of the custodian's sealed list."""

import pytest

from cicatrix.trial.actions.people import change_recruitment
from cicatrix.trial.actions.seal_list import seal_list
from cicatrix.trial.facts import SealedSlot


def slot(number, stratum="all", kits=None):
    return SealedSlot(
        number=number, stratum=stratum, kits=(f"K{number}",) if kits is None else kits
    )


def sealing(*slots):
    return {"list_id": "L", "commitment": "c", "slots": slots, "rehearsal": False}


@pytest.fixture
def founded(stage):
    return stage.founded()


def test_a_sealed_list_gives_bare_numbers_by_stratum_and_the_studys_digest(founded):
    (fact,) = founded.do(seal_list, founded.paul, **sealing(slot("1"), slot("2")))
    assert fact.study_digest == founded.study.digest
    assert [one.number for one in founded.trial.list.slots["all"]] == ["1", "2"]
    assert founded.trial.list.kits == {"K1": "1", "K2": "2"}
    assert set(SealedSlot.model_fields) == {"number", "stratum", "kits"}


def test_there_is_one_list(founded):
    founded.do(seal_list, founded.paul, **sealing(slot("1")))
    assert founded.refused(seal_list, founded.paul, **sealing(slot("2"))) == "sealed"


@pytest.mark.parametrize(
    ("slots", "rule"),
    [
        ((), "numbers"),
        ((slot("1"), slot("1", kits=("K2",))), "numbers"),
        ((slot("1"), slot("2", kits=("K1",))), "numbers"),
        ((slot("1", kits=("K1", "K1")),), "numbers"),
        ((slot("1", kits=()),), "numbers"),
        ((slot("1", stratum="site=here"),), "strata"),
    ],
)
def test_a_list_that_is_not_this_studys_or_names_something_twice_is_refused(founded, slots, rule):
    assert founded.refused(seal_list, founded.paul, **sealing(*slots)) == rule


def test_a_list_precedes_the_first_participant(recruiting):
    recruiting.screened()
    recruiting.trial.list = None
    assert recruiting.refused(seal_list, recruiting.paul, **sealing(slot("1"))) == "too_late"


def test_a_list_is_sealed_for_the_version_in_force(founded):
    founded.study = founded.amended()
    assert founded.refused(seal_list, founded.paul, **sealing(slot("1"))) == "study_version"


def test_only_the_custodian_seals(founded):
    others = (founded.dora, founded.ana, founded.ada, founded.sue, founded.eve)
    founded.denied(seal_list, *others, **sealing(slot("1")))


def test_without_a_list_recruitment_stays_closed(founded):
    how = {"status": "RECRUITING"}
    assert founded.refused(change_recruitment, founded.sue, **how) == "no_list"
