"""What a participant's page shows of her, worked out from what the actor sees of her.

Badges, the visits that come next, forms by visit, rows of log forms, doses so far and open data
queries. How it looks is templates/pages/participants/; what happened when is timeline.py.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from cicatrix.trial import facts
from cicatrix.trial.actions.screening import consent_in_force
from cicatrix.trial.forms import Form
from cicatrix.trial.participant import FormKey, Participant, Query, RatingKey
from cicatrix.trial.progress import (
    FormState,
    VisitState,
    dose_open,
    form_standing,
    forms_of,
    sees,
)
from cicatrix.trial.study import Release, Study, Visit

AHEAD = 3
"""How many visits that are not due yet a page names."""


@dataclass(frozen=True, slots=True)
class Badge:
    """A short warning beside her identifier; `shape` is a class of the style sheet."""

    words: str
    shape: str = ""


@dataclass(frozen=True, slots=True)
class Dose:
    """One day of treatment: what was applied, why it was missed, or neither yet."""

    day: int
    tubes: tuple[tuple[str, int, date, str], ...]
    missed: str
    open: bool


@dataclass(frozen=True, slots=True)
class Log:
    """A log form with its rows."""

    form: Form
    rows: tuple[FormState, ...]


@dataclass(frozen=True, slots=True)
class Scar:
    """What is rated at one visit, the signed ratings seen, and whether a third is called."""

    visit: Visit
    form: Form
    region: str
    signed: int
    called: bool


def badges(study: Study, her: Participant, today: date, *, role: str) -> Iterator[Badge]:
    """Warn of what everybody who opens her page must know."""
    if her.code_broken:
        yield Badge(_("code broken"), "stop-badge")
    if her.withdrawn_from("all") is not None:
        yield Badge(_("withdrawn from everything"), "stop-badge")
    elif her.withdrawn_from("visits") is not None:
        yield Badge(_("withdrawn from treatment and visits"), "stop-badge")
    elif her.withdrawn_from("treatment") is not None:
        yield Badge(_("withdrawn from treatment"), "stop-badge")
    if not sees(role, facts.ConsentSigned):
        return
    if not her.consents:
        yield Badge(_("no consent"), "due")
        return
    for release in lacking_releases(study, her):
        yield Badge(_("release missing") if release.required else _("release not given"), "due")
    if reconsent_needed(study, her, today):
        yield Badge(_("new consent needed"), "due")


def lacking_releases(study: Study, her: Participant) -> tuple[Release, ...]:
    """List the releases that she has not granted or has taken back."""
    return tuple(one for one in study.consent.releases if one.id not in her.releases)


def reconsent_needed(study: Study, her: Participant, today: date) -> bool:
    """Tell whether a version is in force that she, who signed another, has not signed."""
    current = consent_in_force(study, today)
    signed = {one.version for one in her.consents}
    return bool(signed) and current is not None and current.version not in signed


def coming(states: Mapping[str, VisitState]) -> tuple[VisitState, ...]:
    """List the visits that are due or overdue, and the next few after them."""
    now = [one for one in states.values() if one.standing in ("due", "leaving", "overdue")]
    later = [one for one in states.values() if one.standing == "not_due" and one.due]
    later.sort(key=lambda one: one.due.planned if one.due else date.max)
    return (*now, *later[:AHEAD])


def forms_by_visit(
    study: Study, her: Participant, states: Mapping[str, VisitState], *, role: str
) -> tuple[tuple[VisitState, tuple[FormState, ...]], ...]:
    """List the visits that were attended or have something filled, with their forms."""
    found = []
    for state in states.values():
        forms = state.forms or tuple(forms_of(study, her, state.visit, role=role))
        begun = any(one.key in her.forms for one in forms)
        if forms and (state.on or begun or state.standing in ("due", "leaving", "overdue")):
            found.append((state, forms))
    return tuple(found)


def logs(study: Study, her: Participant, *, role: str) -> tuple[Log, ...]:
    """List the log forms whose rows the role sees."""
    if role == "rater" or not sees(role, facts.FormSaved):
        return ()
    return tuple(
        Log(
            form,
            tuple(
                FormState(key, form_standing(study, her, form, key))
                for key, _data in her.rows(form.id)
            ),
        )
        for form in study.forms
        if form.log
    )


def scars(study: Study, her: Participant, *, role: str) -> tuple[Scar, ...]:
    """List what is rated of her at the visits that she attended."""
    if not sees(role, facts.RatingRecorded):
        return ()
    return tuple(
        _scar(her, visit, study.form[name], region)
        for visit in study.visits
        if visit.id in her.attended
        for name in visit.forms
        if study.form[name].rating is not None
        for region in study.form[name].regions
    )


def doses(study: Study, her: Participant, *, role: str) -> tuple[Dose, ...]:
    """Tell of each day of treatment what is recorded, once there is anything to tell."""
    if not sees(role, facts.TubeApplied) or her.number is None:
        return ()
    return tuple(
        Dose(
            day,
            tuple((use.kit, use.tube, use.on, use.by) for use in her.tubes if use.day == day),
            her.missed_doses.get(day, ""),
            dose_open(study, her, day),
        )
        for day in study.dosing_days
    )


def open_queries(her: Participant) -> tuple[Query, ...]:
    """List the data queries that are not closed."""
    return tuple(one for one in her.queries.values() if one.closed is None)


def row_title(study: Study, her: Participant, key: FormKey) -> str:
    """Give the first text of a log form's row, by which people know it."""
    data = her.forms.get(key)
    form = study.form.get(key.form)
    if data is None or form is None:
        return ""
    texts = (data.values.get(item.id) for item in form.items.values() if item.type == "text")
    return next((text for text in texts if isinstance(text, str)), "")


def _scar(her: Participant, visit: Visit, form: Form, region: str) -> Scar:
    key = RatingKey(visit.id, form.id, region)
    signed = sum(1 for one in her.ratings.get(key, ()) if one.signature is not None)
    return Scar(visit, form, region, signed, key in her.called)
