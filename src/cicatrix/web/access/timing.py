"""How long a session lasts: 15 minutes without use, 30 for participants; twelve hours at most.

The session keeps when it began and when it was last used, the second written at most once a
minute. What was typed and not saved is kept as a draft, whatever ends the session.
"""

import time
from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from cicatrix.web.access.standing import to_sign_in
from cicatrix.web.worker import worker

BEGAN, USED, IDLE = "began", "used", "idle"
"""Where the session keeps its times, in seconds."""

_RENEWED_S = 60
_STAFF_S, _PARTICIPANT_S, _LONGEST_S = 15 * 60, 30 * 60, 12 * 60 * 60


def timed(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """End a session that was not used for too long, and keep the time of one that was."""

    def answered(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(time.time())
            if _over(request, now):
                return _ended(request)
            if now - request.session.get(USED, 0) >= _RENEWED_S:
                request.session.setdefault(BEGAN, now)
                request.session[IDLE] = _allowed(request)
                request.session[USED] = now
        return answer(request)

    return answered


def _over(request: HttpRequest, now: int) -> bool:
    session = request.session
    if BEGAN not in session:
        return False
    idle = now - session[USED] >= session[IDLE]
    return bool(idle or now - session[BEGAN] >= _LONGEST_S)


def _allowed(request: HttpRequest) -> int:
    """Say how long this session may be idle."""
    with worker().lock:
        roles = {one.role for one in worker().roles_of(request.user.get_username())}
    return _PARTICIPANT_S if roles == {"participant"} else _STAFF_S


def _ended(request: HttpRequest) -> HttpResponse:
    logout(request)
    messages.warning(
        request,
        _("You were signed out because nothing was done for a while. Drafts are kept.")
        if request.method in ("GET", "HEAD")
        else _(
            "You were signed out because nothing was done for a while. What you sent just now was "
            "not recorded; drafts are kept."
        ),
    )
    return to_sign_in(request, _where(request))


def _where(request: HttpRequest) -> str | None:
    """Name the page to come back to: what was sent a form only if it can be read, too."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    try:
        admits = getattr(resolve(request.path).func, "admits", None)
    except Resolver404:
        return None
    return request.path if admits and "GET" in admits.methods else None
