"""Every arm is replayed from ledger and draws: in an emergency, at the opening, and by anyone."""

import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cicatrix.exchange.bundle import write_bundle
from cicatrix.trial.allocation import check_opened, read_opened
from cicatrix.trial.errors import Refused
from cicatrix.trial.roles import Actor
from cicatrix_sealed.custody import situation
from cicatrix_sealed.disclosure import CodeBreak, break_one, open_all
from cicatrix_sealed.keys import draw_generator
from cicatrix_sealed.minimisation import replay
from cicatrix_sealed.unsealing import open_draws, opened_of, slot_of
from cicatrix_sealed.verification import verify

pytestmark = pytest.mark.slow

NOW = datetime(2027, 3, 2, 9, 0, tzinfo=UTC)
CUSTODIAN = Actor("custodian", "pharmacist")
ARMS = ("quokka", "numbat", "bilby")
VERIFIER = Path(__file__).parents[3] / "verifier/verify.py"


def test_a_replay_from_ledger_and_draws_gives_every_arm_that_was_packed(
    asked, passphrase, answer, sheet, people
):
    home, folder = asked
    answer(home, folder, passphrase)
    standing = situation(home)
    draws = open_draws(standing, folder, passphrase)
    generators = [
        draw_generator(standing.study.digest, slot.number, draw=bytes.fromhex(slot.draw))
        for slot in draws.slots[: len(people)]
    ]
    levels = [(site, skin) for _, skin, site in people]
    arms = [choice.arm for choice in replay(draws.procedure.method, levels, generators)]
    assert [sheet(folder)[f"K{place:03d}"] for place in range(1, 7)] == arms
    opened = opened_of(standing, folder, [passphrase])
    assert [slot.arm for slot in opened.slots] == arms
    assert [slot.levels for slot in opened.slots] == levels
    assert opened.unused[0].number == "007"
    assert [slot_of(standing, folder, passphrase, f"{n:03d}").arm for n in range(1, 7)] == arms


def test_later_requests_change_no_arm_that_was_given_before(
    asked, request_number, passphrase, answer, sheet
):
    home, folder = asked
    answer(home, folder, passphrase)
    before = sheet(folder)
    request_number(home, "P7", skin="dark")
    answer(home, folder, passphrase)
    assert {kit: arm for kit, arm in sheet(folder).items() if kit in before} == before
    assert len(sheet(folder)) == len(before) + 2


def test_a_code_break_tells_the_arm_by_replay_and_no_arm_of_a_number_not_given(
    asked, passphrase, answer, sheet
):
    home, folder = asked
    case = CodeBreak("004", "A fever", "Ana")
    with pytest.raises(Refused, match="Number 004 has not been given"):
        break_one(home, folder, passphrase, case, actor=CUSTODIAN, now=NOW)
    answer(home, folder, passphrase)
    told = break_one(home, folder, passphrase, case, actor=CUSTODIAN, now=NOW)
    assert sheet(folder)["K004"] in told
    for number in ("007", "999"):
        with pytest.raises(Refused, match=f"Number {number} has not been given"):
            slot_of(situation(home), folder, passphrase, number)


def test_what_the_custodian_holds_is_found_whole_before_during_and_after(
    asked, passphrase, lock, answer
):
    home, folder = asked
    assert {check.why for check in verify(situation(home), folder, [passphrase])} == {None}
    answer(home, folder, passphrase)
    assert {check.why for check in verify(situation(home), folder, [passphrase])} == {None}
    lock(home)
    output = folder.parent / "allocation.json"
    opened = open_all(home, folder, [passphrase], output, reason="Locked", actor=CUSTODIAN, now=NOW)
    assert len(opened.slots) == 6
    assert len(opened.unused) == len(situation(home).trial.list.slots["all"]) - 6


def test_anyone_can_replay_every_arm_from_the_public_bundle(
    asked, passphrase, lock, tmp_path, answer
):
    home, folder = asked
    answer(home, folder, passphrase)
    lock(home)
    output = tmp_path / "allocation.json"
    open_all(home, folder, [passphrase], output, reason="Locked", actor=CUSTODIAN, now=NOW)
    opened = read_opened(output.read_text())
    check_opened(opened, sealed=situation(home).trial.list)
    lines = list(home.ledger.since())
    bundle = tmp_path / "bundle.json"

    def judged(opened):
        text = write_bundle(situation(home).trial, lines, opened=opened, checkpoint=None)
        bundle.write_text(text)
        command = [sys.executable, "-I", "-S", VERIFIER, bundle]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        return run.returncode, " ".join(run.stdout.split())

    status, said = judged(opened)
    assert status == 0, said
    assert "The arms of all 6 numbers follow from their draws and requests." in said
    first = opened.slots[0]
    other = replace(first, arm=next(arm for arm in ARMS if arm != first.arm))
    status, said = judged(replace(opened, slots=(other, *opened.slots[1:])))
    assert status == 1
    assert "by its draw and the levels so far it is" in said
    status, said = judged(None)
    assert status == 0
    assert not any(arm in bundle.read_text() for arm in ARMS)
    assert "levels" not in bundle.read_text()


def test_a_number_that_nobody_requested_stops_the_replay(minimised, randomise, passphrase, answer):
    home, folder = minimised()
    randomise(home, "001")
    with pytest.raises(Refused, match="P1 has a number that was never requested"):
        answer(home, folder, passphrase)


def test_a_number_out_of_order_stops_the_replay(minimised, randomise, passphrase, answer):
    home, folder = minimised()
    randomise(home, "002")
    with pytest.raises(Refused, match="out of the list's order"):
        answer(home, folder, passphrase)
    _, drawn, emergency, sheet, _ = verify(situation(home), folder, [passphrase])
    assert "out of the list's order" in drawn.why
    assert emergency.why is None
    assert not sheet.made


def test_every_arm_comes_up_and_the_levels_stay_even(
    minimised, request_number, passphrase, answer, sheet
):
    home, folder = minimised(threshold=1)
    for place in range(len(situation(home).trial.list.slots["all"])):
        request_number(home, f"Q{place}", skin="light" if place % 3 else "dark")
    answer(home, folder, passphrase)
    counts = Counter(arm for kit, arm in sheet(folder).items() if "S" not in kit)
    assert set(counts) == set(ARMS)
    assert max(counts.values()) - min(counts.values()) <= 3
