"""Shamir's scheme: any k of n give the secret back, k - 1 say nothing.

The field is checked against multiplication of polynomials done by hand, not against its tables.
"""

import os
from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cicatrix_sealed.shares import MOST_SHARES, join, split


def numbered(parts):
    return dict(enumerate(parts, start=1))


@given(st.data(), st.binary(min_size=1, max_size=40), st.integers(1, 7))
def test_any_threshold_of_the_shares_or_more_give_the_secret_back(data, secret, count):
    threshold = data.draw(st.integers(1, count))
    parts = numbered(split(secret, shares=count, threshold=threshold, entropy=os.urandom))
    some = data.draw(st.permutations(range(1, count + 1)))
    taken = some[: data.draw(st.integers(threshold, count))]
    assert join({number: parts[number] for number in taken}) == secret


def test_every_pair_of_two_of_five_gives_the_secret_back():
    parts = numbered(split(b"nine scars", shares=5, threshold=2, entropy=os.urandom))
    for pair in combinations(parts, 2):
        assert join({number: parts[number] for number in pair}) == b"nine scars"


def test_the_most_shares_there_can_be_give_the_secret_back():
    parts = split(b"\x00\xff", shares=MOST_SHARES, threshold=MOST_SHARES, entropy=os.urandom)
    assert join(numbered(parts)) == b"\x00\xff"


def times(one, other):
    """Multiply as polynomials over GF(2) and reduce by x^8 + x^4 + x^3 + x + 1."""
    product = 0
    for bit in range(8):
        if other >> bit & 1:
            product ^= one << bit
    for bit in reversed(range(8, 16)):
        if product >> bit & 1:
            product ^= 0x11B << bit - 8
    return product


@given(st.tuples(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255)))
def test_a_share_is_the_value_of_the_polynomial_at_its_number(coefficients):
    secret, first, second = coefficients
    drawn = iter((first, second))
    parts = split(bytes([secret]), shares=255, threshold=3, entropy=lambda _: bytes([next(drawn)]))
    for x, part in numbered(parts).items():
        value = secret ^ times(first, x) ^ times(second, times(x, x))
        assert part == bytes([value])


@pytest.mark.parametrize("secret", [0, 1, 0x53, 255])
@pytest.mark.parametrize("held", [(1, 2), (3, 7)])
def test_one_share_fewer_than_needed_is_the_same_for_every_secret(secret, held):
    """With every pair of coefficients once, every pair of octets is held exactly once."""
    every = bytes(range(256))
    drawn = iter((every * 256, b"".join(bytes([octet]) * 256 for octet in every)))
    parts = numbered(
        split(bytes([secret]) * 65536, shares=7, threshold=3, entropy=lambda _: next(drawn))
    )
    seen = Counter(zip(*(parts[number] for number in held), strict=True))
    assert len(seen) == 65536
    assert set(seen.values()) == {1}


def test_too_few_shares_do_not_give_the_secret_back():
    secret = bytes(range(32))
    parts = numbered(split(secret, shares=3, threshold=3, entropy=os.urandom))
    assert join({1: parts[1], 2: parts[2]}) != secret


def test_a_changed_octet_of_a_share_changes_that_octet_of_the_secret_alone():
    parts = numbered(split(bytes(4), shares=2, threshold=2, entropy=os.urandom))
    parts[1] = bytes([parts[1][0] ^ 1]) + parts[1][1:]
    joined = join(parts)
    assert joined[0] != 0
    assert joined[1:] == bytes(3)


@pytest.mark.parametrize(("shares", "threshold"), [(0, 0), (1, 0), (1, 2), (256, 1)])
def test_a_sharing_that_cannot_be_is_refused(shares, threshold):
    with pytest.raises(ValueError, match=f"{threshold} of {shares} shares"):
        split(b"secret", shares=shares, threshold=threshold, entropy=os.urandom)


@pytest.mark.parametrize("shares", [{}, {1: b"ab", 2: b"a"}, {0: b"a"}, {256: b"a"}])
def test_shares_of_no_secret_are_refused(shares):
    with pytest.raises(ValueError, match="Shares have one length"):
        join(shares)
