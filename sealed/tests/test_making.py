"""Making the list: the same from the same secret and beacon, cut off or not, and sealed once."""

import json
import stat
from datetime import UTC, datetime, timedelta

import pytest

from cicatrix.trial.commitment import root_of
from cicatrix.trial.errors import Conflict, NotPermitted, Refused
from cicatrix.trial.facts import ListAborted, ListSealed
from cicatrix.trial.roles import Actor
from cicatrix_sealed import folder as folders
from cicatrix_sealed import making
from cicatrix_sealed.beacon import draw_promise, written
from cicatrix_sealed.committing import abort
from cicatrix_sealed.custody import situation
from cicatrix_sealed.unsealing import opened_of

pytestmark = pytest.mark.usefixtures("cheap_shares")

NOW = datetime(2027, 3, 2, 9, 0, tzinfo=UTC)
CUSTODIAN = Actor("custodian", "pharmacist")
MADE = {"beacon.json", "emergency.json", "packing.csv", "public.json"}


def everything(folder):
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def promised(make_home, make_list, tmp_path, monkeypatch):
    """Give a home whose secret is promised, its folder, and a way to make the list."""
    home, folder = make_home(), tmp_path / "custodian"
    with monkeypatch.context() as patch:
        patch.setattr(making, "make", lambda *_, **__: None)
        make_list(home, folder)
    return home, folder


@pytest.fixture
def make(promised, passphrase, make_study):
    home, folder = promised
    chen = draw_promise(make_study().digest, "Chen", entropy=lambda size: bytes([7]) * size)

    def run(actor=CUSTODIAN):
        return making.make(home, folder, (passphrase,), written(chen), actor=actor, now=NOW)

    return run


def test_a_list_is_kept_in_private_files_and_sealed_in_the_ledger(
    promised, make, passphrase, facts_of
):
    home, folder = promised
    sealed = make()
    assert facts_of(home)[-1] == sealed
    assert isinstance(sealed, ListSealed)
    assert not sealed.rehearsal
    assert set(everything(folder)) == {"share-1.json", "committed.json"} | MADE
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert root_of(sealed.slots) == sealed.commitment
    opened = opened_of(situation(home), folder, (passphrase,))
    public = json.loads((folder / "public.json").read_text())
    assert public["commitment"] == sealed.commitment
    assert [slot["number"] for slot in public["slots"]] == [slot.number for slot in opened.slots]


def test_a_list_follows_from_secret_and_beacon_alone(promised, make, facts_of, monkeypatch):
    home, folder = promised
    with monkeypatch.context() as patch:
        patch.setattr(home.ledger, "append", lambda *_, **__: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            make()
    cut_off = everything(folder)
    assert set(cut_off) >= MADE
    assert not any(isinstance(fact, ListSealed) for fact in facts_of(home))
    sealed = make()
    assert facts_of(home)[-1] == sealed
    assert everything(folder) == cut_off


@pytest.mark.parametrize("written_before", range(4))
def test_a_list_cut_off_between_two_files_is_made_again_the_same(
    promised, make, facts_of, monkeypatch, written_before
):
    home, folder = promised
    write, left = folders.write_durably, [True] * written_before

    def cut(path, content, *, mode):
        if not left:
            raise SystemExit
        left.pop()
        write(path, content, mode=mode)

    before = facts_of(home)
    with monkeypatch.context() as patch:
        patch.setattr(folders, "write_durably", cut)
        with pytest.raises(SystemExit):
            make()
    some = everything(folder)
    assert len(some) == 2 + written_before
    assert facts_of(home) == before
    make()
    assert some.items() <= everything(folder).items()


def test_a_full_disk_loses_nothing_and_the_list_can_be_made_when_there_is_room(
    promised, make, facts_of, monkeypatch
):
    home, folder = promised
    before = facts_of(home), everything(folder)
    write = folders.write_durably

    def full(path, content, *, mode):
        if path.name == "packing.csv":
            raise OSError(28, "No space left on device")
        write(path, content, mode=mode)

    with monkeypatch.context() as patch:
        patch.setattr(folders, "write_durably", full)
        with pytest.raises(Refused, match=r"No space left on device.*make room and try again"):
            make()
    assert facts_of(home) == before[0]
    assert before[1].items() <= everything(folder).items()
    make()


def test_a_file_that_cannot_be_written_loses_nothing(promised, make, facts_of):
    home, folder = promised
    before = facts_of(home)
    (folder / "emergency.json").mkdir()
    with pytest.raises(Refused, match="cannot be written"):
        make()
    assert facts_of(home) == before
    (folder / "emergency.json").rmdir()
    make()


def test_a_refused_append_keeps_the_files_and_the_list_can_be_made(promised, make, monkeypatch):
    home, folder = promised

    def full(*_, **__):
        raise Refused("database", "nothing was recorded.")

    with monkeypatch.context() as patch:
        patch.setattr(home.ledger, "append", full)
        with pytest.raises(Refused, match="nothing was recorded"):
            make()
    kept = everything(folder)
    make()
    assert everything(folder) == kept


def test_of_two_who_make_at_once_one_is_told_and_the_list_is_whole(
    promised, make, monkeypatch, facts_of
):
    home, folder = promised
    append, first = home.ledger.append, []

    def second(*given, **named):
        if not first:
            first.append(True)
            first[0] = make()
        return append(*given, **named)

    monkeypatch.setattr(home.ledger, "append", second)
    with pytest.raises(Refused, match="A list has been sealed already"):
        make()
    assert [fact for fact in facts_of(home) if isinstance(fact, ListSealed)] == first
    assert set(everything(folder)) >= MADE


def test_a_list_that_is_given_up_while_it_is_made_is_not_sealed(
    promised, make, monkeypatch, facts_of
):
    home, folder = promised
    before = everything(folder)
    append, given_up = home.ledger.append, []

    def second(*given, **named):
        if not given_up:
            given_up.append(True)
            assert set(everything(folder)) == set(before) | MADE
            abort(home, reason="a doubt", actor=CUSTODIAN, now=NOW)
        return append(*given, **named)

    monkeypatch.setattr(home.ledger, "append", second)
    with pytest.raises(Refused, match="was not promised"):
        make()
    assert isinstance(facts_of(home)[-1], ListAborted)
    assert everything(folder) == before, "nothing says the arms of a list that never was"


def test_someone_who_was_faster_costs_one_more_try(promised, make, monkeypatch, facts_of):
    home, _ = promised
    append, tries = home.ledger.append, []

    def busy(*given, **named):
        tries.append(1)
        if len(tries) == 1:
            raise Conflict(2, 3)
        return append(*given, **named)

    monkeypatch.setattr(home.ledger, "append", busy)
    make()
    assert isinstance(facts_of(home)[-1], ListSealed)


def test_a_second_list_is_refused_before_a_file_is_written(promised, make, monkeypatch):
    make()
    monkeypatch.setattr(making, "add_files", lambda *_: pytest.fail("a file was written"))
    with pytest.raises(Refused, match="A list has been sealed already"):
        make()


def test_a_list_after_the_first_participant_is_refused(promised, make, randomise):
    home, folder = promised
    randomise(home, "001")
    with pytest.raises(Refused, match="the list had to be sealed before"):
        make()
    assert not MADE & set(everything(folder))


def test_a_person_without_the_role_makes_no_list(promised, make):
    _, folder = promised
    for actor in (Actor("eve", "pharmacist"), Actor("custodian", "statistician")):
        with pytest.raises(NotPermitted):
            make(actor)
    assert not MADE & set(everything(folder))


def test_a_rehearsal_list_is_the_same_to_the_byte_and_says_that_it_is_one(
    make_home, make_list, tmp_path, facts_of
):
    folders = [tmp_path / name for name in ("one", "two", "three")]
    homes = [make_home(f"home{place}") for place in range(3)]
    for home, folder, seed in zip(homes, folders, (7, 7, 8), strict=True):
        make_list(home, folder, rehearsal_seed=seed, now=NOW + timedelta(days=len(folder.name)))
    one, two, three = (everything(folder) for folder in folders)
    assert one == two
    assert one["emergency.json"] != three["emergency.json"]
    assert facts_of(homes[0])[-1] == facts_of(homes[1])[-1]
    assert facts_of(homes[0])[-1].rehearsal
    assert json.loads(one["public.json"])["rehearsal"] is True


def test_a_real_list_is_never_the_same_twice(make_home, make_list, tmp_path):
    sealed = [
        make_list(make_home(f"home{place}"), tmp_path / f"custodian{place}") for place in range(2)
    ]
    assert sealed[0].commitment != sealed[1].commitment
    assert sealed[0].list_id != sealed[1].list_id


def test_the_custodian_may_choose_sizes_and_slots(make_home, make_list, tmp_path, passphrase):
    home, folder = make_home(), tmp_path / "custodian"
    sealed = make_list(home, folder, chosen={"sizes": (9,), "slots": 30})
    opened = opened_of(situation(home), folder, (passphrase,))
    assert len(sealed.slots) == 36
    assert {slot.block for slot in opened.slots} == {1, 2, 3, 4}
