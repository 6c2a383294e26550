"""Public allocation bundles, made in a test from docs/reference/bundle.md and from nothing else.

It shares no line with the custodian's program or with the verifier: where the two agree on what is
made here, the page says enough. `Made` keeps the facts beside the bundle, so that a test can change
one and chain the ledger anew, as somebody who owns the ledger could.
"""

import base64
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from hashlib import sha256

import rfc8785
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

DIGEST = sha256(b"the study file").hexdigest()
SECRET, NONCE = b"\x11" * 32, b"\x22" * 32
OPEN = {
    "TrialFounded", "SecretCommitted", "ListAborted", "ListSealed", "Randomised",
    "AllocationOpened",
}  # fmt: skip

Facts = list[tuple[str, dict[str, object]]]


def prefixed(part: bytes) -> bytes:
    return len(part).to_bytes(8, "big") + part


def tagged(tag: str, *parts: str | bytes) -> str:
    octets = [tag.encode(), *(one.encode() if isinstance(one, str) else one for one in parts)]
    return sha256(b"".join(map(prefixed, octets))).hexdigest()


def derived(ikm: bytes, tag: bytes, name: str, length: int) -> bytes:
    info = prefixed(tag) + prefixed(name.encode())
    return HKDF(SHA256(), length, DIGEST.encode(), info).derive(ikm)


def keyed(key: bytes, message: bytes) -> bytes:
    mac = HMAC(key, SHA256())
    mac.update(message)
    return mac.finalize()


def below_of(seed: bytes):
    """Instantiate SP 800-90A's HMAC_DRBG and return the page's `below`."""
    key, v = b"\0" * 32, b"\1" * 32
    key = keyed(key, v + b"\0" + seed)
    v = keyed(key, v)
    key = keyed(key, v + b"\1" + seed)
    v = keyed(key, v)

    def below(n: int) -> int:
        nonlocal key, v
        if n == 1:
            return 0
        bits = len(bin(n - 1)) - 2
        while True:
            output = b""
            while len(output) * 8 < bits:
                v = keyed(key, v)
                output += v
            output = output[: -(-bits // 8)]
            key = keyed(key, v + b"\0")
            v = keyed(key, v)
            drawn = int("".join(f"{one:08b}" for one in output)[:bits], 2)
            if drawn < n:
                return drawn

    return below


def arms_of(procedure, places: int, below) -> Iterator[tuple[str, int]]:
    """Draw one stratum, row by row of the page's table."""
    arms, ratio = procedure["arms"], procedure["ratio"]
    once = [arm for arm in arms for _ in range(ratio[arm])]
    counts = [0] * len(arms)
    balls = [procedure.get("start", 0) * ratio[arm] for arm in arms]
    kind, left, block = procedure["kind"], places, 0

    def whole_blocks(rest: int) -> bool:
        return rest == 0 or any(
            whole_blocks(rest - size) for size in procedure["sizes"] if size <= rest
        )

    while left:
        if kind == "permuted_blocks":
            block += 1
            fits = [n for n in procedure["sizes"] if n <= left and whole_blocks(left - n)]
            size = fits[below(len(fits))]
            order = once * (size // len(once))
            for last in reversed(range(1, size)):
                other = below(last + 1)
                order[last], order[other] = order[other], order[last]
            yield from ((arm, block) for arm in order)
            left -= size
            continue
        if kind == "simple":
            chosen = arms.index(once[below(len(once))])
        elif kind == "big_stick":
            free = [i for i, n in enumerate(counts) if n < min(counts) + procedure["limit"]]
            chosen = free[below(len(free))]
        elif kind == "biased_coin":
            behind = [i for i, n in enumerate(counts) if n == min(counts)]
            ahead = [i for i in range(len(arms)) if i not in behind]
            if not ahead:
                chosen = below(len(arms))
            else:
                numerator, denominator = procedure["probability"]
                pool = behind if below(denominator) < numerator else ahead
                chosen = pool[below(len(pool))]
        else:
            owners = [i for i, n in enumerate(balls) for _ in range(n)]
            chosen = owners[below(len(owners))]
            balls = [
                n + (0 if i == chosen else procedure["add"] * ratio[arms[i]])
                for i, n in enumerate(balls)
            ]
        counts[chosen] += 1
        yield arms[chosen], 1
        left -= 1


def root_of(leaves: list[bytes]) -> bytes:
    """RFC 9162, section 2.1, by its recursion."""
    if len(leaves) < 2:
        return sha256(b"\0" + leaves[0]).digest() if leaves else sha256(b"").digest()
    left = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\1" + root_of(leaves[:left]) + root_of(leaves[left:])).digest()


def chained(facts: Facts, *, withhold=frozenset()) -> list[dict[str, object]]:
    lines, prev = [], "0" * 64
    for seq, (kind, payload) in enumerate(facts, 1):
        salt = sha256(str(seq).encode()).hexdigest()[:32]
        disclosure = rfc8785.dumps({"payload": payload, "salt": salt})
        header = rfc8785.dumps(
            {
                "actor": "ana", "at": f"2021-05-01T10:00:{seq % 60:02}.000000Z",
                "commitment": tagged("cicatrix/commitment/1", disclosure), "fact": kind,
                "prev": prev, "role": "coordinator", "seq": seq, "site": None,
            }
        )  # fmt: skip
        prev = tagged("cicatrix/entry/1", header)
        shown = kind in OPEN - withhold
        text = header.decode() + ("\n" + disclosure.decode() if shown else "")
        lines.append({"seq": seq, "text": text, "hash": prev})
    return lines


def checkpoint_of(lines) -> str:
    last = base64.b64encode(bytes.fromhex(lines[-1]["hash"])).decode()
    return (
        f"cicatrix/NCT04034615\n{len(lines)}\n{last}\ntime 2021-05-02T00:00:00.000000Z\n\n"
        f"\u2014 cicatrix/NCT04034615 {base64.b64encode(bytes(68)).decode()}\n"
    )


@dataclass
class Made:
    """A bundle, and the facts of which its ledger was chained."""

    bundle: dict
    facts: Facts = field(default_factory=list)

    def place(self, kind: str, which: int = 0) -> int:
        return [i for i, (name, _) in enumerate(self.facts) if name == kind][which]

    def payload(self, kind: str, which: int = 0) -> dict:
        return self.facts[self.place(kind, which)][1]

    def chained(self, **how) -> dict:
        """Return the bundle with a ledger of the facts as they are now."""
        lines = chained(self.facts, **how)
        return deepcopy(self.bundle) | {"ledger": lines, "checkpoint": checkpoint_of(lines)}


def procedure_of(kind: str, strata=(("site-1", 12), ("site-2", 8)), **fields):
    return {
        "kind": kind, "arms": ["verum", "placebo"], "ratio": {"verum": 1, "placebo": 1},
        "strata": [{"stratum": name, "slots": slots} for name, slots in strata],
    } | fields  # fmt: skip


def make(procedure, *, beacon="drand", given=5, opened=True, rehearsal=False, kits=1) -> Made:
    """Make a trial's bundle in which `given` participants were randomised, strata in turn."""
    if beacon == "drand":
        signature = b"\x33" * 96
        randomness = sha256(signature).digest()
        promise = {
            "kind": "drand", "chain": "52" * 32, "scheme": "bls-unchained-g1-rfc9380",
            "public_key": "83" * 96, "round": 1000,
        }  # fmt: skip
        came = {"signature": signature.hex(), "previous_signature": None}
    else:
        randomness, nonce = b"\x44" * 32, b"\x55" * 32
        committed = tagged("cicatrix/second-party/1", DIGEST, randomness, nonce)
        promise = {"kind": "second_party", "name": "Chen", "commitment": committed}
        came = {"secret": randomness.hex(), "nonce": nonce.hex()}
    came["randomness"] = randomness.hex()
    slots, opening = [], []
    for stratum in procedure["strata"]:
        name = stratum["stratum"]
        below = below_of(derived(SECRET + randomness, b"cicatrix/seed/1", name, 48))
        for arm, block in arms_of(procedure, stratum["slots"], below):
            number = f"R{len(slots) + 1:06}"
            nonce = derived(SECRET, b"cicatrix/slot-nonce/1", number, 32)
            sealed = {
                "number": number, "stratum": name,
                "kits": [f"K{len(slots) * kits + one:06}" for one in range(kits)],
                "commitment": tagged("cicatrix/slot/1", number, name, arm, nonce),
            }  # fmt: skip
            slots.append(sealed)
            opening.append({"number": number, "arm": arm, "block": block, "nonce": nonce.hex()})
    canonical = rfc8785.dumps(procedure)
    commitment = tagged("cicatrix/secret/1", DIGEST, canonical, SECRET, NONCE)
    root = root_of([rfc8785.dumps(slot) for slot in slots]).hex()
    promised = {"list_id": "list-1", "commitment": commitment, "beacon": promise}
    listed = {
        "list_id": "list-1", "commitment": root, "study_digest": DIGEST,
        "slots": deepcopy(slots), "rehearsal": rehearsal,
    }  # fmt: skip
    founded = {"study_id": "NCT04034615", "study_digest": DIGEST, "checkpoint_key": "x"}
    facts: Facts = [
        ("TrialFounded", founded),
        ("RoleGranted", {"user": "ana", "role": "coordinator", "site": "site-1"}),
        ("SecretCommitted", promised),
        ("ListSealed", listed),
    ]
    queues: dict[str, list[str]] = {}
    for slot in slots:
        queues.setdefault(slot["stratum"], []).append(slot["number"])
    while given:
        for stratum in [name for name in queues if queues[name]][:given]:
            person, given = f"P{given:06}", given - 1
            facts.append(("ParticipantScreened", {"participant": person, "age": 0.5}))
            number = queues[stratum].pop(0)
            one = {"participant": person, "stratum": stratum, "number": number, "on": "2021-06-01"}
            facts.append(("Randomised", one))
    if opened:
        facts.append(("TrialLocked", {"entries": len(facts), "participants": 5}))
        mapping = {"list_id": "list-1", "mapping_digest": "0" * 64, "reason": "Locked."}
        facts.append(("AllocationOpened", mapping))
    bundle = {
        "format": "cicatrix-bundle/1", "study": {"id": "NCT04034615", "digest": DIGEST},
        "list_id": "list-1", "commit": {"commitment": commitment, "beacon": promise},
        "beacon": came, "slots": slots, "root": root, "rehearsal": rehearsal,
        "opening": {
            "secret": SECRET.hex(), "nonce": NONCE.hex(), "procedure": procedure, "slots": opening,
        } if opened else None,
    }  # fmt: skip
    made = Made(bundle, facts)
    made.bundle = made.chained()
    return made
