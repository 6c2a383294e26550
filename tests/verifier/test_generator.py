"""The verifier's own cryptography against published answers, and its choices for fairness.

It shares no code with the custodian's program, so it has these tests of its own: NIST's answers
for HMAC_DRBG (the second of two requests for 128 octets; a personalisation string is appended to
entropy and nonce), RFC 5869's for HKDF, and Certificate Transparency's for the tree.
"""

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bundle_maker import below_of

ANSWERS = Path(__file__).parents[1] / "outside/HMAC_DRBG_SHA256.rsp"
FIELDS = ("EntropyInput", "Nonce", "PersonalizationString", "ReturnedBits")
SEEDS = st.binary(min_size=48, max_size=48)


def answers():
    text = ANSWERS.read_text()
    found = [re.findall(rf"^{field} =\s?([0-9a-f]*)$", text, re.MULTILINE) for field in FIELDS]
    return list(zip(*found, strict=True))


def request(verify, generator, octets):
    """Ask for octets as SP 800-90A, 10.1.2.5, has it: the verifier itself never needs over 32."""
    given = b""
    while len(given) < octets:
        generator.value = verify.mac(generator.key, generator.value)
        given += generator.value
    generator._update(b"")
    return given[:octets]


def test_all_thirty_answers_are_read():
    assert len(answers()) == 30


@pytest.mark.parametrize(("entropy", "nonce", "personalisation", "returned"), answers())
def test_the_generator_gives_the_published_answers(
    verify, entropy, nonce, personalisation, returned
):
    generator = verify.Generator(bytes.fromhex(entropy + nonce + personalisation))
    request(verify, generator, 128)
    assert request(verify, generator, 128).hex() == returned


@given(seed=SEEDS, bounds=st.lists(st.integers(1, 2**64), max_size=20))
def test_a_choice_is_the_leading_bits_of_a_request_drawn_again_beyond_the_bound(
    verify, seed, bounds
):
    generator, asked = verify.Generator(seed), verify.Generator(seed)
    for bound in bounds:
        bits = (bound - 1).bit_length()
        drawn = bound if bits else 0
        while drawn >= bound:
            octets = request(verify, asked, (bits + 7) // 8)
            drawn = int.from_bytes(octets, "big") >> (8 * len(octets) - bits)
        assert generator.below(bound) == drawn


@given(seed=SEEDS, bounds=st.lists(st.integers(1, 1000), max_size=20))
def test_two_programs_written_from_one_page_choose_alike(verify, seed, bounds):
    generator, below = verify.Generator(seed), below_of(seed)
    assert [generator.below(bound) for bound in bounds] == [below(bound) for bound in bounds]


# The 99.9th percentiles of chi-squared with bound - 1 degrees of freedom.
@pytest.mark.parametrize(
    ("bound", "percentile"), [(2, 10.828), (3, 13.816), (5, 18.467), (9, 26.124), (17, 39.252)]
)
def test_every_choice_is_about_equally_likely(verify, bound, percentile):
    generator = verify.Generator(b"\x01" * 48)
    drawn = Counter(generator.below(bound) for _ in range(200 * bound))
    assert set(drawn) == set(range(bound))
    assert sum((drawn[value] - 200) ** 2 / 200 for value in drawn) < percentile


def test_every_order_of_four_things_is_about_equally_likely(verify):
    generator = verify.Generator(b"\x01" * 48)
    drawn = Counter("".join(generator.shuffled(list("abcd"))) for _ in range(2400))
    assert len(drawn) == 24
    # The 99.9th percentile of chi-squared with 23 degrees of freedom is 49.7.
    assert sum((count - 100) ** 2 / 100 for count in drawn.values()) < 49.7


def run(low, high):
    return bytes(range(low, high))


@pytest.mark.parametrize(
    ("material", "salt", "info", "output"),
    [
        (
            b"\x0b" * 22, run(0x00, 0x0D), run(0xF0, 0xFA),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
            "34007208d5b887185865",
        ),
        (
            run(0x00, 0x50), run(0x60, 0xB0), run(0xB0, 0x100),
            "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
            "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
            "cc30c58179ec3e87c14c01d5c1f3434f1d87",
        ),
        (
            b"\x0b" * 22, b"", b"",
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
            "9d201395faa4b61a96c8",
        ),
    ],
)  # fmt: skip
def test_the_derivation_gives_the_published_answers(verify, material, salt, info, output):
    assert verify.hkdf(material, salt, info, len(output) // 2).hex() == output


@pytest.mark.parametrize(
    ("size", "root"),
    [
        (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        (3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
        (5, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
        (7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
    ],
)
def test_the_root_is_the_published_one(verify, size, root):
    leaves = "", "00", "10", "2021", "3031", "40414243", "5051525354555657"
    assert verify.merkle_root([bytes.fromhex(leaf) for leaf in leaves[:size]]) == root
