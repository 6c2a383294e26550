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
    assert all(check["made"] for check in report["checks"])
    assert [check["check"].partition(" ")[0] for check in wrong] == [name]
    return wrong[0]["why"]


def judged(desk, *expected):
    """Give what `verify` says of the one check that fails; the others are as expected."""
    run = desk.run("verify")
    assert run.exit_code == 1
    assert run.stderr == ""
    lines = [line for line in run.stdout.splitlines() if not line.startswith(" ")]
    assert [line.split()[0] for line in lines] == list(expected)
    run = desk.run("verify", "--json")
    assert run.exit_code == 1
    report = json.loads(run.stdout)
    assert report["ok"] is False
    said = [
        "ok" if check["ok"] else "WRONG" if check["made"] else "-" for check in report["checks"]
    ]
    assert said == list(expected)
    assert {check["why"] for check in report["checks"] if not check["made"]} == {
        f"It cannot be checked without the {'secret' if said[0] == 'WRONG' else 'list'} that was "
        f"{'promised' if said[0] == 'WRONG' else 'sealed'}."
    }
    return next(check["why"] for check in report["checks"] if check["made"] and not check["ok"])


ANOTHER_SECRET = ("WRONG", "-", "-", "-", "ok")
ANOTHER_LIST = ("ok", "WRONG", "ok", "-", "ok")


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
    desk.promise_anew("b")
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
    if name == "public.json":
        assert run.exit_code == 1
        assert "public.json cannot be read" in run.stdout
    else:
        assert run.exit_code == 0
        said = "-     packing.csv is not here: as it should be once the kits are packed"
        assert said in run.stdout.splitlines()


def test_without_the_packing_sheet_all_else_is_checked_as_before(desk):
    (desk.folder / "packing.csv").unlink()
    report = json.loads(desk.run("verify", "--json").stdout)
    assert report["ok"] is True
    assert [check["made"] for check in report["checks"]] == [True, True, True, False, True]
    slots = json.loads((desk.folder / "emergency.json").read_text())["slots"]
    desk.change("emergency.json", slots=swapped(slots))
    assert desk.run("verify").exit_code == 1


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


def damages(path):
    """Damage a file in one way after another, and remove it in the end."""
    text = path.read_text()
    for damage in (text[:-9], text.replace("a", "b"), "\udcff"):
        path.write_bytes(damage.encode(errors="surrogateescape"))
        yield "use a copy"
    path.unlink()
    yield "can be read" if path.name.startswith("share") else "cannot be read"


@pytest.mark.parametrize("name", ["share-1.json", "committed.json", "beacon.json"])
def test_a_damaged_or_missing_file_opens_nothing_and_is_named(late, refused, name):
    for told in damages(late.folder / name):
        with late.losing_nothing():
            refused(late.run(*OPEN), name, told)


def test_verify_is_refused_where_the_only_share_is_damaged_or_missing(late, refused):
    for told in damages(late.folder / "share-1.json"):
        with late.losing_nothing():
            refused(late.run("verify", "--json"), "share-1.json", told)


@pytest.mark.parametrize(
    ("name", "expected"), [("committed.json", ANOTHER_SECRET), ("beacon.json", ANOTHER_LIST)]
)
def test_verify_finds_a_damaged_or_missing_file_of_the_list(late, name, expected):
    for told in damages(late.folder / name):
        with late.losing_nothing():
            why = judged(late, *expected)
        assert name in why
        assert told in why


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


def test_a_beacon_that_was_replaced_with_another_valid_one_opens_nothing(late, refused):
    secret = json.loads(late.secret.read_text()) | {"secret": "08" * 32}
    (late.folder / "beacon.json").write_text(json.dumps(secret))
    with late.losing_nothing():
        refused(late.run(*OPEN), "beacon.json is not what came of the beacon")
        assert "beacon.json is not what came of the beacon" in judged(late, *ANOTHER_LIST)


@pytest.mark.parametrize("command", [("verify",), OPEN], ids=lambda words: words[0])
def test_a_share_with_a_new_checksum_is_not_trusted(late, refused, command):
    late.change("share-1.json", nonce="0" * 24)
    with late.losing_nothing():
        refused(late.run(*command), "does not open share-1.json")


def test_a_promise_with_a_new_checksum_is_not_trusted(late, refused):
    late.change("committed.json", rehearsal=True)
    with late.losing_nothing():
        refused(late.run(*OPEN), "do not give the secret that was promised")
        assert "do not give the secret that was promised" in judged(late, *ANOTHER_SECRET)


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
