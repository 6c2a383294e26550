"""One participant: who she is, what can be done now, what is next, and all that happened to her.

What is shown is worked out in overview.py and timeline.py from what the actor sees of her. The
acts themselves have small pages of their own: enrolment.py and conduct.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _

from cicatrix.trial.participant import FormKey, Participant
from cicatrix.trial.progress import FormState, VisitState, visit_states
from cicatrix.trial.roles import PERMITTED
from cicatrix.trial.study import Study
from cicatrix.web.door import Asked, page
from cicatrix.web.forms.place import address_parts, next_row
from cicatrix.web.language.names import tag, text_in
from cicatrix.web.pages.participants import MEMBERS, look_of
from cicatrix.web.participants import overview
from cicatrix.web.participants.matrix import stage_of
from cicatrix.web.participants.statuses import FORMS, STAGES
from cicatrix.web.participants.timeline import stretch
from cicatrix.web.where import where


@dataclass(frozen=True, slots=True)
class Button:
    """One thing that can be done with her now; `main` is what comes next."""

    words: str
    where: str
    main: bool = False


@page(*MEMBERS)
def participant(request: Asked, participant: Participant) -> HttpResponse:
    """Show one participant."""
    seen, role, her = request.seen, request.actor.role, participant
    study, today = seen.study, seen.today(participant.site)
    states = visit_states(study, her, today, role=role)
    stage = stage_of(study, seen.trial, her, role=role)
    before = request.GET.get("before", "")
    context = {
        "her": her,
        "site_of_her": study.site[her.site],
        "stage": STAGES.get(stage, ""),
        "badges": tuple(overview.badges(study, her, today, role=role)),
        "buttons": [one for one in _buttons(request, her, stage) if one.where],
        "coming": [_visit(role, her, one) for one in overview.coming(states)],
        "visits": [_visit(role, her, one) for one in states.values()],
        "forms": [
            (_visit(role, her, state), [form_line(study, role, her, one) for one in forms])
            for state, forms in overview.forms_by_visit(study, her, states, role=role)
        ],
        "logs": [_log(study, role, her, one) for one in overview.logs(study, her, role=role)],
        "scars": [_scar(study, role, her, one) for one in overview.scars(study, her, role=role)],
        "doses": overview.doses(study, her, role=role),
        "doses_at": where(role, "doses", her.id),
        "queries": [(one, where(role, "query", her.id, one.id))
                    for one in overview.open_queries(her)],
        "deviations": [(text_in({d.id: d.label for d in study.deviations}.get(
            one.category, {"": one.category}), tag()), one) for one in her.deviations],
        "photographs_at": where(role, "photographs", her.id),
        "timeline": stretch(
            study, seen.about(her.id), int(before) if before.isascii() and before.isdigit()
            and len(before) < 9 else None
        ),
        "paged": bool(before),
    }  # fmt: skip
    return render(request, "pages/participants/participant.html", context)


def _buttons(request: Asked, her: Participant, stage: str) -> Iterator[Button]:
    """List what the actor can do with her now, what comes next first."""
    role, study = request.actor.role, request.seen.study
    gone = her.withdrawn_from("all") is not None
    today = request.seen.today(her.site)
    may = {act for act, roles in PERMITTED.items() if role in roles}
    if "sign_consent" in may and not gone:
        again = overview.reconsent_needed(study, her, today)
        missing = overview.lacking_releases(study, her)
        if not her.consents or again or missing:
            words = _("Record her consent") if not her.consents else (
                _("Record the new consent") if again else _("Add a release"))  # fmt: skip
            main = stage == "screened" or again
            yield Button(words, where(role, "consent", her.id), main=main)
    if stage in ("consented", "not_eligible") or (stage == "screened" and "screen" in may):
        yield Button(_("Eligibility"), where(role, "eligibility", her.id), stage == "consented"
                     and her.eligibility is None)  # fmt: skip
    if stage == "consented":
        decided = her.eligibility is not None
        yield Button(_("Randomise"), where(role, "randomise", her.id), main=decided)
    if stage == "requested":
        yield Button(_("Look for her number"), where(role, "randomise", her.id), main=True)
    yield Button(_("Contact"), where(role, "contact", her.id))
    if not gone:
        yield Button(_("Record an attempt to reach her"), where(role, "contact_attempt", her.id))
        yield Button(_("Invite her to her own pages"), where(role, "invite_participant", her.id))
    yield Button(_("Photographs"), where(role, "photographs", her.id))
    yield Button(_("Record a deviation"), where(role, "deviation", her.id))
    if not gone:
        yield Button(_("Record a withdrawal"), where(role, "withdrawal", her.id))
    yield Button(_("Casebook (PDF)"), where(role, "casebook", her.id))


def _visit(role: str, her: Participant, state: VisitState) -> dict[str, object]:
    return {
        "state": state,
        "label": state.visit.label,
        "look": look_of(role, state),
        "where": where(role, "visit", her.id, state.visit.id),
    }


def form_line(study: Study, role: str, her: Participant, one: FormState) -> dict[str, object]:
    """Give one form as a line of a list: its label, region, status and address."""
    key = one.key
    form = study.form[key.form]
    if form.rating is None:
        address = where(role, "form", *address_parts(her.id, key))
    else:
        address = where(role, "rating", her.id, key.visit, key.form, key.region)
    return {
        "label": form.label,
        "region": study.region[key.region].label if key.region else None,
        "look": FORMS[one.standing],
        "where": address,
        "key": key,
    }


def _log(study: Study, role: str, her: Participant, log: overview.Log) -> dict[str, object]:
    may = role in log.form.filled_by and her.withdrawn_from("all") is None
    key = FormKey(log.form.id, None)
    fresh = key._replace(repeat=next_row(her, key))
    return {
        "label": log.form.label,
        "rows": [
            {**form_line(study, role, her, one), "title": overview.row_title(study, her, one.key)}
            for one in log.rows
        ],
        "add": where(role, "form", *address_parts(her.id, fresh)) if may else "",
    }


def _scar(study: Study, role: str, her: Participant, scar: overview.Scar) -> dict[str, object]:
    return {
        "scar": scar,
        "region": study.region[scar.region].label,
        "where": where(role, "rating", her.id, scar.visit.id, scar.form.id, scar.region),
    }


PATHS = (path("participants/<str:participant>/", participant, name="participant"),)
