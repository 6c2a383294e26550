"""Custodians with their passphrases: any two of three open the secret, each alone one slot's key.

What is wrong with a share, a passphrase or their number has a sentence of its own, and nothing in
the folder changes.
"""

import os

import pytest

from cicatrix.trial.errors import Refused
from cicatrix_sealed.committed import read_committed, write_committed
from cicatrix_sealed.custodians import open_secrets, open_share, shares_in
from cicatrix_sealed.sealing import Share, SharedBy, seal_share, share_name
from cicatrix_sealed.shares import split

pytestmark = pytest.mark.slow

SECRET, NONCE, KEY = b"\x11" * 32, b"\x22" * 32, b"\x44" * 32
PROCEDURE = {"kind": "simple"}
DORA, CHEN, EVE = PASSPHRASES = (
    "Dora's own passphrase",
    "Chen's own passphrase",
    "Eve's passphrase",
)


def shared(list_id="0011223344556677"):
    return SharedBy(list_id=list_id, study_digest="ab" * 32, custodians=3, threshold=2)


def promise(secret=SECRET):
    text = write_committed(
        shared(), "cd" * 32, {"kind": "drand"}, PROCEDURE, rehearsal=False, secret=secret,
        nonce=NONCE, emergency_key=KEY,
    )  # fmt: skip
    return read_committed(text, name="committed.json")


def texts(list_id="0011223344556677"):
    parts = split(SECRET + NONCE, shares=3, threshold=2, entropy=os.urandom)
    return [
        seal_share(Share(number, part, KEY), shared(list_id), phrase, entropy=os.urandom)
        for number, (part, phrase) in enumerate(zip(parts, PASSPHRASES, strict=True), start=1)
    ]


@pytest.fixture(scope="module")
def sealed():
    return texts()


@pytest.fixture
def folder(tmp_path, sealed):
    for number, text in enumerate(sealed, start=1):
        (tmp_path / share_name(number)).write_text(text)
    return tmp_path


def refused(rule, act, *given):
    with pytest.raises(Refused) as refusal:
        act(*given)
    assert refusal.value.rule == rule
    assert not any(phrase in refusal.value.sentence for phrase in PASSPHRASES)
    return refusal.value.sentence


@pytest.mark.parametrize("some", [(DORA, CHEN), (EVE, DORA), (CHEN, EVE, DORA)])
def test_any_two_of_three_or_all_open_the_secret(folder, some):
    found = open_secrets(shares_in(folder), some, promise())
    assert (found.secret, found.nonce, found.emergency_key) == (SECRET, NONCE, KEY)
    assert found.procedure == PROCEDURE


def test_two_of_three_open_the_secret_from_their_own_shares_alone(folder):
    (folder / share_name(2)).unlink()
    assert open_secrets(shares_in(folder), (EVE, DORA), promise()).secret == SECRET


def test_every_custodian_alone_has_the_key_for_emergencies(folder):
    for number, phrase in enumerate(PASSPHRASES, start=1):
        share = open_share(shares_in(folder), phrase)
        assert (share.number, share.emergency_key) == (number, KEY)


def test_one_custodian_alone_opens_no_secret(folder):
    sentence = refused("too_few_shares", open_secrets, shares_in(folder), (DORA,), promise())
    assert sentence.startswith("1 of the 2 custodians who are needed took part")


def test_nobody_opens_no_secret(folder):
    assert "0 of the 2" in refused("too_few_shares", open_secrets, shares_in(folder), (), promise())


def test_one_custodian_twice_is_not_two(folder):
    given = shares_in(folder), (DORA, DORA), promise()
    assert "share-1.json was opened twice" in refused("same_share", open_secrets, *given)


def test_a_wrong_passphrase_is_told_with_the_shares_it_does_not_open(folder):
    sentence = refused("passphrase", open_share, shares_in(folder), "Ben's own passphrase")
    assert "does not open share-1.json or share-2.json or share-3.json: type it again" in sentence


def put(folder, number, *, key=KEY, cut=0):
    """Let a custodian seal her own share again, with another key or cut short."""
    share = open_share(shares_in(folder), PASSPHRASES[number - 1])
    again = Share(number, share.part[: len(share.part) - cut], key)
    text = seal_share(again, shared(), PASSPHRASES[number - 1], entropy=os.urandom)
    (folder / share_name(number)).write_text(text)


@pytest.mark.parametrize("some", [(DORA, CHEN), (CHEN, DORA)])
def test_a_share_with_another_key_for_emergencies_is_refused_wherever_it_comes(folder, some):
    put(folder, 1, key=bytes(32))
    sentence = refused("shares", open_secrets, shares_in(folder), some, promise())
    assert sentence.startswith("share-1.json holds another key for emergencies")
    assert open_secrets(shares_in(folder), (CHEN, EVE), promise()).emergency_key == KEY


def test_shares_that_all_hold_another_key_for_emergencies_are_refused(folder):
    put(folder, 1, key=bytes(32))
    put(folder, 2, key=bytes(32))
    refused("shares", open_secrets, shares_in(folder), (DORA, CHEN), promise())


@pytest.mark.parametrize("cut", [1, 32, 64])
def test_a_share_that_is_too_short_is_named(folder, cut):
    put(folder, 2, cut=cut)
    for some in ((DORA, CHEN), (CHEN, DORA)):
        sentence = refused("shares", open_secrets, shares_in(folder), some, promise())
        assert sentence.startswith("share-2.json holds no part of a list's secret")


def test_another_secrets_promise_is_not_opened(folder):
    given = shares_in(folder), (DORA, CHEN), promise(secret=b"\x99" * 32)
    assert "do not give the secret that was promised" in refused("shares", open_secrets, *given)


def test_a_share_of_the_same_list_from_another_sharing_does_not_open(folder):
    (folder / share_name(1)).write_text(texts()[0])
    refused("shares", open_secrets, shares_in(folder), (DORA, CHEN), promise())


def test_a_share_of_another_list_beside_is_refused_with_both(folder):
    (folder / share_name(3)).write_text(texts("8899aabbccddeeff")[2])
    sentence = refused("another_share", shares_in, folder)
    assert "share-3.json is a share of another list (8899aabbccddeeff) than share-1" in sentence


def test_a_copy_of_a_share_beside_it_is_refused_with_both(folder, sealed):
    (folder / "share-1 (copy).json").write_text(sealed[0])
    assert "are the same share: fetch another" in refused("same_share", shares_in, folder)


def test_a_damaged_share_keeps_nobody_else_out_and_is_named_to_who_misses_it(folder, sealed):
    (folder / share_name(2)).write_text(sealed[1].replace("chacha20", "chacha21"))
    shares = shares_in(folder)
    assert open_share(shares, EVE).emergency_key == KEY
    assert open_secrets(shares, (EVE, DORA), promise()).secret == SECRET
    told = refused("passphrase", open_share, shares, CHEN)
    assert "does not open share-1.json or share-3.json" in told
    assert "The file share-2.json is not a sealed share or was damaged: use a copy." in told


def test_where_every_share_is_damaged_the_first_is_named(folder, sealed):
    for number in (1, 2, 3):
        (folder / share_name(number)).write_text("{")
    assert "The file share-1.json" in refused("sealed_file", shares_in, folder)


def test_a_folder_without_a_share_is_refused(tmp_path):
    for place in (tmp_path, tmp_path / "absent", tmp_path / ("s" * 300)):
        assert "name the custodian's folder" in refused("folder", shares_in, place)
