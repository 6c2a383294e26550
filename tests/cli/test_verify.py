import json
import shutil
import sqlite3

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cicatrix.store.desk import open_desk
from cicatrix.trial.actions.abort_list import abort_list
from command_line import copied, run, seal


def rewrite(home, seq, text):
    """Put another text in a line's place, or cut from there on, as the database's owner can."""
    with sqlite3.connect(home / "trial.sqlite3") as database:
        found = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = found.fetchall()
        for name, _ in triggers:
            database.execute(f"DROP TRIGGER {name}")
        if text is None:
            database.execute("DELETE FROM line WHERE seq >= ?", [seq])
        else:
            database.execute("UPDATE line SET text = ? WHERE seq = ?", [text, seq])
        for _, statement in triggers:
            database.execute(statement)
    database.close()


def line(home, seq):
    with sqlite3.connect(home / "trial.sqlite3") as database:
        (text,) = database.execute("SELECT text FROM line WHERE seq = ?", [seq]).fetchone()
    database.close()
    return text


def test_a_whole_ledger_verifies(place):
    told = run("verify", place.home, "--json")
    assert told.exit_code == 0
    found = json.loads(told.stdout)
    assert found["entries"] > 100
    assert found["checkpoints"] == 3


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_one_byte_changed_names_the_entry(rehearsed, tmp_path_factory, data):
    place = copied(rehearsed, tmp_path_factory.mktemp("flip"))
    entries = json.loads(run("verify", place.home, "--json").stdout)["entries"]
    seq = data.draw(st.integers(1, entries))
    text = line(place.home, seq)
    where = data.draw(st.integers(0, len(text) - 1))
    other = chr((ord(text[where]) ^ 1) or 1)
    rewrite(place.home, seq, text[:where] + other + text[where + 1 :])
    told = run("verify", place.home)
    assert told.exit_code == 1
    assert f"Entry {seq}:" in told.stderr
    assert told.stderr.count("\n") == 1


def test_a_cut_tail_shows_against_a_checkpoint_from_outside(place, tmp_path):
    kept = sorted((place.home / "checkpoints").glob("*.txt"))
    (tmp_path / "mailed.txt").write_text(kept[-1].read_text())
    kept[-1].unlink()
    rewrite(place.home, 50, None)
    assert run("verify", place.home).exit_code == 0
    told = run("verify", place.home, "--against", tmp_path / "mailed.txt")
    assert told.exit_code == 1
    assert "the tail is cut" in told.stderr
    assert "holds 49" in told.stderr


def test_a_cut_tail_shows_against_the_checkpoints_of_the_home(place):
    rewrite(place.home, 50, None)
    assert run("verify", place.home).exit_code == 1


@pytest.mark.parametrize("text", ["", "hello\n", "cicatrix/TINY\n5\n", "\x00"])
def test_a_file_that_is_no_checkpoint_is_one_sentence(place, tmp_path, text):
    (tmp_path / "note.txt").write_text(text)
    told = run("verify", place.home, "--against", tmp_path / "note.txt")
    assert told.exit_code == 1
    assert told.stderr.count("\n") == 1


def test_a_changed_study_file_is_named(place):
    path = place.home / "study.yaml"
    path.write_text(path.read_text().replace("A tiny trial", "Another trial"))
    told = run("verify", place.home)
    assert told.exit_code == 1
    assert "study.yaml" in told.stderr


def test_a_folder_that_is_no_home_is_one_sentence(tmp_path):
    told = run("verify", tmp_path)
    assert told.exit_code == 1
    assert "is not a trial home" in told.stderr


def test_what_the_ledger_says_of_lists_stands_with_its_entries(place, founded):
    told = run("verify", place.home)
    lists = json.loads(run("verify", place.home, "--json").stdout)["lists"]
    assert [one["done"] for one in lists] == ["promised", "sealed"]
    promised, sealed = lists
    assert line(place.home, promised["entry"]).count("SecretCommitted") == 1
    assert line(place.home, sealed["entry"]).count(sealed["root"]) == 1
    lines = told.stdout.splitlines()
    at = lines.index(f"entry {promised['entry']}, {promised['at']}: list plain promised")
    assert lines[at + 1] == f"  commitment {promised['commitment']}"
    assert "name Chen" in lines[at + 2]
    assert promised["beacon"]["commitment"] in lines[at + 2]
    assert f"  root {sealed['root']}" in lines
    assert json.loads(run("verify", founded, "--json").stdout)["lists"] == []


def test_a_list_that_was_given_up_is_told_with_its_reason(founded, tmp_path):
    shutil.copytree(founded, tmp_path / "home")
    place = seal(tmp_path / "home", tmp_path / "custodian")
    with open_desk(place.home) as desk:
        actor, now = desk.who("pharmacist", None), desk.now()
        facts = abort_list(
            desk.study, desk.trial, actor, now=now, list_id="plain", reason="packed wrongly"
        )
        desk.record(facts, actor, now)
    told = run("verify", place.home)
    assert "list plain given up: packed wrongly" in told.stdout
