"""The README's first trial, command by command, as it stands there."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cicatrix.cli.main import app as team
from cicatrix_sealed.main import app as custodian

ROOT = Path(__file__).parents[2]
PROGRAMS = {"cicatrix": team, "cicatrix-sealed": custodian}
PASSPHRASE = "a correct horse and its battery\n"


@pytest.mark.slow
def test_the_first_trial_runs_as_written(tmp_path, monkeypatch):
    text = (ROOT / "README.md").read_text("utf-8").partition("## A first trial")[2]
    commands = re.findall(r"^ {4}((?:cicatrix(?:-sealed)?|python3) .*)$", text, re.MULTILINE)
    assert len(commands) >= 14
    for folder in ("studies", "verifier"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    monkeypatch.chdir(tmp_path)
    for command in commands:
        program, *words = shlex.split(command)
        if program == "python3":
            done = subprocess.run(
                [sys.executable, *words], capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, f"{command}\n{done.stdout}"
            continue
        told = CliRunner().invoke(PROGRAMS[program], words, input=PASSPHRASE * 2)
        assert told.exit_code == 0, f"{command}\n{told.output}"
    assert (tmp_path / "results/report.html").is_file()
    assert done.stdout.splitlines()[-1].startswith("All that can be checked holds")
