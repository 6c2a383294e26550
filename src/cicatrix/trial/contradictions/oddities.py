"""Oddities: what is worth saying about a study that is not wrong.

Each may be meant; none stops anyone. `cicatrix check` shows them beside the assumptions.
"""

from collections.abc import Iterator

from cicatrix.trial.contradictions.fault import Fault
from cicatrix.trial.contradictions.visits import counted_from, first_day
from cicatrix.trial.schedule import add_period
from cicatrix.trial.study import Study


def oddities(study: Study) -> Iterator[Fault]:
    """Say what is unusual about a study and may yet be meant."""
    yield from _in_numbers(study)
    yield from _in_dates(study)
    yield from _in_use(study)
    yield from _in_rehearsal(study)


def _in_numbers(study: Study) -> Iterator[Fault]:
    planned = sum(site.planned for site in study.sites)
    if planned != study.allocation.planned:
        why = f"is {study.allocation.planned}, and the sites plan {planned} together"
        yield ("allocation", "planned"), why
    parts = sum(study.allocation.ratio.values())
    if study.allocation.planned % parts:
        why = f"{study.allocation.planned} is no multiple of the ratio's {parts} parts"
        yield ("allocation", "planned"), why
    if "site" in study.allocation.strata and len(study.sites) == 1:
        yield ("allocation", "strata"), "stratifies by site, and there is one site"
    contents = [tuple(t.content[a] for t in study.treatment.tubes) for a in study.arm]
    for number, arm in enumerate(study.arm):
        if contents[number] in contents[:number]:
            yield ("arms", number), f"{arm} receives the same tubes as an arm before it"


def _in_dates(study: Study) -> Iterator[Fault]:
    dates = (study.registry.start, study.registry.primary_completion, study.registry.completion)
    types = {one.type for one in dates if one is not None}
    if len(types) > 1:
        yield ("registry", "start"), "the record's dates are partly actual, partly estimated"
    start, end = study.registry.start, study.registry.primary_completion
    primary = next(e for e in study.endpoints if e.role == "primary")
    visit = study.visit[primary.time_point]
    if start is None or end is None or counted_from(visit, study) != visit.anchor:
        return
    first, last = first_day(start.date), first_day(end.date)
    if first is not None and last is not None and add_period(first, visit.after) > last:
        why = (
            f"is {end.date}, before anyone who starts on {start.date} can reach the primary "
            f"endpoint's time point, {visit.id} ({visit.after})"
        )
        yield ("registry", "primary_completion"), why


def _in_use(study: Study) -> Iterator[Fault]:
    items = [item for form in study.forms for item in form.items.values()]
    for number, code_list in enumerate(study.code_lists):
        if not any(item.code_list == code_list.id for item in items):
            yield ("code_lists", number), f"{code_list.id} is used by no item"
    filled = {content for tube in study.treatment.tubes for content in tube.content.values()}
    for number, content in enumerate(study.treatment.contents):
        if content.id not in filled:
            yield ("treatment", "contents", number), f"{content.id} is in no tube"
    treated = {arm for intervention in study.interventions for arm in intervention.arms}
    for number, arm in enumerate(study.arms):
        if arm.id not in treated and arm.type != "NO_INTERVENTION":
            yield ("arms", number), f"{arm.id} receives no intervention of the record"
    for number, visit in enumerate(study.visits):
        if not visit.forms and visit.dosing_day is None:
            yield ("visits", number), f"{visit.id} asks nothing and gives nothing"


def _in_rehearsal(study: Study) -> Iterator[Fault]:
    if study.simulation is None:
        return
    for form in study.forms:
        if form.rating is not None:
            continue
        if form.log and form.id not in study.simulation.events:
            continue
        answers = study.simulation.events.get(form.id, {}) if form.log else study.simulation.answers
        where = ("simulation", "events", form.id) if form.log else ("simulation", "answers")
        for item in form.items.values():
            is_dated = form.log and (
                item.type in ("date", "partial_date") or item.id == study.safety.serious
            )
            if item.required and item.computed is None and not is_dated and item.id not in answers:
                yield where, f"has no assumed answer to {item.id} of {form.id}, which is required"
