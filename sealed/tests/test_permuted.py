from collections import Counter
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cicatrix.trial.errors import Refused
from cicatrix_sealed.permuted import allowed_sizes, draw_list

SEEDS = st.binary(min_size=48, max_size=48)
RATIOS = st.lists(st.integers(1, 3), min_size=2, max_size=4)


def blocks_of(slots):
    blocks = {}
    for slot in slots:
        blocks.setdefault((slot.stratum, slot.block), []).append(slot)
    return blocks


@settings(max_examples=40, deadline=None)
@given(
    seed=SEEDS,
    ratio=RATIOS,
    multiples=st.sets(st.integers(2, 6), max_size=3),
    slots=st.none() | st.integers(1, 60),
)
def test_every_block_keeps_the_ratio_and_is_never_the_ratios_sum(
    make_study, seed, ratio, multiples, slots
):
    ratio = {f"arm{place}": parts for place, parts in enumerate(ratio)}
    study = make_study(ratio=ratio)
    whole = sum(ratio.values())
    sizes = allowed_sizes(study, [multiple * whole for multiple in multiples])
    drawn = draw_list(study, seed=seed, sizes=sizes, slots=slots)
    assert len(drawn) >= (slots or ceil(1.2 * 12))
    for members in blocks_of(drawn).values():
        arms = Counter(slot.arm for slot in members)
        times = len(members) // whole
        assert len(members) in sizes
        assert times >= 2
        assert arms == {arm: times * parts for arm, parts in ratio.items()}


def test_the_sizes_of_three_equal_arms_are_6_9_and_12_and_all_occur(make_study):
    study = make_study(sites={"foshan": 300})
    assert allowed_sizes(study) == (6, 9, 12)
    drawn = draw_list(study, seed=bytes(48), sizes=allowed_sizes(study))
    assert {len(members) for members in blocks_of(drawn).values()} == {6, 9, 12}


@pytest.mark.parametrize("size", [3, 5, 7, 0, -6])
def test_a_block_of_the_ratios_sum_or_of_no_multiple_of_it_is_refused(make_study, size):
    with pytest.raises(Refused, match=f"A block of {size} does not fit") as refusal:
        allowed_sizes(make_study(), [6, size])
    assert "6, 9, 12" in refusal.value.sentence


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS, other=SEEDS)
def test_two_lists_have_the_same_numbers_strata_and_kits(make_study, seed, other):
    study = make_study(strata=("site", "skin"), sites={"foshan": 20, "wuhan": 31})
    one, two = (draw_list(study, seed=secret, sizes=(6, 9, 12)) for secret in (seed, other))
    assert [(slot.number, slot.stratum, slot.kits) for slot in one] == [
        (slot.number, slot.stratum, slot.kits) for slot in two
    ]


def test_numbers_and_kits_occur_once_and_say_the_stratum_by_a_letter(make_study):
    study = make_study(strata=("site",), sites={"foshan": 12, "wuhan": 5, "lhasa": 0})
    drawn = draw_list(study, seed=bytes(48), sizes=(6, 9, 12))
    numbers = [slot.number for slot in drawn]
    kits = [kit for slot in drawn for kit in slot.kits]
    assert len(set(numbers)) == len(numbers)
    assert len(set(kits)) == len(kits)
    assert Counter(slot.stratum for slot in drawn) == {"site=foshan": 15, "site=wuhan": 6}
    assert numbers[:2] == ["A001", "A002"]
    assert numbers[-1] == "B006"
    assert drawn[0].kits == ("KA001", "KA001S1")


def test_one_stratum_has_numbers_without_a_letter_and_as_wide_as_they_need(make_study):
    few = draw_list(make_study(), seed=bytes(48), sizes=(6,))
    many = draw_list(make_study(), seed=bytes(48), sizes=(6,), slots=1001)
    assert (few[0].number, few[0].stratum) == ("001", "all")
    assert (many[0].number, many[-1].number) == ("0001", "1002")


def test_more_strata_than_letters_get_two_letters_each(make_study):
    study = make_study(strata=("site",), sites={f"s{place}": 1 for place in range(27)})
    drawn = draw_list(study, seed=bytes(48), sizes=(6,))
    assert (drawn[0].number, drawn[-1].number) == ("AA001", "BA006")
    assert len({slot.number for slot in drawn}) == len(drawn) == 27 * 6


def test_each_stratum_is_drawn_for_itself(make_study):
    study = make_study(strata=("site",), sites={"foshan": 30, "wuhan": 30})
    drawn = draw_list(study, seed=bytes(48), sizes=(6, 9, 12))
    arms = {"site=foshan": [], "site=wuhan": []}
    for slot in drawn:
        arms[slot.stratum].append(slot.arm)
    assert arms["site=foshan"] != arms["site=wuhan"]


def test_the_same_seed_draws_the_same_list_and_another_seed_another(make_study):
    study = make_study()
    one, same, other = (
        draw_list(study, seed=seed, sizes=(6, 9, 12)) for seed in (bytes(48), bytes(48), b"1" * 48)
    )
    assert one == same
    assert [slot.arm for slot in one] != [slot.arm for slot in other]


@pytest.mark.parametrize("slots", [100_001, 10**18])
def test_a_list_too_long_for_one_entry_is_refused(make_study, slots):
    study = make_study()
    with pytest.raises(Refused, match="at most 100,000 numbers"):
        draw_list(study, seed=bytes(48), sizes=allowed_sizes(study), slots=slots)


def test_blocks_too_long_for_one_entry_are_refused(make_study):
    study = make_study()
    whole = sum(study.allocation.ratio.values())
    with pytest.raises(Refused, match="smaller blocks"):
        draw_list(study, seed=bytes(48), sizes=(whole * 10**12,), slots=6)
