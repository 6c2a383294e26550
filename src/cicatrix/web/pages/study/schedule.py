"""The schedule of activities as a protocol prints it: visits as columns, what is done as rows.

Timing and windows are the study file's, in words; when a participant's visits are due is
trial/schedule.py's. The same is given by visit, for narrow screens.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cicatrix.trial.forms import Form
from cicatrix.trial.study import Study, Visit
from cicatrix.web.language.names import named, tag, text_in
from cicatrix.web.pages.study.terms import period


@dataclass(frozen=True, slots=True)
class Activity:
    """One row: what is done, by whom, and at which of the visits; `log` is done at none."""

    label: str
    form: str = ""
    by: str = ""
    signs: str = ""
    raters: str = ""
    regions: str = ""
    at: tuple[bool, ...] = ()
    log: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One visit, when it is, and what is done at it."""

    label: str
    timing: str
    window: str
    activities: tuple[Activity, ...]


@dataclass(frozen=True, slots=True)
class Schedule:
    """The whole table, and the forms that belong to no visit."""

    columns: tuple[Column, ...]
    activities: tuple[Activity, ...]
    logs: tuple[Activity, ...]


def schedule_of(study: Study) -> Schedule:
    """Lay out the schedule of activities of a study."""
    dosed = tuple(visit.dosing_day is not None for visit in study.visits)
    forms = tuple(activity(study, form) for form in study.forms)
    planned = tuple(one for one in forms if any(one.at))
    if any(dosed):
        planned = (Activity(_("Dose"), by=named("care_provider"), at=dosed), *planned)
    columns = tuple(
        Column(
            text_in(visit.label, tag()), timing(study, visit), window(visit),
            tuple(one for one in planned if one.at[place]),
        )
        for place, visit in enumerate(study.visits)
    )  # fmt: skip
    return Schedule(columns, planned, tuple(one for one in forms if not any(one.at)))


def activity(study: Study, form: Form) -> Activity:
    """Say of a form who fills and signs it, by how many it is rated, where and when."""
    rating = form.rating
    return Activity(
        text_in(form.label, tag()),
        form.id,
        " / ".join(named(role) for role in form.filled_by),
        named(form.signed_by) if form.signed_by else "",
        raters(rating.raters) if rating is not None else "",
        _regions(len(form.regions)) if len(form.regions) > 1 else "",
        tuple(form.id in visit.forms for visit in study.visits),
        form.log,
    )


def raters(count: int) -> str:
    """Say how many rate, each for himself."""
    return ngettext("%(count)s rater", "%(count)s raters independently", count) % {"count": count}


def _regions(count: int) -> str:
    return ngettext("%(count)s region", "%(count)s regions", count) % {"count": count}


def timing(study: Study, visit: Visit) -> str:
    """Say on which day a visit is planned."""
    other = study.visit.get(visit.anchor)
    anchor = named(visit.anchor) if other is None else text_in(other.label, tag())
    if visit.after[1:-1] == "0":
        return _("on the day of: {anchor}").format(anchor=anchor)
    return _("{period} after: {anchor}").format(period=period(visit.after), anchor=anchor)


def window(visit: Visit) -> str:
    """Say how far from its day a visit still counts as on time."""
    before, after = visit.window.before, visit.window.after
    earlier, later = before[1:-1] != "0", after[1:-1] != "0"
    if not earlier and not later:
        return _("that day only")
    if before == after:
        return _("{period} either side").format(period=period(after))
    if not earlier:
        return _("up to {period} later").format(period=period(after))
    if not later:
        return _("up to {period} earlier").format(period=period(before))
    return _("{before} earlier to {after} later").format(before=period(before), after=period(after))
