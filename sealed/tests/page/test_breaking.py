"""The emergency page: recorded first, told once, and nowhere else."""

import http.client
import signal
import subprocess
import sys
import textwrap
import threading
from datetime import UTC, datetime

import pytest

from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import AllocationOpened, CodeBroken
from cicatrix.trial.roles import Actor
from cicatrix_sealed.page.wording import ENGLISH

pytestmark = pytest.mark.slow

NIGHT = datetime(2027, 3, 2, 3, 0, tzinfo=UTC)
CUSTODIAN = Actor("custodian", "pharmacist")
ARMS = ("quokka", "numbat", "bilby")


def test_a_code_break_is_recorded_and_the_arm_shown_in_the_answer_alone(
    night, signed_in, passphrase
):
    signed_in.send("GET", "/custody/break")
    assert signed_in.breaks(passphrase) == 200
    assert f"{night.arm} (Label of {night.arm})" in signed_in.page
    assert "P1" in signed_in.page
    assert not any(other in signed_in.page for other in set(ARMS) - {night.arm})
    assert signed_in.headers["Cache-Control"] == "no-store"
    assert night.recorded(CodeBroken) == [
        CodeBroken(participant="P1", number="002", reason="A fever", told="Dr Ana")
    ]
    assert night.silent(night.everything_stored())
    assert night.silent(str(signed_in.headers) + str(signed_in.cookies))
    assert "code broken 002" in night.journal
    assert passphrase not in night.journal


def test_a_code_break_takes_six_fields_and_two_buttons_from_the_address_in_the_emergency_plan(
    night, phone, passphrase
):
    phone.send("GET", "/custody/break")
    fields, buttons = phone.shown("input"), phone.shown("button")
    assert phone.sign_in(passphrase, at="/custody/break") == 303
    assert phone.headers["Location"] == "/custody/break"
    phone.send("GET", phone.headers["Location"])
    fields += phone.shown("input|select|textarea")
    buttons += phone.shown("button")
    assert (len(fields), len(buttons)) == (6, 2)
    assert phone.breaks(passphrase) == 200
    assert night.arm in phone.page
    assert phone.shown("input|select|button") == []


def test_a_second_code_break_of_a_number_says_that_it_is_one(night, signed_in, passphrase):
    for time, said in ((1, False), (2, True)):
        signed_in.send("GET", "/custody/break")
        assert signed_in.breaks(passphrase) == 200
        assert (f"This code was broken before; this is time {time}." in signed_in.page) == said
    assert len(night.recorded(CodeBroken)) == 2


def test_loading_the_answer_again_shows_no_arm_and_records_nothing(night, signed_in, passphrase):
    signed_in.breaks(passphrase)
    assert signed_in.send("POST", "/custody/break", signed_in.sent) == 409
    assert night.silent(signed_in.page)
    assert ENGLISH.sent_already in signed_in.page
    assert "Code broken: 002 – P1" in signed_in.page
    again, stranger = night.phone(), night.phone()
    again.cookies = dict(signed_in.cookies)
    stranger.sign_in(passphrase)
    for path in ("/custody/", "/custody/break", "/custody/release", "/custody/release?number=002"):
        for tab in (signed_in, again, stranger):
            assert tab.send("GET", path) == 200
            assert night.silent(tab.page)
    assert len(night.recorded(CodeBroken)) == 1


def test_the_record_comes_first_when_nothing_can_be_recorded_nothing_is_shown(
    night, signed_in, passphrase, monkeypatch
):
    def fails(*where, **what):
        raise Refused("database", "The trial's database cannot be written.")

    monkeypatch.setattr("cicatrix.store.ledger.Ledger.append", fails)
    assert signed_in.breaks(passphrase) == 409
    assert "cannot be written" in signed_in.page
    assert night.silent(signed_in.page)
    assert night.recorded(CodeBroken) == []


def test_a_server_that_dies_between_record_and_answer_leaves_the_record_and_shows_nothing(
    night, phone, passphrase
):
    """The page dies in a process of its own as soon as the ledger has the code-break."""
    program = textwrap.dedent("""
        import os, signal, sys
        from datetime import UTC, datetime
        from functools import partial
        from pathlib import Path
        from cicatrix_sealed.page import breaking
        from cicatrix_sealed.page.opening import open_page

        real = breaking.break_one

        def recorded_and_then_killed(*where, **what):
            real(*where, **what)
            os.kill(os.getpid(), signal.SIGKILL)

        breaking.break_one = recorded_and_then_killed
        home, folder = map(Path, sys.argv[1:])
        server = open_page(
            home, folder, host="127.0.0.1", port=0, certificate=None, key=None,
            clock=partial(datetime.now, UTC),
        )
        print(server.server_address[1], flush=True)
        server.serve_forever()
    """)
    command = [sys.executable, "-c", program, night.home.folder, night.folder]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as dying:
        try:
            phone.place = ("127.0.0.1", int(dying.stdout.readline()))
            phone.sign_in(passphrase)
            with pytest.raises((http.client.HTTPException, ConnectionError)):
                phone.breaks(passphrase)
            assert dying.wait(30) == -signal.SIGKILL
            assert dying.stderr.read() == b""
        finally:
            dying.kill()
    assert [fact.number for fact in night.recorded(CodeBroken)] == ["002"]
    assert night.silent(phone.page + night.everything_stored())
    after = night.phone()
    assert after.sign_in(passphrase) == 303
    after.send("GET", "/custody/")
    assert "Code broken: 002 – P1" in after.page
    assert after.breaks(passphrase) == 200
    assert night.arm in after.page
    assert len(night.recorded(CodeBroken)) == 2


def test_whoever_was_a_moment_faster_delays_nothing(
    night, signed_in, passphrase, grant, monkeypatch
):
    append = type(night.home.ledger).append

    def overtaken(ledger, *what, **how):
        monkeypatch.setattr(type(ledger), "append", append)
        grant(night.home, "zoe", "monitor")
        return append(ledger, *what, **how)

    monkeypatch.setattr(type(night.home.ledger), "append", overtaken)
    assert signed_in.breaks(passphrase) == 200
    assert night.arm in signed_in.page
    assert len(night.recorded(CodeBroken)) == 1


def test_two_taps_at_once_record_one_break_and_show_one_arm(night, signed_in, passphrase):
    signed_in.send("GET", "/custody/break")
    fields = {
        "ticket": signed_in.hidden("ticket"), "number": "002", "told": "Dr Ana",
        "reason": "A fever", "passphrase": passphrase,
    }  # fmt: skip
    answers = []

    def tap():
        other = night.phone()
        other.cookies = dict(signed_in.cookies)
        answers.append((other.send("POST", "/custody/break", fields), other.page))

    taps = [threading.Thread(target=tap) for _ in range(2)]
    for one in taps:
        one.start()
    for one in taps:
        one.join()
    (first, shown), (second, other) = sorted(answers)
    assert (first, second) == (200, 409)
    assert night.arm in shown
    assert night.silent(other)
    assert len(night.recorded(CodeBroken)) == 1


def test_someone_elses_entry_at_the_same_moment_is_told_and_nothing_is_lost(
    night, signed_in, passphrase, grant, monkeypatch
):
    append = type(night.home.ledger).append
    names = iter(range(100))

    def overtaken(ledger, *what, **how):
        monkeypatch.setattr(type(ledger), "append", append)
        grant(night.home, f"zoe{next(names)}", "monitor")
        monkeypatch.setattr(type(ledger), "append", overtaken)
        return append(ledger, *what, **how)

    monkeypatch.setattr(type(night.home.ledger), "append", overtaken)
    assert signed_in.breaks(passphrase) == 409
    assert ENGLISH.conflict in signed_in.page
    assert night.silent(signed_in.page)
    monkeypatch.setattr(type(night.home.ledger), "append", append)
    assert signed_in.breaks(passphrase) == 200
    assert len(night.recorded(CodeBroken)) == 1


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"number": "999"}, 404, "Number 999 has not been given to anyone."),
        ({"number": "2"}, 404, "2 is no number: numbers here look like 001."),
        ({"number": "K002S1"}, 404, "the kit K002S1 belongs to number 002 (P1)."),
        ({"number": "P1"}, 404, "participant P1 has number 002."),
        ({"number": " "}, 422, ENGLISH.no_number),
        ({"told": ""}, 422, ENGLISH.no_told),
        ({"reason": ""}, 422, ENGLISH.no_reason),
        ({"passphrase": ""}, 422, ENGLISH.no_passphrase),
        ({"passphrase": "no such passphrase"}, 403, "The passphrase is wrong"),
    ],
)
def test_each_thing_that_can_be_wrong_has_its_own_sentence(
    night, signed_in, passphrase, change, status, said
):
    assert signed_in.breaks(**{"passphrase": passphrase, **change}) == status
    assert said in signed_in.page
    assert night.silent(signed_in.page)
    assert passphrase not in signed_in.page
    assert night.recorded(CodeBroken) == []


def test_what_is_no_number_is_told_in_chinese_too(night, signed_in, passphrase):
    signed_in.send("GET", "/custody/break?language=zh-Hans")
    assert signed_in.breaks(passphrase, number="K002S1") == 404
    assert "药盒 K002S1 属于随机号 002" in signed_in.page
    assert "本试验的随机号形如 001" in signed_in.page
    assert night.recorded(CodeBroken) == []


def test_what_was_typed_is_kept_but_for_the_passphrase(signed_in):
    signed_in.breaks("no such passphrase", told="Dr <b>Ana</b>")
    assert 'value="Dr <b>Ana</b>"' in signed_in.page
    assert "no such passphrase" not in signed_in.page


def test_after_the_opening_there_is_no_code_to_break(night, signed_in, passphrase, lock):
    lock(night.home)
    assert signed_in.breaks(passphrase) == 200
    assert signed_in.releases(passphrase) == 409
    assert "The trial is locked" in signed_in.page
    opened = AllocationOpened(list_id="L", mapping_digest="d", reason="The end")
    night.home.ledger.append([opened], night.home.ledger.head(), actor=CUSTODIAN, now=NIGHT)
    assert signed_in.breaks(passphrase) == 409
    assert "opened already" in signed_in.page


def test_a_number_is_found_whatever_keyboard_typed_it(night, signed_in, passphrase, randomise):
    assert signed_in.breaks(passphrase, number=" 002 ") == 200
    assert night.arm in signed_in.page


def test_a_participant_randomised_a_moment_ago_is_known(night, signed_in, passphrase, randomise):
    randomise(night.home, "003", participant="P2")
    assert signed_in.breaks(passphrase, number="003") == 200
    assert "P2" in signed_in.page
