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
from cicatrix.trial.conditions import compute, items_named
from cicatrix.trial.facts import Value
from cicatrix.trial.forms import CodeList, Form, RatingRule
from cicatrix.trial.participant import Participant, Rating, RatingKey
from cicatrix.trial.study import Study


class Place(NamedTuple):
    """Which score: of whom, when, on which form, of which region."""

    participant: str
    visit: str
    form: str
    region: str


@dataclass(frozen=True, slots=True)
class AcceptedRow:
    """One scar at one visit; `how` is empty and `reason` says why where there is no total.

    `given` are the totals of the raters in their order, `raters` who they were.
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


def scored_items(form: Form, rule: RatingRule) -> tuple[str, ...]:
    """List the items that the total is computed from, through computed items in between.

    An item that the raters answer but that does not count in the total is not adjudicated.
    """
    found: dict[str, None] = {}
    open_items = [rule.total]
    while open_items:
        item = form.items[open_items.pop()]
        if item.computed is None:
            found[item.id] = None
        else:
            open_items += items_named(item.computed, form)
    return tuple(name for name in form.items if name in found)


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
    names = scored_items(form, rule)
    scores = [_scores(one, names) for one in signed]
    totals = [_total(form, study.codes, rule, one.values) for one in signed]
    items, total, how, why, flags = _decided(form, study.codes, rule, names, scores, totals)
    return AcceptedRow(
        place,
        enrolled.row.arm,
        signed[0].on,
        total,
        how,
        why,
        None,
        flags,
        tuple((name, items.get(name)) for name in names),
        tuple(totals),
        tuple(tuple(one.items()) for one in scores),
        tuple(one.rater for one in signed),
        key in record.called,
    )


def _decided(
    form: Form,
    codes: Mapping[str, CodeList],
    rule: RatingRule,
    names: tuple[str, ...],
    scores: list[dict[str, float | None]],
    totals: list[float | None],
) -> tuple[dict[str, float | None], float | None, str, str | None, tuple[str, ...]]:
    """Give items, total, how, reason and flags of one scar from its signed ratings."""
    if rule.raters == 1:
        why = None if totals[0] is not None else "item_missing"
        return scores[0], totals[0], "" if why else "single", why, ()
    agreed = len(totals) > 1 and totals[0] is not None and totals[0] == totals[1]
    if rule.result_basis == "total" or (rule.differ_on == "total" and agreed):
        found = adjudicate(
            [{rule.total: one} for one in totals],
            items=(rule.total,),
            basis="item",
            no_mode=rule.no_mode,
        )
        total = found.items[0]
        kept = [s for s, one in zip(scores, totals, strict=True) if one == total.value is not None]
        items = {
            name: kept[0][name] if kept and len({one[name] for one in kept}) == 1 else None
            for name in names
        }
        how = "" if total.value is None else total.how
        return items, total.value, how, total.reason, found.flags
    found = adjudicate(scores, items=names, basis="item", no_mode=rule.no_mode)
    if any(item.value is None for item in found.items):
        return found.values, None, "", found.total.reason, found.flags
    # The total is the form's own expression over the accepted items: a sum, or whatever it says.
    whole: dict[str, Value] = {
        name: int(value) if float(value).is_integer() else value
        for name, value in found.values.items()
        if value is not None
    }
    value = _total(form, codes, rule, whole)
    if value is None:
        return found.values, None, "", "total_undecided", found.flags
    how = (
        "median"
        if any(item.how == "median" for item in found.items)
        else ("agreed" if all(item.how == "agreed" for item in found.items) else "mode")
    )
    return found.values, value, how, None, found.flags


def _scores(rating: Rating, names: tuple[str, ...]) -> dict[str, float | None]:
    return {name: number(rating.values.get(name)) for name in names}


def _total(
    form: Form, codes: Mapping[str, CodeList], rule: RatingRule, values: Mapping[str, Value]
) -> float | None:
    if form.items[rule.total].computed is None:
        return number(values.get(rule.total))
    return number(compute(form, codes, values)[rule.total].value)


def number(value: Value | None) -> float | None:
    """Give an answer as a number: yes is 1 and no 0; a text has none.

    >>> number(True), number(2), number("pink")
    (1.0, 2.0, None)
    """
    return float(value) if isinstance(value, bool | int | float) else None
