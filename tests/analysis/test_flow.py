from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from cicatrix.analysis.analyse import analyse
from cicatrix.trial.participant import Deviation, Withdrawal

FATES = ("fine", "missed", "left", "gone", "swapped", "undosed", "late", "deviated", "silent")


def live(made, person, fate):
    """Let a participant go the way that her fate says."""
    if fate == "swapped":
        one, other = person.tubes
        person.tubes[:] = [type(one)(one.kit, 2, 1, one.on, one.by), type(one)(
            other.kit, 1, 2, other.on, other.by)]  # fmt: skip
    if fate == "undosed":
        person.tubes.clear()
        person.missed_doses.update({1: "refused", 2: "refused"})
    if fate == "missed":
        person.missed["month_6"] = "moved away"
    if fate == "left":
        person.withdrawals.append(
            Withdrawal("visits", "no time", "participant", person.screened_on)
        )
    if fate in ("fine", "gone", "swapped", "late", "deviated"):
        on = made.attend(person, "month_6")
        if fate == "late":
            person.attended["month_6"] = on + timedelta(days=15)
        score = {"colour": 1, "height": 1}
        made.rate(person, "month_6", "score", "scar", score, score)
    if fate == "gone":
        person.withdrawals.append(Withdrawal("all", "regret", "participant", person.screened_on))
    if fate == "deviated":
        person.deviations.append(Deviation("wrong_tube", "…", person.screened_on))


def analysed(world, tiny, fates, outside=()):
    made = world(tiny, (["gel", "placebo"] * len(fates))[: max(len(fates), 1)])
    for eligible, unmet, consent, releases in outside:
        made.screen(eligible=eligible, unmet=unmet, consent=consent, releases=releases)
    for fate in fates:
        live(made, made.enrol(), fate)
    return analyse(tiny, made.trial, made.allocation)


OUTSIDE = (
    (None, (), False, ()),
    (False, ("keloid",), True, None),
    (False, ("keloid", "adult"), True, None),
    (True, (), True, ()),
    (True, (), True, None),
    (None, (), True, None),
)


def test_everyone_not_randomised_is_counted_once_with_the_first_reason(world, tiny):
    flow = analysed(world, tiny, ["fine"], OUTSIDE).flow
    assert (flow.assessed, flow.randomised) == (7, 1)
    assert dict(flow.excluded) == {
        "Not eligible": 2,
        "No consent signed": 1,
        "Release not granted: Photographs may be taken": 1,
        "Eligible but not randomised": 1,
        "Eligibility not decided": 1,
    }
    assert flow.unmet_criteria == (("Keloid", 2), ("Adult", 1))


def test_each_fate_is_found_in_the_flow_of_its_arm(world, tiny):
    gel, placebo = analysed(world, tiny, FATES).flow.arms
    assert (gel.allocated, placebo.allocated) == (5, 4)
    assert dict(gel.not_as_planned) == {"Tube of another day or kit applied": 1}
    assert dict(placebo.not_as_planned) == {
        "No dose recorded": 1,
        "Withdrew from all use of data": 1,
    }
    assert dict(gel.lost) == {"Withdrew: no time": 1, "Visit not recorded": 1}
    assert dict(placebo.lost) == {
        "Visit missed: moved away": 1,
        "Withdrew from all use of data": 1,
        "Visit not recorded": 1,
    }


def test_populations_follow_their_rules(world, tiny):
    found = analysed(world, tiny, FATES)
    sizes = {one.population: len(one.participants) for one in found.populations}
    assert sizes == {"all_randomised": 8, "per_protocol": 1, "safety": 7}
    why = dict(found.populations[1].excluded)
    assert {FATES[int(who[-1]) - 1]: rule for who, rule in why.items()} == {
        "missed": "primary_endpoint",
        "left": "primary_endpoint",
        "gone": "data_withdrawn",
        "swapped": "own_tubes",
        "undosed": "all_doses",
        "late": "primary_in_window",
        "deviated": "no_major_deviation",
        "silent": "primary_endpoint",
    }


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from(FATES), max_size=12), st.lists(st.sampled_from(OUTSIDE), max_size=6)
)
def test_the_numbers_of_the_flow_add_up(world, tiny, fates, outside):
    found = analysed(world, tiny, fates, outside)
    flow = found.flow
    assert flow.assessed == sum(n for _, n in flow.excluded) + flow.randomised
    assert flow.randomised == sum(arm.allocated for arm in flow.arms) == len(fates)
    for arm in flow.arms:
        assert arm.allocated == arm.treated_as_planned + sum(n for _, n in arm.not_as_planned)
        assert arm.allocated == arm.followed + sum(n for _, n in arm.lost)
        for one in arm.analysed:
            assert one.with_value <= one.members <= arm.allocated
    for place, population in enumerate(found.populations):
        assert len(population.participants) == sum(a.analysed[place].members for a in flow.arms)
        assert len(population.participants) + len(population.excluded) == flow.randomised
    for summary in found.scores:
        allocated = next(arm.allocated for arm in flow.arms if arm.arm == summary.arm)
        assert summary.summary.n + summary.summary.missing == allocated
        assert sum(n for _, n in summary.summary.reasons) == summary.summary.missing
