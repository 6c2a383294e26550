from dataclasses import replace

import pytest

from cicatrix.analysis.analyse import analyse
from cicatrix.analysis.participants import enrol
from cicatrix.trial.errors import Refused
from cicatrix.trial.participant import TubeUse, Withdrawal


def swap(person, first, second):
    """Give two tubes on one another's day."""
    one, other = person.tubes[first], person.tubes[second]
    person.tubes[first] = replace(one, tube=other.tube)
    person.tubes[second] = replace(other, tube=one.tube)


def test_the_actual_dose_is_the_sum_of_the_tubes_applied(world, reference):
    made = world(reference, ["low", "high", "placebo"])
    for _ in range(3):
        made.enrol()
    assert [one.row.actual_dose for one in enrol(reference, made.trial, made.allocation)] == [
        3_000_000,
        6_000_000,
        0,
    ]


def test_two_tubes_exchanged_between_days_leave_the_sum_and_are_counted(world, reference):
    made = world(reference, ["low"])
    swap(made.enrol(), 2, 3)
    row = enrol(reference, made.trial, made.allocation)[0].row
    assert (row.actual_dose, row.tubes_swapped, row.tubes_given) == (3_000_000, 2, 6)


def test_a_low_dose_course_cut_after_tube_two_has_two_thirds_of_its_dose(world, reference):
    made = world(reference, ["low"])
    person = made.enrol()
    del person.tubes[2:]
    person.missed_doses[3] = "refused"
    row = enrol(reference, made.trial, made.allocation)[0].row
    assert (row.actual_dose, row.tubes_given, row.tubes_missed, row.tubes_open) == (
        2_000_000,
        2,
        1,
        3,
    )


def test_a_tube_of_another_slots_kit_counts_with_that_slots_content(world, reference):
    made = world(reference, ["placebo", "high"])
    person = made.enrol()
    first = person.tubes[0]
    person.tubes[0] = TubeUse("K002", first.tube, first.day, first.on, first.by)
    row = enrol(reference, made.trial, made.allocation)[0].row
    assert (row.planned_dose, row.actual_dose, row.tubes_swapped) == (0, 1_000_000, 1)


def test_doses_of_a_split_scar_are_told_apart_by_region(world, split):
    made = world(split, ["left_treated", "right_treated"])
    made.enrol()
    made.enrol()
    left, right = (one.row for one in enrol(split, made.trial, made.allocation))
    assert dict(left.actual_by_region) == {"left_half": 15, "right_half": 0}
    assert dict(right.actual_by_region) == {"left_half": 0, "right_half": 15}


def test_who_withdrew_all_data_keeps_her_arm_and_loses_her_doses(world, tiny):
    made = world(tiny, ["gel"])
    person = made.enrol()
    person.withdrawals.append(Withdrawal("all", "regret", "participant", person.screened_on))
    row = enrol(tiny, made.trial, made.allocation)[0].row
    assert (row.arm, row.data_withdrawn, row.actual_dose, row.tubes_given) == ("gel", True, None, 0)


def test_an_allocation_without_a_number_that_was_given_is_refused(world, tiny):
    made = world(tiny, ["gel", "placebo"])
    made.enrol()
    short = replace(made.dummy, slots=made.dummy.slots[1:])
    with pytest.raises(Refused, match="Number 001 of HERE-001 is not in the allocation"):
        analyse(tiny, made.trial, short)


def test_a_list_that_is_not_the_sealed_one_is_refused(world, tiny):
    made = world(tiny, ["gel", "placebo"])
    other = tuple(
        replace(slot, arm={"gel": "placebo", "placebo": "gel"}[slot.arm]) for slot in made.slots
    )
    with pytest.raises(Refused, match="not the list that was sealed"):
        analyse(tiny, made.trial, replace(made.allocation, slots=other))


def test_a_study_file_that_the_trial_never_adopted_is_refused(world, tiny):
    made = world(tiny, ["gel"])
    with pytest.raises(Refused, match="not one that this trial adopted"):
        analyse(tiny.model_copy(update={"version": "9"}), made.trial, made.dummy)
