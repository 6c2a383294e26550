import base64
import json
import os
from hashlib import sha256

import pytest
import rfc8785

from cicatrix.trial.allocation import AllocatedSlot, OpenedList
from cicatrix.trial.errors import Refused
from cicatrix_sealed.generator import Generator
from cicatrix_sealed.sealing import read_sealed, seal, unseal

OPENED = OpenedList(
    "0011223344556677",
    "ab" * 32,
    "cd" * 32,
    tuple(
        AllocatedSlot(f"{place:03}", "all", 1, arm, (f"K{place:03}", f"K{place:03}S1"))
        for place, arm in enumerate(("quokka", "numbat") * 3, start=1)
    ),
    False,
)
PASSPHRASE = "nine scars, healed early"


@pytest.fixture(scope="module")
def sealed():
    return seal(OPENED, PASSPHRASE, entropy=Generator(bytes(48)).octets)


def with_checksum(text, **changed):
    """Change a sealed file as one who knows how its checksum is made."""
    document = json.loads(text) | changed
    del document["checksum"]
    checksum = sha256(rfc8785.dumps(document)).hexdigest()
    return json.dumps({**document, "checksum": checksum})


def test_a_sealed_list_opens_with_its_passphrase_as_it_was(sealed):
    assert unseal(read_sealed(sealed), PASSPHRASE) == OPENED


def test_the_same_passphrase_in_another_unicode_form_opens_the_list():
    sealed = seal(OPENED, "caf\u00e9 au lait, froid", entropy=Generator(bytes(48)).octets)
    assert unseal(read_sealed(sealed), "cafe\u0301 au lait, froid") == OPENED


def test_a_sealed_file_names_the_list_and_no_arm(sealed):
    document = json.loads(sealed)
    assert document["list_id"] == OPENED.list_id
    assert document["derivation"]["name"] == "argon2id"
    assert "quokka" not in sealed
    assert b"quokka" not in base64.b64decode(document["ciphertext"])


def test_sealing_twice_gives_different_files():
    assert seal(OPENED, PASSPHRASE, entropy=os.urandom) != seal(
        OPENED, PASSPHRASE, entropy=os.urandom
    )


@pytest.mark.parametrize("wrong", ["nine scars, healed earlz", "", PASSPHRASE + " "])
def test_a_wrong_passphrase_is_told_in_one_sentence_that_shows_no_passphrase(sealed, wrong):
    with pytest.raises(Refused, match=r"The passphrase does not open list\.sealed") as refusal:
        unseal(read_sealed(sealed), wrong)
    assert PASSPHRASE not in refusal.value.sentence


def test_a_short_passphrase_is_refused():
    with pytest.raises(Refused, match="fewer than 12 characters"):
        seal(OPENED, "short words", entropy=Generator(bytes(48)).octets)


def test_a_changed_character_anywhere_is_found_without_the_passphrase(sealed):
    for place, old in enumerate(sealed):
        if not old.isspace():
            changed = sealed[:place] + ("0" if old != "0" else "1") + sealed[place + 1 :]
            with pytest.raises(Refused, match=r"list\.sealed"):
                read_sealed(changed)


def test_a_cut_file_is_refused(sealed):
    for length in (0, 1, len(sealed) // 2, len(sealed) - 3):
        with pytest.raises(Refused, match="not a sealed list or was damaged"):
            read_sealed(sealed[:length])


def test_a_change_with_a_new_checksum_does_not_open(sealed):
    document = json.loads(sealed)
    hidden = bytearray(base64.b64decode(document["ciphertext"]))
    hidden[7] ^= 1
    derivation = document["derivation"]
    for changed in (
        {"list_id": "7766554433221100"},
        {"study_digest": "ba" * 32},
        {"nonce": "0" * 24},
        {"ciphertext": base64.b64encode(bytes(hidden)).decode()},
        {"ciphertext": "not base64"},
        {"derivation": derivation | {"salt": "0" * 32}},
        {"derivation": derivation | {"iterations": 1}},
    ):
        with pytest.raises(Refused, match="does not open") as refusal:
            unseal(read_sealed(with_checksum(sealed, **changed)), PASSPHRASE)
        assert refusal.value.rule == "passphrase"


def test_a_file_cannot_ask_for_all_memory(sealed):
    derivation = json.loads(sealed)["derivation"] | {"memory_kib": 2**31}
    with pytest.raises(Refused, match="not a sealed list"):
        read_sealed(with_checksum(sealed, derivation=derivation))
