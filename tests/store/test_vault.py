"""What is kept encrypted opens where it belongs, unaltered, and nowhere else."""

from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cicatrix.store.vault import Belonging, decrypt, encrypt
from cicatrix.trial.errors import Refused

KEY = bytes(range(32))
HERS = Belonging("contact", "S1", "S1-001")
NAME = "李梅, 138 0000 0000"


@given(st.text(), st.text(), st.text(), st.text())
def test_what_is_encrypted_opens_where_it_belongs(
    text: str, purpose: str, site: str, participant: str
) -> None:
    belonging = Belonging(purpose, site, participant)
    kept = encrypt(text, belonging, key=KEY)
    assert kept.isascii()
    assert decrypt(kept, belonging, key=KEY) == text


def test_nothing_of_the_text_is_in_what_is_kept_and_the_same_text_is_never_kept_alike() -> None:
    kept = [encrypt(NAME, HERS, key=KEY) for _ in range(2)]
    assert kept[0] != kept[1]
    assert all(NAME.encode() not in urlsafe_b64decode(one[2:]) for one in kept)


@pytest.mark.parametrize(
    "elsewhere",
    [
        Belonging("draft", "S1", "S1-001"),
        Belonging("contact", "S2", "S1-001"),
        Belonging("contact", "S1", "S1-002"),
        Belonging("contact", "S1S1", "-001"),
        Belonging("contactS1", "", "S1-001"),
        Belonging("contact"),
    ],
)
def test_a_text_that_was_moved_to_another_row_does_not_open(elsewhere: Belonging) -> None:
    with pytest.raises(Refused, match="was damaged or moved"):
        decrypt(encrypt(NAME, HERS, key=KEY), elsewhere, key=KEY)


def test_a_text_does_not_open_with_another_key() -> None:
    with pytest.raises(Refused, match="the home's key is another"):
        decrypt(encrypt(NAME, HERS, key=KEY), HERS, key=bytes(32))


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_a_text_with_one_altered_byte_does_not_open(place: int, change: int) -> None:
    kept = bytearray(urlsafe_b64decode(encrypt(NAME, HERS, key=KEY)[2:]))
    kept[place % len(kept)] ^= change
    with pytest.raises(Refused, match="does not open"):
        decrypt("1." + urlsafe_b64encode(kept).decode(), HERS, key=KEY)


@pytest.mark.parametrize("kept", ["", "1.", "1.AAAA", "2.AAAA", "1.é", "1.A", NAME])
def test_what_was_never_encrypted_does_not_open(kept: str) -> None:
    with pytest.raises(Refused, match="does not open"):
        decrypt(kept, HERS, key=KEY)


def test_a_refusal_names_neither_site_nor_participant_nor_text() -> None:
    with pytest.raises(Refused) as caught:
        decrypt(encrypt(NAME, HERS, key=KEY)[:-4], HERS, key=KEY)
    assert not {"S1", "李梅"} & set(str(caught.value).split())
    assert "S1-001" not in str(caught.value)
