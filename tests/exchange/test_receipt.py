"""One participant's receipt: it proves her own slot, and tells nothing of another."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

import plain_custodian
from cicatrix.exchange.receipt import write_receipt
from cicatrix.trial.allocation import bare
from cicatrix.trial.commitment import leaf_of
from cicatrix.trial.errors import Refused
from cicatrix.trial.merkle import is_included
from cicatrix.trial.reading import read_study
from cicatrix.trial.trial import SealedList, Trial

ROOT = Path(__file__).parents[2]
STUDY = read_study((ROOT / "tests/studies/tiny.yaml").read_bytes(), file="tiny.yaml")
ALLOCATED = plain_custodian.draw(STUDY, seed=7, per_stratum=8)
SLOTS = ALLOCATED.opened.slots


@pytest.fixture
def trial():
    root = plain_custodian.root_of(ALLOCATED.public)
    trial = Trial(study_id=STUDY.id, list=SealedList("plain", root, STUDY.digest, False))
    trial.numbers = {slot.number: f"P{slot.number}" for slot in SLOTS[:-1]}
    return trial


@pytest.mark.parametrize("place", range(len(SLOTS) - 1))
def test_a_receipt_leads_from_her_slot_to_the_sealed_root(trial, place):
    receipt = json.loads(write_receipt(trial, ALLOCATED.opened, SLOTS[place].number))
    slot = bare(SLOTS[place])
    assert receipt["slot"] == slot.model_dump(mode="json")
    assert (receipt["arm"], receipt["nonce"]) == (SLOTS[place].arm, SLOTS[place].nonce)
    proof = [bytes.fromhex(step) for step in receipt["proof"]]
    root = bytes.fromhex(trial.list.commitment)
    assert is_included(leaf_of(slot), place, len(SLOTS), proof, expected_root=root)


def test_a_receipt_has_no_other_arm_number_nonce_or_participant(trial):
    text = write_receipt(trial, ALLOCATED.opened, SLOTS[0].number)
    arms = {slot.arm for slot in SLOTS} - {SLOTS[0].arm}
    others = [word for slot in SLOTS[1:] for word in (slot.number, slot.nonce, *slot.kits)]
    assert not [word for word in (*arms, *others, *trial.numbers.values()) if f'"{word}"' in text]


def test_a_number_that_nobody_has_gets_no_receipt(trial):
    for number in (SLOTS[-1].number, "999", ""):
        with pytest.raises(Refused, match=f"Number {number} has not been given to anyone"):
            write_receipt(trial, ALLOCATED.opened, number)


def test_a_minimised_number_has_no_receipt_of_its_own(trial):
    drawn = replace(SLOTS[0], draw="ab" * 16)
    opened = replace(ALLOCATED.opened, slots=(drawn, *SLOTS[1:]))
    with pytest.raises(Refused, match="give the bundle"):
        write_receipt(trial, opened, drawn.number)
