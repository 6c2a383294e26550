"""The door of every page: who acts, in which role; who may come in; what an error looks like.

A view says its roles by `page` or `act`; a view without either is none of the trial's. The door
finds the participant of an address in what the actor sees, so one of another site is as unknown as
one that does not exist. What is shown comes from `request.seen`, what is done goes through
`request.act`. The URL table is urls.py; signing in is access/.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial, wraps
from typing import Protocol, cast, get_args

from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from cicatrix.trial.errors import CicatrixError, Conflict, LedgerBroken, NotPermitted
from cicatrix.trial.facts import Fact
from cicatrix.trial.roles import Actor, Role
from cicatrix.web.access.standing import acting, sent_elsewhere, to_sign_in
from cicatrix.web.language.refusals import told
from cicatrix.web.models import Account
from cicatrix.web.worker import Seen, worker

EVERYONE: tuple[Role, ...] = get_args(Role)
STAFF: tuple[Role, ...] = tuple(role for role in EVERYONE if role != "participant")
DATA: tuple[Role, ...] = tuple(role for role in STAFF if role != "administrator")
"""All roles; those of staff; and those of staff who may see data of the trial."""


class Acts(Protocol):
    """Do an act of `trial/actions` in the name of who asks, and record it."""

    def __call__(
        self, decide: Callable[..., Sequence[Fact]], **particulars: object
    ) -> Sequence[Fact]:
        """Record the facts that `decide` gives."""


class Asked(HttpRequest):
    """A request as a page gets it: the account, who acts, and the trial as that actor sees it."""

    account: Account
    actor: Actor
    seen: Seen
    act: Acts


@dataclass(frozen=True, slots=True)
class Admits:
    """Whom a view lets in, and by which methods."""

    roles: tuple[Role, ...]
    methods: tuple[str, ...]


View = Callable[..., HttpResponse]
"""A view: the request first, then what its address names."""


def admitted(view: object) -> Admits | None:
    """Say whom a view lets in, None if it has no door."""
    found = getattr(view, "admits", None)
    return found if isinstance(found, Admits) else None


def page(*roles: Role, posts: bool = False) -> Callable[[View], View]:
    """Let some roles read a page, and send it a form back where it `posts`."""
    return _guard(Admits(roles, ("GET", "HEAD", "POST") if posts else ("GET", "HEAD")))


def act(*roles: Role) -> Callable[[View], View]:
    """Let some roles do what a form of another page asks for."""
    return _guard(Admits(roles, ("POST",)))


def _guard(admits: Admits) -> Callable[[View], View]:
    def guarded(view: View) -> View:
        @wraps(view)
        def answered(request: HttpRequest, **where: object) -> HttpResponse:
            if not request.user.is_authenticated:
                return to_sign_in(request)
            with worker().lock:
                try:
                    return _answer(cast(Asked, request), view, admits, where)
                except Http404:
                    return render(request, "errors/unknown.html", status=404)
                except CicatrixError as problem:
                    return refused(request, problem)

        vars(answered)["admits"] = admits
        return answered

    return guarded


def _answer(request: Asked, view: View, admits: Admits, where: dict[str, object]) -> HttpResponse:
    request.account = cast(Account, request.user)
    worker().catch_up()
    actor = acting(request, worker().roles_of(request.account.username))
    elsewhere = sent_elsewhere(request, actor, worker().desk.trial)
    if elsewhere is not None or actor is None:
        return elsewhere or render(request, "errors/forbidden.html", status=403)
    request.actor = actor
    request.seen = worker().seen_by(actor)
    request.act = partial(_act, request)
    if actor.role not in admits.roles:
        return render(request, "errors/forbidden.html", status=403)
    if request.method not in admits.methods:
        answer = render(request, "errors/method.html", status=405)
        answer["Allow"] = ", ".join(admits.methods)
        return answer
    if "participant" in where:
        found = request.seen.trial.participants.get(str(where["participant"]))
        if found is None:
            raise Http404
        where = {**where, "participant": found}
    return view(request, **where)


def _act(
    request: Asked, decide: Callable[..., Sequence[Fact]], **particulars: object
) -> Sequence[Fact]:
    facts = worker().act(request.actor, decide, **particulars)
    request.seen = worker().seen_by(request.actor)
    return facts


_STATUS = ((NotPermitted, 403), (Conflict, 409), (LedgerBroken, 503))


def refused(request: HttpRequest, problem: CicatrixError) -> HttpResponse:
    """Say why nothing was recorded, where the page itself did not."""
    status = next((code for kind, code in _STATUS if isinstance(problem, kind)), 422)
    if status == 403:
        return render(request, "errors/forbidden.html", status=403)
    return render(request, "errors/refused.html", {"sentence": told(problem)}, status=status)


def unknown(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer for an address that is none."""
    return render(request, "errors/unknown.html", status=404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer where Django itself forbids: a form from another site, too many attempts."""
    return render(request, "errors/forbidden.html", status=403)


def unreadable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer for a request that cannot be read: endless, or of a form that is none."""
    if isinstance(exception, SessionInterrupted):
        return _broken_off(503)
    return HttpResponse(render_to_string("errors/unreadable.html"), status=400)


def failed(request: HttpRequest) -> HttpResponse:
    """Answer for a defect of ours, or a database that does not, with nothing of its cause."""
    return _broken_off(503 if isinstance(sys.exception(), DatabaseError | LedgerBroken) else 500)


def _broken_off(status: int) -> HttpResponse:
    """Say that something failed; what had been recorded until then stays recorded."""
    # Without the frame, which may be what failed.
    return HttpResponse(render_to_string("errors/failed.html"), status=status)
