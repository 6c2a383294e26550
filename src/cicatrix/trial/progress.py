"""How far a participant's visits are on a day: not due, due, overdue, complete, missed, ended.

A pure derivation of the study and of one participant as somebody sees her, for matrices, lists of
what is due and timelines. Dates come from schedule.py, what a form lacks from checks.py. What a
role does not see is left out and never guessed: a visit that only a hidden form makes incomplete
is complete for that role.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from cicatrix.trial import facts
from cicatrix.trial.checks import lacking
from cicatrix.trial.forms import Form
from cicatrix.trial.participant import FormKey, Participant, RatingKey
from cicatrix.trial.schedule import Due, Timeliness, due, due_dates, timeliness
from cicatrix.trial.study import Study, Visit
from cicatrix.trial.visibility import OWN_FORMS, SEES

Standing = Literal[
    "undated", "not_due", "due", "leaving", "overdue", "complete", "incomplete", "missed", "ended"
]
"""`undated` has no day yet, `leaving` is due with its window closing, `ended` will not be."""

FormStanding = Literal["empty", "incomplete", "unsigned", "unrated", "done"]

LEAVING_WITHIN = timedelta(days=14)
"""How long before a window closes a visit that is past its planned day counts as leaving."""


@dataclass(frozen=True, slots=True)
class FormState:
    """One form of a visit, for one region where it has regions, and how far it is."""

    key: FormKey
    standing: FormStanding


@dataclass(frozen=True, slots=True)
class VisitState:
    """One visit of one participant; `on` is the day she came, `dose_open` a dose not recorded."""

    visit: Visit
    standing: Standing
    due: Due | None = None
    on: date | None = None
    timeliness: Timeliness | None = None
    forms: tuple[FormState, ...] = ()
    dose_open: bool = False

    @property
    def open_forms(self) -> tuple[FormState, ...]:
        """List the forms that are not done."""
        return tuple(one for one in self.forms if one.standing != "done")


def visit_states(
    study: Study, participant: Participant, today: date, *, role: str | None = None
) -> Mapping[str, VisitState]:
    """Say how each visit of the study stands, by its identifier, in the study's order.

    `role` is whose view of the participant this is; None sees everything.
    """
    if not sees(role, facts.VisitAttended):
        return {}
    dates = due_dates(study, _anchors(study, participant, role))
    return {
        visit.id: _state(study, participant, visit, dates.get(visit.id), today, role)
        for visit in study.visits
    }


def awaited(
    study: Study, participant: Participant, today: date, *, role: str | None = None
) -> Iterator[VisitState]:
    """Give the visits for which she should come now: due, leaving or overdue.

    It asks nothing of forms, and so is cheap enough for everybody of a large trial.
    """
    if not sees(role, facts.VisitAttended):
        return
    anchors = _anchors(study, participant, role)
    for visit in study.visits:
        if visit.id in participant.attended or visit.id in participant.missed:
            continue
        if visit.anchor not in anchors or _dose_missed(participant, visit, role):
            continue
        dated = due(visit, anchors[visit.anchor])
        standing = _waiting(dated, today)
        if standing == "not_due" or _treated(study, participant, visit, role):
            continue
        if not _ended(participant, visit):
            yield VisitState(visit, standing, dated)


def forms_of(
    study: Study, participant: Participant, visit: Visit, *, role: str | None = None
) -> Iterator[FormState]:
    """Say how far each form of a visit is, as far as the role sees its forms."""
    # Who sees a part of the forms only cannot say whether a visit's forms are done.
    if role in OWN_FORMS or not sees(role, facts.FormSaved):
        return
    for name in visit.forms:
        form = study.form[name]
        if form.rating is not None and not _sees_sets(role, form.rating.raters):
            continue
        for region in form.regions or (None,):
            key = FormKey(name, visit.id, 0, region)
            yield FormState(key, form_standing(study, participant, form, key))


def form_standing(study: Study, participant: Participant, form: Form, key: FormKey) -> FormStanding:
    """Say how far one form is: empty, incomplete, waiting for its signature or its raters, done."""
    if form.rating is not None:
        return "done" if _rated(participant, form, key) else "unrated"
    data = participant.forms.get(key)
    if data is None:
        return "empty"
    if lacking(form, study.codes, data):
        return "incomplete"
    return "unsigned" if form.signed_by is not None and data.signature is None else "done"


def sees(role: str | None, kind: type[facts.Fact]) -> bool:
    """Tell whether a role sees facts of a kind at all; None is who sees everything."""
    return role is None or kind in SEES.get(role, frozenset())


def dose_open(study: Study, participant: Participant, day: int) -> bool:
    """Tell whether a day of treatment has neither all of its tubes nor a reason."""
    planned = {tube.region for tube in study.treatment.tubes if tube.day == day}
    given = {study.tube[use.tube].region for use in participant.tubes if use.day == day}
    return not planned <= given and day not in participant.missed_doses


def _anchors(study: Study, participant: Participant, role: str | None) -> Mapping[str, date]:
    """Give what visits count from; before a number, nothing without consent and its releases."""
    if not participant.consents or not sees(role, facts.ConsentSigned):
        return {}
    if participant.number is None and any(
        one.required and one.id not in participant.releases for one in study.consent.releases
    ):
        return {}
    return participant.milestones()


def _state(
    study: Study, participant: Participant, visit: Visit, due: Due | None, today: date,
    role: str | None,
) -> VisitState:  # fmt: skip
    on = participant.attended.get(visit.id)
    if on is not None:
        forms = tuple(forms_of(study, participant, visit, role=role))
        open_dose = (
            visit.dosing_day is not None
            and sees(role, facts.TubeApplied)
            and participant.withdrawn_from("treatment") is None
            and dose_open(study, participant, visit.dosing_day)
        )
        whole = not open_dose and all(one.standing == "done" for one in forms)
        kept = timeliness(visit, due.planned, on) if due else None
        return VisitState(
            visit, "complete" if whole else "incomplete", due, on, kept, forms, open_dose
        )
    treated = _treated(study, participant, visit, role)
    if treated:
        kept = timeliness(visit, due.planned, treated) if due else None
        return VisitState(visit, "complete", due, treated, kept)
    if visit.id in participant.missed or _dose_missed(participant, visit, role):
        return VisitState(visit, "missed", due)
    if _ended(participant, visit):
        return VisitState(visit, "ended", due)
    return VisitState(visit, _waiting(due, today), due)


def _treated(study: Study, participant: Participant, visit: Visit, role: str | None) -> date | None:
    """Give the day of a visit at which nothing happens but a dose, by the dose itself."""
    day = visit.dosing_day
    if day is None or visit.forms or not sees(role, facts.TubeApplied):
        return None
    given = [use.on for use in participant.tubes if use.day == day]
    return max(given) if given and not dose_open(study, participant, day) else None


def _dose_missed(participant: Participant, visit: Visit, role: str | None) -> bool:
    if visit.forms or not sees(role, facts.DoseMissed):
        return False
    return visit.dosing_day in participant.missed_doses


def _waiting(due: Due | None, today: date) -> Standing:
    if due is None:
        return "undated"
    if today < due.first:
        return "not_due"
    if today > due.last:
        return "overdue"
    return "leaving" if today > due.planned and due.last - today <= LEAVING_WITHIN else "due"


def _ended(participant: Participant, visit: Visit) -> bool:
    """Tell whether she will not come any more: she withdrew, or was not eligible."""
    decided = participant.eligibility
    if decided is not None and not decided.eligible and participant.number is None:
        return True
    nothing_else = visit.dosing_day is not None and not visit.forms
    return participant.withdrawn_from("treatment" if nothing_else else "visits") is not None


def _rated(participant: Participant, form: Form, key: FormKey) -> bool:
    if form.rating is None or key.visit is None or key.region is None:
        return False
    scar = RatingKey(key.visit, key.form, key.region)
    needed = 3 if scar in participant.called else form.rating.raters
    signed = [one for one in participant.ratings.get(scar, ()) if one.signature is not None]
    return len(signed) >= needed


def _sees_sets(role: str | None, raters: int) -> bool:
    """Tell whether the role sees a set of ratings once it is whole.

    A single rater's score is shown to a site after the lock alone (visibility.py).
    """
    if not sees(role, facts.RatingRecorded):
        return False
    return raters > 1 or role not in ("coordinator", "investigator", "sponsor")
