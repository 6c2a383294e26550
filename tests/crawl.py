"""Everything that somebody can ask the server for, asked, and every answer kept to the byte.

An answer is its status, headers and body; what is drawn anew for each answer (a form's token, the
secret of a one-time link) is put out of the comparison by name. What is said at the next page of
what was done, mail that was sent and what was logged belong to what somebody can see as well.
"""

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from html import unescape
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core import mail
from django.core.handlers.wsgi import WSGIRequest
from django.http import QueryDict
from django.urls import Resolver404, resolve

from addresses import NAMED_BY_NONE, TOKEN, named_in, ours, parameters, suited
from cicatrix.trial.roles import Actor
from cicatrix.web.access.logs import Line
from site_visited import Site

_LINK = re.compile(r'(?:href|hx-get|src)="(/[^"]*|\?[^"]*)"')
_ANEW = re.compile(rb"(account/invitation/)[\w:.-]+")
NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
"""When accounts are made and used."""

EACH = 3
"""So many addresses of one name an actor follows by links; more are more of the same."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


Request = tuple[str, str, str]
"""Method, address, and what was sent."""


@dataclass
class Crawl:
    """All answers to one actor in order, and what was mailed and logged meanwhile."""

    actor: Actor
    answers: list[tuple[Request, Answer]] = field(default_factory=list)
    mailed: list[tuple[str, str]] = field(default_factory=list)
    logged: list[str] = field(default_factory=list)


@dataclass
class Crawler:
    """One actor who asks; `names` are the names of addresses to stay at, all if there are none."""

    site: Site
    actor: Actor
    names: Sequence[str] = ()
    read: dict[str, set[str]] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.found = Crawl(self.actor)
        self.client = self.site.client(self.actor)
        self.client.raise_request_exception = False

    def everything(self, busy: Callable[["Crawler"], None], *, turn: int = 0, of: int = 1) -> Crawl:
        """Ask for all there is and work; ask every `of`-th of the parameters that nobody reads."""
        with heard(self.found), read_names(self.read):
            pages = self._pages()
            self._with_parameters(pages, turn, of)
            busy(self)
            for where in list(self._addresses(most=1)):
                self.ask(where, {"nothing": "1"})
        return self.found

    def ask(self, where: str, sent: Mapping[str, object] | None = None) -> Answer:
        """Ask once, and keep the answer; what a form that was sent says is asked for next."""
        answer = self._ask("get" if sent is None else "post", where, sent or {})
        if sent is not None and answer.status == 302:
            self._ask("get", dict(answer.headers).get("Location", "/"), {})
        elif sent is not None:
            self.client.cookies.pop("messages", None)
        return answer

    def _ask(self, method: str, where: str, sent: Mapping[str, object]) -> Answer:
        got = (
            getattr(self.client, method)(where, sent)
            if sent
            else getattr(self.client, method)(where)
        )
        body = b"".join(got.streaming_content) if got.streaming else got.content
        headers = sorted((name, text) for name, text in got.headers.items())
        cookies = sorted(("cookie", name) for name in got.cookies)
        body = _ANEW.sub(rb"\1token", TOKEN.sub(b"token", body))
        answer = Answer(got.status_code, (*headers, *cookies), body)
        self.found.answers.append(((method, where, urlencode(sent)), answer))
        return answer

    def _pages(self) -> dict[str, str]:
        """Ask for what exists and what is linked; give an address of each name that answered."""
        waiting = ["/", "/nowhere/", *self._addresses()]
        if self.names:
            waiting = list(self._addresses())
        kinds: Counter[tuple[str, str]] = Counter()
        answered: dict[str, str] = {}
        while waiting:
            where = waiting.pop(0)
            name, kind = _kind(where)
            outside = self.names and name not in self.names
            if where in self.asked or outside or kinds[name, kind] >= EACH:
                continue
            self.asked.add(where)
            kinds[name, kind] += 1
            answer = self.ask(where)
            if answer.status == 200:
                answered.setdefault(name, where)
            waiting += _linked(answer, where)
        return answered

    def _addresses(self, most: int = 2) -> Iterator[str]:
        desk = self.site.worker.desk
        seen = self.site.worker.seen_by(self.actor).trial
        women = list(seen.participants.values()) or [next(iter(desk.trial.participants.values()))]
        for address in ours():
            if not self.names or address.name in self.names:
                lets = self.actor.role in address.roles
                several = most if lets and "participant" in address.parts else 1
                for woman in suited(desk.study, women, address)[:several]:
                    trial = desk.trial if self.actor.role == "administrator" else seen
                    yield address.filled(named_in(desk.study, trial, woman, address))

    def _with_parameters(self, pages: Mapping[str, str], turn: int, of: int) -> None:
        """Ask with each parameter that the view reads, and with others in turn."""
        count = 0
        for name, where in sorted(pages.items()):
            plain = where.partition("?")[0]
            reads = self.read.get(name, set())
            for one in sorted(reads):
                for value in self._values(one):
                    self.ask(f"{plain}?{urlencode({one: value})}")
            for one in parameters():
                count += 1
                if one not in reads and (of == 1 or count % of == turn):
                    self.ask(f"{plain}?{urlencode({one: self._values(one)[0]})}")
            self.ask(f"{plain}?{urlencode(dict.fromkeys(NAMED_BY_NONE, 'kit'))}")

    def _values(self, name: str) -> tuple[str, ...]:
        study = self.site.worker.desk.study
        first = next(iter(self.site.worker.desk.trial.participants))
        known = {
            "site": study.sites[0].id, "participant": first, "find": first, "sort": "kit",
            "kit": next(iter(self.site.worker.desk.trial.stock.kits), ""), "on": "2021-07-01",
        }  # fmt: skip
        return (known.get(name, study.arms[0].id), "1") if name != "arm" else (study.arms[0].id,)


def _kind(where: str) -> tuple[str, str]:
    """Give the name of an address and the parameters it has."""
    split = urlsplit(where)
    try:
        name = resolve(split.path).url_name or ""
    except Resolver404:
        name = "none"
    return name, ",".join(sorted(re.findall(r"(\w+)=", split.query)))


@contextmanager
def read_names(read: dict[str, set[str]]) -> Iterator[None]:
    """Note which query parameters the view of each name of an address reads."""

    class Reading(QueryDict):
        name = ""

        def get(self, key: str, default: object = None) -> object:
            read.setdefault(self.name, set()).add(key)
            return super().get(key, default)

        def __getitem__(self, key: str) -> object:
            read.setdefault(self.name, set()).add(key)
            return super().__getitem__(key)

        def getlist(self, key: str, default: object = None) -> object:
            read.setdefault(self.name, set()).add(key)
            return super().getlist(key, default)

        def __contains__(self, key: object) -> bool:
            read.setdefault(self.name, set()).add(str(key))
            return super().__contains__(key)

    def given(request: WSGIRequest) -> QueryDict:
        query = Reading(request.environ.get("QUERY_STRING", ""), encoding=request.encoding)
        query.name = _kind(request.path)[0]
        return query

    before = WSGIRequest.__dict__["GET"]
    recording = cached_property(given)
    recording.__set_name__(WSGIRequest, "GET")
    WSGIRequest.GET = recording
    try:
        yield
    finally:
        WSGIRequest.GET = before


@contextmanager
def heard(found: Crawl) -> Iterator[None]:
    """Keep what is mailed and logged meanwhile."""

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.logged.append(f"{Line().format(record)} {record.getMessage()}")

    handler, loggers = Kept(), [logging.getLogger(name) for name in ("cicatrix", "django", "axes")]
    levels = [one.level for one in loggers]
    line = logging.getLogger("cicatrix.web")
    quiet, line.handlers = line.handlers, []
    for one in loggers:
        one.addHandler(handler)
    mail.outbox, before = [], settings.MAIL_GOES_OUT
    settings.MAIL_GOES_OUT = True
    try:
        yield
    finally:
        settings.MAIL_GOES_OUT, line.handlers = before, quiet
        for one, level in zip(loggers, levels, strict=True):
            one.removeHandler(handler)
            one.setLevel(level)
        found.mailed += [
            (
                f"{one.subject} {one.to} {one.from_email}",
                _ANEW.sub(rb"\1token", one.body.encode()).decode(),
            )
            for one in mail.outbox
        ]


def _linked(answer: Answer, where: str) -> list[str]:
    if ("Content-Type", "text/html; charset=utf-8") not in answer.headers:
        return []
    linked = (unescape(one).partition("#")[0] for one in _LINK.findall(answer.body.decode()))
    whole = (where.partition("?")[0] + one if one.startswith("?") else one for one in linked)
    return [one for one in whole if not one.startswith(("/static/", "/account/"))]
