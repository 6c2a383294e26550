"""Intercurrent events: who had which, when, and what a strategy makes of a value (ICH E9(R1)).

Two strategies are carried out: treatment policy keeps the value, the hypothetical strategy sets
it missing if it was seen on or after the day of the event. Composite and while-on-treatment are
not available in this version, and a comparison that would need one says so.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from cicatrix.analysis.participants import Enrolled
from cicatrix.analysis.values import ValueRow
from cicatrix.trial.checks import completed
from cicatrix.trial.conditions import decide
from cicatrix.trial.facts import Value
from cicatrix.trial.plan import Estimand, IntercurrentEvent
from cicatrix.trial.study import Study

AVAILABLE = ("treatment_policy", "hypothetical")


@dataclass(frozen=True, slots=True)
class EventRow:
    """One intercurrent event of one participant; `on` may be partial (`2026-03`) or None."""

    participant: str
    arm: str
    event: str
    on: str | None


def event_rows(study: Study, enrolled: Sequence[Enrolled]) -> tuple[EventRow, ...]:
    """List the rows of log forms that are intercurrent events by the study's conditions."""
    return tuple(
        EventRow(one.record.id, one.row.arm, event.id, _day(study, event.form, data.values))
        for event in study.intercurrent_events
        for one in enrolled
        if not one.row.data_withdrawn
        for _, data in one.record.rows(event.form)
        if _is(study, event, data.values)
    )


def _is(study: Study, event: IntercurrentEvent, values: Mapping[str, Value]) -> bool:
    form = study.form[event.form]
    known = completed(form, study.codes, values)
    return decide(event.condition, form, study.codes, known).value is True


def unavailable(estimand: Estimand | None, events: Iterable[EventRow]) -> tuple[str, ...]:
    """Name the events that happened and whose strategy this version cannot carry out."""
    if estimand is None:
        return ()
    happened = dict.fromkeys(event.event for event in events)
    return tuple(
        event for event in happened if estimand.strategies.get(event, AVAILABLE[0]) not in AVAILABLE
    )


def apply_strategies(
    rows: Sequence[ValueRow], events: Sequence[EventRow], estimand: Estimand | None
) -> tuple[ValueRow, ...]:
    """Set values missing that an event with the hypothetical strategy has overtaken.

    An event without a date, or a value without one, counts as before the value: what is not known
    to be free of the event is not used. An event that the estimand does not name changes nothing.
    """
    if estimand is None:
        return tuple(rows)
    hypothetical = [one for one in events if estimand.strategies.get(one.event) == "hypothetical"]
    return tuple(_overtaken(row, hypothetical) for row in rows)


def _overtaken(row: ValueRow, events: Sequence[EventRow]) -> ValueRow:
    if row.value is None and row.answer is None:
        return row
    for event in events:
        if event.participant != row.participant:
            continue
        # A partial date sorts before every day in it, so an event in the month counts as before.
        if event.on is None or row.on is None or event.on <= row.on.isoformat():
            return replace(row, value=None, answer=None, reason=f"after_{event.event}")
    return row


def _day(study: Study, form: str, values: Mapping[str, Value]) -> str | None:
    """Give the event's date: an adverse event's onset, else the form's first date.

    A study file does not say which date of another form is the event's, so their order on the
    form decides; a partial date stands in where the form has no other.
    """
    items = study.form[form].items.values()
    dates = [item.id for kind in ("date", "partial_date") for item in items if item.type == kind]
    if form == study.safety.form:
        dates = [study.safety.onset]
    found = values.get(dates[0]) if dates else None
    return found if isinstance(found, str) else None
