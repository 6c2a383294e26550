"""The lock: the checklist of what stands before it, the reasons for what stays, the lock itself.

Everybody who watches over the trial reads the list; the data manager locks, with a second factor.
A reason can be given for one thing or for a whole group, and is recorded with the lock for each.
What was typed stays on the page until the lock is done.
"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cicatrix.trial.actions.lock import lock as lock_trial
from cicatrix.trial.errors import NotPermitted, Refused
from cicatrix.trial.facts import AllocationOpened, TrialLocked
from cicatrix.trial.roles import PERMITTED, Role
from cicatrix.web.access.signing import confirmed
from cicatrix.web.door import Asked, page
from cicatrix.web.language.refusals import told
from cicatrix.web.oversight.checklist import KINDS, Group, accepted, checklist, mark
from cicatrix.web.oversight.proof import keep_checkpoint

READS: tuple[Role, ...] = (
    "data_manager", "sponsor", "monitor", "auditor", "statistician", "investigator", "coordinator",
)  # fmt: skip

SINGLY = 300
"""How many things get a field of their own; of more, only whole groups can be given a reason."""

SHOWN = 60
"""How many things of a group are named where they have no field of their own."""


@page(*READS, posts=True)
def lock(request: Asked) -> HttpResponse:
    """Show what stands between today and lock, and lock."""
    if request.method != "POST":
        return _shown(request)
    if request.actor.role not in PERMITTED["lock"]:
        raise NotPermitted(f"A {request.actor.role} may not lock.")
    if request.seen.trial.locked_at is not None:
        return redirect("lock")
    groups = checklist(request.seen)
    singly, by_kind = _typed(request)
    reasons = accepted(groups, singly, by_kind)
    left = sum(len(group.points) for group in groups) - len(reasons)
    try:
        if request.POST.get("list") != mark(groups):
            raise Refused(
                "changed", _("The list changed since it was shown; look at it again, then lock.")
            )
        if left:
            raise Refused(
                "outstanding",
                ngettext(
                    "{n} thing on the list has no reason: put it right, or say why it stays.",
                    "{n} things on the list have no reason: put them right, or say why they stay.",
                    left,
                ).format(n=left),
            )
        if request.POST.get("sure") != "yes":
            raise Refused("sure", _("Tick that you know that a lock cannot be undone."))
        confirmed(request)
        keep_checkpoint()  # A key that cannot sign must not be found after the lock.
        request.act(lock_trial, accepted=reasons)
        keep_checkpoint()
    except Refused as problem:
        return _shown(request, sentence=told(problem, request.seen.study))
    messages.success(request, _("The trial is locked."))
    return redirect("lock")


def _typed(request: Asked) -> tuple[dict[str, str], dict[str, str]]:
    """Read the reasons for single things and for groups."""
    singly = {
        name.removeprefix("one-"): str(text)
        for name, text in request.POST.items()
        if name.startswith("one-")
    }
    by_kind = {kind: request.POST.get(f"all-{kind}", "") for kind in KINDS}
    return singly, by_kind


def _shown(request: Asked, *, sentence: str = "") -> HttpResponse:
    seen = request.seen
    locked = next(iter(seen.of(TrialLocked)), None)
    groups = () if locked else checklist(seen)
    number = sum(len(group.points) for group in groups)
    may = request.actor.role in PERMITTED["lock"]
    singly, by_kind = _typed(request)
    context = {
        "locked": locked,
        "kept": locked.fact.accepted if locked and isinstance(locked.fact, TrialLocked) else {},
        "opened": next(iter(seen.of(AllocationOpened)), None),
        "zone": seen.study.sites[0].timezone,
        "groups": [_group(group, singly, by_kind, each=number <= SINGLY) for group in groups],
        "number": number,
        "each": number <= SINGLY,
        "mark": mark(groups),
        "may": may,
        "sure": request.POST.get("sure") == "yes",
        "sentence": sentence,
    }
    return render(request, "pages/oversight/lock.html", context, status=422 if sentence else 200)


def _group(
    group: Group, singly: dict[str, str], by_kind: dict[str, str], *, each: bool
) -> dict[str, object]:
    shown = group.points if each else group.points[:SHOWN]
    return {
        "kind": group.kind,
        "words": KINDS.get(group.kind, group.kind),
        "number": len(group.points),
        "points": [(point, singly.get(point.id, "")) for point in shown],
        "more": len(group.points) - len(shown),
        "reason": by_kind.get(group.kind, ""),
    }


PATHS = (path("lock/", lock, name="lock"),)
