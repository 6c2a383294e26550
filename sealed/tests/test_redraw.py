"""Lists drawn anew: by the same procedure, the same for the same seed, and none before the opening.

Whether a list obeys its procedure is asked of `law`, which was written apart from the drawing.
"""

import tracemalloc
from collections import Counter
from hashlib import sha512
from itertools import pairwise, product
from math import comb

import numpy as np
import pytest

from cicatrix.trial.allocation import read_opened
from cicatrix_sealed.choosing.law import law_of
from cicatrix_sealed.generator import Generator
from cicatrix_sealed.keys import generator_of
from cicatrix_sealed.procedures import draw, procedure_of, read_procedure
from cicatrix_sealed.redraw import redrawn_lists, redrawn_openings, redrawn_text

pytestmark = pytest.mark.slow

KINDS = {
    "permuted_blocks": {},
    "simple": {},
    "big_stick": {"limit": 2},
    "biased_coin": {"probability": (2, 3)},
    "urn": {"start": 1, "add": 2},
}


@pytest.fixture
def procedure(make_study):
    study = make_study(strata=("site",), sites={"foshan": 10, "wuhan": 5})
    return procedure_of(study, sizes=(6,))


def redraw(procedure, *, lists, seed):
    """Draw lists anew: `(lists, places)`, each the arm's place in the procedure's `arms`."""
    read = read_procedure(procedure)
    drawn = [list(one) for one in redrawn_lists(read, lists=lists, seed=seed)]
    return np.array(drawn, dtype=np.uint8).reshape(lists, sum(one.slots for one in read.strata))


def chance_of(read, stratum, arms):
    """Give the chance with which a procedure draws these arms in one stratum."""
    law = law_of(read, len(arms))
    reached = {law.start: 1.0}
    for place, arm in enumerate(arms):
        after = Counter()
        for state, chance in reached.items():
            for step, drawn, then in law.steps(state, place):
                if drawn == arm:
                    after[then] += chance * step
        reached = after
    return sum(reached.values())


def test_the_real_list_is_what_the_same_draw_gives_under_the_opened_secret(allocation):
    opened = read_opened(allocation.read_text())
    for one in opened.procedure["strata"]:
        generator = generator_of(
            opened.study_digest, one["stratum"],
            secret=bytes.fromhex(opened.secret),
            randomness=bytes.fromhex(opened.beacon["randomness"]),
        )  # fmt: skip
        drawn = draw(opened.procedure, one["stratum"], generator)
        real = [(s.block, s.arm) for s in opened.slots if s.stratum == one["stratum"]]
        assert list(drawn) == real


def test_a_list_is_drawn_anew_by_the_procedure_from_the_seed_that_the_page_tells(procedure):
    drawn = redraw(procedure, lists=3, seed=11)
    assert drawn.shape == (3, 18)
    arms = []
    for one in procedure["strata"]:
        text = b"".join(
            len(part).to_bytes(8, "big") + part
            for part in (b"cicatrix/redraw/1", b"11", b"2", one["stratum"].encode())
        )
        generator = Generator(sha512(text).digest()[:48])
        arms += [arm for _, arm in draw(procedure, one["stratum"], generator)]
    assert [procedure["arms"][place] for place in drawn[2]] == arms


@pytest.mark.parametrize("kind", KINDS)
def test_every_list_obeys_its_procedure_and_lists_differ(make_study, kind):
    study = make_study(strata=("site",), sites={"foshan": 10, "wuhan": 5})
    procedure = procedure_of(study, kind=kind, **KINDS[kind])
    read = read_procedure(procedure)
    drawn = redraw(procedure, lists=60, seed=1)
    for one in drawn.tolist():
        begin = 0
        for stratum in read.strata:
            arms = one[begin : begin + stratum.slots]
            assert chance_of(read, stratum.stratum, arms) > 0
            begin += stratum.slots
        assert begin == len(one)
    assert len({one.tobytes() for one in drawn}) == 60


def test_what_asks_whether_a_list_obeys_finds_one_that_does_not(procedure):
    read = read_procedure(procedure)
    assert chance_of(read, "site=foshan", [0, 0, 0, 1, 1, 2]) == 0
    assert chance_of(read, "site=foshan", [0, 0, 1, 1, 2, 2]) == pytest.approx(1 / 90)


def test_blocks_hold_the_ratio_and_strata_keep_their_places(procedure):
    for one in redraw(procedure, lists=50, seed=1):
        for begin in range(0, 18, 6):
            assert Counter(one[begin : begin + 6].tolist()) == {0: 2, 1: 2, 2: 2}


def test_a_list_depends_on_the_seed_and_its_own_number_alone(procedure):
    assert (redraw(procedure, lists=9, seed=1)[:4] == redraw(procedure, lists=4, seed=1)).all()
    assert (redraw(procedure, lists=4, seed=2) != redraw(procedure, lists=4, seed=1)).any()
    assert redraw(procedure, lists=0, seed=1).shape == (0, 18)


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("permuted_blocks", {"sizes": (4,)}),
        ("big_stick", {"limit": 1}),
        ("biased_coin", {"probability": (3, 4)}),
        ("urn", {"start": 1, "add": 1}),
        ("simple", {}),
    ],
)
def test_lists_come_as_often_as_the_procedure_says(make_study, kind, more):
    small = procedure_of(make_study(ratio={"a": 1, "b": 1}), kind=kind, slots=4, **more)
    read = read_procedure(small)
    chances = {arms: chance_of(read, "all", arms) for arms in product((0, 1), repeat=4)}
    possible = {arms: chance for arms, chance in chances.items() if chance}
    assert sum(possible.values()) == pytest.approx(1)
    lists = 3000
    counts = Counter(tuple(one) for one in redraw(small, lists=lists, seed=5).tolist())
    assert counts.keys() <= possible.keys()
    chi2 = sum((counts[a] - lists * c) ** 2 / (lists * c) for a, c in possible.items())
    assert chi2 < {3: 16.3, 5: 20.5, 15: 37.7}[len(possible) - 1]  # the 0.999 quantiles


def test_every_arrangement_of_a_small_block_is_drawn(make_study):
    small = procedure_of(make_study(ratio={"a": 1, "b": 1}), sizes=(4,), slots=4)
    assert len({one.tobytes() for one in redraw(small, lists=300, seed=5)}) == comb(4, 2)


def test_many_lists_are_written_without_being_held(allocation):
    opened = read_opened(allocation.read_text())
    places = 100_000

    def most(lists):
        tracemalloc.start()
        drawn = (bytes(places) for _ in range(lists))
        written = sum(len(line) for line in redrawn_text(opened, drawn, seed=1))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert written > lists * places
        return peak

    assert most(200) < 2 * most(4)


def test_lists_are_drawn_one_at_a_time(allocation):
    drawing = redrawn_openings(read_opened(allocation.read_text()), lists=10**12, seed=1)
    first = [next(drawing) for _ in range(3)]
    assert all(one != other for one, other in pairwise(first))
