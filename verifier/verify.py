"""Check the public allocation bundle of a randomized trial, with the standard library alone.

    python3 -I -S verify.py bundle.json [--against CHECKPOINT] [--json]

A bundle is the one file with which a trial shows that its allocation list was promised before the
first participant was randomised, was drawn by chance and not chosen, and was handed out in order; a
receipt, which is checked as well, shows to one participant what her number held.
This program is written from docs/reference/bundle.md and shares no code with the software that ran
the trial. It prints, line by line, what is proven, what is not, and why, and ends with a verdict.
`--against` names a checkpoint (a short signed text) that you kept from earlier: it shows whether
the ledger was cut or rewritten since. Nothing is sent anywhere and nothing is written.

Exit status: 0 all that can be checked holds; 1 something is wrong; 2 wrong use, or not a bundle.
It needs Python 3.9 or newer.

Read it from the end: `examine` runs the checks in order; above them are the drawing procedures,
above those how a bundle is read, and at the top the few pieces of cryptography.
Numbers in a bundle are whole: a fraction is refused. Other text of the ledger is hashed only.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import json
import re
import sys
import textwrap
from collections.abc import Iterator
from typing import Any, NamedTuple

LARGEST_FILE = 2**30  # octets
LARGEST_NUMBER = 2**53 - 1  # RFC 8785: beyond it programs disagree about a number
MOST_ARMS = MOST_SIZES = 100  # no trial has more; the bound keeps a made-up bundle from taking days
LEGEND = "What is PROVEN this file shows by itself; what is NOT PROVEN it cannot show."
TRIED = "who knew it before could have tried secrets until a list pleased"


class Wrong(Exception):
    """The bundle contradicts itself; the text says where and what was expected."""


class NotABundle(Exception):
    """The file cannot be read as a bundle; the text says why."""


def length_prefixed(part: bytes) -> bytes:
    """LP: eight octets of length, then the octets."""
    return len(part).to_bytes(8, "big") + part


def tagged_hash(tag: str, *parts: bytes) -> str:
    """H: SHA-256 of the tag and the parts, each with its length before it; in hex."""
    return hashlib.sha256(b"".join(map(length_prefixed, (tag.encode(), *parts)))).hexdigest()


def mac(key: bytes, message: bytes) -> bytes:
    """HMAC with SHA-256."""
    return hmac.new(key, message, hashlib.sha256).digest()


def hkdf(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    """RFC 5869 with SHA-256."""
    key, block, output = mac(salt, secret), b"", b""
    while len(output) < length:
        block = mac(key, block + info + bytes([len(output) // 32 + 1]))
        output += block
    return output[:length]


class Generator:
    """HMAC_DRBG of NIST SP 800-90A, 10.1.2, with SHA-256, and the choices made from it."""

    def __init__(self, seed: bytes) -> None:
        self.key, self.value = bytes(32), b"\x01" * 32
        self._update(seed)

    def _update(self, data: bytes) -> None:
        for separator in (b"\x00", b"\x01") if data else (b"\x00",):
            self.key = mac(self.key, self.value + separator + data)
            self.value = mac(self.key, self.value)

    def octets(self, count: int) -> bytes:
        """Give up to 32 octets, as one request."""
        self.value = mac(self.key, self.value)
        octets = self.value[:count]
        self._update(b"")
        return octets

    def below(self, n: int) -> int:
        """Draw a whole number from 0 to n - 1, each equally likely."""
        bits = (n - 1).bit_length()
        while bits:
            drawn = int.from_bytes(self.octets((bits + 7) // 8), "big") >> (-bits % 8)
            if drawn < n:
                return drawn
        return 0

    def shuffled(self, items: list[str]) -> list[str]:
        """Put the items in random order, each order equally likely."""
        for last in range(len(items) - 1, 0, -1):
            other = self.below(last + 1)
            items[last], items[other] = items[other], items[last]
        return items


def merkle_root(leaves: list[bytes]) -> str:
    """RFC 9162, section 2.1: pair neighbours level by level; an odd one moves up as it is."""
    level = [hashlib.sha256(b"\x00" + leaf).digest() for leaf in leaves]
    while len(level) > 1:
        odd = level[len(level) - len(level) % 2 :]
        pairs = range(0, len(level) - 1, 2)
        level = [hashlib.sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in pairs] + odd
    return (level[0] if level else hashlib.sha256(b"").digest()).hex()


def merkle_root_from(leaf: bytes, place: int, places: int, proof: list[str]) -> str | None:
    """RFC 9162, section 2.1.3.2: the root to which a proof leads from a leaf; None for no proof."""
    node, at, last, steps = hashlib.sha256(b"\x00" + leaf).digest(), place - 1, places - 1, proof[:]
    while last:
        if at % 2 or at < last:
            if not steps:
                return None
            beside = bytes.fromhex(steps.pop(0))
            pair = beside + node if at % 2 else node + beside
            node = hashlib.sha256(b"\x01" + pair).digest()
        at, last = at // 2, last // 2
    return None if steps else node.hex()


def parse(text: str) -> Any:
    """Read JSON; refuse duplicate keys, fractions and numbers beyond 2^53 (ValueError)."""
    try:
        return _DECODER.decode(text)
    except RecursionError:
        raise ValueError("its brackets are nested too deep") from None
    except json.JSONDecodeError as problem:
        raise ValueError(f"it is not JSON: {problem}") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {shown(key)} stands twice in one object")
        found[key] = value
    return found


def _whole(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > LARGEST_NUMBER:
        raise ValueError(f"the number {text[:20]}... is beyond 2^53")
    return int(text)


def _refused(text: str) -> None:
    raise ValueError(f"{text[:20]} is not a whole number, and a bundle holds no other numbers")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_whole, parse_float=_refused, parse_constant=_refused
)
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def canonical(value: Any) -> bytes:
    """Write a value as RFC 8785 does: keys by UTF-16 code units, no spaces, shortest escapes."""
    try:
        return _ENCODER.encode(_sorted(value)).encode()
    except (RecursionError, UnicodeEncodeError):
        raise ValueError("it is nested too deep or its text is not Unicode") from None


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return {key: _sorted(value[key]) for key in keys}
    return [_sorted(one) for one in value] if isinstance(value, list) else value


def shown(value: object) -> str:
    """Quote a value that the bundle chose: no control characters, no great length."""
    text = repr(value[:65] if isinstance(value, str) else value)
    return text if len(text) <= 66 else text[:60] + "..."


Shape = Any  # a type, a pattern, {field: shape}, [shape of each], or (shape,) if null may stand
HEX, HEX32 = re.compile(r"(?:[0-9a-f]{2})+"), re.compile(r"[0-9a-f]{64}")
HEX16 = re.compile(r"[0-9a-f]{32}")
WORDS = textwrap.TextWrapper(
    100, subsequent_indent=" " * 12, break_long_words=False, break_on_hyphens=False
)  # what follows a line stands under its sentence
MORE = "..."  # further fields may stand there
ANY = {MORE: MORE}
SLOT: Shape = {"number": str, "stratum": str, "kits": [str], "commitment": HEX32}
OPENED_SLOT: Shape = {"number": str, "arm": str, "block": int, "nonce": HEX32}
MINIMISED_SLOT: Shape = {**OPENED_SLOT, "arm": (str,), "draw": HEX16}
OPENING = {"secret": HEX32, "nonce": HEX32, "procedure": ANY, "slots": [ANY]}
BUNDLE: Shape = {
    "format": str, "study": {"id": str, "digest": HEX32}, "list_id": str, "rehearsal": bool,
    "commit": {"commitment": HEX32, "beacon": {"kind": str, **ANY}}, "beacon": (ANY,),
    "slots": [SLOT], "root": HEX32, "checkpoint": (str,),
    "ledger": [{"seq": int, "text": str, "hash": HEX32}], "opening": (OPENING,),
}  # fmt: skip
RECEIPT: Shape = {
    "format": str, "study": {"id": str, "digest": HEX32}, "list_id": str, "slot": SLOT, "arm": str,
    "nonce": HEX32, "place": int, "places": int, "proof": [HEX32], "root": HEX32,
}  # fmt: skip
BEACONS: dict[str, tuple[Shape, Shape]] = {  # as promised, and what came out
    "drand": ({"kind": str, "chain": HEX, "scheme": str, "public_key": HEX, "round": int},
              ({"signature": HEX, "previous_signature": (HEX,), "randomness": HEX32},)),
    "second_party": ({"kind": str, "name": str, "commitment": HEX32},
                     ({"secret": HEX32, "nonce": HEX32, "randomness": HEX32},)),
}  # fmt: skip
CHAINS = {  # drand's, as its relays publish them under /info: hash to name, scheme, public key
    "8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce": (
        "default", "pedersen-bls-chained", "868f005eb8e6e4ca0a47c8a77ceaa5309a47978a7c71bc5c"
        "ce96366b5d7a569937c529eeda66c7293784a9402801af31"),
    "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971": (
        "quicknet", "bls-unchained-g1-rfc9380", "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911f"
        "b90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb"
        "5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"),
}  # fmt: skip
REQUESTED = "RandomisationRequested"
HEADER: Shape = {"seq": int, "prev": HEX32, "fact": str, "at": str, "commitment": HEX32, **ANY}
PAYLOADS: dict[str, Shape] = {  # the kinds of line that may not be withheld
    "TrialFounded": {"study_id": str, "study_digest": str, **ANY},
    "SecretCommitted": {"list_id": str, "commitment": str, "beacon": ANY, **ANY},
    "ListAborted": {"list_id": str, **ANY},
    "ListSealed": {
        "list_id": str, "commitment": str, "study_digest": str, "rehearsal": bool,
        "slots": [SLOT], **ANY},
    REQUESTED: {"participant": str, "levels": ANY, **ANY},  # once the list is opened
    "Randomised": {"participant": str, "stratum": str, "number": str, **ANY},
    "AllocationOpened": {"list_id": str, **ANY},
}  # fmt: skip


def fit(value: Any, shape: Shape, where: str) -> None:
    """Raise ValueError, saying where, unless a value has a shape."""
    if isinstance(shape, tuple):
        if value is not None:
            fit(value, shape[0], where)
    elif isinstance(shape, list):
        if not isinstance(value, list):
            raise ValueError(f"{where} is not a list")
        for place, one in enumerate(value):
            fit(one, shape[0], f"{where}[{place}]")
    elif isinstance(shape, dict):
        if not isinstance(value, dict):
            raise ValueError(f"{where} is not an object")
        for key in value if MORE not in shape else ():
            if key not in shape:
                raise ValueError(f"{where} has an unknown field {shown(key)}")
        for key in shape:
            if key not in value and key != MORE:
                raise ValueError(f"{where} has no field {key}")
            if key != MORE:
                fit(value[key], shape[key], f"{where}.{key}")
    elif shape is str:
        if not isinstance(value, str) or re.search("[\ud800-\udfff]", value):
            raise ValueError(f"{where} is not Unicode text")
    elif shape in (int, bool):
        if type(value) is not shape:
            kind = "a whole number" if shape is int else "true or false"
            raise ValueError(f"{where} is not {kind}")
    elif not isinstance(value, str) or not shape.fullmatch(value):
        digits = {HEX32: "64", HEX16: "32"}.get(shape, "an even number of")
        raise ValueError(f"{where} is not {digits} hexadecimal digits in lower case")


Drawn = Iterator[tuple[str, int]]  # arm and block of every place of one stratum


def take(weights: dict[str, int], draw: Generator) -> str:
    """Draw an arm with the given weights: their ranges lie end to end in the arms' order."""
    x = draw.below(sum(weights.values()))
    for arm, weight in weights.items():
        x -= weight
        if x < 0:
            return arm
    raise AssertionError("x was drawn below the sum of the weights")


def simple(p: Any, ratio: dict[str, int], places: int, draw: Generator) -> Drawn:
    """Toss the same coin for each place."""
    for _ in range(places):
        yield take(ratio, draw), 1


def permuted_blocks(p: Any, ratio: dict[str, int], places: int, draw: Generator) -> Drawn:
    """Shuffle balanced blocks; the size of each is drawn from those that still fit."""
    fillable = [True]
    for rest in range(1, places + 1):
        fillable.append(any(size <= rest and fillable[rest - size] for size in p["sizes"]))
    block = 0
    while places:
        block += 1
        fit_in = [size for size in p["sizes"] if size <= places and fillable[places - size]]
        if not fit_in:
            raise Wrong(f"whole blocks of the sizes {p['sizes']} cannot fill {places} places")
        size = fit_in[draw.below(len(fit_in))]
        once = [arm for arm in ratio for _ in range(ratio[arm])]
        for arm in draw.shuffled(once * (size // len(once))):
            yield arm, block
        places -= size


def big_stick(p: Any, ratio: dict[str, int], places: int, draw: Generator) -> Drawn:
    """Toss a coin among the arms that are less than `limit` ahead of the smallest."""
    counts = dict.fromkeys(ratio, 0)
    for _ in range(places):
        least = min(counts.values())
        arms = [arm for arm in counts if counts[arm] < least + p["limit"]]
        arm = arms[draw.below(len(arms))]
        counts[arm] += 1
        yield arm, 1


def biased_coin(p: Any, ratio: dict[str, int], places: int, draw: Generator) -> Drawn:
    """Favour the arms that are behind, with a fixed probability."""
    counts = dict.fromkeys(ratio, 0)
    for _ in range(places):
        least = min(counts.values())
        arms = [arm for arm in counts if counts[arm] == least]
        if len(arms) < len(counts) and draw.below(p["probability"][1]) >= p["probability"][0]:
            arms = [arm for arm in counts if arm not in arms]
        arm = arms[draw.below(len(arms))]
        counts[arm] += 1
        yield arm, 1


def urn(p: Any, ratio: dict[str, int], places: int, draw: Generator) -> Drawn:
    """Draw a ball and add balls of all the other arms."""
    balls = {arm: p["start"] * ratio[arm] for arm in ratio}
    for _ in range(places):
        arm = take(balls, draw)
        balls = {o: balls[o] + (p["add"] * ratio[o] if o != arm else 0) for o in balls}
        yield arm, 1


def minimisation(p: Any, ratio: dict[str, int], places: int, draw: Generator) -> Drawn:
    """Draw what each place promises; `replay` makes arms of these and of the levels."""
    for _ in range(places):
        yield draw.octets(16).hex(), 1


FACTOR: Shape = {"factor": str, "levels": [str], "weight": int}
FURTHER_FIELDS: dict[str, Shape] = {
    "minimisation": {"factors": [FACTOR], "measure": str, "probability": [int]},
    "simple": {}, "permuted_blocks": {"sizes": [int]}, "big_stick": {"limit": int},
    "biased_coin": {"probability": [int]}, "urn": {"start": int, "add": int},
}  # fmt: skip
KINDS = (simple, permuted_blocks, big_stick, biased_coin, urn, minimisation)
DRAW = {one.__name__: one for one in KINDS}


def ratio_of(p: Any) -> dict[str, int]:
    """Check that a procedure is one of the reference's; give its ratio in the arms' order."""
    fit(p, {"kind": str, **ANY}, "the procedure")
    if p["kind"] not in DRAW:
        raise ValueError(f"this program does not know the kind {shown(p['kind'])}")
    strata = {"strata": [{"stratum": str, "slots": int}], "arms": [str], "ratio": ANY}
    fit(p, {"kind": str, **strata, **FURTHER_FIELDS[p["kind"]]}, "the procedure")
    fit(list(p["ratio"].values()), [int], "the procedure's ratio")
    arms, shares, whole = p["arms"], set(p["ratio"].values()), sum(p["ratio"].values())
    sizes, chance = p.get("sizes", [whole]), p.get("probability", [1, 1])
    in_multiples = all(size % whole == 0 for size in sizes) if whole else False
    needs = {
        "ratio names each arm once": sorted(arms) == sorted(p["ratio"]),
        f"arms are 2 to {MOST_ARMS}": 1 < len(arms) <= MOST_ARMS,
        "ratio has no number below 1": min(shares, default=0) >= 1,
        "ratio is equal": len(shares) == 1
        or p["kind"] not in ("big_stick", "biased_coin", "minimisation"),
        f"sizes are 1 to {MOST_SIZES}, ascending": 0 < len(sizes) <= MOST_SIZES
        and sizes == sorted(set(sizes)),
        "sizes are multiples of the ratio's sum": in_multiples and min(sizes, default=0) > 0,
        "probability is a fraction": len(chance) == 2 and 0 <= chance[0] <= chance[1] > 0,
        "limit and start are not below 1": p.get("limit", 1) >= 1 and p.get("start", 1) >= 1,
        "add is not below 0": p.get("add", 0) >= 0,
    }
    if p["kind"] == "minimisation":
        names = [one["factor"] for one in p["factors"]]
        least = min((one["weight"] for one in p["factors"]), default=0)
        needs["factors stand once, with weights from 1"] = len({*names}) == len(names) and least > 0
        needs["measure is range or variance"] = p["measure"] in ("range", "variance")
        top, base = (*chance, 0, 0)[:2]
        needs["probability favours one of several arms"] = top < base < top * len(arms)
        needs["places are one stratum"] = len(p["strata"]) == 1
    for need, met in needs.items():
        if not met:
            raise ValueError(f"the procedure is not one of the reference's, whose {need}")
    return {arm: p["ratio"][arm] for arm in arms}


Findings = Iterator[tuple[bool, str]]  # proven?, sentence; Wrong at the first contradiction


class Line(NamedTuple):
    """What a ledger line records; no payload where it is withheld or not needed."""

    seq: int
    fact: str
    at: str
    payload: Any


class Bundle:
    """A bundle of the right shape, and the lines of its ledger as far as the chain is whole."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.content = content
        self.digest = content["study"]["digest"].encode()
        self.lines: list[Line] = []
        self.unbroken = False

    def __getitem__(self, field: str) -> Any:
        return self.content[field]

    def all(self, *facts: str) -> list[Line]:
        """Give the lines that record these kinds of fact, in order."""
        return [line for line in self.lines if line.fact in facts]

    def sealed(self) -> Line:
        """Find the line that sealed the bundle's list, the last if its id was used before."""
        mine = [it for it in self.all("ListSealed") if it.payload["list_id"] == self["list_id"]]
        if mine:
            return mine[-1]
        raise Wrong(f"No ListSealed in the ledger is of the list {shown(self['list_id'])}")


def document(text: str, shape: Shape, where: str) -> Any:
    """Read one document of a ledger line: it has one way of being written, and a shape."""
    try:
        value = parse(text)
        if canonical(value) != text.encode():
            raise ValueError("it is not in canonical form")
        fit(value, shape, "it")
    except ValueError as problem:
        raise Wrong(f"{where} cannot be read: {problem}") from None
    return value


def chain(bundle: Bundle) -> Findings:
    """Check 1: every line is as it was written and follows the one before it."""
    prev, withheld = "0" * 64, 0
    for due, stored in enumerate(bundle["ledger"], 1):
        where, payload = f"Ledger line {due}", None
        if stored["seq"] != due:
            raise Wrong(f"{where} is missing: line {stored['seq']} stands in its place")
        text, disclosed, disclosure = stored["text"].partition("\n")
        if tagged_hash("cicatrix/entry/1", text.encode()) != stored["hash"]:
            raise Wrong(f"{where} was changed: its hash is not that of its text")
        header = document(text, HEADER, where)
        if header["seq"] != due:
            raise Wrong(f"{where} was moved: it was written as line {header['seq']}")
        if header["prev"] != prev:
            raise Wrong(f"{where} does not follow line {due - 1}: one of them was replaced")
        if disclosed:
            if tagged_hash("cicatrix/commitment/1", disclosure.encode()) != header["commitment"]:
                raise Wrong(f"{where} was changed: its content is not what its header promised")
            if header["fact"] in PAYLOADS:
                shape = {"payload": PAYLOADS[header["fact"]], "salt": HEX}
                payload = document(disclosure, shape, where)["payload"]
        elif header["fact"] in PAYLOADS and (bundle["opening"] or header["fact"] != REQUESTED):
            raise Wrong(f"{where} ({header['fact']}) is withheld; this kind must be disclosed")
        bundle.lines.append(Line(due, header["fact"], header["at"], payload))
        prev, withheld = stored["hash"], withheld + (not disclosed)
    bundle.unbroken = True
    lines = f"The ledger's {len(bundle.lines)} lines form an unbroken chain"
    yield True, f"{lines}; {withheld} are withheld: that they exist is shown, not what they say."


def checkpoint(bundle: Bundle, text: str | None, whose: str) -> Findings:
    """Compare the ledger with a checkpoint, whose lines 2 and 3 are its length and last hash."""
    if text is None:
        return
    try:
        size, last = text.split("\n")[1:3]
        count, seen = int(size[:17]), base64.b64decode(last, validate=True).hex()
    except ValueError:
        raise Wrong(f"{whose} cannot be read: its lines 2 and 3 are no length and hash") from None
    hashes = ["0" * 64] + [line["hash"] for line in bundle["ledger"]]
    if not 0 <= count < len(hashes):
        raise Wrong(f"{whose} saw {count} ledger lines and this ledger has {len(hashes) - 1}: cut")
    if hashes[count] != seen:
        raise Wrong(f"{whose} saw another line {count}: the ledger was rewritten at or before it")
    yield True, f"{whose} saw {count} lines, and this ledger begins with them."
    for one in bundle.all("SecretCommitted"):
        if one.payload["commitment"] == bundle["commit"]["commitment"] and count < one.seq:
            what = f"What came after line {count}, such as the commitment at line {one.seq}"
            yield False, f"{what}: the checkpoint saw nothing of it."


def study(bundle: Bundle) -> Findings:
    """Check that ledger and list are of the study that the bundle names."""
    named, digest = bundle["study"]["id"], bundle["study"]["digest"]
    if not bundle.lines or bundle.lines[0].fact != "TrialFounded":
        raise Wrong("Ledger line 1 is not TrialFounded")
    founded, seal = bundle.lines[0].payload, bundle.sealed()
    if founded["study_id"] != named:
        raise Wrong(f"Line 1 founded the study {shown(founded['study_id'])}, not {shown(named)}")
    early, promises = bundle.all("StudyAmended")[:1], bundle.all("SecretCommitted")
    amended = early and any(early[0].seq < one.seq < seal.seq for one in promises)
    for seq, found in ((seal.seq, seal.payload["study_digest"]), (1, founded["study_digest"])):
        if found != digest and not (seq == 1 and amended):
            raise Wrong(f"Line {seq} has the study digest {shown(found)}; the bundle has {digest}")
    yield True, f"Ledger and list are of the study {shown(named)}, digest {digest}."


def known_as(promise: Line, kind: str) -> list[str]:
    """Give what a beacon is, whatever chain or person it was named after."""
    keys = ("public_key", "round") if kind == "drand" else ("commitment",)
    return [str(promise.payload["beacon"].get(key)).lower() for key in keys]


def order(bundle: Bundle) -> Findings:
    """Check 2: the secret was committed, then the list sealed, then the first person randomised."""
    mine, commit, seal = bundle["list_id"], bundle["commit"], bundle.sealed()
    commits, aborts = bundle.all("SecretCommitted"), bundle.all("ListAborted")
    ours = [one for one in commits if one.payload["commitment"] == commit["commitment"]]
    ours.sort(key=lambda one: one.payload["list_id"] == mine)
    if not ours:
        raise Wrong(f"No SecretCommitted in the ledger has the commitment {commit['commitment']}")
    promise, first = ours[-1], bundle.all("Randomised")[:1]
    if promise.payload["list_id"] != mine or promise.payload["beacon"] != commit["beacon"]:
        raise Wrong(f"Line {promise.seq} promised another list or beacon than the bundle")
    locked, opened = bundle.all("TrialLocked")[:1], bundle.all("AllocationOpened")
    for what, before, then, after in (
        ("The secret was committed", [promise], "the list was sealed", [seal]),
        ("The list was sealed", [seal], "the first randomisation", first),
        ("The trial was locked", locked, "the list was opened", opened),
    ):
        if after and not (before and before[0].seq < after[0].seq):
            at = f"at line {before[0].seq}" if before else "never"
            raise Wrong(f"{what} {at}; it had to be before {then} at line {after[0].seq}")
    if bundle["opening"] and not opened:
        raise Wrong("The bundle opens the list, but the ledger holds no AllocationOpened")
    for one in opened:
        if one.payload["list_id"] != mine:
            raise Wrong(f"Line {one.seq} opened another list, {shown(one.payload['list_id'])}")
    for one in bundle.all("Randomised", REQUESTED):
        if locked and one.seq > locked[0].seq:
            raise Wrong(f"Line {one.seq} ({one.fact}) came after the lock at line {locked[0].seq}")
    began = "nobody randomised yet"
    if first:
        began = f"the first person randomised at line {first[0].seq} ({shown(first[0].at)})"
    at = f"at line {promise.seq} ({shown(promise.at)}), the list sealed at line {seal.seq}"
    clock = "by the ledger's own clock"
    yield True, f"The secret was committed {at} ({shown(seal.at)}), {began}, {clock}."
    one_at_a_time(bundle, promise)
    kind = commit["beacon"]["kind"]
    for one in commits:
        if one.seq < promise.seq and known_as(one, kind) == known_as(promise, kind):
            raise Wrong(f"Line {one.seq} had named the same beacon, so what came of it may have "
                        f"been known when the secret was, at line {promise.seq}")  # fmt: skip
    for one in aborts:
        why = f"Why list {shown(one.payload['list_id'])} was given up at line {one.seq}: ask"
        yield False, f"{why}; whoever did so may have known its arms and preferred others."
    if not aborts:
        yield True, "No other list was promised, made or given up in this ledger."


def one_at_a_time(bundle: Bundle, promise: Line) -> None:
    """Raise Wrong unless one list at most stood at any time, and the bundle's to the end."""
    stands: Line | None = None
    began = bundle.all("Randomised", REQUESTED)[:1]
    for one in bundle.all("SecretCommitted", "ListSealed", "ListAborted"):
        name, says = one.payload["list_id"], f"Line {one.seq} ({one.fact})"
        if one.fact == "ListAborted" and name == bundle["list_id"] and one.seq > promise.seq:
            raise Wrong(f"The bundle's list was given up at line {one.seq}")
        if began and began[0].seq < one.seq:
            raise Wrong(f"{says} came after line {began[0].seq} ({began[0].fact}): from the first "
                        "of these on, no list may be promised, made or given up")  # fmt: skip
        if one.fact == "SecretCommitted":
            if stands:
                raise Wrong(f"{says} promised the list {shown(name)}, and no ListAborted says that "
                            f"the one of line {stands.seq} was given up")  # fmt: skip
            stands = one
        elif not stands or stands.payload["list_id"] != name or one.fact == stands.fact:
            raise Wrong(f"{says} is of the list {shown(name)}, which was not promised then")
        else:
            stands = one if one.fact == "ListSealed" else None


def list_sealed(bundle: Bundle) -> Findings:
    """Check 3, the ledger's half: it holds the root and exactly the bundle's slots."""
    seal, slots = bundle.sealed(), bundle["slots"]
    bare = seal.payload["slots"]
    if seal.payload["commitment"] != bundle["root"]:
        found = shown(seal.payload["commitment"])
        raise Wrong(f"Line {seal.seq} sealed the root {found}; the bundle has {bundle['root']}")
    if seal.payload["rehearsal"] != bundle["rehearsal"]:
        raise Wrong(f"Line {seal.seq} and the bundle differ on whether this is a rehearsal")
    for place in range(max(len(bare), len(slots))):
        then, now = ([*one[place : place + 1], {}][0] for one in (bare, slots))
        for key in (key for key in SLOT if then.get(key) != now.get(key)):
            was, has = (shown(one[key]) if one else "none" for one in (then, now))
            what = f"Place {place + 1}" if key == "number" else f"Number {shown(then['number'])}"
            raise Wrong(f"{what} was sealed with the {key} {was}; the bundle has {has}")
    what = f"its {len(slots)} slots, each with number, stratum, kits and hidden arm"
    yield True, f"Line {seal.seq} sealed this very list: {what}, under the root {bundle['root']}."


def root(bundle: Bundle) -> Findings:
    """Check 3, the bundle's half: the root is that of the slots, and a number is there once."""
    places: dict[str, int] = {}
    for place, slot in enumerate(bundle["slots"], 1):
        before = places.setdefault(slot["number"], place)
        if before != place:
            raise Wrong(f"The number {shown(slot['number'])} has the places {before} and {place}")
    found = merkle_root([canonical(slot) for slot in bundle["slots"]])
    if found != bundle["root"]:
        raise Wrong(f"The root of the slots is {found}, not {bundle['root']}: a slot's number, "
                    "stratum, kits, commitment or place is not as it was sealed")  # fmt: skip
    yield True, "The root is that of the bundle's slots, in their order."


def handing_out(bundle: Bundle) -> Findings:
    """Check 4: in each stratum the numbers were given in list order, each once, none left out."""
    queues: dict[str, list[str]] = {}
    for slot in bundle["slots"]:
        queues.setdefault(slot["stratum"], []).append(slot["number"])
    due = {stratum: iter(numbers) for stratum, numbers in queues.items()}
    given: dict[str, int] = {}
    holders: dict[str, int] = {}
    randomised = bundle.all("Randomised")
    for line in randomised:
        found = line.payload
        person, stratum, number = found["participant"], found["stratum"], found["number"]
        says = f"Line {line.seq} gave number {shown(number)} in stratum {shown(stratum)}"
        if number in given:
            raise Wrong(f"{says}, which was given at line {given[number]} already")
        if person in holders:
            raise Wrong(f"{says} to somebody who was given one at line {holders[person]} already")
        expected = next(due.get(stratum, iter(())), None)
        if number != expected:
            later = [one.seq for one in randomised if one.payload["number"] == expected]
            fate = f"given at line {later[0]}, out of order" if later else "never given: left out"
            if expected is None:
                raise Wrong(f"{says}, of which the list has no number left")
            raise Wrong(f"{says}; due was {shown(expected)}, which was {fate}")
        given[number] = holders[person] = line.seq
    count = f"{len(given)} of {len(bundle['slots'])} numbers"
    if not given:
        yield False, f"How numbers are given out: {count} are given, nobody is randomised yet."
    else:
        order = f"in list order in each stratum ({len(queues)} in all), each once, none left out"
        yield True, f"{count} were given out, {order}."


def chain_of_drand(promised: dict[str, Any]) -> Findings:
    """Check that a chain's hash, scheme and key belong together, as far as they are known."""
    named, told = promised["chain"], (promised["scheme"], promised["public_key"])
    name, *known = CHAINS.get(named, ("",))
    keys = {key: one for one, _, key in CHAINS.values()}
    if known and tuple(known) != told:
        raise Wrong(f"The chain {named} is drand's {name}, whose scheme or public key is another")
    if not known and told[1] in keys:
        raise Wrong(f"The public key promised is of drand's chain {keys[told[1]]}, not {named}")
    if known:
        yield True, f"Hash, scheme and public key of the chain are those of drand's {name}."
    else:
        yield False, f"That chain {named} is drand's: it is none of drand's this program knows."


def beacon(bundle: Bundle) -> Findings:
    """Check 5: the beacon's randomness is what its source says."""
    promised, came = bundle["commit"]["beacon"], bundle["beacon"]
    if promised["kind"] == "drand":
        yield from chain_of_drand(promised)
    if came is None:
        if bundle["opening"]:
            raise Wrong("The list is opened, but the bundle does not say what the beacon was")
        yield False, "What the beacon was: the bundle does not say it yet."
    elif promised["kind"] == "drand":
        found = hashlib.sha256(bytes.fromhex(came["signature"])).hexdigest()
        if found != came["randomness"]:
            raise Wrong(f"The beacon's randomness is {came['randomness']}, its signature's {found}")
        what = f"drand's round {promised['round']} of chain {promised['chain']}"
        yield True, f"The randomness {found} is that of the signature given for {what}."
        yield False, f"That {what} has that randomness: see drand's record (no BLS check here)."
        yield False, f"That {what} came after the secret was committed: see its time; {TRIED}."
    else:
        parts = [bytes.fromhex(came[key]) for key in ("secret", "nonce")]
        found, who = tagged_hash("cicatrix/second-party/1", bundle.digest, *parts), promised["name"]
        if found != promised["commitment"] or came["secret"] != came["randomness"]:
            raise Wrong(f"The randomness is not what {shown(who)} promised: its commitment is "
                        f"{found}, promised was {promised['commitment']}")  # fmt: skip
        yield True, f"The randomness is what was promised under the name {shown(who)}."
        yield False, f"That {shown(who)} is not the custodian and told nobody before: ask; {TRIED}."


def commitment(bundle: Bundle) -> Findings:
    """Check 5: secret, nonce and procedure are those that were promised."""
    opening, promised = bundle["opening"], bundle["commit"]["commitment"]
    octets = [bytes.fromhex(opening[key]) for key in ("secret", "nonce")]
    parts = (bundle.digest, canonical(opening["procedure"]), *octets)
    found = tagged_hash("cicatrix/secret/1", *parts)
    if found != promised:
        raise Wrong(f"The opened secret, nonce and procedure have the commitment {found}; promised "
                    f"was {promised}: one of them, or the study, is another")  # fmt: skip
    yield True, "The opened secret and procedure are those promised before the list was made."
    procedure = opening["procedure"]
    try:
        ratio = ratio_of(procedure)
    except ValueError:
        return  # said where the arms are drawn anew
    more = "".join(f"; {key} {procedure[key]}" for key in FURTHER_FIELDS[procedure["kind"]])
    kind = f"{procedure['kind']} of {len(ratio)} arms, in the ratio {ratio}"
    yield True, f"The procedure is {kind}{more}."
    yield False, "That these are the protocol's: compare the procedure with what it says."


def opened_slots(bundle: Bundle) -> list[tuple[Any, Any]]:
    """Pair the list's slots with the opened ones."""
    slots, opened = bundle["slots"], bundle["opening"]["slots"]
    if [one["number"] for one in slots] != [one["number"] for one in opened]:
        raise Wrong("The opened slots are not the list's numbers in list order")
    return [(slots[place], opened[place]) for place in range(len(slots))]


def arms(bundle: Bundle) -> Findings:
    """Check 5: every arm of every stratum, drawn anew from secret and beacon."""
    procedure, pairs = bundle["opening"]["procedure"], opened_slots(bundle)
    try:
        ratio = ratio_of(procedure)
    except ValueError as problem:
        raise Wrong(f"The arms cannot be drawn anew: {problem}") from None
    secret = bytes.fromhex(bundle["opening"]["secret"] + bundle["beacon"]["randomness"])
    planned = [(one["stratum"], one["slots"]) for one in procedure["strata"]]
    if sum(max(places, 0) for _, places in planned) != len(pairs):
        raise Wrong(f"The procedure's strata have not the list's {len(pairs)} places")
    what = promised_as(procedure)
    rest, wrong = iter(pairs), []
    for stratum, places in planned:
        info = length_prefixed(b"cicatrix/seed/1") + length_prefixed(stratum.encode())
        draw = Generator(hkdf(secret, bundle.digest, info, 48))
        for arm, block in DRAW[procedure["kind"]](procedure, ratio, places, draw):
            slot, opened = next(rest)
            now, then = (arm, block), (opened[what], opened["block"])
            if slot["stratum"] != stratum:
                raise Wrong(f"Number {shown(slot['number'])} is of stratum "
                            f"{shown(slot['stratum'])}, not {shown(stratum)}")  # fmt: skip
            if now != then:
                wrong.append(f"Number {shown(slot['number'])} is opened as {shown(then[0])}, block "
                             f"{then[1]}; drawn is {shown(arm)}, block {block}")  # fmt: skip
    if wrong:
        raise Wrong(f"{wrong[0]} ({len(wrong)} of {len(pairs)} slots differ)")
    yield True, f"The {what}s of all {len(pairs)} slots, drawn anew, are those of the opened list."


def promised_as(procedure: Any) -> str:
    """Say what a slot promises: its arm, or in a minimised list its draw."""
    return "draw" if procedure.get("kind") == "minimisation" else "arm"


def replay(bundle: Bundle) -> Findings:
    """Check 5, minimisation: every arm follows from its draw and the levels of all up to her."""
    procedure, opened = bundle["opening"]["procedure"], bundle["opening"]["slots"]
    asked, given = bundle.all(REQUESTED), bundle.all("Randomised")[: len(opened)]
    try:
        ratio_of(procedure)
    except ValueError:
        return  # said where the draws were drawn anew
    weights = {one["factor"]: one["weight"] for one in procedure["factors"]}
    if bundle.sealed().payload.get("factors") != weights:
        raise Wrong(f"The list was sealed with other factors or weights than {shown(weights)}")
    counts: dict[tuple[str, str, str], int] = {}
    for place, line in enumerate(given):
        name, slot = line.payload["participant"], opened[place]
        request = asked[place] if place < len(asked) else None
        if not request or request.payload["participant"] != name or request.seq > line.seq:
            raise Wrong(f"Line {line.seq} gave a number to {shown(name)}, whose turn it was not")
        levels = request.payload["levels"]
        try:
            fit(levels, dict.fromkeys(weights, str), f"the levels of line {request.seq}")
        except ValueError as problem:
            raise Wrong(f"The arms cannot be replayed: {problem}") from None
        arm = minimised_arm(bundle, slot, counts, levels)
        if slot["arm"] != arm:
            raise Wrong(f"Number {shown(slot['number'])} is opened as {shown(slot['arm'])}; by its "
                        f"draw and the levels so far it is {shown(arm)}")  # fmt: skip
        for factor, level in levels.items():
            counts[factor, level, arm] = counts.get((factor, level, arm), 0) + 1
    early = [shown(slot["number"]) for slot in opened[len(given) :] if slot["arm"] is not None]
    if early:
        raise Wrong(f"Number {early[0]} has an arm and was given to nobody")
    yield True, f"The arms of all {len(given)} numbers follow from their draws and requests."
    yield False, "That levels are what participants had: see the trial's own records."
    if len(asked) > len(given):
        yield False, f"Why {len(asked) - len(given)} requests were never answered: ask."


def minimised_arm(
    bundle: Bundle, slot: Any, counts: dict[tuple[str, str, str], int], levels: dict[str, str]
) -> str:
    """Choose the arm of one place as the reference says."""
    procedure = bundle["opening"]["procedure"]
    arms, (numerator, denominator) = procedure["arms"], procedure["probability"]
    made = [0] * len(arms)
    for one in procedure["factors"]:
        held = [counts.get((one["factor"], levels[one["factor"]], arm), 0) for arm in arms]
        low, total, squares = min(held), sum(held) + 1, sum(n * n for n in held)
        for place, n in enumerate(held):  # the newcomer makes n to n + 1
            unlike = len(arms) * (squares + 2 * n + 1) - total * total
            if procedure["measure"] == "range":
                unlike = max(*held, n + 1) - low - (n == low and held.count(low) == 1)
            made[place] += one["weight"] * unlike
    info = length_prefixed(b"cicatrix/draw/1") + length_prefixed(slot["number"].encode())
    draw = Generator(hkdf(bytes.fromhex(slot["draw"]), bundle.digest, info, 48))
    preferred = [arms[place] for place, total in enumerate(made) if total == min(made)]
    first: str = preferred[draw.below(len(preferred))]
    if len(preferred) == len(arms) or draw.below(denominator) < numerator:
        return first
    others: list[str] = [arm for arm in arms if arm != first]
    return others[draw.below(len(others))]


def commitments(bundle: Bundle) -> Findings:
    """Check 5: the opened arm or draw of every slot is the one in its commitment."""
    what = promised_as(bundle["opening"]["procedure"])
    secret = bytes.fromhex(bundle["opening"]["secret"])
    for slot, opened in opened_slots(bundle):
        number = slot["number"].encode()
        info = length_prefixed(b"cicatrix/slot-nonce/1") + length_prefixed(number)
        nonce = hkdf(secret, bundle.digest, info, 32)
        parts = (number, slot["stratum"].encode(), opened[what].encode(), nonce)
        found, says = tagged_hash("cicatrix/slot/1", *parts), f"Number {shown(slot['number'])}"
        if found != slot["commitment"]:
            raise Wrong(f"{says}, opened as {shown(opened[what])}, has the commitment {found}; "
                        f"in the list it has {slot['commitment']}")  # fmt: skip
        if opened["nonce"] != nonce.hex():
            raise Wrong(f"{says} is opened with the nonce {opened['nonce']}, not {nonce.hex()}")
    yield True, f"Every opened {what} is the one in its slot's commitment."


def limits(bundle: Bundle) -> Findings:
    """Check 6: say what this bundle, or any, cannot show."""
    if not bundle.unbroken:
        yield False, "Order, list and handing out: the ledger is broken and was not read further."
    opened = bundle.all("AllocationOpened")[:1]
    if not bundle["opening"]:
        seen = f"opened at line {opened[0].seq}, not in this bundle" if opened else "not opened yet"
        yield False, f"Anything about the arms, or how they were drawn: the list is {seen}."
    if bundle.unbroken:
        early = [one.fact for one in bundle.lines if not opened or one.seq < opened[0].seq]
        broken, released = (early.count(kind) for kind in ("CodeBroken", "AllocationReleased"))
        told = f"the ledger tells of broken codes ({broken}) and releases ({released})"
        yield False, f"That nobody knew an arm: {told}; what is learnt otherwise leaves no trace."
    if bundle.all("RehearsalStarted"):
        yield False, "That anybody took part: the ledger says that its participants are virtual."
    if bundle["rehearsal"]:
        yield False, "That anything was hidden: it is a rehearsal, anyone could have made the list."
    yield False, "That this is the trial's ledger, all of it: see a kept checkpoint (--against)."
    yield False, "That a checkpoint is signed by the trial's key: signatures are not checked here."


def read_file(path: str) -> bytes:
    """Read a file of bearable size."""
    try:
        with open(path, "rb") as file:
            octets = file.read(LARGEST_FILE + 1)
    except OSError as problem:
        raise NotABundle(f"{shown(path)} cannot be read: {problem.strerror}") from None
    if len(octets) > LARGEST_FILE:
        raise NotABundle(f"{shown(path)} is larger than {LARGEST_FILE} octets")
    return octets


def read(octets: bytes) -> Bundle | dict[str, Any]:
    """Read a bundle, or a receipt as it is; NotABundle says why it is neither."""
    try:
        content: dict[str, Any] = parse(octets.decode("utf-8"))
        fit(content, {"format": str, **ANY}, "the bundle")
        if content["format"] == "cicatrix-receipt/1":
            fit(content, RECEIPT, "the receipt")
            return content
        if content["format"] != "cicatrix-bundle/1":
            raise ValueError(f"its format is {shown(content['format'])}, not 'cicatrix-bundle/1'")
        fit(content, BUNDLE, "the bundle")
        promised = content["commit"]["beacon"]
        if promised["kind"] not in BEACONS:
            raise ValueError(f"this program does not know the beacon {shown(promised['kind'])}")
        as_promised, as_come = BEACONS[promised["kind"]]
        fit(promised, as_promised, "the beacon promised")
        fit(content["beacon"], as_come, "the beacon")
        if content["opening"]:
            procedure = content["opening"]["procedure"]
            slot = MINIMISED_SLOT if promised_as(procedure) == "draw" else OPENED_SLOT
            fit(content["opening"]["slots"], [slot], "the bundle.opening.slots")
            canonical(procedure)
    except UnicodeDecodeError as problem:
        raise NotABundle(f"Not a bundle: octet {problem.start + 1} is not UTF-8 text") from None
    except ValueError as problem:
        raise NotABundle(f"Not a bundle: {problem}") from None
    return Bundle(content)


def receipt(content: dict[str, Any]) -> Findings:
    """Check one participant's receipt: arm and nonce are what was promised, under the root."""
    slot, arm, nonce = content["slot"], content["arm"], bytes.fromhex(content["nonce"])
    if not 1 <= content["place"] <= content["places"] <= LARGEST_NUMBER:
        raise Wrong(f"There is no place {content['place']} among {content['places']}")
    promised = (slot["number"].encode(), slot["stratum"].encode(), arm.encode(), nonce)
    if tagged_hash("cicatrix/slot/1", *promised) != slot["commitment"]:
        raise Wrong(f"Number {shown(slot['number'])} was not promised the arm {shown(arm)}")
    yield True, f"The slot of number {shown(slot['number'])} holds the arm {shown(arm)}, no other."
    where = canonical(slot), content["place"], content["places"], content["proof"]
    if merkle_root_from(*where) != content["root"]:
        raise Wrong(f"The proof does not lead from place {content['place']} to the root")
    yield True, f"It is place {content['place']} of {content['places']} under {content['root']}."
    yield False, "That this is the root which the trial sealed: compare it with the published one."
    yield False, "That the participant was given this number: the receipt does not name her."


def examine(bundle: Bundle, kept: str | None = None) -> list[dict[str, str]]:
    """Run every check; give the findings in order, each with status, check and sentence."""
    findings = [
        *run("chain", chain(bundle)),
        *run("checkpoint", checkpoint(bundle, bundle["checkpoint"], "The bundle's checkpoint")),
        *run("checkpoint", checkpoint(bundle, kept, "The checkpoint given")),
    ]
    checks = [study, order, list_sealed, root, handing_out] if bundle.unbroken else [root]
    checks += [beacon]
    if bundle["opening"]:
        checks += [commitment, *([arms] if bundle["beacon"] else []), commitments]
        if bundle.unbroken and promised_as(bundle["opening"]["procedure"]) == "draw":
            checks.append(replay)
    for check in (*checks, limits):
        said = [one["sentence"] for one in findings]
        found = run(check.__name__, check(bundle))
        findings += [one for one in found if one["sentence"] not in said]  # one fault, said once
    return findings


def run(name: str, found: Findings) -> Iterator[dict[str, str]]:
    """Give the findings of one check up to the first thing that is wrong."""
    try:
        for proven, sentence in found:
            status = "proven" if proven else "not proven"
            yield {"status": status, "check": name, "sentence": sentence}
    except Wrong as problem:
        yield {"status": "wrong", "check": name, "sentence": f"{problem}."}


def verdict(bundle: Bundle | dict[str, Any], findings: list[dict[str, str]]) -> str:
    """Sum up in one sentence."""
    wrong = [one["sentence"] for one in findings if one["status"] == "wrong"]
    if wrong:
        return f"Something is wrong: {wrong[0]}"
    if not isinstance(bundle, Bundle):
        return "The receipt holds under its root."
    if bundle["rehearsal"] or bundle.all("RehearsalStarted"):
        return "All that can be checked holds, of a rehearsal: it is no evidence of concealment."
    if not bundle["opening"]:
        return "All that can be checked so far holds; nothing is known of the arms."
    return (
        "All that can be checked holds: the list was promised before the first participant, drawn "
        "as promised, and handed out in order; see above for what is not proven."
    )


def main(arguments: list[str] | None = None) -> int:
    """Read the command line, check, print, and give the exit status."""
    parser = argparse.ArgumentParser("verify.py", description="Check a bundle or a receipt.")
    parser.add_argument("bundle", help="the bundle, a JSON file")
    parser.add_argument("--against", metavar="CHECKPOINT", help="a checkpoint that somebody kept")
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    asked = parser.parse_args(arguments)
    title, findings = "", []
    try:
        kept = read_file(asked.against).decode("utf-8", "replace") if asked.against else None
        content = read(read_file(asked.bundle))
        named = shown(content["study"]["id"]), shown(content["list_id"]), LEGEND
        title = "Study {}, list {}\n{}\n".format(*named)
        if isinstance(content, Bundle):
            findings = examine(content, kept)
        else:
            if asked.against:
                raise NotABundle("A receipt has no ledger: --against is not used, leave it out")
            findings = [*run("receipt", receipt(content))]
        status = int(any(one["status"] == "wrong" for one in findings))
        end = verdict(content, findings)
    except NotABundle as problem:
        status, end = 2, f"{problem}."
    if asked.json:
        text = json.dumps({"exit": status, "verdict": end, "findings": findings}, indent=1)
    else:
        lines = [WORDS.fill(f"{one['status'].upper():<12}{one['sentence']}") for one in findings]
        text = "\n".join([*([title] if title else []), *lines, *([""] if lines else []), end])
    sys.stdout.buffer.write((text + "\n").encode("utf-8", "backslashreplace"))
    return status


if __name__ == "__main__":
    sys.exit(main())
