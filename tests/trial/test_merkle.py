"""The tree against its definition by recursion, known roots, and every proof that must fail.

The leaves and roots are those that implementations of Certificate Transparency test themselves
with; the recursion is RFC 9162's own, section 2.1.
"""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cicatrix.trial.merkle import inclusion_proof, is_included, leaf_hash, root

LEAVES = tuple(
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
)  # fmt: skip
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
SIZES = st.integers(0, 70)


def some(size):
    return [f"leaf {n}".encode() for n in range(size)]


def split_at(leaves):
    """Give k, the largest power of two smaller than the number of leaves."""
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return k


def mth(leaves):
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = split_at(leaves)
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def path(place, leaves):
    if len(leaves) == 1:
        return ()
    k = split_at(leaves)
    if place < k:
        return (*path(place, leaves[:k]), mth(leaves[k:]))
    return (*path(place - k, leaves[k:]), mth(leaves[:k]))


@pytest.mark.parametrize("size", range(9))
def test_the_roots_are_the_published_ones(size):
    assert root(LEAVES[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize("size", range(71))
def test_root_and_every_proof_are_those_of_the_standards_recursion(size):
    leaves = some(size)
    assert root(leaves) == mth(leaves)
    for place in range(size):
        proof = inclusion_proof(leaves, place)
        assert proof == path(place, leaves)
        assert is_included(leaves[place], place, size, proof, expected_root=mth(leaves))


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_the_root_of_any_leaves_is_that_of_the_recursion(leaves):
    assert root(leaves) == mth(leaves)


@given(st.data(), st.integers(1, 70))
def test_a_proof_shows_no_other_leaf_and_no_other_place(data, size):
    leaves, place = some(size), data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(-1, size + 1).filter(lambda one: one != place))
    proof, expected = inclusion_proof(leaves, place), root(leaves)
    assert not is_included(b"another", place, size, proof, expected_root=expected)
    assert not is_included(leaves[place], other, size, proof, expected_root=expected)
    assert not is_included(leaves[place], place, size, proof, expected_root=mth([b"another"]))


@given(st.data(), st.integers(2, 70))
def test_a_changed_cut_lengthened_or_reordered_proof_shows_nothing(data, size):
    leaves, place = some(size), data.draw(st.integers(0, size - 1))
    proof, expected = inclusion_proof(leaves, place), root(leaves)
    which = data.draw(st.integers(0, len(proof) - 1))
    flipped = bytes([proof[which][0] ^ 1]) + proof[which][1:]
    wrong = {
        (*proof[:which], flipped, *proof[which + 1 :]),
        (*proof[:which], *proof[which + 1 :]),
        (*proof, proof[which]),
        (*proof[:which], bytes(32), *proof[which:]),
        proof[::-1],
    } - {proof}
    for one in wrong:
        assert not is_included(leaves[place], place, size, one, expected_root=expected)


def test_a_proof_does_not_hold_for_a_list_of_another_size():
    proof, expected = inclusion_proof(some(8), 7), root(some(8))
    assert is_included(b"leaf 7", 7, 8, proof, expected_root=expected)
    for size in (0, 1, 7, 9, 15, 16, 17):
        assert not is_included(b"leaf 7", 7, size, proof, expected_root=expected)


def test_an_inner_node_does_not_pass_for_a_leaf():
    one, other = (leaf_hash(leaf) for leaf in LEAVES[:2])
    assert root(LEAVES[:2]) != root([one + other])
    assert not is_included(one + other, 0, 1, (), expected_root=root(LEAVES[:2]))


def test_no_leaf_is_in_a_tree_of_none():
    assert not is_included(b"", 0, 0, (), expected_root=root([]))


@pytest.mark.parametrize(("size", "place"), [(0, 0), (3, 3), (3, -1)])
def test_there_is_no_proof_of_a_leaf_that_is_not_there(size, place):
    with pytest.raises(ValueError, match=f"no leaf {place} among {size}"):
        inclusion_proof(some(size), place)


@given(SIZES, SIZES)
def test_lists_of_two_lengths_have_two_roots(one, other):
    assert (root(some(one)) == root(some(other))) == (one == other)
