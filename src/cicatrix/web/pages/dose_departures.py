"""What went otherwise with a dose: a kit handed out, a tube lost, a dose left out or given amiss.

Each is a small form of its own, apart from the bedside page (doses.py), and each says in plain
words what it is for. What was typed stays on the page when it is refused. A form that is sent
twice records once.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from cicatrix.trial.actions.supply import apply_tube, discard_tube, dispense_kit, miss_dose
from cicatrix.trial.errors import Refused
from cicatrix.trial.participant import Participant, TubeUse
from cicatrix.trial.roles import PERMITTED
from cicatrix.web.door import Asked, page
from cicatrix.web.language.refusals import told
from cicatrix.web.pages.doses import off_schedule
from cicatrix.web.supply.dosing import course, kits_to_dispense
from cicatrix.web.supply.labels import Label, read_kit, read_label
from cicatrix.web.typed import choice_of, day_of, text_of

_AS_PLANNED = "as_planned"
"""The choice of no deviation: a dose of its day that is only recorded later."""


@page(*PERMITTED["dispense_kit"], posts=True)
def dose_dispense(request: Asked, participant: Participant) -> HttpResponse:
    """Hand out a kit of her number; a spare one with its reason."""
    seen = request.seen
    today = seen.today(participant.site)
    shown = {"spares": kits_to_dispense(seen.trial, participant, today)}
    if request.method != "POST":
        return _form(request, participant, "dispense", shown)
    kit = read_kit(seen.trial, text_of(request.POST, "kit"))
    if kit in participant.kits:
        messages.info(request, _("Kit {kit} is hers already.").format(kit=kit))
        return redirect("doses", participant.id)
    try:
        if not kit:
            raise Refused("kit", _("Scan or type the kit that you hand out."))
        reason = text_of(request.POST, "reason") or None
        request.act(dispense_kit, participant=participant.id, kit=kit, reason=reason)
    except Refused as problem:
        return _form(request, participant, "dispense", shown, problem)
    messages.success(
        request,
        _("Kit {kit} is handed out to {participant}.").format(kit=kit, participant=participant.id),
    )
    return redirect("doses", participant.id)


@page(*PERMITTED["discard_tube"], posts=True)
def dose_discard(request: Asked, participant: Participant) -> HttpResponse:
    """Record that a tube was lost, dropped or damaged."""
    if request.method != "POST":
        return _form(request, participant, "discard")
    try:
        label = _label(request, participant)
        reason = text_of(request.POST, "reason")
        if participant.discarded.get((label.kit, label.tube)) == reason != "":
            return redirect("doses", participant.id)
        request.act(
            discard_tube, participant=participant.id, kit=label.kit, tube=label.tube,
            reason=reason, on=day_of(request.POST, "on"),
        )  # fmt: skip
    except Refused as problem:
        return _form(request, participant, "discard", problem=problem)
    messages.success(
        request,
        _("Tube {tube} of kit {kit} is recorded as lost.").format(tube=label.tube, kit=label.kit),
    )
    return redirect("doses", participant.id)


@page(*PERMITTED["miss_dose"], posts=True)
def dose_missed(request: Asked, participant: Participant) -> HttpResponse:
    """Record that a day of treatment passed without its dose."""
    stands = course(request.seen.study, participant, request.seen.today(participant.site))
    shown = {"days": stands.unsettled}
    if request.method != "POST":
        return _form(request, participant, "missed", shown)
    chosen = choice_of(request.POST, "day", (str(one.day) for one in stands.days))
    reason = text_of(request.POST, "reason")
    if chosen is not None and participant.missed_doses.get(int(chosen)) == reason != "":
        return redirect("doses", participant.id)
    try:
        if chosen is None:
            raise Refused("day", _("Choose the day whose dose was not given."))
        request.act(
            miss_dose, participant=participant.id, day=int(chosen),
            reason=reason, on=day_of(request.POST, "on"),
        )  # fmt: skip
    except Refused as problem:
        return _form(request, participant, "missed", shown, problem)
    messages.success(
        request, _("The dose of day {day} is recorded as not given.").format(day=chosen)
    )
    return redirect("doses", participant.id)


@page(*PERMITTED["apply_tube"], posts=True)
def dose_admit(request: Asked, participant: Participant) -> HttpResponse:
    """Admit what has happened: a dose given otherwise than planned, or recorded only now."""
    stands = course(request.seen.study, participant, request.seen.today(participant.site))
    shown = {
        "days": stands.days,
        "categories": request.seen.study.deviations,
        "as_planned": _AS_PLANNED,
    }
    if request.method != "POST":
        return _form(request, participant, "admit", shown)
    try:
        label = _label(request, participant)
        day, on = _day_and_date(request, stands.today, [one.day for one in stands.days])
        use = TubeUse(label.kit, label.tube, day, on, request.actor.user)
        if use in participant.tubes:
            return redirect("doses", participant.id)
        deviation = _deviation(request)
        if deviation is None and (stop := off_schedule(stands, day, on)):
            otherwise = _("If it was given all the same, choose what departed from the plan.")
            raise Refused("off_schedule", f"{stop} {otherwise}")
        request.act(
            apply_tube, participant=participant.id, kit=label.kit, tube=label.tube, day=day,
            on=on, deviation=deviation,
        )  # fmt: skip
    except Refused as problem:
        return _form(request, participant, "admit", shown, problem)
    messages.success(
        request,
        _("Recorded: tube {tube} of kit {kit}, day {day}.").format(
            tube=label.tube, kit=label.kit, day=day
        ),
    )
    return redirect("doses", participant.id)


def _label(request: Asked, participant: Participant) -> Label:
    label = read_label(request.seen.trial, text_of(request.POST, "label")[:200], participant.kits)
    if not isinstance(label, Label):
        raise Refused(
            "label",
            _("Scan or type the kit and the tube, for example: {example}.").format(
                example=f"{participant.kits[-1] if participant.kits else 'K001'} 4"
            ),
        )
    return label


def _day_and_date(request: Asked, today: date, days: Sequence[int]) -> tuple[int, date]:
    chosen = choice_of(request.POST, "day", map(str, days))
    if chosen is None:
        raise Refused("day", _("Choose the day of treatment that the dose was for."))
    return int(chosen), day_of(request.POST, "on") or today


def _deviation(request: Asked) -> tuple[str, str] | None:
    known = (_AS_PLANNED, *(one.id for one in request.seen.study.deviations))
    category = choice_of(request.POST, "category", known)
    if category is None:
        raise Refused("category", _("Choose what departed from the plan."))
    return None if category == _AS_PLANNED else (category, text_of(request.POST, "text"))


def _form(
    request: Asked, participant: Participant, name: str,
    shown: Mapping[str, object] | None = None, problem: Refused | None = None,
) -> HttpResponse:  # fmt: skip
    """Show one of the forms, with what was typed and why it was refused."""
    typed = request.POST if request.method == "POST" else request.GET
    context = {
        "participant": participant,
        "typed": typed,
        "refusal": told(problem, request.seen.study) if problem is not None else "",
        "today": request.seen.today(participant.site),
        **(shown or {}),
    }
    status = 422 if problem is not None else 200
    return render(request, f"pages/doses/{name}.html", context, status=status)


PATHS = (
    path("participants/<str:participant>/doses/dispense/", dose_dispense, name="dose_dispense"),
    path("participants/<str:participant>/doses/discard/", dose_discard, name="dose_discard"),
    path("participants/<str:participant>/doses/missed/", dose_missed, name="dose_missed"),
    path("participants/<str:participant>/doses/otherwise/", dose_admit, name="dose_admit"),
)
