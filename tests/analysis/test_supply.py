"""The account in the report: kits and tubes by site, no arm, and no table where nothing came."""

from datetime import UTC, datetime

from cicatrix.analysis.analyse import analyse
from cicatrix.analysis.report.supply import supply
from cicatrix.trial.allocation import dummy_allocation
from cicatrix.trial.stock import Kit, Reading

NOW = datetime(2024, 6, 1, tzinfo=UTC)


def tables(world, tiny, kits, readings=()):
    trial = world(tiny, ["gel", "placebo"]).trial
    trial.at = NOW
    trial.stock.kits.update(kits)
    trial.stock.readings.update(readings)
    slots = [slot for some in trial.list.slots.values() for slot in some]
    findings = analyse(tiny, trial, dummy_allocation(tiny, slots, seed=1))
    return [block for block in supply(findings) if hasattr(block, "rows")]


def test_a_site_s_kits_and_tubes_are_shown_by_place(world, tiny):
    kits, tubes = tables(world, tiny, {"X1": Kit("here"), "X2": Kit("here", condemned="Warm")})
    assert [row.cells for row in kits.rows] == [
        ("Here", "2", "1", "0", "0", "1", "0", "0", "0", "0")
    ]
    assert [row.cells for row in tubes.rows] == [("Here", "4", "0", "0", "4", "0", "0")]
    shown = " ".join((*kits.columns, *tubes.columns, kits.caption, tubes.caption)).lower()
    assert not any(arm.id in shown for arm in tiny.arms)


def test_what_a_storage_s_log_showed_is_shown_where_it_was_read(world, tiny):
    log = [Reading(-1.5, 6, 0), Reading(3, 9, 2.5)]
    *_, storage = tables(world, tiny, {"X1": Kit("here")}, {"here": log})
    assert [row.cells for row in storage.rows] == [("Here", "2", "−1.5", "9", "2.5")]
    assert storage.caption.endswith("n = 2.")


def test_where_nothing_came_there_is_no_table(world, tiny):
    assert tables(world, tiny, {}) == []
