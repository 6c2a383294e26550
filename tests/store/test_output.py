"""Where a command may write: nowhere in a home, over nothing, and whole or not at all."""

import os

import pytest

from cicatrix.store.output import refuse_inside, refuse_output, write_output
from cicatrix.trial.errors import Refused


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


def refused(act, *given, **named):
    with pytest.raises(Refused) as refusal:
        act(*given, **named)
    assert "\n" not in refusal.value.sentence
    return refusal.value.rule, refusal.value.sentence


def test_a_new_file_beside_a_home_is_fine_and_written_with_its_mode(home, tmp_path):
    file = tmp_path / "out.csv"
    refuse_output(file, home=home)
    write_output(file, [b"one,", b"two"], mode=0o600)
    assert file.read_bytes() == b"one,two"
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["study.yaml", "new", "blobs/new", "../home/new", "../link/new"])
def test_no_place_inside_a_home_is_written_to_however_it_is_named(home, tmp_path, name):
    (tmp_path / "link").symlink_to(home)
    assert refused(refuse_output, home / name, home=home)[0] == "inside_home"
    assert refused(refuse_inside, home / name, home)[0] == "inside_home"


def test_what_is_there_is_never_replaced(home, tmp_path):
    file = tmp_path / "allocation.json"
    file.write_text("needed")
    assert "exists already: name a new file" in refused(refuse_output, file, home=home)[1]
    assert "exists already" in refused(refuse_output, home.parent)[1]


def test_a_folder_that_is_none_takes_no_file(tmp_path):
    for parent in (tmp_path / "none", tmp_path / "file"):
        (tmp_path / "file").write_text("")
        assert "takes no new file" in refused(refuse_output, parent / "x")[1]


def test_a_name_too_long_and_links_that_go_round_are_told(home, tmp_path):
    (tmp_path / "round").symlink_to(tmp_path / "round")
    long = refused(refuse_output, tmp_path / ("x" * 300), home=home)[1]
    assert "File name too long" in long
    for name in ("round", "round/x"):
        assert "its links go round" in refused(refuse_output, tmp_path / name, home=home)[1]


def test_a_file_that_cannot_be_written_is_told_and_leaves_nothing(tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    file = gone / "x"
    refuse_output(file)
    os.rmdir(gone)
    assert "cannot be written (No such file" in refused(write_output, file, b"x")[1]
    assert list(tmp_path.iterdir()) == []
