"""Signing a form: what is signed is shown once more, with its meaning, before the second factor.

A signature is bound to the save that the signer looked at: if the form was saved since, it is
shown again. What a signature needs is trial/actions/forms.py's; how it is confirmed is
access/signing.py's.
"""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from cicatrix.trial.actions.forms import sign_form
from cicatrix.trial.errors import NotPermitted, Refused
from cicatrix.trial.participant import Participant
from cicatrix.web.access.signing import confirmed
from cicatrix.web.door import Asked, page
from cicatrix.web.forms.place import FORM_PATH, READERS, Place, place_at, title
from cicatrix.web.forms.sheet import sheet
from cicatrix.web.language.refusals import told
from cicatrix.web.pages.forms import unchanged, unless_saved_meanwhile


@page(*READERS, posts=True)
def form_sign(
    request: Asked, participant: Participant, form: str, visit: str, region: str, repeat: int
) -> HttpResponse:
    """Show what is to be signed, and sign it."""
    place = place_at(request, participant, form, visit, region, repeat)
    if place.form.signed_by is None or place.data is None:
        raise Http404
    if request.actor.role != place.form.signed_by:
        raise NotPermitted(f"A {request.actor.role} may not sign form {form}.")
    if request.method != "POST":
        return _shown(request, place)
    if request.POST.get("seen") != place.seen:
        refusal = _("This form was saved by somebody meanwhile: look at it again before you sign.")
        return _shown(request, place, refusal=refusal, status=409)
    try:
        confirmed(request)
        request.act(unless_saved_meanwhile(sign_form), participant=participant.id, key=place.key)
    except Refused as problem:
        refusal = told(problem, request.seen.study)
        return _shown(request, place, refusal=refusal, status=422)
    messages.success(request, _("Signed."))
    return redirect(place.address())


def _shown(request: Asked, place: Place, *, refusal: str = "", status: int = 200) -> HttpResponse:
    study = request.seen.study
    shown = {
        "place": place,
        "title": title(study, place),
        "sheet": sheet(study, place, unchanged(request, place)),
        "site": study.site[place.participant.site],
        "refusal": refusal,
    }
    return render(request, "pages/forms/sign.html", shown, status=status)


PATHS = (path(f"{FORM_PATH}sign/", form_sign, name="form_sign"),)
