"""The questions that a participant answers herself: after a visit, or in a diary when she likes.

One question stands under another, with large answers to press. What she typed is kept as a draft
until it is recorded, by the same parts as the staff's forms (proposal.py, drafts.py, sheet.py);
totals are not shown to her. How a save is decided is trial/actions/forms.py.
"""

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cicatrix.trial.actions.forms import save_form
from cicatrix.trial.checks import lacking
from cicatrix.trial.errors import Refused
from cicatrix.trial.participant import FormKey
from cicatrix.web.door import Asked, act, page
from cicatrix.web.forms import drafts
from cicatrix.web.forms.drafts import Kept
from cicatrix.web.forms.place import Place, drawer, next_row, obstacle, place_at, title
from cicatrix.web.forms.proposal import Proposal
from cicatrix.web.forms.rows import rows_of
from cicatrix.web.forms.sheet import sheet
from cicatrix.web.language.names import tag, text_in
from cicatrix.web.language.refusals import told
from cicatrix.web.pages.forms import proposed, unchanged, unless_saved_meanwhile
from cicatrix.web.pages.mine import her_of


@page("participant", posts=True)
def mine_form(request: Asked, form: str, visit: str, region: str, repeat: int) -> HttpResponse:
    """Show her questions, and record her answers."""
    place = _place(request, form, visit, region, repeat)
    if place.form.log and repeat == 0:
        if request.method == "POST":
            raise Http404
        return _rows(request, place)
    return _save(request, place) if request.method == "POST" else _opened(request, place)


@act("participant")
def mine_form_draft(
    request: Asked, form: str, visit: str, region: str, repeat: int
) -> HttpResponse:
    """Keep what she typed as a draft, or throw the draft away."""
    place = _place(request, form, visit, region, repeat)
    if place.form.log and repeat == 0:
        raise Http404
    if "discard" in request.POST:
        drafts.discard(drawer(request, place))
        return redirect(_address(place))
    kept = _keep(request, place)
    if not request.headers.get("HX-Request"):
        messages.success(request, _("Your answers are kept here, and not sent yet."))
        return redirect(_address(place))
    proposal = proposed(request, place, kept)
    if proposal.empty:
        drafts.discard(drawer(request, place))
    shown = {"sheet": sheet(request.seen.study, place, proposal), "kept": kept}
    return render(request, "pages/mine/live.html", shown)


def _place(request: Asked, form: str, visit: str, region: str, repeat: int) -> Place:
    place = place_at(request, her_of(request), form, visit, region, repeat)
    if "participant" not in place.form.filled_by:
        raise Http404
    return place


def _address(place: Place, name: str = "mine_form") -> str:
    return reverse(name, args=place.parts[1:])


def _opened(request: Asked, place: Place) -> HttpResponse:
    try:
        kept, refusal = drafts.draft_at(drawer(request, place)), ""
    except Refused as problem:
        kept, refusal = None, told(problem)
    return _shown(request, place, kept, refusal=refusal)


def _shown(
    request: Asked, place: Place, kept: Kept | None, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    study = request.seen.study
    proposal = proposed(request, place, kept) if kept else unchanged(request, place)
    shown = {
        "place": place,
        "title": title(study, place),
        "sheet": sheet(study, place, proposal),
        "kept": kept,
        "reason": kept.posted.get("reason", "") if kept else "",
        "refusal": refusal,
        "closed": _closed(request, place),
        "address": _address(place),
        "draft_at": _address(place, "mine_form_draft"),
        "site": study.site[place.participant.site],
    }
    return render(request, "pages/mine/form.html", shown, status=status)


def _closed(request: Asked, place: Place) -> str:
    """Say why nothing can be answered here now; empty if something can."""
    visit = place.key.visit
    if place.data is None and visit and visit not in place.participant.attended:
        return _("These questions are for after your visit. They open once you have been there.")
    return obstacle(request, place)


def _keep(request: Asked, place: Place) -> Kept:
    seen = request.POST.get("seen", "")
    return drafts.keep(drawer(request, place), request.POST, seen=seen, now=request.seen.now)


def _save(request: Asked, place: Place) -> HttpResponse:
    """Record what she changed, or keep it as a draft and say why not."""
    fields: dict[str, Sequence[str]] = {name: list(t) for name, t in request.POST.lists()}
    kept = Kept(fields, request.POST.get("seen", ""), request.seen.now)
    proposal = proposed(request, place, kept)
    if proposal.empty:
        drafts.discard(drawer(request, place))
        return redirect(_address(place) if _lacks(request, place) else "mine")
    if place.form.log and place.data is not None and not kept.seen:
        messages.warning(request, _("This was sent before; write the next entry here."))
        return redirect(_address(_list_of(place)))
    kept = _keep(request, place)
    if kept.seen != place.seen:
        sentence = _("You answered this in another window meanwhile. Look at it and send it again.")
        return _shown(request, place, kept, refusal=sentence, status=409)
    if proposal.wrong:
        sentence = ngettext(
            "Nothing was sent yet: {count} answer needs another look.",
            "Nothing was sent yet: {count} answers need another look.",
            len(proposal.wrong),
        ).format(count=len(proposal.wrong))
        return _shown(request, place, kept, refusal=sentence, status=422)
    return _record(request, place, kept, proposal)


def _record(request: Asked, place: Place, kept: Kept, proposal: Proposal) -> HttpResponse:
    reason = request.POST.get("reason", "") if proposal.corrected else None
    try:
        request.act(
            unless_saved_meanwhile(save_form), participant=place.participant.id, key=place.key,
            values=proposal.changed, missing=proposal.gone, reason=reason,
        )  # fmt: skip
    except Refused as problem:
        sentence = told(problem, request.seen.study)
        if problem.rule == "reason":
            sentence = _("Nothing was sent yet: write in one short sentence why you change it.")
        status = 409 if problem.rule in ("row", "meanwhile") else 422
        return _shown(request, place, kept, refusal=sentence, status=status)
    drafts.discard(drawer(request, place))
    request_place = _place(request, *place.parts[1:])
    if _lacks(request, request_place):
        messages.info(request, _("Sent. Some questions are still open; you can answer them now."))
        return redirect(_address(place))
    messages.success(request, _("Thank you. Your answers are recorded."))
    return redirect(_address(_list_of(place)) if place.form.log else "mine")


def _lacks(request: Asked, place: Place) -> bool:
    data = place.data
    return data is not None and bool(lacking(place.form, request.seen.study.codes, data))


def _list_of(place: Place) -> Place:
    return Place(place.participant, place.form, place.key._replace(repeat=0), None)


def _rows(request: Asked, place: Place) -> HttpResponse:
    """List what she wrote in a diary, and where the next entry is written."""
    study, her = request.seen.study, place.participant
    key: FormKey = place.key._replace(repeat=next_row(her, place.key))
    fresh = Place(her, place.form, key, None, new_row=True)
    given = {
        "title": title(study, place),
        "rows": [
            (one, _address(Place(her, place.form, key._replace(repeat=one.number), None)))
            for one in reversed(rows_of(study, place))
        ],
        "label": text_in(place.form.label, tag()),
        "fresh": _address(fresh),
        "closed": obstacle(request, fresh),
        "kept": drafts.draft_at(drawer(request, fresh)),
    }
    return render(request, "pages/mine/diary.html", given)


_FORM = "mine/forms/<str:form>/<str:visit>/<str:region>/<int:repeat>/"

PATHS = (
    path(_FORM, mine_form, name="mine_form"),
    path(f"{_FORM}draft/", mine_form_draft, name="mine_form_draft"),
)
