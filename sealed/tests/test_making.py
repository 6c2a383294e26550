import json
import os
import stat
from datetime import UTC, datetime, timedelta

import pytest

from cicatrix.store.home import Home
from cicatrix.trial.allocation import commitment
from cicatrix.trial.errors import Conflict, NotPermitted, Refused
from cicatrix.trial.facts import ListSealed
from cicatrix.trial.roles import Actor
from cicatrix_sealed import making
from cicatrix_sealed.making import Wish, make
from cicatrix_sealed.sealing import read_sealed, unseal

NOW = datetime(2027, 3, 2, 9, 0, tzinfo=UTC)
CUSTODIAN = Actor("custodian", "pharmacist")
ARMS = (b"quokka", b"numbat", b"bilby")


def everything(folder):
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_list_is_kept_in_three_private_files_and_promised_to_the_ledger(
    make_home, tmp_path, passphrase, facts_of
):
    home, folder = make_home(), tmp_path / "custodian"
    sealed = make(home, folder, passphrase, Wish(), actor=CUSTODIAN, now=NOW)
    assert facts_of(home)[-1] == sealed
    assert isinstance(sealed, ListSealed)
    assert not sealed.rehearsal
    assert {path.name for path in folder.iterdir()} == {"list.sealed", "packing.csv", "public.json"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    opened = unseal(read_sealed((folder / "list.sealed").read_text()), passphrase)
    assert (
        commitment(opened.study_digest, bytes.fromhex(opened.nonce_hex), opened.slots)
        == sealed.commitment
    )
    public = json.loads((folder / "public.json").read_text())
    assert public["commitment"] == sealed.commitment
    assert [slot["number"] for slot in public["slots"]] == [slot.number for slot in opened.slots]


def test_no_arm_is_in_any_file_but_the_contents_on_the_packing_sheet(
    make_home, tmp_path, passphrase
):
    home, folder = make_home(), tmp_path / "custodian"
    make(home, folder, passphrase, Wish(), actor=CUSTODIAN, now=NOW)
    kept = everything(folder)
    sheet = kept.pop("packing.csv").replace(b"content_", b"")
    assert any(arm in sheet for arm in ARMS)
    in_home = everything(home.folder)
    assert in_home.pop("study.yaml")
    for name, content in (kept | in_home).items():
        assert not any(arm in content for arm in (*ARMS, passphrase.encode())), name


def test_a_rehearsal_list_is_the_same_to_the_byte_and_says_that_it_is_one(
    make_home, tmp_path, passphrase, facts_of
):
    wish = Wish(rehearsal_seed=7)
    folders = [tmp_path / "one", tmp_path / "two", tmp_path / "three"]
    homes = [make_home(f"home{place}") for place in range(3)]
    for home, folder, seed in zip(homes, folders, (7, 7, 8), strict=True):
        later = NOW + timedelta(days=len(folder.name))
        wish = Wish(rehearsal_seed=seed)
        make(home, folder, passphrase, wish, actor=CUSTODIAN, now=later)
    one, two, three = (everything(folder) for folder in folders)
    assert one == two
    assert one["list.sealed"] != three["list.sealed"]
    assert facts_of(homes[0])[-1] == facts_of(homes[1])[-1]
    assert facts_of(homes[0])[-1].rehearsal
    assert json.loads(one["public.json"])["rehearsal"] is True


def test_a_real_list_is_never_the_same_twice(make_home, tmp_path, passphrase):
    sealed = [
        make(
            make_home(f"home{place}"),
            tmp_path / f"custodian{place}",
            passphrase,
            Wish(),
            actor=CUSTODIAN,
            now=NOW,
        )
        for place in range(2)
    ]
    assert sealed[0].commitment != sealed[1].commitment
    assert sealed[0].list_id != sealed[1].list_id


def test_a_second_list_is_refused_before_a_file_is_written_and_the_first_stays(
    make_home, tmp_path, passphrase, facts_of, monkeypatch
):
    home = make_home()
    make(home, tmp_path / "one", passphrase, Wish(), actor=CUSTODIAN, now=NOW)
    before = facts_of(home), everything(tmp_path / "one")
    monkeypatch.setattr(making, "write_folder", lambda *_: pytest.fail("a file was written"))
    with pytest.raises(Refused, match="A list has been sealed already"):
        make(home, tmp_path / "two", passphrase, Wish(), actor=CUSTODIAN, now=NOW)
    assert not (tmp_path / "two").exists()
    assert (facts_of(home), everything(tmp_path / "one")) == before


def test_a_list_after_the_first_participant_is_refused(make_home, tmp_path, passphrase, randomise):
    home = make_home()
    randomise(home, "001")
    with pytest.raises(Refused, match="the list had to be sealed before"):
        make(home, tmp_path / "custodian", passphrase, Wish(), actor=CUSTODIAN, now=NOW)
    assert not (tmp_path / "custodian").exists()


def test_a_folder_in_the_home_or_in_use_is_refused(make_home, tmp_path, passphrase):
    home, used = make_home(), tmp_path / "used"
    used.mkdir()
    (used / "note").write_text("mine")
    for folder, told in ((home.folder / "custodian", "inside the trial home"), (used, "not empty")):
        told = told.replace("not empty", "not an empty folder")
        with pytest.raises(Refused, match=told):
            make(home, folder, passphrase, Wish(), actor=CUSTODIAN, now=NOW)
    (tmp_path / "link").symlink_to(home.folder)
    with pytest.raises(Refused, match="inside the trial home"):
        make(home, tmp_path / "link" / "x", passphrase, Wish(), actor=CUSTODIAN, now=NOW)
    assert (used / "note").read_text() == "mine"


def test_an_empty_folder_is_used_and_an_unfinished_one_is_replaced(make_home, tmp_path, passphrase):
    folder, unfinished = tmp_path / "custodian", tmp_path / ".custodian.unfinished"
    folder.mkdir()
    unfinished.mkdir()
    (unfinished / "packing.csv").write_text("of a list that was never promised")
    make(make_home(), folder, passphrase, Wish(), actor=CUSTODIAN, now=NOW)
    assert len(everything(folder)) == 3
    assert not unfinished.exists()


def test_a_person_without_the_role_makes_no_list(make_home, tmp_path, passphrase):
    for actor in (Actor("eve", "pharmacist"), Actor("custodian", "statistician")):
        with pytest.raises(NotPermitted):
            make(make_home(actor.user), tmp_path / "c", passphrase, Wish(), actor=actor, now=NOW)
    assert not (tmp_path / "c").exists()


def test_a_refused_append_leaves_no_list_behind(make_home, tmp_path, passphrase, monkeypatch):
    home, folder = make_home(), tmp_path / "custodian"

    def full(*_, **__):
        raise Refused("database", "nothing was recorded.")

    monkeypatch.setattr(home.ledger, "append", full)
    with pytest.raises(Refused, match="nothing was recorded"):
        make(home, folder, passphrase, Wish(), actor=CUSTODIAN, now=NOW)
    assert not folder.exists()


def test_an_append_that_failed_after_all_was_written_keeps_the_list(
    make_home, tmp_path, passphrase, monkeypatch
):
    home, folder = make_home(), tmp_path / "custodian"
    append = home.ledger.append

    def told_too_late(*given, **named):
        append(*given, **named)
        raise Refused("database", "The database does not answer.")

    monkeypatch.setattr(home.ledger, "append", told_too_late)
    with pytest.raises(Refused, match="does not answer"):
        make(home, folder, passphrase, Wish(), actor=CUSTODIAN, now=NOW)
    assert len(everything(folder)) == 3


def test_a_list_cut_off_before_its_promise_is_whole_and_another_can_be_made(
    make_home, tmp_path, passphrase, monkeypatch, facts_of
):
    home, folder = make_home(), tmp_path / "custodian"
    with monkeypatch.context() as patch:
        patch.setattr(home.ledger, "append", lambda *_, **__: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            make(home, folder, passphrase, Wish(), actor=CUSTODIAN, now=NOW)
    assert unseal(read_sealed((folder / "list.sealed").read_text()), passphrase).slots
    assert not any(isinstance(fact, ListSealed) for fact in facts_of(home))
    make(home, tmp_path / "second", passphrase, Wish(), actor=CUSTODIAN, now=NOW)


def test_a_home_that_was_not_founded_gets_no_list(make_home, tmp_path, passphrase):
    study = make_home().study
    with (
        Home.create(tmp_path / "empty", study=study) as home,
        pytest.raises(Refused, match="not founded yet"),
    ):
        make(home, tmp_path / "custodian", passphrase, Wish(), actor=CUSTODIAN, now=NOW)
    assert not (tmp_path / "custodian").exists()


def test_someone_who_was_faster_costs_one_more_try(
    make_home, tmp_path, passphrase, monkeypatch, facts_of
):
    home = make_home()
    append, tries = home.ledger.append, []

    def busy(*given, **named):
        tries.append(1)
        if len(tries) == 1:
            raise Conflict(2, 3)
        return append(*given, **named)

    monkeypatch.setattr(home.ledger, "append", busy)
    make(home, tmp_path / "custodian", passphrase, Wish(), actor=CUSTODIAN, now=NOW)
    assert isinstance(facts_of(home)[-1], ListSealed)


def test_a_home_whose_study_file_was_exchanged_gets_no_list(make_home, tmp_path, passphrase):
    home, other = make_home(), make_home("other", study_id="OTHER-2")
    (home.folder / "study.yaml").write_bytes(other.study)
    with pytest.raises(Refused, match="not the one that the ledger adopted"):
        make(home, tmp_path / "custodian", passphrase, Wish(), actor=CUSTODIAN, now=NOW)


def test_the_custodian_may_choose_sizes_and_slots(make_home, tmp_path, passphrase):
    home, folder = make_home(), tmp_path / "custodian"
    wish = Wish(block_sizes=(9,), slots=30)
    sealed = make(home, folder, passphrase, wish, actor=CUSTODIAN, now=NOW)
    opened = unseal(read_sealed((folder / "list.sealed").read_text()), passphrase)
    assert len(sealed.slots) == 36
    assert {slot.block for slot in opened.slots} == {1, 2, 3, 4}


def test_a_real_list_takes_its_secrets_from_the_machine(
    make_home, tmp_path, passphrase, monkeypatch
):
    asked = []

    def urandom(count):
        asked.append(count)
        return bytes(count)

    monkeypatch.setattr(making.os, "urandom", urandom)
    make(make_home(), tmp_path / "custodian", passphrase, Wish(), actor=CUSTODIAN, now=NOW)
    assert asked[:5] == [48, 8, 32, 16, 12]
    assert os.urandom is urandom
