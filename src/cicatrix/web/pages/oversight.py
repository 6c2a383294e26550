"""The dashboard: recruitment against plan, retention, data quality, raters, deviations, overdue.

Everything is computed from what the asking actor sees: a coordinator or an investigator of one
site sees that site. Its parts are worked out in web/oversight/. Figures are images of their own,
each beside a table with the same numbers.
"""

from collections.abc import Sequence
from typing import get_args

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from cicatrix.trial.actions.people import change_recruitment
from cicatrix.trial.facts import RecruitmentChanged, RecruitmentStatus
from cicatrix.trial.roles import PERMITTED, Role
from cicatrix.web.door import Asked, page
from cicatrix.web.oversight.dashboard import dashboard
from cicatrix.web.oversight.figures import draw
from cicatrix.web.oversight.quality import AGES, SiteConduct
from cicatrix.web.oversight.recruitment import by_month
from cicatrix.web.recording import chosen, tried
from cicatrix.web.where import where

WATCHERS: tuple[Role, ...] = (
    "sponsor", "investigator", "coordinator", "data_manager", "monitor", "statistician", "auditor",
)  # fmt: skip

STATUSES: tuple[str, ...] = get_args(RecruitmentStatus)


@page(*WATCHERS)
def oversight(request: Asked) -> HttpResponse:
    """Show how the trial goes."""
    seen, role = request.seen, request.actor.role
    board = dashboard(seen)
    shown = {
        "board": board,
        "months": by_month(board.recruitment.curve),
        "totals": _totals(board.quality.sites),
        "ages": AGES,
        "registry": seen.study.registry,
        "to": {
            name: where(role, name)
            for name in ("participants", "queries", "verification", "lock", "audit", "recruitment")
        },
    }
    return render(request, "pages/oversight/dashboard.html", shown)


def _totals(sites: Sequence[SiteConduct]) -> dict[str, int]:
    return {
        "doses_missed": sum(one.doses_missed for one in sites),
        "overdue": sum(one.overdue for one in sites),
    }


@page(*WATCHERS)
def figure(request: Asked, name: str) -> HttpResponse:
    """Give one figure."""
    drawn = draw(name, dashboard(request.seen))
    if drawn is None:
        raise Http404
    return HttpResponse(drawn, content_type="image/svg+xml; charset=utf-8")


@page(*PERMITTED["change_recruitment"], posts=True)
def recruitment(request: Asked) -> HttpResponse:
    """Show the recruitment status and how it changed, and change it."""
    sentence = ""
    status, reason = request.POST.get("status", ""), request.POST.get("reason", "").strip()
    if request.method == "POST":
        sentence = tried(
            request,
            lambda: request.act(
                change_recruitment,
                status=chosen(status, STATUSES, _("Choose one of the statuses.")),
                reason=reason or None,
            ),
        )
        if not sentence:
            messages.success(request, _("The recruitment status is recorded."))
            return redirect("recruitment")
    shown = {
        "sentence": sentence,
        "status": status,
        "reason": reason,
        "statuses": [
            one
            for one in STATUSES
            if one not in ("NOT_YET_RECRUITING", request.seen.trial.recruitment)
        ],
        "changes": request.seen.of(RecruitmentChanged)[::-1],
        "zone": request.seen.study.sites[0].timezone,
    }
    return render(
        request, "pages/oversight/recruitment.html", shown, status=422 if sentence else 200
    )


PATHS = (
    path("oversight/", oversight, name="oversight"),
    path("oversight/figures/<str:name>.svg", figure, name="figure"),
    path("oversight/recruitment/", recruitment, name="recruitment"),
)
