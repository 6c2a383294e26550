"""Which address is which page, and who may see it: the whole of the page but for its sockets.

`answer` takes a request and gives a response, one after another; that is all a server needs, and
all a test needs. What carries requests over the network is serving.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus
from threading import Lock

from cicatrix.trial.errors import CicatrixError
from cicatrix_sealed.page import markup
from cicatrix_sealed.page.breaking import act_break, show_break
from cicatrix_sealed.page.desk import Desk, Request, Response, Visit, first_page, sentence
from cicatrix_sealed.page.releasing import act_release, show_release
from cicatrix_sealed.page.signing import (
    cookie,
    cookie_name,
    is_custodian,
    show_sign_in,
    sign_in,
    sign_out,
)
from cicatrix_sealed.page.wording import LANGUAGES, Wording, chosen

LANGUAGE = "language"
_Show = Callable[[Desk, Visit], Response]

_SHOWN: Mapping[str, _Show] = {"/": first_page, "/break": show_break, "/release": show_release}
_ACTS: Mapping[str, _Show] = {
    "/sign-in": sign_in,
    "/sign-out": sign_out,
    "/break": act_break,
    "/release": act_release,
}
_LOCK = Lock()
"""One request at a time: wrong tries are counted exactly, and two taps are one after the other."""


def answer(desk: Desk, request: Request) -> Response:
    """Answer one request."""
    with _LOCK:
        words = chosen(
            request.query.get(LANGUAGE) or request.cookies.get(LANGUAGE, ""), request.languages
        )
        response = _routed(desk, request, words)
        if request.query.get(LANGUAGE) in LANGUAGES:
            response = replace(
                response, headers=(*response.headers, cookie(desk, LANGUAGE, words.tag))
            )
        return response


def _routed(desk: Desk, request: Request, words: Wording) -> Response:
    if request.path in ("/", markup.BASE):
        return Response(HTTPStatus.SEE_OTHER, "", (("Location", f"{markup.BASE}/"),))
    path = request.path.removeprefix(markup.BASE)
    if path == request.path or path not in {*_SHOWN, *_ACTS}:
        return plain(words, words.not_found, HTTPStatus.NOT_FOUND)
    pages = {"GET": _SHOWN, "POST": _ACTS}.get(request.method, {})
    show = pages.get(path)
    if show is None:
        allowed = ", ".join(
            method for method, some in (("GET", _SHOWN), ("POST", _ACTS)) if path in some
        )
        refused = plain(words, words.not_this_way, HTTPStatus.METHOD_NOT_ALLOWED)
        return replace(refused, headers=(("Allow", allowed),))
    now = desk.clock()
    held = request.cookies.get(cookie_name(desk), "")
    session = desk.sessions.find(held, now=now)
    visit = Visit(request, words, now, session)
    if session is None and request.method == "GET":
        return show_sign_in(desk, visit)
    try:
        if session is not None:
            desk.present.catch_up()
            if not is_custodian(desk, session.user):
                desk.sessions.end(held)
                return show_sign_in(desk, visit, words.no_custodian, HTTPStatus.FORBIDDEN)
        return show(desk, visit)
    except CicatrixError as problem:
        return plain(words, sentence(words, problem), HTTPStatus.SERVICE_UNAVAILABLE)


def plain(words: Wording, text: str, status: HTTPStatus) -> Response:
    """Give a page that says one thing and leads back to the first."""
    body = markup.paragraph(text, "bad") + markup.back(words)
    return Response(status, markup.frame(words, title=words.title, body=body))
