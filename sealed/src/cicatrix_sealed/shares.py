"""A secret shared among custodians: any `threshold` of them give it back, fewer give nothing.

Shamir's scheme over GF(2^8) with the polynomial of AES, octet by octet. A share says nothing of
which secret it is a share of: that, and how a share is kept under a passphrase, is sealing.py.

Source: Shamir1979.
"""

from collections.abc import Callable, Mapping
from functools import reduce

MOST_SHARES = 255
_POLYNOMIAL = 0x11B


def _powers() -> tuple[list[int], list[int]]:
    exponential, logarithm, power = [0] * 255, [0] * 256, 1
    for exponent in range(255):
        exponential[exponent], logarithm[power] = power, exponent
        doubled = power << 1
        power ^= doubled ^ (_POLYNOMIAL if doubled & 0x100 else 0)
    return exponential, logarithm


_EXPONENTIAL, _LOGARITHM = _powers()


def split(
    secret: bytes, *, shares: int, threshold: int, entropy: Callable[[int], bytes]
) -> tuple[bytes, ...]:
    """Split a secret into shares 1 to `shares`, each as long as the secret."""
    if not 1 <= threshold <= shares <= MOST_SHARES:
        raise ValueError(f"{threshold} of {shares} shares is not from 1 of 1 to 255 of 255.")
    coefficients = [secret, *(entropy(len(secret)) for _ in range(threshold - 1))]
    return tuple(
        bytes(_value([one[octet] for one in coefficients], x) for octet in range(len(secret)))
        for x in range(1, shares + 1)
    )


def join(shares: Mapping[int, bytes]) -> bytes:
    """Put the secret together from shares by number; too few give octets that mean nothing."""
    lengths = {len(share) for share in shares.values()}
    if len(lengths) != 1 or not all(1 <= x <= MOST_SHARES for x in shares):
        raise ValueError("Shares have one length and numbers from 1 to 255.")
    weights = {x: _weight(x, tuple(shares)) for x in shares}
    return bytes(
        reduce(
            lambda total, x: total ^ _times(weights[x], shares[x][octet]),
            shares,
            0,
        )
        for octet in range(lengths.pop())
    )


def _value(coefficients: list[int], x: int) -> int:
    """Give the polynomial's value, the constant term first (Horner)."""
    return reduce(lambda value, one: _times(value, x) ^ one, reversed(coefficients), 0)


def _weight(x: int, every: tuple[int, ...]) -> int:
    """Give the factor of the share at `x` in the value at 0 (Lagrange)."""
    weight = 1
    for other in every:
        if other != x:
            weight = _times(weight, _over(other, other ^ x))
    return weight


def _times(one: int, other: int) -> int:
    """Multiply in GF(2^8).

    >>> hex(_times(0x57, 0x83))
    '0xc1'
    """
    if not one or not other:
        return 0
    return _EXPONENTIAL[(_LOGARITHM[one] + _LOGARITHM[other]) % 255]


def _over(one: int, other: int) -> int:
    return _EXPONENTIAL[(_LOGARITHM[one] - _LOGARITHM[other]) % 255]
