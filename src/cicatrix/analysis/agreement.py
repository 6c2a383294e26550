"""How well the raters agreed, per rated form and visit, over all regions and for each.

The first two signed ratings of each scar are compared. Where the same two raters saw everyone
they are the columns, ICC(2,1); where raters change from scar to scar their order means nothing,
ICC(1,1). Several regions of one person are not independent: intervals over them are too narrow.
No rater is named.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cicatrix.analysis.accepted import AcceptedRow
from cicatrix.measures.agreement import (
    Agreement,
    LimitsOfAgreement,
    icc,
    kappa,
    limits_of_agreement,
    percent_agreement,
)
from cicatrix.trial.checks import basis
from cicatrix.trial.forms import Form
from cicatrix.trial.study import Study


@dataclass(frozen=True, slots=True)
class ItemAgreement:
    """Two raters on one item: kappa with linear weights, and the share that is identical."""

    item: str
    kappa: Agreement
    identical: Agreement


@dataclass(frozen=True, slots=True)
class RaterAgreement:
    """One form at one visit (None: all visits), one region (None: all regions).

    `scars` were rated at all, `pairs` by two raters, `called` needed a third, `no_mode` had three
    values of something. `icc` is None over all visits, where scars repeat. `totals` are the pairs.
    """

    form: str
    visit: str | None
    region: str | None
    scars: int
    pairs: int
    called: int
    no_mode: int
    identical: Agreement
    icc: Agreement | None
    limits: LimitsOfAgreement
    items: tuple[ItemAgreement, ...]
    totals: tuple[tuple[float, float], ...]


def agreement_of(study: Study, scores: Sequence[AcceptedRow]) -> tuple[RaterAgreement, ...]:
    """Describe the agreement of raters for every form that two raters fill."""
    found = []
    for form in study.forms:
        if form.rating is None or form.rating.raters < 2:
            continue
        rows = [row for row in scores if row.place.form == form.id and row.given]
        visits = [visit.id for visit in study.visits if form.id in visit.forms]
        regions = (None, *form.regions) if len(form.regions) > 1 else (form.regions[0],)
        for region in regions:
            here = [row for row in rows if region in (None, row.place.region)]
            for visit in visits:
                at = [row for row in here if row.place.visit == visit]
                found.append(_agreement(study, form, visit, region, at))
            if len(visits) > 1:
                found.append(_agreement(study, form, None, region, here))
    return tuple(found)


def _agreement(
    study: Study, form: Form, visit: str | None, region: str | None, rows: Sequence[AcceptedRow]
) -> RaterAgreement:
    assert form.rating is not None  # agreement_of() takes rated forms only
    pairs = [row for row in rows if len(row.given) > 1]
    raters = {rater for row in pairs for rater in row.raters[:2]}
    fixed = sorted(raters) if len(raters) == 2 else []
    ordered = [_in_order(row, fixed) for row in pairs]
    totals = [(row.given[a], row.given[b]) for row, (a, b) in zip(pairs, ordered, strict=True)]
    complete = [(a, b) for a, b in totals if a is not None and b is not None]
    first, second = [a for a, _ in complete], [b for _, b in complete]
    items = tuple(
        _item(study, form, name, pairs, ordered) for name in basis(form.rating.total, form)
    )
    return RaterAgreement(
        form.id,
        visit,
        region,
        len(rows),
        len(pairs),
        sum(row.third_called for row in rows),
        sum("no_mode" in row.flags for row in rows),
        percent_agreement(first, second),
        None if visit is None else icc(complete, form="2,1" if fixed else "1,1"),
        limits_of_agreement(first, second),
        items,
        tuple(complete),
    )


def _in_order(row: AcceptedRow, fixed: Sequence[str]) -> tuple[int, int]:
    """Give the places of the two ratings: by rater where the same two saw everyone."""
    return (1, 0) if fixed and row.raters[0] == fixed[1] else (0, 1)


def _item(
    study: Study,
    form: Form,
    name: str,
    pairs: Sequence[AcceptedRow],
    ordered: Sequence[tuple[int, int]],
) -> ItemAgreement:
    answers = [
        (dict(row.ratings[a]).get(name), dict(row.ratings[b]).get(name))
        for row, (a, b) in zip(pairs, ordered, strict=True)
    ]
    seen = [(a, b) for a, b in answers if a is not None and b is not None]
    first, second = [a for a, _ in seen], [b for _, b in seen]
    categories = _categories(study, form, name) or sorted({*first, *second})
    return ItemAgreement(
        name,
        kappa(first, second, categories=categories, weights="linear"),
        percent_agreement(first, second),
    )


def _categories(study: Study, form: Form, name: str) -> list[float]:
    """List every score that the item may have, in order; empty if the study does not limit them."""
    item = form.items[name]
    if item.type == "choice":
        return [float(code.code) for code in study.codes[item.code_list or ""].codes]
    if item.type == "integer" and item.minimum is not None and item.maximum is not None:
        return [float(one) for one in range(int(item.minimum), int(item.maximum) + 1)]
    return []
