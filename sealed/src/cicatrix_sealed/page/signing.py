"""Signing in and out, and what every act asks again: a ticket used once and the passphrase.

The passphrase opens a custodian's share or it does not; it is compared with nothing and kept
nowhere. After five wrong ones, here or at an act, the page is shut for a quarter of an hour. Who
loses the custodian's role is out at the next page.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from typing import TypeVar

from cicatrix.trial.actions import gate
from cicatrix.trial.errors import CicatrixError, NotPermitted, Refused
from cicatrix_sealed.custodians import open_share, shares_in
from cicatrix_sealed.custody import acting
from cicatrix_sealed.page import markup
from cicatrix_sealed.page.desk import (
    Again,
    Desk,
    Response,
    Visit,
    first_page,
    open_home,
    page,
    sentence,
    status_of,
)

COOKIE = "custody"
_LANDINGS = ("/break", "/release")
_Told = TypeVar("_Told")


def cookie_name(desk: Desk) -> str:
    """Name the cookie; over TLS a browser lets nobody without TLS set one of this name."""
    return f"__Secure-{COOKIE}" if desk.secure else COOKIE


def cookie(desk: Desk, name: str, value: str) -> tuple[str, str]:
    """Give the header that sets a cookie for these pages alone."""
    secure = "; Secure" if desk.secure else ""
    return (
        "Set-Cookie",
        f"{name}={value}; Path={markup.BASE}; HttpOnly; SameSite=Strict{secure}",
    )


def show_sign_in(
    desk: Desk, visit: Visit, problem: str = "", status: HTTPStatus = HTTPStatus.OK
) -> Response:
    """Show the form that asks who is there; it goes back with the visitor's own cookie."""
    words = visit.words
    visitor = visit.request.cookies.get(cookie_name(desk), "")
    if not re.fullmatch(r"[0-9a-f]{64}", visitor):
        visitor = desk.sessions.entropy(32).hex()
    asked = visit.request.path.removeprefix(markup.BASE)
    hidden = {
        "mark": desk.sessions.mark(visitor),
        "to": asked if asked in _LANDINGS else visit.field("to"),
    }
    body = markup.field(
        "user", words.user, value=visit.field("user"), fill="username", first=not problem
    )
    body += markup.field("passphrase", words.passphrase, secret=True, fill="current-password")
    shown = page(
        desk,
        replace(visit, session=None),
        words.sign_in,
        markup.paragraph(words.sign_in_lead, "quiet")
        + (markup.paragraph(problem, "bad") if problem else "")
        + markup.form("/sign-in", body, words.enter, hidden=hidden),
        status=status,
    )
    return replace(shown, headers=(cookie(desk, cookie_name(desk), visitor),))


def sign_in(desk: Desk, visit: Visit) -> Response:
    """Let in a user who holds the custodian's role and whose passphrase opens a share."""
    words, sessions = visit.words, desk.sessions
    if sessions.shut(now=visit.now):
        return shut(desk, visit)
    visitor = visit.request.cookies.get(cookie_name(desk), "")
    if not sessions.marked(visitor, visit.field("mark")):
        return show_sign_in(desk, visit, words.stale, HTTPStatus.FORBIDDEN)
    user, passphrase = visit.field("user"), visit.request.fields.get("passphrase", "")
    if not user or not passphrase:
        problem = words.no_passphrase if user else words.no_user
        return show_sign_in(desk, visit, problem, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        known = _known(desk, user, passphrase)
    except CicatrixError as problem:
        return show_sign_in(desk, visit, sentence(words, problem), HTTPStatus.CONFLICT)
    if not known:
        at_door = replace(visit, session=None)
        return _guessed(desk, at_door, words.wrong_sign_in, partial(show_sign_in, desk, at_door))
    sessions.end(visitor)
    desk.journal(f"signed in {user}")
    fresh = cookie(desk, cookie_name(desk), sessions.begin(user, now=visit.now))
    to = visit.field("to") if visit.field("to") in _LANDINGS else "/"
    return Response(HTTPStatus.SEE_OTHER, "", (("Location", f"{markup.BASE}{to}"), fresh))


def _known(desk: Desk, user: str, passphrase: str) -> bool:
    """Say whether both are right; a wrong user is answered no sooner than a right one."""
    desk.present.catch_up()
    try:
        open_share(shares_in(desk.folder), passphrase)
    except Refused as refusal:
        if refusal.rule != "passphrase":
            raise
        return False
    return is_custodian(desk, user)


def is_custodian(desk: Desk, user: str) -> bool:
    """Say whether a user holds the custodian's role at this moment."""
    try:
        gate.permit(desk.present.trial, acting(user), "break_code")
    except NotPermitted:
        return False
    return True


def sign_out(desk: Desk, visit: Visit) -> Response:
    """End the session; a form that is not this session's ends nothing."""
    if visit.session is not None and visit.session.take(visit.field("ticket")) == "open":
        desk.sessions.end(visit.request.cookies.get(cookie_name(desk), ""))
        desk.journal("signed out")
    gone = cookie(desk, cookie_name(desk), "")
    forget = (gone[0], f"{gone[1]}; Max-Age=0")
    return Response(HTTPStatus.SEE_OTHER, "", (("Location", f"{markup.BASE}/"), forget))


def shut(desk: Desk, visit: Visit) -> Response:
    """Say until when the page is shut."""
    until = desk.sessions.shut_until or visit.now
    problem = visit.words.shut.format(until=f"{until:%H:%M}")
    return show_sign_in(desk, visit, problem, HTTPStatus.TOO_MANY_REQUESTS)


def _guessed(desk: Desk, visit: Visit, text: str, again: Again) -> Response:
    left = desk.sessions.guessed(visit.session, now=visit.now)
    desk.journal("wrong passphrase or user" if left > 0 else "shut after wrong tries")
    if left <= 0:
        return shut(desk, visit)
    return again(text.format(left=left), HTTPStatus.FORBIDDEN)


def perform(
    desk: Desk, visit: Visit, again: Again, act: Callable[..., _Told], case: object
) -> _Told | Response:
    """Carry out an act on a case with its passphrase, once for each form; else answer why not."""
    words = visit.words
    if visit.session is None:
        return show_sign_in(desk, visit, words.over, HTTPStatus.FORBIDDEN)
    match visit.session.take(visit.field("ticket")):
        case "used":
            return first_page(desk, visit, words.sent_already, HTTPStatus.CONFLICT)
        case "unknown":
            return again(words.stale, HTTPStatus.FORBIDDEN)
        case "open":
            pass
    passphrase = visit.request.fields.get("passphrase", "")
    if not passphrase:
        return again(words.no_passphrase, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        with open_home(desk) as home:
            told = act(
                home,
                desk.folder,
                passphrase,
                case,
                actor=acting(visit.session.user),
                now=visit.now,
                standing=desk.present.standing(),
            )
    except CicatrixError as problem:
        if isinstance(problem, Refused) and problem.rule == "passphrase":
            return _guessed(desk, visit, words.wrong_passphrase, again)
        return again(sentence(words, problem), status_of(problem))
    visit.session.wrong = 0
    return told
