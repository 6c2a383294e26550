"""People at a browser: a test asks for what a person reads, in English or in Chinese.

`chromium` starts the system's Chromium; a `House` is a home hosted in this process, and lets people
in: each is a `Person` at a screen of some width, in a language. Every page that a person comes to
is looked at as well: no serious accessibility fault, no sideways scrolling on a telephone, nothing
that the browser complains of.
"""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from django.utils import translation
from django.utils.translation import gettext, ngettext, pgettext
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Response, sync_playwright

import postgresql
from cicatrix.trial.roles import Actor
from site_visited import Site

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
ENGLISH, CHINESE = "en", "zh-hans"
DESK, PHONE = 1280, 390
SCREENS = ((ENGLISH, DESK), (CHINESE, DESK), (ENGLISH, PHONE), (CHINESE, PHONE))
_AXE = Axe().axe_script
_FAULTS = """() => axe.run(document, {resultTypes: ['violations']}).then(found => found.violations
  .filter(one => ['serious', 'critical'].includes(one.impact))
  .map(one => one.id + ': ' + one.nodes.map(node => node.target.join(' ')).slice(0, 4).join(', ')))
"""
# A page that refuses says so by its status, and htmx says that a request did not get through or
# was given up: a draft, when its form is saved.
_KNOWN = re.compile(
    r"Failed to load resource: (the server responded with a status of (403|404|409|422|429)"
    r"|net::ERR_INTERNET_DISCONNECTED)|htmx:(afterRequest|sendError|sendAbort)"
)
_TOO_WIDE = "() => document.scrollingElement.scrollWidth - window.innerWidth"

Role = Literal["button", "link", "radio", "checkbox", "textbox", "combobox", "heading"]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the system's Chromium; without one the test is skipped by name, or fails in CI."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        postgresql.missing("Chromium: no such program is installed")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def faults(page: Page) -> list[str]:
    """List what is wrong with a page for who cannot see it well, or sees it on a telephone."""
    # Evaluated, since the pages' policy lets no script in by a tag.
    page.evaluate(f"() => {{ if (!window.axe) {{ {_AXE} }} }}")
    found: list[str] = page.evaluate(_FAULTS)
    beyond = page.evaluate(_TOO_WIDE)
    if beyond > 0:
        found.append(f"scrolls sideways by {beyond} px")
    return found


@dataclass
class Person:
    """One person, signed in, at one screen."""

    page: Page
    address: str
    language: str
    actor: Actor | None = None
    complaints: list[str] = field(default_factory=list)
    looked_at: set[tuple[object, ...]] = field(default_factory=set)
    pressed: int = 0
    scripts: bool = True

    def word(self, message: str, /, context: str = "", **names: object) -> str:
        """Give a text of the pages as this person reads it."""
        with translation.override(self.language):
            text = pgettext(context, message) if context else gettext(message)
        if not names:
            return text
        return text % names if "%(" in text else text.format(**names)

    def count(self, one: str, many: str, n: int, /, **names: object) -> str:
        """Give a text that counts."""
        with translation.override(self.language):
            return ngettext(one, many, n) % names

    def text(self, texts: dict[str, str]) -> str:
        """Give a text of the study file."""
        return texts["zh-Hans" if self.language == CHINESE else "en"]

    def open(self, where: str) -> None:
        """Type an address."""
        self.page.goto(self.address + where)
        self.look()

    def follow(self, name: str | re.Pattern[str], /, **names: object) -> None:
        """Go where a link leads; its first one, if several have the name."""
        self._go(self.of("link", name, **names).first)

    def press(self, name: str, /, **names: object) -> None:
        """Press a button, and look at the page that comes."""
        self._go(self.of("button", name, **names).first)

    def _go(self, there: Locator) -> None:
        self.pressed += 1
        with self.page.expect_navigation():
            there.click()
        self.look()

    def of(self, role: Role, name: str | re.Pattern[str], /, **names: object) -> Locator:
        """Find what has a role and exactly a name."""
        if isinstance(name, str):
            return self.page.get_by_role(role, name=self.word(name, **names), exact=True)
        return self.page.get_by_role(role, name=name)

    def fill(self, label: str, text: str) -> None:
        """Type into the field of a label, which is given as this person reads it."""
        self.page.get_by_role("textbox", name=label, exact=True).fill(text)

    def choose(self, question: str, answer: str, *, exact: bool = True) -> None:
        """Press one of the answers to a question."""
        group = self.page.get_by_role("group", name=re.compile(f"^{re.escape(question)}"))
        group.get_by_label(answer, exact=exact).first.check()

    def shown(self) -> str:
        """Give all words that are on the page."""
        return " ".join(self.page.locator("main").inner_text().split())

    def reads(self, text: str) -> None:
        """Hold that a text is on the page."""
        assert " ".join(text.split()) in self.shown(), (text, self.page.url, self.shown())

    def reads_not(self, text: str) -> None:
        """Hold that a text is not on the page."""
        assert text not in self.shown(), (text, self.page.url)

    def alert(self) -> str:
        """Give what the page says at once to who cannot see it."""
        shown = self.page.get_by_role("alert").filter(visible=True)
        return " ".join(shown.first.inner_text().split())

    def answers(self, house: "House", form: str, given: dict[str, object]) -> None:
        """Answer questions of a form as they are asked on the screen."""
        study = house.site.worker.desk.study
        for name, value in given.items():
            item = study.form[form].items[name]
            label = self.text(dict(item.label))
            if isinstance(value, bool):
                self.choose(label, self.word("Yes" if value else "No"))
            elif item.code_list is not None:
                codes = study.codes[item.code_list].codes
                words = next(one.label for one in codes if one.code == value)
                self.choose(label, self.text(dict(words)), exact=False)
            elif not self.page.get_by_role("textbox", name=label, exact=True).count():
                self.choose(label, str(value))
            else:
                self.fill(label, str(value))

    def signs(self, house: "House") -> None:
        """Fill in the password and the code that a signature asks for."""
        assert self.actor is not None
        typed = house.site.signature(self.actor)
        self.fill(self.word("Your password"), typed["password"])
        code = self.word("Code of your authenticator application, or a recovery code")
        if self.page.get_by_role("textbox", name=code).count():
            self.fill(code, typed["code"])

    def look(self) -> None:
        """Hold that nothing is wrong with the page that has come."""
        self.page.wait_for_load_state("load")
        path = re.sub(r"\d+", "0", self.page.url.removeprefix(self.address).partition("?")[0])
        shape = self.page.evaluate(
            "() => [...new Set([...document.querySelectorAll('main *')].map("
            "one => one.tagName + '.' + one.className))].sort().join(' ')"
        ) if self.scripts else ""  # fmt: skip
        if (path, shape) in self.looked_at:
            return
        self.looked_at.add((path, shape))
        if self.scripts:
            found = faults(self.page)
            assert found == [], (self.page.url, found)
        assert self.complaints == [], (self.page.url, self.complaints)

    def hears(self, said: ConsoleMessage) -> None:
        """Keep what the browser complains of, save a refusal and a network that is gone."""
        if said.type in ("error", "warning") and not _KNOWN.match(said.text):
            self.complaints.append(said.text)

    def meets(self, answer: Response) -> None:
        """Keep that the server failed."""
        if answer.status >= 500:
            self.complaints.append(f"{answer.status} {answer.url}")


@dataclass
class House:
    """A home that people visit by a browser."""

    site: Site
    address: str
    browser: Browser

    def person(
        self, who: str | Actor, language: str, width: int, *,
        nth: int = 0, at: str | None = None, scripts: bool = True,
    ) -> Person:  # fmt: skip
        """Sign somebody in and give the screen, where nothing is open yet."""
        actor = who if isinstance(who, Actor) else self.site.who(who, nth, at)
        client = self.site.client(actor)
        account = self.site.account(actor.user)
        account.language = language
        account.save(update_fields=["language"])
        found = self.stranger(language, width, scripts=scripts)
        found.actor = actor
        found.page.context.add_cookies(
            [
                {"name": name, "value": morsel.value, "url": self.address}
                for name, morsel in client.cookies.items()
            ]
        )
        return found

    def stranger(self, language: str, width: int, *, scripts: bool = True) -> Person:
        """Give the screen of somebody who has not signed in."""
        context = self.browser.new_context(
            viewport={"width": width, "height": 900},
            locale="zh-CN" if language == CHINESE else "en-GB",
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        context.set_default_timeout(8_000)
        page = context.new_page()
        found = Person(page, self.address, language, scripts=scripts)
        page.on("console", found.hears)
        page.on("pageerror", lambda problem: found.complaints.append(str(problem)))
        page.on("response", found.meets)
        return found

    def leave(self) -> None:
        """Close every screen."""
        for context in self.browser.contexts:
            with suppress(Exception):
                context.close()
