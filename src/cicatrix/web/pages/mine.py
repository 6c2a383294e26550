"""A participant's own pages: what comes next, what waits for her, what she agreed to, and stopping.

Everything is from what she sees, her own record; nobody else's is anywhere here. What is listed is
worked out in ../hers.py. Consent is mine_consent.py, her forms mine_forms.py, photographs.py hers
and the staff's.
"""

from typing import get_args

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from cicatrix.trial import facts
from cicatrix.trial.actions.departures import withdraw
from cicatrix.trial.actions.screening import withdraw_release
from cicatrix.trial.facts import WithdrawalScope
from cicatrix.trial.participant import FormKey, Participant
from cicatrix.trial.study import Study
from cicatrix.web import hers, photographs, site_contacts
from cicatrix.web.door import Asked, page
from cicatrix.web.language.names import tag, text_in
from cicatrix.web.recording import chosen, did, tried

NO_REASON = "no reason given"
"""What is recorded where she gives none, as she need not."""


def her_of(request: Asked) -> Participant:
    """Find the record of her who asks; there is no other that she could name."""
    found = request.seen.trial.participants.get(request.actor.user)
    if found is None:
        raise Http404
    return found


@page("participant")
def mine(request: Asked) -> HttpResponse:
    """Show what comes next, what waits for her, what she agreed to and how to reach the site."""
    study, her = request.seen.study, her_of(request)
    today = request.seen.today(her.site)
    taken = {one.id for one in study.consent.releases if one.id in her.releases}
    context = {
        "site": study.site[her.site],
        "reach": site_contacts.reach(her.site),
        "coming": hers.coming(study, her, today),
        "ended": her.withdrawn_from("visits") is not None,
        "consent": hers.asked_to_sign(study, her, today),
        "waiting": [_line(study, key) for key in hers.waiting(study, her)],
        "answered": [_line(study, key) for key in hers.answered(study, her)],
        "diaries": [(one, len(her.rows(one.id))) for one in hers.diaries(study, her)],
        "photographs": photographs.are_allowed(study, her),
        "signed": hers.signed_consents(study, request.seen.about(her.id)),
        "releases": [(one, one.id in taken) for one in study.consent.releases],
        "withdrawals": [(_ended(one.scope), one) for one in her.withdrawals],
        "can_stop": bool(her.consents) and her.withdrawn_from("all") is None,
    }
    return render(request, "pages/mine/mine.html", context)


def _line(study: Study, key: FormKey) -> dict[str, object]:
    regions = {one.id: one.label for one in study.regions}
    return {
        "form": study.form[key.form].label,
        "visit": study.visit[key.visit].label if key.visit else {},
        "region": regions.get(key.region or "", {}),
        "parts": (key.form, key.visit or "-", key.region or "-", key.repeat),
    }


@page("participant", posts=True)
def mine_withdrawal(request: Asked) -> HttpResponse:
    """Ask what she wants to stop, let her look at it once more, and record it."""
    her = her_of(request)
    scopes = [one for one in _scopes() if her.withdrawn_from(one[0]) is None]
    typed = {"scope": "", "reason": "", "sure": ""} | request.POST.dict()
    look = next((one for one in scopes if one[0] == typed["scope"]), None)
    sentence = ""
    if request.method == "POST" and typed["sure"] != typed["scope"]:
        sentence = "" if look else _("Choose what you want to stop.")
    elif request.method == "POST":
        sentence = tried(request, lambda: _withdraw(request, her, typed))
        if not sentence:
            messages.success(request, _("It is recorded. Thank you for telling us."))
            return redirect("mine")
    context = {
        "scopes": scopes, "typed": typed, "sentence": sentence,
        "look": look if request.method == "POST" else None,
    }  # fmt: skip
    return render(request, "pages/mine/withdrawal.html", context, status=422 if sentence else 200)


def _withdraw(request: Asked, her: Participant, typed: dict[str, str]) -> None:
    scope = chosen(typed["scope"], get_args(WithdrawalScope), _("Choose what you want to stop."))
    said = {"scope": scope, "by": "participant", "reason": typed["reason"].strip() or NO_REASON,
            "on": request.seen.today(her.site)}  # fmt: skip
    if not did(request, her.id, facts.Withdrawn, scope=scope):
        request.act(withdraw, participant=her.id, **said)


def _scopes() -> tuple[tuple[WithdrawalScope, str, str, str], ...]:
    """Say of each scope what she wants, what ends, and what stays."""
    return (
        ("treatment", _("I want no more treatment in this trial"),
         _("You get no more of the trial's treatment."),
         _("You still come to your visits. What was recorded stays and is used.")),
        ("visits", _("I want no more treatment and no more visits"),
         _("You get no more of the trial's treatment, and nobody asks you to come any more."),
         _("What was recorded until now stays and is used.")),
        ("all", _("I want to leave the trial altogether"),
         _("You get no more treatment, no more visits and no more questions. Your photographs "
           "are no longer shown, and your site can erase how to reach you."),
         _("What was recorded until now is kept only as far as the law demands it. You can still "
           "read here what you signed.")),
    )  # fmt: skip


def _ended(scope: str) -> str:
    return {
        "treatment": _("You stopped the treatment."),
        "visits": _("You stopped the treatment and the visits."),
        "all": _("You left the trial."),
    }[scope]


@page("participant", posts=True)
def mine_release(request: Asked, release: str) -> HttpResponse:
    """Show what taking a release back means, and take it back."""
    study, her = request.seen.study, her_of(request)
    found = next((one for one in study.consent.releases if one.id == release), None)
    if found is None:
        raise Http404
    sentence = ""
    typed = request.POST.get("reason", "")
    if request.method == "POST":
        today = request.seen.today(her.site)

        def act() -> None:
            sent_twice = did(request, her.id, facts.ReleaseWithdrawn, release=release)
            if release in her.releases or not sent_twice:
                request.act(
                    withdraw_release, participant=her.id, release=release,
                    reason=typed.strip() or NO_REASON, on=today,
                )  # fmt: skip

        sentence = tried(request, act)
        if not sentence:
            label = text_in(found.label, tag())
            messages.success(request, _("You took this back: {release}.").format(release=label))
            return redirect("mine")
    context = {
        "release": found, "typed": typed, "sentence": sentence,
        "granted": release in her.releases,
    }  # fmt: skip
    return render(request, "pages/mine/release.html", context, status=422 if sentence else 200)


PATHS = (
    path("mine/", mine, name="mine"),
    path("mine/withdrawal/", mine_withdrawal, name="mine_withdrawal"),
    path("mine/releases/<str:release>/", mine_release, name="mine_release"),
)
