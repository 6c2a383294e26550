"""Answers: in the order of the requests, once each; the sheet first, and no arm in what is said."""

from datetime import UTC, datetime

import pytest

from cicatrix.trial.errors import Refused
from cicatrix.trial.roles import Actor
from cicatrix_sealed import answering
from cicatrix_sealed.answering import watch
from cicatrix_sealed.custody import situation
from cicatrix_sealed.unsealing import open_draws
from cicatrix_sealed.verification import verify

pytestmark = pytest.mark.slow

NOW = datetime(2027, 3, 2, 9, 0, tzinfo=UTC)
CUSTODIAN = Actor("custodian", "pharmacist")
ARMS = ("quokka", "numbat", "bilby")


def test_each_request_gets_the_next_number_in_the_order_in_which_they_were_made(
    asked, passphrase, answer, given, people
):
    home, folder = asked
    answers = answer(home, folder, passphrase)
    expected = [(name, f"{place:03d}") for place, (name, _, _) in enumerate(people, start=1)]
    assert [(one.participant, one.number) for one in answers] == expected
    assert given(home) == expected
    assert {one.stratum for one in answers} == {"all"}
    assert answer(home, folder, passphrase) == []


def test_the_packing_sheet_fills_the_kits_of_the_numbers_given_and_of_no_others(
    minimised, request_number, passphrase, answer, sheet
):
    home, folder = minimised()
    assert (folder / "packing.csv").read_text() == "kit,tube,content\n"
    request_number(home, "P1")
    answer(home, folder, passphrase)
    assert set(sheet(folder)) == {"K001", "K001S1"}
    assert len(set(sheet(folder).values())) == 1
    assert set(sheet(folder).values()) < set(ARMS)


def test_a_sheet_that_is_behind_is_told_and_written_anew(asked, passphrase, answer):
    home, folder = asked
    empty = (folder / "packing.csv").read_text()
    answer(home, folder, passphrase)
    whole = (folder / "packing.csv").read_text()
    (folder / "packing.csv").write_text(empty)
    (why,) = {check.why for check in verify(situation(home), folder, [passphrase])} - {None}
    assert "run `cicatrix-sealed answer`" in why
    assert answer(home, folder, passphrase) == []
    assert (folder / "packing.csv").read_text() == whole
    (folder / "packing.csv").write_text(whole.replace("quokka", "numbat"))
    (why,) = {check.why for check in verify(situation(home), folder, [passphrase])} - {None}
    assert "was changed" in why


def test_watching_answers_what_comes_until_the_trial_is_locked(
    minimised, request_number, passphrase, lock, people
):
    home, folder = minimised()
    draws = open_draws(situation(home), folder, passphrase)
    coming = iter(people[:2])

    def pause():
        try:
            name, skin, site = next(coming)
            request_number(home, name, skin=skin, site=site)
        except StopIteration:
            lock(home)

    answers = watch(home, folder, draws, actor=CUSTODIAN, clock=lambda: NOW, pause=pause)
    assert [one.number for one in answers] == ["001", "002"]


def test_watching_waits_for_a_database_that_another_program_holds(
    asked, passphrase, monkeypatch, lock
):
    home, folder = asked
    draws = open_draws(situation(home), folder, passphrase)
    real, held, paused = answering.situation, [1, 2], []

    def situation_of(home):
        if held:
            held.pop()
            raise Refused("database_locked", "Another program holds the trial's database.")
        return real(home)

    monkeypatch.setattr(answering, "situation", situation_of)
    answers = watch(
        home, folder, draws, actor=CUSTODIAN, clock=lambda: NOW,
        pause=lambda: lock(home) if len(paused) == 2 else paused.append(1),
    )  # fmt: skip
    assert len(list(answers)) == 6
    assert len(paused) == 2


def test_a_trial_randomised_from_a_list_has_no_requests_to_answer(
    make_home, make_list, tmp_path, passphrase
):
    home = make_home()
    make_list(home, tmp_path / "custodian")
    with pytest.raises(Refused, match="randomised from a list"):
        open_draws(situation(home), tmp_path / "custodian", passphrase)


def test_the_custodian_of_another_home_cannot_answer(minimised, request_number, passphrase):
    home, _ = minimised("one")
    _, other = minimised("two")
    request_number(home, "P1")
    with pytest.raises(Refused, match="belongs to another trial home"):
        open_draws(situation(home), other, passphrase)


def test_no_arm_is_in_any_file_of_the_home_or_in_what_is_said(asked, passphrase, answer):
    home, folder = asked
    answers = answer(home, folder, passphrase)
    assert not any(arm in str(answers) for arm in ARMS)
    home.close()
    files = {path: path.read_bytes() for path in home.folder.rglob("*") if path.is_file()}
    files.pop(home.folder / "study.yaml")
    assert files
    assert not any(arm.encode() in content for content in files.values() for arm in ARMS)
