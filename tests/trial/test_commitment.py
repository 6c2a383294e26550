"""What a list is promised by, put together here octet by octet from docs/reference/bundle.md."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cicatrix.trial.commitment import (
    canonical,
    leaf_of,
    prefixed,
    root_of,
    second_party_commitment,
    secret_commitment,
    slot_commitment,
    tagged_hash,
)
from cicatrix.trial.facts import SealedSlot
from cicatrix.trial.merkle import root

DIGEST, SECRET, NONCE = "ab" * 32, b"\x11" * 32, b"\x22" * 32
PROCEDURE = {"sizes": [4, 6], "kind": "permuted_blocks", "ratio": {"numbat": 1, "Ärm": 2}}
SLOTS = tuple(
    SealedSlot(number=f"{n:03}", stratum="all", kits=(f"K{n:03}",), commitment=f"{n:064x}")
    for n in range(1, 8)
)


def hashed(*parts):
    octets = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
    return sha256(octets).hexdigest()


def test_the_promise_of_a_secret_is_that_of_the_reference():
    written = '{"kind":"permuted_blocks","ratio":{"numbat":1,"Ärm":2},"sizes":[4,6]}'.encode()
    expected = hashed(b"cicatrix/secret/1", DIGEST.encode(), written, SECRET, NONCE)
    assert secret_commitment(DIGEST, PROCEDURE, secret=SECRET, nonce=NONCE) == expected


def test_the_promise_of_a_second_party_is_that_of_the_reference():
    expected = hashed(b"cicatrix/second-party/1", DIGEST.encode(), SECRET, NONCE)
    assert second_party_commitment(DIGEST, randomness=SECRET, nonce=NONCE) == expected


def test_the_promise_of_a_slot_is_that_of_the_reference():
    expected = hashed(b"cicatrix/slot/1", b"001", b"site=a", "Ärm".encode(), NONCE)
    assert slot_commitment("001", "site=a", "Ärm", nonce=NONCE) == expected


def test_every_part_of_a_promise_changes_it():
    found = [
        slot_commitment("001", "all", "quokka", nonce=NONCE),
        slot_commitment("002", "all", "quokka", nonce=NONCE),
        slot_commitment("001", "al", "quokka", nonce=NONCE),
        slot_commitment("001", "all", "numbat", nonce=NONCE),
        slot_commitment("001", "all", "quokka", nonce=SECRET),
        slot_commitment("001a", "ll", "quokka", nonce=NONCE),
        secret_commitment(DIGEST, PROCEDURE, secret=SECRET, nonce=NONCE),
        secret_commitment("cd" * 32, PROCEDURE, secret=SECRET, nonce=NONCE),
        secret_commitment(DIGEST, PROCEDURE | {"sizes": [4]}, secret=SECRET, nonce=NONCE),
        secret_commitment(DIGEST, PROCEDURE, secret=NONCE, nonce=SECRET),
        second_party_commitment(DIGEST, randomness=SECRET, nonce=NONCE),
        second_party_commitment(DIGEST, randomness=NONCE, nonce=SECRET),
    ]
    assert len(set(found)) == len(found)


@pytest.mark.parametrize("nonce", [b"", NONCE[:-1], NONCE + b"\0"])
def test_a_promise_hidden_by_too_little_is_refused(nonce):
    for promise in (
        lambda: slot_commitment("001", "all", "quokka", nonce=nonce),
        lambda: secret_commitment(DIGEST, PROCEDURE, secret=SECRET, nonce=nonce),
        lambda: secret_commitment(DIGEST, PROCEDURE, secret=nonce, nonce=NONCE),
        lambda: second_party_commitment(DIGEST, randomness=SECRET, nonce=nonce),
    ):
        with pytest.raises(ValueError, match="has 32 octets"):
            promise()


@given(st.lists(st.binary(max_size=4), max_size=4), st.lists(st.binary(max_size=4), max_size=4))
def test_other_parts_are_never_the_same_octets(parts, others):
    assert (prefixed(*parts) == prefixed(*others)) == (parts == others)
    assert (tagged_hash("tag", *parts) == tagged_hash("tag", *others)) == (parts == others)


@given(st.binary(max_size=4))
def test_a_tag_is_not_a_part(part):
    assert tagged_hash("tag", part) != tagged_hash("tag" + part.hex())
    assert tagged_hash("one", part) != tagged_hash("other", part)


def test_a_leaf_is_the_slots_canonical_text():
    assert leaf_of(SLOTS[0]).decode() == (
        '{"commitment":"' + "0" * 63 + '1","kits":["K001"],"number":"001","stratum":"all"}'
    )


def test_the_root_is_that_of_the_leaves_in_list_order():
    assert root_of(SLOTS) == root([leaf_of(slot) for slot in SLOTS]).hex()
    assert root_of(()) == sha256(b"").hexdigest()


def test_slots_exchanged_left_out_or_added_have_another_root():
    moved = (SLOTS[1], SLOTS[0], *SLOTS[2:])
    fewer, more = SLOTS[:-1], (*SLOTS, SLOTS[-1])
    roots = {root_of(slots) for slots in (SLOTS, moved, fewer, more)}
    assert len(roots) == 4


def test_one_object_has_one_canonical_form():
    turned = dict(reversed(PROCEDURE.items()))
    assert canonical(PROCEDURE) == canonical(turned)
    assert canonical({"sizes": (4, 6)}) == canonical({"sizes": [4, 6]})
