"""The random generator of the list: HMAC_DRBG with SHA-256, and fair choices drawn from it.

It is the deterministic generator of SP 800-90A: the same seed gives the same list on any machine,
which is what lets a list be checked later. It gathers no entropy itself: the seed is the caller's.
Where seeds come from is in keys.py, how arms are drawn in procedures/drawing.py.
"""

import hmac
from collections.abc import Sequence
from typing import TypeVar

SEED_BYTES = 48
"""Entropy for the full strength of 256 bits and a nonce of half of it (SP 800-90A, 8.6.7)."""

_Chosen = TypeVar("_Chosen")


class Generator:
    """One instance of HMAC_DRBG; each stratum has its own, by a seed of its own.

    Source: SP800-90A, section 10.1.2; an empty personalisation string, no reseeding and no
    additional input, as a list of any size stays far below the limit of 2^48 requests.
    """

    __slots__ = ("_key", "_value")

    def __init__(self, seed: bytes) -> None:
        if len(seed) < SEED_BYTES:
            raise ValueError(f"A generator is seeded with at least {SEED_BYTES} bytes.")
        self._key = bytes(32)
        self._value = b"\x01" * 32
        self._update(seed)

    def _update(self, data: bytes = b"") -> None:
        rounds = (b"\x00", b"\x01") if data else (b"\x00",)
        for mark in rounds:
            self._key = hmac.digest(self._key, self._value + mark + data, "sha256")
            self._value = hmac.digest(self._key, self._value, "sha256")

    def octets(self, count: int) -> bytes:
        """Give the next bytes, as one request."""
        given = b""
        while len(given) < count:
            self._value = hmac.digest(self._key, self._value, "sha256")
            given += self._value
        self._update()
        return given[:count]

    def below(self, bound: int) -> int:
        """Choose a whole number from 0 to bound - 1, each as likely as any other.

        Numbers beyond the bound are drawn again, since a remainder would favour the small ones.
        """
        if bound < 1:
            raise ValueError("A choice needs at least one thing to choose from.")
        if bound == 1:
            return 0
        bits = (bound - 1).bit_length()
        size = (bits + 7) // 8
        while True:
            drawn = int.from_bytes(self.octets(size), "big") >> (8 * size - bits)
            if drawn < bound:
                return drawn

    def shuffled(self, things: Sequence[_Chosen]) -> tuple[_Chosen, ...]:
        """Put things in random order, each order as likely as any other (Fisher and Yates)."""
        order = list(things)
        for last in range(len(order) - 1, 0, -1):
            other = self.below(last + 1)
            order[last], order[other] = order[other], order[last]
        return tuple(order)
