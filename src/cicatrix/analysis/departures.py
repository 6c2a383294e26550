"""What went otherwise than planned, by arm: doses, deviations, intercurrent events, code breaks.

Counts only. Which participants a deviation keeps out of a population is populations.py's, what an
intercurrent event does to a value intercurrent.py's.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cicatrix.analysis.intercurrent import EventRow
from cicatrix.analysis.labels import english
from cicatrix.analysis.participants import Enrolled, ParticipantRow, planned_dose
from cicatrix.analysis.summary import Summary, summarise
from cicatrix.trial.study import Study


@dataclass(frozen=True, slots=True)
class Exposure:
    """The doses of one arm, among those whose data are used."""

    arm: str
    n: int
    planned_dose: float
    actual_dose: Summary
    tubes_planned: int
    tubes_given: int
    tubes_missed: int
    tubes_open: int
    tubes_swapped: int
    tubes_discarded: int
    other_dose: int


@dataclass(frozen=True, slots=True)
class Tally:
    """One kind of departure: its label, and for each arm participants and occurrences."""

    id: str
    label: str
    major: bool | None
    arms: tuple[tuple[str, int, int], ...]


def exposure_of(study: Study, enrolled: Sequence[Enrolled]) -> tuple[Exposure, ...]:
    """Sum the doses up by arm; `other_dose` had an actual dose that is not the planned one."""
    return tuple(
        _exposure(
            study,
            arm.id,
            [one.row for one in enrolled if one.row.arm == arm.id and not one.row.data_withdrawn],
        )
        for arm in study.arms
    )


def deviation_tallies(study: Study, enrolled: Sequence[Enrolled]) -> tuple[Tally, ...]:
    """Count deviations of each category, and code breaks, by arm."""
    used = [one for one in enrolled if not one.row.data_withdrawn]
    found = [
        _tally(
            study,
            category.id,
            english(category.label),
            category.major,
            [
                (one.row.arm, one.record.id)
                for one in used
                for deviation in one.record.deviations
                if deviation.category == category.id
            ],
        )
        for category in study.deviations
    ]
    broken = [(one.row.arm, one.record.id) for one in used for _ in one.record.breaks]
    return (*found, _tally(study, "code_broken", "Code broken in an emergency", None, broken))


def event_tallies(study: Study, events: Sequence[EventRow]) -> tuple[Tally, ...]:
    """Count intercurrent events of each kind by arm."""
    return tuple(
        _tally(
            study,
            kind.id,
            english(kind.label),
            None,
            [(event.arm, event.participant) for event in events if event.event == kind.id],
        )
        for kind in study.intercurrent_events
    )


def _tally(
    study: Study, name: str, label: str, major: bool | None, found: Sequence[tuple[str, str]]
) -> Tally:
    return Tally(
        name,
        label,
        major,
        tuple(
            (
                arm.id,
                len({who for at, who in found if at == arm.id}),
                sum(at == arm.id for at, _ in found),
            )
            for arm in study.arms
        ),
    )


def _exposure(study: Study, arm: str, rows: Sequence[ParticipantRow]) -> Exposure:
    return Exposure(
        arm,
        len(rows),
        planned_dose(study, arm),
        summarise(row.actual_dose for row in rows),
        sum(row.tubes_planned for row in rows),
        sum(row.tubes_given for row in rows),
        sum(row.tubes_missed for row in rows),
        sum(row.tubes_open for row in rows),
        sum(row.tubes_swapped for row in rows),
        sum(row.tubes_discarded for row in rows),
        sum(not _as_planned(row) for row in rows),
    )


def _as_planned(row: ParticipantRow) -> bool:
    """Compare by region: the other half's dose is not her dose, though the sum is the same."""
    actual = dict(row.actual_by_region)
    return all(actual.get(region, 0.0) == dose for region, dose in row.planned_by_region)
