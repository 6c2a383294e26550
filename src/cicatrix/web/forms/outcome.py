"""The signed ratings of one scar side by side, and how one accepted result came of them.

Shown are the ratings that this actor sees, which are all of them only when their set is complete
(trial/visibility.py). The result is the analysis's own (analysis/accepted.py), so that the page and
the report cannot differ; how an item was decided is measures/adjudication.py's.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cicatrix.analysis.accepted import Decided, ItemScores, decided, number
from cicatrix.measures.adjudication import adjudicate
from cicatrix.trial.checks import basis
from cicatrix.trial.conditions import compute
from cicatrix.trial.forms import Form, Item, RatingRule
from cicatrix.trial.participant import Participant, Rating, RatingKey
from cicatrix.trial.study import Study
from cicatrix.web.forms.sheet import spoken
from cicatrix.web.language.names import tag, text_in

HOW = {
    "agreed": gettext_lazy("both gave it"),
    "mode": gettext_lazy("two of three gave it"),
    "median": gettext_lazy("all three differ: the one in the middle"),
    "single": gettext_lazy("one rater"),
    "undecided": gettext_lazy("not decided"),
}
FLAGS = {
    "no_mode": gettext_lazy("All three raters differ on an item: this result is flagged."),
    "item_missing": gettext_lazy("A rater left an item out: this result is flagged."),
    "third_rating_unused": gettext_lazy("A third rating was given and was not needed."),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One item: what each rater gave, what was accepted and how that came."""

    label: str
    given: tuple[str, ...]
    accepted: str
    how: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """The ratings that are seen and, once their set is complete, the accepted result."""

    ratings: tuple[Rating, ...]
    lines: tuple[Line, ...]
    complete: bool
    called: bool
    rule: str = ""
    flags: tuple[str, ...] = ()


def outcome(study: Study, participant: Participant, key: RatingKey) -> Outcome:
    """Set the signed ratings of one scar side by side."""
    form = study.form[key.form]
    rule = form.rating
    assert rule is not None  # the page asks for rated forms only
    found = participant.ratings.get(key, [])
    signed = tuple(sorted((r for r in found if r.signature), key=lambda one: one.position))
    called = key in participant.called
    complete = _is_complete(rule, signed, called=called)
    result = _result(study, form, rule, signed) if complete else None
    lines = [
        _line(study, form, rule, item, signed, result)
        for item in form.items.values()
        if any(item.id in one.values for one in signed) or item.id == rule.total
    ]
    flags = tuple(str(FLAGS[flag]) for flag in result.flags) if result else ()
    return Outcome(signed, tuple(lines), complete, called, _rule(rule), flags)


def total_of(study: Study, form: Form, rating: Rating) -> str:
    """Say the total of one rating."""
    assert form.rating is not None
    item = form.items[form.rating.total]
    value = compute(form, study.codes, rating.values)[item.id].value
    return "" if value is None else spoken(item, study.codes, value)


def _is_complete(rule: RatingRule, signed: Sequence[Rating], *, called: bool) -> bool:
    positions = {one.position for one in signed}
    if rule.raters == 1:
        return 1 in positions
    return 3 in positions or ({1, 2} <= positions and not called)


def _scores(form: Form, rule: RatingRule, rating: Rating) -> ItemScores:
    return {name: number(rating.values.get(name)) for name in basis(rule.total, form)}


def _result(study: Study, form: Form, rule: RatingRule, signed: Sequence[Rating]) -> Decided:
    scores = [_scores(form, rule, one) for one in signed]
    totals = [number(compute(form, study.codes, one.values)[rule.total].value) for one in signed]
    return decided(form, study.codes, rule, scores, totals)


def _line(
    study: Study, form: Form, rule: RatingRule, item: Item, signed: Sequence[Rating],
    result: Decided | None,
) -> Line:  # fmt: skip
    label = text_in(item.label, tag())
    if item.id == rule.total:
        given = tuple(total_of(study, form, one) for one in signed)
        value = result.total if result else None
    else:
        given = tuple(
            spoken(item, study.codes, one.values[item.id]) if item.id in one.values else "–"
            for one in signed
        )
        value = result.items.get(item.id) if result else None
    accepted = "" if value is None else _accepted(study, item, value, signed)
    how = _how(form, rule, item, signed, result) if result else ""
    return Line(label, given, accepted, how, len(set(given)) > 1)


def _accepted(study: Study, item: Item, value: float, signed: Sequence[Rating]) -> str:
    """Say an accepted value in the item's own words: a code again, a number without a fraction."""
    given = (one.values[item.id] for one in signed if item.id in one.values)
    same = next((one for one in given if number(one) == value), None)
    whole = int(value) if value.is_integer() else value
    return spoken(item, study.codes, whole if same is None else same)


def _how(
    form: Form, rule: RatingRule, item: Item, signed: Sequence[Rating], result: Decided
) -> str:
    if item.id == rule.total:
        if result.total is None:
            return str(HOW["undecided"])
        if rule.raters == 1 or rule.result_basis == "total":
            return str(HOW.get(result.how, ""))
        return _("computed from the accepted items")
    if item.id not in basis(rule.total, form):
        return _("not part of the total")
    if rule.raters == 1:
        return str(HOW["single"])
    if rule.result_basis == "total":
        return "" if result.items.get(item.id) is not None else _("differs among those accepted")
    scores = [_scores(form, rule, one) for one in signed]
    found = adjudicate(scores, items=tuple(scores[0]), no_mode=rule.no_mode)
    return str(next(HOW[one.how] for one in found.items if one.name == item.id))


def _rule(rule: RatingRule) -> str:
    """Say the study's rule in words."""
    if rule.raters == 1:
        return _("One rater rates each scar.")
    if rule.differ_on == "item":
        asks = _("A third rater is called if the two differ on any item.")
    else:
        asks = _("A third rater is called if the totals of the two differ.")
    if rule.result_basis == "item":
        rests = _("What at least two gave is accepted, item by item.")
    else:
        rests = _("The total that at least two gave is accepted.")
    if rule.no_mode == "median":
        last = _("If all three differ it is the middle one, and flagged.")
    else:
        last = _("If all three differ there is no result, and it is flagged.")
    return " ".join((asks, rests, last))
