"""The server killed in the middle of saves under load: what it acknowledged is there, once.

The program itself is run and its whole process group killed, so that nothing is tidied up; what a
save had not been answered for may be there whole or not at all.
"""

import os
import re
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener

import pytest

from cicatrix.store.desk import open_desk
from cicatrix.trial.facts import FormSaved
from cicatrix.trial.roles import Actor
from cicatrix.web.forms.drafts import Drawer, draft_at
from cicatrix.web.models import Account, Draft
from served import CLEAN, PROGRAM, free_port
from site_visited import Original, visited

pytestmark = pytest.mark.slow

ROUNDS = 3
CLIENTS = 4
ENOUGH = 12
"""Saves acknowledged in a round before it is killed."""
SITE, FORM, ITEM = "foshan", "concomitant_care", "care"
PASSWORD, OURS = "cicatrix", "round "


class _Stays(HTTPRedirectHandler):
    def redirect_request(self, *told: object) -> None:
        """Follow no redirect: a save is acknowledged by one."""


class Browser:
    """One session; gives status, address to go on to, and text of each answer."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()), _Stays())

    def ask(self, where: str, fields: dict[str, str] | None = None) -> tuple[int, str, str]:
        data = None if fields is None else urlencode(fields).encode()
        headers = {"Origin": self.address, "HX-Request": "true"} if "code/" in where else {}
        try:
            with self.opener.open(
                Request(self.address + where, data, headers if data is None else {}), timeout=30
            ) as answer:
                return answer.status, "", answer.read().decode()
        except HTTPError as answer:
            with answer:
                return answer.code, answer.headers.get("Location", ""), answer.read().decode()

    def send(self, where: str, **fields: str) -> tuple[int, str, str]:
        """Ask for a page and send its form back."""
        _, _, page = self.ask(where)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token, page[:500]
        seen = re.search(r'name="seen" value="(\w*)"', page)
        if seen:
            fields["seen"] = seen[1]
        named = {name.replace("__", "."): text for name, text in fields.items()}
        return self.ask(where, {"csrfmiddlewaretoken": token[1], **named})

    def sign_in(self, user: str) -> None:
        """Sign in as one does in a rehearsal: the password, and the code that a page shows."""
        status, to, page = self.send("/account/login/", login=user, password=PASSWORD)
        assert status == 302, page
        if "/factor/" in to:
            _, _, shown = self.ask("/account/rehearsal/code/")
            found = re.search(r"\b(\d{6})\b", shown)
            assert found, shown
            status, to, page = self.send("/account/factor/code/", code=found[1])
            assert status == 302, page
        assert self.ask("/")[0] == 200


class Saving(threading.Thread):
    """Somebody who saves one form after the other, each time a text never used before."""

    def __init__(self, browser: Browser, where: str, name: str) -> None:
        super().__init__()
        self.browser, self.where, self.named = browser, where, name
        self.acknowledged: list[str] = []
        self.turned_away: list[str] = []
        self.unanswered = ""
        self.problem = ""

    def run(self) -> None:
        for count in range(100_000):
            self.unanswered = f"{self.named} {count}"
            try:
                status, _, page = self.browser.send(
                    self.where, i__care=self.unanswered, i__start=f"2021-07-{1 + count % 2:02d}",
                    reason="told anew",
                )  # fmt: skip
            except (OSError, HTTPException):
                return
            if status == 409:  # other processes were faster twice; her draft is kept
                self.turned_away.append(self.unanswered)
                continue
            if status != 302:
                self.problem = f"{status} {page}"
                return
            self.acknowledged.append(self.unanswered)
            self.unanswered = ""


@contextmanager
def running(home: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Serve a home in a process group of its own, killed whole in the end."""
    port = free_port()
    program = subprocess.Popen(
        [PROGRAM, "serve", str(home), "--port", str(port), "--workers", "2"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=CLEAN, start_new_session=True,
    )  # fmt: skip
    try:
        until_ready(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}", program
    finally:
        if program.poll() is None:
            os.killpg(program.pid, signal.SIGKILL)
        program.wait(timeout=60)


def until_ready(address: str) -> None:
    until = time.monotonic() + 120
    while True:
        try:
            if Browser(address).ask("/ready/")[0] == 200:
                return
        except OSError:
            pass
        assert time.monotonic() < until, "the server does not get ready"
        time.sleep(0.1)


def more_people(home: Path) -> tuple[list[str], list[str]]:
    """Give the site a coordinator for each session, and list participants for them to write of.

    Each signs in once, for a code signs in once.
    """
    people = [f"cora-{n}" for n in range(ROUNDS * CLIENTS)]
    with visited(home) as site:
        for user in people:
            site.give(user, "coordinator", SITE)
        women = site.worker.desk.trial.participants.values()
        fit = [one for one in women if one.kits and not one.withdrawals]
        return people, [one.id for one in fit if all(key.form != FORM for key in one.forms)]


def saved(home: Path) -> Counter[str]:
    """Count the texts that are in the ledger, after the whole of it was verified."""
    with open_desk(home) as desk:
        desk.home.ledger.verify()
    with visited(home) as site:
        assert site.worker.desk.kept is not None
        kept = [one.fact for one in site.worker.desk.kept if isinstance(one.fact, FormSaved)]
        rows = [one for one in kept if one.form == FORM and ITEM in one.values]
        assert all("start" in one.values for one in rows if str(one.values[ITEM]).startswith(OURS))
        return Counter(str(one.values[ITEM]) for one in rows)


def drafts_open(home: Path, people: list[str]) -> bool:
    """Read every draft of the accounts that were at work."""
    with visited(home) as site:
        women = site.worker.desk.trial.participants
        for row in Draft.objects.all():
            actor = Actor(row.account.username, "coordinator", SITE)
            draft_at(Drawer(row.account, actor, women[row.participant], row.form))
        return set(people) <= set(Account.objects.values_list("username", flat=True))


def test_what_was_acknowledged_is_there_once_whenever_the_server_is_killed(
    originals: Original, tmp_path
):
    with originals.copy("NCT04034615", tmp_path / "home") as home:
        people, women = more_people(home)
        everything: list[Saving] = []
        for turn in range(ROUNDS):
            with running(home) as (address, program):
                saving = []
                for n in range(CLIENTS):
                    browser = Browser(address)
                    browser.sign_in(people[turn * CLIENTS + n])
                    where = f"/participants/{women[turn * CLIENTS + n]}/forms/{FORM}/-/-/1/"
                    saving.append(Saving(browser, where, f"round {turn} client {n} save"))
                for one in saving:
                    one.start()
                until = time.monotonic() + 60
                while sum(len(one.acknowledged) for one in saving) < ENOUGH:
                    assert time.monotonic() < until, [one.problem for one in saving]
                    assert any(one.is_alive() for one in saving), [one.problem for one in saving]
                    time.sleep(0.005)
                os.killpg(program.pid, signal.SIGKILL)
                for one in saving:
                    one.join(timeout=60)
            assert not [one.problem for one in saving if one.problem]
            everything += saving
            assert drafts_open(home, people)
            found = saved(home)
            for one in everything:
                assert {text: found[text] for text in one.acknowledged if found[text] != 1} == {}
                assert not [text for text in one.turned_away if found[text]]
            known = {text for one in everything for text in (*one.acknowledged, one.unanswered)}
            ours = {text: count for text, count in found.items() if text.startswith(OURS)}
            assert set(ours) <= known
            assert set(ours.values()) == {1}
