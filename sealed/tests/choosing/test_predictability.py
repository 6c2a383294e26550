"""How often the next arm is guessed: outside values, other ways of counting, and its limits."""

import json
from functools import cache
from itertools import permutations, product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cicatrix_sealed.choosing import predictability as module
from cicatrix_sealed.choosing.law import law_of
from cicatrix_sealed.choosing.predictability import advance, correct_in_block, predictability
from cicatrix_sealed.generator import Generator
from cicatrix_sealed.procedures import (
    BiasedCoin,
    BigStick,
    PermutedBlocks,
    Simple,
    Stratum,
    Urn,
)
from cicatrix_sealed.procedures.drawing import draw_stratum

pytestmark = pytest.mark.slow

OUTSIDE = Path(__file__).parents[4] / "shared/data/statistics/reference.json"
LONG = 108


def arms(count):
    return tuple(f"arm{place}" for place in range(count))


def blocks(sizes, parts=(1, 1, 1), slots=LONG):
    names = arms(len(parts))
    return PermutedBlocks(names, dict(zip(names, parts, strict=True)), strata(slots), sizes)


def strata(slots):
    return (Stratum("all", slots),)


def equal(kind, count, *more, slots=LONG):
    return kind(arms(count), dict.fromkeys(arms(count), 1), strata(slots), *more)


def found(procedure, places=90, **given):
    return predictability(law_of(procedure, procedure.strata[0].slots), places, **given)


@pytest.mark.skipif(not OUTSIDE.exists(), reason="outside values are not at hand: reference.json")
def test_blocks_are_as_predictable_as_the_exact_recursion_published_outside():
    cases = json.loads(OUTSIDE.read_text("utf-8"))["cases"]
    case = next(case for case in cases if case["id"] == "predictability_pbr")
    given, expected = case["inputs"], case["expected"]
    correct = [
        correct_in_block([size // count] * count)
        for count, size in zip(given["arms"], given["block"], strict=True)
    ]
    assert correct == pytest.approx(expected["expected_correct_per_block"], abs=1e-12)
    shares = [
        found(blocks((size,), (1,) * count, 10 * size), 10 * size).correct
        for count, size in zip(given["arms"], given["block"], strict=True)
    ]
    assert shares == pytest.approx(expected["cgp"], abs=1e-12)


def test_two_arms_are_guessed_as_often_as_blackwell_and_hodges_say():
    for each, correct in ((1, 1.5), (2, 17 / 6), (3, 4.1)):
        assert correct_in_block([each, each]) == pytest.approx(correct, abs=1e-12)


# 90 places, three arms. Exact values: blocks, big stick and simple; others within simulation.
@pytest.mark.parametrize(
    ("procedure", "correct", "certain", "within"),
    [
        (equal(Simple, 3), 0.333, 0.0, 0.0005),
        (blocks((3,)), 0.611, 0.333, 0.0005),
        (blocks((6,)), 0.561, 0.200, 0.0005),
        (blocks((9,)), 0.532, 0.143, 0.0005),
        (blocks((3, 6)), 0.577, 0.087, 0.001),
        (blocks((6, 9, 12)), 0.526, 0.025, 0.002),
        (equal(BigStick, 3, 3), 0.417, 0.063, 0.0005),
        (equal(Urn, 3, 1, 1), 0.364, 0.0, 0.001),
    ],
    ids=["simple", "3", "6", "9", "3 or 6", "6, 9 or 12", "big stick", "urn"],
)
def test_procedures_for_three_arms_are_as_predictable_as_they_are_known_to_be(
    procedure, correct, certain, within
):
    result = found(procedure)
    assert result.correct == pytest.approx(correct, abs=within)
    assert result.certain == pytest.approx(certain, abs=within)
    assert (result.correct_error is None) == (within < 0.002)


def sequences(law, places):
    """Give every sequence of arms with its chance and that of each next arm, from first principles.

    The chance of a sequence is summed over all states that it may have passed through.
    """

    @cache
    def chance(sequence):
        states = {law.start: 1.0}
        for place, arm in enumerate(sequence):
            following = {}
            for state, weight in states.items():
                for step, which, after in law.steps(state, place):
                    if which == arm:
                        following[after] = following.get(after, 0.0) + weight * step
            states = following
        return sum(states.values())

    correct = certain = 0.0
    for length in range(places):
        for sequence in product(range(len(law.parts)), repeat=length):
            nexts = [chance((*sequence, arm)) for arm in range(len(law.parts))]
            correct += max(nexts)
            certain += sum(nexts) if max(nexts) > (1 - 1e-9) * sum(nexts) > 0 else 0.0
    return correct / places, certain / places


@pytest.mark.parametrize(
    ("procedure", "places"),
    [
        (blocks((2, 4), (1, 1), 10), 10),
        (blocks((2, 4, 6), (1, 1), 30), 11),
        (blocks((3, 6), (2, 1), 18), 10),
        (blocks((3, 6), (1, 1, 1), 30), 7),
        (equal(BigStick, 2, 2), 10),
        (equal(BiasedCoin, 2, (2, 3)), 10),
        (equal(Urn, 2, 1, 2), 10),
    ],
    ids=lambda case: getattr(case, "kind", str(case)),
)
def test_the_guesser_does_as_well_as_one_who_weighs_every_sequence_of_arms(procedure, places):
    law = law_of(procedure, procedure.strata[0].slots)
    result = predictability(law, places)
    correct, certain = sequences(law, places)
    assert result.correct_error is None
    assert result.correct == pytest.approx(correct, abs=1e-10)
    assert result.certain == pytest.approx(certain, abs=1e-10)


def test_going_on_along_paths_agrees_with_the_exact_value_within_its_error(monkeypatch):
    exact = found(blocks((3, 6)))
    monkeypatch.setattr(module, "MOST_BELIEFS", 3)
    simulated = found(blocks((3, 6)), seed=7)
    assert simulated.correct_error is not None
    assert 0 < simulated.correct_error < 0.002
    assert abs(simulated.correct - exact.correct) < 4 * simulated.correct_error
    assert abs(simulated.certain - exact.certain) < 4 * simulated.certain_error
    assert found(blocks((3, 6)), seed=7) == simulated
    assert found(blocks((3, 6)), seed=8) != simulated


def test_real_lists_are_guessed_as_often_as_expected():
    procedure = blocks((6, 9, 12), slots=36)
    law, generator = law_of(procedure, 36), Generator(bytes(48))
    lists, right = 300, []
    for _ in range(lists):
        belief, hits = ((law.start, 1.0),), 0
        names, sequence = (
            list(arms(3)),
            [arm for _, arm in draw_stratum(procedure, "all", generator)],
        )
        for place, arm in enumerate(sequence):
            nexts = guesses(law, belief, place)
            hits += names[max(nexts, key=lambda which: nexts[which][0])] == arm
            belief = nexts[names.index(arm)][1]
        right.append(hits / 36)
    expected = found(procedure, 36)
    mean = sum(right) / lists
    error = (sum((share - mean) ** 2 for share in right) / lists / (lists - 1)) ** 0.5
    assert abs(mean - expected.correct) < 4 * error


def guesses(law, belief, place):
    """Give each arm's chance and the belief after it, without naming arms anew."""
    held = {}
    for state, weight in belief:
        for chance, arm, after in law.steps(state, place):
            held.setdefault(arm, {})
            held[arm][after] = held[arm].get(after, 0.0) + weight * chance
    return {
        arm: (sum(after.values()), tuple((s, w / sum(after.values())) for s, w in after.items()))
        for arm, after in held.items()
    }


def test_sizes_at_random_remove_certain_places_and_hardly_lower_the_average():
    fixed, random = found(blocks((6,))), found(blocks((6, 9, 12)))
    assert random.certain < fixed.certain / 5
    assert random.correct > fixed.correct - 0.05


@settings(max_examples=20, deadline=None)
@given(
    parts=st.lists(st.integers(1, 2), min_size=2, max_size=3),
    multiples=st.sets(st.integers(1, 3), min_size=1, max_size=2),
    order=st.randoms(use_true_random=False),
)
def test_the_arms_names_do_not_matter(parts, multiples, order):
    sizes = tuple(sorted(multiple * sum(parts) for multiple in multiples))
    shuffled = list(parts)
    order.shuffle(shuffled)
    slots = 2 * sizes[0] * sizes[-1]
    one, other = (found(blocks(sizes, tuple(held), slots), 8) for held in (parts, shuffled))
    assert one.correct == pytest.approx(other.correct, abs=1e-9)
    assert one.certain == pytest.approx(other.certain, abs=1e-9)


def test_a_belief_is_the_same_whatever_the_arms_are_called():
    law = law_of(blocks((6, 9)), LONG)
    beliefs = set()
    for sequence in permutations((0, 0, 1, 2), 4):
        held = {law.start: 1.0}
        belief = tuple(held.items())
        for place, arm in enumerate(sequence):
            belief = guesses(law, belief, place)[arm][1]
        beliefs.add(module._belief(law, dict(belief), 1.0))
    assert len(beliefs) == 1


def test_no_place_has_no_share_and_one_arm_is_always_known():
    assert found(blocks((6,)), 0).correct is None
    one = found(equal(Simple, 1), 5)
    assert (one.correct, one.certain) == (1.0, 1.0)


def test_the_chances_of_the_next_arm_add_up_to_one():
    law = law_of(blocks((6, 9, 12)), LONG)
    belief = ((law.start, 1.0),)
    for place in range(60):
        nexts = advance(law, belief, place)
        assert sum(chance for chance, _ in nexts) == pytest.approx(1, abs=1e-9)
        belief = nexts[-1][1]
