"""Two sealed lists, one trial: nobody who is masked can tell by a byte which list it ran on.

The mutants are what careless systems did; each must be caught by the same comparison, so that
the comparison is known to see.
"""

from hashlib import sha256

import pytest

import plain_custodian
from cicatrix.trial import facts
from cicatrix.trial.facts import Fact, SealedSlot
from cicatrix.trial.roles import Actor
from world import Mutant, World, everyone, load, report_to, run, shown_to


def differences(one: World, other: World) -> set[str]:
    """Name all that differs between two worlds, as somebody or other may see it."""
    found = {
        actor.role
        for actor in everyone(one.entries)
        if shown_to(one.study, one.entries, actor) != shown_to(other.study, other.entries, actor)
    }
    found |= {"lines"} if one.lines != other.lines else set()
    return found | ({"refusals"} if one.said != other.said else set())


@pytest.mark.parametrize("name", ["NCT04034615", "NCT02772289", "SPLIT-SCAR"])
def test_nobody_can_tell_the_list_from_what_is_shown(name):
    study = load(name)
    one, other = (run(study, list_seed=seed, participants=14) for seed in (11, 12))
    assert one.allocated.packing != other.allocated.packing
    assert one.said
    assert differences(one, other) == set()


@pytest.mark.slow
def test_the_statisticians_dry_run_is_the_same_on_both_lists(tmp_path, reference):
    other = run(reference.study, list_seed=12, participants=14)
    dora = Actor("statistician", "statistician")
    first = report_to(reference.study, reference.entries, dora, tmp_path / "one")
    assert first == report_to(other.study, other.entries, dora, tmp_path / "other")


def arms_of(allocated: plain_custodian.PlainList) -> str:
    return ",".join(slot.arm for slot in allocated.opened.slots)


def with_kit_type(allocated: plain_custodian.PlainList, fact: Fact) -> Fact:
    """Write the kit's type into the audit row of its dispensing."""
    if not isinstance(fact, facts.KitDispensed):
        return fact
    content = ",".join(held for (kit, _), held in allocated.packing.items() if kit == fact.kit)
    return fact.model_copy(update={"reason": content})


def with_arm_in_deviation(allocated: plain_custodian.PlainList, fact: Fact) -> Fact:
    """Say in a deviation what the tube held."""
    if not isinstance(fact, facts.DeviationRecorded):
        return fact
    return fact.model_copy(update={"text": arms_of(allocated)[:40]})


def named_by_arm(allocated: plain_custodian.PlainList) -> tuple[SealedSlot, ...]:
    """Name kits by what they hold."""
    return tuple(
        SealedSlot(
            number=slot.number,
            stratum=slot.stratum,
            kits=tuple(f"{slot.arm}-{kit}" for kit in slot.kits),
        )
        for slot in allocated.opened.slots
    )


def in_arm_order(allocated: plain_custodian.PlainList) -> tuple[SealedSlot, ...]:
    """Hand out numbers in the order of arms."""
    order = sorted(range(len(allocated.public)), key=lambda n: allocated.opened.slots[n].arm)
    return tuple(allocated.public[n] for n in order)


MUTANTS = {
    "kit type in an audit row": (Mutant(record=with_kit_type), "coordinator"),
    "arm in a deviation's text": (Mutant(record=with_arm_in_deviation), "monitor"),
    "kits named by content": (Mutant(publish=named_by_arm), "rater"),
    "numbers in arm order": (Mutant(publish=in_arm_order), "investigator"),
    "unsalted digest of the list": (
        Mutant(list_id=lambda allocated: sha256(arms_of(allocated).encode()).hexdigest()[:16]),
        "rater",
    ),
    "arm named in a refusal": (
        Mutant(refuse=lambda allocated, said: f"{said} ({arms_of(allocated)[:20]})"),
        "refusals",
    ),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_known_leak_is_caught(name):
    mutant, who = MUTANTS[name]
    study = load("NCT04034615")
    one, other = (run(study, list_seed=seed, participants=14, mutant=mutant) for seed in (11, 12))
    assert who in differences(one, other)
