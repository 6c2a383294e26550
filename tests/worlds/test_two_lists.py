"""Two sealed lists, one trial: nobody who is masked can tell by a byte which list it ran on.

The mutants are what careless systems did; each must be caught by the same comparison, so that
the comparison is known to see.
"""

import csv
import io
import json
from collections import Counter
from hashlib import sha256
from itertools import permutations

import pytest

import plain_custodian
from cicatrix.trial import facts
from cicatrix.trial.facts import Fact, SealedSlot
from cicatrix.trial.roles import Actor
from cicatrix.trial.trial import Trial, fold
from world import START, Mutant, World, everyone, load, report_to, run, shown_to

EARLY = 5
"""The first comparison is after one part in so many of the ledger: treatment goes on."""


def differences(one: World, other: World) -> set[str]:
    """Name all that differs between two worlds, as somebody or other may see it.

    They are compared early, with kits in stock and in use, and at the end.
    """
    found = {
        actor.role
        for part in (EARLY, 1)
        for actor in everyone(one.entries)
        if shown_to(one.study, one.entries[: len(one.lines) // part], actor, world=one)
        != shown_to(other.study, other.entries[: len(other.lines) // part], actor, world=other)
    }
    found |= {"lines"} if one.lines != other.lines else set()
    found |= {"bundle"} if one.bundle != other.bundle else set()
    return found | ({"refusals"} if one.said != other.said else set())


@pytest.mark.parametrize("name", ["NCT04034615", "NCT02772289", "SPLIT-SCAR"])
def test_nobody_can_tell_the_list_from_what_is_shown(name):
    study = load(name)
    one, other = (run(study, list_seed=seed, participants=14) for seed in (11, 12))
    assert one.allocated.packing != other.allocated.packing
    assert one.said
    assert {type(entry.fact) for entry in one.entries} >= {
        facts.SecretCommitted,
        facts.ListAborted,
        facts.AllocationReleased,
    }
    assert one.trial.stock.quarantines
    early = fold(one.entries[: len(one.lines) // EARLY])
    places = {kit.place(early.at.date()) for kit in early.stock.kits.values()}
    assert {"in_stock", "dispensed"} <= places
    assert differences(one, other) == set()


def test_nobody_can_tell_the_list_where_a_surgeon_may_know(surgery):
    other = run(surgery.study, list_seed=12, participants=9)
    assert surgery.allocated.packing != other.allocated.packing
    told = {
        entry.fact.role
        for entry in surgery.entries
        if isinstance(entry.fact, facts.AllocationReleased)
    }
    assert told == {"pharmacist", "investigator"}
    assert differences(surgery, other) == set()


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


def with_arm_in_release(allocated: plain_custodian.PlainList, fact: Fact) -> Fact:
    """Say in the release what was released."""
    if not isinstance(fact, facts.AllocationReleased):
        return fact
    arm = next(slot.arm for slot in allocated.opened.slots if slot.number == fact.number)
    return fact.model_copy(update={"role": f"{fact.role} ({arm})"})


def with_arms_in_abort(allocated: plain_custodian.PlainList, fact: Fact) -> Fact:
    """Say of a list that was given up what would have been on it."""
    if not isinstance(fact, facts.ListAborted):
        return fact
    return fact.model_copy(update={"reason": arms_of(allocated)[:40]})


def committed_unsalted(allocated: plain_custodian.PlainList, fact: Fact) -> Fact:
    """Promise the list itself and no secret."""
    if not isinstance(fact, facts.SecretCommitted):
        return fact
    return fact.model_copy(update={"commitment": digest_of(arms_of(allocated))})


def promised_unsalted(allocated: plain_custodian.PlainList) -> tuple[SealedSlot, ...]:
    """Promise each slot by a digest of number and arm, which anybody can try out."""
    return tuple(
        slot.model_copy(
            update={"commitment": digest_of(f"{slot.number}|{allocated.arms[slot.number]}")}
        )
        for slot in allocated.veiled
    )


def digest_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def with_arms_in_bundle(allocated: plain_custodian.PlainList, text: str) -> str:
    """Write the arms of the numbers that were given into the bundle."""
    document = json.loads(text)
    for slot in document["slots"]:
        slot["arm"] = allocated.arms[slot["number"]]
    return json.dumps(document)


def named_by_arm(allocated: plain_custodian.PlainList) -> tuple[SealedSlot, ...]:
    """Name kits by what they hold."""
    return tuple(
        SealedSlot(
            number=slot.number,
            stratum=slot.stratum,
            kits=tuple(f"{allocated.arms[slot.number]}-{kit}" for kit in slot.kits),
            commitment=slot.commitment,
        )
        for slot in allocated.veiled
    )


def in_arm_order(allocated: plain_custodian.PlainList) -> tuple[SealedSlot, ...]:
    """Hand out numbers in the order of arms."""
    order = sorted(range(len(allocated.public)), key=lambda n: allocated.opened.slots[n].arm)
    return tuple(allocated.veiled[n] for n in order)


def with_kit_types(allocated: plain_custodian.PlainList, trial: Trial, text: str) -> str:
    """Count the kits in stock by what they hold, as stock levels by type do."""
    today = (trial.at or START).date()
    kits = sorted(kit for kit, held in trial.stock.kits.items() if held.place(today) == "in_stock")
    tubes = [content for (kit, _), content in allocated.packing.items() if kit in kits]
    return f"{text}{sorted(Counter(tubes).items())}\n"


def with_arms(allocated: plain_custodian.PlainList, trial: Trial, text: str) -> str:
    """Count the kits handed out by the arm of their number."""
    arms = {kit: slot.arm for slot in allocated.opened.slots for kit in slot.kits}
    given = [arms[kit] for kit, held in trial.stock.kits.items() if held.dispensed]
    return f"{text}{sorted(Counter(given).items())}\n"


def ordered_by_arm(allocated: plain_custodian.PlainList, text: str) -> str:
    """Put the columns of an export in the order in which the list first has the arms."""
    arms = [slot.arm for slot in allocated.opened.slots]
    first = sorted(set(arms), key=arms.index)
    turn = list(permutations(sorted(set(arms)))).index(tuple(first))
    rows = list(csv.reader(io.StringIO(text)))
    return "\n".join(",".join((*row[turn % 5 :], *row[: turn % 5])) for row in rows)


def block_lengths(allocated: plain_custodian.PlainList) -> str:
    """Name the list by the lengths of its blocks."""
    lengths = Counter((slot.stratum, slot.block) for slot in allocated.opened.slots)
    return "-".join(str(length) for length in list(lengths.values())[:4])


MUTANTS = {
    "kit type in an audit row": (Mutant(record=with_kit_type), "coordinator"),
    "unsalted digest": (Mutant(publish=promised_unsalted), "statistician"),
    "identifiers in arm order": (Mutant(publish=in_arm_order), "investigator"),
    "block length shown": (Mutant(list_id=block_lengths), "image_reader"),
    "a refusal that names an arm": (
        Mutant(refuse=lambda allocated, said: f"{said} ({arms_of(allocated)[:20]})"),
        "refusals",
    ),
    "count by kit": (Mutant(count=with_kit_types), "care_provider"),
    "stock by arm": (Mutant(count=with_arms), "sponsor"),
    "export column order": (Mutant(export=ordered_by_arm), "monitor"),
    "unsalted digest for a list's name": (
        Mutant(list_id=lambda allocated: digest_of(arms_of(allocated))[:16]),
        "rater",
    ),
    "unsalted commitment": (Mutant(record=committed_unsalted), "data_manager"),
    "arm in a deviation's text": (Mutant(record=with_arm_in_deviation), "monitor"),
    "arm in a release": (Mutant(record=with_arm_in_release), "monitor"),
    "arms of a list given up": (Mutant(record=with_arms_in_abort), "auditor"),
    "arms in the bundle": (Mutant(bundle=with_arms_in_bundle), "bundle"),
    "kits named by content": (Mutant(publish=named_by_arm), "rater"),
}
"""Known leaks, each with one of those who would learn of it; the first eight by their usual names.

None is ever taken out: what a careless version once showed, no later one may.
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", MUTANTS)
def test_a_known_leak_is_caught(name):
    mutant, who = MUTANTS[name]
    study = load("NCT04034615")
    one, other = (run(study, list_seed=seed, participants=14, mutant=mutant) for seed in (11, 12))
    assert who in differences(one, other)
