"""The promise in the custodian's folder, and the procedure in it that only the secret opens."""

import base64
import json
from hashlib import sha256

import pytest

from cicatrix.trial.errors import Refused
from cicatrix_sealed.committed import (
    Hidden,
    emergency_digest,
    hidden_in,
    read_committed,
    write_committed,
)
from cicatrix_sealed.sealing import SharedBy

SECRET, NONCE, KEY = b"\x11" * 32, b"\x22" * 32, b"\x44" * 32
SHARED = SharedBy(list_id="0011223344556677", study_digest="ab" * 32, custodians=3, threshold=2)
BEACON = {"kind": "second_party", "name": "Chen", "commitment": "ef" * 32}
PROCEDURE = {"kind": "permuted_blocks", "sizes": [6, 12], "ratio": {"quokka": 1, "numbat": 2}}


@pytest.fixture(scope="module")
def text():
    return write_committed(
        SHARED,
        "cd" * 32,
        BEACON,
        PROCEDURE,
        rehearsal=False,
        secret=SECRET,
        nonce=NONCE,
        emergency_key=KEY,
    )


def changed(text, **fields):
    document = json.loads(text) | fields
    del document["checksum"]
    plain = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return json.dumps({**document, "checksum": sha256(plain.encode()).hexdigest()})


def test_the_promise_is_read_as_it_was_written(text):
    committed = read_committed(text, name="committed.json")
    assert SharedBy(**committed.model_dump(include=set(SharedBy.model_fields))) == SHARED
    assert committed.commitment == "cd" * 32
    assert committed.beacon == BEACON
    assert committed.rehearsal is False


def test_the_secret_opens_the_procedure_and_the_digest_of_the_key_for_emergencies(text):
    committed = read_committed(text, name="committed.json")
    found = hidden_in(committed, secret=SECRET, nonce=NONCE)
    assert found == Hidden(PROCEDURE, emergency_digest(KEY))


def test_nothing_of_the_procedure_stands_in_the_file(text):
    for word in ("permuted", "sizes", "quokka", "12"):
        assert word not in json.loads(text)["procedure"]
    assert "quokka" not in text


@pytest.mark.parametrize("strata", [1, 12, 13, 14, 40])
def test_the_length_of_what_is_hidden_does_not_tell_the_kind(strata):
    known = {
        "arms": ["numbat", "quokka"], "ratio": {"numbat": 1, "quokka": 1},
        "strata": [{"stratum": f"site=foshan;skin={n:05}", "slots": 44} for n in range(strata)],
    }  # fmt: skip
    hidden = [
        json.loads(
            write_committed(
                SHARED, "cd" * 32, BEACON, {"kind": kind, **known, **further},
                rehearsal=False, secret=SECRET, nonce=NONCE, emergency_key=KEY,
            )
        )["procedure"]
        for kind, further in (
            ("simple", {}), ("big_stick", {"limit": 3}), ("biased_coin", {"probability": [2, 3]}),
            ("urn", {"start": 1, "add": 1}), ("permuted_blocks", {"sizes": list(range(4, 99, 2))}),
        )
    ]  # fmt: skip
    assert len({len(one) for one in hidden}) == 1
    assert len(base64.b64decode(hidden[0])) % 1024 == 32 + 16


def test_another_secret_or_nonce_opens_nothing(text):
    committed = read_committed(text, name="committed.json")
    assert hidden_in(committed, secret=NONCE, nonce=NONCE) is None
    assert hidden_in(committed, secret=SECRET, nonce=SECRET) is None
    assert hidden_in(committed, secret=NONCE, nonce=SECRET) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"list_id": "7766554433221100"},
        {"study_digest": "ba" * 32},
        {"threshold": 1},
        {"commitment": "00" * 32},
        {"beacon": {**BEACON, "name": "Eve"}},
        {"rehearsal": True},
        {"procedure": ""},
        {"procedure": "not base64"},
    ],
)
def test_a_promise_that_was_changed_by_one_who_knows_the_checksum_opens_nothing(text, fields):
    committed = read_committed(changed(text, **fields), name="committed.json")
    assert hidden_in(committed, secret=SECRET, nonce=NONCE) is None


def test_a_changed_character_anywhere_is_found(text):
    for place, old in enumerate(text):
        if not old.isspace():
            other = text[:place] + ("0" if old != "0" else "1") + text[place + 1 :]
            with pytest.raises(Refused, match=r"committed\.json"):
                read_committed(other, name="committed.json")


@pytest.mark.parametrize("text", ["", "{}", "[]", "share"])
def test_another_file_is_refused(text):
    with pytest.raises(Refused, match=r"committed\.json is no promise or was damaged: use a copy"):
        read_committed(text, name="committed.json")
