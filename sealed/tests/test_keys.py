"""Keys of every use against RFC 5869's test cases and the library's own HKDF."""

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from cicatrix_sealed.generator import Generator
from cicatrix_sealed.keys import (
    Derivation,
    draw_generator,
    emergency_procedure_key,
    generator_of,
    procedure_key,
    slot_key,
    slot_nonce,
)

DIGEST = "ab" * 32
SECRET, RANDOMNESS, NONCE = b"\x11" * 32, b"\x22" * 32, b"\x33" * 32


def hkdf(material, *, digest=DIGEST, info, size=32):
    return HKDF(SHA256(), size, digest.encode(), info).derive(material)


def named(*parts):
    return b"".join(len(part).to_bytes(8, "big") + part for part in parts)


def run(low, high):
    return bytes(range(low, high)).hex()


# RFC 5869, appendix A.1, A.2 and A.3; a salt is text here, and that of A.2 is none.
CASES = (
    (
        "0b" * 22,
        run(0x00, 0x0D),
        run(0xF0, 0xFA),
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
    ),
    (
        run(0x00, 0x50),
        run(0x60, 0xB0),
        run(0xB0, 0x100),
        "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
        "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
        "cc30c58179ec3e87c14c01d5c1f3434f1d87",
    ),
    (
        "0b" * 22,
        "",
        "",
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
    ),
)


class Salt(str):
    """A salt that is not text, where a study digest is expected."""

    def encode(self):
        return bytes.fromhex(self)


@pytest.mark.parametrize(("material", "salt", "info", "output"), CASES)
def test_the_derivation_gives_the_published_answers(material, salt, info, output):
    derivation = Derivation(bytes.fromhex(material), Salt(salt))
    assert derivation.derive(bytes.fromhex(info), len(output) // 2).hex() == output


@given(st.binary(max_size=80), st.text("0123456789abcdef", min_size=64, max_size=64), st.binary())
def test_the_derivation_is_the_librarys_for_any_material(material, digest, info):
    for size in (1, 32, 48, 65):
        expected = hkdf(material, digest=digest, info=info, size=size)
        assert Derivation(material, digest).derive(info, size) == expected


def test_the_keys_are_those_of_the_reference():
    derivation = Derivation(SECRET, DIGEST)
    number = "A007"
    assert slot_nonce(derivation, number) == hkdf(
        SECRET, info=named(b"cicatrix/slot-nonce/1", b"A007")
    )
    assert slot_key(derivation, number) == hkdf(SECRET, info=named(b"cicatrix/slot-key/1", b"A007"))
    assert procedure_key(DIGEST, secret=SECRET, nonce=NONCE) == hkdf(
        SECRET + NONCE, info=named(b"cicatrix/procedure-key/1")
    )


def test_the_generator_of_a_stratum_has_the_seed_of_the_reference():
    seed = hkdf(
        SECRET + RANDOMNESS, info=named(b"cicatrix/seed/1", "site=Zürich".encode()), size=48
    )
    found = generator_of(DIGEST, "site=Zürich", secret=SECRET, randomness=RANDOMNESS)
    assert found.octets(64) == Generator(seed).octets(64)


def test_the_generator_of_a_minimised_place_has_the_seed_of_the_reference():
    seed = hkdf(b"\x44" * 16, info=named(b"cicatrix/draw/1", b"007"), size=48)
    found = draw_generator(DIGEST, "007", draw=b"\x44" * 16)
    assert found.octets(64) == Generator(seed).octets(64)


def test_no_two_uses_and_no_two_studies_share_a_key():
    keys = set()
    for digest in (DIGEST, "cd" * 32):
        derivation = Derivation(SECRET, digest)
        keys |= {slot_nonce(derivation, "1"), slot_nonce(derivation, "2")}
        keys |= {slot_key(derivation, "1"), slot_key(derivation, "2")}
        keys.add(procedure_key(digest, secret=SECRET, nonce=NONCE))
        keys.add(emergency_procedure_key(derivation))
        keys.add(draw_generator(digest, "1", draw=SECRET).octets(32))
        for stratum in ("all", "site=a"):
            for randomness in (RANDOMNESS, NONCE):
                given = generator_of(digest, stratum, secret=SECRET, randomness=randomness)
                keys.add(given.octets(32))
    assert len(keys) == 2 * (7 + 4)
