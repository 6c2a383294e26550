"""Data queries: the list with its filters, one query, and closing many after a dry run.

A dry run shows exactly which queries would be closed and which not; the second press closes those
of the list that are still what they were, one by one, and tells of each that was not. A site
answers its own. What a query does is trial/actions/queries.py.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from cicatrix.trial.actions import gate
from cicatrix.trial.actions.queries import answer_query, close_query
from cicatrix.trial.errors import NotPermitted, Refused
from cicatrix.trial.facts import Fact
from cicatrix.trial.participant import Participant
from cicatrix.trial.roles import PERMITTED, Role
from cicatrix.web.door import Asked, act, page
from cicatrix.web.forms.item_history import history
from cicatrix.web.forms.place import READERS
from cicatrix.web.language.refusals import told
from cicatrix.web.oversight import data_queries
from cicatrix.web.oversight.data_queries import STATES, Raised, Wanted
from cicatrix.web.recording import tried

READS: tuple[Role, ...] = tuple(role for role in READERS if role != "rater")
"""Who sees queries in a list; a rater finds those on his own forms there."""

AT_ONCE = 200
"""How many queries one press closes."""

_STATES = {
    "open": gettext_lazy("open, answered or not"),
    "unanswered": gettext_lazy("without an answer"),
    "answered": gettext_lazy("answered, not closed"),
    "closed": pgettext_lazy("query", "closed"),
    "all": pgettext_lazy("query", "all"),
}
_SHAPES = {"unanswered": "due", "answered": "part", "closed": "done"}


@page(*READS)
def queries(request: Asked) -> HttpResponse:
    """List queries."""
    wanted = _wanted(request.GET, request)
    everything = list(data_queries.all_asked(request.seen))
    found = data_queries.matching(everything, wanted)
    shown = data_queries.following(found, everything, request.GET.get("after", ""))
    rows = shown[: data_queries.PAGE]
    more = rows[-1].query.id if len(shown) > len(rows) else ""
    carried = _carried(wanted)
    study = request.seen.study
    context = {
        "rows": [_line(request, one) for one in rows],
        "found": len(found),
        "wanted": wanted,
        "carried": carried,
        "states": _STATES.items(),
        "texts": data_queries.texts(everything),
        "forms": [one for one in study.forms if one.rating is None],
        "sites": study.sites if request.actor.site is None else (),
        "ages": (7, 28, 90),
        "next": "?" + urlencode({**carried, "after": more}) if more else "",
        "first": "?" + urlencode(carried) if request.GET.get("after") else "",
        "may_close": request.actor.role in PERMITTED["close_query"],
    }
    return render(request, "pages/oversight/queries.html", context)


@page(*READS, posts=True)
def query(request: Asked, participant: Participant, query: str) -> HttpResponse:
    """Show one query, and answer or close it."""
    role = request.actor.role
    sentence = ""
    do, text = request.POST.get("do", ""), request.POST.get("text", "")
    one = _one(request, participant.id, query)
    if request.method == "POST":
        acts: Mapping[str, tuple[Callable[..., Sequence[Fact]], str]] = {
            "answer_query": (answer_query, "text"),
            "close_query": (close_query, "reason"),
        }
        if do not in acts:
            raise Http404
        if role not in PERMITTED[do]:
            raise NotPermitted(f"A {role} may not {do.replace('_', ' ')}.")
        decide, field = acts[do]
        given = {"participant": participant.id, "query": query, field: text}
        sentence = tried(request, lambda: request.act(decide, **given))
        if not sentence:
            done = {
                "answer_query": _("The answer is recorded."),
                "close_query": _("The query is closed."),
            }
            messages.success(request, done[do])
            return redirect("query", participant.id, query)
    study = request.seen.study
    form = study.form.get(one.query.key.form)
    item = form.items.get(one.query.item) if form else None
    entries = request.seen.about(participant.id)
    context = {
        "line": _line(request, one),
        "steps": history(study, entries, one.query.key, item) if item else (),
        "site": study.site[participant.site],
        "may": {name: role in PERMITTED[name] for name in ("answer_query", "close_query")},
        "sentence": sentence,
        "failed": do if sentence else "",
        "typed": text,
    }
    return render(request, "pages/oversight/query.html", context, status=422 if sentence else 200)


@act(*PERMITTED["close_query"])
def queries_close(request: Asked) -> HttpResponse:
    """Show which queries a press would close; or, with their list, close them."""
    unanswered = request.POST.get("unanswered") == "yes"
    everything = list(data_queries.all_asked(request.seen))
    wanted = _wanted(request.POST, request)
    if request.POST.get("sure") != "yes":
        found = data_queries.matching(everything, wanted)[:AT_ONCE]
        listed = [(one.token, one) for one in found]
        return _dry_run(request, wanted, listed, unanswered=unanswered)
    known = {(one.her.id, one.query.id): one for one in everything}
    tokens = request.POST.getlist("query")[:AT_ONCE]
    asked = [(token, known.get(_named(token))) for token in tokens]
    reason = request.POST.get("reason", "")
    try:
        gate.reasoned(reason, what="Closing a query")
        if not tokens:
            raise Refused("nothing", _("No query was in the list."))
    except Refused as problem:
        sentence = told(problem, request.seen.study)
        return _dry_run(
            request, wanted, asked, unanswered=unanswered, sentence=sentence, reason=reason
        )
    return _closed(request, wanted, asked, reason, unanswered=unanswered)


def _closed(
    request: Asked, wanted: Wanted, asked: Sequence[tuple[str, Raised | None]], reason: str, *,
    unanswered: bool,
) -> HttpResponse:  # fmt: skip
    left: list[dict[str, str]] = []
    closed = 0
    for token, one in asked:
        why = data_queries.obstacle(request.seen.trial, one, token, unanswered=unanswered)
        if one is not None and not why:
            given = {"participant": one.her.id, "query": one.query.id, "reason": reason}
            why = tried(request, partial(request.act, close_query, **given))
        if why:
            left.append({"name": " ".join(_named(token)), "why": why})
        else:
            closed += 1
    done = ngettext("{n} query is closed.", "{n} queries are closed.", closed).format(n=closed)
    if not left:
        messages.success(request, done)
        return redirect("queries")
    context = {"done": done, "left": left, "back": "?" + urlencode(_carried(wanted))}
    return render(request, "pages/oversight/queries_closed.html", context)


def _dry_run(
    request: Asked, wanted: Wanted, listed: Sequence[tuple[str, Raised | None]], *,
    unanswered: bool, sentence: str = "", reason: str = "",
) -> HttpResponse:  # fmt: skip
    would, would_not = [], []
    for token, one in listed:
        why = data_queries.obstacle(request.seen.trial, one, token, unanswered=unanswered)
        if one is not None and not why:
            would.append({"token": token, **_line(request, one)})
        elif one is not None:
            would_not.append({"why": why, **_line(request, one)})
    context = {
        "would": would,
        "would_not": would_not,
        "unanswered": unanswered,
        "can_take_back": any(one and one.state == "unanswered" for _token, one in listed),
        "carried": _carried(wanted),
        "back": "?" + urlencode(_carried(wanted)),
        "at_once": AT_ONCE if len(listed) == AT_ONCE else 0,
        "sentence": sentence,
        "reason": reason,
    }
    return render(
        request, "pages/oversight/queries_close.html", context, status=422 if sentence else 200
    )


def _line(request: Asked, one: Raised) -> dict[str, object]:
    study = request.seen.study
    return {
        "asked": one,
        "about": data_queries.about(study, one.query),
        "value": data_queries.value_now(study, one),
        "item_at": data_queries.item_address(request.actor.role, one),
        "state": _STATES[one.state],
        "shape": _SHAPES[one.state],
    }


def _one(request: Asked, participant: str, query: str) -> Raised:
    for one in data_queries.all_asked(request.seen):
        if (one.her.id, one.query.id) == (participant, query):
            return one
    raise Http404


def _named(token: str) -> tuple[str, str]:
    participant, _space, rest = token.rpartition(" ")[0].partition(" ")
    return participant, rest


def _wanted(given: QueryDict, request: Asked) -> Wanted:
    study = request.seen.study
    state, days = given.get("state", ""), given.get("days", "")
    site, form = given.get("site", ""), given.get("form", "")
    return Wanted(
        state if state in STATES else "open",
        given.get("text", ""),
        form if form in study.form else "",
        site if request.actor.site is None and site in {one.id for one in study.sites} else "",
        int(days) if days.isascii() and days.isdigit() and len(days) < 5 else 0,
    )


def _carried(wanted: Wanted) -> dict[str, str]:
    found = {
        "state": wanted.state if wanted.state != "open" else "",
        "text": wanted.text,
        "form": wanted.form,
        "site": wanted.site,
        "days": str(wanted.days or ""),
    }
    return {name: value for name, value in found.items() if value}


PATHS = (
    path("queries/", queries, name="queries"),
    path("queries/close/", queries_close, name="queries_close"),
    path("participants/<str:participant>/queries/<str:query>/", query, name="query"),
)
