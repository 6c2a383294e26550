"""Every endpoint at its time point, by arm, as the plan says to aggregate it.

Description of everyone randomised, without intercurrent events' strategies: what was seen. The
planned comparisons, which follow the estimands, are in comparisons.py.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from cicatrix.analysis.labels import english
from cicatrix.analysis.summary import Summary, summarise
from cicatrix.analysis.values import ValueRow
from cicatrix.statistics.proportion import clopper_pearson
from cicatrix.statistics.result import Result
from cicatrix.trial.plan import Endpoint
from cicatrix.trial.study import Study


@dataclass(frozen=True, slots=True)
class OutcomeColumn:
    """One endpoint in one arm; `categories` for a distribution, `proportion` for a proportion."""

    arm: str
    summary: Summary
    categories: tuple[tuple[str, int], ...]
    proportion: Result | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One endpoint by arm."""

    endpoint: Endpoint
    unit: str | None
    columns: tuple[OutcomeColumn, ...]


def outcomes_of(study: Study, values: Sequence[ValueRow]) -> tuple[Outcome, ...]:
    """Describe every endpoint of the study by arm."""
    return tuple(
        Outcome(
            endpoint,
            unit_of(study, endpoint),
            tuple(
                _column(
                    study,
                    endpoint,
                    arm.id,
                    [r for r in values if r.endpoint == endpoint.id and r.arm == arm.id],
                )
                for arm in study.arms
            ),
        )
        for endpoint in study.endpoints
    )


def unit_of(study: Study, endpoint: Endpoint) -> str | None:
    """Give the unit of an endpoint's variable."""
    form, _, item = endpoint.variable.partition(".")
    return study.form[form].items[item].unit


def _column(study: Study, endpoint: Endpoint, arm: str, rows: Sequence[ValueRow]) -> OutcomeColumn:
    reasons = [row.reason for row in rows]
    summary = summarise((row.value for row in rows), reasons)
    categories: tuple[tuple[str, int], ...] = ()
    proportion = None
    if endpoint.aggregation == "distribution":
        categories = _categories(study, endpoint, rows)
    if endpoint.aggregation == "proportion":
        seen = [row.value for row in rows if row.value is not None]
        if set(seen) <= {0.0, 1.0}:
            proportion = clopper_pearson(int(sum(seen)), len(seen))
    return OutcomeColumn(arm, summary, categories, proportion)


def _categories(
    study: Study, endpoint: Endpoint, rows: Sequence[ValueRow]
) -> tuple[tuple[str, int], ...]:
    form, _, name = endpoint.variable.partition(".")
    item = study.form[form].items[name]
    tally = Counter(row.answer for row in rows if row.answer is not None)
    if item.code_list is not None and endpoint.within_person is None:
        codes = study.codes[item.code_list].codes
        return tuple((english(one.label), tally.get(one.code, 0)) for one in codes)
    numbers = Counter(row.value for row in rows if row.value is not None)
    return tuple((f"{value:g}", count) for value, count in sorted(numbers.items()))
