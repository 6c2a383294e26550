"""A custodian's share in its file: it opens with her passphrase as it was, and with nothing else.

The answers of Argon2id are those of the OpenSSL project's tests (memory of 32 KiB) and of the
reference implementation's (64 MiB); neither has a secret or associated data.
"""

import base64
import json
import os
from hashlib import sha256

import pytest

from cicatrix.trial.errors import Refused
from cicatrix_sealed.generator import Generator
from cicatrix_sealed.sealing import (
    Argon2Parameters,
    Share,
    SharedBy,
    key_of,
    normal,
    read_share,
    seal_share,
    share_name,
    unseal_share,
)

pytestmark = pytest.mark.slow

PASSPHRASE = "nine scars, healed early"
SHARE = Share(2, bytes(range(64)), b"\x55" * 32)
SHARED = SharedBy(list_id="0011223344556677", study_digest="ab" * 32, custodians=3, threshold=2)
NAME = "share-2.json"


def seal(passphrase=PASSPHRASE, entropy=None):
    return seal_share(SHARE, SHARED, passphrase, entropy=entropy or Generator(bytes(48)).octets)


@pytest.fixture(scope="module")
def sealed():
    return seal()


def with_checksum(text, **changed):
    """Change a share's file as one who knows how its checksum is made."""
    document = json.loads(text) | changed
    del document["checksum"]
    plain = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return json.dumps({**document, "checksum": sha256(plain.encode()).hexdigest()})


def weak(**given):
    return Argon2Parameters.model_construct(name="argon2id", **given)


@pytest.mark.parametrize(
    ("passphrase", "derivation", "key"),
    [
        (
            "",
            weak(salt="02" * 16, iterations=3, lanes=4, memory_kib=32),
            "0a34f1abde67086c82e785eaf17c68382259a264f4e61b91cd2763cb75ac189a",
        ),
        (
            "\x01" * 32,
            weak(salt="02" * 16, iterations=3, lanes=4, memory_kib=32),
            "03aab965c12001c9d7d0d2de33192c0494b684bb148196d73c1df1acaf6d0c2e",
        ),
        (
            "password",
            weak(salt=b"somesalt".hex(), iterations=2, lanes=1, memory_kib=65536),
            "09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7",
        ),
    ],
)
def test_the_key_of_a_passphrase_is_the_published_answer(passphrase, derivation, key):
    assert key_of(derivation, passphrase).hex() == key


def test_a_share_is_sealed_with_the_second_choice_of_the_standard(sealed):
    derivation = json.loads(sealed)["derivation"]
    assert derivation.pop("salt") != "00" * 16
    assert derivation == {"name": "argon2id", "iterations": 3, "lanes": 4, "memory_kib": 65536}


def test_a_share_opens_with_its_passphrase_as_it_was(sealed):
    assert unseal_share(read_share(sealed, name=NAME), PASSPHRASE) == SHARE


def test_the_same_passphrase_in_another_unicode_form_opens_the_share():
    sealed = seal("caf\u00e9 au lait, froid")
    assert unseal_share(read_share(sealed, name=NAME), "cafe\u0301 au lait, froid") == SHARE


def test_a_passphrase_that_is_no_valid_text_has_octets_all_the_same():
    assert normal("\udce9 au lait, froid") != normal("? au lait, froid")


def test_a_share_names_its_list_and_hides_part_and_key(sealed):
    document = json.loads(sealed)
    assert (document["list_id"], document["share"]) == (SHARED.list_id, 2)
    for hidden in (SHARE.part, SHARE.emergency_key):
        assert hidden.hex() not in sealed
        assert hidden not in base64.b64decode(document["ciphertext"])


def test_a_list_and_its_shares_have_no_octet_in_common_when_sealed_twice():
    one, other = (json.loads(seal(entropy=os.urandom)) for _ in range(2))
    for field in ("nonce", "ciphertext"):
        assert one[field] != other[field]
    assert one["derivation"]["salt"] != other["derivation"]["salt"]


@pytest.mark.parametrize("wrong", ["nine scars, healed earlz", "", PASSPHRASE + " "])
def test_a_wrong_passphrase_opens_nothing(sealed, wrong):
    assert unseal_share(read_share(sealed, name=NAME), wrong) is None


def test_a_short_passphrase_is_refused():
    with pytest.raises(Refused, match="fewer than 12 characters: choose a longer one"):
        seal("short words")


def test_a_changed_character_anywhere_is_found_without_the_passphrase(sealed):
    for place, old in enumerate(sealed):
        if not old.isspace():
            changed = sealed[:place] + ("0" if old != "0" else "1") + sealed[place + 1 :]
            with pytest.raises(Refused, match=r"share-2\.json"):
                read_share(changed, name=NAME)


def test_a_cut_file_is_refused(sealed):
    for length in (0, 1, len(sealed) // 2, len(sealed) - 3):
        with pytest.raises(Refused, match="is not a sealed share or was damaged: use a copy"):
            read_share(sealed[:length], name=NAME)


def test_a_change_with_a_new_checksum_does_not_open(sealed):
    document = json.loads(sealed)
    hidden = bytearray(base64.b64decode(document["ciphertext"]))
    hidden[7] ^= 1
    derivation = document["derivation"]
    for changed in (
        {"list_id": "7766554433221100"},
        {"study_digest": "ba" * 32},
        {"share": 1},
        {"threshold": 1},
        {"custodians": 2},
        {"nonce": "0" * 24},
        {"ciphertext": base64.b64encode(bytes(hidden)).decode()},
        {"ciphertext": "not base64"},
        {"ciphertext": ""},
        {"derivation": derivation | {"salt": "0" * 32}},
        {"derivation": derivation | {"iterations": 1}},
    ):
        read = read_share(with_checksum(sealed, **changed), name=NAME)
        assert unseal_share(read, PASSPHRASE) is None, changed


def test_a_file_cannot_ask_for_all_memory(sealed):
    derivation = json.loads(sealed)["derivation"] | {"memory_kib": 2**31}
    with pytest.raises(Refused, match="not a sealed share"):
        read_share(with_checksum(sealed, derivation=derivation), name=NAME)


def test_a_share_is_named_by_its_number():
    assert share_name(2) == NAME
