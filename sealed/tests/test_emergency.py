"""The slots for an emergency: each opens alone, and only to what the ledger was promised."""

import base64
import json
from dataclasses import replace
from hashlib import sha256

import pytest

from cicatrix.trial.allocation import AllocatedSlot, bare
from cicatrix.trial.errors import Refused
from cicatrix_sealed.emergency import open_slot, open_slots, read_emergency, write_emergency

LIST_ID, DIGEST, KEY = "0011223344556677", "ab" * 32, b"\x44" * 32
ARMS = ("quokka", "a much longer arm", "δ")
SLOTS = tuple(
    AllocatedSlot(f"{n:03}", "all", 0, ARMS[n % 3], (f"K{n:03}",), f"{n:064x}")
    for n in range(1, 13)
)


@pytest.fixture(scope="module")
def text():
    return write_emergency(LIST_ID, DIGEST, SLOTS, key=KEY)


def changed(text, **fields):
    document = json.loads(text) | fields
    del document["checksum"]
    plain = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return json.dumps({**document, "checksum": sha256(plain.encode()).hexdigest()})


def test_each_slot_opens_alone_as_it_was(text):
    emergency = read_emergency(text)
    for slot in SLOTS:
        assert open_slot(emergency, bare(slot), key=KEY) == slot


def test_no_block_is_hidden_in_the_file(text):
    """Blocks are known from the secret alone: what is hidden is the same whatever they are."""
    blocks = [replace(slot, block=n * 1000) for n, slot in enumerate(SLOTS)]
    assert write_emergency(LIST_ID, DIGEST, blocks, key=KEY) == text


def test_all_slots_open_in_the_order_asked(text):
    asked = [bare(slot) for slot in reversed(SLOTS)]
    assert open_slots(read_emergency(text), asked, key=KEY) == tuple(reversed(SLOTS))


def test_what_is_hidden_is_as_long_for_every_slot_and_says_no_arm(text):
    hidden = [base64.b64decode(one) for one in json.loads(text)["slots"].values()]
    assert len({len(one) for one in hidden}) == 1
    assert len(set(hidden)) == len(SLOTS)
    for arm in ARMS:
        assert arm not in text
        assert all(arm.encode() not in one for one in hidden)


def test_a_list_of_no_slots_is_written_and_read():
    text = write_emergency(LIST_ID, DIGEST, (), key=KEY)
    assert open_slots(read_emergency(text), (), key=KEY) == ()


def test_two_slots_exchanged_open_neither(text):
    slots = json.loads(text)["slots"]
    emergency = read_emergency(
        changed(text, slots=slots | {"001": slots["002"], "002": slots["001"]})
    )
    for slot in SLOTS[:2]:
        with pytest.raises(Refused, match=f"Number {slot.number} in emergency.json is not the"):
            open_slot(emergency, bare(slot), key=KEY)
    assert open_slot(emergency, bare(SLOTS[2]), key=KEY) == SLOTS[2]


def test_a_slot_hidden_anew_with_another_arm_is_not_what_was_promised(text):
    """Whoever has the key can hide an arm, and cannot change the promise in the ledger."""
    other = AllocatedSlot("001", "all", 0, "numbat", ("K001",), SLOTS[0].nonce)
    emergency = read_emergency(write_emergency(LIST_ID, DIGEST, (other,), key=KEY))
    with pytest.raises(Refused, match="it was replaced; use a copy") as refusal:
        open_slot(emergency, bare(SLOTS[0]), key=KEY)
    assert refusal.value.rule == "commitment"
    assert "numbat" not in refusal.value.sentence


@pytest.mark.parametrize(
    "fields",
    [
        {"list_id": "7766554433221100"},
        {"study_digest": "cd" * 32},
        {"slots": {}},
        {"slots": {"001": ""}},
        {"slots": {"001": "not base64"}},
    ],
)
def test_a_change_by_one_who_knows_the_checksum_opens_nothing(text, fields):
    emergency = read_emergency(changed(text, **fields))
    with pytest.raises(Refused, match="Number 001"):
        open_slot(emergency, bare(SLOTS[0]), key=KEY)


def test_another_key_opens_nothing(text):
    with pytest.raises(Refused, match="Number 001"):
        open_slot(read_emergency(text), bare(SLOTS[0]), key=b"\x45" * 32)


def test_a_changed_octet_is_found_without_a_key(text):
    place = text.index('"002"') + 12
    other = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
    with pytest.raises(Refused, match=r"emergency\.json was changed or damaged: use a copy"):
        read_emergency(other)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": "cicatrix-emergency/2"}'])
def test_another_file_is_refused(text):
    with pytest.raises(Refused, match=r"emergency\.json is damaged or is another file: use a copy"):
        read_emergency(text)
