"""`break` and `open` as a custodian runs them: recorded first, shown once, or refused."""

import stat
from datetime import timedelta

import pytest

from cicatrix.trial.allocation import check_opened, mapping_digest, read_opened
from cicatrix.trial.facts import AllocationOpened, CodeBroken, ListSealed
from cicatrix.trial.ledger import read
from cicatrix_sealed.custody import situation
from cicatrix_sealed.unsealing import slot_of

ARMS = {"quokka", "numbat", "bilby"}
BREAK = ("break", "--number", "002", "--reason", "severe reaction", "--told", "Dr Ana")
OPEN = ("open", "--reason", "analysis", "-o")


def arm_of(desk, number, passphrase):
    return desk.act(lambda home: slot_of(situation(home), desk.folder, passphrase, number).arm)


def test_break_records_first_and_shows_that_one_arm(desk, randomise, passphrase):
    desk.act(randomise, "002")
    run = desk.run(*BREAK)
    arm = arm_of(desk, "002", passphrase)
    assert run.exit_code == 0
    assert f"Number 002: {arm} (Label of {arm})" in run.stdout
    assert not any(other in run.stdout for other in ARMS - {arm})
    assert desk.facts()[-1] == CodeBroken(
        participant="P1", number="002", reason="severe reaction", told="Dr Ana"
    )
    assert arm.encode() not in (desk.home / "trial.sqlite3").read_bytes()


def test_break_shows_nothing_when_it_cannot_be_recorded(desk, randomise, refused):
    with desk.losing_nothing():
        refused(desk.run(*BREAK), "Number 002 has not been given")
    desk.act(randomise, "002")
    with desk.losing_nothing():
        refused(desk.run(*BREAK, "--by", "eve"), "eve does not hold the role pharmacist")
        told = desk.run("break", "--number", "002", "--reason", " ", "--told", "x")
        refused(told, "needs a reason")


def test_any_one_custodian_breaks_a_code_with_a_share_of_her_own(bare, other_files, randomise):
    files = other_files(*(f"custodian {name}, in her own words" for name in ("A", "B", "C")))
    assert bare.commit("--custodians", 3, "--threshold", 2, files=files).exit_code == 0
    assert bare.make(files=files[:2]).exit_code == 0
    bare.act(randomise, "002")
    told = {bare.run(*BREAK, files=(file,)).stdout for file in files}
    assert len(told) == 1
    assert "Number 002: " in told.pop()


def test_open_is_refused_before_lock_and_leaves_no_file(desk, tmp_path, refused):
    with desk.losing_nothing():
        refused(desk.run(*OPEN, tmp_path / "allocation.json"), "after the trial is locked")
    assert not (tmp_path / "allocation.json").exists()


def test_open_writes_the_sealed_list_and_names_it_in_the_ledger(desk, tmp_path, lock):
    desk.act(lock)
    output = tmp_path / "allocation.json"
    assert desk.run(*OPEN, output).exit_code == 0
    assert stat.S_IMODE(output.stat().st_mode) == 0o600
    opened = read_opened(output.read_text())
    desk.act(lambda home: check_opened(opened, sealed=situation(home).trial.list))
    promised = next(fact for fact in desk.facts() if isinstance(fact, ListSealed))
    assert desk.facts()[-1] == AllocationOpened(
        list_id=promised.list_id,
        mapping_digest=mapping_digest(output.read_text()),
        reason="analysis",
    )


def test_an_opened_list_can_be_written_again_and_is_recorded_once(desk, tmp_path, lock):
    desk.act(lock)
    assert desk.run(*OPEN, tmp_path / "one.json").exit_code == 0
    recorded = desk.facts()
    assert desk.run(*OPEN, tmp_path / "two.json").exit_code == 0
    assert desk.facts() == recorded
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()


def test_open_overwrites_nothing_and_writes_nothing_into_the_home(desk, lock, refused):
    desk.act(lock)
    (desk.place / "mine.json").write_text("mine")
    with desk.losing_nothing():
        refused(desk.run(*OPEN, desk.place / "mine.json"), "exists already")
        refused(desk.run(*OPEN, desk.home / "a.json"), "inside the trial home")
        refused(desk.run(*OPEN, desk.place / "no" / "a.json"), "takes no new file")
        refused(desk.run(*OPEN, desk.place / ("x" * 300)), "File name too long")
    assert not (desk.home / "a.json").exists()


def test_an_opening_that_cannot_be_written_says_how_to_get_the_file(
    desk, tmp_path, lock, monkeypatch, refused
):
    def full(path, content, *, mode):
        raise OSError(28, "No space left on device")

    desk.act(lock)
    with monkeypatch.context() as patch:
        patch.setattr("cicatrix_sealed.disclosure.write_durably", full)
        refused(desk.run(*OPEN, tmp_path / "a.json"), "The opening is recorded", "run `open`")
    assert desk.run(*OPEN, tmp_path / "a.json").exit_code == 0


def test_a_rehearsals_acts_stand_at_its_own_time(desk, randomise, rehearse):
    desk.act(randomise, "002")
    desk.act(rehearse)
    assert desk.run(*BREAK).exit_code == 0
    before, after = desk.act(lambda home: [read(line).at for line in home.ledger.since()][-2:])
    assert after - before == timedelta(hours=1)


@pytest.mark.parametrize("command", [("verify",), BREAK, (*OPEN, "never.json")])
def test_a_passphrase_that_does_not_open_shows_and_records_nothing(
    desk, randomise, lock, refused, other_files, command
):
    desk.act(randomise, "002")
    desk.act(lock)
    wrong = other_files("another passphrase")
    with desk.losing_nothing():
        refused(desk.run(*command, files=wrong), "The passphrase does not open share-1.json")
        refused(desk.run(*command, files=(desk.place / "none",)), "passphrase file", "none")
    assert not any(isinstance(fact, CodeBroken | AllocationOpened) for fact in desk.facts())
