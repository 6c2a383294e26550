"""How well raters agree, on sets of ratings that are complete and seen: per form and visit.

Totals of two raters are compared over everybody, whatever she was given, as analysis/agreement.py
does after the opening; no rater is named. A set that is not complete counts in nothing.
"""

from dataclasses import dataclass

from cicatrix.analysis.accepted import number
from cicatrix.measures.agreement import (
    Agreement,
    LimitsOfAgreement,
    icc,
    limits_of_agreement,
    percent_agreement,
)
from cicatrix.trial.conditions import compute
from cicatrix.trial.forms import Form, RatingRule
from cicatrix.trial.participant import Rating, RatingKey
from cicatrix.trial.study import Study, Visit
from cicatrix.trial.trial import Trial


@dataclass(frozen=True, slots=True)
class VisitAgreement:
    """One form at one visit: complete sets of two, those that called a third, and the totals."""

    form: Form
    visit: Visit
    pairs: tuple[tuple[float, float], ...]
    called: int
    identical: Agreement
    icc: Agreement
    limits: LimitsOfAgreement


def agreement(study: Study, trial: Trial) -> tuple[VisitAgreement, ...]:
    """Describe agreement for every form that two raters fill, at every visit that has it."""
    found = []
    for form in study.forms:
        if form.rating is None or form.rating.raters < 2:
            continue
        for visit in study.visits:
            if form.id in visit.forms:
                found.append(_of(study, trial, form, form.rating, visit))
    return tuple(found)


def _of(study: Study, trial: Trial, form: Form, rule: RatingRule, visit: Visit) -> VisitAgreement:
    sets: list[tuple[list[Rating], bool]] = []
    for her in trial.participants.values():
        for region in form.regions:
            key = RatingKey(visit.id, form.id, region)
            signed = [one for one in her.ratings.get(key, ()) if one.signature is not None]
            called = key in her.called
            if len(signed) >= (3 if called else 2):
                sets.append((signed, called))
    raters = {one.rater for signed, _ in sets for one in signed[:2]}
    fixed = min(raters) if len(raters) == 2 else ""
    pairs = []
    for signed, _ in sets:
        first, second = signed[:2]
        if fixed and second.rater == fixed:
            first, second = second, first
        a, b = (_total(study, form, rule, one) for one in (first, second))
        if a is not None and b is not None:
            pairs.append((a, b))
    one, other = [a for a, _ in pairs], [b for _, b in pairs]
    return VisitAgreement(
        form,
        visit,
        tuple(sorted(pairs)),
        sum(called for _, called in sets),
        percent_agreement(one, other),
        icc(pairs, form="2,1" if fixed else "1,1"),
        limits_of_agreement(one, other),
    )


def _total(study: Study, form: Form, rule: RatingRule, rating: Rating) -> float | None:
    return number(compute(form, study.codes, rating.values)[rule.total].value)
