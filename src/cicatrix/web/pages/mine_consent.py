"""Her consent: read in her language, signed with her password, and a copy to keep of each signed.

She reads the version that is in force; what she signed before stays readable, each in the words and
the language that she signed. Signing is the act that staff record a signature on paper by
(trial/actions/screening.py). The copy as a PDF is ../consent_copy.py.
"""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from cicatrix.trial import facts
from cicatrix.trial.actions.screening import consent_in_force, sign_consent
from cicatrix.trial.participant import Participant
from cicatrix.web import hers
from cicatrix.web.access.signing import confirmed
from cicatrix.web.consent_copy import consent_pdf, language_name, no_text, signature_line
from cicatrix.web.door import Asked, page
from cicatrix.web.hers import Signed
from cicatrix.web.language.names import tag, text_in
from cicatrix.web.pages.mine import her_of
from cicatrix.web.recording import tried


@page("participant", posts=True)
def mine_consent(request: Asked) -> HttpResponse:
    """Show the consent in force in the language she chooses, and let her sign it."""
    study, her = request.seen.study, her_of(request)
    current = consent_in_force(study, request.seen.today(her.site))
    language = request.POST.get("language") or request.GET.get("language") or tag()
    language = language if language in study.languages else study.languages[0]
    signed = current is not None and any(one.version == current.version for one in her.consents)
    kept = her.releases if signed else set()
    posted = request.method == "POST"
    ticked = set(request.POST.getlist("release")) if posted else set(her.releases)
    granted = tuple(one.id for one in study.consent.releases if one.id in ticked | kept)
    sentence = ""
    if posted:
        version = request.POST.get("version", "")
        sentence = tried(request, lambda: _sign(request, her, version, language, granted))
        if not sentence:
            messages.success(request, _("You signed. This is your copy."))
            number = len(hers.signed_consents(study, request.seen.about(her.id)))
            return redirect("mine_consent_copy", number)
    context = {
        "current": current, "sentence": sentence, "language": language,
        "languages": [(one, language_name(one)) for one in study.languages],
        "text": text_in(current.summary, language) if current else "",
        "signed": signed, "ticked": granted,
        "asked": [
            (one, text_in(one.label, language))
            for one in study.consent.releases if one.id not in kept
        ],
        "gone": her.withdrawn_from("all") is not None,
        "before": hers.signed_consents(study, request.seen.about(her.id)),
    }  # fmt: skip
    return render(request, "pages/mine/consent.html", context, status=422 if sentence else 200)


def _sign(
    request: Asked, her: Participant, version: str, language: str, granted: tuple[str, ...]
) -> None:
    """Sign, unless just this was signed today: then the form was sent twice."""
    today = request.seen.today(her.site)
    last = next(
        (one.fact for one in reversed(request.seen.about(her.id))
         if isinstance(one.fact, facts.ConsentSigned)),
        None,
    )  # fmt: skip
    said = (version, language, granted, today)
    if (
        last
        and (last.consent_version, last.language, last.releases, last.on) == said
        and (set(granted) == her.releases)
    ):
        return
    confirmed(request)
    request.act(
        sign_consent, participant=her.id, consent_version=version, language=language,
        releases=granted, on=today,
    )  # fmt: skip


@page("participant")
def mine_consent_copy(request: Asked, number: int) -> HttpResponse:
    """Show one consent as she signed it."""
    study, her = request.seen.study, her_of(request)
    signed = _signed(request, her, number)
    site = study.site[her.site]
    releases = {one.id: one.label for one in study.consent.releases}
    context = {
        "signed": signed, "site": site,
        "language_name": language_name(signed.language),
        "text": signed.text or no_text(),
        "line": signature_line(her, signed, site.timezone),
        "releases": [
            (text_in(releases.get(one, {"": one}), signed.language), one in her.releases)
            for one in signed.releases
        ],
    }  # fmt: skip
    return render(request, "pages/mine/consent_copy.html", context)


@page("participant")
def mine_consent_pdf(request: Asked, number: int) -> HttpResponse:
    """Give one consent as she signed it as a file to keep."""
    her = her_of(request)
    signed = _signed(request, her, number)
    name = f"{request.seen.study.id}-{her.id}-{signed.number}.pdf"
    return HttpResponse(
        consent_pdf(request.seen.study, her, signed),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )


def _signed(request: Asked, her: Participant, number: int) -> Signed:
    all_of_hers = hers.signed_consents(request.seen.study, request.seen.about(her.id))
    found = next((one for one in all_of_hers if one.number == number), None)
    if found is None:
        raise Http404
    return found


PATHS = (
    path("mine/consent/", mine_consent, name="mine_consent"),
    path("mine/consent/<int:number>/", mine_consent_copy, name="mine_consent_copy"),
    path("mine/consent/<int:number>/copy.pdf", mine_consent_pdf, name="mine_consent_pdf"),
)
