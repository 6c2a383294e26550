"""The page on sealing a list: its commands run, in the order of life, and its factors are read."""

import json
import re
import shlex
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from cicatrix.cli.main import app as team
from cicatrix.trial.study import Allocation
from cicatrix_sealed.main import app as custodian

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs/how-to/seal-a-list.md").read_text("utf-8")
PROGRAMS = {"cicatrix": team, "cicatrix-sealed": custodian}
ORDER = (
    "cicatrix-sealed study", "cicatrix-sealed promise", "cicatrix create",
    "cicatrix-sealed commit", "cicatrix verify", "cicatrix-sealed make", "cicatrix-sealed verify",
)  # fmt: skip


@pytest.mark.slow
def test_its_commands_run_and_the_second_party_finds_what_she_looks_for(
    tmp_path, monkeypatch, passphrase, cheap_shares
):
    written = re.findall(r"^ {4,}(cicatrix(?:-sealed)? .*)$", TEXT, re.MULTILINE)
    by_name = {" ".join(command.split()[:2]): command for command in written}
    assert by_name.keys() == {*ORDER, "cicatrix-sealed answer"}
    (tmp_path / "studies").symlink_to(ROOT / "studies")
    monkeypatch.chdir(tmp_path)
    said = {}
    for name in ORDER:
        program, *words = shlex.split(by_name[name])
        run = CliRunner().invoke(PROGRAMS[program], words, input=f"{passphrase}\n" * 2)
        assert run.exit_code == 0, f"{by_name[name]}\n{run.output}"
        said[name] = run.output
    commitment = re.search(r"^Commitment: (.*)$", said["cicatrix-sealed commit"], re.MULTILINE)[1]
    promise = json.loads((tmp_path / "promise.json").read_text())["commitment"]
    seen = said["cicatrix verify"]
    assert f"promised\n  commitment {commitment}\n" in seen
    assert f"commitment {promise}" in seen.partition("  beacon")[2]
    assert "sealed" not in seen
    assert "given up" not in seen


def test_the_factors_of_its_minimised_trial_are_read():
    text = re.search(r"^ {4}allocation:\n(?: {6}.*\n)+", TEXT, re.MULTILINE)[0]
    written = YAML(typ="safe").load(text)["allocation"]
    allocation = Allocation.model_validate_json(json.dumps(written))
    assert [(one.factor, one.weight) for one in allocation.minimise] == [("site", 2), ("sex", 1)]
    assert allocation.strata == ()
