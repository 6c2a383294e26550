"""Who the participants were before treatment: each baseline item by arm, without a p value.

Baseline items are those of visits that are counted from screening, on forms that are asked only
there, and the outcome forms that an endpoint measures. A difference between randomised arms at
baseline is chance, so none is tested. Source: CONSORT2025.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cicatrix.analysis.accepted import AcceptedRow, number
from cicatrix.analysis.labels import english
from cicatrix.analysis.participants import Enrolled
from cicatrix.analysis.summary import Summary, summarise
from cicatrix.analysis.values import observe
from cicatrix.trial.facts import Value
from cicatrix.trial.forms import Form, Item
from cicatrix.trial.study import Study


@dataclass(frozen=True, slots=True)
class Column:
    """One item in one arm (None: in all); a numeric item has a summary, another one has counts.

    `counts` are in the order of the code list; `n` those with an answer, `missing` those without.
    """

    arm: str | None
    n: int
    missing: int
    summary: Summary | None
    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class BaselineItem:
    """One baseline item; `constant` is the answer that everyone gave, if it is the same.

    `criterion` marks an item of the eligibility form, which the criteria may have fixed.
    """

    form: str
    item: str
    label: str
    unit: str | None
    region: str | None
    visit: str
    criterion: bool
    constant: str | None
    columns: tuple[Column, ...]


def baseline_of(
    study: Study, enrolled: Sequence[Enrolled], scores: Sequence[AcceptedRow]
) -> tuple[BaselineItem, ...]:
    """Describe each baseline item by arm and in all, among those randomised whose data are used."""
    used = [one for one in enrolled if not one.row.data_withdrawn]
    places = {row.place: row for row in scores}
    found = []
    for visit, form, region, item in _asked(study):
        answers = [
            (one.row.arm, observe(study, one, places, f"{form.id}.{item.id}", visit, region).value)
            for one in used
        ]
        shown = {_shown(study, item, value) for _, value in answers if value is not None}
        found.append(
            BaselineItem(
                form.id,
                item.id,
                english(item.label),
                item.unit,
                region,
                visit,
                form.id == study.eligibility.form,
                shown.pop() if len(shown) == 1 and len(answers) > 1 else None,
                tuple(
                    _column(study, item, arm, [v for a, v in answers if arm in (None, a)])
                    for arm in (*(arm.id for arm in study.arms), None)
                ),
            )
        )
    return tuple(found)


def screening_visits(study: Study) -> tuple[str, ...]:
    """List the visits that are counted from screening, directly or through another visit."""
    found: list[str] = []
    for _ in study.visits:
        found += [
            visit.id
            for visit in study.visits
            if visit.anchor in ("screening", *found) and visit.id not in found
        ]
    return tuple(visit.id for visit in study.visits if visit.id in found)


def _asked(study: Study) -> Iterator[tuple[str, Form, str | None, Item]]:
    early = screening_visits(study)
    later = {name for visit in study.visits if visit.id not in early for name in visit.forms}
    outcomes = {endpoint.variable.partition(".")[0] for endpoint in study.endpoints}
    for visit in early:
        for form in (study.form[name] for name in study.visit[visit].forms):
            if form.id in later and form.id not in outcomes:
                continue
            for region in form.regions or (None,):
                for item in form.items.values():
                    rated = form.rating is not None and item.id != form.rating.total
                    if not rated and item.type in ("integer", "decimal", "boolean", "choice"):
                        yield visit, form, region, item


def _column(study: Study, item: Item, arm: str | None, answers: Sequence[Value | None]) -> Column:
    seen = [value for value in answers if value is not None]
    missing = len(answers) - len(seen)
    if item.type in ("integer", "decimal"):
        return Column(arm, len(seen), missing, summarise(number(one) for one in answers), ())
    tally = Counter(_shown(study, item, value) for value in seen)
    names = [_shown(study, item, value) for value in _categories(study, item)]
    counts = tuple((name, tally.get(name, 0)) for name in names)
    return Column(arm, len(seen), missing, None, counts)


def _categories(study: Study, item: Item) -> tuple[Value, ...]:
    if item.type == "boolean":
        return (True,)
    return tuple(code.code for code in study.codes[item.code_list or ""].codes)


def _shown(study: Study, item: Item, value: Value) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if item.type == "choice":
        codes = study.codes[item.code_list or ""].codes
        return next((english(one.label) for one in codes if one.code == value), str(value))
    return f"{value:g}" if isinstance(value, int | float) else str(value)
