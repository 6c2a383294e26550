"""The ledger: facts in the order in which they happened, as text that cannot change unseen.

A line is what is stored, an entry what a line says. This is pure: the table is store/, the
meaning trial.py, the signed word on a ledger's length checkpoint.py. A line's text is two RFC 8785
documents: a header (who, when, what kind, after which line), and a disclosure with the salted
payload, every field stated so that a later default cannot change it. The hash covers the header,
the header a commitment to the disclosure: a copy may withhold a payload and still verify.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256

import rfc8785

from cicatrix.trial.commitment import prefixed
from cicatrix.trial.errors import LedgerBroken, Refused
from cicatrix.trial.facts import KINDS, Fact
from cicatrix.trial.roles import Actor

SALT_BYTES = 16
_LARGEST = 2**53 - 1
_HEADER_KEYS = frozenset(
    ("actor", "at", "commitment", "fact", "prev", "role", "seq", "site"),
)
_BEFORE_PAYLOAD = '{"payload":'
_BEFORE_SALT = ',"salt":"'
_AFTER_SALT = '"}'
_SALT_START = 2 * SALT_BYTES + len(_AFTER_SALT)
_PAYLOAD_END = _SALT_START + len(_BEFORE_SALT)


@dataclass(frozen=True, slots=True)
class Line:
    """One stored line: its number, its exact text and the hash of its header."""

    seq: int
    text: str
    hash: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What one line says: who, in which role, at which site, when, did what.

    `commitment` stands for the salted content alone, `hash` for its place in the chain as well.
    """

    seq: int
    hash: str
    commitment: str
    at: datetime
    actor: Actor
    fact: Fact


@dataclass(frozen=True, slots=True)
class Head:
    """The last line of a ledger, by number and hash: all that an append must know."""

    seq: int
    hash: str


GENESIS = Head(0, "0" * 64)
"""The head of an empty ledger."""


_COMMITMENT = prefixed(b"cicatrix/commitment/1")
_ENTRY = prefixed(b"cicatrix/entry/1")


def _digest(tag: bytes, document: bytes) -> str:
    return sha256(tag + prefixed(document)).hexdigest()


def seal(
    head: Head,
    facts: Sequence[Fact],
    *,
    actor: Actor,
    now: datetime,
    entropy: Callable[[int], bytes],
) -> tuple[Line, ...]:
    """Make the lines that record `facts` after `head`, all of one actor and one moment.

    A fact that would not read back as it is (a number beyond 2^53, text that is not Unicode) is
    refused, and with it the whole act.
    """
    at = _timestamp(now)
    lines = []
    for fact in facts:
        line = _line(head, fact, actor, at, entropy(SALT_BYTES))
        lines.append(line)
        head = Head(line.seq, line.hash)
    return tuple(lines)


def _timestamp(now: datetime) -> str:
    if now.tzinfo is None:
        raise ValueError("The time of an act needs a time zone: pass an aware datetime.")
    return now.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _line(head: Head, fact: Fact, actor: Actor, at: str, salt: bytes) -> Line:
    kind = type(fact).__name__
    if KINDS.get(kind) is not type(fact):
        raise TypeError(f"{kind} is no kind of fact: add it to facts.py first.")
    if len(salt) != SALT_BYTES:
        raise ValueError(f"A salt has {SALT_BYTES} bytes and the source of entropy gave another.")
    try:
        disclosure = _disclosure(fact, salt)
        header = rfc8785.dumps(
            {
                "actor": actor.user,
                "at": at,
                "commitment": _digest(_COMMITMENT, disclosure),
                "fact": kind,
                "prev": head.hash,
                "role": actor.role,
                "seq": head.seq + 1,
                "site": actor.site,
            },
        )
    except ValueError as problem:
        raise Refused(
            "exactness",
            f"{kind} cannot be recorded exactly: a number in it is beyond 2^53 or not a number, "
            "or a text is not Unicode; enter the number as text or in a larger unit.",
        ) from problem
    text = header.decode() + "\n" + disclosure.decode()
    return Line(head.seq + 1, text, _digest(_ENTRY, header))


def _disclosure(fact: Fact, salt: bytes) -> bytes:
    payload = rfc8785.dumps(fact.model_dump(mode="json"))
    if _canonical(payload.decode()) is None or type(fact).model_validate_json(payload) != fact:
        raise ValueError(payload)
    tail = f"{_BEFORE_SALT}{salt.hex()}{_AFTER_SALT}"
    return _BEFORE_PAYLOAD.encode() + payload + tail.encode()


def withhold(line: Line) -> Line:
    """Drop a line's payload and salt, for a copy whose reader may know only that it exists."""
    return Line(line.seq, line.text.partition("\n")[0], line.hash)


_actor = lru_cache(maxsize=1024)(Actor)


def read(line: Line) -> Entry:
    """Say what a line records; it is not checked against its neighbours (`verify` does that)."""
    head, newline, disclosure = line.text.partition("\n")
    if not newline:
        raise LedgerBroken(line.seq, "its content was withheld from this copy and cannot be read")
    if disclosure[-_PAYLOAD_END:-_SALT_START] != _BEFORE_SALT:
        raise LedgerBroken(line.seq, "its content is not in the form of a ledger line")
    try:
        header = json.loads(head)
        kind = KINDS.get(header["fact"])
        if kind is None:
            raise LedgerBroken(
                line.seq,
                f"this version of Cicatrix does not know the kind of fact {header['fact']!r}",
            )
        fact = kind.model_validate_json(disclosure[len(_BEFORE_PAYLOAD) : -_PAYLOAD_END])
        return Entry(
            line.seq,
            line.hash,
            header["commitment"],
            datetime.fromisoformat(header["at"]),
            _actor(header["actor"], header["role"], header["site"]),
            fact,
        )
    except (ValueError, KeyError, TypeError, RecursionError) as problem:
        raise LedgerBroken(line.seq, "it cannot be read as a ledger line") from problem


def verify(lines: Iterable[Line], *, start: Head = GENESIS, allow_withheld: bool = False) -> Head:
    """Check every line after `start` and return the head; raise LedgerBroken at the first bad one.

    A cut tail leaves a shorter ledger that is whole in itself: only a checkpoint shows it.
    """
    head = start
    for line in verified(lines, start=start, allow_withheld=allow_withheld):
        head = Head(line.seq, line.hash)
    return head


def verified(
    lines: Iterable[Line],
    *,
    start: Head = GENESIS,
    allow_withheld: bool = False,
) -> Iterator[Line]:
    """Pass on lines one by one, each checked first, so that checking and reading are one pass."""
    seq, prev = start.seq, start.hash
    for line in lines:
        seq += 1
        why = _fault(line, seq, prev, allow_withheld)
        if why:
            raise LedgerBroken(seq, why)
        prev = line.hash
        yield line


def _fault(line: Line, seq: int, prev: str, allow_withheld: bool) -> str | None:
    """Say what is wrong with a line where `seq` and `prev` are due, or None."""
    if line.seq != seq:
        return f"line {line.seq} stands where line {seq} is due (removed, inserted or moved)"
    head, newline, disclosure = line.text.partition("\n")
    try:
        hashed = _digest(_ENTRY, head.encode())
        committed = _digest(_COMMITMENT, disclosure.encode())
    except UnicodeEncodeError:
        return "its text is not Unicode"
    if hashed != line.hash:
        return "its header does not match its hash (one of them was changed)"
    header = _canonical(head)
    if not isinstance(header, dict) or header.keys() != _HEADER_KEYS:
        return "its header is not in canonical form"
    if header["seq"] != seq:
        return f"its header says that it is line {header['seq']}"
    if header["prev"] != prev:
        return "it does not follow the line before it (the line before it was replaced)"
    if not newline:
        return None if allow_withheld else "its content was withheld from this copy"
    if committed != header["commitment"]:
        return "its content was changed (it does not match the commitment)"
    return None if _is_disclosure(disclosure) else "its content is not in canonical form"


def _is_disclosure(disclosure: str) -> bool:
    value = _canonical(disclosure)
    return (
        isinstance(value, dict)
        and value.keys() == {"payload", "salt"}
        and isinstance(value["payload"], dict)
        and isinstance(value["salt"], str)
        and len(value["salt"]) == 2 * SALT_BYTES
    )


def _canonical(text: str) -> object:
    """Parse one RFC 8785 document; None if it is not the one way to write what it says.

    The C encoder of the standard library writes the same text as RFC 8785 but for the order of
    keys beyond the basic plane and the form of some fractions: only those take the slow way.
    """
    try:
        value = _parse(text)
        if _write(value) == text and (text.isascii() or max(text) < "\U00010000"):
            return value
        return value if rfc8785.dumps(value) == text.encode() else None
    except (ValueError, RecursionError):
        return None


def _exact_int(text: str) -> int:
    number = int(text)
    if not -_LARGEST <= number <= _LARGEST:
        raise ValueError(text)
    return number


def _exact_float(text: str) -> float:
    number = float(text)
    plain = repr(number) == text and "e" not in text and not text.endswith(".0")
    if not plain and rfc8785.dumps(number) != text.encode():
        raise ValueError(text)
    return number


_parse = json.JSONDecoder(parse_int=_exact_int, parse_float=_exact_float).decode
_write = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
).encode
