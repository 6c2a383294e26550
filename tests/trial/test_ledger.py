"""What a ledger line is, and that no change to a line goes unseen."""

import json
import types
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from hashlib import sha256
from random import Random
from typing import Any, Literal, Union, get_args, get_origin

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from cicatrix.trial.errors import LedgerBroken, Refused
from cicatrix.trial.facts import (
    KINDS,
    Fact,
    FormSaved,
    RatingRecorded,
    RehearsalStarted,
    VisitAttended,
    VisitMissed,
)
from cicatrix.trial.ledger import GENESIS, Head, Line, read, seal, verified, verify, withhold
from cicatrix.trial.roles import Actor

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
ANA = Actor("ana", "investigator", "S1")
DORA = Actor("dora", "statistician")

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
INTS = st.integers(-(2**53) + 1, 2**53 - 1)
FLOATS = st.floats(-(2.0**53) + 1, 2.0**53 - 1) | st.floats(-1e-5, 1e-5) | st.just(1e22)


def values_of(annotation: Any) -> st.SearchStrategy[Any]:
    """Build values of one field's type."""
    plain = {str: TEXT, int: INTS, float: FLOATS, bool: st.booleans(), date: st.dates()}
    if annotation in plain:
        return plain[annotation]
    if annotation is None or annotation is type(None):
        return st.none()
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin is tuple:
        return st.lists(values_of(arguments[0]), max_size=3).map(tuple)
    if origin is Mapping:
        return st.dictionaries(values_of(arguments[0]), values_of(arguments[1]), max_size=3)
    if origin in (Union, types.UnionType):
        return st.one_of(*map(values_of, arguments))
    assert issubclass(annotation, BaseModel), f"no strategy for {annotation}"
    return st.builds(
        annotation,
        **{name: values_of(field.annotation) for name, field in annotation.model_fields.items()},
    )


FACTS = st.sampled_from(sorted(KINDS)).flatmap(lambda kind: values_of(KINDS[kind]))


def entropy(seed: int = 1) -> Any:
    return Random(seed).randbytes


def ledger_of(count: int = 6, seed: int = 1) -> list[Line]:
    facts = [VisitMissed(participant=f"S1-{n:03}", visit="M6", reason="é") for n in range(count)]
    return list(seal(GENESIS, facts, actor=ANA, now=NOW, entropy=entropy(seed)))


def prefixed(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(8, "big") + part for part in parts)


def forged(line: Line, header: str | None = None, disclosure: str | None = None) -> Line:
    """Rewrite a line as one could who may rewrite its hashes too."""
    old_header, old_disclosure = line.text.split("\n")
    disclosure = old_disclosure if disclosure is None else disclosure
    commitment = sha256(prefixed(b"cicatrix/commitment/1", disclosure.encode())).hexdigest()
    header = old_header if header is None else header
    header = header.replace(json.loads(old_header)["commitment"], commitment)
    digest = sha256(prefixed(b"cicatrix/entry/1", header.encode())).hexdigest()
    return Line(line.seq, f"{header}\n{disclosure}", digest)


def broken_at(lines: list[Line]) -> int:
    with pytest.raises(LedgerBroken) as caught:
        verify(lines)
    return caught.value.seq


def test_a_line_is_a_header_and_a_disclosure_in_canonical_form() -> None:
    fact = VisitAttended(participant="S1-001", visit="M6", on=date(2026, 3, 4))
    (line,) = seal(GENESIS, [fact], actor=ANA, now=NOW, entropy=lambda n: bytes(range(n)))
    disclosure = (
        '{"payload":{"on":"2026-03-04","participant":"S1-001","visit":"M6"},'
        '"salt":"000102030405060708090a0b0c0d0e0f"}'
    )
    commitment = sha256(prefixed(b"cicatrix/commitment/1", disclosure.encode())).hexdigest()
    header = (
        f'{{"actor":"ana","at":"2026-03-04T09:30:00.000000Z","commitment":"{commitment}",'
        f'"fact":"VisitAttended","prev":"{"0" * 64}","role":"investigator","seq":1,"site":"S1"}}'
    )
    assert line.text == f"{header}\n{disclosure}"
    assert line.hash == sha256(prefixed(b"cicatrix/entry/1", header.encode())).hexdigest()


def test_the_form_of_a_line_never_changes() -> None:
    facts = [RehearsalStarted(seed=7, participants=90)]
    (line,) = seal(GENESIS, facts, actor=DORA, now=NOW, entropy=entropy())
    assert line.hash == "c894cd7aeda2f79955f0a55480c636093a73d74f89bd6d9cb5aba380b0647c3f"


@given(st.lists(FACTS, max_size=4), st.builds(Actor, TEXT, TEXT, st.none() | TEXT))
def test_what_is_read_is_what_was_sealed(facts: list[Fact], actor: Actor) -> None:
    lines = seal(GENESIS, facts, actor=actor, now=NOW, entropy=entropy())
    entries = [read(line) for line in lines]
    assert [entry.fact for entry in entries] == facts
    assert all((entry.actor, entry.at) == (actor, NOW) for entry in entries)
    assert [(entry.seq, entry.hash) for entry in entries] == [
        (line.seq, line.hash) for line in lines
    ]
    headers = [json.loads(line.text.split("\n")[0]) for line in lines]
    assert [entry.commitment for entry in entries] == [one["commitment"] for one in headers]
    assert verify(lines) == (Head(lines[-1].seq, lines[-1].hash) if lines else GENESIS)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_fact_can_be_recorded(kind: str) -> None:
    @given(values_of(KINDS[kind]))
    def reads_back(fact: Fact) -> None:
        (line,) = seal(GENESIS, [fact], actor=ANA, now=NOW, entropy=entropy())
        assert read(line).fact == fact
        assert type(read(line).fact) is type(fact)

    reads_back()


def test_a_payload_states_its_defaults() -> None:
    fact = FormSaved(participant="S1-001", form="AE", values={}, study_version="1")
    (line,) = seal(GENESIS, [fact], actor=ANA, now=NOW, entropy=entropy())
    payload = json.loads(line.text.split("\n")[1])["payload"]
    assert payload.keys() == FormSaved.model_fields.keys()


def test_a_truth_value_does_not_become_a_number() -> None:
    values = {"supine": True, "height": 1, "pain": 0, "itch": False}
    fact = FormSaved(participant="S1-001", form="AE", values=values, study_version="1")
    (line,) = seal(GENESIS, [fact], actor=ANA, now=NOW, entropy=entropy())
    back = read(line).fact
    assert isinstance(back, FormSaved)
    assert {name: type(value) for name, value in back.values.items()} == {
        "supine": bool, "height": int, "pain": int, "itch": bool,
    }  # fmt: skip


@pytest.mark.parametrize("value", [2**53, -(2**53), 1e17, 2.0**53, float("nan"), float("inf")])
def test_a_number_that_would_not_read_back_is_refused(value: float) -> None:
    fact = FormSaved(participant="S1-001", form="AE", values={"dose": value}, study_version="1")
    with pytest.raises(Refused, match="cannot be recorded exactly") as caught:
        seal(GENESIS, [fact], actor=ANA, now=NOW, entropy=entropy())
    assert caught.value.rule == "exactness"


def test_a_name_that_is_not_unicode_is_refused() -> None:
    with pytest.raises(Refused, match="not Unicode"):
        seal(GENESIS, _one(), actor=Actor("\ud800", "rater"), now=NOW, entropy=entropy())


def _one() -> list[Fact]:
    return [VisitMissed(participant="S1-001", visit="M6", reason="ill")]


def test_a_time_without_a_zone_is_a_programmers_mistake() -> None:
    with pytest.raises(ValueError, match="time zone"):
        seal(GENESIS, _one(), actor=ANA, now=NOW.replace(tzinfo=None), entropy=entropy())


def test_a_fact_outside_the_list_of_kinds_cannot_be_sealed() -> None:
    class Invented(Fact):
        pass

    with pytest.raises(TypeError, match="Invented"):
        seal(GENESIS, [Invented()], actor=ANA, now=NOW, entropy=entropy())


@given(st.datetimes(), st.integers(-12 * 60, 12 * 60))
def test_times_are_kept_to_the_microsecond_in_utc(naive: datetime, minutes: int) -> None:
    if not 2 <= naive.year <= 9998:
        return
    now = naive.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    (line,) = seal(GENESIS, _one(), actor=ANA, now=now, entropy=entropy())
    assert read(line).at == now
    assert read(line).at.tzinfo == UTC
    assert len(json.loads(line.text.split("\n")[0])["at"]) == 27


def test_an_empty_ledger_verifies() -> None:
    assert verify([]) == GENESIS


def test_verification_can_go_on_from_a_head() -> None:
    lines = ledger_of()
    middle = verify(lines[:3])
    assert verify(lines[3:], start=middle) == verify(lines)
    with pytest.raises(LedgerBroken):
        verify(lines[4:], start=middle)


def test_checked_lines_are_passed_on_until_the_first_bad_one() -> None:
    lines = ledger_of()
    lines[3] = replace(lines[3], hash="f" * 64)
    stream = verified(lines)
    assert [next(stream) for _ in range(3)] == lines[:3]
    with pytest.raises(LedgerBroken, match=r"^Entry 4: "):
        next(stream)


@given(st.data())
def test_a_flipped_byte_of_any_line_is_found(data: st.DataObject) -> None:
    lines = ledger_of()
    at = data.draw(st.integers(0, len(lines) - 1))
    column = data.draw(st.sampled_from(["text", "hash"]))
    content = bytearray(getattr(lines[at], column).encode())
    where = data.draw(st.integers(0, len(content) - 1))
    content[where] ^= data.draw(st.integers(1, 255))
    changed = bytes(content).decode(errors="surrogateescape")
    old = lines[at]
    lines[at] = replace(old, text=changed) if column == "text" else replace(old, hash=changed)
    assert broken_at(lines) == at + 1


@given(st.integers(0, 5), st.integers(-3, 10))
def test_a_changed_number_is_found(at: int, seq: int) -> None:
    lines = ledger_of()
    if seq == at + 1:
        return
    lines[at] = replace(lines[at], seq=seq)
    assert broken_at(lines) == at + 1


@given(st.data())
def test_a_text_cut_or_lengthened_anywhere_is_found(data: st.DataObject) -> None:
    lines = ledger_of()
    at = data.draw(st.integers(0, len(lines) - 1))
    text = lines[at].text
    if data.draw(st.booleans()):
        changed = text[: data.draw(st.integers(0, len(text) - 1))]
    else:
        where = data.draw(st.integers(0, len(text)))
        changed = text[:where] + data.draw(st.text(min_size=1, max_size=2)) + text[where:]
    lines[at] = replace(lines[at], text=changed)
    if changed != text:
        assert broken_at(lines) == at + 1


@given(st.integers(0, 4))
def test_a_removed_line_is_found(at: int) -> None:
    lines = ledger_of()
    del lines[at]
    assert broken_at(lines) == at + 1


@given(st.integers(0, 5), st.integers(0, 6))
def test_a_repeated_line_is_found(which: int, where: int) -> None:
    lines = ledger_of()
    lines.insert(where, lines[which])
    assert broken_at(lines) == where + 1 + (where == which)


@given(st.integers(0, 4), st.integers(1, 5))
def test_lines_that_changed_places_are_found(first: int, second: int) -> None:
    lines = ledger_of()
    if first < second:
        lines[first], lines[second] = lines[second], lines[first]
        assert broken_at(lines) == first + 1


@given(st.integers(0, 5), st.booleans())
def test_an_inserted_or_exchanged_line_of_another_ledger_is_found(at: int, exchanged: bool) -> None:
    lines, others = ledger_of(), ledger_of(seed=2)
    if exchanged:
        lines[at] = others[at]
    else:
        lines.insert(at, others[at])
    if not exchanged or at > 0:
        assert at + 1 <= broken_at(lines) <= at + 2
    else:
        assert broken_at(lines) == 2


@given(st.integers(0, 4))
def test_a_rewritten_line_with_new_hashes_breaks_the_next(at: int) -> None:
    lines = ledger_of()
    disclosure = lines[at].text.split("\n")[1].replace("M6", "M7")
    lines[at] = forged(lines[at], disclosure=disclosure)
    assert verify(lines[: at + 1]).seq == at + 1
    assert broken_at(lines) == at + 2


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"visit"', ' "visit"'),
        ('"M6"', '"\\u004d6"'),
        ('"visit":"M6"', '"visit":"M6","visit":"M6"'),
        ('"visit":"M6"', '"visit":1.0'),
        ('"visit":"M6"', '"visit":1e-07'),
        ('"visit":"M6"', '"visit":-0'),
        ('"visit":"M6"', '"visit":9007199254740993'),
        ('"visit":"M6"', '"visit":NaN'),
        ('"visit":"M6"', '"visit":{"\uff0c":1,"\U0001f600":2}'),
        ('"visit":"M6"', '"visit":"/\\/"'),
        ('{"payload"', '{"more":1,"payload"'),
        ('{"payload":{', '{"payload":[{'),
        ('"salt":"', '"salt":"00'),
    ],
)
def test_a_second_way_to_write_the_same_content_is_found(old: str, new: str) -> None:
    line = ledger_of(1)[0]
    disclosure = line.text.split("\n")[1]
    assert disclosure.count(old) == 1
    assert broken_at([forged(line, disclosure=disclosure.replace(old, new))]) == 1


@pytest.mark.parametrize(
    "text", ['"visit":1e-7', '"visit":{"\U0001f600":2,"\uff0c":1}', '"visit":1.5']
)
def test_the_one_way_to_write_rare_content_is_accepted(text: str) -> None:
    line = ledger_of(1)[0]
    disclosure = line.text.split("\n")[1].replace('"visit":"M6"', text)
    assert verify([forged(line, disclosure=disclosure)]).seq == 1


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('"seq":1', '"seq":2', "says that it is line 2"),
        ('"seq":1', '"seq":1,"sees":"all"', "canonical"),
        ('"seq":1', '"seq": 1', "canonical"),
        (',"seq":1', "", "canonical"),
        ("0" * 64, "1" * 64, "does not follow"),
    ],
)
def test_a_header_that_lies_is_found(old: str, new: str, why: str) -> None:
    line = ledger_of(1)[0]
    with pytest.raises(LedgerBroken, match=why):
        verify([forged(line, header=line.text.split("\n")[0].replace(old, new))])


@given(st.sets(st.integers(0, 5), min_size=1))
def test_a_copy_may_withhold_contents_and_still_verify(which: set[int]) -> None:
    lines = ledger_of()
    copy = [withhold(line) if line.seq - 1 in which else line for line in lines]
    assert verify(copy, allow_withheld=True) == verify(lines)
    assert broken_at(copy) == min(which) + 1
    assert "é" not in copy[min(which)].text
    with pytest.raises(LedgerBroken, match="withheld"):
        read(copy[min(which)])


def test_a_withheld_line_still_says_who_when_and_what_kind() -> None:
    header = json.loads(withhold(ledger_of(1)[0]).text)
    assert (header["actor"], header["fact"], header["at"][:4]) == ("ana", "VisitMissed", "2026")


def test_equal_content_has_unequal_commitments() -> None:
    lines = seal(GENESIS, _one() * 2, actor=ANA, now=NOW, entropy=entropy())
    first, second = (json.loads(line.text.split("\n")[0])["commitment"] for line in lines)
    assert first != second


@pytest.mark.parametrize(
    "text",
    ["", "\n", "{}\n{}", "[]\n" + "x" * 60, 'null\n{"payload":{},"salt":"' + "0" * 32 + '"}'],
)
def test_what_is_no_line_is_not_read(text: str) -> None:
    with pytest.raises(LedgerBroken, match=r"^Entry 3: "):
        read(Line(3, text, "0" * 64))


def test_a_kind_of_fact_unknown_to_this_version_is_named() -> None:
    line = ledger_of(1)[0]
    with pytest.raises(LedgerBroken, match="does not know the kind of fact 'VisitMoved'"):
        read(replace(line, text=line.text.replace("VisitMissed", "VisitMoved")))


def test_a_rating_reads_back_with_its_tuples() -> None:
    fact = RatingRecorded(
        participant="S1-001", visit="M6", form="VSS", region="scar", position=1,
        values={"height": 2, "sites": ("left", "right"), "thickness_mm": 2.5},
        conditions=("supine", "bright light"), on=date(2026, 3, 4), study_version="1",
    )  # fmt: skip
    ben = Actor("ben", "rater", "S1")
    (line,) = seal(GENESIS, [fact], actor=ben, now=NOW, entropy=entropy())
    assert read(line).fact == fact
