"""The accepted score of every scar at every visit: one row, whether there is a score or not.

Only signed ratings count; how two or three become one is measures/adjudication.py's, by the rule
of the study file. A score that there is none of has a reason. What is compared is values.py's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from cicatrix.analysis.participants import Enrolled
from cicatrix.measures.adjudication import adjudicate
from cicatrix.trial.checks import basis
from cicatrix.trial.conditions import compute
from cicatrix.trial.facts import Value
from cicatrix.trial.forms import CodeList, Form, RatingRule
from cicatrix.trial.participant import Participant, Rating, RatingKey
from cicatrix.trial.study import Study

ItemScores = dict[str, float | None]


class Place(NamedTuple):
    """Which score: of whom, when, on which form, of which region."""

    participant: str
    visit: str
    form: str
    region: str


@dataclass(frozen=True, slots=True)
class AcceptedRow:
    """One scar at one visit; `how` is empty and `reason` says why where there is no total.

    `how` is single, agreed, mode or median. `given` are the totals of the raters in their order,
    `raters` who they were.
    """

    place: Place
    arm: str
    on: date | None
    total: float | None
    how: str
    reason: str | None
    detail: str | None
    flags: tuple[str, ...]
    items: tuple[tuple[str, float | None], ...]
    given: tuple[float | None, ...]
    ratings: tuple[tuple[tuple[str, float | None], ...], ...]
    raters: tuple[str, ...]
    third_called: bool


def accept(study: Study, enrolled: Sequence[Enrolled]) -> tuple[AcceptedRow, ...]:
    """Give a row to every participant, visit, rated form and region that the study plans."""
    return tuple(
        _row(study, one, RatingKey(visit.id, form.id, region))
        for visit in study.visits
        for form in (study.form[name] for name in visit.forms)
        if form.rating is not None
        for region in form.regions
        for one in enrolled
    )


def absence(study: Study, record: Participant, visit: str) -> tuple[str, str | None] | None:
    """Say why nothing can be known of a visit, as a code and what was written, or None."""
    if record.withdrawn_from("all") is not None:
        return "data_withdrawn", None
    if visit in record.attended:
        return None
    if visit in record.missed:
        return "visit_missed", record.missed[visit]
    withdrawal = record.withdrawn_from("visits")
    if withdrawal is not None:
        return "withdrawn_from_visits", withdrawal.reason
    return "visit_not_recorded", None


def _row(study: Study, enrolled: Enrolled, key: RatingKey) -> AcceptedRow:
    record, form = enrolled.record, study.form[key.form]
    place = Place(record.id, *key)
    absent = absence(study, record, key.visit)
    signed = [one for one in record.ratings.get(key, ()) if one.signature is not None]
    signed.sort(key=lambda one: one.position)
    if record.withdrawn_from("all") is not None:
        signed = []
    if not signed:
        code, detail = absent or ("no_rating", None)
        on = record.attended.get(key.visit) if code == "no_rating" else None
        return AcceptedRow(
            place, enrolled.row.arm, on, None, "", code, detail, (), (), (), (), (), False
        )
    rule = form.rating
    assert rule is not None  # accept() asks for rated forms only
    # What the raters answer besides, and does not count in the total, is not adjudicated.
    names = basis(rule.total, form)
    scores = [_scores(one, names) for one in signed]
    totals = [_total(form, study.codes, rule, one.values) for one in signed]
    result = decided(form, study.codes, rule, scores, totals)
    return AcceptedRow(
        place,
        enrolled.row.arm,
        signed[0].on,
        result.total,
        result.how,
        result.reason,
        None,
        result.flags,
        tuple((name, result.items.get(name)) for name in names),
        tuple(totals),
        tuple(tuple(one.items()) for one in scores),
        tuple(one.rater for one in signed),
        key in record.called,
    )


class Decided(NamedTuple):
    """One scar decided: what was accepted, how, and why not."""

    items: ItemScores
    total: float | None
    how: str
    reason: str | None
    flags: tuple[str, ...] = ()


def decided(
    form: Form,
    codes: Mapping[str, CodeList],
    rule: RatingRule,
    scores: Sequence[ItemScores],
    totals: Sequence[float | None],
) -> Decided:
    """Decide one scar from its signed ratings, in their order, by the items or by the totals."""
    if rule.raters == 1:
        why = None if totals[0] is not None else "item_missing"
        return Decided(scores[0], totals[0], "" if why else "single", why)
    agreed = len(totals) > 1 and totals[0] is not None and totals[0] == totals[1]
    if rule.result_basis == "total" or (rule.differ_on == "total" and agreed):
        return _by_total(rule, scores, totals)
    return _by_items(form, codes, rule, scores)


def _by_total(
    rule: RatingRule, scores: Sequence[ItemScores], totals: Sequence[float | None]
) -> Decided:
    """Accept a total; an item stands only where all who gave that total gave the same."""
    found = adjudicate(
        [{rule.total: one} for one in totals], items=(rule.total,), no_mode=rule.no_mode
    )
    total = found.values[rule.total]
    if total is None:
        return Decided(dict.fromkeys(scores[0]), None, "", found.reason, found.flags)
    gave_it = [one for one, own in zip(scores, totals, strict=True) if own == total]
    items = {
        name: value if all(one[name] == value for one in gave_it) else None
        for name, value in gave_it[0].items()
    }
    return Decided(items, total, found.how, None, found.flags)


def _by_items(
    form: Form, codes: Mapping[str, CodeList], rule: RatingRule, scores: Sequence[ItemScores]
) -> Decided:
    """Accept each item; the total is the form's own expression over them, a sum or what it says."""
    found = adjudicate(scores, items=tuple(scores[0]), no_mode=rule.no_mode)
    accepted = {name: value for name, value in found.values.items() if value is not None}
    if len(accepted) < len(found.items):
        return Decided(found.values, None, "", found.reason, found.flags)
    whole: dict[str, Value] = {
        name: int(value) if value.is_integer() else value for name, value in accepted.items()
    }
    total = _total(form, codes, rule, whole)
    why = "total_undecided" if total is None else None
    return Decided(found.values, total, "" if why else found.how, why, found.flags)


def _scores(rating: Rating, names: tuple[str, ...]) -> ItemScores:
    return {name: number(rating.values.get(name)) for name in names}


def _total(
    form: Form, codes: Mapping[str, CodeList], rule: RatingRule, values: Mapping[str, Value]
) -> float | None:
    return number(compute(form, codes, values)[rule.total].value)


def number(value: Value | None) -> float | None:
    """Give an answer as a number: yes is 1 and no 0; a text has none.

    >>> number(True), number(2), number("pink")
    (1.0, 2.0, None)
    """
    return float(value) if isinstance(value, bool | int | float) else None
