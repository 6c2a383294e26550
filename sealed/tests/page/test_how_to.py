"""The page for three in the morning says what the program does."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from typer.main import get_command

from cicatrix_sealed.main import app
from cicatrix_sealed.page import markup, sessions
from cicatrix_sealed.page.wording import ENGLISH

pytestmark = pytest.mark.slow

TEXT = (Path(__file__).parents[3] / "docs/how-to/break-a-code.md").read_text("utf-8")


def test_every_command_and_option_in_it_exists():
    commands = get_command(app).commands
    written = re.findall(r"cicatrix-sealed ([a-z]+)([^`\n]*)", TEXT)
    assert {name for name, _ in written} == {"break", "serve", "release"}
    for name, rest in written:
        known = {option for parameter in commands[name].params for option in parameter.opts}
        assert set(re.findall(r"--[a-z-]+", rest)) <= known
    serving = {option for parameter in commands["serve"].params for option in parameter.opts}
    assert {"--host", "--certificate", "--key"} <= serving


def test_its_times_and_tries_are_those_of_the_program():
    assert "after five wrong tries the page is shut for a quarter of an hour" in TEXT
    assert (5, timedelta(minutes=15)) == (sessions.TRIES, sessions.SHUT_FOR)
    assert "ten minutes without use, or an hour in all" in TEXT
    assert (timedelta(minutes=10), timedelta(hours=1)) == (sessions.IDLE, sessions.LONGEST)
    assert "closes by itself after five minutes" in TEXT
    assert 'content="300;url=' in markup.frame(ENGLISH, title="", body="", closes=True)


@pytest.mark.parametrize(
    "said",
    [
        ENGLISH.break_button, ENGLISH.release_title, ENGLISH.history,
        *re.findall(r"^\| \*([^*…]+)", TEXT, re.MULTILINE),
    ],
)  # fmt: skip
def test_what_it_quotes_stands_on_the_page(said):
    shown = [getattr(ENGLISH, name) for name in ENGLISH.__dataclass_fields__]
    first = said.replace("The page is shut", "the page is shut").strip()
    assert said in TEXT
    assert any(first in text for text in shown if isinstance(text, str)) or first == "Number"
