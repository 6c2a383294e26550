"""Rounds that drand published, of all four schemes; and each way in which a round can be wrong.

The rounds and keys are those of the tests of drand itself and of the library drand-verify: chains
of the League of Entropy, its test network, and two that are no longer run. The randomness of the
first and the last is as others wrote it down; no test hashes it from the signature here.
"""

import json
import runpy
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from cicatrix.trial.errors import Refused
from cicatrix_sealed.drand import (
    KNOWN,
    LAST_ROUND,
    SCHEMES,
    Chain,
    chain_of,
    check_round,
    read_round,
)

FASTNET = Chain(
    "dbd506d6ef76e5f386f41c651dcb808c5bcbd75471cc4eafa3f4df7ad4e4c493",
    "bls-unchained-on-g1",
    "a0b862a7527fee3a731bcb59280ab6abd62d5c0b6ea03dc4ddf6612fdfc9d01f01c31542541771903475eb1ec6615f8d"
    "0df0b8b6dce385811d6dcf8cbefb8759e5e616a3dfd054c928940766d9a5b9db91e3b697e5d70a975181e007f87fca5e",
)
TESTNET = Chain(
    "7672797f548f3f4748ac4bf3352fc6c6b6468c9ad40ad456a397545c6e2df5bf",
    "pedersen-bls-unchained",
    "8200fc249deb0148eb918d6e213980c5d01acd7fc251900d9260136da3b54836ce125172399ddc69c4e3e11429b62c11",
)
DEFAULT, QUICKNET = KNOWN["default"], KNOWN["quicknet"]


def published(number, signature, previous=None, randomness=None):
    found = randomness or sha256(bytes.fromhex(signature)).hexdigest()
    document = {"round": number, "randomness": found, "signature": signature}
    return document | ({"previous_signature": previous} if previous else {})


CHAINED = published(
    72785,
    "82f5d3d2de4db19d40a6980e8aa37842a0e55d1df06bd68bddc8d60002e8e959eb9cfa368b3c1b77d18f02a54fe047b8"
    "0f0989315f83b12a74fd8679c4f12aae86eaf6ab5690b34f1fddd50ee3cc6f6cdf59e95526d5a5d82aaa84fa6f181e42",
    "a609e19a03c2fcc559e8dae14900aaefe517cb55c840f6e69bc8e4f66c8d18e8a609685d9917efbfb0c37f058c2de88f"
    "13d297c7e19e0ab24813079efe57a182554ff054c7638153f9b26a60e7111f71a0ff63d9571704905d3ca6df0b031747",
    "8b676484b5fb1f37f9ec5c413d7d29883504e5b669f604a1ce68b3388e9ae3d9",
)
UNCHAINED = published(
    7601003,
    "af7eac5897b72401c0f248a26b612c5ef68e0ff830b4d78927988c89b5db3e997bfcdb7c24cb19f549830cd02cb854a1"
    "143fd53a1d4e0713ded471260869439060d170a77187eb6371742840e43eccfa225657c4cc2d9619f7c3d680470c9743",
)
ON_G1 = published(
    23456,
    "98401ef9833e75bf06fda3243e4fcf6d075d62b45c2a59d26df5d5fcbdfd0c14ee89fc035abd5528a8c25b68fbecae65",
)
RFC9380 = published(
    123,
    "b75c69d0b72a5d906e854e808ba7e2accb1542ac355ae486d591aa9d43765482e26cd02df835d3546d23c4b13e0dfc92",
    randomness="fb8f7bc29bf24db51871ec8c79f3a1e4bd0557bc0dfcee9ed1d924e69d1c60dc",
)
TRUE = ((CHAINED, DEFAULT), (UNCHAINED, TESTNET), (ON_G1, FASTNET), (RFC9380, QUICKNET))


def check(document, chain, *, promised=None):
    found = read_round(json.dumps(document))
    check_round(found, chain, promised=promised or found.round)


def refused(document, chain, **promised):
    with pytest.raises(Refused) as refusal:
        check(document, chain, **promised)
    return refusal.value


def test_the_four_schemes_are_tried():
    assert {chain.scheme for _, chain in TRUE} == set(SCHEMES)


@pytest.mark.slow
@pytest.mark.parametrize(("document", "chain"), TRUE, ids=SCHEMES)
def test_a_round_that_drand_published_is_genuine(document, chain):
    check(document, chain)


def test_another_round_than_the_promised_one_is_refused():
    refusal = refused(RFC9380, QUICKNET, promised=124)
    assert refusal.rule == "wrong_round"
    assert refusal.sentence == "This is round 123 and round 124 was promised: fetch that one."


@pytest.mark.slow
@pytest.mark.parametrize(("document", "chain"), TRUE, ids=SCHEMES)
def test_a_round_under_the_number_of_another_is_refused(document, chain):
    refusal = refused(document | {"round": document["round"] + 1}, chain)
    assert refusal.rule == "signature"
    assert "it was changed or is of another chain; fetch it anew" in refusal.sentence


def test_changed_randomness_is_refused():
    refusal = refused(RFC9380 | {"randomness": "0" * 64}, QUICKNET)
    assert refusal.rule == "randomness"
    assert "is not the hash of its signature: fetch it anew" in refusal.sentence


def test_the_randomness_of_a_changed_signature_is_refused_as_it_stood():
    signature = RFC9380["signature"]
    assert refused(RFC9380 | {"signature": signature[:-1] + "3"}, QUICKNET).rule == "randomness"


@pytest.mark.slow
@pytest.mark.parametrize("place", [1, 20, 95])
def test_a_changed_signature_is_refused_even_with_its_own_randomness(place):
    signature = RFC9380["signature"]
    digit = f"{int(signature[place], 16) ^ 1:x}"
    changed = published(123, signature[:place] + digit + signature[place + 1 :])
    assert refused(changed, QUICKNET).rule == "signature"


@pytest.mark.slow
def test_a_round_of_another_chain_of_the_same_groups_is_refused():
    refusal = refused(RFC9380, FASTNET)
    assert refusal.rule == "signature"
    assert refusal.sentence.startswith("Round 123 is not signed by chain dbd506d6")


@pytest.mark.parametrize(("document", "chain"), [(RFC9380, DEFAULT), (CHAINED, QUICKNET)])
def test_a_round_of_a_chain_of_other_groups_is_refused(document, chain):
    assert refused(document, chain).rule == "signature"


@pytest.mark.slow
def test_a_scheme_that_is_not_the_chains_is_refused():
    on_g1 = Chain(QUICKNET.hash, "bls-unchained-on-g1", QUICKNET.public_key)
    assert refused(RFC9380, on_g1).rule == "signature"


@pytest.mark.slow
@pytest.mark.parametrize("previous", [None, "a" + CHAINED["previous_signature"][:-1]])
def test_a_chained_round_without_the_round_before_it_is_refused(previous):
    assert refused(CHAINED | {"previous_signature": previous}, DEFAULT).rule == "signature"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("", "text"),
        ("round 123", "text"),
        ("[]", "text"),
        (json.dumps(RFC9380 | {"round": 0}), "round"),
        (json.dumps(RFC9380 | {"round": LAST_ROUND + 1}), "round"),
        (json.dumps(RFC9380 | {"round": "123"}), "round"),
        (json.dumps(RFC9380 | {"randomness": "fb"}), "randomness"),
        (json.dumps(RFC9380 | {"signature": RFC9380["signature"][:-2]}), "signature"),
        (json.dumps(RFC9380 | {"previous_signature": "xyz"}), "previous_signature"),
    ],
)
def test_what_is_no_round_is_refused_with_the_place(text, where):
    with pytest.raises(Refused, match=rf"This is no round of drand \({where}: .*/public/ROUND"):
        read_round(text)


def test_what_a_relay_says_besides_is_let_be():
    assert read_round(json.dumps(RFC9380 | {"time": 1})).round == 123


@pytest.mark.parametrize("name", ["default", "quicknet"])
def test_a_known_chain_is_found_by_its_name_and_its_hash(name):
    chain = KNOWN[name]
    assert chain_of(name) == chain_of(chain.hash) == chain
    assert chain_of(name, scheme=chain.scheme, public_key=chain.public_key) == chain


def test_an_unknown_chain_is_taken_with_its_key_and_scheme():
    found = chain_of(FASTNET.hash, scheme=FASTNET.scheme, public_key=FASTNET.public_key)
    assert found == FASTNET
    assert found.published(1) is None
    assert found.after(datetime(2027, 1, 1, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("name", "given", "sentence"),
    [
        ("quicknet", {"public_key": FASTNET.public_key}, "not that of the chain quicknet"),
        ("default", {"scheme": FASTNET.scheme}, "default has the scheme pedersen-bls-ch"),
        (FASTNET.hash, {}, "is not one of default, quicknet: give its --public-key and --scheme"),
        (FASTNET.hash, {"scheme": FASTNET.scheme}, "give its --public-key"),
        ("aa" * 32, {"public_key": QUICKNET.public_key}, "the chain quicknet, whose rounds must"),
        (
            DEFAULT.hash,
            {"public_key": QUICKNET.public_key, "scheme": QUICKNET.scheme},
            "not that of the chain default",
        ),
        (
            FASTNET.hash,
            {"public_key": DEFAULT.public_key, "scheme": DEFAULT.scheme},
            "that of the chain default, .* write drand:default:ROUND",
        ),
        (FASTNET.hash, {"scheme": "ed25519", "public_key": FASTNET.public_key}, "no scheme ed"),
        (FASTNET.hash[1:], {"scheme": FASTNET.scheme, "public_key": FASTNET.public_key}, "64 hex"),
        (FASTNET.hash, {"scheme": FASTNET.scheme, "public_key": TESTNET.public_key}, "has 192"),
    ],
)
def test_a_chain_that_cannot_be_is_refused(name, given, sentence):
    with pytest.raises(Refused, match=sentence):
        chain_of(name, **given)


def test_the_times_of_a_chain_count_from_its_first_round():
    first = QUICKNET.published(1)
    assert first == datetime(2023, 8, 23, 15, 9, 27, tzinfo=UTC)
    assert QUICKNET.published(21) == first + timedelta(minutes=1)
    assert QUICKNET.published(LAST_ROUND) is not None
    assert DEFAULT.published(LAST_ROUND) is not None


@pytest.mark.parametrize(
    ("seconds", "round_number"), [(-9, 1), (-0.5, 1), (0, 2), (0.5, 2), (2.9, 2), (3, 3), (60, 22)]
)
def test_the_next_round_is_the_first_published_after_a_moment(seconds, round_number):
    moment = QUICKNET.published(1) + timedelta(seconds=seconds)
    assert QUICKNET.after(moment) == round_number
    assert QUICKNET.published(round_number) > moment
    assert round_number == 1 or QUICKNET.published(round_number - 1) <= moment


def test_the_verifier_knows_the_chains_that_this_program_knows():
    verifier = runpy.run_path(str(Path(__file__).parents[2] / "verifier/verify.py"))
    known = {name: (chain.hash, chain.scheme, chain.public_key) for name, chain in KNOWN.items()}
    found = {
        name: (named, scheme, key) for named, (name, scheme, key) in verifier["CHAINS"].items()
    }
    assert found == known
