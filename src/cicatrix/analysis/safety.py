"""Adverse events by arm: participants with an event, and events, with exact intervals.

Among everyone with at least one dose, by allocated arm. An event before the first dose is counted
apart; one without a full date counts as after it. Terms are as recorded, not coded. No test is
made: the trial was not planned to compare them. Source: CONSORT2025, ClopperPearson1934.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from cicatrix.analysis.labels import english
from cicatrix.analysis.participants import Enrolled
from cicatrix.statistics.proportion import clopper_pearson
from cicatrix.statistics.result import Result
from cicatrix.trial.facts import Value
from cicatrix.trial.forms import Item
from cicatrix.trial.study import Study


@dataclass(frozen=True, slots=True)
class AdverseEvent:
    """One event as recorded; `after_dose` is None for a participant without any dose."""

    participant: str
    arm: str
    term: str
    onset: str | None
    severity: Value | None
    serious: bool | None
    relatedness: Value | None
    after_dose: bool | None


@dataclass(frozen=True, slots=True)
class Occurrence:
    """In one arm: participants with such an event (of those at risk), and events."""

    arm: str
    participants: Result
    with_event: int
    events: int


@dataclass(frozen=True, slots=True)
class SafetyLine:
    """One line of the table: a kind (any, serious, severity, relatedness, term), and each arm."""

    kind: str
    label: str
    arms: tuple[Occurrence, ...]


@dataclass(frozen=True, slots=True)
class SafetyFindings:
    """Adverse events; those before the first dose or without any dose are only counted."""

    at_risk: tuple[tuple[str, int], ...]
    lines: tuple[SafetyLine, ...]
    events: tuple[AdverseEvent, ...]
    before_first_dose: int
    without_dose: int
    unknown_seriousness: int


def safety_of(study: Study, enrolled: Sequence[Enrolled]) -> SafetyFindings:
    """Count adverse events among those who had any dose and whose data are used."""
    used = [one for one in enrolled if not one.row.data_withdrawn]
    events = tuple(event for one in used for event in _events(study, one))
    at_risk = tuple(
        (arm.id, sum(one.row.arm == arm.id and one.row.tubes_given > 0 for one in used))
        for arm in study.arms
    )
    counted = [event for event in events if event.after_dose]
    return SafetyFindings(
        at_risk,
        tuple(
            SafetyLine(
                kind,
                label,
                tuple(_occurrence(arm, n, [e for e in counted if holds(e)]) for arm, n in at_risk),
            )
            for kind, label, holds in _kinds(study, counted)
        ),
        events,
        sum(event.after_dose is False for event in events),
        sum(event.after_dose is None for event in events),
        sum(event.serious is None for event in counted),
    )


def _kinds(
    study: Study, events: Sequence[AdverseEvent]
) -> list[tuple[str, str, Callable[[AdverseEvent], bool]]]:
    found: list[tuple[str, str, Callable[[AdverseEvent], bool]]] = [
        ("any", "Any adverse event", lambda event: True),
        ("serious", "Serious adverse event", lambda event: event.serious is True),
    ]
    form = study.form[study.safety.form]
    for code, label in _codes(study, form.items[study.safety.severity]):
        found.append(("severity", label, partial(_has_severity, code)))
    for code, label in _codes(study, form.items[study.safety.relatedness]):
        found.append(("relatedness", label, partial(_has_relatedness, code)))
    terms: dict[str, list[AdverseEvent]] = {}
    for event in events:
        terms.setdefault(event.term.casefold(), []).append(event)
    order = sorted(terms, key=lambda term: (-len({one.participant for one in terms[term]}), term))
    for term in order:
        label = terms[term][0].term
        found.append(("term", label, partial(_has_term, term)))
    return found


def _has_severity(code: Value, event: AdverseEvent) -> bool:
    return event.severity == code


def _has_relatedness(code: Value, event: AdverseEvent) -> bool:
    return event.relatedness == code


def _has_term(term: str, event: AdverseEvent) -> bool:
    return event.term.casefold() == term


def _codes(study: Study, item: Item) -> list[tuple[Value, str]]:
    if item.code_list is None:
        return []
    return [(one.code, english(one.label)) for one in study.codes[item.code_list].codes]


def _occurrence(arm: str, at_risk: int, events: Sequence[AdverseEvent]) -> Occurrence:
    own = [event for event in events if event.arm == arm]
    people = len({event.participant for event in own})
    return Occurrence(arm, clopper_pearson(people, at_risk), people, len(own))


def _events(study: Study, one: Enrolled) -> list[AdverseEvent]:
    names, first = study.safety, one.row.first_dose
    found = []
    for _, data in one.record.rows(names.form):
        onset = data.values.get(names.onset)
        day = onset if isinstance(onset, str) else None
        after = None if first is None else not _before(day, first.isoformat())
        serious = data.values.get(names.serious)
        found.append(
            AdverseEvent(
                one.record.id,
                one.row.arm,
                str(data.values.get(names.term, "Term not recorded")).strip(),
                day,
                data.values.get(names.severity),
                serious if isinstance(serious, bool) else None,
                data.values.get(names.relatedness),
                after,
            )
        )
    return found


def _before(day: str | None, first_dose: str) -> bool:
    """Tell whether an onset is surely before the first dose; part of a date leaves that open."""
    return day is not None and day < first_dose[: len(day)]
