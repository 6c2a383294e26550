"""Making, opening and checking a trial home, and every way in which that can fail."""

import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from cicatrix.store.home import Home
from cicatrix.trial.errors import LedgerBroken, Refused
from cicatrix.trial.facts import TrialFounded, VisitMissed
from cicatrix.trial.ledger import GENESIS, Head
from cicatrix.trial.roles import Actor

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
ANA = Actor("ana", "investigator", "S1")

Record = Callable[..., Head]


def test_a_new_home_holds_its_parts_and_an_empty_ledger(tmp_path: Path) -> None:
    with Home.create(tmp_path / "a" / "home", study=b"id: x\n") as home:
        assert home.ledger.head() == home.verify() == GENESIS
        assert home.study == b"id: x\n"
    names = {path.name for path in (tmp_path / "a" / "home").iterdir()}
    assert names == {"study.yaml", "trial.sqlite3", "accounts.sqlite3", "blobs", "checkpoints"}


def test_the_key_for_checkpoints_is_for_its_owner_alone(home: Home) -> None:
    mode = (home.folder / "checkpoints" / "key.pem").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_an_empty_folder_can_become_a_home(tmp_path: Path) -> None:
    with Home.create(tmp_path, study=b"") as home:
        assert home.verify() == GENESIS


def test_a_home_can_be_opened_again(home: Home, record: Record) -> None:
    head = record(home, 2)
    home.close()
    with Home.open(home.folder) as again:
        assert again.verify() == head
        assert again.study == home.study


def test_two_homes_can_be_open_at_once(home: Home, record: Record, tmp_path: Path) -> None:
    with Home.create(tmp_path / "other", study=b"") as other:
        record(home, 2)
        assert (home.verify().seq, other.verify().seq) == (3, 0)


def test_what_cannot_become_a_home_is_said(home: Home, tmp_path: Path) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "notes.txt").write_text("mine")
    for place, why in (
        (home.folder, "is a trial home already"),
        (full, "is not empty"),
        (full / "notes.txt", "is a file"),
        (full / "notes.txt" / "home", "cannot be written"),
    ):
        with pytest.raises(Refused, match=why):
            Home.create(place, study=b"")
    assert (full / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize(
    "url", ["mysql://x/y", "postgresql://host", "trial.db", "", "postgresql://h:p/x"]
)
def test_a_database_that_is_no_postgresql_url_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(Refused, match="not a PostgreSQL URL"):
        Home.create(tmp_path / "home", study=b"", database=url)
    assert not (tmp_path / "home").exists()


def test_a_database_server_that_does_not_answer_is_told(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="does not answer"):
        Home.create(tmp_path / "h", study=b"", database="postgresql://u@127.0.0.1:1/x")


@pytest.mark.parametrize("made_before", [False, True])
def test_a_home_that_could_not_be_made_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made_before: bool
) -> None:
    def full(alias: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("cicatrix.store.home.create_table", full)
    folder = tmp_path / "home"
    if made_before:
        folder.mkdir()
    with pytest.raises(Refused, match=r"cannot be written \(No space left"):
        Home.create(folder, study=b"")
    assert folder.exists() is made_before
    monkeypatch.undo()
    with Home.create(folder, study=b"") as home:
        assert home.verify() == GENESIS


def test_a_folder_that_another_is_making_a_home_of_is_left_to_him(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Home.create(tmp_path / "home", study=b"his").close()
    monkeypatch.setattr("cicatrix.store.home._refuse_occupied", lambda folder: None)
    with pytest.raises(Refused, match="cannot be written"):
        Home.create(tmp_path / "home", study=b"hers")
    with Home.open(tmp_path / "home") as home:
        assert home.study == b"his"


@pytest.mark.parametrize("make", [False, True])
def test_a_path_that_the_system_cannot_take_is_told(tmp_path: Path, make: bool) -> None:
    place = tmp_path / ("x" * 300)
    with pytest.raises(Refused, match="File name too long"):
        Home.create(place, study=b"") if make else Home.open(place)


@pytest.mark.parametrize("gone", ["study.yaml", "trial.sqlite3"])
def test_a_folder_that_lacks_a_part_is_not_a_home(home: Home, gone: str) -> None:
    home.close()
    (home.folder / gone).unlink()
    with pytest.raises(Refused, match=f"is not a trial home \\(no {gone}\\)"):
        Home.open(home.folder)


def test_a_place_where_nothing_is_is_not_a_home(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"no study\.yaml and no trial\.sqlite3"):
        Home.open(tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 50, b"SQLite format 3\x00"])
def test_a_file_that_is_no_database_is_told_as_a_broken_ledger(home: Home, content: bytes) -> None:
    home.close()
    (home.folder / "trial.sqlite3").write_bytes(content)
    with pytest.raises(LedgerBroken, match="Entry 1: the database file is damaged"):
        Home.open(home.folder)


def test_a_checkpoint_is_kept_and_the_ledger_that_grew_continues_it(
    home: Home, record: Record
) -> None:
    record(home, 2)
    text = home.checkpoint(now=NOW)
    assert text.startswith("cicatrix/NCT04034615\n3\n")
    assert (home.folder / "checkpoints" / "00000003.txt").read_text() == text
    head = record(home, 2)
    assert home.verify(against=[text]) == head


def test_a_home_put_back_to_an_earlier_copy_has_its_tail_cut(home: Home, record: Record) -> None:
    home.close()
    earlier = (home.folder / "trial.sqlite3").read_bytes()
    record(home, 4)
    text = home.checkpoint(now=NOW)
    home.close()
    (home.folder / "trial.sqlite3").write_bytes(earlier)
    assert home.verify().seq == 1
    with pytest.raises(LedgerBroken, match="saw 5 entries, this ledger holds 1"):
        home.verify(against=[text])


def test_a_ledger_made_anew_is_not_the_one_the_checkpoint_saw(
    home: Home, record: Record, tmp_path: Path
) -> None:
    record(home, 2)
    text = home.checkpoint(now=NOW)
    with Home.create(tmp_path / "other", study=b"", entropy=Random(9).randbytes) as other:
        founded = TrialFounded(
            study_id="NCT04034615", study_version="1", study_digest="0" * 64,
            checkpoint_key=home.checkpoint_key,
        )  # fmt: skip
        other.ledger.append([founded], GENESIS, actor=ANA, now=NOW)
        record(other, 2, reason="well")
        with pytest.raises(LedgerBroken, match="rewritten at or before entry 3"):
            other.verify(against=[text])


def test_a_trial_that_was_not_founded_has_no_checkpoint(tmp_path: Path) -> None:
    with Home.create(tmp_path / "home", study=b"") as home:
        with pytest.raises(Refused, match="not founded yet"):
            home.checkpoint(now=NOW)
        missed = VisitMissed(participant="S1-001", visit="M6", reason="ill")
        home.ledger.append([missed], GENESIS, actor=ANA, now=NOW)
        with pytest.raises(Refused, match="not founded yet"):
            home.checkpoint(now=NOW)


@pytest.mark.parametrize("content", [None, b"", b"-----BEGIN PRIVATE KEY-----\nAAAA\n"])
def test_a_key_that_cannot_be_read_is_told(home: Home, content: bytes | None) -> None:
    key = home.folder / "checkpoints" / "key.pem"
    key.unlink() if content is None else key.write_bytes(content)
    with pytest.raises(Refused, match=r"restore .*key\.pem from a backup"):
        home.checkpoint(now=NOW)


def test_a_key_that_is_not_the_trials_signs_nothing(home: Home, tmp_path: Path) -> None:
    key = home.folder / "checkpoints" / "key.pem"
    with Home.create(tmp_path / "other", study=b"") as other:
        key.write_bytes((other.folder / "checkpoints" / "key.pem").read_bytes())
    with pytest.raises(Refused, match="is not the key that this trial was founded with"):
        home.checkpoint(now=NOW)
    assert not list((home.folder / "checkpoints").glob("*.txt"))


def test_a_checkpoint_that_cannot_be_written_is_told(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("cicatrix.store.blobs.os.fsync", full)
    with pytest.raises(Refused, match=r"00000001\.txt cannot be written \(No space left"):
        home.checkpoint(now=NOW)


def test_a_study_file_that_cannot_be_read_is_told(home: Home) -> None:
    (home.folder / "study.yaml").unlink()
    (home.folder / "study.yaml").mkdir()
    with pytest.raises(Refused, match=r"study\.yaml cannot be read \(Is a directory"):
        assert home.study


def test_a_database_url_that_is_no_text_is_told(home: Home) -> None:
    home.close()
    (home.folder / "database.url").write_bytes(b"\xff\xfe")
    with pytest.raises(Refused, match=r"database\.url is not UTF-8 text"):
        Home.open(home.folder)


def test_a_changed_blob_does_not_verify(home: Home) -> None:
    digest = home.blobs.put(b"a photograph")
    home.verify()
    (home.folder / "blobs" / digest[:2] / digest).write_bytes(b"another")
    with pytest.raises(Refused, match="was changed since it was kept"):
        home.verify()
