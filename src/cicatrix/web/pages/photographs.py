"""Photographs: sent in by the participant or by her coordinator, and shown while she allows it.

Whether one may be shown is asked at every look, of the list and of the picture alike: after she
took the release back there is none. Pictures have no address but these, behind the door, and one of
another site is as unknown as one that does not exist. How they are kept is ../photographs.py.
"""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from cicatrix.trial import facts
from cicatrix.trial.actions.photographs import refuse_photographs, take_photograph
from cicatrix.trial.errors import NotPermitted, Refused
from cicatrix.trial.participant import Participant, Photograph
from cicatrix.trial.roles import PERMITTED, Role
from cicatrix.trial.study import Study
from cicatrix.trial.visibility import SEES
from cicatrix.web import photographs as kept_photographs
from cicatrix.web import trying
from cicatrix.web.door import DATA, Asked, page
from cicatrix.web.language.names import tag, text_in
from cicatrix.web.pages.mine import her_of
from cicatrix.web.pictures import MEDIA_TYPE, MOST_BYTES, picture_of, too_large
from cicatrix.web.recording import chosen, day_in, tried

VIEWERS: tuple[Role, ...] = tuple(role for role in DATA if facts.PhotographTaken in SEES[role])

MOST_A_DAY = 30
"""Photographs of one participant on one day; more is a mistake or worse."""


@page(*VIEWERS, posts=True)
def photographs(request: Asked, participant: Participant) -> HttpResponse:
    """Show the photographs of one participant, and take in another."""
    if request.method == "POST" and request.actor.role not in PERMITTED["take_photograph"]:
        raise NotPermitted(f"A {request.actor.role} may not take a photograph.")
    return _page(request, participant, "photographs", (participant.id,))


@page("participant", posts=True)
def my_photographs(request: Asked) -> HttpResponse:
    """Show her the photographs that she sent, and take in another."""
    return _page(request, her_of(request), "my_photographs", ())


@page(*VIEWERS)
def photograph(request: Asked, participant: Participant, digest: str) -> HttpResponse:
    """Give one picture."""
    return _picture(request, participant, digest)


@page("participant")
def my_photograph(request: Asked, digest: str) -> HttpResponse:
    """Give her one picture that she sent."""
    return _picture(request, her_of(request), digest)


def _picture(request: Asked, her: Participant, digest: str) -> HttpResponse:
    shown = kept_photographs.shown(request.seen.study, her)
    found = next((one for one in shown if one.digest == digest), None)
    if found is None:
        raise Http404
    return HttpResponse(
        kept_photographs.picture(her, found),
        content_type=found.media_type,
        headers={
            "Content-Disposition": 'inline; filename="photograph.jpg"',
            "Cross-Origin-Resource-Policy": "same-origin",
        },
    )


def _page(request: Asked, her: Participant, name: str, parts: tuple[str, ...]) -> HttpResponse:
    study, today = request.seen.study, request.seen.today(her.site)
    own = request.actor.role == "participant"
    typed = {"on": today.isoformat(), "visit": "", "region": ""} | request.POST.dict()
    sentence = ""
    if request.method == "POST":
        sentence = tried(request, lambda: _take(request, her, typed))
        if not sentence:
            messages.success(request, _("The photograph is kept."))
            return redirect(name, *parts)
    allowed = kept_photographs.are_allowed(study, her)
    picture_at = "my_photograph" if own else "photograph"
    context = {
        "her": her, "own": own, "typed": typed, "sentence": sentence, "today": today,
        "allowed": allowed,
        "hidden": not allowed and bool(her.photographs),
        "takes": allowed and bool(her.consents) and her.withdrawn_from("visits") is None
        and request.actor.role in PERMITTED["take_photograph"],
        "visits": [(one.id, text_in(one.label, tag())) for one in study.visits
                   if one.id in her.attended],
        "regions": [(one.id, text_in(one.label, tag())) for one in study.regions],
        "photographs": [
            _line(study, one, picture_at, parts) for one in kept_photographs.shown(study, her)
        ],
        "most": MOST_BYTES // 1024**2,
    }  # fmt: skip
    template = "pages/mine/photographs.html" if own else "pages/photographs/photographs.html"
    return render(request, template, context, status=422 if sentence else 200)


def _line(
    study: Study, one: Photograph, picture_at: str, parts: tuple[str, ...]
) -> dict[str, object]:
    visits = {visit.id: visit.label for visit in study.visits}
    regions = {region.id: region.label for region in study.regions}
    return {
        "photograph": one,
        "visit": visits.get(one.visit or "", {}),
        "region": regions.get(one.region or "", {}),
        "name": picture_at,
        "parts": (*parts, one.digest),
    }


def _take(request: Asked, her: Participant, typed: dict[str, str]) -> None:
    """Keep the picture that was sent; the act is asked before anything is stored."""
    study = request.seen.study
    on = _day(request, her, typed)
    refuse_photographs(study, her, on=on)
    if sum(1 for one in her.photographs if one.on == on) >= MOST_A_DAY:
        raise Refused(
            "photograph",
            _("There are {most} photographs of this day already, and that is the most.").format(
                most=MOST_A_DAY
            ),
        )
    visits, regions = ["", *her.attended], ["", *(one.id for one in study.regions)]
    said = {
        "visit": chosen(typed["visit"], visits, _("Choose one of the visits.")) or None,
        "region": chosen(typed["region"], regions, _("Choose what the photograph shows.")) or None,
        "on": on,
    }
    sealed = kept_photographs.seal(her, picture_of(_content(request)))
    if any(one.digest == sealed.digest for one in her.photographs):
        return
    what = {"participant": her.id, "digest": sealed.digest, "media_type": MEDIA_TYPE, **said}
    trying.tried(request, take_photograph, **what)
    kept_photographs.keep(sealed)
    request.act(take_photograph, **what)


def _day(request: Asked, her: Participant, typed: dict[str, str]) -> date:
    today = request.seen.today(her.site)
    return today if request.actor.role == "participant" else day_in(typed["on"])


def _content(request: Asked) -> bytes:
    sent = request.FILES.get("photograph")
    if sent is None:
        # A file that is too large is not taken in at all, and so is not among those sent.
        length = str(request.META.get("CONTENT_LENGTH", ""))
        if length.isdecimal() and int(length) > MOST_BYTES:
            raise too_large()
        return b""
    return bytes(sent.read(MOST_BYTES + 1))


PATHS = (
    path("mine/photographs/", my_photographs, name="my_photographs"),
    path("mine/photographs/<str:digest>/", my_photograph, name="my_photograph"),
    path("participants/<str:participant>/photographs/", photographs, name="photographs"),
    path("participants/<str:participant>/photographs/<str:digest>/", photograph, name="photograph"),
)
