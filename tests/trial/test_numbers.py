"""What is typed in place of a number: told for what it is, and never taken for a number."""

from datetime import date

import pytest

from cicatrix.trial.facts import SealedSlot
from cicatrix.trial.numbers import mistaken, not_given
from cicatrix.trial.participant import Participant
from cicatrix.trial.trial import SealedList, Trial


@pytest.fixture
def trial():
    slots = [
        SealedSlot(number=number, stratum="all", kits=(f"K{number}", f"K{number}S1"), commitment="")
        for number in ("003", "104")
    ]
    made = Trial(list=SealedList("L", "", "", False, slots={"all": slots}))
    day = date(2027, 3, 1)
    made.participants["FOSHAN-007"] = Participant("FOSHAN-007", "foshan", day, number="003")
    made.participants["FOSHAN-008"] = Participant("FOSHAN-008", "foshan", day)
    made.numbers["003"] = "FOSHAN-007"
    return made


@pytest.mark.parametrize(
    ("typed", "kind", "number"),
    [
        ("3", "other", ""),
        ("0003", "other", ""),
        ("K003", "kit", "003"),
        ("k003s1", "kit", "003"),
        ("K104S1", "kit_not_given", "104"),
        ("K10", "other", ""),
        ("K", "other", ""),
        ("", "other", ""),
        ("foshan-007", "participant", "003"),
        ("FOSHAN-008", "participant_without", ""),
        ("FOSHAN-003", "other", ""),
    ],
)
def test_a_kit_or_a_participant_is_told_its_number_and_nothing_is_guessed(
    trial, typed, kind, number
):
    found = mistaken(trial, typed)
    assert (found.kind, found.number) == (kind, number)
    refusal = not_given(trial, typed)
    assert refusal.rule == "no_number"
    assert "numbers here look like 003" in refusal.sentence


@pytest.mark.parametrize("typed", ["003", "104", "999"])
def test_what_looks_like_a_number_is_one_given_or_not(trial, typed):
    assert mistaken(trial, typed) is None
    assert not_given(trial, typed).sentence == f"Number {typed} has not been given to anyone."


def test_without_a_list_nothing_is_known_of_how_numbers_look():
    assert mistaken(Trial(), "K003") is None
