"""A minimised list's procedure swapped in the emergency file: found by what was packed."""

import csv
import io
import json
from datetime import UTC, datetime

import pytest

from cicatrix.trial.allocation import DrawnSlot
from cicatrix.trial.errors import Refused
from cicatrix.trial.roles import Actor
from cicatrix_sealed.custody import situation
from cicatrix_sealed.disclosure import CodeBreak, break_one
from cicatrix_sealed.emergency import write_emergency
from cicatrix_sealed.packing import check_packed
from cicatrix_sealed.unsealing import opened_of, secrets_of, slot_of

pytestmark = pytest.mark.slow

NUMBERS = tuple(f"{place:03}" for place in range(1, 7))
WHO = {"actor": Actor("custodian", "pharmacist"), "now": datetime(2027, 3, 2, 9, 0, tzinfo=UTC)}
CALLED = r"call the other custodians, who find out which with `cicatrix-sealed verify`"


@pytest.fixture
def swap(passphrase):
    """Write the emergency file anew under its own key, its arms in another order."""

    def swap(home, folder):
        standing = situation(home)
        secrets = secrets_of(standing, folder, (passphrase,))
        drawn = opened_of(standing, folder, (passphrase,))
        text = (folder / "emergency.json").read_text()
        first, *others = secrets.procedure["arms"]
        procedure = secrets.procedure | {"arms": [*others, first]}
        slots = [unassigned(slot) for slot in drawn.places]
        swapped = write_emergency(
            drawn.list_id, drawn.study_digest, slots,
            key=secrets.emergency_key, procedure=procedure,
        )  # fmt: skip
        assert json.loads(swapped)["slots"] == json.loads(text)["slots"], "only the procedure"
        (folder / "emergency.json").write_text(swapped)

    return swap


@pytest.fixture
def swapped(asked, answer, passphrase, swap):
    """Give a home whose six requests were answered, and then another procedure."""
    home, folder = asked
    answer(home, folder, passphrase)
    right = [slot_of(situation(home), folder, passphrase, number).arm for number in NUMBERS]
    sheet = (folder / "packing.csv").read_text()
    swap(home, folder)
    (folder / "packing.csv").unlink()
    wrong = [slot_of(situation(home), folder, passphrase, number).arm for number in NUMBERS]
    assert all(one != other for one, other in zip(right, wrong, strict=True))
    (folder / "packing.csv").write_text(sheet)
    return home, folder


def unassigned(slot):
    return DrawnSlot(slot.number, slot.stratum, slot.kits, slot.draw, slot.nonce)


def everything(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_no_wrong_arm_is_told_and_nothing_recorded(swapped, passphrase):
    home, folder = swapped
    length = len(list(home.ledger.since()))
    for number in NUMBERS:
        with pytest.raises(Refused, match=f"do not say the same of number {number}") as refusal:
            break_one(home, folder, passphrase, CodeBreak(number, "fever", "Ana"), **WHO)
        assert refusal.value.rule == "packing"
        assert "another custodian's copy" in refusal.value.sentence
    assert len(list(home.ledger.since())) == length


def test_requests_are_not_answered_and_the_sheet_stays_as_it_was(
    swapped, passphrase, answer, given, request_number
):
    home, folder = swapped
    request_number(home, "P7")
    before, numbers = everything(folder), given(home)
    with pytest.raises(Refused, match=CALLED):
        answer(home, folder, passphrase)
    assert everything(folder) == before
    assert given(home) == numbers


def test_a_row_changed_on_the_sheet_is_found_as_well(asked, passphrase, answer):
    home, folder = asked
    answer(home, folder, passphrase)
    rows = list(csv.reader(io.StringIO((folder / "packing.csv").read_text())))
    kinds = sorted({row[2] for row in rows[1:]})
    rows[1][2] = next(kind for kind in kinds if kind != rows[1][2])
    (folder / "packing.csv").write_text("".join(",".join(row) + "\n" for row in rows))
    with pytest.raises(Refused, match="number 001"):
        slot_of(situation(home), folder, passphrase, "001")
    with pytest.raises(Refused, match=CALLED):
        answer(home, folder, passphrase)
    slot_of(situation(home), folder, passphrase, "002")


def test_a_copy_whose_sheet_is_missing_or_old_still_tells_in_an_emergency(
    asked, passphrase, answer
):
    home, folder = asked
    empty = (folder / "packing.csv").read_text()
    answer(home, folder, passphrase)
    arm = slot_of(situation(home), folder, passphrase, "003").arm
    (folder / "packing.csv").write_text(empty)
    assert slot_of(situation(home), folder, passphrase, "003").arm == arm
    (folder / "packing.csv").unlink()
    assert slot_of(situation(home), folder, passphrase, "003").arm == arm


def test_a_sheet_that_is_ahead_is_left_as_it_is(asked, passphrase, answer, given):
    home, folder = asked
    answer(home, folder, passphrase)
    ahead = (folder / "packing.csv").read_text() + "K007,1,numbat\n"
    (folder / "packing.csv").write_text(ahead)
    assert answer(home, folder, passphrase) == []
    assert (folder / "packing.csv").read_text() == ahead


def test_an_amendment_that_took_the_arm_away_keeps_nobody_from_a_code(
    asked, passphrase, answer, make_study
):
    home, folder = asked
    answer(home, folder, passphrase)
    slot = slot_of(situation(home), folder, passphrase, "001")
    check_packed(make_study(ratio={"a": 1, "b": 1}), folder, slot)
