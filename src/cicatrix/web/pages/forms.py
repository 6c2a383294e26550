"""A form of the study file on a page: filled, kept as a draft, saved, printed; a log form's rows.

What was typed is never lost: it is kept as a draft before anything is refused, and a save that
others made meanwhile is set beside it, never overwritten. The form is laid out in sheet.py, what
would be recorded is worked out in proposal.py. Signing is signing_forms.py, one item item.py,
ratings ratings.py.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NoReturn

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cicatrix.trial.actions.forms import save_form
from cicatrix.trial.errors import NotPermitted, Refused
from cicatrix.trial.facts import Fact, FormSaved, QueryRaised, SignatureVoided
from cicatrix.trial.participant import FormKey, Participant
from cicatrix.trial.roles import Actor
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial
from cicatrix.web.door import Asked, act, page
from cicatrix.web.forms import drafts
from cicatrix.web.forms.answers import typed_on
from cicatrix.web.forms.drafts import Kept
from cicatrix.web.forms.place import (
    FORM_PATH,
    READERS,
    Place,
    drawer,
    may_fill,
    next_row,
    obstacle,
    place_at,
    refuse_other_hands,
    title,
    whose,
)
from cicatrix.web.forms.proposal import Proposal, Recorded, propose, recorded_at, recorded_now
from cicatrix.web.forms.rows import rows_of
from cicatrix.web.forms.sheet import sheet
from cicatrix.web.language.names import listed, tag, text_in
from cicatrix.web.language.refusals import said, told


@page(*READERS, posts=True)
def form(
    request: Asked, participant: Participant, form: str, visit: str, region: str, repeat: int
) -> HttpResponse:
    """Show a form, and save what was changed on it."""
    found = request.seen.study.form.get(form)
    if found is not None and found.rating is not None and request.method != "POST":
        return redirect("rating", participant.id, visit, form, region)
    place = place_at(request, participant, form, visit, region, repeat)
    if place.form.log and repeat == 0:
        return _rows(request, place)
    if request.method == "POST":
        if not may_fill(request, place.form):
            raise NotPermitted(f"A {request.actor.role} may not fill form {form}.")
        refuse_other_hands(request)
        return _save(request, place)
    return _opened(request, place)


@act(*READERS)
def form_draft(
    request: Asked, participant: Participant, form: str, visit: str, region: str, repeat: int
) -> HttpResponse:
    """Keep what was typed as a draft, and say what it would mean; or throw the draft away."""
    place = place_at(request, participant, form, visit, region, repeat)
    if not may_fill(request, place.form):
        raise NotPermitted(f"A {request.actor.role} may not fill form {form}.")
    refuse_other_hands(request)
    if "discard" in request.POST:
        drafts.discard(drawer(request, place))
        messages.success(request, _("The draft was discarded; what is recorded is shown."))
        return redirect(place.address())
    kept = _kept(request, place)
    if "HX-Request" not in request.headers:
        messages.success(request, _("Your draft is kept; nothing of it is recorded yet."))
        return redirect(place.address())
    proposal = proposed(request, place, kept)
    if proposal.empty:
        drafts.discard(drawer(request, place))
    live = {"sheet": sheet(request.seen.study, place, proposal), "kept": kept}
    return render(request, "pages/forms/live.html", _around(request, place) | live)


@page(*READERS)
def form_print(
    request: Asked, participant: Participant, form: str, visit: str, region: str, repeat: int
) -> HttpResponse:
    """Show what is recorded on a form, to be printed."""
    place = place_at(request, participant, form, visit, region, repeat)
    if place.data is None:
        raise Http404
    shown = sheet(request.seen.study, place, unchanged(request, place))
    return render(request, "pages/forms/print.html", _around(request, place) | {"sheet": shown})


def proposed(request: Asked, place: Place, kept: Kept) -> Proposal:
    """Work out what a draft would record now."""
    base = recorded_at(request.seen.about(place.participant.id), place.key, kept.seen)
    return propose(
        place.form,
        request.seen.study.codes,
        typed_on(place.form, kept.posted),
        base=base if base is not None else Recorded(),
        now=recorded_now(place.data),
    )


def unchanged(request: Asked, place: Place) -> Proposal:
    """Propose nothing: what is recorded, as it is."""
    now = recorded_now(place.data)
    return propose(place.form, request.seen.study.codes, {}, base=now, now=now)


def _opened(request: Asked, place: Place, *, status: int = 200) -> HttpResponse:
    """Show a form with the actor's draft on it, if there is one."""
    if not may_fill(request, place.form):
        shown = sheet(request.seen.study, place, unchanged(request, place))
        return render(request, "pages/forms/form.html", _around(request, place) | {"sheet": shown})
    try:
        kept, lost = drafts.draft_at(drawer(request, place)), ""
    except Refused as problem:
        kept, lost = None, told(problem)
    return _shown(request, place, kept, refusal=lost, status=status)


def _shown(
    request: Asked, place: Place, kept: Kept | None, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    proposal = proposed(request, place, kept) if kept else unchanged(request, place)
    shown = sheet(request.seen.study, place, proposal)
    given = {
        "sheet": shown,
        "writes": True,
        "whose": whose(request),
        "kept": kept,
        "stale": kept is not None and kept.seen != place.seen and bool(shown.theirs),
        "reason": kept.posted.get("reason", "") if kept else "",
        "refusal": refusal,
        "obstacle": obstacle(request, place),
    }
    around = _around(request, place)
    return render(request, "pages/forms/form.html", around | given, status=status)


def _around(request: Asked, place: Place) -> dict[str, object]:
    form, data = place.form, place.data
    signs = request.actor.role == form.signed_by and data is not None and data.signature is None
    return {
        "place": place,
        "title": title(request.seen.study, place),
        "site": request.seen.study.site[place.participant.site],
        "signs": signs,
        "list_of_rows": _list_address(place) if form.log else "",
    }


def _list_address(place: Place) -> str:
    key = place.key._replace(repeat=0)
    return Place(place.participant, place.form, key, None).address()


def _kept(request: Asked, place: Place) -> Kept:
    now = request.seen.now
    seen = request.POST.get("seen", "")
    return drafts.keep(drawer(request, place), request.POST, seen=seen, now=now)


def _save(request: Asked, place: Place) -> HttpResponse:
    """Record what was changed, or keep it and say why not."""
    kept = Kept(_fields(request.POST), request.POST.get("seen", ""), request.seen.now)
    proposal = proposed(request, place, kept)
    if proposal.empty:
        drafts.discard(drawer(request, place))
        _say_left_out(request, place, proposal)
        messages.info(request, _("Nothing new was typed: what is recorded is shown."))
        return redirect(place.address())
    if place.form.log and place.data is not None and not kept.seen:
        return _to_next_row(request, place)
    _kept(request, place)
    if kept.seen != place.seen:
        return _shown(request, place, kept, status=409)
    if proposal.wrong:
        count = len(proposal.wrong)
        sentence = ngettext(
            "Nothing was recorded yet: {count} answer needs another look.",
            "Nothing was recorded yet: {count} answers need another look.",
            count,
        ).format(count=count)
        return _shown(request, place, kept, refusal=sentence, status=422)
    return _record(request, place, kept, proposal)


def _record(request: Asked, place: Place, kept: Kept, proposal: Proposal) -> HttpResponse:
    reason = request.POST.get("reason", "") if proposal.corrected else None
    try:
        facts = request.act(
            unless_saved_meanwhile(save_form),
            participant=place.participant.id,
            key=place.key,
            values=proposal.changed,
            missing=proposal.gone,
            reason=reason,
        )
    except Refused as problem:
        if problem.rule == "meanwhile":
            if place.new_row:
                messages.warning(request, _("A row was added meanwhile; your draft is kept."))
            return redirect(_list_address(place) if place.new_row else place.address())
        status = 409 if problem.rule == "row" else 422
        sentence = _reason_asked(place, proposal) if problem.rule == "reason" else ""
        refusal = sentence or told(problem, request.seen.study)
        return _shown(request, place, kept, refusal=refusal, status=status)
    drafts.discard(drawer(request, place))
    _say_left_out(request, place, proposal)
    _say(request, place, facts, proposal)
    return redirect(place.address())


def unless_saved_meanwhile(
    decide: Callable[..., Sequence[Fact]],
) -> Callable[..., Sequence[Fact]]:
    """Let an act on a form be decided again only while the form is as it was the first time.

    Recording is tried once more when another process was faster; if that one saved this form,
    what was typed has to be compared with it first.
    """
    found: list[str] = []

    def decided(
        study: Study,
        trial: Trial,
        actor: Actor,
        *,
        now: datetime,
        participant: str,
        key: FormKey,
        **what: object,
    ) -> Sequence[Fact]:
        data = trial.participants[participant].forms.get(key)
        found.append(data.entry if data else "")
        if found[-1] != found[0]:
            _refuse_meanwhile(key)
        return decide(study, trial, actor, now=now, participant=participant, key=key, **what)

    return decided


def _refuse_meanwhile(key: FormKey) -> NoReturn:
    raise Refused("meanwhile", f"Form {key.form} was saved by somebody else meanwhile.")


def _to_next_row(request: Asked, place: Place) -> HttpResponse:
    """Move what was typed in a new row to the next one: its number was taken meanwhile."""
    number = next_row(place.participant, place.key)
    key = place.key._replace(repeat=number)
    fresh = Place(place.participant, place.form, key, None, new_row=True)
    _kept(request, fresh)
    messages.warning(
        request,
        _(
            "Row {taken} was recorded meanwhile by {user}. What you typed is in row {row} now and "
            "not recorded yet: is it something else?"
        ).format(
            taken=place.key.repeat, user=place.data.saved_by if place.data else "", row=number
        ),
    )
    return redirect(fresh.address())


def _reason_asked(place: Place, proposal: Proposal) -> str:
    labels = [text_in(place.form.items[name].label, tag()) for name in proposal.corrected]
    return _(
        "Nothing was recorded yet: write why this is changed, in one short sentence: {items}."
    ).format(items=listed(labels))


def _say_left_out(request: Asked, place: Place, proposal: Proposal) -> None:
    if proposal.left_out:
        labels = [text_in(place.form.items[name].label, tag()) for name in proposal.left_out]
        messages.warning(
            request,
            _("Not recorded, because the other answers do not ask for it: {items}.").format(
                items=listed(labels)
            ),
        )


def _say(request: Asked, place: Place, facts: Sequence[Fact], proposal: Proposal) -> None:
    items = place.form.items
    for fact in facts:
        if isinstance(fact, FormSaved):
            count = len({*fact.values, *fact.missing})
            text = ngettext("Saved: {count} answer.", "Saved: {count} answers.", count)
            messages.success(request, text.format(count=count))
        elif isinstance(fact, SignatureVoided):
            text = _("The signature is void now: the form must be signed again.")
            messages.warning(request, text)
        elif isinstance(fact, QueryRaised):
            text = _("A query was raised about “{item}”: {text}").format(
                item=text_in(items[fact.item].label, tag()),
                text=said(fact.text, request.seen.study),
            )
            messages.warning(request, text)
    for name, number in proposal.read_as.items():
        label = text_in(items[name].label, tag())
        messages.info(request, _("{item} was read as {number}.").format(item=label, number=number))


def _fields(fields: QueryDict) -> dict[str, Sequence[str]]:
    return {name: list(texts) for name, texts in fields.lists()}


def _rows(request: Asked, place: Place) -> HttpResponse:
    """List the rows of a log form, and where the next one is added."""
    if request.method == "POST":
        raise Http404
    number = next_row(place.participant, place.key)
    key = place.key._replace(repeat=number)
    fresh = Place(place.participant, place.form, key, None, new_row=True)
    may_add = may_fill(request, place.form)
    given = {
        "rows": rows_of(request.seen.study, place),
        "fresh": fresh.address() if may_add else "",
        "obstacle": obstacle(request, fresh) if may_add else "",
        "kept": drafts.draft_at(drawer(request, fresh)) if may_add else None,
    }
    return render(request, "pages/forms/rows.html", _around(request, place) | given)


PATHS = (
    path(FORM_PATH, form, name="form"),
    path(f"{FORM_PATH}draft/", form_draft, name="form_draft"),
    path(f"{FORM_PATH}print/", form_print, name="form_print"),
)
