"""The generator against NIST's published answers, and the fairness of its choices.

The answers are those of NIST's own file, without reseeding or additional input, with and without a
personalisation string, which instantiation appends to entropy and nonce (SP 800-90A, 10.1.2.3);
each is the second of two requests for 128 octets.
"""

import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cicatrix_sealed.generator import Generator

ANSWERS = Path(__file__).parents[2] / "tests/outside/HMAC_DRBG_SHA256.rsp"
FIELDS = ("EntropyInput", "Nonce", "PersonalizationString", "ReturnedBits")


def answers():
    text = ANSWERS.read_text()
    found = [re.findall(rf"^{field} =\s?([0-9a-f]*)$", text, re.MULTILINE) for field in FIELDS]
    return list(zip(*found, strict=True))


def test_both_sections_of_fifteen_answers_are_read():
    strings = [personalisation for _, _, personalisation, _ in answers()]
    assert len(strings) == 30
    assert strings[:15] == [""] * 15
    assert all(len(string) == 64 for string in strings[15:])


@pytest.mark.parametrize(("entropy", "nonce", "personalisation", "returned"), answers())
def test_the_generator_gives_the_published_answers(entropy, nonce, personalisation, returned):
    generator = Generator(bytes.fromhex(entropy + nonce + personalisation))
    generator.octets(128)
    assert generator.octets(128).hex() == returned


def test_a_request_is_not_what_is_left_of_the_one_before():
    once, twice = Generator(bytes(48)), Generator(bytes(48))
    assert once.octets(64) != twice.octets(32) + twice.octets(32)


def test_a_short_seed_is_refused():
    with pytest.raises(ValueError, match="at least 48 bytes"):
        Generator(bytes(47))


@pytest.mark.parametrize("bound", [0, -1])
def test_a_choice_of_nothing_is_refused(bound):
    with pytest.raises(ValueError, match="at least one thing"):
        Generator(bytes(48)).below(bound)


@given(st.binary(min_size=48, max_size=48), st.integers(1, 2**80))
def test_a_choice_is_always_below_its_bound(seed, bound):
    generator = Generator(seed)
    assert all(0 <= generator.below(bound) < bound for _ in range(20))


def test_a_choice_of_one_thing_asks_for_no_octets():
    chosen, untouched = Generator(bytes(48)), Generator(bytes(48))
    assert chosen.below(1) == 0
    assert chosen.octets(32) == untouched.octets(32)


def test_a_number_beyond_the_bound_is_drawn_again():
    """Of three things two bits give a fourth; what comes after it is the choice."""
    drawn = Generator(bytes(48))
    numbers = [drawn.octets(1)[0] >> 6 for _ in range(200)]
    assert 3 in numbers
    choosing, kept = Generator(bytes(48)), [number for number in numbers if number < 3]
    assert [choosing.below(3) for _ in kept] == kept


# Bounds from just above a power of two, where a remainder would favour the small ones most, and
# the 99.9th percentiles of chi-squared with bound - 1 degrees of freedom.
@pytest.mark.parametrize(
    ("bound", "percentile"),
    [(2, 10.828), (3, 13.816), (5, 18.467), (6, 20.515), (9, 26.124), (17, 39.252), (33, 62.487)],
)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_choice_is_about_equally_likely(bound, percentile, seed):
    generator = Generator(bytes([seed]) * 48)
    expected = 200
    drawn = Counter(generator.below(bound) for _ in range(expected * bound))
    assert set(drawn) == set(range(bound))
    assert sum((drawn[value] - expected) ** 2 / expected for value in drawn) < percentile


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_order_of_four_things_is_about_equally_likely(seed):
    generator = Generator(bytes([seed]) * 48)
    drawn = Counter(generator.shuffled("abcd") for _ in range(2400))
    assert len(drawn) == 24
    # The 99.9th percentile of chi-squared with 23 degrees of freedom is 49.7.
    assert sum((count - 100) ** 2 / 100 for count in drawn.values()) < 49.7


@given(st.binary(min_size=48, max_size=48), st.lists(st.integers()))
def test_an_order_has_the_same_things(seed, things):
    assert sorted(Generator(seed).shuffled(things)) == sorted(things)
