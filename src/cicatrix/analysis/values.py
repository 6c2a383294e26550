"""The value of each endpoint for each participant: one row, whether there is a value or not.

Looks up `form.item` at the time point, in the region or as a difference of two regions within
one person, as it is or as a change from baseline. What an intercurrent event does to a value is
intercurrent.py's; what is compared with what is comparisons.py's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cicatrix.analysis.accepted import AcceptedRow, Place, absence, number
from cicatrix.analysis.participants import Enrolled
from cicatrix.trial.conditions import compute
from cicatrix.trial.facts import Value
from cicatrix.trial.forms import Form
from cicatrix.trial.participant import FormKey
from cicatrix.trial.plan import Endpoint
from cicatrix.trial.schedule import due_dates
from cicatrix.trial.study import Study

Scores = Mapping[Place, AcceptedRow]


@dataclass(frozen=True, slots=True)
class Observed:
    """One answer: the value and its day, or None with a reason and what was written."""

    value: Value | None
    on: date | None = None
    reason: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class ValueRow:
    """One participant's value of one endpoint; `answer` is the code given where it is no number.

    `in_window` is None where the visit did not take place or has no window.
    """

    endpoint: str
    participant: str
    arm: str
    value: float | None
    answer: Value | None
    on: date | None
    in_window: bool | None
    reason: str | None
    detail: str | None


def value_rows(
    study: Study, enrolled: Sequence[Enrolled], scores: Sequence[AcceptedRow]
) -> tuple[ValueRow, ...]:
    """Give every participant a row for every endpoint of the study."""
    places = {row.place: row for row in scores}
    return tuple(
        _value(study, one, places, endpoint) for endpoint in study.endpoints for one in enrolled
    )


def observe(
    study: Study, enrolled: Enrolled, scores: Scores, variable: str, visit: str, region: str | None
) -> Observed:
    """Look up one variable of one person at one visit; a rated form gives its accepted score."""
    name, _, item = variable.partition(".")
    form = study.form[name]
    if form.regions and region is None:
        if len(form.regions) != 1:
            return Observed(None, reason="region_not_named")
        region = form.regions[0]
    if form.rating is not None and region is not None:
        row = scores.get(Place(enrolled.record.id, visit, name, region))
        if row is None:
            return Observed(None, reason="no_rating")
        value = row.total if item == form.rating.total else dict(row.items).get(item)
        why = None if value is not None else row.reason or "item_missing"
        return Observed(value, row.on, why, row.detail)
    absent = absence(study, enrolled.record, visit)
    if absent and (absent[0] == "data_withdrawn" or not _filled(enrolled, name, visit, region)):
        return Observed(None, None, *absent)
    return _answered(study, enrolled, form, item, visit, region)


def _filled(enrolled: Enrolled, form: str, visit: str, region: str | None) -> bool:
    return FormKey(form, visit, 0, region) in enrolled.record.forms


def _answered(
    study: Study, enrolled: Enrolled, form: Form, item: str, visit: str, region: str | None
) -> Observed:
    on = enrolled.record.attended.get(visit)
    data = enrolled.record.forms.get(FormKey(form.id, visit, 0, region))
    if data is None:
        return Observed(None, on, "form_empty")
    if form.items[item].computed is not None:
        value = compute(form, study.codes, data.values)[item].value
        return Observed(value, on, None if value is not None else "not_computable")
    if item in data.values:
        return Observed(data.values[item], on)
    return Observed(None, on, data.missing.get(item, "item_not_answered"))


def _value(study: Study, enrolled: Enrolled, scores: Scores, endpoint: Endpoint) -> ValueRow:
    found = _at(study, enrolled, scores, endpoint, endpoint.time_point)
    value, reason, detail = number(found.value), found.reason, found.detail
    if value is None and reason is None and endpoint.aggregation != "distribution":
        reason = "not_a_number"
    if value is not None and endpoint.metric == "change_from_baseline":
        before = number(_at(study, enrolled, scores, endpoint, endpoint.baseline or "").value)
        reason = "baseline_missing" if before is None else None
        value = None if before is None else value - before
    answer = found.value if endpoint.metric == "value" else None
    return ValueRow(
        endpoint.id,
        enrolled.record.id,
        enrolled.row.arm,
        value,
        answer,
        found.on,
        _in_window(study, enrolled, endpoint.time_point),
        reason,
        detail,
    )


def _at(
    study: Study, enrolled: Enrolled, scores: Scores, endpoint: Endpoint, visit: str
) -> Observed:
    if endpoint.within_person is None:
        return observe(study, enrolled, scores, endpoint.variable, visit, endpoint.region)
    first, second = (
        observe(study, enrolled, scores, endpoint.variable, visit, region)
        for region in endpoint.within_person
    )
    for one in (first, second):
        if one.value is None:
            return one
    left, right = number(first.value), number(second.value)
    if left is None or right is None:
        return Observed(None, first.on, "not_a_number")
    # The last day counts: an event between the two examinations bears on the difference.
    return Observed(left - right, max((d for d in (first.on, second.on) if d), default=None))


def _in_window(study: Study, enrolled: Enrolled, visit: str) -> bool | None:
    on = enrolled.record.attended.get(visit)
    due = due_dates(study, enrolled.record.milestones()).get(visit)
    if on is None or due is None or enrolled.row.data_withdrawn:
        return None
    return due.first <= on <= due.last
