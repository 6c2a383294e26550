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


@pytest.mark.parametrize("number", ["002\nNumber 002: numbat", "\x1b[2J", "0" * 101])
def test_a_number_is_one_printable_line(desk, number):
    with desk.losing_nothing():
        run = desk.run("break", "--number", number, "--reason", "fever", "--told", "Dr Ana")
        assert (run.exit_code, run.stdout) == (2, "")
        assert "printable characters and no line break" in run.stderr
        run = desk.run("release", "--number", "002", "--to", number, "--role", "care_provider")
        assert (run.exit_code, run.stdout) == (2, "")


@pytest.mark.parametrize("option", ["--reason", "--told"])
def test_reason_and_who_is_told_are_short_texts(desk, randomise, refused, option):
    desk.act(randomise, "002")
    given = {"--number": "002", "--reason": "fever", "--told": "Dr Ana", option: "x" * 200_000}
    with desk.losing_nothing():
        run = desk.run("break", *(word for pair in given.items() for word in pair))
        refused(run, "200000 characters, and at most 2000 can be recorded")


def test_a_folder_with_a_name_that_no_machine_takes_is_told(desk, refused):
    # Python 3.11 says why nothing is read there, 3.13 finds nothing.
    long = desk.place / ("c" * 300)
    refused(desk.run(*BREAK, folder=long), "name the custodian's folder")
    refused(desk.run("verify", folder=long), "name the custodian's folder")


def test_break_says_whose_the_number_is_and_whether_it_was_broken_before(desk, randomise):
    desk.act(randomise, "002")
    first, second, third = (desk.run(*BREAK).stdout.splitlines() for _ in range(3))
    assert first[0].startswith("Number 002: ")
    assert first[1] == "Participant P1, site foshan: compare with what the caller says."
    assert second[0] == (
        "The code of number 002 was broken before, on 2027-03-02 at 09:00 UTC by custodian, who "
        "told Dr Ana; this time is recorded too."
    )
    assert "was broken 2 times before, last on 2027-03-02" in third[0]
    assert second[1:] == third[1:] == first
    assert sum(isinstance(fact, CodeBroken) for fact in desk.facts()) == 3


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("2", "2 is no number: numbers here look like 001."),
        ("K002", "; the kit K002 belongs to number 002 (P1)."),
        ("k002s1", "; the kit K002S1 belongs to number 002 (P1)."),
        ("K003S1", "; the kit K003S1 belongs to number 003, which has not been given to anyone."),
        ("K00", "K00 is no number: numbers here look like 001."),
        ("p1", "; participant P1 has number 002."),
        ("", "Nothing is no number: numbers here look like 001."),
        ("003", "Number 003 has not been given to anyone."),
    ],
)
@pytest.mark.parametrize("command", ["break", "release"])
def test_what_is_no_number_is_told_what_it_is_and_nothing_is_recorded(
    desk, randomise, refused, typed, told, command
):
    desk.act(randomise, "002")
    to = BREAK[3:] if command == "break" else ("--to", "nina", "--role", "care_provider")
    with desk.losing_nothing():
        refused(desk.run(command, "--number", typed, *to), told)


def test_after_the_opening_break_says_where_to_look(desk, randomise, lock, tmp_path, refused):
    desk.act(randomise, "002")
    desk.act(lock)
    assert desk.run(*OPEN, tmp_path / "allocation.json").exit_code == 0
    with desk.losing_nothing():
        refused(desk.run(*BREAK), "see number 002 in the file that `open` wrote")


def test_a_release_to_another_role_says_which_are_unmasked(new_desk, randomise, make_list, refused):
    desk = new_desk("surgery", unmasked=("care_provider",))
    desk.act(make_list, desk.folder)
    desk.act(randomise, "002")
    to = ("--number", "002", "--to", "nina", "--role", "surgeon")
    run = desk.run("release", *to)
    refused(run, "the role surgeon unmasked", "it leaves unmasked: care_provider.")
    assert "break" not in run.stderr


def test_a_passphrase_file_that_others_can_read_is_warned_of_in_one_line(desk, randomise):
    desk.act(randomise, "002")
    desk.passphrase.chmod(0o640)
    run = desk.run(*BREAK)
    assert run.exit_code == 0
    (line,) = run.stderr.splitlines()
    assert line.startswith(f"Warning: others on this machine can read {desk.passphrase}")
    desk.passphrase.chmod(0o600)
    assert desk.run(*BREAK).stderr == ""


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
    told = {bare.run(*BREAK, files=(file,)).stdout.partition("Number 002: ")[2] for file in files}
    assert len(told) == 1
    assert told.pop()


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
    again = ("open", "--reason", "a second thought", "-o", tmp_path / "two.json")
    run = desk.run(*again)
    assert run.exit_code == 0
    assert "the first reason stands (analysis)" in run.stdout
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
