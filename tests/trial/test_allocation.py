import hashlib
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cicatrix.trial.allocation import (
    AllocatedSlot,
    OpenedList,
    bare,
    check_opened,
    dummy_allocation,
    mapping_digest,
    read_opened,
    strata,
    stratum_of,
    write_opened,
)
from cicatrix.trial.commitment import root_of
from cicatrix.trial.errors import CicatrixError, Refused
from cicatrix.trial.facts import SealedSlot
from cicatrix.trial.reading import read_study
from cicatrix.trial.study import Study
from cicatrix.trial.trial import SealedList

TEXT = (Path(__file__).parents[2] / "studies/NCT04034615.yaml").read_bytes()
REFERENCE = read_study(TEXT, file="NCT04034615.yaml")
FIRST, SECOND, THIRD = (arm.id for arm in REFERENCE.arms)
PHOTOTYPES = tuple(str(code.code) for code in REFERENCE.codes["phototype"].codes)

NONCES = tuple(f"{place:064x}" for place in range(3))
SLOTS = (
    AllocatedSlot("001", "all", 1, FIRST, ("K001", "K001S1"), NONCES[0]),
    AllocatedSlot("002", "all", 1, SECOND, ("K002", "K002S1"), NONCES[1]),
    AllocatedSlot("003", "all", 1, THIRD, ("K003", "K003S1"), NONCES[2]),
)
OPENED = OpenedList(
    "4f", "ab" * 32, "5e" * 32, "0c" * 32, {"kind": "simple"}, {"randomness": "be" * 32}, SLOTS,
    False,
)  # fmt: skip


def sealed(opened: OpenedList) -> SealedList:
    """Give a list as the ledger sealed it."""
    slots = [bare(slot) for slot in opened.slots]
    kept = SealedList(opened.list_id, root_of(slots), opened.study_digest, False)
    for slot in slots:
        kept.slots.setdefault(slot.stratum, []).append(slot)
    return kept


texts = st.text(max_size=8)
hexes = st.binary(min_size=32, max_size=32).map(bytes.hex)
slots = st.builds(
    AllocatedSlot, texts, texts, st.integers(1, 99), texts,
    st.lists(texts, max_size=3).map(tuple), hexes,
)  # fmt: skip
lists = st.builds(
    OpenedList, texts, texts, hexes, hexes, st.dictionaries(texts, texts | st.integers(0, 9)),
    st.dictionaries(texts, st.none() | texts),
    st.lists(slots, max_size=6, unique_by=lambda slot: slot.number).map(tuple), st.booleans(),
)  # fmt: skip


def variant(*, by: tuple[str, ...] = (), ratio: dict[str, int] | None = None) -> Study:
    """Stratify the reference study otherwise, at two sites; phototype is asked at entry."""
    document = json.loads(REFERENCE.model_dump_json())
    entry = next(form for form in document["forms"] if form["id"] == REFERENCE.eligibility.form)
    entry["groups"][0]["items"].append(
        {"id": "phototype", "label": {}, "type": "choice", "code_list": "phototype"}
    )
    document["allocation"]["strata"] = by
    document["allocation"]["ratio"] = ratio or document["allocation"]["ratio"]
    document["sites"].append(document["sites"][0] | {"id": "wuhan"})
    return Study.model_validate_json(json.dumps(document))


def test_a_study_without_strata_has_one():
    assert strata(REFERENCE) == ("all",)
    assert stratum_of(REFERENCE, site="foshan", answers={}) == "all"


def test_strata_are_every_combination_of_site_and_answer():
    study = variant(by=("site", "phototype"))
    named = strata(study)
    assert named[0] == f"site=foshan;phototype={PHOTOTYPES[0]}"
    assert len(set(named)) == len(named) == 2 * len(PHOTOTYPES)


def test_every_participant_has_one_of_the_strata():
    study = variant(by=("site", "phototype"))
    found = {
        stratum_of(study, site=site.id, answers={"phototype": code.code, "other": 1})
        for site in study.sites
        for code in study.codes["phototype"].codes
    }
    assert found == set(strata(study))


@pytest.mark.parametrize(
    ("answers", "told"),
    [({}, "phototype has no answer yet"), ({"phototype": "seven"}, "is seven, expected")],
)
def test_a_stratum_that_is_not_known_is_told_before_a_number_is_given(answers, told):
    with pytest.raises(Refused, match=told):
        stratum_of(variant(by=("phototype",)), site="foshan", answers=answers)


def test_a_site_that_the_study_lacks_has_no_stratum():
    with pytest.raises(Refused, match="site is ankara"):
        stratum_of(variant(by=("site",)), site="ankara", answers={})


def test_a_factor_without_codes_is_told():
    with pytest.raises(Refused, match="no choice item of the eligibility form"):
        strata(variant(by=("no_such_item",)))


def test_a_bare_slot_promises_its_arm_by_a_hash_written_out_by_hand():
    parts = (b"cicatrix/slot/1", b"001", b"all", FIRST.encode(), bytes(32))
    text = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
    assert bare(SLOTS[0]) == SealedSlot(
        number="001", stratum="all", kits=("K001", "K001S1"),
        commitment=hashlib.sha256(text).hexdigest(),
    )  # fmt: skip


def test_the_list_that_was_sealed_passes():
    check_opened(OPENED, sealed=sealed(OPENED))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"arm": SECOND}, "number 001 differs"),
        ({"nonce": "f" * 64}, "number 001 differs"),
        ({"kits": ("K001",)}, "number 001 differs"),
        ({"number": "004"}, "other numbers or another order"),
    ],
)
def test_a_slot_that_was_changed_is_named(change, told):
    first, *rest = SLOTS
    changed = replace(OPENED, slots=(replace(first, **change), *rest))
    with pytest.raises(Refused, match=told) as refusal:
        check_opened(changed, sealed=sealed(OPENED))
    assert not any(arm in str(refusal.value) for arm in (FIRST, SECOND, THIRD))


@pytest.mark.parametrize("slots", [SLOTS[::-1], SLOTS[:-1], (), (*SLOTS[1:], SLOTS[0])])
def test_a_list_reordered_or_cut_is_not_the_one_that_was_sealed(slots):
    with pytest.raises(Refused, match="other numbers or another order"):
        check_opened(replace(OPENED, slots=slots), sealed=sealed(OPENED))


def test_a_root_that_is_not_that_of_the_slots_is_told():
    with pytest.raises(Refused, match="its root differs"):
        check_opened(OPENED, sealed=replace(sealed(OPENED), commitment="0" * 64))


def test_a_dummy_another_studys_and_another_list_are_told_apart():
    with pytest.raises(Refused, match="is a dummy"):
        check_opened(replace(OPENED, dummy=True), sealed=sealed(OPENED))
    with pytest.raises(Refused, match="another study"):
        check_opened(OPENED, sealed=replace(sealed(OPENED), study_digest="cd" * 32))
    with pytest.raises(Refused, match="is list 4f; this trial sealed 50"):
        check_opened(OPENED, sealed=replace(sealed(OPENED), list_id="50"))


@given(lists)
def test_an_opened_list_reads_back_as_it_was_written(opened):
    text = write_opened(opened)
    assert read_opened(text) == opened
    assert mapping_digest(text) == hashlib.sha256(text.encode()).hexdigest()


GOOD = json.loads(write_opened(OPENED))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "it is not JSON"),
        ("[" * 100_000, "it is not JSON"),
        ("[]", "its format is None"),
        (json.dumps(GOOD | {"format": "cicatrix-allocation/9"}), "its format is cicatrix-alloc"),
        (json.dumps(GOOD | {"slots": None}), "slots: "),
        (json.dumps(GOOD | {"slots": [GOOD["slots"][0] | {"block": "1"}]}), "slots.0.block: "),
        (json.dumps(GOOD | {"colour": "red"}), "colour: "),
        (json.dumps({key: GOOD[key] for key in GOOD if key != "dummy"}), "dummy: Field required"),
        (json.dumps(GOOD | {"nonce": "zz"}), "nonce: "),
        (json.dumps(GOOD | {"secret": None}), "secret, nonce, procedure or beacon is missing"),
        (json.dumps(GOOD | {"slots": GOOD["slots"][:1] * 2}), "a number stands in it twice"),
    ],
)
def test_a_file_that_is_no_allocation_is_told_in_one_sentence(text, told):
    with pytest.raises(CicatrixError) as refusal:
        read_opened(text)
    assert told in str(refusal.value)
    assert "\n" not in str(refusal.value)


def places(count: int, stratum: str = "all") -> tuple[SealedSlot, ...]:
    return tuple(
        SealedSlot(
            number=f"{stratum}{place:03}",
            stratum=stratum,
            kits=(f"K{stratum}{place}",),
            commitment="0" * 64,
        )
        for place in range(1, count + 1)
    )


@given(st.integers(0, 2**70), st.integers(0, 20))
def test_a_dummy_is_balanced_in_every_block_of_the_ratios_sum(seed, count):
    study = variant(ratio={FIRST: 2, SECOND: 1, THIRD: 1})
    numbers = (*places(count), *places(8, "x"))
    dummy = dummy_allocation(study, numbers, seed=seed)
    assert dummy.dummy
    assert [(slot.number, slot.stratum, slot.kits) for slot in dummy.slots] == [
        (slot.number, slot.stratum, slot.kits) for slot in numbers
    ]
    blocks: dict[tuple[str, int], Counter[str]] = {}
    for slot in dummy.slots:
        blocks.setdefault((slot.stratum, slot.block), Counter())[slot.arm] += 1
    for arms in blocks.values():
        assert arms <= Counter({FIRST: 2, SECOND: 1, THIRD: 1})
        assert arms.total() == 4 or arms.total() == count % 4


def test_a_dummy_is_the_same_for_the_same_seed_and_another_for_another():
    one, same, other = (dummy_allocation(REFERENCE, places(30), seed=seed) for seed in (1, 1, 2))
    assert one == same
    assert [slot.arm for slot in one.slots] != [slot.arm for slot in other.slots]


def test_a_dummy_gives_strata_and_blocks_orders_of_their_own():
    dummy = dummy_allocation(REFERENCE, (*places(30), *places(30, "x")), seed=1)
    arms = [slot.arm for slot in dummy.slots]
    assert arms[:30] != arms[30:]
    assert len({tuple(arms[start : start + 3]) for start in range(0, 30, 3)}) > 1


def test_a_dummy_of_no_slots_is_empty():
    assert dummy_allocation(REFERENCE, (), seed=1).slots == ()
