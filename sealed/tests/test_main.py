"""The commands as a custodian runs them: what they say, what they leave, how they exit."""

import json
import os
import shutil
import stat
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cicatrix.trial.allocation import check_opened, mapping_digest, read_opened
from cicatrix.trial.facts import AllocationOpened, CodeBroken, ListSealed
from cicatrix.trial.ledger import read
from cicatrix_sealed.main import app
from cicatrix_sealed.sealing import read_sealed, seal, unseal


class Desk:
    """The custodian's desk: a home, a folder, a passphrase, and the program."""

    def __init__(self, home, folder, passphrase_file):
        self.home, self.folder, self.passphrase_file = home, folder, passphrase_file

    def run(self, command, *more, folder=None, passphrase_file=None):
        return CliRunner().invoke(
            app,
            [
                command,
                str(self.home.folder),
                "--custodian",
                str(folder or self.folder),
                "--passphrase-file",
                str(passphrase_file or self.passphrase_file),
                *map(str, more),
            ],
        )

    def arm(self, number, passphrase):
        opened = unseal(read_sealed((self.folder / "list.sealed").read_text()), passphrase)
        return next(slot.arm for slot in opened.slots if slot.number == number)


@pytest.fixture
def desk(make_home, tmp_path, passphrase_file):
    desk = Desk(make_home(), tmp_path / "custodian", passphrase_file)
    assert desk.run("make").exit_code == 0
    return desk


BREAK = ("break", "--number", "002", "--reason", "severe reaction", "--told", "Dr Ana")
OPEN = ("open", "--reason", "analysis", "-o")


def refused(run, *told):
    assert run.exit_code == 1
    assert run.stdout == ""
    assert len(run.stderr.splitlines()) == 1
    assert "Traceback" not in run.stderr
    for words in told:
        assert words in run.stderr


def test_make_says_what_is_sealed_and_shows_no_passphrase_and_no_arm(
    make_home, tmp_path, passphrase_file, passphrase, facts_of
):
    desk = Desk(make_home(), tmp_path / "custodian", passphrase_file)
    run = desk.run("make", "--block-sizes", "6,9,12", "--slots", "20")
    assert run.exit_code == 0
    assert facts_of(desk.home)[-1].commitment in run.stdout
    for secret in (passphrase, "quokka", "numbat", "bilby"):
        assert secret not in run.output


def test_make_says_that_a_rehearsals_list_is_for_no_real_trial(
    make_home, tmp_path, passphrase_file
):
    desk = Desk(make_home(), tmp_path / "custodian", passphrase_file)
    run = desk.run("make", "--rehearsal-seed", "3")
    assert run.exit_code == 0
    assert "never use it in a real trial" in run.stdout


def test_the_passphrase_is_asked_for_twice_and_not_echoed(make_home, tmp_path, passphrase):
    home = make_home()
    run = CliRunner().invoke(
        app,
        ["make", str(home.folder), "--custodian", str(tmp_path / "custodian")],
        input=f"{passphrase}\n{passphrase}\n",
    )
    assert run.exit_code == 0
    assert passphrase not in run.output


@pytest.mark.parametrize("sizes", ["3", "6,7"])
def test_make_refuses_a_block_size_that_does_not_fit(make_home, tmp_path, passphrase_file, sizes):
    desk = Desk(make_home(), tmp_path / "custodian", passphrase_file)
    refused(desk.run("make", "--block-sizes", sizes), "does not fit the ratio")
    assert not desk.folder.exists()


@pytest.mark.parametrize(
    "wrong", [("--block-sizes", "six"), ("--slots", "0"), ("--rehearsal-seed", "x"), ("--nothing",)]
)
def test_wrong_use_exits_2(make_home, tmp_path, passphrase_file, wrong):
    desk = Desk(make_home(), tmp_path / "custodian", passphrase_file)
    assert desk.run("make", *wrong).exit_code == 2
    assert not desk.folder.exists()


def test_break_records_first_and_shows_that_one_arm(desk, randomise, facts_of, passphrase):
    randomise(desk.home, "002")
    run = desk.run(*BREAK)
    arm = desk.arm("002", passphrase)
    assert run.exit_code == 0
    assert f"Number 002: {arm} (Label of {arm})" in run.stdout
    assert not any(other in run.stdout for other in {"quokka", "numbat", "bilby"} - {arm})
    assert facts_of(desk.home)[-1] == CodeBroken(
        participant="P1", number="002", reason="severe reaction", told="Dr Ana"
    )
    assert arm.encode() not in (desk.home.folder / "trial.sqlite3").read_bytes()


def test_break_shows_nothing_when_it_cannot_be_recorded(desk, facts_of, randomise):
    refused(desk.run(*BREAK), "Number 002 has not been given")
    randomise(desk.home, "002")
    refused(desk.run(*BREAK, "--by", "eve"), "eve does not hold the role pharmacist")
    refused(desk.run("break", "--number", "002", "--reason", " ", "--told", "x"), "needs a reason")
    assert not any(isinstance(fact, CodeBroken) for fact in facts_of(desk.home))


def test_open_is_refused_before_lock_and_leaves_no_file(desk, tmp_path, facts_of):
    refused(desk.run(*OPEN, tmp_path / "allocation.json"), "after the trial is locked")
    assert not (tmp_path / "allocation.json").exists()
    assert not any(isinstance(fact, AllocationOpened) for fact in facts_of(desk.home))


def test_open_writes_the_committed_list_and_names_it_in_the_ledger(desk, tmp_path, lock, facts_of):
    lock(desk.home)
    output = tmp_path / "allocation.json"
    run = desk.run(*OPEN, output)
    assert run.exit_code == 0
    assert stat.S_IMODE(output.stat().st_mode) == 0o600
    promised = next(fact for fact in facts_of(desk.home) if isinstance(fact, ListSealed))
    opened = read_opened(output.read_text())
    check_opened(opened, commitment=promised.commitment, study_digest=promised.study_digest)
    assert facts_of(desk.home)[-1] == AllocationOpened(
        list_id=promised.list_id,
        mapping_digest=mapping_digest(output.read_text()),
        reason="analysis",
    )


def test_an_opened_list_can_be_written_again_and_is_recorded_once(desk, tmp_path, lock, facts_of):
    lock(desk.home)
    assert desk.run(*OPEN, tmp_path / "one.json").exit_code == 0
    recorded = facts_of(desk.home)
    assert desk.run(*OPEN, tmp_path / "two.json").exit_code == 0
    assert facts_of(desk.home) == recorded
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()


def test_open_overwrites_nothing_and_writes_nothing_into_the_home(desk, tmp_path, lock):
    lock(desk.home)
    (tmp_path / "mine.json").write_text("mine")
    refused(desk.run(*OPEN, tmp_path / "mine.json"), "exists already")
    refused(desk.run(*OPEN, desk.home.folder / "a.json"), "inside the trial home")
    assert (tmp_path / "mine.json").read_text() == "mine"
    assert not (desk.home.folder / "a.json").exists()


def test_an_opening_that_cannot_be_written_says_how_to_get_the_file(
    desk, tmp_path, lock, monkeypatch
):
    def full(path, content, *, mode):
        raise OSError(28, "No space left on device")

    lock(desk.home)
    monkeypatch.setattr("cicatrix_sealed.disclosure.write_durably", full)
    refused(desk.run(*OPEN, tmp_path / "a.json"), "The opening is recorded", "run `open`")
    monkeypatch.undo()
    assert desk.run(*OPEN, tmp_path / "a.json").exit_code == 0


def test_nothing_is_opened_into_a_place_where_no_file_can_be(desk, tmp_path, lock, facts_of):
    lock(desk.home)
    recorded = facts_of(desk.home)
    refused(desk.run(*OPEN, tmp_path / "no" / "a.json"), "takes no new file")
    refused(desk.run(*OPEN, tmp_path / ("x" * 300)), "File name too long")
    assert facts_of(desk.home) == recorded


def test_a_folder_whose_name_the_system_cannot_take_is_told(make_home, tmp_path, passphrase_file):
    desk = Desk(make_home(), tmp_path / ("x" * 300), passphrase_file)
    refused(desk.run("make"), "File name too long")


def test_a_rehearsals_acts_stand_at_its_own_time(desk, randomise, rehearse):
    randomise(desk.home, "002")
    rehearse(desk.home)
    assert desk.run(*BREAK).exit_code == 0
    before, after = [read(line).at for line in desk.home.ledger.since()][-2:]
    assert after - before == timedelta(hours=1)


def test_verify_finds_all_right(desk):
    run = desk.run("verify")
    assert run.exit_code == 0
    assert [line[:5] for line in run.stdout.splitlines()] == ["ok   "] * 5
    report = json.loads(desk.run("verify", "--json").stdout)
    assert report["ok"] is True
    assert len(report["checks"]) == 5
    assert not any(arm in run.output for arm in ("quokka", "numbat", "bilby"))


@pytest.mark.parametrize("name", ["packing.csv", "public.json"])
def test_verify_finds_a_changed_or_missing_file_beside_the_list(desk, name):
    path = desk.folder / name
    text = path.read_text()
    path.write_text(text.replace("1", "2", 1))
    run = desk.run("verify", "--json")
    assert run.exit_code == 1
    report = json.loads(run.stdout)
    assert report["ok"] is False
    assert [check["check"].split()[0] for check in report["checks"] if not check["ok"]] == [name]
    path.unlink()
    run = desk.run("verify")
    assert run.exit_code == 1
    assert f"{name} cannot be read" in run.stdout


@pytest.mark.parametrize("command", [("verify",), BREAK, (*OPEN, "never.json")])
def test_each_thing_that_can_be_wrong_has_its_own_sentence_and_loses_nothing(
    desk, make_home, tmp_path, randomise, lock, facts_of, command
):
    randomise(desk.home, "002")
    lock(desk.home)
    before = facts_of(desk.home), (desk.folder / "list.sealed").read_bytes()
    wrong = tmp_path / "wrong"
    wrong.write_text("another passphrase")
    refused(desk.run(*command, passphrase_file=wrong), "passphrase does not open list.sealed")
    refused(desk.run(*command, passphrase_file=tmp_path / "none"), "passphrase file", "none")
    refused(desk.run(*command, folder=tmp_path / "none"), "list.sealed cannot be read")

    copy = tmp_path / "copy"
    shutil.copytree(desk.folder, copy)
    text = (copy / "list.sealed").read_text()
    (copy / "list.sealed").write_text(text.replace('"ciphertext": "', '"ciphertext": "A'))
    refused(desk.run(*command, folder=copy), "changed or damaged")

    twin = Desk(make_home("twin"), tmp_path / "twins", desk.passphrase_file)
    assert twin.run("make").exit_code == 0
    refused(desk.run(*command, folder=twin.folder), "belongs to another trial home")

    other = Desk(make_home("other", study_id="OTHER"), tmp_path / "others", desk.passphrase_file)
    assert other.run("make").exit_code == 0
    refused(desk.run(*command, folder=other.folder), "sealed for another study")

    bare = Desk(make_home("bare"), desk.folder, desk.passphrase_file)
    refused(bare.run(*command), "No list is sealed in this trial home")
    assert (facts_of(desk.home), (desk.folder / "list.sealed").read_bytes()) == before
    assert not Path("never.json").exists()


@pytest.mark.parametrize("command", [("verify",), BREAK, (*OPEN, "never.json")])
def test_a_list_exchanged_by_one_who_knows_the_passphrase_is_not_trusted(
    desk, passphrase, randomise, lock, facts_of, command
):
    randomise(desk.home, "002")
    lock(desk.home)
    recorded = facts_of(desk.home)
    path = desk.folder / "list.sealed"
    opened = unseal(read_sealed(path.read_text()), passphrase)
    arms = [slot.arm for slot in opened.slots[1:]] + [opened.slots[0].arm]
    slots = tuple(replace(slot, arm=arm) for slot, arm in zip(opened.slots, arms, strict=True))
    path.write_text(seal(replace(opened, slots=slots), passphrase, entropy=os.urandom))
    refused(desk.run(*command), "not the list that was sealed")
    assert facts_of(desk.home) == recorded
    assert not Path("never.json").exists()


def test_a_folder_that_is_no_home_is_told(tmp_path, passphrase_file):
    run = CliRunner().invoke(
        app,
        ["verify", str(tmp_path), "--custodian", "x", "--passphrase-file", str(passphrase_file)],
    )
    refused(run, "is not a trial home")


@pytest.mark.parametrize("command", ["make", "break", "open", "verify"])
def test_each_command_explains_itself_with_an_example(command):
    run = CliRunner().invoke(app, [command, "--help"])
    assert run.exit_code == 0
    assert "Example: cicatrix-sealed " + command in " ".join(run.stdout.split())
