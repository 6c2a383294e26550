"""Storage: what a log says, what quarantine forbids, and who decides on all of it at once."""

from datetime import date

import pytest

from cicatrix.trial.actions.lock import outstanding
from cicatrix.trial.actions.storage import (
    condemn_quarantine,
    quarantine_kits,
    read_temperature,
    release_quarantine,
)
from cicatrix.trial.actions.supply import apply_tube, discard_tube, dispense_kit, receive_kits
from cicatrix.trial.errors import Refused

HERE = {"site": "here"}
HER = {"participant": "HERE-001"}
DOSE = {**HER, "kit": "K1A", "tube": 1, "day": 1}
LOG = {**HERE, "lowest_celsius": 3.0, "highest_celsius": 7.0}
WARM = {**LOG, "highest_celsius": 9.5, "hours_outside": 3.0}
SHIPMENT = {
    **HERE, "kits": ("K1A", "K1B", "K2A"), "condition": "intact", "expires": date(2024, 12, 31),
    "lowest_celsius": 3.0, "highest_celsius": 7.0,
}  # fmt: skip
Q1 = {"quarantine": "HERE-Q001"}
WHY = {**Q1, "reason": "The maker was asked"}


@pytest.fixture
def stocked(kept):
    """A stage with a woman randomised and three kits in stock."""
    kept.randomised()
    kept.do(receive_kits, kept.cora, **SHIPMENT)
    return kept


@pytest.fixture
def treated(stocked):
    """A stage with her kit handed out."""
    stocked.do(dispense_kit, stocked.nina, **HER, kit="K1A")
    return stocked


def places(stage):
    return {name: kit.place(stage.now.date()) for name, kit in stage.trial.stock.kits.items()}


def held(stage):
    return sorted(name for name, place in places(stage).items() if place == "quarantined")


def said(stage, act, actor, **how):
    with pytest.raises(Refused) as refusal:
        act(stage.study, stage.trial, actor, now=stage.now, **how)
    return refusal.value.sentence


def test_a_shipment_that_travelled_well_is_in_stock_until_its_expiry(stocked):
    assert set(places(stocked).values()) == {"in_stock"}
    assert {kit.expires for kit in stocked.trial.stock.kits.values()} == {date(2024, 12, 31)}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"condition": "damaged"}, "damaged"),
        ({"highest_celsius": 8.1}, "3 to 8.1 °C is outside the storage range, 2 to 8 °C"),
        ({"lowest_celsius": 1.9}, "1.9 to 7 °C is outside"),
        ({"lowest_celsius": None, "highest_celsius": None}, "no temperature log"),
    ],
)
def test_a_shipment_that_did_not_is_quarantined_by_the_same_act(kept, change, why):
    facts = kept.do(receive_kits, kept.cora, **SHIPMENT | change)
    assert [type(fact).__name__ for fact in facts] == ["KitsReceived", "KitsQuarantined"]
    assert why in facts[1].reason
    assert held(kept) == ["K1A", "K1B", "K2A"]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"expires": None}, "expiry"),
        ({"expires": date(2025, 2, 6)}, "expiry"),
        ({"lowest_celsius": 7.5}, "log"),
    ],
)
def test_a_shipment_needs_a_possible_expiry_date_and_log(kept, change, rule):
    assert kept.refused(receive_kits, kept.cora, **SHIPMENT | change) == rule
    kept.do(receive_kits, kept.cora, **SHIPMENT | {"expires": date(2025, 2, 5)})


def test_a_study_without_a_range_asks_for_no_log_and_quarantines_for_none(recruiting):
    (fact,) = recruiting.do(receive_kits, recruiting.paul, site="here", kits=("K1A",))
    assert (fact.expires, fact.lowest_celsius) == (None, None)
    (reading,) = recruiting.do(read_temperature, recruiting.cora, **LOG | {"highest_celsius": 60})
    assert reading.hours_outside == 0


def test_a_log_within_the_range_changes_nothing_but_is_kept(stocked):
    stocked.do(read_temperature, stocked.nina, **LOG)
    assert held(stocked) == []
    (reading,) = stocked.trial.stock.readings["here"]
    assert (reading.lowest_celsius, reading.highest_celsius, reading.hours_outside) == (3, 7, 0)


@pytest.mark.parametrize("edge", [{"lowest_celsius": 2.0}, {"highest_celsius": 8.0}])
def test_the_edges_belong_to_the_range(stocked, edge):
    assert len(stocked.do(read_temperature, stocked.nina, **LOG | edge)) == 1


def test_a_log_out_of_range_quarantines_all_that_the_site_can_still_use(treated):
    facts = treated.do(read_temperature, treated.nina, **WARM)
    assert [type(fact).__name__ for fact in facts] == ["TemperatureRead", "KitsQuarantined"]
    assert facts[1].kits == ("K1A", "K1B", "K2A")
    assert held(treated) == ["K1A", "K1B", "K2A"]


def test_a_kit_with_no_tube_left_is_not_quarantined(treated):
    treated.do(apply_tube, treated.nina, **DOSE)
    treated.do(discard_tube, treated.nina, **HER, kit="K1A", tube=2, reason="It fell")
    treated.do(read_temperature, treated.nina, **WARM)
    assert held(treated) == ["K1B", "K2A"]


def test_only_the_kits_of_the_storage_that_was_read_are_quarantined(stocked):
    stocked.do(read_temperature, stocked.nina, **WARM, kits=("K2A", "K1B"))
    assert held(stocked) == ["K1B", "K2A"]


def test_an_empty_store_may_be_warm(kept):
    assert len(kept.do(read_temperature, kept.nina, **WARM)) == 1


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"site": "nowhere"}, "unknown_site"),
        ({"lowest_celsius": 10.0}, "log"),
        ({"hours_outside": 0.0}, "log"),
        ({"hours_outside": -1.0}, "log"),
        ({"highest_celsius": 8.0}, "log"),
        ({"kits": ()}, "no_kits"),
        ({"kits": ("K1A", "K1A")}, "no_kits"),
        ({"kits": ("K9",)}, "not_received"),
    ],
)
def test_a_log_that_contradicts_itself_is_refused(stocked, change, rule):
    assert stocked.refused(read_temperature, stocked.paul, **WARM | change) == rule


def test_logs_and_quarantine_are_for_those_who_handle_kits_at_the_site(stocked):
    others = (stocked.eva, stocked.evelyn, stocked.ana, stocked.ben, stocked.sue)
    stocked.denied(read_temperature, *others, **LOG)
    stocked.denied(quarantine_kits, *others, **HERE, kits=("K1A",), reason="A smell")


def test_a_quarantined_kit_is_not_handed_out_and_no_tube_of_it_applied(treated):
    treated.do(quarantine_kits, treated.chen, **HERE, kits=("K1A", "K1B"), reason="A smell")
    assert treated.refused(apply_tube, treated.nina, **DOSE) == "quarantined"
    spare = {**HER, "kit": "K1B", "reason": "K1A is held"}
    assert treated.refused(dispense_kit, treated.nina, **spare) == "quarantined"
    assert said(treated, apply_tube, treated.nina, **DOSE) == (
        "STOP: kit K1A is in quarantine. Do not use it: ask for a spare kit."
    )


def test_the_spare_of_her_own_number_takes_the_place_of_a_quarantined_kit(treated):
    treated.do(quarantine_kits, treated.paul, **HERE, kits=("K1A",), reason="A smell")
    treated.do(dispense_kit, treated.nina, **HER, kit="K1B", reason="K1A is held")
    treated.do(apply_tube, treated.nina, **DOSE | {"kit": "K1B"})
    assert treated.woman.tubes[0].kit == "K1B"


def test_a_tube_of_a_quarantined_kit_that_was_applied_is_recorded_with_its_deviation(treated):
    treated.do(quarantine_kits, treated.paul, **HERE, kits=("K1A",), reason="A smell")
    treated.do(apply_tube, treated.nina, **DOSE, deviation=("other", "Before the call came"))
    assert treated.woman.deviations[0].text == "Before the call came"


def test_a_dose_of_the_day_before_the_quarantine_can_still_be_written_down(treated):
    day = treated.now.date()
    treated.go(days=1)
    treated.do(quarantine_kits, treated.paul, **HERE, kits=("K1A",), reason="A smell")
    assert treated.refused(apply_tube, treated.nina, **DOSE) == "quarantined"
    treated.do(apply_tube, treated.nina, **DOSE, on=day)


def test_an_expired_kit_is_not_handed_out_and_no_tube_of_it_applied(treated):
    treated.now = treated.now.replace(month=12, day=31)
    treated.do(apply_tube, treated.nina, **DOSE)
    treated.go(days=1)
    assert treated.refused(apply_tube, treated.nina, **DOSE | {"tube": 2, "day": 2}) == "expired"
    spare = {**HER, "kit": "K1B", "reason": "K1A expired"}
    assert said(treated, dispense_kit, treated.nina, **spare) == (
        "STOP: kit K1B expired on 2024-12-31. Do not use it: ask for a spare kit."
    )
    assert places(treated) == {"K1A": "dispensed", "K1B": "expired", "K2A": "expired"}


@pytest.mark.parametrize("who", ["paul", "sue"])
def test_the_pharmacist_or_the_sponsor_releases_all_of_a_quarantine(treated, who):
    treated.do(read_temperature, treated.cora, **WARM)
    treated.do(release_quarantine, getattr(treated, who), **WHY)
    assert places(treated) == {"K1A": "dispensed", "K1B": "in_stock", "K2A": "in_stock"}
    treated.do(apply_tube, treated.nina, **DOSE)


@pytest.mark.parametrize("who", ["paul", "sue"])
def test_condemned_kits_are_never_used(treated, who):
    treated.do(read_temperature, treated.cora, **WARM)
    treated.do(condemn_quarantine, getattr(treated, who), **WHY)
    assert set(places(treated).values()) == {"condemned"}
    assert treated.refused(apply_tube, treated.nina, **DOSE) == "condemned"
    spare = {**HER, "kit": "K1B", "reason": "K1A is lost"}
    assert treated.refused(dispense_kit, treated.nina, **spare) == "condemned"
    again = {**HERE, "kits": ("K1A",), "reason": "A smell"}
    assert treated.refused(quarantine_kits, treated.chen, **again) == "condemned"


def test_hours_outside_the_range_add_up_until_only_condemning_is_left(stocked):
    stocked.do(read_temperature, stocked.cora, **WARM)
    stocked.do(release_quarantine, stocked.paul, **WHY)
    stocked.do(read_temperature, stocked.cora, **WARM, kits=("K1A",))
    again = WHY | {"quarantine": "HERE-Q002"}
    assert stocked.refused(release_quarantine, stocked.paul, **again) == "hours_outside"
    assert "6 hours in all, and 5 are allowed" in said(
        stocked, release_quarantine, stocked.paul, **again
    )
    stocked.do(condemn_quarantine, stocked.paul, **again)


def test_a_kit_in_two_quarantines_waits_for_both_decisions(stocked):
    stocked.do(quarantine_kits, stocked.chen, **HERE, kits=("K1A", "K2A"), reason="A smell")
    stocked.do(quarantine_kits, stocked.chen, **HERE, kits=("K1A",), reason="A leak")
    stocked.do(release_quarantine, stocked.paul, **WHY)
    assert held(stocked) == ["K1A"]


def test_a_decision_is_made_once_and_with_a_reason_by_those_who_may(stocked):
    stocked.do(quarantine_kits, stocked.chen, **HERE, kits=("K1A",), reason="A smell")
    others = (stocked.cora, stocked.nina, stocked.chen, stocked.ana, stocked.dan)
    for act in (release_quarantine, condemn_quarantine):
        stocked.denied(act, *others, **WHY)
        assert stocked.refused(act, stocked.paul, **Q1, reason=" ") == "reason"
        unknown = {"quarantine": "HERE-Q009", "reason": "Why"}
        assert stocked.refused(act, stocked.paul, **unknown) == "unknown_quarantine"
    stocked.do(release_quarantine, stocked.paul, **WHY)
    assert stocked.refused(condemn_quarantine, stocked.paul, **WHY) == "decided"
    assert stocked.refused(release_quarantine, stocked.sue, **WHY) == "decided"


def test_an_undecided_quarantine_stands_between_today_and_lock(stocked):
    stocked.do(quarantine_kits, stocked.chen, **HERE, kits=("K1A",), reason="A smell")

    def left():
        return [one.id for one in outstanding(stocked.study, stocked.trial, now=stocked.now)]

    assert "here:quarantine:HERE-Q001" in left()
    stocked.do(release_quarantine, stocked.paul, **WHY)
    assert "here:quarantine:HERE-Q001" not in left()


@pytest.mark.parametrize("place", ["quarantined", "condemned", "expired"])
def test_a_refusal_is_the_same_sentence_but_for_the_kits_number(stocked, place):
    if place == "expired":
        stocked.now = stocked.now.replace(year=2025)
    else:
        stocked.do(quarantine_kits, stocked.chen, **HERE, kits=("K1A", "K1B"), reason="A smell")
    if place == "condemned":
        stocked.do(condemn_quarantine, stocked.paul, **WHY)
    one, other = (
        said(stocked, dispense_kit, stocked.nina, **HER, kit=kit) for kit in ("K1A", "K1B")
    )
    assert one.replace("K1A", "K1B") == other
