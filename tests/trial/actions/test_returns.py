"""Returns and destruction: the count must be right, and two people must have been there."""

from datetime import date

import pytest

from cicatrix.trial.actions.lock import outstanding
from cicatrix.trial.actions.returns import destroy_kits, return_kit, witness_destruction
from cicatrix.trial.actions.storage import condemn_quarantine, quarantine_kits
from cicatrix.trial.actions.supply import apply_tube, discard_tube, dispense_kit, receive_kits

HERE = {"site": "here"}
HER = {"participant": "HERE-001"}
DOSE = {**HER, "kit": "K1A", "tube": 1, "day": 1}
BACK = {**HERE, "kit": "K1A", "tubes": (2,), "returned_by": "participant"}
SPARE = {**HERE, "kit": "K1B", "tubes": (1, 2), "returned_by": "site"}
D1 = {"destruction": "HERE-D001"}


@pytest.fixture
def treated(recruiting):
    """A stage with her kit handed out, one tube of it used, and its spare in stock."""
    recruiting.dispensed()
    recruiting.do(receive_kits, recruiting.paul, **HERE, kits=("K1B",))
    recruiting.do(apply_tube, recruiting.nina, **DOSE)
    return recruiting


def place(stage, kit):
    return stage.trial.stock.kits[kit].place(stage.now.date())


def test_a_kit_comes_back_with_the_tubes_that_were_not_used(treated):
    (fact,) = treated.do(return_kit, treated.nina, **BACK)
    assert (fact.tubes, fact.on) == ((2,), date(2024, 2, 5))
    treated.do(return_kit, treated.cora, **SPARE)
    assert (place(treated, "K1A"), place(treated, "K1B")) == ("returned", "returned")


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"site": "nowhere"}, "unknown_site"),
        ({"kit": "K9"}, "not_received"),
        ({"kit": "K2A"}, "not_received"),
        ({"site": "there"}, "not_received"),
        ({"tubes": ()}, "tubes"),
        ({"tubes": (1, 2)}, "tubes"),
        ({"tubes": (2, 2)}, "tubes"),
        ({"on": date(2024, 2, 6)}, "future"),
        ({"kit": "K1B", "tubes": (1, 2)}, "not_dispensed"),
    ],
)
def test_what_did_not_come_back_so_is_not_returned(treated, change, rule):
    assert treated.refused(return_kit, treated.paul, **BACK | change) == rule


def test_a_lost_tube_is_recorded_before_its_kit_comes_back(treated):
    assert treated.refused(return_kit, treated.nina, **BACK | {"tubes": ()}) == "tubes"
    treated.do(discard_tube, treated.nina, **HER, kit="K1A", tube=2, reason="Lost")
    treated.do(return_kit, treated.nina, **BACK | {"tubes": ()})


def test_a_kit_that_came_back_is_never_used_again(treated):
    treated.do(return_kit, treated.nina, **BACK)
    treated.go(days=1)
    second = DOSE | {"tube": 2, "day": 2}
    admitted = ("other", "It was given")
    assert treated.refused(apply_tube, treated.nina, **second) == "returned"
    assert treated.refused(apply_tube, treated.nina, **second, deviation=admitted) == "returned"
    lost = {**HER, "kit": "K1A", "tube": 2, "reason": "Lost"}
    assert treated.refused(discard_tube, treated.nina, **lost) == "returned"
    assert treated.refused(return_kit, treated.nina, **BACK) == "returned"
    treated.do(return_kit, treated.nina, **SPARE)
    spare = {**HER, "kit": "K1B", "reason": "K1A came back"}
    assert treated.refused(dispense_kit, treated.nina, **spare) == "returned"


def test_a_quarantined_kit_comes_back_once_it_is_decided(treated):
    treated.do(quarantine_kits, treated.chen, **HERE, kits=("K1A",), reason="A smell")
    assert treated.refused(return_kit, treated.nina, **BACK) == "quarantined"
    treated.do(condemn_quarantine, treated.sue, quarantine="HERE-Q001", reason="It is bad")
    treated.do(return_kit, treated.nina, **BACK)


def test_only_what_can_never_be_used_again_is_destroyed(treated):
    for kit, rule in (("K1A", "dispensed"), ("K1B", "in_stock"), ("K9", "not_received")):
        assert treated.refused(destroy_kits, treated.paul, **HERE, kits=(kit,)) == rule
    treated.do(quarantine_kits, treated.chen, **HERE, kits=("K1B",), reason="A smell")
    assert treated.refused(destroy_kits, treated.paul, **HERE, kits=("K1B",)) == "quarantined"
    treated.do(condemn_quarantine, treated.sue, quarantine="HERE-Q001", reason="It is bad")
    treated.do(return_kit, treated.nina, **BACK)
    treated.do(destroy_kits, treated.cora, **HERE, kits=("K1B", "K1A"))
    assert (place(treated, "K1A"), place(treated, "K1B")) == ("destroyed", "destroyed")
    for kits, rule in ((("K1A",), "destroyed"), ((), "no_kits"), (("K1A", "K1A"), "no_kits")):
        assert treated.refused(destroy_kits, treated.paul, **HERE, kits=kits) == rule
    assert treated.refused(destroy_kits, treated.paul, site="nowhere", kits=()) == "unknown_site"
    assert treated.refused(return_kit, treated.nina, **BACK) == "destroyed"
    admitted = {**DOSE, "tube": 2, "day": 2, "deviation": ("other", "It was given")}
    assert treated.refused(apply_tube, treated.nina, **admitted) == "destroyed"


def test_expired_kits_are_destroyed_from_stock(recruiting):
    expired = {"kits": ("K1A",), "expires": date(2024, 2, 4)}
    recruiting.do(receive_kits, recruiting.paul, **HERE, **expired)
    assert place(recruiting, "K1A") == "expired"
    recruiting.do(destroy_kits, recruiting.paul, **HERE, kits=("K1A",))


def test_a_second_person_with_an_account_of_his_own_witnesses_a_destruction(treated):
    treated.do(return_kit, treated.nina, **BACK)
    assert treated.refused(witness_destruction, treated.chen, **D1) == "unknown_destruction"
    treated.do(destroy_kits, treated.cora, **HERE, kits=("K1A",))

    def left():
        return [one.id for one in outstanding(treated.study, treated.trial, now=treated.now)]

    assert "here:destruction:HERE-D001" in left()
    assert treated.refused(witness_destruction, treated.cora, **D1) == "same_person"
    treated.do(witness_destruction, treated.nina, **D1)
    assert treated.trial.stock.destructions["HERE-D001"].witness == "nina"
    assert treated.refused(witness_destruction, treated.chen, **D1) == "witnessed"
    assert "here:destruction:HERE-D001" not in left()


def test_returns_and_destruction_are_for_those_who_handle_kits_at_the_site(treated):
    others = (treated.eva, treated.evelyn, treated.ana, treated.ben, treated.sue)
    treated.denied(return_kit, *others, **BACK)
    treated.denied(destroy_kits, *others, treated.nina, treated.chen, **HERE, kits=("K1A",))
    treated.do(return_kit, treated.nina, **BACK)
    treated.do(destroy_kits, treated.paul, **HERE, kits=("K1A",))
    treated.denied(witness_destruction, *others, treated.dan, **D1)
