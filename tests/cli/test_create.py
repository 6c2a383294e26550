import pytest

from cicatrix.store.desk import open_desk
from command_line import TINY, run


def test_a_home_is_founded_with_a_checkpoint_to_keep(tmp_path):
    told = run("create", tmp_path / "home", TINY, "--grant", "dan:data_manager")
    assert told.exit_code == 0, told.output
    assert "cicatrix/TINY\n" in told.stdout
    assert sorted(path.name for path in (tmp_path / "home").iterdir()) == [
        "accounts.sqlite3", "blobs", "checkpoints", "study.yaml", "trial.sqlite3",
    ]  # fmt: skip
    with open_desk(tmp_path / "home") as desk:
        assert desk.trial.roles == {
            "administrator": {("administrator", None)},
            "custodian": {("pharmacist", None)},
            "dan": {("data_manager", None)},
        }
        assert desk.trial.versions == {"1": desk.study.digest}


def test_a_home_is_never_made_over_another(tmp_path):
    assert run("create", tmp_path / "home", TINY).exit_code == 0
    before = (tmp_path / "home/trial.sqlite3").read_bytes()
    told = run("create", tmp_path / "home", TINY)
    assert told.exit_code == 1
    assert "is a trial home already" in told.stderr
    assert (tmp_path / "home/trial.sqlite3").read_bytes() == before


@pytest.mark.parametrize("grant", ["dan", "dan:", "a:b:c:d"])
def test_a_grant_that_is_none_is_wrong_use_and_makes_nothing(tmp_path, grant):
    assert run("create", tmp_path / "home", TINY, "--grant", grant).exit_code == 2
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("grant", ["dan:juggler", "ben:rater", "ben:rater:mars"])
def test_a_role_that_cannot_be_held_is_refused_and_makes_nothing(tmp_path, grant):
    told = run("create", tmp_path / "home", TINY, "--grant", grant)
    assert told.exit_code == 1
    assert told.stderr.count("\n") == 1
    assert not (tmp_path / "home").exists()


def test_a_study_that_cannot_be_read_makes_nothing(tmp_path):
    path = tmp_path / "study.yaml"
    path.write_text("cicatrix: 2\n")
    assert run("create", tmp_path / "home", path).exit_code == 1
    assert not (tmp_path / "home").exists()
