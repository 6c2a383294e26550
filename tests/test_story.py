"""The whole story of a trial by its commands, from an empty folder to the registry record.

The arms and contents have names that occur nowhere else, so that a search of every file and every
word shown before the opening proves that none is there.
"""

import re
from pathlib import Path

import pytest

from command_line import TINY, run, seal

NAMES = {"gel": "quagga", "placebo": "numbat", "active": "dugong", "plain": "galago"}


def disguised(text: str) -> str:
    """Give the arms and contents of the tiny study names that occur nowhere else."""
    for name, other in NAMES.items():
        text = re.sub(rf"\b{name}\b", other, text)
        text = re.sub(rf"\b{name.title()}\b", other.title(), text)
    return text


def searched(folder: Path) -> list[Path]:
    """List the files of a home that hold more than the public study file."""
    study = (folder / "study.yaml").read_bytes()
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if path.read_bytes() != study]


@pytest.mark.slow
def test_a_trial_from_its_study_file_to_its_record(tmp_path):
    study = tmp_path / "study.yaml"
    study.write_text(disguised(TINY.read_text()))
    home, results = tmp_path / "home", tmp_path / "results"
    said = []

    def do(*words: object, exit_code: int = 0) -> str:
        told = run(*words)
        assert told.exit_code == exit_code, told.output
        assert "Traceback" not in told.output
        said.append(told.output)
        return told.stdout

    do("create", home, study)
    place = seal(home, tmp_path / "custodian")
    do("rehearse", home, "--packing", place.packing, "--participants", 8, "--seed", 4)
    do("verify", home)
    do("lock", home, "--accept-all", "it was not obtained")
    do("analyse", home, "--allocation", place.mapping, "-o", results, exit_code=1)
    do("verify", home, "--json")
    do("export", home, "bundle", "-o", tmp_path / "early.json")

    hidden = re.compile("|".join(NAMES.values()), re.IGNORECASE)
    assert hidden.search(study.read_text())
    assert hidden.search(place.packing.read_text())
    assert len(searched(home)) >= 4
    for path in (*searched(home), tmp_path / "early.json"):
        assert not hidden.search(path.read_bytes().decode("latin-1")), path
    for words in said:
        assert not hidden.search(words)

    place.open()
    summary = do("analyse", home, "--allocation", place.mapping, "-o", results)
    assert "n = " in summary
    assert {"report.html", "report.pdf"} <= {path.name for path in results.iterdir()}
    assert "Rehearsal: virtual participants" in (results / "report.html").read_text()
    do("export", home, "registry", "-o", tmp_path / "registry.json")
    do("export", home, "bundle", "--allocation", place.mapping, "-o", tmp_path / "bundle.json")
    assert hidden.search((tmp_path / "bundle.json").read_text())
    do("verify", home)
    assert not any(hidden.search(p.read_bytes().decode("latin-1")) for p in searched(home))
