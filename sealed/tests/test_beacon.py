"""What is promised of public randomness and what came of it; rounds themselves are test_drand.py's.

Chen is the second party; Dora is the custodian and promises after her.
"""

import json
from datetime import timedelta

import pytest

from cicatrix.trial.commitment import second_party_commitment
from cicatrix.trial.errors import Refused
from cicatrix_sealed.beacon import (
    draw_promise,
    given_text,
    outcome_of,
    promised_beacon,
    text_of,
    written,
)
from cicatrix_sealed.drand import KNOWN, LAST_ROUND
from cicatrix_sealed.generator import Generator

DIGEST, ANOTHER = "ab" * 32, "cd" * 32
QUICKNET = KNOWN["quicknet"]
NOW = QUICKNET.published(1000)
SIGNATURE = (
    "b75c69d0b72a5d906e854e808ba7e2accb1542ac355ae486"
    "d591aa9d43765482e26cd02df835d3546d23c4b13e0dfc92"
)
RANDOMNESS = "fb8f7bc29bf24db51871ec8c79f3a1e4bd0557bc0dfcee9ed1d924e69d1c60dc"


@pytest.fixture
def chen():
    return draw_promise(DIGEST, "Chen", entropy=Generator(bytes(48)).octets)


@pytest.fixture
def promised(chen, tmp_path):
    file = tmp_path / "chen: promise.json"
    file.write_text(written(chen.promise()))
    return promised_beacon(f"second-party:{file}", study_digest=DIGEST, now=NOW)


def refused(rule, act, *given, **named):
    with pytest.raises(Refused) as refusal:
        act(*given, **named)
    assert refusal.value.rule == rule
    return refusal.value.sentence


def test_a_later_round_is_promised_with_all_that_checks_it():
    assert promised_beacon("drand:quicknet:1001", study_digest=DIGEST, now=NOW) == {
        "kind": "drand",
        "chain": QUICKNET.hash,
        "scheme": QUICKNET.scheme,
        "public_key": QUICKNET.public_key,
        "round": 1001,
    }


@pytest.mark.parametrize("number", [1, 999, 1000])
def test_a_round_that_may_be_known_is_refused_with_the_next_one(number):
    sentence = refused(
        "known_round", promised_beacon, f"drand:quicknet:{number}", study_digest=DIGEST, now=NOW
    )
    assert "so it may be known already: name a later one, from 1001 on" in sentence


def test_a_rehearsal_may_take_a_round_that_is_known():
    assert promised_beacon("drand:quicknet:1", study_digest=DIGEST, now=None)["round"] == 1


def test_a_moment_before_the_round_it_is_still_unknown():
    now = NOW - timedelta(microseconds=1)
    assert promised_beacon("drand:quicknet:1000", study_digest=DIGEST, now=now)["round"] == 1000


@pytest.mark.parametrize(
    "text",
    [
        "",
        "drand",
        "drand:quicknet",
        "drand:quicknet:",
        "drand:quicknet:0",
        "drand:quicknet:-1",
        "drand:quicknet:\uff11\uff12",
        "drand:quicknet:1e9",
        f"drand:quicknet:{LAST_ROUND + 1}",
        "drand:quicknet:" + "9" * 5000,
        "drand::5",
        "second-party:",
        "nist:5:6",
    ],
)
def test_what_names_no_beacon_is_refused(text):
    sentence = refused("beacon", promised_beacon, text, study_digest=DIGEST, now=NOW)
    assert "names no beacon: write drand:CHAIN:ROUND" in sentence


@pytest.mark.slow
def test_the_promised_round_gives_its_randomness_and_what_shows_it():
    promised = promised_beacon("drand:quicknet:123", study_digest=DIGEST, now=None)
    text = json.dumps({"round": 123, "randomness": RANDOMNESS, "signature": SIGNATURE})
    assert outcome_of(promised, text, study_digest=DIGEST).document == {
        "signature": SIGNATURE,
        "previous_signature": None,
        "randomness": RANDOMNESS,
    }


def test_another_round_than_promised_is_refused():
    promised = promised_beacon("drand:quicknet:124", study_digest=DIGEST, now=None)
    text = json.dumps({"round": 123, "randomness": RANDOMNESS, "signature": SIGNATURE})
    refused("wrong_round", outcome_of, promised, text, study_digest=DIGEST)


def test_the_second_partys_promise_says_nothing_of_what_she_drew(chen):
    promise = written(chen.promise())
    assert chen.secret not in promise
    assert chen.nonce not in promise
    assert chen.secret != chen.nonce


def test_a_kept_promise_gives_what_was_drawn(chen, promised):
    expected = second_party_commitment(
        DIGEST, randomness=bytes.fromhex(chen.secret), nonce=bytes.fromhex(chen.nonce)
    )
    assert promised == {"kind": "second_party", "name": "Chen", "commitment": expected}
    outcome = outcome_of(promised, written(chen), study_digest=DIGEST)
    assert outcome.randomness.hex() == chen.secret
    assert outcome.document == {
        "secret": chen.secret, "nonce": chen.nonce, "randomness": chen.secret,
    }  # fmt: skip


@pytest.mark.parametrize("field", ["secret", "nonce"])
def test_a_promise_that_is_not_kept_is_refused(chen, promised, field):
    other = chen.model_copy(update={field: "0" * 64})
    sentence = refused("second_party", outcome_of, promised, written(other), study_digest=DIGEST)
    assert "What Chen reveals is not what Chen had promised" in sentence


def test_a_promise_to_another_study_is_refused_before_and_after(chen, promised, tmp_path):
    elsewhere = draw_promise(ANOTHER, "Chen", entropy=Generator(bytes(48)).octets)
    file = tmp_path / "promise"
    file.write_text(written(elsewhere.promise()))
    refused("another_study", promised_beacon, f"second-party:{file}", study_digest=DIGEST, now=NOW)
    refused("another_study", outcome_of, promised, written(elsewhere), study_digest=DIGEST)


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"format": "cicatrix-second-party/2"}'])
def test_what_is_no_second_partys_file_is_refused(promised, text, tmp_path):
    file = tmp_path / "promise"
    file.write_text(text)
    told = refused(
        "second_party", promised_beacon, f"second-party:{file}", study_digest=DIGEST, now=NOW
    )
    assert "no second party's promise: give the file that `cicatrix-sealed promise` pri" in told
    told = refused("second_party", outcome_of, promised, text, study_digest=DIGEST)
    assert "no second party's secret: give the file that `cicatrix-sealed promise` wrote" in told


def test_a_known_chains_round_under_a_false_name_is_refused(tmp_path):
    text = f"drand:{'aa' * 32}:123"
    given = {"scheme": QUICKNET.scheme, "public_key": QUICKNET.public_key}
    told = refused("chain", promised_beacon, text, study_digest=DIGEST, now=NOW, **given)
    assert "is that of the chain quicknet" in told


def test_a_rehearsals_promise_says_so_and_serves_no_real_list(tmp_path):
    entropy = Generator(bytes(48)).octets
    rehearsed = draw_promise(DIGEST, "Chen", entropy=entropy, rehearsal=True)
    file = tmp_path / "promise"
    file.write_text(written(rehearsed.promise()))
    asked = promised_beacon, f"second-party:{file}"
    told = refused("rehearsal", *asked, study_digest=DIGEST, now=NOW)
    assert "made for a rehearsal, and anyone knows what is behind it" in told
    found = promised_beacon(asked[1], study_digest=DIGEST, now=None)
    assert found["commitment"] == rehearsed.promise().commitment


def test_a_rehearsal_may_wait_for_a_real_promise(chen, promised, tmp_path):
    file = tmp_path / "promise"
    file.write_text(written(chen.promise()))
    assert promised_beacon(f"second-party:{file}", study_digest=DIGEST, now=None) == promised


@pytest.mark.parametrize("name", ["", " ", "Chen\nEve", "\x1b[2J", "x" * 101, "\u202eChen", 7])
def test_a_file_with_a_name_that_is_none_is_refused(chen, promised, tmp_path, name):
    file = tmp_path / "promise"
    file.write_text(json.dumps(chen.promise().model_dump() | {"name": name}))
    asked = promised_beacon, f"second-party:{file}"
    told = refused("name", *asked, study_digest=DIGEST, now=NOW)
    assert told.endswith("is no name: a name has 1 to 100 printable characters and no line break.")
    text = json.dumps(chen.model_dump() | {"name": name})
    assert "second party's secret is no name" in refused(
        "name", outcome_of, promised, text, study_digest=DIGEST
    )


def test_the_secret_in_place_of_the_promise_is_refused(chen, tmp_path):
    file = tmp_path / "secret"
    file.write_text(written(chen))
    asked = promised_beacon, f"second-party:{file}"
    told = refused("second_party", *asked, study_digest=DIGEST, now=NOW)
    assert "secret, which you must not have yet: ask her for a new promise" in told


@pytest.mark.parametrize("name", ["absent", ".", "latin", "nul\0"])
def test_a_file_that_cannot_be_read_is_refused(name, tmp_path):
    (tmp_path / "latin").write_bytes(b"\xff")
    assert "cannot be read: name another" in refused("beacon", text_of, tmp_path / name)


def test_a_beacon_is_typed_or_named_as_a_file(tmp_path):
    file = tmp_path / "round.json"
    file.write_text("{}")
    assert given_text(str(file)) == "{}"
    assert given_text(' {"round": 1}') == ' {"round": 1}'


def test_a_name_in_any_script_comes_back_as_it_was(promised):
    sun = draw_promise(DIGEST, "孙 Ъ é", entropy=Generator(bytes(48)).octets)
    kept = {**promised, "commitment": sun.promise().commitment}
    assert outcome_of(kept, written(sun), study_digest=DIGEST).randomness.hex() == sun.secret
