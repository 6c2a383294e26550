"""The demonstration: everything, with the real custodian's program, twice to the same bytes."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cicatrix.cli.main import app
from cicatrix.store.desk import open_desk

ROOT = Path(__file__).parents[2]
STUDIES = ROOT / "studies"
VERIFIER = ROOT / "verifier/verify.py"


def files_of(folder: Path) -> dict[str, bytes]:
    """Read every file but the database's own (its pages may lie differently)."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith("trial.sqlite3")
    }


def demonstrated(folder: Path) -> str:
    options = ["--study", str(STUDIES / "SPLIT-SCAR.yaml"), "--participants", "9"]
    told = CliRunner().invoke(app, ["demo", str(folder), *options])
    assert told.exit_code == 0, told.output
    return told.stdout.replace(str(folder), "")


def verified(bundle: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-S", VERIFIER, bundle]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demonstration") / "one"
    return folder, demonstrated(folder)


@pytest.mark.slow
def test_two_demonstrations_are_equal_to_the_byte(demonstration, tmp_path):
    folder, told = demonstration
    files = files_of(folder)
    assert demonstrated(tmp_path / "other") == told
    assert files_of(tmp_path / "other") == files
    names = set(files)
    assert {"results/report.html", "results/report.pdf", "bundle.json", "registry.json"} <= names
    assert {"clinic/study.yaml", "clinic-custodian/packing.csv"} <= names
    record = json.loads(files["registry.json"])
    assert record["protocolSection"]["designModule"]["enrollmentInfo"]["count"] == 9


@pytest.mark.slow
def test_a_demonstration_leaves_a_second_trial_in_the_middle_of_its_life(demonstration):
    folder, told = demonstration
    with open_desk(folder / "home") as desk:
        published = desk.trial.list
    with open_desk(folder / "clinic") as desk:
        trial, start = desk.trial, desk.study.simulation.conduct.recruitment_start
    assert (trial.recruitment, trial.rehearsal, trial.locked_at) == ("RECRUITING", True, None)
    assert timedelta(days=90) < trial.at.date() - start <= timedelta(days=109)
    assert 0 < len(trial.numbers) < 60 * 3
    assert any(not one.tubes for one in trial.participants.values())
    assert trial.list.slots.keys() == published.slots.keys()
    assert trial.list.commitment != published.commitment
    sheets = [(folder / name / "packing.csv").read_text().splitlines()
              for name in ("custodian", "clinic-custodian")]  # fmt: skip
    assert sheets[0] != sheets[1]
    assert told.endswith("cicatrix serve /clinic\n")


@pytest.mark.slow
def test_a_demonstrations_bundle_holds_and_says_that_it_is_a_rehearsal(demonstration):
    done = verified(demonstration[0] / "bundle.json")
    assert (done.returncode, done.stderr) == (0, "")
    slots = len(json.loads((demonstration[0] / "bundle.json").read_text())["slots"])
    said = " ".join(done.stdout.split())
    assert f"PROVEN The arms of all {slots} slots, drawn anew" in said
    assert f"PROVEN 9 of {slots} numbers were given out, in list order" in said
    assert done.stdout.splitlines()[-1].endswith("it is no evidence of concealment.")


@pytest.mark.slow
@pytest.mark.parametrize("where", ["opened arms", "whole slots"])
def test_a_demonstrations_bundle_with_one_slot_swapped_is_wrong(demonstration, tmp_path, where):
    bundle = json.loads((demonstration[0] / "bundle.json").read_text())
    opened = bundle["opening"]["slots"]
    other = next(place for place, slot in enumerate(opened) if slot["arm"] != opened[0]["arm"])
    if where == "opened arms":
        opened[0]["arm"], opened[other]["arm"] = opened[other]["arm"], opened[0]["arm"]
        named = f"Number '{opened[0]['number']}' is opened as '{opened[0]['arm']}', block 1; drawn"
    else:
        slots = bundle["slots"]
        slots[0], slots[other] = slots[other], slots[0]
        named = f"Place 1 was sealed with the number '{slots[other]['number']}'; the bundle has"
    (tmp_path / "bundle.json").write_text(json.dumps(bundle))
    done = verified(tmp_path / "bundle.json")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.splitlines()[-1].startswith(f"Something is wrong: {named}")


def test_a_demonstration_replaces_only_a_demonstration(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/thesis.txt").write_text("ten years of work")
    told = CliRunner().invoke(app, ["demo", str(tmp_path / "mine")])
    assert told.exit_code == 1
    assert (tmp_path / "mine/thesis.txt").read_text() == "ten years of work"
