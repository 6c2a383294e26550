"""`verify` as a custodian runs it, and each thing in the folder that can be wrong.

One who changes a file knows how its checksum is made; what he cannot make is what was promised.
"""

import json
import shutil
from pathlib import Path

import pytest

from cicatrix_sealed.verification import NAMES

BREAK = ("break", "--number", "002", "--reason", "severe reaction", "--told", "Dr Ana")
OPEN = ("open", "--reason", "analysis", "-o", "never.json")
ACTS = pytest.mark.parametrize("command", [("verify",), BREAK, OPEN], ids=lambda words: words[0])


@pytest.fixture
def late(desk, randomise, lock):
    """Give a desk at which a code can be broken and the list opened."""
    desk.act(randomise, "002")
    desk.act(lock)
    yield desk
    assert not Path("never.json").exists()


def swapped(slots, one="002", other="003"):
    return {**slots, one: slots[other], other: slots[one]}


def found_wrong(desk, name):
    """Give what `verify` says of the one file that it finds wrong."""
    run = desk.run("verify", "--json")
    assert run.exit_code == 1
    report = json.loads(run.stdout)
    assert report["ok"] is False
    wrong = [check for check in report["checks"] if not check["ok"]]
    assert [check["check"].partition(" ")[0] for check in wrong] == [name]
    return wrong[0]["why"]


def test_verify_finds_all_right_and_shows_nothing(desk):
    run = desk.run("verify")
    assert run.exit_code == 0
    assert run.stdout.splitlines() == [f"ok    {name}" for name in NAMES]
    report = json.loads(desk.run("verify", "--json").stdout)
    assert report["ok"] is True
    assert report["given_up"] == {}
    assert [check["check"] for check in report["checks"]] == list(NAMES)


def test_verify_names_every_list_that_was_given_up(desk):
    first = desk.facts()[-1].list_id
    assert desk.run("abort", "--reason", "packed wrongly").exit_code == 0
    assert desk.commit(folder=desk.place / "b").exit_code == 0
    assert desk.make(folder=desk.place / "b").exit_code == 0
    run = desk.run("verify", folder=desk.place / "b")
    assert run.exit_code == 0
    assert f"list {first} was given up before: packed wrongly" in run.stdout
    run = desk.run("verify", "--json", folder=desk.place / "b")
    assert json.loads(run.stdout)["given_up"] == {first: "packed wrongly"}


@pytest.mark.parametrize("name", ["packing.csv", "public.json"])
def test_verify_finds_a_changed_or_missing_file_beside_the_list(desk, name):
    path = desk.folder / name
    path.write_text(path.read_text().replace("1", "2", 1))
    assert f"{name} was changed" in found_wrong(desk, name)
    path.unlink()
    run = desk.run("verify")
    assert run.exit_code == 1
    assert f"{name} cannot be read" in run.stdout


def test_verify_finds_two_rows_of_the_packing_sheet_that_changed_places(desk):
    path = desk.folder / "packing.csv"
    head, *rows = path.read_text().splitlines()
    path.write_text("\n".join([head, rows[1], rows[0], *rows[2:], ""]))
    assert "packing.csv was changed" in found_wrong(desk, "packing.csv")


def test_verify_finds_contents_that_changed_kits(desk):
    path = desk.folder / "packing.csv"
    kept = dict.fromkeys(("content_quokka", "content_numbat"))
    text = path.read_text()
    assert all(name in text for name in kept)
    text = text.replace("content_quokka", "*").replace("content_numbat", "content_quokka")
    path.write_text(text.replace("*", "content_numbat"))
    assert "packing.csv was changed" in found_wrong(desk, "packing.csv")


def test_verify_finds_slots_of_the_public_list_that_changed_places(desk):
    path = desk.folder / "public.json"
    document = json.loads(path.read_text())
    document["slots"].reverse()
    path.write_text(json.dumps(document, indent=1) + "\n")
    assert "public.json was changed" in found_wrong(desk, "public.json")


def test_verify_finds_slots_for_an_emergency_in_another_order(desk):
    slots = json.loads((desk.folder / "emergency.json").read_text())["slots"]
    desk.change("emergency.json", slots=dict(reversed(slots.items())))
    assert "other numbers than the list or another order" in found_wrong(desk, "emergency.json")


def test_a_slot_that_holds_anothers_is_told_and_not_shown(late, refused):
    slots = json.loads((late.folder / "emergency.json").read_text())["slots"]
    late.change("emergency.json", slots=swapped(slots))
    with late.losing_nothing():
        refused(late.run(*BREAK), "Number 002 in emergency.json is not the slot that was sealed")
    assert "Number 002 in emergency.json is not" in found_wrong(late, "emergency.json")


@pytest.mark.parametrize("name", ["share-1.json", "committed.json", "beacon.json"])
@pytest.mark.parametrize("command", [("verify",), OPEN], ids=lambda words: words[0])
def test_a_damaged_or_missing_file_opens_nothing_and_is_named(late, refused, name, command):
    path = late.folder / name
    text = path.read_text()
    for damage in (text[:-9], text.replace("a", "b"), "\udcff"):
        path.write_bytes(damage.encode(errors="surrogateescape"))
        with late.losing_nothing():
            refused(late.run(*command), name)
    path.unlink()
    with late.losing_nothing():
        refused(late.run(*command), name, "can be read" if name[0] == "s" else "cannot be read")


def test_a_damaged_or_missing_emergency_file_breaks_no_code_and_is_named(late, refused):
    path = late.folder / "emergency.json"
    text = path.read_text()
    for damage in (text[:-9], text.replace("A", "B")):
        path.write_text(damage)
        with late.losing_nothing():
            refused(late.run(*BREAK), "emergency.json", "use a copy")
        assert "emergency.json" in found_wrong(late, "emergency.json")
    path.unlink()
    with late.losing_nothing():
        refused(late.run(*BREAK), "emergency.json cannot be read")


@pytest.mark.parametrize("command", [("verify",), OPEN], ids=lambda words: words[0])
def test_a_beacon_that_was_replaced_with_another_valid_one_opens_nothing(late, refused, command):
    secret = json.loads(late.secret.read_text()) | {"secret": "08" * 32}
    (late.folder / "beacon.json").write_text(json.dumps(secret))
    with late.losing_nothing():
        refused(late.run(*command), "beacon.json is not what came of the beacon")


@pytest.mark.parametrize("name", ["share-1.json", "committed.json"])
@pytest.mark.parametrize("command", [("verify",), OPEN], ids=lambda words: words[0])
def test_a_file_with_a_new_checksum_is_not_trusted(late, refused, name, command):
    if name == "share-1.json":
        late.change(name, nonce="0" * 24)
        told = "does not open share-1.json"
    else:
        late.change(name, rehearsal=True)
        told = "do not give the secret that was promised"
    with late.losing_nothing():
        refused(late.run(*command), told)


@ACTS
def test_the_folder_of_another_home_or_study_or_of_none_opens_nothing(
    late, new_desk, refused, command
):
    with late.losing_nothing():
        refused(late.run(*command, folder=late.place / "none"), "share-1.json", "can be read in")
        twin = new_desk("twin")
        assert twin.commit().exit_code == 0
        refused(late.run(*command, folder=twin.folder), "belongs to another trial home")
        other = new_desk("other", study_id="OTHER-5")
        assert other.commit().exit_code == 0
        refused(late.run(*command, folder=other.folder), "sealed for another study")


@ACTS
def test_a_home_without_a_list_says_what_is_missing(bare, promised, refused, command):
    with bare.losing_nothing():
        refused(bare.run(*command), "No secret is promised", "`cicatrix-sealed commit`")
    with promised.losing_nothing():
        refused(promised.run(*command), "No list is sealed", "`cicatrix-sealed make`")


@ACTS
def test_the_folder_of_a_list_that_was_given_up_is_refused_by_name(desk, refused, command):
    list_id = desk.facts()[-1].list_id
    assert desk.run("abort", "--reason", "packed wrongly").exit_code == 0
    with desk.losing_nothing():
        refused(desk.run(*command), f"List {list_id} was given up (packed wrongly)")


def test_files_of_another_list_in_the_folder_are_told(late, new_desk, refused):
    twin = new_desk("twin")
    assert twin.commit().exit_code == 0
    assert twin.make().exit_code == 0
    shutil.copy(twin.folder / "emergency.json", late.folder)
    with late.losing_nothing():
        refused(late.run(*BREAK), "belongs to another trial home")
    assert "belongs to another trial home" in found_wrong(late, "emergency.json")
    shutil.copy(twin.folder / "share-1.json", late.folder / "share-2.json")
    with late.losing_nothing():
        refused(late.run(*BREAK), "share-2.json is a share of another list")


def test_a_folder_that_is_no_home_is_told(desk, tmp_path, refused):
    refused(desk.run("verify", home=tmp_path), "is not a trial home")
