"""Taking note of the custodian's sealed list."""

import pytest

from cicatrix.trial.actions.people import change_recruitment
from cicatrix.trial.actions.seal_list import seal_list
from cicatrix.trial.commitment import root_of
from cicatrix.trial.facts import SealedSlot


def slot(number, stratum="all", kits=None):
    kits = (f"K{number}",) if kits is None else kits
    return SealedSlot(number=number, stratum=stratum, kits=kits, commitment=f"{number:0>64}")


def sealing(*slots):
    return {"list_id": "L", "commitment": root_of(slots), "slots": slots, "rehearsal": False}


@pytest.fixture
def promised(stage):
    return stage.founded().promised()


def test_a_sealed_list_gives_bare_slots_by_stratum_and_the_studys_digest(promised):
    (fact,) = promised.do(seal_list, promised.paul, **sealing(slot("1"), slot("2")))
    assert fact.study_digest == promised.study.digest
    assert promised.trial.list.slots == {"all": [slot("1"), slot("2")]}
    assert promised.trial.list.kits == {"K1": "1", "K2": "2"}
    assert set(SealedSlot.model_fields) == {"number", "stratum", "kits", "commitment"}


def test_there_is_one_list(promised):
    promised.do(seal_list, promised.paul, **sealing(slot("1")))
    assert promised.refused(seal_list, promised.paul, **sealing(slot("2"))) == "sealed"


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
def test_a_list_that_is_not_this_studys_or_names_something_twice_is_refused(promised, slots, rule):
    assert promised.refused(seal_list, promised.paul, **sealing(*slots)) == rule


def test_the_root_must_be_that_of_the_slots_in_their_order(promised):
    how = sealing(slot("1"), slot("2"))
    turned = {**how, "slots": how["slots"][::-1]}
    assert promised.refused(seal_list, promised.paul, **turned) == "root"
    other = slot("1").model_copy(update={"commitment": "f" * 64})
    changed = {**how, "slots": (other, slot("2"))}
    assert promised.refused(seal_list, promised.paul, **changed) == "root"


def test_no_list_without_a_promise_and_none_of_another_promise(stage):
    stage.founded()
    assert stage.refused(seal_list, stage.paul, **sealing(slot("1"))) == "not_committed"
    stage.promised("another")
    assert stage.refused(seal_list, stage.paul, **sealing(slot("1"))) == "not_committed"


def test_a_list_precedes_the_first_participant(recruiting):
    recruiting.screened()
    recruiting.trial.list = None
    assert recruiting.refused(seal_list, recruiting.paul, **sealing(slot("1"))) == "too_late"


def test_a_list_is_sealed_for_the_version_that_its_secret_was_promised_to(promised):
    promised.study = promised.amended()
    promised.trial.versions["2"], promised.trial.study_version = promised.study.digest, "2"
    assert promised.refused(seal_list, promised.paul, **sealing(slot("1"))) == "study_version"


def test_only_the_custodian_seals(promised):
    others = (promised.dora, promised.ana, promised.ada, promised.sue, promised.eve)
    promised.denied(seal_list, *others, **sealing(slot("1")))


def test_without_a_list_recruitment_stays_closed(promised):
    how = {"status": "RECRUITING"}
    assert promised.refused(change_recruitment, promised.sue, **how) == "no_list"
