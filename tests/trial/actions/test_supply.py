"""Kits and tubes: her own kit, the tube of the day, once, and what to do otherwise."""

from datetime import date

import pytest

from cicatrix.trial.actions.departures import withdraw
from cicatrix.trial.actions.supply import (
    apply_tube,
    discard_tube,
    dispense_kit,
    miss_dose,
    receive_kits,
)
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import KitDispensed, TubeApplied

HER = {"participant": "HERE-001"}
DOSE = {**HER, "kit": "K1A", "tube": 1, "day": 1}
LOST = {**HER, "kit": "K1A", "tube": 1, "reason": "It fell"}
MISSED = {**HER, "day": 1, "reason": "She slept"}
SWAP = ("wrong_tube", "The wrong tube was at hand")


@pytest.fixture
def dispensed(recruiting):
    recruiting.dispensed()
    return recruiting


def spare(stage):
    stage.do(receive_kits, stage.paul, site="here", kits=("K1B",))
    stage.do(dispense_kit, stage.nina, **HER, kit="K1B", reason="A tube fell")


def said(stage, **how):
    with pytest.raises(Refused) as refusal:
        apply_tube(stage.study, stage.trial, stage.nina, now=stage.now, **how)
    return refusal.value.sentence


def test_kits_are_received_into_one_sites_stock(recruiting):
    recruiting.do(receive_kits, recruiting.paul, site="here", kits=("K1A", "K2A"))
    assert {name: kit.site for name, kit in recruiting.trial.stock.kits.items()} == {
        "K1A": "here",
        "K2A": "here",
    }
    again = {"site": "there", "kits": ("K1A",)}
    assert recruiting.refused(receive_kits, recruiting.paul, **again) == "received"


@pytest.mark.parametrize(
    ("site", "kits", "rule"),
    [
        ("nowhere", ("K1A",), "unknown_site"),
        ("here", (), "no_kits"),
        ("here", ("K1A", "K1A"), "no_kits"),
        ("here", ("K9A",), "unknown_kit"),
    ],
)
def test_what_cannot_have_arrived_is_not_received(recruiting, site, kits, rule):
    assert recruiting.refused(receive_kits, recruiting.paul, site=site, kits=kits) == rule


def test_kits_are_received_at_ones_own_site_by_those_who_handle_them(recruiting):
    others = (recruiting.eva, recruiting.evelyn, recruiting.ana, recruiting.ben, recruiting.sue)
    recruiting.denied(receive_kits, *others, site="here", kits=("K1A",))


def test_her_own_kit_in_stock_at_her_site_is_dispensed_once(recruiting):
    stage = recruiting
    stage.randomised()
    assert stage.refused(dispense_kit, stage.nina, **HER, kit="K9") == "unknown_kit"
    assert stage.refused(dispense_kit, stage.nina, **HER, kit="K2A") == "other_kit"
    assert stage.refused(dispense_kit, stage.nina, **HER, kit="K1A") == "not_received"
    stage.do(receive_kits, stage.paul, site="there", kits=("K1A",))
    assert stage.refused(dispense_kit, stage.nina, **HER, kit="K1A") == "not_received"
    stage.do(receive_kits, stage.cora, site="here", kits=("K1B",))
    stage.do(dispense_kit, stage.nina, **HER, kit="K1B")
    assert stage.woman.kits == ["K1B"]
    assert stage.refused(dispense_kit, stage.nina, **HER, kit="K1B") == "dispensed"


def test_a_spare_kit_needs_a_reason(dispensed):
    dispensed.do(receive_kits, dispensed.paul, site="here", kits=("K1B",))
    assert dispensed.refused(dispense_kit, dispensed.nina, **HER, kit="K1B") == "reason"
    dispensed.do(dispense_kit, dispensed.nina, **HER, kit="K1B", reason="A tube fell")
    assert dispensed.woman.kits == ["K1A", "K1B"]


def test_no_kit_and_no_dose_before_randomisation(recruiting):
    recruiting.answered()
    assert recruiting.refused(dispense_kit, recruiting.nina, **HER, kit="K1A") == "not_randomised"
    assert recruiting.refused(apply_tube, recruiting.nina, **DOSE) == "not_randomised"
    assert recruiting.refused(miss_dose, recruiting.nina, **MISSED) == "not_randomised"


def test_dispensing_is_for_those_who_handle_kits_at_her_site(dispensed):
    others = (dispensed.ana, dispensed.ben, dispensed.chen, dispensed.eva, dispensed.evelyn)
    dispensed.denied(dispense_kit, *others, **HER, kit="K1B")


def test_the_tube_of_the_day_is_applied_and_who_gave_it_is_known(dispensed):
    dispensed.do(apply_tube, dispensed.nina, **DOSE)
    (use,) = dispensed.woman.tubes
    assert (use.kit, use.tube, use.day, use.on, use.by) == ("K1A", 1, 1, date(2024, 2, 5), "nina")


def test_facts_of_supply_hold_no_content():
    assert set(TubeApplied.model_fields) == {"participant", "kit", "tube", "day", "on"}
    assert set(KitDispensed.model_fields) == {"participant", "kit", "reason"}


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"kit": "K2A"}, "other_kit"),
        ({"kit": "K1B"}, "other_kit"),
        ({"tube": 3}, "unknown_tube"),
        ({"day": 3}, "day"),
        ({"tube": 2}, "wrong_tube"),
        ({"on": date(2024, 2, 4)}, "before_screening"),
        ({"on": date(2024, 2, 6)}, "future"),
        ({"deviation": ("no_such", "Text")}, "category"),
        ({"deviation": ("wrong_tube", " ")}, "reason"),
    ],
)
def test_a_dose_that_should_not_be_given_is_refused(dispensed, change, rule):
    assert dispensed.refused(apply_tube, dispensed.nina, **DOSE | change) == rule


def test_a_dose_is_given_once_a_day_and_a_tube_once_at_all(dispensed):
    dispensed.do(apply_tube, dispensed.nina, **DOSE)
    assert dispensed.refused(apply_tube, dispensed.nina, **DOSE) == "used"
    second = DOSE | {"tube": 2, "day": 2}
    assert dispensed.refused(apply_tube, dispensed.nina, **second | {"day": 1}) == "dosed"
    assert dispensed.refused(apply_tube, dispensed.nina, **second) == "dosed_today"
    dispensed.go(days=1)
    dispensed.do(apply_tube, dispensed.nina, **second)


def test_doses_are_given_in_the_order_of_their_days(dispensed):
    second = DOSE | {"tube": 2, "day": 2}
    assert dispensed.refused(apply_tube, dispensed.nina, **second) == "dose_order"
    dispensed.do(miss_dose, dispensed.nina, **MISSED)
    dispensed.do(apply_tube, dispensed.nina, **second)
    dispensed.go(days=1)
    assert dispensed.refused(apply_tube, dispensed.nina, **DOSE) == "dose_order"
    dispensed.do(apply_tube, dispensed.nina, **DOSE, deviation=("other", "Given a day late"))


def test_no_dose_is_dated_before_one_of_an_earlier_day(dispensed):
    first = dispensed.now.date()
    dispensed.go(days=3)
    dispensed.do(apply_tube, dispensed.nina, **DOSE)
    second = DOSE | {"tube": 2, "day": 2}
    assert dispensed.refused(apply_tube, dispensed.nina, **second, on=first) == "dose_order"


def test_no_dose_is_dated_before_randomisation(recruiting):
    recruiting.screened()
    recruiting.go(days=1)
    name = recruiting.dispensed()
    recruiting.trial.participants[name].screened_on = date(2024, 2, 1)
    early = {"participant": name, "on": date(2024, 2, 5)}
    consent = recruiting.trial.participants[name].consents
    consent[0] = type(consent[0])("1", "en", date(2024, 2, 1))
    assert recruiting.refused(apply_tube, recruiting.nina, **DOSE | early) == "order"


def test_the_wrong_tube_is_stopped_with_what_to_do_instead(dispensed):
    assert said(dispensed, **DOSE | {"tube": 2}) == (
        "STOP: tube 2 is not for day 1. Take tube 1 of K1A."
    )
    dispensed.do(discard_tube, dispensed.nina, **LOST)
    assert said(dispensed, **DOSE | {"tube": 2}).endswith(
        "Tube 1 of K1A is gone: ask for a spare kit."
    )


def test_a_tube_of_another_day_that_was_applied_is_recorded_with_its_deviation(dispensed):
    facts = dispensed.do(apply_tube, dispensed.nina, **DOSE | {"tube": 2}, deviation=SWAP)
    assert [type(fact).__name__ for fact in facts] == ["TubeApplied", "DeviationRecorded"]
    assert (dispensed.woman.tubes[0].tube, dispensed.woman.tubes[0].day) == (2, 1)
    assert dispensed.woman.deviations[0].category == "wrong_tube"


def test_a_discarded_tube_is_never_applied_and_the_spare_kits_is(dispensed):
    assert dispensed.refused(discard_tube, dispensed.nina, **LOST | {"reason": ""}) == "reason"
    dispensed.do(discard_tube, dispensed.nina, **LOST)
    assert dispensed.refused(apply_tube, dispensed.nina, **DOSE) == "discarded"
    assert dispensed.refused(discard_tube, dispensed.nina, **LOST) == "discarded"
    spare(dispensed)
    dispensed.do(apply_tube, dispensed.nina, **DOSE | {"kit": "K1B"})
    assert dispensed.refused(discard_tube, dispensed.nina, **LOST | {"kit": "K1B"}) == "used"


def test_a_missed_dose_has_a_reason_and_is_taken_back_by_a_dose(dispensed):
    assert dispensed.refused(miss_dose, dispensed.nina, **MISSED | {"reason": ""}) == "reason"
    assert dispensed.refused(miss_dose, dispensed.nina, **MISSED | {"day": 9}) == "day"
    dispensed.do(miss_dose, dispensed.cora, **MISSED)
    assert dispensed.woman.missed_doses == {1: "She slept"}
    assert dispensed.refused(miss_dose, dispensed.nina, **MISSED) == "missed"
    dispensed.do(apply_tube, dispensed.nina, **DOSE)
    assert dispensed.woman.missed_doses == {}
    assert dispensed.refused(miss_dose, dispensed.nina, **MISSED) == "dosed"


@pytest.mark.parametrize("scope", ["treatment", "visits", "all"])
def test_after_withdrawal_no_dose_is_given_but_that_it_was_missed_can_be_said(dispensed, scope):
    dispensed.do(withdraw, dispensed.cora, **HER, scope=scope, reason="Itch", by="participant")
    assert dispensed.refused(apply_tube, dispensed.nina, **DOSE) == "withdrawn"
    assert dispensed.refused(dispense_kit, dispensed.nina, **HER, kit="K1B") == "withdrawn"
    dispensed.do(miss_dose, dispensed.nina, **MISSED)


def test_only_a_care_provider_of_her_site_applies_and_discards(dispensed):
    others = (
        dispensed.cora, dispensed.ana, dispensed.ben, dispensed.paul, dispensed.evelyn,
    )  # fmt: skip
    dispensed.denied(apply_tube, *others, **DOSE)
    dispensed.denied(discard_tube, *others, **LOST)
    dispensed.denied(miss_dose, dispensed.ana, dispensed.ben, dispensed.evelyn, **MISSED)
