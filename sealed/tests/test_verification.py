"""What verification finds in a list that was sealed as promised and yet breaks its own law."""

from dataclasses import replace

import pytest

from cicatrix.trial.allocation import OpenedList
from cicatrix.trial.facts import ListSealed, SealedSlot
from cicatrix_sealed.permuted import draw_list
from cicatrix_sealed.verification import fault_in_blocks, fault_in_numbers


@pytest.fixture
def opened(make_study):
    study = make_study()
    slots = draw_list(study, seed=bytes(48), sizes=(6, 9, 12))
    return OpenedList("id", study.digest, "00" * 32, slots, False)


def test_a_drawn_list_keeps_the_ratio(opened, make_study):
    assert fault_in_blocks(opened, make_study()) is None


def test_two_arms_that_changed_places_across_blocks_are_found(opened, make_study):
    slots = list(opened.slots)
    first = slots[0]
    other = next(
        place
        for place, slot in enumerate(slots)
        if slot.block != first.block and slot.arm != first.arm
    )
    slots[0], slots[other] = (
        replace(first, arm=slots[other].arm),
        replace(slots[other], arm=first.arm),
    )
    told = fault_in_blocks(replace(opened, slots=tuple(slots)), make_study())
    assert told == "Block 1 of stratum all does not keep the ratio."


def test_a_block_of_the_ratios_sum_is_found(opened, make_study):
    arms = ("quokka", "numbat", "bilby")
    short = tuple(replace(slot, arm=arm) for slot, arm in zip(opened.slots[:3], arms, strict=True))
    assert fault_in_blocks(replace(opened, slots=short), make_study()) is not None


@pytest.mark.parametrize("change", [{"number": "999"}, {"kits": ("K9",)}, {"stratum": "x"}])
def test_another_number_kit_or_stratum_than_the_ledgers_is_found(opened, change):
    bare = tuple(
        SealedSlot(number=slot.number, stratum=slot.stratum, kits=slot.kits)
        for slot in opened.slots
    )
    promised = ListSealed(list_id="id", commitment="", study_digest="", slots=bare)
    assert fault_in_numbers(opened, promised) is None
    changed = replace(opened, slots=(replace(opened.slots[0], **change), *opened.slots[1:]))
    assert fault_in_numbers(changed, promised) is not None
