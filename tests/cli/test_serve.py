"""`cicatrix serve`, run as a program: what it says, what it serves, and how it ends."""

import json
import re
import signal
import socket
import time
import urllib.request
from datetime import date

import pytest

from clinic import clinic
from command_line import TINY, run
from served import serving, told

pytestmark = pytest.mark.slow


@pytest.fixture
def home(tmp_path):
    assert run("create", tmp_path / "home", TINY).exit_code == 0
    return tmp_path / "home"


def got(address):
    """Ask until there is an answer."""
    until = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(address, timeout=20) as answer:
                return answer.read().decode()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def test_a_real_home_is_served_and_ends_when_it_is_told_to(home):
    with serving(home, "--workers", 2) as (address, program):
        assert got(f"{address}/health/") == "alive\n"
        assert got(f"{address}/ready/") == "ready\n"
        page = got(f"{address}/account/login/")
        assert "ehearsal" not in page
        program.send_signal(signal.SIGTERM)
        said, log = program.communicate(timeout=60)
    assert program.returncode == 0
    assert f"TINY is at {address}/" in said
    assert "Nobody has an account yet" in said
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    assert {"method": "GET", "route": "account_login", "status": 200}.items() <= lines[-1].items()


def test_a_rehearsed_home_says_as_whom_one_can_sign_in(tmp_path):
    clinic(tmp_path / "home", until=date(2021, 5, 21), participants=3)
    with serving(tmp_path / "home") as (address, program):
        page = got(f"{address}/account/login/")
        program.send_signal(signal.SIGTERM)
        said, _ = program.communicate(timeout=60)
    assert "sign in with the password cicatrix as, for example" in said
    names = re.findall(r"^  investigator +([\w-]+)", said, re.MULTILINE)
    assert names
    assert f"<code>{names[0]}</code>" in page


def test_a_port_that_is_taken_is_one_line(home):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = told("serve", home, "--port", port)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert f"Port {port} of 127.0.0.1 cannot be had" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_an_address_for_others_needs_a_proxy_with_tls(home):
    refused = told("serve", home, "--host", "0.0.0.0")
    assert refused.returncode == 1
    assert "CICATRIX_ORIGINS" in refused.stderr


def test_a_folder_that_is_no_home_is_not_served_and_stays_as_it_is(tmp_path):
    refused = told("serve", tmp_path)
    assert refused.returncode == 1
    assert "is not a trial home" in refused.stderr
    assert list(tmp_path.iterdir()) == []
