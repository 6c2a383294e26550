"""Imbalance: exact values against enumeration and real lists, and the simulation against both."""

from itertools import product

import pytest

from cicatrix_sealed.choosing import balance as module
from cicatrix_sealed.choosing.balance import balance, spread, trial_balance
from cicatrix_sealed.choosing.law import law_of
from cicatrix_sealed.procedures import BigStick, PermutedBlocks, Simple, Stratum, Urn

pytestmark = pytest.mark.slow

ARMS = ("quokka", "numbat", "bilby")
EQUAL = dict.fromkeys(ARMS, 1)


def strata(*slots):
    return tuple(Stratum(f"s{place}", number) for place, number in enumerate(slots))


def test_tosses_become_as_unequal_as_counting_every_sequence_says():
    law = law_of(Simple(("a", "b"), {"a": 2, "b": 1}, strata(8)), 8)
    ends = ways = worsts = 0.0
    for arms in product((0, 1), repeat=8):
        chance = (2 / 3) ** arms.count(0) * (1 / 3) ** arms.count(1)
        along = [
            abs(arms[: place + 1].count(0) / 2 - arms[: place + 1].count(1)) * 1.5
            for place in range(8)
        ]
        ends += chance * along[-1]
        ways += chance * sum(along) / 8
        worsts += chance * max(along)
    found = balance(law, 8)
    assert (found.end, found.way, found.worst) == pytest.approx((ends, ways, worsts), abs=1e-9)
    assert found.bound is None
    assert found.end_error is None


def test_whole_blocks_end_balanced_and_bounds_hold():
    found = balance(law_of(PermutedBlocks(ARMS, EQUAL, strata(90), (6,)), 90), 90)
    assert (found.end, found.end_95, found.bound) == (0, 0, 2)
    unfinished = balance(law_of(PermutedBlocks(ARMS, EQUAL, strata(90), (6,)), 90), 88)
    assert unfinished.end > 0.9
    stick = balance(law_of(BigStick(ARMS, EQUAL, strata(90), 2), 90), 90)
    assert stick.bound == stick.worst_95 == 2
    assert 1 < stick.end < 2


def test_the_simulation_agrees_with_the_exact_value_within_its_error(monkeypatch):
    law = law_of(Urn(ARMS, EQUAL, strata(30), 1, 1), 30)
    exact = balance(law, 30)
    monkeypatch.setattr(module, "MOST_STATES", 5)
    simulated = balance(law, 30, seed=3)
    for name in ("end", "way", "worst"):
        error = getattr(simulated, f"{name}_error")
        assert 0 < error < 0.2
        assert abs(getattr(simulated, name) - getattr(exact, name)) < 4 * error
    assert abs(simulated.worst_95 - exact.worst_95) <= 1
    assert balance(law, 30, seed=3) == simulated


def test_lists_as_they_are_drawn_end_as_unequal_as_expected():
    procedure = PermutedBlocks(ARMS, EQUAL, strata(36), (6, 9, 12))
    exact = balance(law_of(procedure, 36), 20)
    drawn = trial_balance(procedure, {"s0": 20})
    assert abs(drawn.end - exact.end) < 4 * drawn.end_error
    assert drawn.end_95 == exact.end_95


def test_leftovers_of_several_strata_add_up():
    procedure = PermutedBlocks(ARMS, EQUAL, strata(12, 12, 12), (6,))
    one = trial_balance(procedure, {"s0": 4})
    three = trial_balance(procedure, {"s0": 4, "s1": 4, "s2": 4})
    assert three.end > one.end + 0.3
    assert trial_balance(procedure, {"s0": 6, "s1": 12, "s2": 0}).end == 0


def test_no_place_is_balanced():
    found = balance(law_of(Simple(ARMS, EQUAL, strata(0)), 0), 0)
    assert (found.end, found.way, found.worst) == (0, 0, 0)


@pytest.mark.parametrize(
    ("counts", "parts", "expected"),
    [
        ((5, 5, 5), (1, 1, 1), 0),
        ((5, 3, 4), (1, 1, 1), 2),
        ((5, 3), (2, 2), 2),
        ((4, 2), (2, 1), 0),
    ],
)
def test_imbalance_is_how_far_one_arm_is_ahead_of_another(counts, parts, expected):
    assert spread(counts, parts) == expected
