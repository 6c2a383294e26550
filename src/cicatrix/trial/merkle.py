"""A Merkle tree over octets, as RFC 9162, section 2.1, has it: root, inclusion proof, check.

Leaves and inner nodes are hashed under prefixes of their own, so that neither can pass for the
other. What the leaves of an allocation list are stands in commitment.py.
"""

from collections.abc import Sequence
from hashlib import sha256

_LEAF = b"\x00"
_NODE = b"\x01"


def leaf_hash(leaf: bytes) -> bytes:
    """Hash one leaf.

    Source: RFC9162, section 2.1.1.
    """
    return sha256(_LEAF + leaf).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """Give the root of the tree over `leaves`; the root of none is the hash of nothing.

    Pairing neighbours level by level, an odd last one going up as it is, gives the same tree as the
    splitting at powers of two by which the standard defines it.
    Source: RFC9162, section 2.1.1.
    """
    level = [leaf_hash(leaf) for leaf in leaves]
    if not level:
        return sha256().digest()
    while len(level) > 1:
        level = _level_above(level)
    return level[0]


def inclusion_proof(leaves: Sequence[bytes], place: int) -> tuple[bytes, ...]:
    """Give the hashes that lead from the leaf at `place` (from 0) to the root.

    Source: RFC9162, section 2.1.3.1.
    """
    if not 0 <= place < len(leaves):
        raise ValueError(f"There is no leaf {place} among {len(leaves)}.")
    level = [leaf_hash(leaf) for leaf in leaves]
    proof = []
    while len(level) > 1:
        sibling = place ^ 1
        if sibling < len(level):
            proof.append(level[sibling])
        level, place = _level_above(level), place // 2
    return tuple(proof)


def is_included(
    leaf: bytes, place: int, size: int, proof: Sequence[bytes], *, expected_root: bytes
) -> bool:
    """Say whether a proof leads from a leaf at `place` of `size` leaves to the expected root.

    Source: RFC9162, section 2.1.3.2.
    """
    if not 0 <= place < size:
        return False
    node, last, rest = leaf_hash(leaf), size - 1, list(proof)
    while last:
        if place % 2 or place < last:
            if not rest:
                return False
            sibling = rest.pop(0)
            pair = (sibling, node) if place % 2 else (node, sibling)
            node = sha256(_NODE + pair[0] + pair[1]).digest()
        place, last = place // 2, last // 2
    return not rest and node == expected_root


def _level_above(level: Sequence[bytes]) -> list[bytes]:
    above = [
        sha256(_NODE + level[left] + level[left + 1]).digest()
        for left in range(0, len(level) - 1, 2)
    ]
    return above + [level[-1]] * (len(level) % 2)
