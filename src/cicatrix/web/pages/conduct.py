"""What happens to a participant on the way: visits, attempts to reach her, deviations, withdrawal.

Each page shows what is to be recorded and records it when its form comes back. A day outside a
visit's window is asked about once and then accepted: it happened. Her invitation to pages of her
own is here as well; those pages are mine.py's.
"""

from typing import get_args

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from cicatrix.trial import facts
from cicatrix.trial.actions.contacts import try_contact
from cicatrix.trial.actions.departures import record_deviation, withdraw
from cicatrix.trial.actions.people import invite_participant
from cicatrix.trial.actions.visits import attend_visit, miss_visit
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import WithdrawalScope
from cicatrix.trial.participant import Contact, Deviation, Participant
from cicatrix.trial.progress import VisitState, forms_of, visit_states
from cicatrix.trial.roles import PERMITTED
from cicatrix.trial.schedule import timeliness
from cicatrix.trial.study import Visit
from cicatrix.web.access.accounts import invite
from cicatrix.web.consent_copy import language_name
from cicatrix.web.door import Asked, page
from cicatrix.web.language.names import tag, text_in, written
from cicatrix.web.pages.participant import form_line
from cicatrix.web.pages.participants import MEMBERS, look_of
from cicatrix.web.participants.onward import eligibility_key, onward
from cicatrix.web.recording import chosen, day_in, did, once, tried
from cicatrix.web.where import where

_SEE_VISITS = tuple(role for role in MEMBERS if role != "pharmacist")
_STAFF_WITHDRAW = tuple(role for role in PERMITTED["withdraw"] if role != "participant")


@page(*_SEE_VISITS, posts=True)
def visit(request: Asked, participant: Participant, visit: str) -> HttpResponse:
    """Show one visit, and record that she came or that she did not."""
    study, her, role = request.seen.study, participant, request.actor.role
    planned = study.visit.get(visit)
    if planned is None:
        raise Http404
    today = request.seen.today(her.site)
    state = visit_states(study, her, today, role=role)[visit]
    typed = {"on": today.isoformat(), "reason": "", "did": ""} | request.POST.dict()
    sentence = warning = ""
    if request.method == "POST":
        warning = _outside(state, typed)
        if not warning:
            sentence = tried(request, lambda: _record(request, her, planned, typed))
        if not warning and not sentence:
            her = request.seen.trial.participants[her.id]
            asks = visit == eligibility_key(study).visit and visit in her.attended
            address = onward(study, her, role=role) if asks and her.number is None else ""
            return redirect(address or reverse("visit", args=[her.id, visit]))
    records = role in PERMITTED["attend_visit"] and state.standing != "ended"
    forms = state.forms or tuple(forms_of(study, her, planned, role=role))
    context = {
        "her": her, "visit": planned, "state": state, "look": look_of(role, state),
        "today": today, "typed": typed, "sentence": sentence, "warning": warning,
        "forms": [form_line(study, role, her, one) for one in forms],
        "missed": her.missed.get(visit, ""),
        "attend": records and state.on is None and planned.anchor in her.milestones(),
        "miss": records and state.on is None and visit not in her.missed,
        "doses_at": where(role, "doses", her.id) if planned.dosing_day else "",
        "photographs_at": where(role, "photographs", her.id),
        "attempt_at": where(role, "contact_attempt", her.id),
        "attempts": [one for one in her.contacts if one.visit == visit],
    }  # fmt: skip
    return render(
        request, "pages/participants/visit.html", context, status=422 if sentence else 200
    )


def _outside(state: VisitState, typed: dict[str, str]) -> str:
    """Ask about a day outside the window, once: the page sends it back as confirmed."""
    if typed["did"] != "attended" or state.due is None or typed.get("sure") == typed["on"]:
        return ""
    try:
        on = day_in(typed["on"])
    except Refused:
        return ""
    when = timeliness(state.visit, state.due.planned, on)
    first, last = written(state.due.first), written(state.due.last)
    if when == "in_window":
        return ""
    if when == "early":
        sentence = _("{day} is before the window of this visit, {first} to {last}.")
    else:
        sentence = _("{day} is after the window of this visit, {first} to {last}.")
    return sentence.format(day=written(on), first=first, last=last)


def _record(request: Asked, her: Participant, visit: Visit, typed: dict[str, str]) -> None:
    what = chosen(
        typed["did"], ("attended", "missed"), _("Say whether she came or missed the visit.")
    )
    if what == "attended":
        on = day_in(typed["on"])
        if not did(request, her.id, facts.VisitAttended, visit=visit.id, on=on):
            request.act(attend_visit, participant=her.id, visit=visit.id, on=on)
            messages.success(request, _("It is recorded."))
        return
    reason = typed["reason"].strip()
    if not did(request, her.id, facts.VisitMissed, visit=visit.id, reason=reason):
        request.act(miss_visit, participant=her.id, visit=visit.id, reason=reason)
        messages.success(request, _("It is recorded."))


@page(*PERMITTED["record_deviation"], posts=True)
def deviation(request: Asked, participant: Participant) -> HttpResponse:
    """Record a departure from the protocol."""
    study, her = request.seen.study, participant
    today = request.seen.today(her.site)
    typed = {"on": today.isoformat(), "text": "", "category": ""} | request.POST.dict()
    sentence = ""
    if request.method == "POST":

        def act() -> None:
            category = chosen(
                typed["category"],
                [one.id for one in study.deviations],
                _("Choose what kind of deviation it is."),
            )
            text, on = typed["text"].strip(), day_in(typed["on"])
            same = Deviation(category, text, on)
            decide = once(
                record_deviation, lambda trial: same in trial.participants[her.id].deviations
            )
            if request.act(decide, participant=her.id, category=category, text=text, on=on):
                messages.success(request, _("The deviation is recorded."))

        sentence = tried(request, act)
        if not sentence:
            return redirect("participant", her.id)
    context = {
        "her": her, "today": today, "typed": typed, "sentence": sentence,
        "categories": study.deviations,
    }  # fmt: skip
    return render(
        request, "pages/participants/deviation.html", context, status=422 if sentence else 200
    )


@page(*_STAFF_WITHDRAW, posts=True)
def withdrawal(request: Asked, participant: Participant) -> HttpResponse:
    """Record that she, or the investigator for her, ends something."""
    her = participant
    today = request.seen.today(her.site)
    typed = {"on": today.isoformat(), "reason": "", "scope": "", "by": ""} | request.POST.dict()
    sentence = ""
    if request.method == "POST":

        def act() -> None:
            scope = chosen(
                typed["scope"], get_args(WithdrawalScope), _("Choose what she withdraws from.")
            )
            by = chosen(typed["by"], ("participant", "investigator"), _("Say whose wish it is."))
            said = {"scope": scope, "by": by, "reason": typed["reason"].strip(),
                    "on": day_in(typed["on"])}  # fmt: skip
            if not did(request, her.id, facts.Withdrawn, **said):
                request.act(withdraw, participant=her.id, **said)
                messages.success(request, _("The withdrawal is recorded."))

        sentence = tried(request, act)
        if not sentence:
            return redirect("participant", her.id)
    context = {
        "her": her, "today": today, "typed": typed, "sentence": sentence,
        "scopes": [(code, words, left) for code, words, left in _scopes()
                   if her.withdrawn_from(code) is None],
    }  # fmt: skip
    return render(
        request, "pages/participants/withdrawal.html", context, status=422 if sentence else 200
    )


def _scopes() -> tuple[tuple[WithdrawalScope, str, str], ...]:
    """Say of each scope in plain words what ends and what stays possible."""
    return (
        ("treatment", _("No further doses"),
         _("Her visits go on as planned, and what is measured there is used.")),
        ("visits", _("No further doses and no further visits"),
         _("What was recorded stays, is used, and can still be corrected.")),
        ("all", _("Everything"),
         _("Nothing more is recorded. What was recorded is kept only as far as the law requires, "
           "and how to reach her can be erased.")),
    )  # fmt: skip


@page(*PERMITTED["try_contact"], posts=True)
def attempt(request: Asked, participant: Participant) -> HttpResponse:
    """Record that somebody tried to reach her."""
    study, her = request.seen.study, participant
    today = request.seen.today(her.site)
    asked_of = request.GET.get("visit", "")
    typed = {
        "on": today.isoformat(), "text": "", "reached": "",
        "visit": asked_of if asked_of in study.visit else "",
    } | request.POST.dict()  # fmt: skip
    sentence = ""
    if request.method == "POST":

        def act() -> None:
            reached = chosen(typed["reached"], ("yes", "no"), _("Say whether she was reached."))
            text, on = typed["text"].strip(), day_in(typed["on"])
            of = typed["visit"] or None
            same = Contact(of, on, reached == "yes", text, request.actor.user)
            decide = once(try_contact, lambda trial: same in trial.participants[her.id].contacts)
            said = {"reached": reached == "yes", "text": text, "visit": of, "on": on}
            if request.act(decide, participant=her.id, **said):
                messages.success(request, _("The attempt is recorded."))

        sentence = tried(request, act)
        if not sentence:
            return redirect("participant", her.id)
    context = {
        "her": her, "today": today, "typed": typed, "sentence": sentence,
        "visits": [(one.id, text_in(one.label, tag())) for one in study.visits
                   if one.id not in her.attended],
        "contact_at": where(request.actor.role, "contact", her.id),
    }  # fmt: skip
    return render(
        request, "pages/participants/attempt.html", context, status=422 if sentence else 200
    )


@page(*PERMITTED["invite_participant"], posts=True)
def invitation(request: Asked, participant: Participant) -> HttpResponse:
    """Let her use her own pages: give the one-time link with which she sets a password."""
    her, languages = participant, request.seen.study.languages
    sentence = link = ""
    if request.method == "POST":
        language = request.POST.get("language", "")
        language = language if language in languages else languages[0]

        def act() -> str:
            try:
                request.act(invite_participant, participant=her.id)
            except Refused as problem:
                if problem.rule != "granted":
                    raise
            return invite(her.id, None, language.lower(), by=request.actor.user).link

        given: list[str] = []
        sentence = tried(request, lambda: given.append(act()))
        link = given[0] if given else ""
    context = {
        "her": her, "sentence": sentence, "link": link, "language": tag(),
        "languages": [(one, language_name(one)) for one in languages],
        "gone": her.withdrawn_from("all") is not None,
    }  # fmt: skip
    return render(
        request, "pages/participants/invitation.html", context, status=422 if sentence else 200
    )


PATHS = (
    path("participants/<str:participant>/visits/<str:visit>/", visit, name="visit"),
    path("participants/<str:participant>/deviation/", deviation, name="deviation"),
    path("participants/<str:participant>/withdrawal/", withdrawal, name="withdrawal"),
    path("participants/<str:participant>/contact/attempt/", attempt, name="contact_attempt"),
    path("participants/<str:participant>/invitation/", invitation, name="invite_participant"),
)
