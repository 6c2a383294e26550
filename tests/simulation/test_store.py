"""A store in a rehearsal: kits come, are held, decided on, and all seen destroyed in the end."""

from dataclasses import asdict
from datetime import UTC, datetime

import pytest

from cicatrix.trial.accountability import accountability
from cicatrix.trial.facts import KitsQuarantined, KitsReceived, TemperatureRead
from cicatrix.trial.ledger import read

from .conftest import EVERY_STUDY, ROOT, TINY, Rehearsal, study_of

SPLIT = ROOT / "studies/SPLIT-SCAR.yaml"
OVER = datetime(2100, 1, 1, tzinfo=UTC)


def with_excursions(path, share):
    study = study_of(path)
    conduct = study.simulation.conduct.model_copy(update={"temperature_excursion": share})
    simulation = study.simulation.model_copy(update={"conduct": conduct})
    return study.model_copy(update={"simulation": simulation})


@pytest.fixture(scope="module")
def warm() -> Rehearsal:
    """Rehearse a trial whose storage is out of range in every third week."""
    return Rehearsal(with_excursions(SPLIT, 0.3)).play(15)


def facts_of(rehearsal, kind):
    facts = [read(line).fact for line in rehearsal.lines]
    return [fact for fact in facts if isinstance(fact, kind)]


def test_excursions_are_released_or_condemned_and_a_spare_takes_a_held_kits_place(warm):
    decided = [one.decided for one in warm.trial.stock.quarantines.values()]
    assert set(decided) == {"released", "condemned"}
    assert warm.done.refused["hours_outside"] == decided.count("condemned")
    assert warm.done.refused["condemned"] + warm.done.refused["quarantined"] > 0
    second = [kit for one in warm.trial.participants.values() for kit in one.kits if kit[-1] == "S"]
    assert second


def test_a_spare_is_never_in_the_storage_that_fails(warm):
    held = {kit for fact in facts_of(warm, KitsQuarantined) for kit in fact.kits}
    assert held
    assert not any(kit.endswith("S") for kit in held)


@pytest.mark.parametrize("path", EVERY_STUDY, ids=lambda path: path.stem)
@pytest.mark.parametrize("participants", [0, 1, 6])
def test_in_the_end_every_kit_is_destroyed_and_every_tube_accounted_for(path, participants):
    rehearsal = Rehearsal(study_of(path)).play(participants)
    applied = sum(len(one.tubes) for one in rehearsal.trial.participants.values())
    counts = [
        asdict(accountability(rehearsal.study, rehearsal.trial, site.id, now=OVER))
        for site in rehearsal.study.sites
    ]
    assert sum(one["received"] for one in counts) == len(rehearsal.trial.stock.kits) > 0
    for one in counts:
        assert (one["destroyed"], one["unwitnessed"]) == (one["received"], 0)
        assert one["tubes_held"] == one["tubes_returned"] == 0
    assert sum(one["tubes_applied"] for one in counts) == applied


def test_a_shipment_has_one_expiry_date_within_the_shelf_life_and_its_log():
    rehearsal = Rehearsal(study_of(SPLIT)).play(3)
    shipments = facts_of(rehearsal, KitsReceived)
    assert shipments
    for one in shipments:
        assert one.expires is not None
        assert 2 <= one.lowest_celsius <= one.highest_celsius <= 8


def test_a_study_without_a_storage_range_reads_no_log():
    rehearsal = Rehearsal(study_of(TINY)).play(3)
    assert facts_of(rehearsal, TemperatureRead) == []
    assert {one.expires for one in facts_of(rehearsal, KitsReceived)} == {None}


def test_a_rehearsal_that_stops_early_in_mid_treatment_leaves_kits_where_they_are():
    rehearsal = Rehearsal(study_of(SPLIT)).play(3, until="day_8")
    counts = [
        accountability(rehearsal.study, rehearsal.trial, site.id, now=rehearsal.done.ended)
        for site in rehearsal.study.sites
    ]
    assert sum(one.in_stock + one.dispensed for one in counts) > 0
