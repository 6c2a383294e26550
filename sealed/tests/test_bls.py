"""Signatures made here with the library's arithmetic: what is signed verifies, and nothing else.

That the pairing is the one that drand uses is shown by its own rounds, in test_drand.py.
"""

import subprocess
import sys
from hashlib import sha256

import pytest
from py_ecc.bls.hash_to_curve import hash_to_G1, hash_to_G2
from py_ecc.bls.point_compression import compress_G1, compress_G2, decompress_G1
from py_ecc.optimized_bls12_381 import G1, G2, add, curve_order, multiply

from cicatrix_sealed.bls import is_signature

# The library raises it for the whole process, in which other tests nest deeply and must be told.
sys.setrecursionlimit(1000)

SECRET, TAG, MESSAGE = 0x5CA25, b"A-TAG-OF-THE-TEST", b"nine scars"
INFINITY = bytes([0xC0])


def g1(point):
    return compress_G1(point).to_bytes(48, "big")


def g2(point):
    return b"".join(half.to_bytes(48, "big") for half in compress_G2(point))


SHORT_KEY, LONG_KEY = g1(multiply(G1, SECRET)), g2(multiply(G2, SECRET))
IN_G1 = multiply(hash_to_G1(MESSAGE, TAG, sha256), SECRET)
SHORT, LONG = g1(IN_G1), g2(multiply(hash_to_G2(MESSAGE, TAG, sha256), SECRET))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("signature", "key"), [(SHORT, LONG_KEY), (LONG, SHORT_KEY)], ids=["first", "second"]
)
def test_a_signature_verifies_in_either_group(signature, key):
    assert is_signature(signature, key, MESSAGE, tag=TAG)


@pytest.mark.slow
@pytest.mark.parametrize(("message", "tag"), [(b"ten scars", TAG), (MESSAGE, TAG + b"_")])
def test_another_message_or_tag_does_not_verify(message, tag):
    assert not is_signature(SHORT, LONG_KEY, message, tag=tag)


@pytest.mark.slow
def test_another_key_does_not_verify():
    assert not is_signature(SHORT, g2(multiply(G2, SECRET + 1)), MESSAGE, tag=TAG)


def test_nobodys_signature_under_nobodys_key_does_not_verify():
    """Both points at infinity satisfy the equation of the pairings for any message."""
    nothing = {48: INFINITY + bytes(47), 96: INFINITY + bytes(95)}
    assert not is_signature(nothing[48], nothing[96], MESSAGE, tag=TAG)
    assert not is_signature(nothing[96], nothing[48], MESSAGE, tag=TAG)


def outside():
    """Give a point of the curve that is not in its first group, of an order that divides r not."""
    for x in range(1, 50):
        try:
            point = decompress_G1((1 << 383) + x)
        except ValueError:
            continue
        return multiply(point, curve_order)
    raise AssertionError("there is none")


def test_a_signature_with_a_point_outside_the_group_added_does_not_verify():
    """The equation of the pairings holds for it too: only the check of the group tells it."""
    assert not is_signature(g1(add(IN_G1, outside())), LONG_KEY, MESSAGE, tag=TAG)


@pytest.mark.parametrize(
    "signature",
    [
        b"",
        SHORT[:-1],
        SHORT + b"\0",
        LONG,
        bytes(48),
        b"\xff" * 48,
        bytes([SHORT[0] & 0x7F]) + SHORT[1:],
    ],
    ids=["none", "cut", "longer", "the other group's", "zeros", "ones", "not compressed"],
)
def test_octets_that_are_no_point_do_not_verify(signature):
    assert not is_signature(signature, LONG_KEY, MESSAGE, tag=TAG)


def test_checking_a_signature_leaves_python_its_limit_of_nesting():
    program = (
        "import sys; from cicatrix_sealed.bls import is_signature; "
        "before = sys.getrecursionlimit(); "
        "print(is_signature(bytes(48), bytes(96), b'', tag=b''), 'py_ecc' in sys.modules, "
        "sys.getrecursionlimit() == before)"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert told.stdout.split() == [b"False", b"True", b"True"]
