"""Rounds of drand, public randomness that nobody can know beforehand, and whether one is genuine.

A round is what drand's HTTP API publishes as JSON: its number, the network's BLS signature on it,
and SHA-256 of that as the randomness. The four schemes differ in what is signed and on which of
the two groups of BLS12-381. Nothing is fetched: the round comes as text. What is promised and what
came of it is beacon.py.

Source: Drand2020, BLSDraft05, RFC9380.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from math import floor
from typing import Annotated, Literal, TypeAlias, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cicatrix.trial.errors import Refused
from cicatrix_sealed.bls import G1_BYTES, G2_BYTES, is_signature

Scheme: TypeAlias = Literal[
    "pedersen-bls-chained",
    "pedersen-bls-unchained",
    "bls-unchained-on-g1",
    "bls-unchained-g1-rfc9380",
]
SCHEMES: tuple[Scheme, ...] = get_args(Scheme)

LAST_ROUND = 2**32 - 1
"""Further than any chain gets in a thousand years, and still a date."""

_G1_TAG = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
_G2_TAG = b"BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_"


@dataclass(frozen=True, slots=True)
class Chain:
    """A chain of rounds: its hash names it, its key (hex) checks it; times if they are known."""

    hash: str
    scheme: Scheme
    public_key: str
    genesis: int | None = None
    period: int | None = None

    def published(self, round_number: int) -> datetime | None:
        """Say when a round is published, None if the chain's times are not known."""
        if self.genesis is None or self.period is None:
            return None
        return datetime.fromtimestamp(self.genesis + (round_number - 1) * self.period, UTC)

    def after(self, moment: datetime) -> int | None:
        """Give the first round published after a moment, None if the times are not known."""
        if self.genesis is None or self.period is None:
            return None
        return max(0, floor(moment.timestamp() - self.genesis) // self.period + 1) + 1


KNOWN: Mapping[str, Chain] = {
    "default": Chain(
        "8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce",
        "pedersen-bls-chained",
        "868f005eb8e6e4ca0a47c8a77ceaa5309a47978a7c71bc5cce96366b5d7a569937c529eeda66c729"
        "3784a9402801af31",
        genesis=1595431050,
        period=30,
    ),
    "quicknet": Chain(
        "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971",
        "bls-unchained-g1-rfc9380",
        "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3a"
        "c6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5"
        "a6e9c76a4bc09e76eae8991ef5ece45a",
        genesis=1692803367,
        period=3,
    ),
}
"""The two chains of the League of Entropy, as its relays give them under /info."""


class Round(BaseModel):
    """One round as the HTTP API publishes it."""

    model_config = ConfigDict(frozen=True, strict=True)

    round: Annotated[int, Field(ge=1, le=LAST_ROUND)]
    randomness: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    signature: Annotated[str, Field(pattern=r"^(?:[0-9a-f]{96}){1,2}$")]
    previous_signature: Annotated[str, Field(pattern=r"^(?:[0-9a-f]{2})+$")] | None = None


def chain_of(name: str, *, scheme: str | None = None, public_key: str | None = None) -> Chain:
    """Find a chain by its name or hash, or take an unknown one with its key."""
    for short, chain in KNOWN.items():
        if name in (short, chain.hash):
            if (public_key or chain.public_key) != chain.public_key:
                raise Refused(
                    "chain", f"The public key is not that of the chain {short}: leave it out."
                )
            if (scheme or chain.scheme) != chain.scheme:
                raise Refused(
                    "chain", f"The chain {short} has the scheme {chain.scheme}: leave it out."
                )
            return chain
    for short, chain in KNOWN.items():
        if public_key == chain.public_key:
            raise Refused(
                "chain",
                f"The public key is that of the chain {short}, whose rounds must not pass for "
                f"another chain's: write drand:{short}:ROUND.",
            )
    if public_key is None or scheme is None:
        raise Refused(
            "chain",
            f"The chain {name} is not one of {', '.join(KNOWN)}: give its --public-key and "
            "--scheme, as its relays publish them under /info.",
        )
    found = next((one for one in SCHEMES if one == scheme), None)
    if found is None:
        raise Refused("chain", f"There is no scheme {scheme}: choose {', '.join(SCHEMES)}.")
    if not _is_hex(name, 32) or not _is_hex(public_key, _key_bytes(found)):
        raise Refused(
            "chain",
            f"A chain is named by 64 hexadecimal digits and a key for {found} has "
            f"{2 * _key_bytes(found)}: copy both from /info.",
        )
    return Chain(name, found, public_key)


def _is_hex(text: str, size: int) -> bool:
    return len(text) == 2 * size and set(text) <= set("0123456789abcdef")


def _key_bytes(scheme: Scheme) -> int:
    return G1_BYTES if scheme.startswith("pedersen") else G2_BYTES


def read_round(text: str) -> Round:
    """Read a round as the HTTP API publishes it."""
    try:
        return Round.model_validate_json(text)
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        raise Refused(
            "beacon",
            f"This is no round of drand ({where or 'text'}: {first['msg']}): give the JSON that "
            "the relay published under /public/ROUND.",
        ) from problem


def check_round(found: Round, chain: Chain, *, promised: int) -> None:
    """Refuse a round that is not the one promised, or that the chain did not sign."""
    if found.round != promised:
        raise Refused(
            "wrong_round",
            f"This is round {found.round} and round {promised} was promised: fetch that one.",
        )
    signature = bytes.fromhex(found.signature)
    if sha256(signature).hexdigest() != found.randomness:
        raise Refused(
            "randomness",
            f"The randomness of round {promised} is not the hash of its signature: fetch it anew.",
        )
    if not _is_signed(found, signature, chain):
        raise Refused(
            "signature",
            f"Round {promised} is not signed by chain {chain.hash[:8]}: it was changed or is of "
            "another chain; fetch it anew.",
        )


def _is_signed(found: Round, signature: bytes, chain: Chain) -> bool:
    message = found.round.to_bytes(8, "big")
    if chain.scheme == "pedersen-bls-chained":
        message = bytes.fromhex(found.previous_signature or "") + message
    # The older of the two schemes on G1 kept the other group's tag, and its rounds still do.
    tag = _G1_TAG if chain.scheme == "bls-unchained-g1-rfc9380" else _G2_TAG
    key = bytes.fromhex(chain.public_key)
    if len(signature) + len(key) != G1_BYTES + G2_BYTES or len(key) != _key_bytes(chain.scheme):
        return False
    return is_signature(signature, key, sha256(message).digest(), tag=tag)
