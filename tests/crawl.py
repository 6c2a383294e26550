"""Everything that somebody can ask the server for, asked, and every answer kept to the byte.

An answer is its status, headers and body; what is drawn anew for each answer (a form's token, a
cookie's value) is put out of the comparison by name. Mail that was sent and what was logged belong
to what somebody can see as well.
"""

import io
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlsplit

from django.core import mail
from django.test import Client

from addresses import TOKEN, named_in, ours, parameters
from cicatrix.trial.roles import Actor
from site_visited import Site

_LINK = re.compile(r'(?:href|hx-get|src)="(/[^"]*)"')
_DRAWN_ANEW = ("Set-Cookie",)
MOST = 600
"""Addresses that one actor is let follow; a crawl that reaches it fails, for it saw not all."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass
class Crawl:
    """All answers to one actor, and what was mailed and logged meanwhile."""

    actor: Actor
    answers: dict[tuple[str, str], Answer] = field(default_factory=dict)
    mailed: list[str] = field(default_factory=list)
    logged: str = ""


def crawl(site: Site, actor: Actor, *, posts: bool = True) -> Crawl:
    """Ask for everything in one actor's name: what is linked, what exists, what does not."""
    found = Crawl(actor)
    client = site.client(actor)
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    logger = logging.getLogger("cicatrix")
    logger.addHandler(handler)
    mail.outbox = []
    try:
        waiting = ["/", *_every_address(site, actor)]
        while waiting:
            where = waiting.pop(0)
            if ("get", where) in found.answers:
                continue
            answer = _ask(client, "get", where)
            found.answers["get", where] = answer
            waiting += [one for one in _linked(answer) if ("get", one) not in found.answers]
            assert len(found.answers) < MOST * 4, f"{actor}: more than {MOST * 4} addresses"
        for where in _with_parameters(found):
            found.answers["get", where] = _ask(client, "get", where)
        for where in _every_address(site, actor) if posts else ():
            found.answers["post", where] = _ask(client, "post", where)
    finally:
        logger.removeHandler(handler)
    found.mailed = [str(one.message()) for one in mail.outbox]
    found.logged = log.getvalue()
    return found


def _every_address(site: Site, actor: Actor) -> Iterator[str]:
    trial, study = site.worker.desk.trial, site.worker.desk.study
    women = sorted(trial.participants.values(), key=lambda one: (one.number is None, one.id))
    for address in ours():
        for woman in women[:3] if "participant" in address.parts else women[:1]:
            yield address.filled(named_in(study, trial, woman, address))


def _with_parameters(found: Crawl) -> Iterator[str]:
    plain = sorted({urlsplit(where).path for _, where in found.answers})
    shapes = {re.sub(r"[A-Z]+-\d+|\d+", "0", where): where for where in plain}
    for where in shapes.values():
        if found.answers.get(("get", where), Answer(404, (), b"")).status == 200:
            for name in parameters():
                for value in ("low", "1"):
                    yield f"{where}?{name}={value}"


def _ask(client: Client, method: str, where: str) -> Answer:
    answer = getattr(client, method)(where)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    headers = tuple(
        sorted((name, text) for name, text in answer.headers.items() if name not in _DRAWN_ANEW)
    )
    cookies = tuple(sorted(("cookie", name) for name in answer.cookies))
    return Answer(answer.status_code, headers + cookies, TOKEN.sub(b"token", body))


def _linked(answer: Answer) -> list[str]:
    html = ("Content-Type", "text/html; charset=utf-8") in answer.headers
    if not html:
        return []
    linked = (unescape(one) for one in _LINK.findall(answer.body.decode()))
    return [
        one.partition("#")[0] for one in linked if not one.startswith(("/static/", "/account/"))
    ]
