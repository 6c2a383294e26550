"""The demonstration: everything, with the real custodian's program, twice to the same bytes."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cicatrix.cli.main import app

STUDIES = Path(__file__).parents[2] / "studies"


def files_of(folder: Path) -> dict[str, bytes]:
    """Read every file but the database's own (its pages may lie differently)."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith("trial.sqlite3")
    }


@pytest.mark.slow
def test_two_demonstrations_are_equal_to_the_byte(tmp_path):
    made = []
    for name in ("one", "other"):
        options = ["--study", str(STUDIES / "SPLIT-SCAR.yaml"), "--participants", "9"]
        told = CliRunner().invoke(app, ["demo", str(tmp_path / name), *options])
        assert told.exit_code == 0, told.output
        made.append((files_of(tmp_path / name), told.stdout.replace(str(tmp_path / name), "")))
    assert made[0] == made[1]
    names = set(made[0][0])
    assert {"results/report.html", "results/report.pdf", "bundle.json", "registry.json"} <= names
    record = json.loads(made[0][0]["registry.json"])
    assert record["protocolSection"]["designModule"]["enrollmentInfo"]["count"] == 9


def test_a_demonstration_replaces_only_a_demonstration(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/thesis.txt").write_text("ten years of work")
    told = CliRunner().invoke(app, ["demo", str(tmp_path / "mine")])
    assert told.exit_code == 1
    assert (tmp_path / "mine/thesis.txt").read_text() == "ten years of work"
