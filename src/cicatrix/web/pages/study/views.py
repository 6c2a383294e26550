"""The pages of the study, the record as a file, and the study file itself.

All of the staff reads them; a participant has pages of her own. What is shown is found out in the
modules beside this one: design, schedule, blank, record.
"""

from collections.abc import Mapping

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _

from cicatrix.trial import facts
from cicatrix.trial.errors import NotPermitted
from cicatrix.web.door import STAFF, Asked, page
from cicatrix.web.pages.study import design, record
from cicatrix.web.pages.study.blank import blank
from cicatrix.web.pages.study.schedule import activity, schedule_of
from cicatrix.web.pages.study.terms import PHASE, term
from cicatrix.web.study_file import study_file


@page(*STAFF)
def study(request: Asked) -> HttpResponse:
    """Show the design."""
    found = request.seen.study
    shown = {
        "adopted": request.seen.of(facts.TrialFounded, facts.StudyAmended),
        "digest": request.seen.trial.versions.get(found.version, ""),
        "phase": term(PHASE, found.registry.phase),
        "branches": design.branches(found),
        "by_day": design.by_day(found),
        "interventions": design.interventions(found),
        "supply": design.supply(found),
        "masking": design.masking(found),
        "allocation": design.allocation(found),
        "inclusion": design.criteria(found, "inclusion"),
        "exclusion": design.criteria(found, "exclusion"),
        "endpoints": design.endpoints(found),
        "populations": design.populations(found),
        "intercurrent": design.intercurrent(found),
        "estimands": design.estimands(found),
        "analyses": design.analyses(found),
        "safety": design.safety(found),
    }
    return _shown(request, "study", shown)


@page(*STAFF)
def study_schedule(request: Asked) -> HttpResponse:
    """Show the schedule of activities."""
    return _shown(request, "schedule", {"schedule": schedule_of(request.seen.study)})


@page(*STAFF)
def study_forms(request: Asked) -> HttpResponse:
    """List the forms."""
    found = request.seen.study
    forms = [(form.id, activity(found, form)) for form in found.forms]
    return _shown(request, "forms", {"forms": forms})


@page(*STAFF)
def study_form(request: Asked, form: str) -> HttpResponse:
    """Show one form as a blank with notes."""
    return _form(request, form, "form")


@page(*STAFF)
def study_form_print(request: Asked, form: str) -> HttpResponse:
    """Show one form as a blank to fill on paper."""
    return _form(request, form, "blank")


def _form(request: Asked, form: str, template: str) -> HttpResponse:
    found = request.seen.study.form.get(form)
    if found is None:
        raise Http404
    return _shown(request, template, {"blank": blank(request.seen.study, found)})


@page(*STAFF)
def study_assumptions(request: Asked) -> HttpResponse:
    """Show what the source leaves open, the choices and their reasons."""
    return _shown(request, "assumptions", {"assumptions": request.seen.study.assumptions})


@page(*STAFF)
def study_registry(request: Asked) -> HttpResponse:
    """Show the registry's record by headings."""
    groups = record.details(record.record_of(request.seen))
    return _shown(request, "registry", {"groups": groups, **_around(request)})


@page(*STAFF)
def study_registry_table(request: Asked) -> HttpResponse:
    """Show the registry's record as one table."""
    rows = record.tabular(record.record_of(request.seen))
    return _shown(request, "registry", {"rows": rows, **_around(request)})


def _around(request: Asked) -> dict[str, object]:
    return {
        "whole": record.is_whole(request.seen),
        "warnings": record.warnings(request.seen),
    }


@page(*STAFF)
def study_record(request: Asked) -> HttpResponse:
    """Give the record as a file to who sees all that it follows from."""
    if not record.is_whole(request.seen):
        raise NotPermitted("Enrolment and dates follow from participants whom this role sees not.")
    text = record.text_of_record(request.seen)
    return _file(text.encode(), "application/json", f"{request.seen.study.id}-registry.json")


@page(*STAFF)
def study_yaml(request: Asked) -> HttpResponse:
    """Give the study file as the trial's home keeps it."""
    return _file(study_file(), "application/yaml", f"{request.seen.study.id}.yaml")


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=f"{kind}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _shown(request: Asked, template: str, shown: Mapping[str, object]) -> HttpResponse:
    parts = [
        (label, reverse(name), request.path == reverse(name))
        for name, label in (
            ("study", _("Design")),
            ("study_schedule", _("Schedule of activities")),
            ("study_forms", _("Forms")),
            ("study_assumptions", _("Assumptions")),
            ("study_registry", _("Registry record")),
        )
    ]
    return render(request, f"pages/study/{template}.html", {**shown, "parts": parts})


PATHS = (
    path("study/", study, name="study"),
    path("study/schedule/", study_schedule, name="study_schedule"),
    path("study/forms/", study_forms, name="study_forms"),
    path("study/forms/<str:form>/", study_form, name="study_form"),
    path("study/forms/<str:form>/print/", study_form_print, name="study_form_print"),
    path("study/assumptions/", study_assumptions, name="study_assumptions"),
    path("study/registry/", study_registry, name="study_registry"),
    path("study/registry/tabular/", study_registry_table, name="study_registry_table"),
    path("study/registry/record.json", study_record, name="study_record"),
    path("study/file/", study_yaml, name="study_file"),
)
