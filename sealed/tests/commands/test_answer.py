"""The command `answer`: numbers on the screen and never an arm; one sentence where it cannot."""

from typer.testing import CliRunner

from cicatrix_sealed.commands import answer as command
from cicatrix_sealed.main import app

ARMS = ("quokka", "numbat", "bilby")


def run(home, folder, passphrase_file, *more):
    arguments = [
        "answer",
        home.folder,
        "--custodian",
        folder,
        "--passphrase-file",
        passphrase_file,
        *more,
    ]
    return CliRunner().invoke(app, [str(one) for one in arguments])


def minimised(make_home, make_list, tmp_path):
    home = make_home(minimise={"site": 1, "skin": 1})
    make_list(home, tmp_path / "custodian", kind="minimisation")
    return home, tmp_path / "custodian"


def test_it_says_who_got_which_number_and_no_arm(
    make_home, make_list, tmp_path, passphrase_file, request_number
):
    home, folder = minimised(make_home, make_list, tmp_path)
    request_number(home, "P1")
    request_number(home, "P2", skin="dark")
    done = run(home, folder, passphrase_file)
    assert done.exit_code == 0, done.output
    assert done.output.splitlines()[:2] == ["P1: number 001.", "P2: number 002."]
    assert "Answered 2 requests" in done.output
    assert not any(arm in done.output for arm in ARMS)
    again = run(home, folder, passphrase_file)
    assert again.output == "No request was waiting.\n"


def test_watching_ends_when_stopped_and_says_what_was_done(
    make_home, make_list, tmp_path, passphrase_file, request_number, monkeypatch
):
    home, folder = minimised(make_home, make_list, tmp_path)
    pauses = []

    def sleep(seconds):
        pauses.append(seconds)
        if len(pauses) == 1:
            request_number(home, "P1")
            return
        raise KeyboardInterrupt

    monkeypatch.setattr(command.time, "sleep", sleep)
    done = run(home, folder, passphrase_file, "--watch", "--interval", "0.5")
    assert done.exit_code == 0, done.output
    assert pauses == [0.5, 0.5]
    assert done.output.splitlines()[1:3] == ["P1: number 001.", "Stopped."]
    assert "Answered 1 request." in done.output


def test_a_wrong_passphrase_and_a_list_are_each_told_in_one_sentence(
    make_home, make_list, tmp_path, passphrase_file
):
    home, folder = minimised(make_home, make_list, tmp_path)
    wrong = tmp_path / "wrong"
    wrong.write_text("another passphrase altogether")
    refused = run(home, folder, wrong)
    assert refused.exit_code == 1
    assert "The passphrase does not open share-1.json" in refused.output
    plain = make_home("plain")
    make_list(plain, tmp_path / "plain-custodian")
    refused = run(plain, tmp_path / "plain-custodian", passphrase_file)
    assert refused.exit_code == 1
    assert "there are no requests to answer" in refused.output


def test_no_passphrase_is_asked_for_where_there_is_nothing_to_answer(
    make_home, make_list, tmp_path
):
    plain, folder = make_home(), tmp_path / "custodian"
    make_list(plain, folder)
    words = ["answer", str(plain.folder), "--custodian", str(folder)]
    refused = CliRunner().invoke(app, words)
    assert refused.exit_code == 1
    assert refused.stdout == ""
    assert refused.stderr.startswith("cicatrix-sealed: This trial is randomised from a list")
    assert len(refused.stderr.splitlines()) == 1


def test_an_interval_out_of_bounds_is_wrong_use(make_home, tmp_path, passphrase_file):
    home = make_home()
    for seconds in ("0", "86400"):
        assert run(home, tmp_path, passphrase_file, "--interval", seconds).exit_code == 2
