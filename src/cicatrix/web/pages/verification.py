"""Source verification: how far each site and participant is, and one form item by item.

The monitor ticks what he compared with its source; a tick holds for the save that he looked at.
Others may read how far it is. What counts is web/oversight/sources.py's.
"""

from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cicatrix.trial.actions.verification import verify_source
from cicatrix.trial.errors import Refused
from cicatrix.trial.participant import FormKey, Participant
from cicatrix.trial.roles import PERMITTED, Role
from cicatrix.trial.study import Study
from cicatrix.web.door import Asked, act, page
from cicatrix.web.forms.place import address_parts, place_at, title
from cicatrix.web.forms.sheet import sheet
from cicatrix.web.language.refusals import told
from cicatrix.web.oversight import sources
from cicatrix.web.pages.forms import unchanged
from cicatrix.web.participants.timeline import form_place
from cicatrix.web.where import where

READS: tuple[Role, ...] = ("monitor", "data_manager", "sponsor", "auditor")


@page(*READS)
def verification(request: Asked) -> HttpResponse:
    """Show how far verification is, and the participants of one page with what is left."""
    seen = request.seen
    site = request.GET.get("site", "")
    site = site if site in {one.id for one in seen.study.sites} else ""
    show_all = request.GET.get("show") == "all"
    after = request.GET.get("after", "")
    found = _participants(request, site, after, show_all=show_all)
    rows = list(islice(found, sources.PAGE + 1))
    more = rows[sources.PAGE - 1][0].id if len(rows) > sources.PAGE else ""
    carried = {name: text for name, text in (("site", site), ("show", "all" * show_all)) if text}
    context = {
        "progress": sources.progress(seen.study, seen.trial, seen.study.sites),
        "critical": [seen.study.form[one] for one in sources.critical_forms(seen.study)
                     if seen.study.form[one].rating is None],
        "rows": [
            {"her": her, "forms": [_form(request, her, one) for one in forms]}
            for her, forms in rows[: sources.PAGE]
        ],
        "sites": seen.study.sites,
        "site": site,
        "show_all": show_all,
        "next": "?" + urlencode({**carried, "after": more}) if more else "",
        "first": "?" + urlencode(carried) if after else "",
    }  # fmt: skip
    return render(request, "pages/oversight/verification.html", context)


def _participants(
    request: Asked, site: str, after: str, *, show_all: bool
) -> Iterator[tuple[Participant, tuple[sources.Compared, ...]]]:
    seen = request.seen
    started = after not in seen.trial.participants
    for her in seen.trial.participants.values():
        if not started:
            started = her.id == after
            continue
        if site and her.site != site:
            continue
        forms = sources.compared(seen.study, her, seen.about(her.id))
        left = tuple(one for one in forms if show_all or one.left)
        if left:
            yield her, left


def _form(request: Asked, her: Participant, one: sources.Compared) -> dict[str, object]:
    key = one.key
    return {
        "compared": one,
        "words": form_place(request.seen.study, key.form, key.visit, key.repeat, key.region),
        "address": where(request.actor.role, "verify_form", *address_parts(her.id, key)),
    }


@page(*READS)
def verify_form(
    request: Asked, participant: Participant, form: str, visit: str, region: str, repeat: int
) -> HttpResponse:
    """Show what is recorded on one form beside a tick each."""
    place = place_at(request, participant, form, visit, region, repeat)
    if place.data is None:
        raise Http404
    return _shown(request, participant, place.key)


@act(*PERMITTED["verify_source"])
def verify_items(
    request: Asked, participant: Participant, form: str, visit: str, region: str, repeat: int
) -> HttpResponse:
    """Verify what was ticked."""
    place = place_at(request, participant, form, visit, region, repeat)
    if place.data is None:
        raise Http404
    items = tuple(request.POST.getlist("item"))
    try:
        if not items:
            raise Refused("nothing", _("Tick what you compared with its source."))
        request.act(
            verify_source, participant=participant.id, key=place.key, items=items,
            signed_entry=request.POST.get("seen", ""),
        )  # fmt: skip
    except Refused as problem:
        sentence = told(problem, request.seen.study)
        return _shown(request, participant, place.key, sentence=sentence, ticked=items)
    messages.success(
        request,
        ngettext(
            "{n} item is recorded as compared with its source.",
            "{n} items are recorded as compared with their source.",
            len(items),
        ).format(n=len(items)),
    )
    return redirect(_next(request, participant, place.key))


def _next(request: Asked, her: Participant, done: FormKey) -> str:
    """Go on to this participant's next form with something left, else to the list."""
    study: Study = request.seen.study
    now = request.seen.trial.participants[her.id]
    left = [one.key for one in sources.compared(study, now, ()) if one.left]
    following = done if done in left else next(iter(left), None)
    role = request.actor.role
    if following is None:
        return where(role, "verification")
    return where(role, "verify_form", *address_parts(her.id, following))


def _shown(
    request: Asked, her: Participant, key: FormKey, *, sentence: str = "",
    ticked: tuple[str, ...] = (),
) -> HttpResponse:  # fmt: skip
    study = request.seen.study
    her = request.seen.trial.participants[her.id]
    place = place_at(request, her, *address_parts(her.id, key)[1:])
    assert place.data is not None
    names = set(sources.recorded_items(place.data))
    shown = sheet(study, place, unchanged(request, place))
    changed = sources.changed_since(request.seen.about(her.id)).get(key, frozenset())
    context = {
        "place": place,
        "title": title(study, place),
        "questions": [one for one in shown.questions if one.id in names],
        "by": place.data.verified,
        "changed": changed,
        "ticked": ticked,
        "left": len(names) - len(place.data.verified),
        "critical": key.form in sources.critical_forms(study),
        "verify_at": where(request.actor.role, "verify_items", *address_parts(her.id, key)),
        "form_at": where(request.actor.role, "form", *address_parts(her.id, key)),
        "sentence": sentence,
    }
    return render(
        request, "pages/oversight/verify_form.html", context, status=422 if sentence else 200
    )


_FORM = "verification/<str:participant>/<str:form>/<str:visit>/<str:region>/<int:repeat>/"

PATHS = (
    path("verification/", verification, name="verification"),
    path(_FORM, verify_form, name="verify_form"),
    path(f"{_FORM}verify/", verify_items, name="verify_items"),
)
