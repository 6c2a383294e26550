"""Endpoints: that each variable, region and time point exists and fits the others.

Which endpoint is analysed, and by what method, is checked in plan.py.
"""

from collections.abc import Iterator

from cicatrix.trial.contradictions.fault import Fault, is_number, unless_known
from cicatrix.trial.document import Path
from cicatrix.trial.forms import Form, Item
from cicatrix.trial.plan import Endpoint
from cicatrix.trial.study import Study


def variable_of(endpoint: Endpoint, study: Study) -> Item | None:
    """Give the item that an endpoint is about, if there is one."""
    form_id, _, item_id = endpoint.variable.partition(".")
    form = study.form.get(form_id)
    return form.items.get(item_id) if form else None


def in_endpoint(path: Path, endpoint: Endpoint, study: Study) -> Iterator[Fault]:
    """Find contradictions between an endpoint and the forms and visits it is taken from."""
    form_id, _, item_id = endpoint.variable.partition(".")
    where = (*path, "variable")
    yield from unless_known(where, form_id, "form", study.form)
    yield from unless_known((*path, "time_point"), endpoint.time_point, "visit", study.visit)
    form = study.form.get(form_id)
    if form is None:
        return
    yield from unless_known(where, item_id, f"item of form {form_id}", form.items)
    if form.log:
        yield where, f"{form_id} is a log form and has no value at a visit"
        return
    yield from _in_regions(path, endpoint, form)
    yield from _in_times(path, endpoint, form, study)
    item = form.items.get(item_id)
    if item is not None:
        yield from _in_aggregation(path, endpoint, item, study)


def _in_regions(path: Path, endpoint: Endpoint, form: Form) -> Iterator[Fault]:
    regions = (endpoint.region,) if endpoint.region else endpoint.within_person or ()
    where = (*path, "region" if endpoint.region else "within_person")
    if endpoint.region and endpoint.within_person:
        yield where, "stands beside `within_person`; an endpoint has one region or contrasts two"
    if form.regions and not regions:
        yield path, f"lacks `region` or `within_person`; {form.id} is filled once for each region"
    for region in regions:
        if region not in form.regions:
            known = ", ".join(form.regions) or "no region"
            yield where, f"names '{region}', but {form.id} is filled for {known}"
    if endpoint.within_person and endpoint.within_person[0] == endpoint.within_person[1]:
        yield where, "contrasts a region with itself"


def _in_times(path: Path, endpoint: Endpoint, form: Form, study: Study) -> Iterator[Fault]:
    order = list(study.visit)
    at_end = study.visit.get(endpoint.time_point)
    if at_end is not None and form.id not in at_end.forms:
        yield (*path, "time_point"), f"{form.id} is not asked at {endpoint.time_point}"
    if endpoint.metric == "change_from_baseline" and endpoint.baseline is None:
        yield path, "is a change from baseline without `baseline`; name the visit"
    if endpoint.baseline is None:
        return
    where = (*path, "baseline")
    if endpoint.metric == "value":
        yield where, "is not used by the metric value; remove it or use change_from_baseline"
    yield from unless_known(where, endpoint.baseline, "visit", study.visit)
    at_start = study.visit.get(endpoint.baseline)
    if at_start is None:
        return
    if form.id not in at_start.forms:
        yield where, f"{form.id} is not asked at {endpoint.baseline}"
    if at_end is not None and order.index(at_start.id) >= order.index(at_end.id):
        yield where, f"does not come before the time point {endpoint.time_point}"


def _in_aggregation(path: Path, endpoint: Endpoint, item: Item, study: Study) -> Iterator[Fault]:
    where = (*path, "aggregation")
    if item.type in ("text", "date", "partial_date", "choices"):
        yield (*path, "variable"), f"is {item.type}, which cannot be compared"
    elif endpoint.aggregation in ("mean", "median") and not is_number(item, study):
        yield where, f"needs numbers, and {endpoint.variable} is {item.type}"
    elif endpoint.aggregation == "proportion" and item.type not in ("boolean", "choice"):
        yield where, f"needs yes or no or a choice, and {endpoint.variable} is {item.type}"
    if endpoint.metric == "change_from_baseline" and not is_number(item, study):
        yield (*path, "metric"), f"needs numbers, and {endpoint.variable} is {item.type}"
