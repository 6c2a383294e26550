"""Accepted scores by arm and visit, and within one person where a study compares two regions.

Description of everyone randomised: those without a score are counted with their reasons. No test
is made here; the planned ones are in comparisons.py. How raters agreed is in agreement.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cicatrix.analysis.accepted import AcceptedRow, Place
from cicatrix.analysis.participants import Enrolled, planned_by_region
from cicatrix.analysis.summary import Summary, summarise
from cicatrix.trial.study import Study


@dataclass(frozen=True, slots=True)
class ScoreSummary:
    """Accepted totals of one form, region, visit and arm; `flagged` had no mode, median taken."""

    form: str
    region: str
    visit: str
    arm: str
    summary: Summary
    agreed: int
    third_called: int
    flagged: int


@dataclass(frozen=True, slots=True)
class ContrastRow:
    """One person's difference of two regions: first minus second, and treated minus the other.

    `treated` is None where both regions are planned to get the same dose.
    """

    participant: str
    arm: str
    form: str
    visit: str
    regions: tuple[str, str]
    difference: float | None
    treated: float | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class ContrastSummary:
    """Differences within persons by arm; `arm` None: treated minus the other region, everyone."""

    form: str
    visit: str
    regions: tuple[str, str]
    arm: str | None
    summary: Summary


def score_summaries(study: Study, scores: Sequence[AcceptedRow]) -> tuple[ScoreSummary, ...]:
    """Summarise the accepted totals by form, region, visit and arm, in the study's order."""
    groups: dict[tuple[str, str, str], list[AcceptedRow]] = {}
    for row in scores:
        key = (row.place.form, row.place.region, row.place.visit)
        groups.setdefault(key, []).append(row)
    order = [
        (form.id, region, visit.id)
        for form in study.forms
        if form.rating is not None
        for region in form.regions
        for visit in study.visits
        if form.id in visit.forms
    ]
    return tuple(
        _summary(*key, arm.id, [row for row in groups.get(key, []) if row.arm == arm.id])
        for key in order
        for arm in study.arms
    )


def side(study: Study, arm: str, regions: tuple[str, str]) -> int:
    """Tell which of two regions an arm treats with more: 1 the first, -1 the second, 0 neither."""
    doses = dict(planned_by_region(study, arm))
    first, second = (doses.get(region, 0.0) for region in regions)
    return (first > second) - (first < second)


def contrast_rows(
    study: Study, enrolled: Sequence[Enrolled], scores: Sequence[AcceptedRow]
) -> tuple[ContrastRow, ...]:
    """Give each person's difference of two regions for every rated form that is rated on two."""
    places = {row.place: row for row in scores}
    return tuple(
        _contrast(study, one, places, form.id, visit.id, pair)
        for form in study.forms
        for pair in _pairs(study, form.id)
        for visit in study.visits
        if form.id in visit.forms
        for one in enrolled
    )


def contrast_summaries(study: Study, rows: Sequence[ContrastRow]) -> tuple[ContrastSummary, ...]:
    """Summarise differences within persons by arm, and treated minus untreated over all arms."""
    groups: dict[tuple[str, str, tuple[str, str]], list[ContrastRow]] = {}
    for row in rows:
        groups.setdefault((row.form, row.visit, row.regions), []).append(row)
    found = []
    for (form, visit, pair), here in groups.items():
        for arm in study.arms:
            own = [row for row in here if row.arm == arm.id]
            summary = summarise((row.difference for row in own), (row.reason for row in own))
            found.append(ContrastSummary(form, visit, pair, arm.id, summary))
        if all(side(study, arm.id, pair) for arm in study.arms):
            summary = summarise((row.treated for row in here), (row.reason for row in here))
            found.append(ContrastSummary(form, visit, pair, None, summary))
    return tuple(found)


def _summary(
    form: str, region: str, visit: str, arm: str, rows: Sequence[AcceptedRow]
) -> ScoreSummary:
    return ScoreSummary(
        form,
        region,
        visit,
        arm,
        summarise((row.total for row in rows), (row.reason for row in rows)),
        sum(row.how == "agreed" for row in rows),
        sum(row.third_called for row in rows),
        sum("no_mode" in row.flags for row in rows),
    )


def _pairs(study: Study, form: str) -> tuple[tuple[str, str], ...]:
    rule = study.form[form].rating
    if rule is None:
        return ()
    named = [
        endpoint.within_person
        for endpoint in study.endpoints
        if endpoint.within_person is not None and endpoint.variable == f"{form}.{rule.total}"
    ]
    return tuple(dict.fromkeys(named))


def _contrast(
    study: Study,
    one: Enrolled,
    places: dict[Place, AcceptedRow],
    form: str,
    visit: str,
    pair: tuple[str, str],
) -> ContrastRow:
    first, second = (places[Place(one.record.id, visit, form, region)] for region in pair)
    sign = side(study, one.row.arm, pair)
    if first.total is None or second.total is None:
        reason = first.reason if first.total is None else second.reason
        return ContrastRow(one.record.id, one.row.arm, form, visit, pair, None, None, reason)
    difference = first.total - second.total
    treated = sign * difference if sign else None
    return ContrastRow(one.record.id, one.row.arm, form, visit, pair, difference, treated, None)
