"""One item of a form: every value it had, and what was asked, answered, noted and verified of it.

What can be done about an item stands here, each for those who may: ask a data query, answer or
close it, make a comment, compare it with its source. The trail itself is item_history.py; the
lists of queries over all participants are another page's.
"""

from collections.abc import Callable, Mapping, Sequence

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from cicatrix.trial.actions.comments import comment
from cicatrix.trial.actions.queries import answer_query, close_query, raise_query
from cicatrix.trial.actions.verification import verify_source
from cicatrix.trial.errors import NotPermitted, Refused
from cicatrix.trial.facts import Fact
from cicatrix.trial.participant import Participant
from cicatrix.trial.roles import PERMITTED
from cicatrix.web.door import Asked, page
from cicatrix.web.forms.item_history import history
from cicatrix.web.forms.place import FORM_PATH, READERS, Place, place_at, title
from cicatrix.web.forms.sheet import Question, sheet
from cicatrix.web.language.refusals import told
from cicatrix.web.pages.forms import unchanged

ACTS: Mapping[str, Callable[..., Sequence[Fact]]] = {
    "raise_query": raise_query,
    "answer_query": answer_query,
    "close_query": close_query,
    "comment": comment,
    "verify_source": verify_source,
}
"""What can be done about one item, by the name of the act in the table of roles."""


@page(*READERS, posts=True)
def item(
    request: Asked, participant: Participant, form: str, visit: str, region: str, repeat: int,
    item: str,
) -> HttpResponse:  # fmt: skip
    """Show the trail of one item, and do one thing about it."""
    place, asked = _found(request, participant, form, visit, region, repeat, item)
    if request.method == "POST":
        return _do(request, place, asked, request.POST.get("do", ""))
    return _shown(request, place, asked)


def _found(
    request: Asked, participant: Participant, form: str, visit: str, region: str, repeat: int,
    item: str,
) -> tuple[Place, Question]:  # fmt: skip
    place = place_at(request, participant, form, visit, region, repeat)
    shown = sheet(request.seen.study, place, unchanged(request, place))
    found = next((one for one in shown.questions if one.id == item), None)
    if found is None or place.data is None:
        raise Http404
    return place, found


def _do(request: Asked, place: Place, asked: Question, do: str) -> HttpResponse:
    decide = ACTS.get(do)
    if decide is None:
        raise Http404
    if request.actor.role not in PERMITTED[do]:
        raise NotPermitted(f"A {request.actor.role} may not {do.replace('_', ' ')}.")
    try:
        request.act(
            decide, participant=place.participant.id, **_particulars(request, place, asked, do)
        )
    except Refused as problem:
        return _shown(request, place, asked, failed=do, refusal=told(problem, request.seen.study))
    messages.success(request, _done(do))
    return redirect(place.address("item", asked.id))


def _particulars(request: Asked, place: Place, asked: Question, do: str) -> dict[str, object]:
    text = request.POST.get("text", "")
    query = request.POST.get("query", "")
    match do:
        case "answer_query" | "close_query":
            if query not in {one.id for one in asked.queries}:
                raise Http404
            return {"query": query, "text" if do == "answer_query" else "reason": text}
        case "verify_source":
            return {
                "key": place.key,
                "items": (asked.id,),
                "signed_entry": request.POST.get("seen", ""),
            }
    return {"key": place.key, "item": asked.id, "text": text}


def _done(do: str) -> str:
    return {
        "raise_query": _("The query is raised."),
        "answer_query": _("The answer is recorded."),
        "close_query": _("The query is closed."),
        "comment": _("The comment is recorded."),
        "verify_source": _("Recorded: compared with its source."),
    }[do]


def _shown(
    request: Asked, place: Place, asked: Question, *, failed: str = "", refusal: str = ""
) -> HttpResponse:
    study = request.seen.study
    entries = request.seen.about(place.participant.id)
    shown = {
        "place": place,
        "title": title(study, place),
        "asked": asked,
        "steps": history(study, entries, place.key, asked.item),
        "site": study.site[place.participant.site],
        "may": {do: request.actor.role in PERMITTED[do] for do in ACTS},
        "failed": failed,
        "refusal": refusal,
        "typed": request.POST.get("text", ""),
        "asked_of": request.POST.get("query", ""),
    }
    return render(request, "pages/forms/item.html", shown, status=422 if refusal else 200)


PATHS = (path(f"{FORM_PATH}items/<str:item>/", item, name="item"),)
