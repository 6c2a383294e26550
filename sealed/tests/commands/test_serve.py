"""`serve` before it serves: it explains itself, and refuses in one line what it cannot serve."""

import os

from typer.testing import CliRunner

from cicatrix_sealed.main import app


def test_the_command_explains_itself_and_refuses_in_one_line(tmp_path):
    told = CliRunner().invoke(app, ["serve", "--help"])
    assert "Example: cicatrix-sealed serve" in " ".join(told.stdout.split())
    refused = CliRunner().invoke(app, ["serve", str(tmp_path), "--custodian", "nowhere"])
    assert refused.exit_code == 1
    assert "is not a trial home" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
    assert os.listdir(tmp_path) == []
