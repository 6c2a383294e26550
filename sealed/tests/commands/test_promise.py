"""`cicatrix-sealed promise`: what the second party keeps, what she hands over, what is refused."""

import json
import stat

import pytest
from typer.testing import CliRunner

from cicatrix_sealed.main import app


def promise(*words):
    return CliRunner().invoke(app, ["promise", *map(str, words)])


def test_the_promise_is_printed_and_the_secret_kept_for_its_owner_alone(bare, tmp_path):
    kept = tmp_path / "secret.json"
    run = promise(bare.home, "--name", "Chen", "-o", kept)
    assert run.exit_code == 0
    printed, secret = json.loads(run.stdout), json.loads(kept.read_text())
    assert printed["name"] == secret["name"] == "Chen"
    assert printed["study_digest"] == secret["study_digest"]
    assert secret["secret"] not in run.output
    assert secret["nonce"] not in run.output
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_the_printed_promise_and_the_kept_secret_make_a_list(bare, tmp_path):
    bare.secret = tmp_path / "secret.json"
    bare.promise = tmp_path / "printed.json"
    bare.promise.write_text(promise(bare.home, "--name", "Chen", "-o", bare.secret).stdout)
    assert bare.commit().exit_code == 0
    assert bare.make().exit_code == 0


def test_a_study_file_and_a_home_founded_on_it_are_promised_to_alike(bare, tmp_path):
    study = tmp_path / "study.yaml"
    study.write_bytes((bare.home / "study.yaml").read_bytes())
    digests = {
        json.loads(promise(trial, "--name", "Chen", "-o", tmp_path / name).stdout)["study_digest"]
        for trial, name in ((study, "a.json"), (bare.home, "b.json"))
    }
    assert len(digests) == 1


def test_two_promises_differ_and_two_of_a_rehearsal_do_not(bare, tmp_path):
    drawn, told = [], []
    for place, more in enumerate([(), (), ("--rehearsal-seed", 3), ("--rehearsal-seed", 3)]):
        kept = tmp_path / f"{place}.json"
        told.append(promise(bare.home, "--name", "Chen", "-o", kept, *more).stderr)
        drawn.append(kept.read_text())
    assert drawn[0] != drawn[1]
    assert drawn[2] == drawn[3]
    assert drawn[0] != drawn[2]
    assert [json.loads(one)["rehearsal"] for one in drawn] == [False, False, True, True]
    assert ["For a rehearsal only" in words for words in told] == [False, False, True, True]


def test_with_a_file_for_the_promise_nothing_is_printed(bare, tmp_path):
    files = tmp_path / "secret.json", tmp_path / "promise.json"
    run = promise(bare.home, "--name", "Chen", "-o", files[0], "--promise", files[1])
    assert run.stdout == ""
    assert json.loads(files[1].read_text())["format"] == "cicatrix-second-party/1"
    assert "keep" in run.stderr


@pytest.mark.parametrize("taken", ["secret.json", "promise.json"])
def test_no_file_is_overwritten_and_none_is_written_beside_it(bare, tmp_path, refused, taken):
    (tmp_path / taken).write_text("mine")
    files = {name: tmp_path / name for name in ("secret.json", "promise.json")}
    words = ("-o", files["secret.json"], "--promise", files["promise.json"])
    refused(promise(bare.home, "--name", "Chen", *words), taken, "exists already")
    assert (tmp_path / taken).read_text() == "mine"
    assert len([path for path in files.values() if path.exists()]) == 1


def test_a_promise_that_cannot_be_made_is_told(bare, tmp_path, refused):
    kept = tmp_path / "secret.json"
    refused(promise(bare.home, "--name", " ", "-o", kept), "needs a name")
    for name in ("\udcff", "Chen\nEve", "\x1b[31mChen", "x" * 101):
        refused(promise(bare.home, "--name", name, "-o", kept), "1 to 100 printable characters")
    refused(promise(tmp_path / ("s" * 300), "--name", "Chen", "-o", kept), "too long")
    refused(promise(bare.home, "--name", "Chen", "-o", bare.home / "s"), "inside the trial home")
    refused(promise(tmp_path / "none", "--name", "Chen", "-o", kept), "cannot be read")
    refused(promise(tmp_path, "--name", "Chen", "-o", kept), "is not a trial home")
    refused(promise(bare.home, "--name", "Chen", "-o", kept, "--promise", kept), "two files")
    refused(promise(bare.home, "--name", "Chen", "-o", tmp_path / "no" / "s"), "takes no new file")
    refused(promise(bare.home, "--name", "Chen", "-o", tmp_path / ("s" * 300)), "too long")
    assert not kept.exists()
