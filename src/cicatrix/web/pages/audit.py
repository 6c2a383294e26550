"""The audit trail with its filters, the same as a file, and the check of a checkpoint.

Everything is asked of what the actor sees. A filter that cannot be read shows nothing and says
why. The check of a checkpoint is the one thing here that reads the true ledger, and it answers by
yes or no (web/oversight/proof.py).
"""

import csv
import io
from collections.abc import Callable
from datetime import date
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from cicatrix.trial.errors import Refused
from cicatrix.trial.ledger import Entry
from cicatrix.trial.roles import Role
from cicatrix.trial.schedule import local_date
from cicatrix.web.door import Asked, page
from cicatrix.web.language.refusals import told
from cicatrix.web.oversight import trail
from cicatrix.web.oversight.proof import held
from cicatrix.web.oversight.trail import Line, Wanted
from cicatrix.web.recording import day_in
from cicatrix.web.where import where

READS: tuple[Role, ...] = (
    "auditor", "monitor", "data_manager", "sponsor", "statistician", "investigator", "coordinator",
)  # fmt: skip

PROVERS: tuple[Role, ...] = ("auditor", "sponsor", "data_manager")
"""Who may hold a checkpoint against the ledger."""

AT_ONCE = 5_000
"""How many entries one file holds; the next file begins where it ends."""

_COLUMNS = (
    "place", "at_utc", "day_at_site", "user", "role", "site", "kind", "participant", "about",
    "item", "value", "value_before", "reason_or_text",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@page(*READS)
def audit(request: Asked) -> HttpResponse:
    """Show one page of the trail."""
    seen = request.seen
    zone = seen.study.sites[0].timezone if len(seen.study.sites) == 1 else _own_zone(request)
    wanted, wrong = _wanted(request)
    fits = [] if wrong else trail.found(seen, wanted, _local(request))
    shown = fits[: trail.PAGE]
    more = shown[-1][0] if len(fits) > len(shown) else 0
    carried = _carried(request)
    first = where(request.actor.role, "audit")
    context = {
        "lines": [
            {"line": one, "her_at": where(request.actor.role, "participant", one.participant)
             if one.participant else "", "items": _items(request, one)}
            for one in trail.lines(seen, shown, _local(request))
        ],
        "choices": trail.choices(seen),
        "given": {name: request.GET.get(name, "") for name in _NAMES},
        "filtered": bool(carried),
        "found": len(fits),
        "wrong": wrong,
        "zone": zone,
        "next": "?" + urlencode({**carried, "before": more}) if more else "",
        "first": first + ("?" + urlencode(carried) if carried else ""),
        "after_first": wanted.before is not None,
        "files": _files(carried, fits) if fits else (),
        "may_prove": request.actor.role in PROVERS,
    }  # fmt: skip
    return render(request, "pages/oversight/audit.html", context)


@page(*READS)
def audit_csv(request: Asked) -> HttpResponse:
    """Give the entries looked for as a file, one row for each value or other entry.

    A text that a spreadsheet would take for a formula has an apostrophe before it.
    """
    wanted, wrong = _wanted(request)
    fits = [] if wrong else trail.found(request.seen, wanted, _local(request))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for line in trail.lines(request.seen, fits[:AT_ONCE], _local(request)):
        start = (
            line.place, f"{line.at:%Y-%m-%dT%H:%M:%SZ}", line.day.isoformat(), line.user,
            line.role, line.site, line.code, line.participant, line.detail,
        )  # fmt: skip
        for change in line.changes or (None,):
            values = (change.item, change.value, change.before) if change else ("", "", "")
            writer.writerow([_cell(one) for one in (*start, *values, line.remark)])
    return HttpResponse(
        out.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="audit_trail.csv"'},
    )


@page(*PROVERS, posts=True)
def checkpoint(request: Asked) -> HttpResponse:
    """Hold a checkpoint that somebody kept against the ledger."""
    text = request.POST.get("checkpoint", "")
    context: dict[str, object] = {"text": text, "zone": request.seen.study.sites[0].timezone}
    if request.method != "POST":
        return render(request, "pages/oversight/checkpoint.html", context)
    try:
        if not text.strip():
            raise Refused("checkpoint", _("Paste the whole checkpoint, as it was mailed."))
        context["held"] = held(text)
    except Refused as problem:
        context["sentence"] = told(problem, request.seen.study)
        return render(request, "pages/oversight/checkpoint.html", context, status=422)
    return render(request, "pages/oversight/checkpoint.html", context)


_NAMES = ("participant", "kind", "user", "role", "since", "until")


def _wanted(request: Asked) -> tuple[Wanted, str]:
    """Read the filters, or say which of them cannot be read."""
    days: dict[str, date | None] = {}
    try:
        for name in ("since", "until"):
            text = request.GET.get(name, "").strip()
            days[name] = day_in(text) if text else None
    except Refused as problem:
        return Wanted(), told(problem)
    before = request.GET.get("before", "")
    place = int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None
    return (
        Wanted(
            request.GET.get("participant", "").strip(),
            request.GET.get("kind", ""),
            request.GET.get("user", ""),
            request.GET.get("role", ""),
            days["since"],
            days["until"],
            place,
        ),
        "",
    )


def _carried(request: Asked) -> dict[str, str]:
    given = {name: request.GET.get(name, "").strip() for name in _NAMES}
    return {name: text for name, text in given.items() if text}


def _files(carried: dict[str, str], fits: list[tuple[int, Entry]]) -> list[tuple[int, str]]:
    """Give the addresses of as many files as it takes, each with its number."""
    base = reverse("audit_csv")
    found = []
    for number, start in enumerate(range(0, len(fits), AT_ONCE), start=1):
        found.append((number, f"{base}?" + urlencode({**carried, "before": fits[start][0] + 1})))
    return found


def _local(request: Asked) -> Callable[[Entry], date]:
    """Give the day of an entry where it happened: at its participant's site, or the actor's."""
    study, trial = request.seen.study, request.seen.trial
    known = {one.id for one in study.sites}

    def local(entry: Entry) -> date:
        her = trial.participants.get(getattr(entry.fact, "participant", ""))
        at = her.site if her else entry.actor.site
        return local_date(study, at if at in known else study.sites[0].id, entry.at)

    return local


def _own_zone(request: Asked) -> str:
    """Give the zone of the actor's own site; who sees several sites reads UTC."""
    sites = {one.id: one.timezone for one in request.seen.study.sites}
    return sites.get(request.actor.site or "", "")


def _items(request: Asked, line: Line) -> list[dict[str, object]]:
    """Give each changed value with the page of its item's history."""
    base = line.address
    return [
        {"change": one, "address": f"{base}items/{one.item}/" if base else ""}
        for one in line.changes
    ]


def _cell(text: object) -> str:
    written = str(text)
    return f"'{written}" if written.startswith(_FORMULA) else written


PATHS = (
    path("audit/", audit, name="audit"),
    path("audit/entries.csv", audit_csv, name="audit_csv"),
    path("audit/checkpoint/", checkpoint, name="checkpoint"),
)
