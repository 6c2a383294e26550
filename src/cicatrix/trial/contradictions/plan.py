"""The plan: criteria, endpoints, populations, estimands, analyses, and the safety items.

Whether a method computes is not asked here but in analysis/; only whether the plan can be meant.
"""

from collections.abc import Iterator

from cicatrix.trial.conditions import kinds_of
from cicatrix.trial.contradictions.endpoints import in_endpoint, variable_of
from cicatrix.trial.contradictions.fault import (
    Fault,
    is_number,
    unless_condition,
    unless_known,
)
from cicatrix.trial.document import Path
from cicatrix.trial.plan import Estimand, PlannedAnalysis
from cicatrix.trial.study import Study

_SAFETY = {
    "term": ("text", "choice"),
    "onset": ("date", "partial_date"),
    "severity": ("choice",),
    "serious": ("boolean",),
    "relatedness": ("choice",),
}


def in_plan(study: Study) -> Iterator[Fault]:
    """Find contradictions between what is asked and what is to be compared."""
    yield from _in_criteria(study)
    for number, endpoint in enumerate(study.endpoints):
        yield from in_endpoint(("endpoints", number), endpoint, study)
    yield from _in_events(study)
    for number, estimand in enumerate(study.estimands):
        yield from _in_estimand(("estimands", number), estimand, study)
    for number, analysis in enumerate(study.analyses):
        yield from _in_analysis(("analyses", number), analysis, study)
    yield from _in_primary(study)
    yield from _in_safety(study)


def _in_criteria(study: Study) -> Iterator[Fault]:
    form = study.form.get(study.eligibility.form)
    if form is None:
        return
    kinds = kinds_of(form, study.codes)
    for number, criterion in enumerate(study.eligibility.criteria):
        where = ("eligibility", "criteria", number, "condition")
        yield from unless_condition(where, criterion.condition, kinds, "bool")


def _in_events(study: Study) -> Iterator[Fault]:
    for number, event in enumerate(study.intercurrent_events):
        path = ("intercurrent_events", number)
        yield from unless_known((*path, "form"), event.form, "form", study.form)
        form = study.form.get(event.form)
        if form is None:
            continue
        if not form.log:
            yield (*path, "form"), f"{form.id} is not a log form, and an event is a row of one"
        kinds = kinds_of(form, study.codes)
        yield from unless_condition((*path, "condition"), event.condition, kinds, "bool")


def _in_estimand(path: Path, estimand: Estimand, study: Study) -> Iterator[Fault]:
    endpoints = [endpoint.id for endpoint in study.endpoints]
    populations = [population.id for population in study.populations]
    events = [event.id for event in study.intercurrent_events]
    yield from unless_known((*path, "endpoint"), estimand.endpoint, "endpoint", endpoints)
    yield from unless_known((*path, "population"), estimand.population, "population", populations)
    for event in estimand.strategies:
        where = (*path, "strategies", event)
        yield from unless_known(where, event, "intercurrent event", events)
    for event in events:
        if event not in estimand.strategies:
            yield (*path, "strategies"), f"has no strategy for the intercurrent event {event}"


def _in_analysis(path: Path, analysis: PlannedAnalysis, study: Study) -> Iterator[Fault]:
    endpoint = {e.id: e for e in study.endpoints}
    estimands = {e.id: e for e in study.estimands}
    populations = [p.id for p in study.populations]
    yield from unless_known((*path, "endpoint"), analysis.endpoint, "endpoint", endpoint)
    yield from unless_known((*path, "population"), analysis.population, "population", populations)
    if analysis.estimand is not None:
        where = (*path, "estimand")
        yield from unless_known(where, analysis.estimand, "estimand", estimands)
        estimand = estimands.get(analysis.estimand)
        if estimand is not None and estimand.endpoint != analysis.endpoint:
            yield where, f"is about {estimand.endpoint}, and the analysis about {analysis.endpoint}"
        elif (
            estimand is not None
            and analysis.role == "primary"
            and estimand.population != analysis.population
        ):
            why = f"is about {estimand.population}, and the analysis about {analysis.population}"
            yield where, why
    if not 0 < analysis.significance < 1:
        yield (*path, "significance"), "must lie between 0 and 1, both excluded"
    yield from _in_method(path, analysis, study)


def _in_method(path: Path, analysis: PlannedAnalysis, study: Study) -> Iterator[Fault]:
    method, reference = analysis.method, analysis.reference_arm
    endpoint = next((e for e in study.endpoints if e.id == analysis.endpoint), None)
    if endpoint is not None:
        item = variable_of(endpoint, study)
        if item is not None and not is_number(item, study):
            yield (*path, "method"), f"needs numbers, and {endpoint.variable} is {item.type}"
        if method == "within_person_exact_in_blocks" and endpoint.within_person is None:
            why = f"contrasts two regions of a person; {endpoint.id} has no `within_person`"
            yield (*path, "method"), why
    if method == "difference_from_reference":
        if reference is None:
            yield path, "has no `reference_arm` to take the difference from"
        else:
            yield from unless_known((*path, "reference_arm"), reference, "arm", study.arm)
    elif reference is not None:
        yield (*path, "reference_arm"), f"is not used by the method {method}; remove it"
    if method == "linear_trend_exact_in_blocks" and len(set(planned_doses(study).values())) < 2:
        yield (*path, "method"), "needs at least two different planned doses among the arms"


def planned_doses(study: Study, region: str | None = None) -> dict[str, float]:
    """Sum the planned dose of each arm over its tubes, in one region or in all."""
    dose = {content.id: content.dose for content in study.treatment.contents}
    return {
        arm: sum(
            dose.get(tube.content.get(arm, ""), 0.0)
            for tube in study.treatment.tubes
            if region in (None, tube.region)
        )
        for arm in study.arm
    }


def _in_primary(study: Study) -> Iterator[Fault]:
    roles = {endpoint.id: endpoint.role for endpoint in study.endpoints}
    primary = [name for name, role in roles.items() if role == "primary"]
    for number, endpoint in enumerate(study.endpoints):
        if endpoint.id in primary[1:]:
            why = f"is a second primary endpoint beside {primary[0]}; one is primary"
            yield ("endpoints", number, "role"), why
    if not primary:
        yield ("endpoints",), "has no primary endpoint"
    first: str | None = None
    for number, analysis in enumerate(study.analyses):
        if analysis.role != "primary":
            continue
        if first is not None:
            why = f"is a second primary analysis beside {first}; one is primary"
            yield ("analyses", number, "role"), why
        elif primary and roles.get(analysis.endpoint, "primary") != "primary":
            why = f"is the primary analysis, but {analysis.endpoint} is not the primary endpoint"
            yield ("analyses", number, "endpoint"), why
        first = first or analysis.id
    if first is None:
        yield ("analyses",), "has no primary analysis"


def _in_safety(study: Study) -> Iterator[Fault]:
    yield from unless_known(("safety", "form"), study.safety.form, "form", study.form)
    form = study.form.get(study.safety.form)
    if form is None:
        return
    if not form.log:
        yield ("safety", "form"), f"{form.id} is not a log form, and adverse events are rows of one"
    for role, types in _SAFETY.items():
        name = getattr(study.safety, role)
        yield from unless_known(("safety", role), name, f"item of form {form.id}", form.items)
        if name in form.items and form.items[name].type not in types:
            why = f"must be {' or '.join(types)}, and {name} is {form.items[name].type}"
            yield ("safety", role), why
