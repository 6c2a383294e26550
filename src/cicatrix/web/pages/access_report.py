"""The access report: the list of everyone who could see anything, for those who oversee people.

Staff first, participants with pages of their own on request; by user, site and day. What each role
sees is trial/visibility.py's; here is who held it.
"""

from datetime import date
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import CodeBroken
from cicatrix.trial.progress import sees
from cicatrix.trial.roles import Role
from cicatrix.trial.schedule import local_date
from cicatrix.trial.study import Study
from cicatrix.web.door import Asked, page
from cicatrix.web.language.refusals import told
from cicatrix.web.oversight import access
from cicatrix.web.oversight.access import Holding
from cicatrix.web.recording import day_in
from cicatrix.web.where import where

READS: tuple[Role, ...] = (
    "auditor", "monitor", "sponsor", "data_manager", "statistician", "administrator",
)  # fmt: skip

COUNTS_OPENINGS = ("auditor", "monitor")
"""Who sees how often the contact book was opened."""


@page(*READS)
def access_report(request: Asked) -> HttpResponse:
    """Show who held which role, where, and from when to when."""
    seen, role = request.seen, request.actor.role
    user, site = request.GET.get("user", "").strip(), request.GET.get("site", "")
    participants = request.GET.get("show") == "participants"
    on, wrong = _day(request.GET.get("on", "").strip())
    everybody = access.holdings(seen)
    fits = [
        one for one in everybody
        if (one.role == "participant") is participants
        and user in ("", one.user)
        and (not site or one.site in ("", site))
        and (on is None or _held_on(seen.study, one, on))
    ]  # fmt: skip
    start = _start(fits, request.GET.get("after", ""))
    shown = [] if wrong else fits[start : start + access.PAGE]
    more = start + len(shown) < len(fits) and shown
    given = {"user": user, "site": site, "on": request.GET.get("on", "").strip()}
    carried = {name: text for name, text in given.items() if text}
    if participants:
        carried["show"] = "participants"
    sites = {one.id: one for one in seen.study.sites}
    context = {
        "rows": [(one, sites.get(one.site)) for one in shown],
        "found": 0 if wrong else len(fits),
        "given": given,
        "users": sorted({one.user for one in everybody if one.role != "participant"}),
        "sites": seen.study.sites,
        "participants": participants,
        "wrong": wrong,
        "told": [(one, where(role, "participant", one.participant)) for one in access.told(seen)],
        "breaks_seen": sees(role, CodeBroken),
        "openings": access.openings() if role in COUNTS_OPENINGS else None,
        "zone": seen.study.sites[0].timezone if len(sites) == 1 else "",
        "next": "?" + urlencode({**carried, "after": _key(shown[-1])}) if more else "",
    }
    return render(request, "pages/oversight/access.html", context)


def _day(text: str) -> tuple[date | None, str]:
    try:
        return (day_in(text) if text else None), ""
    except Refused as problem:
        return None, told(problem)


def _held_on(study: Study, one: Holding, day: date) -> bool:
    """Tell whether a role was held on a day of its site, or of the study's first one."""
    known = {site.id for site in study.sites}
    at = one.site if one.site in known else study.sites[0].id
    if local_date(study, at, one.since) > day:
        return False
    return one.until is None or local_date(study, at, one.until) >= day


def _key(one: Holding) -> str:
    return "|".join((one.user, one.role, one.site, one.since.isoformat()))


def _start(found: list[Holding], after: str) -> int:
    keys = [_key(one) for one in found]
    return keys.index(after) + 1 if after in keys else 0


PATHS = (path("access/", access_report, name="access_report"),)
