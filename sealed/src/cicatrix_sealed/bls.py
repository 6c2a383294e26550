"""Whether a BLS signature on the curve BLS12-381 is genuine, by pairings of the library py_ecc.

Keys and signatures are compressed points, the one of G1 and the other of G2, whichever way round.
Points outside the right subgroup and the point at infinity are no keys and no signatures. What is
signed and under which tag is drand.py.
"""

import sys
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py_ecc.bls.typing import G1Uncompressed, G2Uncompressed

G1_BYTES, G2_BYTES = 48, 96


def is_signature(signature: bytes, key: bytes, message: bytes, *, tag: bytes) -> bool:
    """Say whether a key signed a message, hashed to the signature's group under a tag.

    Source: BLSDraft05, section 2.7 (CoreVerify).
    """
    if {len(key), len(signature)} != {G1_BYTES, G2_BYTES}:
        return False
    # The library raises the limit when it is loaded; a nested file would then overrun the stack.
    limit = sys.getrecursionlimit()
    try:
        return _is_signature(signature, key, message, tag)
    except ValueError:
        return False
    finally:
        sys.setrecursionlimit(limit)


def _is_signature(signature: bytes, key: bytes, message: bytes, tag: bytes) -> bool:
    # Its tables take half a second to load, which no other command should wait for.
    from py_ecc.bls.hash_to_curve import hash_to_G1, hash_to_G2
    from py_ecc.optimized_bls12_381.optimized_curve import G1, G2
    from py_ecc.optimized_bls12_381.optimized_pairing import pairing

    # The library takes a hash function and is annotated as if it took one of its results.
    if len(key) == G1_BYTES:
        hashed_g2 = hash_to_G2(message, tag, sha256)  # type: ignore[arg-type]
        return bool(pairing(_g2(signature), G1) == pairing(hashed_g2, _g1(key)))
    hashed_g1 = hash_to_G1(message, tag, sha256)  # type: ignore[arg-type]
    return bool(pairing(G2, _g1(signature)) == pairing(_g2(key), hashed_g1))


def _g1(octets: bytes) -> "G1Uncompressed":
    from py_ecc.bls.g2_primitives import subgroup_check
    from py_ecc.bls.point_compression import decompress_G1
    from py_ecc.bls.typing import G1Compressed
    from py_ecc.optimized_bls12_381.optimized_curve import is_inf

    point = decompress_G1(G1Compressed(int.from_bytes(octets, "big")))
    if is_inf(point) or not subgroup_check(point):
        raise ValueError("It is no point of the first group.")
    return point


def _g2(octets: bytes) -> "G2Uncompressed":
    from py_ecc.bls.g2_primitives import subgroup_check
    from py_ecc.bls.point_compression import decompress_G2
    from py_ecc.bls.typing import G2Compressed
    from py_ecc.optimized_bls12_381.optimized_curve import is_inf

    halves = (octets[:G1_BYTES], octets[G1_BYTES:])
    first, second = (int.from_bytes(half, "big") for half in halves)
    point = decompress_G2(G2Compressed((first, second)))
    if is_inf(point) or not subgroup_check(point):
        raise ValueError("It is no point of the second group.")
    return point
