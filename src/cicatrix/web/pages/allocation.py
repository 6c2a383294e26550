"""The allocation, proved and not revealed: promises, numbers given, how a stranger checks them.

And for the night: who can break a code, how to reach them, and what happens if it is done. There is
no arm to show, and the next number is nowhere on the page. What is shown is sealing_seen.py's, the
custodian's telephone custodian.py's.
"""

from collections.abc import Sequence
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from cicatrix.trial import facts
from cicatrix.trial.errors import Refused
from cicatrix.trial.ledger import Entry
from cicatrix.trial.progress import sees
from cicatrix.trial.roles import Role
from cicatrix.web.door import STAFF, Asked, page
from cicatrix.web.language.refusals import told
from cicatrix.web.supply import custodian, sealing_seen
from cicatrix.web.typed import text_of

_PROMISES = (facts.SecretCommitted, facts.ListSealed, facts.ListAborted, facts.AllocationOpened)
_WRITES: tuple[Role, ...] = ("pharmacist", "administrator")


@page(*STAFF)
def allocation(request: Asked) -> HttpResponse:
    """Show what proves the allocation, and how to reach the custodian."""
    seen, role = request.seen, request.actor.role
    promises = seen.of(*_PROMISES)
    after = request.GET.get("after", "")
    numbers = sealing_seen.given(seen.trial)
    start = next((n for n, one in enumerate(numbers, start=1) if one.number == after), 0)
    shown_numbers = numbers[start : start + sealing_seen.NUMBERS_A_PAGE]
    more = len(numbers) > start + sealing_seen.NUMBERS_A_PAGE
    sealed, committed = seen.trial.list, seen.trial.committed
    own = request.actor.site or seen.study.sites[0].id
    shown = {
        "reach": custodian.reach(),
        "custodians": sealing_seen.custodians(seen.trial.roles),
        "may_write": role in _WRITES,
        "committed": committed,
        "committed_at": _at(promises, facts.SecretCommitted) if committed else None,
        "sealed": sealed,
        "sealed_at": _at(promises, facts.ListSealed) if sealed else None,
        "root_holds": sealed is not None and sealing_seen.root_holds(sealed),
        "slots": sum(map(len, sealed.slots.values())) if sealed is not None else 0,
        "strata": sealing_seen.strata_of(seen.trial),
        "given_up": sealing_seen.given_up(promises),
        "opened_at": _at(promises, facts.AllocationOpened),
        "numbers": shown_numbers,
        "numbers_seen": sees(role, facts.Randomised),
        "after": start > 0,
        "following": shown_numbers[-1].number if more else "",
        "broken": sealing_seen.broken(seen.trial),
        "breaks_seen": sees(role, facts.CodeBroken),
        "zone": seen.study.site[own].timezone,
    }
    return render(request, "pages/allocation/allocation.html", shown)


@page(*_WRITES, posts=True)
def custodian_contact(request: Asked) -> HttpResponse:
    """Say how to reach the custodian by day and by night."""
    kept = custodian.reach()
    typed = kept.text if kept is not None else ""
    refusal = ""
    if request.method == "POST":
        typed = text_of(request.POST, "text")
        try:
            custodian.keep(typed, actor=request.actor, now=request.seen.now)
        except Refused as problem:
            refusal = told(problem)
        else:
            messages.success(request, _("Everybody on the staff reads this now."))
            return redirect("allocation")
    shown = {"typed": typed, "refusal": refusal, "longest": custodian.LONGEST}
    return render(request, "pages/allocation/custodian.html", shown, status=422 if refusal else 200)


def _at(promises: Sequence[Entry], kind: type[facts.Fact]) -> datetime | None:
    entry = sealing_seen.last_of(promises, kind)
    return entry.at if entry is not None else None


PATHS = (
    path("allocation/", allocation, name="allocation"),
    path("allocation/custodian/", custodian_contact, name="custodian_contact"),
)
