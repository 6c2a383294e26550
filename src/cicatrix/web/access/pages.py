"""Pages about the account itself: its role, language, password, second factor and training.

They are for who signs in, whatever the role, and so are not behind the door. Signing in is
allauth's (signin.py); other people's accounts are pages/people.py.
"""

from typing import cast

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.stagekit import get_pending_stage
from allauth.account.models import Login
from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.forms import SetPasswordForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cicatrix.trial.actions.training import complete_training
from cicatrix.trial.errors import CicatrixError
from cicatrix.web.access import rehearsal
from cicatrix.web.access.accounts import invited, reset_letter
from cicatrix.web.access.languages import language
from cicatrix.web.access.signin import PATHS as SIGNING_IN
from cicatrix.web.access.standing import (
    ROLE,
    acting,
    has_second_factor,
    is_trained,
    key_of,
    sent_elsewhere,
    to_sign_in,
)
from cicatrix.web.door import Asked
from cicatrix.web.language.refusals import told
from cicatrix.web.models import Account
from cicatrix.web.worker import worker


@require_http_methods(["GET", "HEAD", "POST"])
def role(request: HttpRequest) -> HttpResponse:
    """Choose the role to act in."""
    if not request.user.is_authenticated:
        return to_sign_in(request)
    with worker().lock:
        worker().catch_up()
        held = {key_of(one): one for one in worker().roles_of(request.user.get_username())}
    if request.method == "POST" and request.POST.get("role") in held:
        request.session[ROLE] = request.POST["role"]
        return redirect("today")
    return render(request, "access/role.html", {"held": held})


@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """Show the account: its roles and their training, its second factor, its sessions."""
    account = request.user
    if not isinstance(account, Account):
        return to_sign_in(request)
    with worker().lock:
        worker().catch_up()
        trial = worker().desk.trial
        held = worker().roles_of(account.username)
        actor = acting(request, held)
        if actor is not None and sent_elsewhere(request, actor, trial) is None:
            asked = cast(Asked, request)
            asked.actor, asked.seen = actor, worker().seen_by(actor)
        shown = {
            "roles": [(one, one.role == "participant" or is_trained(one, trial)) for one in held],
            "acting": actor,
            "has_second_factor": has_second_factor(request),
            "must_have_second_factor": any(one.role != "participant" for one in held)
            and not trial.rehearsal,
        }
        return render(request, "access/me.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def training(request: HttpRequest) -> HttpResponse:
    """Read what a role does here, and affirm it; the affirmation is a fact."""
    if not request.user.is_authenticated:
        return to_sign_in(request)
    with worker().lock:
        worker().catch_up()
        actor = acting(request, worker().roles_of(request.user.get_username()))
        if actor is None or actor.role == "participant":
            return redirect("role" if actor is None else "today")
        trial = worker().desk.trial
        if not trial.rehearsal and not has_second_factor(request):
            return redirect("mfa_index")
        problem = None
        if request.method == "POST" and request.POST.get("understood") == "yes":
            try:
                worker().act(actor, complete_training)
            except CicatrixError as refusal:
                problem = refusal
            else:
                messages.success(request, _("Your training is recorded."))
                return redirect("today")
        shown = {
            "role": actor.role,
            "done": is_trained(actor, trial),
            "version": trial.study_version,
            "text": f"access/training/{actor.role}.html",
            "sentence": told(problem) if problem else "",
            "missed": request.method == "POST" and problem is None,
        }
    return render(request, "access/training.html", shown, status=_status(request))


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Set the password by a one-time link, and sign in."""
    account = invited(token)
    if account is None:
        return render(request, "access/link_over.html", status=404)
    form = SetPasswordForm(account, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        form.save()
        record_authentication(request, account, method="password", reauthenticated=True)
        signed_in: HttpResponse = perform_login(request, Login(user=account))
        return signed_in
    return render(
        request,
        "access/invitation.html",
        {"form": form, "account": account},
        status=_status(request),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a link to set a new password; the answer is the same for a name that is none."""
    if request.method != "POST" or not settings.MAIL_GOES_OUT:
        return render(request, "access/forgotten.html", {"mail": settings.MAIL_GOES_OUT})
    name = request.POST.get("login", "").strip()[:150]
    if not ratelimit.consume(request, action="reset_password", key=name.casefold()):
        return render(request, "access/locked.html", status=429)
    reset_letter(name)
    return render(request, "access/forgotten.html", {"mail": True, "asked": True})


@require_safe
def rehearsal_code(request: HttpRequest) -> HttpResponse:
    """Show the code to type, of a rehearsal alone."""
    stage = get_pending_stage(request)
    account = request.user if request.user.is_authenticated else stage and stage.login.user
    with worker().lock:
        if not worker().desk.trial.rehearsal or not isinstance(account, Account):
            raise Http404
        code = rehearsal.code_for(account, worker())
    part = "code" if request.headers.get("HX-Request") else "code_page"
    return render(request, f"access/rehearsal/{part}.html", {"code": code})


def stale(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer for a form whose token is over, or that came from another place."""
    return render(request, "access/stale.html", status=403)


def _status(request: HttpRequest) -> int:
    return 422 if request.method == "POST" else 200


PATHS = (
    *SIGNING_IN,
    path("account/password/forgotten/", forgotten, name="account_reset_password"),
    path("account/invitation/<str:token>/", invitation, name="invitation"),
    path("account/language/", language, name="language"),
    path("account/rehearsal/code/", rehearsal_code, name="rehearsal_code"),
    path("account/role/", role, name="role"),
    path("account/training/", training, name="training"),
    path("account/", me, name="me"),
)
