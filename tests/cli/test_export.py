import json
import subprocess
import sys
from pathlib import Path

import pytest

from command_line import run

VERIFIER = Path(__file__).parents[2] / "verifier/verify.py"


def test_the_registry_record_is_written_at_any_state(founded, place, tmp_path):
    for home, status in ((founded, "NOT_YET_RECRUITING"), (place.home, "COMPLETED")):
        file = tmp_path / f"{status}.json"
        told = run("export", home, "registry", "-o", file)
        assert told.exit_code == 0, told.output
        record = json.loads(file.read_text())
        assert record["protocolSection"]["statusModule"]["overallStatus"] == status


def test_a_format_that_is_not_written_is_wrong_use(founded, tmp_path):
    told = run("export", founded, "sas", "-o", tmp_path / "x")
    assert told.exit_code == 2


def test_a_place_that_cannot_be_written_is_one_sentence(founded, tmp_path):
    told = run("export", founded, "registry", "-o", tmp_path / "none/record.json")
    assert told.exit_code == 1
    assert told.stderr.count("takes no new file: name another folder") == 1


def test_the_stock_is_a_table_of_kits_in_which_no_arm_stands(founded, place, tmp_path):
    told = run("export", founded, "stock", "-o", tmp_path / "empty.csv")
    assert told.exit_code == 0, told.output
    header = "site,kit,place,expires,unused_tubes"
    assert (tmp_path / "empty.csv").read_text() == f"{header}\n"
    run("export", place.home, "stock", "-o", tmp_path / "stock.csv")
    first, *lines = (tmp_path / "stock.csv").read_text().splitlines()
    assert first == header
    assert lines
    assert {line.split(",")[2] for line in lines} == {"destroyed"}
    assert [line.split(",")[1] for line in lines] == sorted(line.split(",")[1] for line in lines)


@pytest.mark.parametrize("name", ["study.yaml", "trial.sqlite3", "new.json", "blobs/new.json"])
def test_nothing_is_exported_into_a_home(place, name):
    file = place.home / name
    before = file.read_bytes() if file.exists() else None
    told = run("export", place.home, "stock", "-o", file)
    assert (told.exit_code, "is inside the trial home" in told.stderr) == (1, True)
    assert (file.read_bytes() if file.exists() else None) == before


@pytest.mark.parametrize("name", ["x" * 300, "round/x", "round"])
def test_a_name_that_leads_to_no_file_is_one_sentence(founded, tmp_path, name):
    (tmp_path / "round").symlink_to(tmp_path / "round")
    for command in ("export", "analyse"):
        words = ("stock",) if command == "export" else ("--allocation", "dummy")
        told = run(command, founded, *words, "-o", tmp_path / name)
        assert told.exit_code == 1
        assert isinstance(told.exception, SystemExit)
        assert len(told.stderr.splitlines()) == 1


def test_an_export_takes_the_place_of_no_other_file(place):
    before = place.mapping.read_bytes()
    told = run("export", place.home, "registry", "-o", place.mapping)
    assert (told.exit_code, told.stderr.count("exists already: name a new file")) == (1, 1)
    assert place.mapping.read_bytes() == before


def exported(home, folder, *options):
    (folder / "bundle.json").unlink(missing_ok=True)
    told = run("export", home, "bundle", "-o", folder / "bundle.json", *options)
    assert told.exit_code == 0, told.output
    return told


def verified(folder):
    command = [sys.executable, "-I", "-S", VERIFIER, folder / "bundle.json", "--json"]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stdout)


def test_a_bundle_before_the_opening_holds_and_is_as_the_custodian_left_it(place, tmp_path):
    exported(place.home, tmp_path)
    answer = verified(tmp_path)
    assert answer["exit"] == 0, answer["verdict"]
    bundle = json.loads((tmp_path / "bundle.json").read_text())
    assert (bundle["opening"], bundle["beacon"]) == (None, None)
    said = " ".join(one["sentence"] for one in answer["findings"] if one["status"] == "proven")
    assert "6 of " in said
    assert f"The bundle's checkpoint saw {len(bundle['ledger'])} lines" in said


def test_a_bundle_needs_a_sealed_list(founded, tmp_path):
    for options in ((), ("--allocation", tmp_path / "none.json")):
        told = run("export", founded, "bundle", "-o", tmp_path / "bundle.json", *options)
        assert told.exit_code == 1
        assert "No list is sealed in this trial" in told.stderr
        assert told.stderr.count("\n") == 1
    assert not (tmp_path / "bundle.json").exists()


def test_the_opened_list_is_in_a_bundle_only_where_its_file_is_given(place, tmp_path):
    allocation = ("--allocation", place.mapping)
    early = run("export", place.home, "bundle", "-o", tmp_path / "early.json", *allocation)
    assert early.exit_code == 1
    assert "does not say that the allocation was opened" in early.stderr
    assert not (tmp_path / "early.json").exists()
    assert run("lock", place.home, "--accept-all", "not obtained").exit_code == 0
    place.open()
    told = exported(place.home, tmp_path)
    assert told.stderr.startswith("warning: the list is opened and this bundle leaves it out")
    assert json.loads((tmp_path / "bundle.json").read_text())["opening"] is None
    assert verified(tmp_path)["exit"] == 0
    told = exported(place.home, tmp_path, *allocation, "--json")
    assert json.loads(told.stdout)["warnings"] == []
    opening = json.loads((tmp_path / "bundle.json").read_text())["opening"]
    opened = json.loads(place.mapping.read_text())["slots"]
    assert [slot["arm"] for slot in opening["slots"]] == [slot["arm"] for slot in opened]


def test_another_list_than_the_one_opened_makes_no_bundle(place, tmp_path):
    assert run("lock", place.home, "--accept-all", "not obtained").exit_code == 0
    place.open()
    text = place.mapping.read_text()
    options = ("-o", tmp_path / "bundle.json", "--allocation", place.mapping)
    for changed in (text.replace('"gel"', '"placebo"', 1), text.replace(" ", "  ", 1), "{}"):
        place.mapping.write_text(changed)
        told = run("export", place.home, "bundle", *options)
        assert told.exit_code == 1
        assert told.stderr.count("\n") == 1
    assert not (tmp_path / "bundle.json").exists()


def test_an_opened_file_that_is_not_the_sealed_list_makes_no_bundle(place, tmp_path):
    assert run("lock", place.home, "--accept-all", "not obtained").exit_code == 0
    place.mapping.write_text(place.mapping.read_text().replace('"gel"', '"placebo"', 1))
    place.open()
    options = ("-o", tmp_path / "bundle.json", "--allocation", place.mapping)
    told = run("export", place.home, "bundle", *options)
    assert told.exit_code == 1
    assert "is not the list that was sealed" in told.stderr
    assert not (tmp_path / "bundle.json").exists()


def test_an_allocation_with_another_format_is_wrong_use(place, tmp_path):
    options = ("-o", tmp_path / "stock.csv", "--allocation", place.mapping)
    told = run("export", place.home, "stock", *options)
    assert told.exit_code == 2
    assert "holds no allocation" in told.stderr


def test_a_home_whose_checkpoint_does_not_fit_makes_no_bundle(place, tmp_path):
    last = max((place.home / "checkpoints").glob("*.txt"))
    last.write_text(last.read_text().replace("time 2", "time 1"))
    told = run("export", place.home, "bundle", "-o", tmp_path / "bundle.json")
    assert told.exit_code == 1
    assert told.stderr.count("\n") == 1
    assert not (tmp_path / "bundle.json").exists()


def test_the_checkpoint_that_saw_most_goes_with_the_bundle(place, tmp_path):
    kept = sorted((place.home / "checkpoints").glob("*.txt"))
    assert len(kept) > 1
    kept[0].rename(place.home / "checkpoints/zeroth.txt")
    exported(place.home, tmp_path)
    bundle = json.loads((tmp_path / "bundle.json").read_text())
    assert bundle["checkpoint"] == kept[-1].read_text()
    for path in (place.home / "checkpoints").glob("*.txt"):
        path.unlink()
    exported(place.home, tmp_path)
    assert json.loads((tmp_path / "bundle.json").read_text())["checkpoint"] is None


def test_a_receipt_proves_one_number_after_the_opening(place, tmp_path):
    file = tmp_path / "receipt.json"
    number = json.loads(place.mapping.read_text())["slots"][0]["number"]
    options = ("-o", file, "--allocation", place.mapping, "--number", number)
    early = run("export", place.home, "receipt", *options)
    assert "does not say that the allocation was opened" in early.stderr
    assert not file.exists()
    assert run("lock", place.home, "--accept-all", "not obtained").exit_code == 0
    place.open()
    told = run("export", place.home, "receipt", *options)
    assert (told.exit_code, told.stdout) == (0, f"{file}: receipt written.\n")
    done = subprocess.run(
        [sys.executable, "-I", "-S", VERIFIER, file], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert "The receipt holds under its root." in done.stdout


@pytest.mark.parametrize(
    ("form", "options", "told"),
    [
        ("receipt", (), "give --number N"),
        ("receipt", ("--number", "1"), "name that file"),
        ("stock", ("--number", "1"), "is of the whole trial"),
    ],
)
def test_a_receipt_needs_a_number_and_an_opened_list(place, tmp_path, form, options, told):
    done = run("export", place.home, form, "-o", tmp_path / "x", *options)
    assert done.exit_code == 2
    assert told in done.stderr
