"""Kits: a site's stock by place and by number, and what waits for a decision; as a file too.

Every kit looks like every other: counts are by place, never by kind. What is done with kits is in
kit_acts.py; handing one out starts at the participant's doses (doses.py). Lists, code-breaks and
releases are the custodian's own program and nowhere here.
"""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path

from cicatrix.exchange.stock import write_stock
from cicatrix.trial.roles import PERMITTED
from cicatrix.web.door import Asked, page
from cicatrix.web.pages.doses import READS
from cicatrix.web.supply.kits_seen import sites_of, stockroom

_ACTS = (
    "receive_kits",
    "read_temperature",
    "quarantine_kits",
    "release_quarantine",
    "return_kit",
    "destroy_kits",
    "witness_destruction",
)


@page(*READS)
def kits(request: Asked) -> HttpResponse:
    """Show the stock of one site, and the way to the others."""
    seen = request.seen
    sites = sites_of(seen.study, request.actor)
    named = request.GET.get("site") or sites[0].id
    site = next((one for one in sites if one.id == named), None)
    if site is None:
        raise Http404
    after = request.GET.get("after", "")
    room = stockroom(seen.study, seen.trial, site, now=seen.now, after=after)
    shown = {
        "room": room,
        "after": after,
        "sites": sites,
        "rows": [(line, seen.trial.stock.kits[line.kit].dispensed) for line in room.lines],
        "storage": seen.study.treatment.storage,
        "may": {name for name in _ACTS if request.actor.role in PERMITTED[name]},
    }
    return render(request, "pages/kits/kits.html", shown)


@page(*READS)
def stock_csv(request: Asked) -> HttpResponse:
    """Give the stock as a file, as far as the one who asks sees it."""
    text = write_stock(request.seen.study, request.seen.trial, now=request.seen.now)
    return HttpResponse(
        text,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="stock.csv"'},
    )


PATHS = (
    path("kits/", kits, name="kits"),
    path("kits/stock.csv", stock_csv, name="stock_csv"),
)
