"""One scar rated: the rater's scores, then his signature; and the result when the set is complete.

Another rater's scores do not exist here until then: everything comes from what this actor sees.
The total stays out of sight until it is signed. What may be rated, by whom and when, is decided by
trial/actions/ratings.py; how the result comes about is outcome.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cicatrix.trial.actions.ratings import record_rating, sign_rating
from cicatrix.trial.checks import check_values
from cicatrix.trial.errors import NotPermitted, Refused
from cicatrix.trial.forms import RatingRule
from cicatrix.trial.participant import FormData, FormKey, Participant, Rating, RatingKey
from cicatrix.web.access.signing import confirmed
from cicatrix.web.door import Asked, act, page
from cicatrix.web.forms import drafts
from cicatrix.web.forms.answers import typed_on
from cicatrix.web.forms.drafts import Drawer, Kept, place_of
from cicatrix.web.forms.outcome import outcome, total_of
from cicatrix.web.forms.place import RATING_READERS, Place, refuse_other_hands, title, whose
from cicatrix.web.forms.proposal import Proposal, Recorded, propose, recorded_now, sentence
from cicatrix.web.forms.sheet import sheet
from cicatrix.web.language.names import listed, tag, text_in
from cicatrix.web.language.refusals import told
from cicatrix.web.typed import day_of


@dataclass(frozen=True, slots=True)
class Scar:
    """One scar at one visit, and the asking rater's own rating of it if there is one."""

    place: Place
    key: RatingKey
    rule: RatingRule
    own: Rating | None

    @property
    def seen(self) -> str:
        """Give the commitment of the own rating as recorded last."""
        return self.own.entry if self.own else ""

    @property
    def parts(self) -> tuple[str, str, str, str]:
        """Give the parts of this page's address."""
        return self.place.participant.id, self.key.visit, self.key.form, self.key.region


@page(*RATING_READERS, posts=True)
def rating(
    request: Asked, participant: Participant, visit: str, form: str, region: str
) -> HttpResponse:
    """Show a scar to be rated, record its scores, or show how its result came."""
    scar = _scar(request, participant, visit, form, region)
    if request.method == "POST":
        if request.actor.role != "rater":
            raise NotPermitted(f"A {request.actor.role} may not record rating.")
        refuse_other_hands(request)
        return _record(request, scar)
    result = outcome(request.seen.study, participant, scar.key)
    if request.actor.role == "rater" and not result.complete and not _is_signed(scar):
        return _asked(request, scar, _draft(request, scar))
    shown = {"outcome": result, "scar": scar}
    if scar.own is not None and _is_signed(scar):
        shown["own_total"] = total_of(request.seen.study, scar.place.form, scar.own)
        shown["own_sheet"] = sheet(request.seen.study, scar.place, _recorded(request, scar))
    return render(request, "pages/ratings/outcome.html", _around(request, scar) | shown)


@page(*RATING_READERS, posts=True)
def rating_sign(
    request: Asked, participant: Participant, visit: str, form: str, region: str
) -> HttpResponse:
    """Show the rater's own scores once more, without their total, and sign them."""
    scar = _scar(request, participant, visit, form, region)
    if request.actor.role != "rater":
        raise NotPermitted(f"A {request.actor.role} may not sign rating.")
    if scar.own is None or _is_signed(scar):
        return redirect("rating", *scar.parts)
    if request.method != "POST":
        return _review(request, scar)
    if request.POST.get("seen") != scar.seen:
        refusal = _("These scores were changed meanwhile: look at them again before you sign.")
        return _review(request, scar, refusal=refusal, status=409)
    try:
        confirmed(request)
        request.act(sign_rating, participant=participant.id, key=scar.key)
    except Refused as problem:
        return _review(request, scar, refusal=told(problem, request.seen.study), status=422)
    messages.success(request, _("Signed. Your rating is final now."))
    return redirect("rating", *scar.parts)


@act("rater")
def rating_draft(
    request: Asked, participant: Participant, visit: str, form: str, region: str
) -> HttpResponse:
    """Keep what was ticked as a draft, or throw the draft away."""
    scar = _scar(request, participant, visit, form, region)
    drawer = _drawer(request, scar)
    refuse_other_hands(request)
    if "discard" in request.POST:
        drafts.discard(drawer)
        messages.success(request, _("The draft was discarded; what is recorded is shown."))
        return redirect("rating", *scar.parts)
    seen = request.POST.get("seen", "")
    kept = drafts.keep(drawer, request.POST, seen=seen, now=request.seen.now)
    if "HX-Request" not in request.headers:
        messages.success(request, _("Your draft is kept; nothing of it is recorded yet."))
        return redirect("rating", *scar.parts)
    shown = {"sheet": sheet(request.seen.study, scar.place, _proposed(request, scar, kept))}
    return render(
        request, "pages/ratings/live.html", _around(request, scar) | shown | {"kept": kept}
    )


def _scar(request: Asked, participant: Participant, visit: str, form: str, region: str) -> Scar:
    study = request.seen.study
    found, planned = study.form.get(form), study.visit.get(visit)
    if found is None or planned is None or found.rating is None:
        raise Http404
    if form not in planned.forms or region not in found.regions:
        raise Http404
    key = RatingKey(visit, form, region)
    ratings = participant.ratings.get(key, []) if request.actor.role == "rater" else []
    own = next((one for one in ratings if one.rater == request.actor.user), None)
    data = FormData(own.study_version, dict(own.values), {}, own.entry) if own else None
    place = Place(participant, found, FormKey(form, visit, 0, region), data)
    return Scar(place, key, found.rating, own)


def _is_signed(scar: Scar) -> bool:
    return scar.own is not None and scar.own.signature is not None


def _drawer(request: Asked, scar: Scar) -> Drawer:
    return Drawer(request.account, request.actor, scar.place.participant, place_of(scar.key))


def _draft(request: Asked, scar: Scar) -> Kept | None:
    try:
        return drafts.draft_at(_drawer(request, scar))
    except Refused as problem:
        messages.warning(request, told(problem))
        return None


def _proposed(request: Asked, scar: Scar, kept: Kept) -> Proposal:
    now = recorded_now(scar.place.data)
    base = now if kept.seen == scar.seen else Recorded()
    typed = typed_on(scar.place.form, kept.posted)
    return propose(scar.place.form, request.seen.study.codes, typed, base=base, now=now)


def _recorded(request: Asked, scar: Scar) -> Proposal:
    now = recorded_now(scar.place.data)
    return propose(scar.place.form, request.seen.study.codes, {}, base=now, now=now)


def _record(request: Asked, scar: Scar) -> HttpResponse:
    """Record the scores, or keep them and say why not."""
    fields = {name: list(texts) for name, texts in request.POST.lists()}
    kept = Kept(fields, request.POST.get("seen", ""), request.seen.now)
    proposal = _proposed(request, scar, kept)
    conditions = tuple(request.POST.getlist("condition"))
    if scar.own is not None and proposal.empty and kept.seen == scar.seen:
        drafts.discard(_drawer(request, scar))
        return redirect("rating_sign", *scar.parts)
    drafts.keep(_drawer(request, scar), request.POST, seen=kept.seen, now=request.seen.now)
    if kept.seen != scar.seen:
        refusal = _("Your scores were recorded elsewhere meanwhile; look at both.")
        return _asked(request, scar, kept, refusal=refusal, status=409)
    open_items = _unscored(scar, proposal)
    if open_items or proposal.wrong:
        proposal.wrong.update(dict.fromkeys(open_items, _("Score this too.")))
        count = len(proposal.wrong)
        refusal = ngettext(
            "Nothing was recorded yet: {count} answer needs another look.",
            "Nothing was recorded yet: {count} answers need another look.",
            count,
        ).format(count=count)
        return _asked(request, scar, kept, proposal=proposal, refusal=refusal, status=422)
    unaffirmed = [one for one in scar.rule.conditions if one.id not in conditions]
    if unaffirmed:
        refusal = _("Nothing was recorded yet. Affirm of the examination: {conditions}.").format(
            conditions=listed(text_in(one.label, tag()) for one in unaffirmed)
        )
        return _asked(request, scar, kept, refusal=refusal, status=422)
    try:
        request.act(
            record_rating,
            participant=scar.place.participant.id,
            key=scar.key,
            values=proposal.answers,
            conditions=conditions,
            on=day_of(request.POST, "on"),
            reason=request.POST.get("reason") if scar.own else None,
        )
    except Refused as problem:
        refusal = told(problem, request.seen.study)
        return _asked(request, scar, kept, refusal=refusal, status=422)
    drafts.discard(_drawer(request, scar))
    messages.success(request, _("Your scores are recorded. Look at them once more and sign."))
    return redirect("rating_sign", *scar.parts)


def _unscored(scar: Scar, proposal: Proposal) -> Sequence[str]:
    return [
        item.id for item in scar.place.form.items.values()
        if item.required and item.computed is None and proposal.asked.get(item.id, True)
        and item.id not in proposal.answers and item.id not in proposal.wrong
    ]  # fmt: skip


def _asked(
    request: Asked, scar: Scar, kept: Kept | None, *, proposal: Proposal | None = None,
    refusal: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    """Show the scar to be rated."""
    proposal = proposal or (_proposed(request, scar, kept) if kept else _recorded(request, scar))
    posted = kept.posted if kept else QueryDict()
    today = request.seen.today(scar.place.participant.site)
    affirmed = posted.getlist("condition") if kept else (scar.own.conditions if scar.own else ())
    shown = {
        "scar": scar,
        "whose": whose(request),
        "sheet": sheet(request.seen.study, scar.place, proposal),
        "affirmed": affirmed,
        "kept": kept,
        "on": posted.get("on") or (scar.own.on if scar.own else today).isoformat(),
        "reason": posted.get("reason", ""),
        "refusal": refusal,
        "called": scar.key in scar.place.participant.called,
        "attended": scar.key.visit in scar.place.participant.attended,
    }
    return render(
        request, "pages/ratings/rating.html", _around(request, scar) | shown, status=status
    )


def _review(request: Asked, scar: Scar, *, refusal: str = "", status: int = 200) -> HttpResponse:
    assert scar.own is not None
    study, form, values = request.seen.study, scar.place.form, scar.own.values
    shown = {
        "scar": scar,
        "sheet": sheet(study, scar.place, _recorded(request, scar)),
        "doubtful": [sentence(one) for one in check_values(form, study.codes, values, values)],
        "refusal": refusal,
    }
    return render(request, "pages/ratings/sign.html", _around(request, scar) | shown, status=status)


def _around(request: Asked, scar: Scar) -> dict[str, object]:
    study, place = request.seen.study, scar.place
    return {
        "place": place,
        "title": title(study, place),
        "site": study.site[place.participant.site],
    }


_RATING = "participants/<str:participant>/ratings/<str:visit>/<str:form>/<str:region>/"

PATHS = (
    path(_RATING, rating, name="rating"),
    path(f"{_RATING}sign/", rating_sign, name="rating_sign"),
    path(f"{_RATING}draft/", rating_draft, name="rating_draft"),
)
