"""Retention: of those randomised, who came to each visit, who missed it, who is still awaited.

A share is of those whose window for the visit is over: before that only who will never come is
known already, and a share would be too low. Whose visit has no date counts in no share. Visits at
which nothing happens but a dose are left out: those are doses.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from cicatrix.statistics.proportion import clopper_pearson
from cicatrix.statistics.result import Result
from cicatrix.trial.participant import Participant
from cicatrix.trial.progress import awaited
from cicatrix.trial.schedule import due_dates
from cicatrix.trial.study import Study, Visit
from cicatrix.trial.trial import Trial

Today = Callable[[str], date]
"""The date at a site."""


@dataclass(frozen=True, slots=True)
class VisitRetention:
    """One visit over all who were randomised; the six counts add up to them.

    `over` counts those whose window is over, `kept` those of them who came.
    """

    visit: Visit
    came: int
    missed: int
    withdrawn: int
    overdue: int
    due: int
    later: int
    over: int
    kept: int
    share: Result


def retention(study: Study, trial: Trial, today: Today, *, role: str) -> tuple[VisitRetention, ...]:
    """Count, for each visit with something to do besides a dose, how it went for everybody."""
    randomised = [one for one in trial.participants.values() if one.number is not None]
    visits = [one for one in study.visits if one.forms or one.dosing_day is None]
    counts = {visit.id: Counter[str]() for visit in visits}
    for her in randomised:
        day = today(her.site)
        dates = due_dates(study, her.milestones())
        for visit, standing in _standings(study, her, day, role):
            if visit in counts:
                over = visit in dates and dates[visit].last < day
                counts[visit].update(
                    {standing: 1, "over": over, "kept": over and standing == "came"}
                )
    return tuple(_row(visit, counts[visit.id]) for visit in visits)


def _row(visit: Visit, count: Counter[str]) -> VisitRetention:
    return VisitRetention(
        visit,
        count["came"],
        count["missed"],
        count["withdrawn"],
        count["overdue"],
        count["due"],
        count["later"],
        count["over"],
        count["kept"],
        clopper_pearson(count["kept"], count["over"]),
    )


def _standings(study: Study, her: Participant, today: date, role: str) -> Iterator[tuple[str, str]]:
    now = {one.visit.id: one.standing for one in awaited(study, her, today, role=role)}
    gone = her.withdrawn_from("visits") is not None
    for visit in study.visits:
        if visit.id in her.attended:
            yield visit.id, "came"
        elif visit.id in her.missed:
            yield visit.id, "missed"
        elif gone:
            yield visit.id, "withdrawn"
        elif now.get(visit.id) == "overdue":
            yield visit.id, "overdue"
        else:
            yield visit.id, "due" if visit.id in now else "later"
