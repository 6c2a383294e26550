"""People: who may sign in, in which roles; invited, closed and given roles by the administrator.

An account is of the accounts' database, a role is a fact: each is done by its own part, and the
core refuses a role that must not be. The administrator sees no data of the trial here. What one
does to one's own account is access/pages.py.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import get_args

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from cicatrix.trial.actions.people import grant_role, revoke_role, role_fact
from cicatrix.trial.errors import CicatrixError, Refused
from cicatrix.trial.facts import Fact
from cicatrix.trial.roles import SITE_ROLES, Actor, Role
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial
from cicatrix.web.access import accounts
from cicatrix.web.access.standing import is_trained, key_of
from cicatrix.web.door import Asked, act, page
from cicatrix.web.language.refusals import told
from cicatrix.web.models import Account, AccountChange

_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Person:
    """A name with an account, a role, or both."""

    name: str
    account: Account | None
    roles: tuple[tuple[Actor, bool], ...]
    has_second_factor: bool


@page("administrator")
def people(request: Asked) -> HttpResponse:
    """List the staff, or the participants' accounts."""
    after = request.GET.get("after", "")
    participants = request.GET.get("show") == "participants"
    names = _names(request.seen.trial, after, participants)
    shown = list(islice(names, _A_PAGE + 1))
    return render(
        request,
        "pages/people/people.html",
        {
            "people": _people(shown[:_A_PAGE], request.seen.trial),
            "after": shown[_A_PAGE - 1] if len(shown) > _A_PAGE else "",
            "participants": participants,
        },
    )


@page("administrator", posts=True)
def invite(request: Asked) -> HttpResponse:
    """Make an account, grant its roles, and send or show its one-time link."""
    options = role_options(request.seen.study)
    typed = request.POST
    shown: dict[str, object] = {
        "options": options.values(),
        "typed": typed,
        "chosen": typed.getlist("role"),
    }
    if request.method != "POST":
        return render(request, "pages/people/invite.html", shown)
    user, email = typed.get("user", "").strip(), typed.get("email", "").strip() or None
    language = typed.get("language", "")
    chosen = [replace(options[key], user=user) for key in typed.getlist("role") if key in options]
    try:
        if not user or not chosen:
            raise Refused("user", _("Give a user name and at least one role."))
        accounts.checked(user, email, language)
        if user in request.seen.trial.ever_held or Account.objects.filter(username=user).exists():
            raise Refused("user", _("This name is known already; open its page in the list."))
        request.act(_grant_all, people=chosen)
        made = accounts.invite(user, email, language, by=request.actor.user)
    except CicatrixError as problem:
        return _again(request, "pages/people/invite.html", problem, shown)
    return render(request, "pages/people/invited.html", {"made": made, "user": user})


@page("administrator")
def person(request: Asked, user: str) -> HttpResponse:
    """Show one person: account, roles, training, and what was done to the account."""
    return render(request, "pages/people/person.html", _shown(request, user))


@act("administrator")
def grant(request: Asked, user: str) -> HttpResponse:
    """Let a person act in one more role."""

    def granted() -> str:
        _person(user, request.seen.trial)
        wanted = role_options(request.seen.study).get(request.POST.get("role", ""))
        if wanted is None:
            raise Refused("role", _("Choose a role."))
        request.act(grant_role, user=user, role=wanted.role, site=wanted.site)
        return _("The role is granted.")

    return _done(request, user, granted)


@act("administrator")
def revoke(request: Asked, user: str) -> HttpResponse:
    """End a person's role, for a reason."""

    def revoked() -> str:
        held = {key_of(one): one for one, _trained in _person(user, request.seen.trial).roles}
        ended = held.get(request.POST.get("role", ""))
        if ended is None:
            raise Refused("role", _("Choose a role."))
        request.act(revoke_role, user=user, role=ended.role, site=ended.site, reason=_why(request))
        return _("The role is ended.")

    return _done(request, user, revoked)


@act("administrator")
def close(request: Asked, user: str) -> HttpResponse:
    """Close a person's account and end all its sessions, for a reason."""

    def closed() -> str:
        if user == request.actor.user:
            raise Refused("user", _("Another administrator can close your account, you cannot."))
        accounts.close(_account(user), _why(request), by=request.actor.user)
        return _("The account is closed and signed out everywhere.")

    return _done(request, user, closed)


@act("administrator")
def reopen(request: Asked, user: str) -> HttpResponse:
    """Open a closed account again, for a reason."""

    def reopened() -> str:
        accounts.reopen(_account(user), _why(request), by=request.actor.user)
        return _("The account is open again.")

    return _done(request, user, reopened)


@act("administrator")
def forget_factor(request: Asked, user: str) -> HttpResponse:
    """Remove a lost second factor, for a reason; the person is told."""

    def forgotten() -> str:
        sent = accounts.forget_second_factor(_account(user), _why(request), by=request.actor.user)
        if sent:
            return _("The second factor is removed, and an e-mail tells the person.")
        return _("The second factor is removed. No e-mail was sent: tell the person yourself.")

    return _done(request, user, forgotten)


@act("administrator")
def new_link(request: Asked, user: str) -> HttpResponse:
    """Take the password away and give a new one-time link; a name without an account gets one."""
    try:
        account = Account.objects.filter(username=user).first()
        if account is None:
            _person(user, request.seen.trial)
            email = request.POST.get("email", "").strip() or None
            made = accounts.invite(user, email, "", by=request.actor.user)
        else:
            made = accounts.invite_again(account, _why(request), by=request.actor.user)
    except CicatrixError as problem:
        return _again(request, "pages/people/person.html", problem, _shown(request, user))
    return render(request, "pages/people/invited.html", {"made": made, "user": user})


def _grant_all(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, people: Sequence[Actor]
) -> list[Fact]:
    """Grant several roles at once, or none of them if two exclude one another."""
    granted: list[Fact] = []
    for count, one in enumerate(people):
        role_fact(study, one, held=[other.role for other in people[:count]])
        granted += grant_role(
            study, trial, actor, now=now, user=one.user, role=one.role, site=one.site
        )
    return granted


def role_options(study: Study) -> dict[str, Actor]:
    """List what can be granted: each role of staff, at each site where it is held at one."""
    staff = [role for role in get_args(Role) if role != "participant"]
    return {
        key_of(one): one
        for role in staff
        for one in (
            [Actor("", role, site.id) for site in study.sites]
            if role in SITE_ROLES
            else [Actor("", role)]
        )
    }


def _names(trial: Trial, after: str, participants: bool) -> Iterator[str]:
    known = {*trial.ever_held, *Account.objects.values_list("username", flat=True)}
    return (
        name
        for name in sorted(known)
        if name > after and ("participant" in trial.ever_held.get(name, ())) == participants
    )


def _people(names: Sequence[str], trial: Trial) -> list[Person]:
    accounts_of = {one.username: one for one in Account.objects.filter(username__in=names)}
    factors = Authenticator.objects.filter(user__username__in=names)
    secured = set(factors.values_list("user__username", flat=True))
    return [
        Person(
            name,
            accounts_of.get(name),
            tuple((one, is_trained(one, trial)) for one in _roles(name, trial)),
            name in secured,
        )
        for name in names
    ]


def _roles(name: str, trial: Trial) -> list[Actor]:
    held = sorted(trial.roles.get(name, ()), key=lambda one: (one[0], one[1] or ""))
    return [Actor(name, role, site) for role, site in held]


def _person(name: str, trial: Trial) -> Person:
    (found,) = _people([name], trial)
    if found.account is None and name not in trial.ever_held:
        raise Http404
    return found


def _shown(request: Asked, user: str) -> dict[str, object]:
    return {
        "person": _person(user, request.seen.trial),
        "options": role_options(request.seen.study).values(),
        "changes": AccountChange.objects.filter(username=user).order_by("id"),
        "mail": settings.MAIL_GOES_OUT,
    }


def _account(user: str) -> Account:
    found = Account.objects.filter(username=user).first()
    if found is None:
        raise Http404
    return found


def _why(request: Asked) -> str:
    reason = request.POST.get("reason", "").strip()
    if not reason:
        raise Refused("reason", _("Give a reason."))
    return reason


def _done(request: Asked, user: str, do: Callable[[], str]) -> HttpResponse:
    try:
        said = do()
    except CicatrixError as problem:
        return _again(request, "pages/people/person.html", problem, _shown(request, user))
    messages.success(request, said)
    return redirect("person", user)


def _again(
    request: Asked, template: str, problem: CicatrixError, shown: dict[str, object]
) -> HttpResponse:
    said = {"typed": request.POST, "sentence": told(problem, request.seen.study)}
    return render(request, template, {**shown, **said}, status=422)


PATHS = (
    path("people/", people, name="people"),
    path("people/invite/", invite, name="invite"),
    path("people/<path:user>/grant/", grant, name="person_grant"),
    path("people/<path:user>/revoke/", revoke, name="person_revoke"),
    path("people/<path:user>/close/", close, name="person_close"),
    path("people/<path:user>/reopen/", reopen, name="person_reopen"),
    path("people/<path:user>/factor/", forget_factor, name="person_factor"),
    path("people/<path:user>/link/", new_link, name="person_link"),
    path("people/<path:user>/", person, name="person"),
)
