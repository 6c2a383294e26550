"""From consent to the number: consent and its releases, the eligibility signed, the randomisation.

Each page shows what is to be done and does it when its form comes back; what is refused is said
there, with what was typed. The acts are those of trial/actions; the number is all that a
randomisation shows, for it is all that there is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from cicatrix.trial import facts
from cicatrix.trial.actions.eligibility import sign_eligibility
from cicatrix.trial.actions.randomisation import randomise as randomise_act
from cicatrix.trial.actions.request_randomisation import request_randomisation
from cicatrix.trial.actions.screening import consent_in_force, sign_consent, withdraw_release
from cicatrix.trial.checks import completed
from cicatrix.trial.conditions import decide
from cicatrix.trial.eligibility import assess
from cicatrix.trial.errors import NotPermitted, Refused
from cicatrix.trial.facts import Fact
from cicatrix.trial.participant import FormData, FormKey, Participant
from cicatrix.trial.roles import PERMITTED, Actor, Role
from cicatrix.trial.study import Criterion, Study
from cicatrix.trial.trial import Trial
from cicatrix.web.access.signing import confirmed
from cicatrix.web.consent_copy import language_name
from cicatrix.web.door import Asked, page
from cicatrix.web.forms.place import address_parts
from cicatrix.web.language.names import tag, text_in
from cicatrix.web.pages.participants import MEMBERS
from cicatrix.web.participants import overview
from cicatrix.web.participants.onward import eligibility_key, onward
from cicatrix.web.recording import day_in, did, tried
from cicatrix.web.where import where

_SEES_ELIGIBILITY: tuple[Role, ...] = tuple(
    role for role in MEMBERS if role not in ("rater", "pharmacist")
)


@page(*(role for role in PERMITTED["sign_consent"] if role != "participant"), posts=True)
def consent(request: Asked, participant: Participant) -> HttpResponse:
    """Record that she signed the consent in force, with the releases she grants."""
    study, her = request.seen.study, participant
    today = request.seen.today(her.site)
    current = consent_in_force(study, today)
    language = request.POST.get("language") or request.GET.get("language") or tag()
    language = language if language in study.languages else study.languages[0]
    releases = tuple(one.id for one in study.consent.releases)
    ticked = request.POST.getlist("release") if request.method == "POST" else sorted(her.releases)
    typed = request.POST.get("on", today.isoformat())
    granted = tuple(one for one in releases if one in ticked)
    sentence = ""
    if request.method == "POST":
        version = request.POST.get("version", "")

        def act() -> None:
            on = day_in(typed)
            said = {"consent_version": version, "language": language, "on": on}
            sent_twice = did(request, her.id, facts.ConsentSigned, releases=granted, **said)
            # What was taken back since and is granted again is new, although it reads the same.
            if not (sent_twice and her.releases.issuperset(granted)):
                request.act(sign_consent, participant=her.id, releases=granted, **said)
                messages.success(request, _("Her consent is recorded."))

        sentence = tried(request, act)
        if not sentence:
            her = request.seen.trial.participants[her.id]
            return redirect(onward(study, her, role=request.actor.role))
    context = {
        "her": her, "today": today, "typed": typed, "current": current, "sentence": sentence,
        "language": language, "ticked": ticked,
        "languages": [(one, language_name(one)) for one in study.languages],
        "summary": text_in(current.summary, language) if current else "",
        "releases": [
            (one, text_in(one.label, language), one.id in her.releases)
            for one in study.consent.releases
        ],
    }  # fmt: skip
    return render(
        request, "pages/participants/consent.html", context, status=422 if sentence else 200
    )


@page(*(role for role in PERMITTED["withdraw_release"] if role != "participant"), posts=True)
def release(request: Asked, participant: Participant, release: str) -> HttpResponse:
    """Record that she takes a release back."""
    study, her = request.seen.study, participant
    found = next((one for one in study.consent.releases if one.id == release), None)
    if found is None:
        raise Http404
    today = request.seen.today(her.site)
    typed = {"on": today.isoformat(), "reason": ""} | request.POST.dict()
    sentence = ""
    if request.method == "POST":

        def act() -> None:
            said = {
                "release": release,
                "reason": typed["reason"].strip(),
                "on": day_in(typed["on"]),
            }
            sent_twice = did(request, her.id, facts.ReleaseWithdrawn, **said)
            if not sent_twice or release in her.releases:
                request.act(withdraw_release, participant=her.id, **said)
                messages.success(request, _("It is recorded that she took the release back."))

        sentence = tried(request, act)
        if not sentence:
            return redirect("participant", her.id)
    context = {"her": her, "release": found, "today": today, "typed": typed, "sentence": sentence}
    return render(
        request, "pages/participants/release.html", context, status=422 if sentence else 200
    )


@dataclass(frozen=True, slots=True)
class Judged:
    """One criterion: met or not, or None while it is open."""

    criterion: Criterion
    met: bool | None


@page(*_SEES_ELIGIBILITY, posts=True)
def eligibility(request: Asked, participant: Participant) -> HttpResponse:
    """Show every criterion, decided on the answers so far; an investigator signs the decision."""
    study, her = request.seen.study, participant
    sentence = ""
    if request.method == "POST":
        if request.actor.role not in PERMITTED["sign_eligibility"]:
            raise NotPermitted(f"A {request.actor.role} may not sign eligibility.")

        def act() -> None:
            _key, data = _answered(study, her)
            if did(request, her.id, facts.EligibilitySigned, signed_entry=data.entry):
                return
            seen = request.POST.get("seen", "")
            _refuse_unseen(data, seen)
            confirmed(request)
            request.act(_sign_as_seen, participant=her.id, seen=seen)
            messages.success(request, _("The eligibility is signed."))

        sentence = tried(request, act)
        if not sentence:
            return redirect("participant", her.id)
    role = request.actor.role
    key, data = _answered(study, her)
    assessment = assess(study, data.values)
    items = study.form[study.eligibility.form].items
    signs = role in PERMITTED["sign_eligibility"] and her.eligibility is None
    context = {
        "her": her, "sentence": sentence, "assessment": assessment, "seen": data.entry,
        "judged": judged(study, data),
        "missing": [text_in(items[one].label, tag()) for one in assessment.missing],
        "form_at": where(role, "form", *address_parts(her.id, key)),
        "signs": signs and assessment.eligible is not None and bool(her.consents),
        "waits_for_consent": signs and not her.consents,
        "site_of_her": study.site[her.site],
    }  # fmt: skip
    return render(
        request, "pages/participants/eligibility.html", context, status=422 if sentence else 200
    )


def _sign_as_seen(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, participant: str, seen: str
) -> Sequence[Fact]:
    """Sign the decision on the very answers that the signer looked at."""
    _refuse_unseen(_answered(study, trial.participants[participant])[1], seen)
    return sign_eligibility(study, trial, actor, now=now, participant=participant)


def _refuse_unseen(data: FormData, seen: str) -> None:
    if data.entry != seen:
        raise Refused(
            "meanwhile",
            _("This form was saved by somebody meanwhile: look at it again before you sign."),
        )


def judged(study: Study, data: FormData) -> tuple[Judged, ...]:
    """Decide each criterion by itself."""
    form = study.form[study.eligibility.form]
    known = completed(form, study.codes, data.values)
    found = []
    for one in study.eligibility.criteria:
        value = decide(one.condition, form, study.codes, known).value
        met = None if value is None else bool(value) is (one.kind == "inclusion")
        found.append(Judged(one, met))
    return tuple(found)


def _answered(study: Study, her: Participant) -> tuple[FormKey, FormData]:
    """Find her eligibility form, an empty one at its visit where none was begun."""
    for key, data in her.forms.items():
        if key.form == study.eligibility.form:
            return key, data
    return eligibility_key(study), FormData(study.version)


@page(*PERMITTED["randomise"], posts=True)
def randomise(request: Asked, participant: Participant) -> HttpResponse:
    """Ask once more, then give the next number, or ask the custodian's program for one."""
    study, her, role = request.seen.study, participant, request.actor.role
    minimised = bool(study.allocation.minimise)
    sentence = ""
    if request.method == "POST" and not _asked_already(request, her):
        decide = request_randomisation if minimised else randomise_act
        sentence = tried(request, lambda: request.act(decide, participant=her.id))
        her = request.seen.trial.participants[her.id]
    if request.method == "POST" and not sentence:
        return redirect("randomise", her.id)
    context = {
        "her": her, "sentence": sentence, "minimised": minimised,
        "waits": her.number is None and her.id in request.seen.trial.requested,
        "kits": _kits(request, her),
        "steps": _steps(request, her),
        "doses_at": where(role, "doses", her.id),
    }  # fmt: skip
    part = "number.html" if request.headers.get("HX-Request") else "randomise.html"
    return render(request, f"pages/participants/{part}", context, status=422 if sentence else 200)


def _asked_already(request: Asked, her: Participant) -> bool:
    """Tell whether this was sent twice: she has her number, or waits for it, by the same person."""
    return did(request, her.id, facts.Randomised) or did(
        request, her.id, facts.RandomisationRequested
    )


def _kits(request: Asked, her: Participant) -> tuple[str, ...]:
    """List the kits that belong to her number, in the list's order."""
    sealed = request.seen.trial.list
    if her.number is None or sealed is None:
        return ()
    return tuple(kit for kit, number in sealed.kits.items() if number == her.number)


def _steps(request: Asked, her: Participant) -> tuple[tuple[str, bool], ...]:
    """List what is checked before a number is given, and whether it holds."""
    study, trial = request.seen.study, request.seen.trial
    today = request.seen.today(her.site)
    current = consent_in_force(study, today)
    signed = current is not None and any(c.version == current.version for c in her.consents)
    required = [one for one in overview.lacking_releases(study, her) if one.required]
    open_to_all = trial.recruitment in ("RECRUITING", "ENROLLING_BY_INVITATION")
    decided = her.eligibility
    return (
        (_("Recruitment is open."), open_to_all),
        (_("She signed the consent that is in force."), signed),
        (_("She granted every required release."), not required),
        (_("An investigator signed that she is eligible."), bool(decided and decided.eligible)),
        (_("The custodian has sealed a list."), trial.list is not None),
    )


PATHS = (
    path("participants/<str:participant>/consent/", consent, name="consent"),
    path("participants/<str:participant>/releases/<str:release>/", release, name="release"),
    path("participants/<str:participant>/eligibility/", eligibility, name="eligibility"),
    path("participants/<str:participant>/randomise/", randomise, name="randomise"),
)
