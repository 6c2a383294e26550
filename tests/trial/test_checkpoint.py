"""What a checkpoint proves, and that nothing but a whole one is believed."""

from base64 import b64decode, b64encode
from datetime import UTC, datetime
from hashlib import sha256
from random import Random

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from cicatrix.trial.checkpoint import (
    Checkpoint,
    check_against,
    key_text,
    origin_of,
    read_checkpoint,
    sign_checkpoint,
)
from cicatrix.trial.errors import CicatrixError, LedgerBroken, Refused
from cicatrix.trial.facts import VisitMissed
from cicatrix.trial.ledger import GENESIS, Line, seal, verify
from cicatrix.trial.roles import Actor

NOW = datetime(2026, 3, 4, 9, 30, 0, 125, tzinfo=UTC)
ANA = Actor("ana", "investigator", "S1")
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = key_text(KEY.public_key())
SEEN = Checkpoint("cicatrix/NCT04034615", 3, "ab" * 32, NOW)


def ledger_of(count: int, seed: int = 1) -> list[Line]:
    facts = [VisitMissed(participant="S1-001", visit="M6", reason=str(n)) for n in range(count)]
    return list(seal(GENESIS, facts, actor=ANA, now=NOW, entropy=Random(seed).randbytes))


def seen_of(lines: list[Line]) -> Checkpoint:
    head = verify(lines)
    return Checkpoint("cicatrix/NCT04034615", head.seq, head.hash, NOW)


def compare(checkpoint: Checkpoint, lines: list[Line]) -> None:
    check_against(checkpoint, verify(lines), lambda seq: lines[seq - 1].hash)


def test_a_checkpoint_is_a_signed_note() -> None:
    text = sign_checkpoint(SEEN, KEY)
    body, signature = text.split("\n\n")
    assert body.split("\n") == [
        "cicatrix/NCT04034615",
        "3",
        b64encode(bytes.fromhex("ab" * 32)).decode(),
        "time 2026-03-04T09:30:00.000125Z",
    ]
    dash, name, blob = signature.removesuffix("\n").split(" ")
    assert (dash, name) == ("\u2014", "cicatrix/NCT04034615")
    raw = KEY.public_key().public_bytes_raw()
    assert b64decode(blob)[:4] == sha256(b"cicatrix/NCT04034615\n\x01" + raw).digest()[:4]
    KEY.public_key().verify(b64decode(blob)[4:], f"{body}\n".encode())


def test_the_key_id_is_that_of_gos_note_package() -> None:
    """The key pair of the example in golang.org/x/mod/sumdb/note; its key id is c74f20a3."""
    seed = b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public = b64decode("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")[1:]
    assert key_text(key.public_key()) == b64encode(public).decode()
    text = sign_checkpoint(Checkpoint("PeterNeumann", 0, "0" * 64, NOW), key)
    assert b64decode(text.split(" ")[-1])[:4].hex() == "c74f20a3"


@given(
    st.from_regex(r"[a-z/.0-9]{1,20}", fullmatch=True),
    st.integers(0, 10**9),
    st.binary(min_size=32, max_size=32),
    # Hypothesis takes its bounds without a zone and adds the zone itself.
    st.datetimes(min_value=datetime(1970, 1, 2), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_what_is_read_is_what_was_signed(origin: str, size: int, head: bytes, at: datetime) -> None:
    checkpoint = Checkpoint(origin, size, head.hex(), at)
    assert read_checkpoint(sign_checkpoint(checkpoint, KEY), PUBLIC) == checkpoint


@given(st.data())
def test_a_changed_checkpoint_is_not_believed(data: st.DataObject) -> None:
    text = sign_checkpoint(SEEN, KEY)
    content = bytearray(text.encode())
    where = data.draw(st.integers(0, len(content) - 1))
    content[where] ^= data.draw(st.integers(1, 255))
    changed = bytes(content).decode(errors="surrogateescape")
    with pytest.raises(Refused):
        read_checkpoint(changed, PUBLIC)


def test_a_signature_has_one_spelling() -> None:
    text = sign_checkpoint(SEEN, KEY)
    assert text[-3] in "AEIMQUYcgkosw048"
    respelled = text[:-3] + chr(ord(text[-3]) + 1) + text[-2:]
    assert b64decode(respelled.split(" ")[-1]) == b64decode(text.split(" ")[-1])
    with pytest.raises(Refused, match="not base64"):
        read_checkpoint(respelled, PUBLIC)


def test_a_text_that_is_not_unicode_is_refused() -> None:
    with pytest.raises(Refused, match="not Unicode"):
        read_checkpoint("\udc80\n3\nx\ny\n\n\u2014 \udc80 AAAA\n", PUBLIC)


@given(st.text(max_size=80))
def test_any_other_text_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(CicatrixError) as caught:
        read_checkpoint(text, PUBLIC)
    assert "\n" not in str(caught.value)


def signed(body: str) -> str:
    name = body.split("\n")[0]
    raw = KEY.public_key().public_bytes_raw()
    key_id = sha256(name.encode() + b"\n\x01" + raw).digest()[:4]
    return f"{body}\n\u2014 {name} {b64encode(key_id + KEY.sign(body.encode())).decode()}\n"


ROOT = b64encode(b"\xab" * 32).decode()


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (f"cicatrix/x\n3\n{ROOT}\n", "fewer than four lines"),
        (f"cicatrix/x\n03\n{ROOT}\ntime 2026-03-04T09:30:00Z\n", "size"),
        (f"cicatrix/x\n-3\n{ROOT}\ntime 2026-03-04T09:30:00Z\n", "size"),
        ("cicatrix/x\n3\nnonsense!\ntime 2026-03-04T09:30:00Z\n", "hash"),
        ("cicatrix/x\n3\nqqo=\ntime 2026-03-04T09:30:00Z\n", "hash"),
        (f"cicatrix/x\n3\n{ROOT}\ntime yesterday\n", "time"),
        (f"cicatrix/x\n3\n{ROOT}\ntime 2026-03-04T09:30:00\n", "time"),
        (f"cicatrix/x\n3\n{ROOT}\nplace Guangzhou\n", "time"),
    ],
)
def test_a_signed_text_that_is_no_checkpoint_is_refused(body: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        read_checkpoint(signed(body), PUBLIC)


def test_other_extension_lines_and_signatures_of_unknown_keys_are_passed_over() -> None:
    text = signed(f"cicatrix/x\n3\n{ROOT}\nplace Guangzhou\ntime 2026-03-04T09:30:00Z\n")
    witness = f"\u2014 witness.example/w {b64encode(b'0' * 76).decode()}\n"
    checkpoint = read_checkpoint(text + witness, PUBLIC)
    assert (checkpoint.size, checkpoint.at.year) == (3, 2026)


def test_the_checkpoint_of_another_trial_is_refused() -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))
    with pytest.raises(Refused, match="no signature by this trial's key"):
        read_checkpoint(sign_checkpoint(SEEN, other), PUBLIC)


@pytest.mark.parametrize("key", ["", "key", "AAAA", "é"])
def test_a_text_that_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(Refused, match="not the base64 text of an Ed25519 key"):
        read_checkpoint(sign_checkpoint(SEEN, KEY), key)


def test_the_origin_of_any_study_can_be_signed() -> None:
    origin = origin_of("ChiCTR 2000+1")
    assert origin == "cicatrix/ChiCTR-2000-1"
    assert read_checkpoint(sign_checkpoint(Checkpoint(origin, 0, "0" * 64, NOW), KEY), PUBLIC)
    with pytest.raises(ValueError, match="spaces"):
        sign_checkpoint(Checkpoint("a b", 0, "0" * 64, NOW), KEY)


@given(st.integers(0, 6))
def test_a_ledger_that_grew_continues_its_checkpoint(size: int) -> None:
    lines = ledger_of(6)
    compare(seen_of(lines[:size]), lines)


@given(st.integers(0, 5))
def test_a_cut_tail_is_named(size: int) -> None:
    lines = ledger_of(6)
    with pytest.raises(LedgerBroken, match=f"saw 6 entries, this ledger holds {size}") as caught:
        compare(seen_of(lines), lines[:size])
    assert caught.value.seq == size + 1


def test_a_past_written_anew_is_named() -> None:
    with pytest.raises(LedgerBroken, match="rewritten at or before entry 4"):
        compare(seen_of(ledger_of(4)), ledger_of(6, seed=2))


def test_an_empty_ledger_has_a_checkpoint_too() -> None:
    compare(seen_of([]), [])
    with pytest.raises(LedgerBroken, match="rewritten"):
        compare(Checkpoint("cicatrix/x", 0, "1" * 64, NOW), [])
