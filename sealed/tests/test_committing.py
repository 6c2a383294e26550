"""Promising a secret: the folder first, the ledger second, and nothing left of what was refused."""

import os
from datetime import UTC, datetime

import pytest

from cicatrix.store.home import Home
from cicatrix.trial.errors import NotPermitted, Refused
from cicatrix.trial.facts import SecretCommitted
from cicatrix.trial.roles import Actor
from cicatrix_sealed import committing
from cicatrix_sealed import folder as folders
from cicatrix_sealed.committing import Wish
from cicatrix_sealed.procedures import procedure_of

pytestmark = pytest.mark.usefixtures("cheap_shares")

NOW = datetime(2027, 3, 2, 9, 0, tzinfo=UTC)
CUSTODIAN = Actor("custodian", "pharmacist")
BEACON = {"kind": "second_party", "name": "Chen", "commitment": "ab" * 32}


@pytest.fixture
def wish(make_study):
    return Wish(procedure_of(make_study()))


@pytest.fixture
def promise(commit, wish, passphrase):
    """Promise a secret by the wish of every test here, or another."""

    def run(home, folder, wish=wish, actor=CUSTODIAN, now=NOW):
        return commit(home, folder, (passphrase,), wish, BEACON, actor=actor, now=now)

    return run


def everything(folder):
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_is_promised_is_bound_to_the_study_and_its_beacon(
    make_home, tmp_path, promise, facts_of
):
    home = make_home()
    committed = promise(home, tmp_path / "custodian")
    assert facts_of(home)[-1] == committed
    assert committed.beacon == BEACON
    assert committed.study_digest in (tmp_path / "custodian" / "committed.json").read_text()


def test_two_secrets_are_never_the_same(make_home, tmp_path, promise):
    promised = [
        promise(make_home(f"home{place}"), tmp_path / f"custodian{place}") for place in range(2)
    ]
    assert promised[0].commitment != promised[1].commitment
    assert promised[0].list_id != promised[1].list_id


def test_a_rehearsals_secret_is_the_same_to_the_byte_on_any_day(make_home, tmp_path, promise, wish):
    found = []
    for place, seed in enumerate((7, 7, 8)):
        folder = tmp_path / f"custodian{place}"
        rehearsed = Wish(wish.procedure, rehearsal_seed=seed)
        now = NOW.replace(day=3 + place)
        promise(make_home(f"home{place}"), folder, rehearsed, now=now)
        found.append(everything(folder))
    assert found[0] == found[1]
    assert not set(found[0].values()) & set(found[2].values())


def test_a_real_secret_comes_from_the_machine(make_home, tmp_path, promise, monkeypatch):
    asked = []

    def urandom(count):
        asked.append(count)
        return bytes([len(asked)]) * count

    with monkeypatch.context() as patch:
        patch.setattr(committing.os, "urandom", urandom)
        promise(make_home(), tmp_path / "custodian")
    assert asked[:6] == [8, 32, 32, 32, 16, 12]
    assert os.urandom is not urandom


def test_a_folder_in_the_home_or_in_use_is_refused(make_home, tmp_path, promise, facts_of):
    home, used = make_home(), tmp_path / "used"
    used.mkdir()
    (used / "note").write_text("mine")
    (tmp_path / "link").symlink_to(home.folder)
    (tmp_path / "round").symlink_to(tmp_path / "round")
    for folder, told in (
        (home.folder / "custodian", "inside the trial home"),
        (tmp_path / "link" / "x", "inside the trial home"),
        (used, "not an empty folder"),
        (used / "note", "not an empty folder"),
        (used / "note" / "x", "cannot be written"),
        (tmp_path / "round", "links go round"),
        (tmp_path / ("x" * 300), "File name too long"),
    ):
        with pytest.raises(Refused, match=told):
            promise(home, folder)
    assert everything(used) == {"note": b"mine"}
    assert not any(isinstance(fact, SecretCommitted) for fact in facts_of(home))


def test_an_empty_folder_is_used_and_an_unfinished_one_is_replaced(make_home, tmp_path, promise):
    folder, unfinished = tmp_path / "custodian", tmp_path / ".custodian.unfinished"
    folder.mkdir()
    unfinished.mkdir()
    (unfinished / "packing.csv").write_text("of a list that was never promised")
    promise(make_home(), folder)
    assert set(everything(folder)) == {"share-1.json", "committed.json"}
    assert not unfinished.exists()


def test_the_folder_one_stands_in_is_used_if_it_is_empty(make_home, tmp_path, promise, monkeypatch):
    (tmp_path / "custodian").mkdir()
    monkeypatch.chdir(tmp_path / "custodian")
    promise(make_home(), committing.Path())
    assert set(everything(tmp_path / "custodian")) == {"share-1.json", "committed.json"}


def test_a_person_without_the_role_promises_nothing(make_home, tmp_path, promise):
    for actor in (Actor("eve", "pharmacist"), Actor("custodian", "statistician")):
        with pytest.raises(NotPermitted):
            promise(make_home(actor.user), tmp_path / "c", actor=actor)
    assert not (tmp_path / "c").exists()


def test_a_refused_append_leaves_no_folder_behind(make_home, tmp_path, promise, monkeypatch):
    home, folder = make_home(), tmp_path / "custodian"

    def full(*_, **__):
        raise Refused("database", "nothing was recorded.")

    monkeypatch.setattr(home.ledger, "append", full)
    with pytest.raises(Refused, match="nothing was recorded"):
        promise(home, folder)
    assert not folder.exists()


def test_an_append_that_failed_after_all_was_written_keeps_the_secret(
    make_home, tmp_path, promise, monkeypatch, facts_of
):
    home, folder = make_home(), tmp_path / "custodian"
    append = home.ledger.append

    def told_too_late(*given, **named):
        append(*given, **named)
        raise Refused("database", "The database does not answer.")

    monkeypatch.setattr(home.ledger, "append", told_too_late)
    with pytest.raises(Refused, match="does not answer"):
        promise(home, folder)
    assert set(everything(folder)) == {"share-1.json", "committed.json"}
    assert isinstance(facts_of(home)[-1], SecretCommitted)


def test_a_full_disk_leaves_no_folder_and_no_promise(
    make_home, tmp_path, promise, monkeypatch, facts_of
):
    home = make_home()
    before = facts_of(home)

    def full(path, content, *, mode):
        path.write_bytes(content[:1])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("cicatrix_sealed.folder.write_durably", full)
        with pytest.raises(Refused, match="No space left on device"):
            promise(home, tmp_path / "custodian")
    assert facts_of(home) == before
    assert {path.name for path in tmp_path.iterdir()} == {"home"}
    promise(home, tmp_path / "custodian")


def test_of_two_who_promise_at_once_one_is_told_and_leaves_nothing(
    make_home, tmp_path, promise, monkeypatch, facts_of
):
    home = make_home()
    append, first = home.ledger.append, []

    def second(*given, **named):
        if not first:
            first.append(True)
            first[0] = promise(home, tmp_path / "bo")
        return append(*given, **named)

    monkeypatch.setattr(home.ledger, "append", second)
    with pytest.raises(Refused, match=r"has been promised already: make its list, or give it up"):
        promise(home, tmp_path / "ben")
    assert [fact for fact in facts_of(home) if isinstance(fact, SecretCommitted)] == first
    assert not (tmp_path / "ben").exists()
    assert set(everything(tmp_path / "bo")) == {"share-1.json", "committed.json"}


def test_of_two_who_write_one_folder_at_once_neither_mixes_its_files_with_the_others(
    make_home, tmp_path, promise, monkeypatch, facts_of
):
    home, folder = make_home(), tmp_path / "custodian"
    before, write, paths, cleared = facts_of(home), folders.write_durably, [], []

    def interleaved(path, content, *, mode):
        paths.append(path)
        match len(paths):
            case 1:
                cleared.append(lambda: write(path, content, mode=mode))
                with pytest.raises(SystemExit):
                    promise(home, folder)
            case 2:
                with pytest.raises(FileNotFoundError):
                    cleared.pop()()
                write(path, content, mode=mode)
                raise SystemExit
            case _:
                write(path, content, mode=mode)

    with monkeypatch.context() as patch:
        patch.setattr(folders, "write_durably", interleaved)
        with pytest.raises(Refused, match="cannot be written"):
            promise(home, folder)
    assert paths[0].name == paths[1].name == "share-1.json"
    assert facts_of(home) == before
    promise(home, folder)
    assert {path.name for path in tmp_path.iterdir()} == {"home", "custodian"}


def test_a_secret_after_the_first_participant_is_refused(make_home, tmp_path, promise, randomise):
    home = make_home()
    randomise(home, "001")
    with pytest.raises(Refused, match="the list had to be promised before"):
        promise(home, tmp_path / "custodian")
    assert not (tmp_path / "custodian").exists()


def test_a_procedure_without_a_place_is_refused(make_home, make_study, tmp_path, promise):
    study = make_study()
    procedure = {**procedure_of(study), "strata": [{"stratum": "all", "slots": 0}]}
    with pytest.raises(Refused, match="plans no participant"):
        promise(make_home(), tmp_path / "custodian", Wish(procedure))


def test_a_home_that_was_not_founded_gets_no_secret(make_home, tmp_path, promise):
    study = make_home().study
    with (
        Home.create(tmp_path / "empty", study=study) as home,
        pytest.raises(Refused, match="not founded yet"),
    ):
        promise(home, tmp_path / "custodian")
    assert not (tmp_path / "custodian").exists()


def test_a_home_whose_study_file_was_exchanged_gets_no_secret(make_home, tmp_path, promise):
    home, other = make_home(), make_home("other", study_id="OTHER-2")
    (home.folder / "study.yaml").write_bytes(other.study)
    with pytest.raises(Refused, match="not the one that the ledger adopted"):
        promise(home, tmp_path / "custodian")
