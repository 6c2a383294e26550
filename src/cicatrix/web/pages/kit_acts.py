"""What is done with kits in stock: receive, read the log, quarantine, decide, return, destroy.

What an act would mean is shown before it is recorded, where a short entry stands for much: a range
of kits, a log that sends the whole storage into quarantine. What was typed stays on the page when
it is refused, and a form that is sent twice records once. The stock itself is kits.py.
"""

from collections.abc import Mapping, Sequence

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from cicatrix.trial.actions.returns import destroy_kits, return_kit, witness_destruction
from cicatrix.trial.actions.storage import (
    condemn_quarantine,
    quarantine_kits,
    read_temperature,
    release_quarantine,
)
from cicatrix.trial.actions.supply import receive_kits
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import Fact, KitsQuarantined, KitsReceived
from cicatrix.trial.roles import PERMITTED
from cicatrix.trial.stock import Kit, Reading
from cicatrix.web.door import Asked, act, page
from cicatrix.web.language.refusals import told
from cicatrix.web.supply.kits_seen import last_quarantine, sites_of, tubes_typed
from cicatrix.web.supply.labels import KitsTyped, read_kits
from cicatrix.web.trying import tried
from cicatrix.web.typed import choice_of, day_of, number_of, text_of

_LONGEST_LIST = 200_000


@page(*PERMITTED["receive_kits"], posts=True)
def kits_receive(request: Asked) -> HttpResponse:
    """Take a shipment in: what was typed is shown as the kits it means before it is recorded."""
    if request.method != "POST" or request.POST.get("step") == "edit":
        return _form(request, "receive")
    try:
        site, kits = _site(request), _kits(request)
        particulars = {
            "site": site,
            "kits": kits.kits,
            "condition": choice_of(request.POST, "condition", ("intact", "damaged")),
            "expires": day_of(request.POST, "expires"),
            "lowest_celsius": number_of(request.POST, "lowest"),
            "highest_celsius": number_of(request.POST, "highest"),
        }
        known = request.seen.trial.stock.kits
        here = [one for one in kits.kits if one in known and known[one].site == site]
        if _recording(request) and kits.kits and len(here) == len(kits.kits):
            return _done(request, site, _("These kits were received already."))
        if particulars["condition"] is None:
            raise Refused("condition", _("Say whether the shipment arrived intact or damaged."))
        if not _recording(request):
            would = tried(request, receive_kits, **particulars)
            return _meaning(request, "receive", would, kits)
        request.act(receive_kits, **particulars)
    except Refused as problem:
        return _form(request, "receive", problem=problem)
    return _done(request, site, _("Received: {count} kits.").format(count=len(kits.kits)))


@page(*PERMITTED["read_temperature"], posts=True)
def kits_temperature(request: Asked) -> HttpResponse:
    """Record what the log of a storage shows; what it means for the kits is shown first."""
    if request.method != "POST" or request.POST.get("step") == "edit":
        return _form(request, "temperature")
    try:
        site = _site(request)
        kits = _kits(request)
        low, high = number_of(request.POST, "lowest"), number_of(request.POST, "highest")
        if low is None or high is None:
            raise Refused("log", _("Type the lowest and the highest temperature of the log."))
        reading = Reading(low, high, number_of(request.POST, "hours") or 0.0)
        known = request.seen.trial.stock.readings.get(site, [])
        if _sent_twice(request, same=known[-1:] == [reading]):
            return _done(request, site, _("This reading was recorded already."))
        particulars = {
            "site": site,
            "lowest_celsius": low,
            "highest_celsius": high,
            "hours_outside": reading.hours_outside,
            "kits": kits.kits or None,
        }
        would = tried(request, read_temperature, **particulars)
        if len(would) > 1 and not _recording(request):
            return _meaning(request, "temperature", would, kits)
        request.act(read_temperature, **particulars)
    except Refused as problem:
        return _form(request, "temperature", problem=problem)
    return _done(request, site, _("The reading is recorded."))


@page(*PERMITTED["quarantine_kits"], posts=True)
def kits_quarantine(request: Asked) -> HttpResponse:
    """Forbid the use of kits until it is decided what becomes of them."""
    if request.method != "POST" or request.POST.get("step") == "edit":
        return _form(request, "quarantine")
    try:
        site, kits = _site(request), _kits(request)
        reason = text_of(request.POST, "reason")
        last = last_quarantine(request.seen.trial, site)
        same = last is not None and (last.kits, last.reason) == (tuple(sorted(kits.kits)), reason)
        if _sent_twice(request, same=same):
            return _done(request, site, _("This quarantine was recorded already."))
        particulars = {"site": site, "kits": kits.kits, "reason": reason}
        if not _recording(request):
            would = tried(request, quarantine_kits, **particulars)
            return _meaning(request, "quarantine", would, kits)
        request.act(quarantine_kits, **particulars)
    except Refused as problem:
        return _form(request, "quarantine", problem=problem)
    return _done(request, site, _("In quarantine: {count} kits.").format(count=len(kits.kits)))


@page(*PERMITTED["release_quarantine"], posts=True)
def kits_decide(request: Asked, quarantine: str) -> HttpResponse:
    """Release all kits of a quarantine, or condemn them all."""
    found = request.seen.trial.stock.quarantines.get(quarantine)
    if found is None:
        raise Http404
    shown = {"quarantine": found, "name": quarantine, "closed": found.decided is not None}
    if request.method != "POST":
        return _form(request, "decide", shown)
    decisions = {"released": release_quarantine, "condemned": condemn_quarantine}
    decision = choice_of(request.POST, "decision", decisions)
    if decision is not None and found.decided == decision:
        return _done(request, found.site, _("This was decided so already."))
    try:
        if decision is None:
            raise Refused("decision", _("Choose what becomes of these kits."))
        reason = text_of(request.POST, "reason")
        request.act(decisions[decision], quarantine=quarantine, reason=reason)
    except Refused as problem:
        return _form(request, "decide", shown, problem)
    return _done(request, found.site, _("Decided: {quarantine}.").format(quarantine=quarantine))


@page(*PERMITTED["return_kit"], posts=True)
def kit_return(request: Asked, kit: str) -> HttpResponse:
    """Take a kit back with its unused tubes counted."""
    found = _stocked(request, kit)
    shown = {
        "kit": kit,
        "holder": found.dispensed,
        "tubes": sorted(request.seen.study.tube),
        "ticked": request.POST.getlist("tube"),
        "today": request.seen.today(found.site),
    }
    if request.method != "POST":
        return _form(request, "return", shown)
    try:
        tubes = tubes_typed(request.POST.getlist("tube"))
        if found.returned is not None and found.returned == tubes:
            return _done(request, found.site, _("Kit {kit} is back already.").format(kit=kit))
        by = choice_of(request.POST, "by", ("participant", "site"))
        if by is None or tubes is None:
            raise Refused("by", _("Say who brings the kit back."))
        request.act(
            return_kit, site=found.site, kit=kit, tubes=tubes, returned_by=by,
            on=day_of(request.POST, "on"),
        )  # fmt: skip
    except Refused as problem:
        return _form(request, "return", shown, problem)
    return _done(request, found.site, _("Kit {kit} is back.").format(kit=kit))


@page(*PERMITTED["destroy_kits"], posts=True)
def kits_destroy(request: Asked) -> HttpResponse:
    """Record that kits were destroyed; it counts once somebody else has witnessed it."""
    seen = request.seen
    gone = {
        site.id: [
            name
            for name, kit in seen.trial.stock.at(site.id).items()
            if kit.place(seen.today(site.id)) in ("returned", "expired", "condemned")
        ]
        for site in sites_of(seen.study, request.actor)
    }
    shown = {"gone": gone, "ticked": request.POST.getlist("kit")}
    if request.method != "POST":
        return _form(request, "destroy", shown)
    try:
        site = _site(request)
        kits = tuple(request.POST.getlist("kit"))
        known = seen.trial.stock.destructions.values()
        if any(set(one.kits) == set(kits) and one.by == request.actor.user for one in known):
            return _done(request, site, _("This destruction was recorded already."))
        request.act(destroy_kits, site=site, kits=kits)
    except Refused as problem:
        return _form(request, "destroy", shown, problem)
    return _done(
        request,
        site,
        _("Recorded. Somebody else who was there must witness it, signed in as such."),
    )


@act(*PERMITTED["witness_destruction"])
def destruction_witness(request: Asked, destruction: str) -> HttpResponse:
    """State to have seen a destruction that somebody else recorded."""
    found = request.seen.trial.stock.destructions.get(destruction)
    if found is None:
        raise Http404
    if found.witness == request.actor.user:
        return _done(request, found.site, _("You have witnessed this already."))
    request.act(witness_destruction, destruction=destruction)
    return _done(request, found.site, _("Witnessed: {name}.").format(name=destruction))


def _site(request: Asked) -> str:
    sites = [one.id for one in sites_of(request.seen.study, request.actor)]
    only = sites[0] if len(sites) == 1 and not text_of(request.POST, "site") else None
    chosen = choice_of(request.POST, "site", sites) or only
    if chosen is None:
        raise Refused("site", _("Choose the site."))
    return chosen


def _kits(request: Asked) -> KitsTyped:
    typed = request.POST.get("kits", "")
    if len(typed) > _LONGEST_LIST:
        raise Refused("kits", _("That is too long a list: record it in several parts."))
    read = read_kits(request.seen.trial, typed)
    if read.unread:
        raise Refused(
            "range",
            _(
                "{typed} is no range of kits of one list: type the first and the last kit, or "
                "each one."
            ).format(typed=read.unread[0][:60]),
        )
    return read


def _stocked(request: Asked, kit: str) -> Kit:
    found = request.seen.trial.stock.kits.get(kit)
    if found is None:
        raise Http404
    return found


def _recording(request: Asked) -> bool:
    return request.POST.get("step") == "record"


def _counted(request: Asked) -> int:
    """Count the readings and quarantines that there are, as the one who asks sees them."""
    stock = request.seen.trial.stock
    return sum(map(len, stock.readings.values())) + len(stock.quarantines)


def _sent_twice(request: Asked, *, same: bool) -> bool:
    """Tell whether the same was recorded since the form was shown: a button pressed twice."""
    before = request.POST.get("before", "")
    return same and before.isdecimal() and len(before) < 9 and int(before) < _counted(request)


def _meaning(request: Asked, name: str, would: Sequence[Fact], kits: KitsTyped) -> HttpResponse:
    """Show what would be recorded, to be confirmed; what was typed goes along."""
    typed = {
        field: value
        for field, value in request.POST.items()
        if field not in ("csrfmiddlewaretoken", "step", "kits")
    }
    if kits.kits:
        typed["kits"] = "\n".join(kits.kits)
    shown = {
        "typed": typed,
        "kits": kits,
        "held": next((one for one in would if isinstance(one, KitsQuarantined)), None),
        "received": next((one for one in would if isinstance(one, KitsReceived)), None),
        "action": reverse(f"kits_{name}"),
    }
    return render(request, "pages/kits/confirm.html", shown)


def _form(
    request: Asked, name: str, shown: Mapping[str, object] | None = None,
    problem: Refused | None = None,
) -> HttpResponse:  # fmt: skip
    """Show one of the forms, with what was typed and why it was refused."""
    posted = request.method == "POST"
    context = {
        "typed": request.POST if posted else request.GET,
        "before": request.POST.get("before", "") if posted else str(_counted(request)),
        "sites": sites_of(request.seen.study, request.actor),
        "storage": request.seen.study.treatment.storage,
        "refusal": told(problem, request.seen.study) if problem is not None else "",
        **(shown or {}),
    }
    status = 422 if problem is not None else 200
    return render(request, f"pages/kits/{name}.html", context, status=status)


def _done(request: Asked, site: str, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect(f"{reverse('kits')}?{urlencode({'site': site})}")


PATHS = (
    path("kits/receive/", kits_receive, name="kits_receive"),
    path("kits/temperature/", kits_temperature, name="kits_temperature"),
    path("kits/quarantine/", kits_quarantine, name="kits_quarantine"),
    path("kits/quarantines/<str:quarantine>/", kits_decide, name="kits_decide"),
    path("kits/destroy/", kits_destroy, name="kits_destroy"),
    path(
        "kits/destructions/<str:destruction>/witness/",
        destruction_witness,
        name="destruction_witness",
    ),
    path("kits/<str:kit>/return/", kit_return, name="kit_return"),
)
