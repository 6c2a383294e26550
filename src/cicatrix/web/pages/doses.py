"""Doses at the bedside: which day it is for her, whether this is the tube, and that it was applied.

A tube is checked before it is opened, and checked again when it is recorded. What to do instead
is in the refusal. Which day is due is dosing.py's, what a label says labels.py's, and what may be
recorded the act's (trial/actions/supply.py). The pages for what went otherwise are in
dose_departures.py, kits in stock in kits.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from cicatrix.trial.actions.supply import apply_tube
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import TubeApplied
from cicatrix.trial.participant import Participant, TubeUse
from cicatrix.trial.roles import PERMITTED, Role
from cicatrix.trial.study import Study
from cicatrix.web.door import Asked, act, page
from cicatrix.web.language.names import clock, written
from cicatrix.web.language.refusals import told
from cicatrix.web.supply.dosing import Course, course, doses_due, kits_in_use, kits_to_dispense
from cicatrix.web.supply.kits_seen import sites_of
from cicatrix.web.supply.labels import Label, Unclear, read_label
from cicatrix.web.trying import tried

READS: tuple[Role, ...] = (
    "coordinator",
    "investigator",
    "care_provider",
    "pharmacist",
    "data_manager",
    "statistician",
    "monitor",
    "sponsor",
    "auditor",
)
"""Who sees kits and doses at all (visibility.py)."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of one tube found: it is right, it must stay shut, or it was not understood."""

    typed: str
    label: Label | None = None
    day: int = 0
    stop: str = ""
    unclear: Unclear | None = None

    @property
    def right(self) -> bool:
        """Say whether the tube may be opened."""
        return self.label is not None and not self.stop


@page(*READS)
def doses_today(request: Asked) -> HttpResponse:
    """List today's doses of the site, and those left open from before."""
    seen = request.seen
    sites = [one.id for one in sites_of(seen.study, request.actor)]
    due = [
        one for site in sites for one in doses_due(seen.study, seen.trial, site, seen.today(site))
    ]
    return render(
        request, "pages/doses/today.html", {"due": due, "days": len(seen.study.dosing_days)}
    )


@page(*READS)
def doses(request: Asked, participant: Participant) -> HttpResponse:
    """Show a participant's course of treatment, and the field for the tube in hand."""
    return _shown(request, participant)


@act(*PERMITTED["apply_tube"])
def dose_check(request: Asked, participant: Participant) -> HttpResponse:
    """Say whether the tube in hand is hers and of today; nothing is recorded."""
    return _shown(request, participant, _checked(request, participant, _typed(request)))


@act(*PERMITTED["apply_tube"])
def dose_apply(request: Asked, participant: Participant) -> HttpResponse:
    """Record that the tube that was checked was applied."""
    typed = _typed(request)
    label = read_label(request.seen.trial, typed, participant.kits)
    if isinstance(label, Label) and _mine_already(request, participant, label):
        return redirect("doses", participant.id)
    checked = _checked(request, participant, typed)
    if not checked.right or checked.label is None:
        return _shown(request, participant, checked)
    try:
        request.act(
            apply_tube, participant=participant.id, kit=checked.label.kit,
            tube=checked.label.tube, day=checked.day,
        )  # fmt: skip
    except Refused as problem:
        stopped = replace(checked, stop=told(problem, request.seen.study))
        return _shown(request, participant, stopped)
    messages.success(
        request,
        _("Recorded at {time}: tube {tube} of kit {kit}, day {day}, {participant}.").format(
            time=clock(request.seen.now, zone_of(request, participant)),
            tube=checked.label.tube,
            kit=checked.label.kit,
            day=checked.day,
            participant=participant.id,
        ),
    )
    return redirect("doses", participant.id)


def zone_of(request: Asked, participant: Participant) -> str:
    """Give the time zone of her site."""
    return request.seen.study.site[participant.site].timezone


def off_schedule(stands: Course, day: int, on: date) -> str:
    """Say why a dose of a day is not to be given on a date, nothing if it is."""
    of_day = next((one for one in stands.days if one.day == day), None)
    if of_day is None or of_day.due is None:
        return _("STOP: the dose of day {day} has no date yet. Do not open the tube.").format(
            day=day
        )
    if of_day.due.first <= on <= of_day.due.last:
        return ""
    if on < of_day.due.first:
        return _(
            "STOP: the dose of day {day} is not due before {first}. Do not open the tube: "
            "put it back."
        ).format(day=day, first=written(of_day.due.first))
    return _(
        "STOP: the dose of day {day} was due until {last}. Do not open the tube: ask the "
        "investigator."
    ).format(day=day, last=written(of_day.due.last))


def _course(request: Asked, participant: Participant) -> Course:
    today = request.seen.today(participant.site)
    return course(request.seen.study, participant, today)


def _checked(request: Asked, participant: Participant, typed: str) -> Checked:
    """Check a tube: kit and tube by the act itself, the date by her schedule."""
    seen, study = request.seen, request.seen.study
    label = read_label(seen.trial, typed, participant.kits)
    if isinstance(label, Unclear):
        return Checked(typed, unclear=label)
    stands = _course(request, participant)
    tube = study.tube.get(label.tube)
    day = stands.meant(tube.day if tube is not None else None)
    try:
        tried(
            request, apply_tube,
            participant=participant.id, kit=label.kit, tube=label.tube, day=day,
        )  # fmt: skip
    except Refused as problem:
        return Checked(typed, label, day, told(problem, study))
    return Checked(typed, label, day, off_schedule(stands, day, stands.today))


def _typed(request: Asked) -> str:
    return request.POST.get("label", "")[:200]


def _mine_already(request: Asked, participant: Participant, label: Label) -> bool:
    """Tell whether the same person recorded the same tube today: a button pressed twice."""
    mine = (label.kit, label.tube, request.seen.today(participant.site), request.actor.user)
    return any((use.kit, use.tube, use.on, use.by) == mine for use in participant.tubes)


def _shown(
    request: Asked, participant: Participant, checked: Checked | None = None
) -> HttpResponse:
    seen, study = request.seen, request.seen.study
    stands = _course(request, participant)
    kits = kits_in_use(seen.trial, participant, stands.today)
    gone = {(use.kit, use.tube) for use in participant.tubes} | participant.discarded.keys()
    wanted = stands.current.wanted if stands.current is not None else ()
    shown = {
        "participant": participant,
        "course": stands,
        "times": _times(request, participant),
        "kits": kits,
        "held": [(kit, seen.trial.stock.kits[kit].place(stands.today)) for kit in participant.kits],
        "spares": kits_to_dispense(seen.trial, participant, stands.today),
        "wanted": wanted,
        "lacking": [
            tube for tube in wanted if kits and all((kit, tube.number) in gone for kit in kits)
        ],
        "regions": _regions(study),
        "zone": zone_of(request, participant),
        "checked": checked,
        "ended": participant.withdrawn_from("treatment"),
        "may": {name for name in _ACTS if request.actor.role in PERMITTED[name]},
    }
    status = 200 if checked is None or checked.right else 422
    return render(request, "pages/doses/doses.html", shown, status=status)


def _regions(study: Study) -> dict[str, Mapping[str, str]]:
    """Give the words for the regions that are treated, where there are several."""
    treated = {tube.region for tube in study.treatment.tubes}
    labels = {one.id: one.label for one in study.regions if one.id in treated}
    return labels if len(labels) > 1 else {}


def _times(request: Asked, participant: Participant) -> dict[TubeUse, datetime]:
    """Give the time at which each dose was recorded, where that was on its day."""
    zone = ZoneInfo(zone_of(request, participant))
    recorded = {
        (entry.fact.kit, entry.fact.tube): entry.at
        for entry in request.seen.about(participant.id)
        if isinstance(entry.fact, TubeApplied) and entry.at.astimezone(zone).date() == entry.fact.on
    }
    return {
        use: recorded[use.kit, use.tube]
        for use in participant.tubes
        if (use.kit, use.tube) in recorded
    }


_ACTS = ("apply_tube", "discard_tube", "miss_dose", "dispense_kit")

PATHS = (
    path("doses/", doses_today, name="doses_today"),
    path("participants/<str:participant>/doses/", doses, name="doses"),
    path("participants/<str:participant>/doses/check/", dose_check, name="dose_check"),
    path("participants/<str:participant>/doses/apply/", dose_apply, name="dose_apply"),
)
