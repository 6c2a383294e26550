"""The commands by name: each explains itself with an example, and none is missing."""

import re
from pathlib import Path

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from cicatrix_sealed.main import app

REFERENCE = (Path(__file__).parents[2] / "docs/reference/commands.md").read_text("utf-8")
COMMANDS = {
    "study", "promise", "commit", "make", "abort", "break", "release", "open", "verify", "serve",
    "redraw",
}  # fmt: skip


def test_the_program_has_these_commands():
    assert set(get_command(app).commands) >= COMMANDS


@pytest.mark.parametrize("command", sorted(get_command(app).commands))
def test_each_command_explains_itself_with_an_example(command):
    run = CliRunner().invoke(app, [command, "--help"])
    assert run.exit_code == 0
    assert "Example: cicatrix-sealed " + command in " ".join(run.stdout.split())


@pytest.mark.parametrize("command", sorted(get_command(app).commands))
def test_no_command_takes_a_passphrase_as_an_argument(command):
    options = {option for one in get_command(app).commands[command].params for option in one.opts}
    assert "--passphrase" not in options


@pytest.mark.parametrize("command", sorted(get_command(app).commands))
def test_every_option_of_a_command_is_in_its_row_of_the_reference(command):
    (row,) = re.findall(rf"^\| `cicatrix-sealed {command} .*$", REFERENCE, re.MULTILINE)
    params = get_command(app).commands[command].params
    options = [one.opts for one in params if one.opts[0].startswith("-")]
    named = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", row))
    assert [opts for opts in options if not named & set(opts)] == []


def test_without_a_command_the_commands_are_listed():
    told = CliRunner().invoke(app, []).output
    assert all(f"  {command} " in told for command in COMMANDS)
