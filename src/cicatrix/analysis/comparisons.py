"""The planned comparisons carried out: each analysis of the plan, by its method, none dropped.

An analysis that cannot be computed is reported with the reason. The exact tests re-arrange the
arms within the actual blocks over everyone who was randomised; a participant who is not in the
population or has no value stays in her block, unobserved. No adjustment for several comparisons.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cicatrix.analysis.intercurrent import EventRow, apply_strategies, unavailable
from cicatrix.analysis.labels import english
from cicatrix.analysis.participants import Enrolled, planned_dose
from cicatrix.analysis.populations import Members
from cicatrix.analysis.scores import side
from cicatrix.analysis.summary import Summary, summarise
from cicatrix.analysis.values import ValueRow
from cicatrix.statistics.difference import mean_difference
from cicatrix.statistics.result import Result
from cicatrix.statistics.trend import Trend, linear_trend
from cicatrix.trial.plan import Endpoint, Estimand, PlannedAnalysis
from cicatrix.trial.study import Study


@dataclass(frozen=True, slots=True)
class ArmValues:
    """One arm in one comparison: planned dose, and its values after the estimand's strategies."""

    arm: str
    planned_dose: float
    summary: Summary


@dataclass(frozen=True, slots=True)
class Difference:
    """One arm minus the reference arm."""

    arm: str
    reference: str
    result: Result


@dataclass(frozen=True, slots=True)
class Comparison:
    """One planned analysis: what came out, or `not_computed` with the reason.

    `n` are those compared, `randomised` everyone; `set_missing` had a value that a hypothetical
    strategy took out, `values` are what was compared. The slope of a trend is per unit of dose
    and is told per `dose_step`; that of a within-person comparison is treated minus untreated.
    """

    analysis: PlannedAnalysis
    endpoint: Endpoint
    estimand: Estimand | None
    population: str
    population_size: int
    randomised: int
    n: int
    set_missing: int
    arms: tuple[ArmValues, ...]
    values: tuple[tuple[str, float], ...]
    trend: Trend | None
    dose_step: float | None
    differences: tuple[Difference, ...]
    not_computed: str | None


def compare(
    study: Study,
    enrolled: Sequence[Enrolled],
    members: Sequence[Members],
    values: Sequence[ValueRow],
    events: Sequence[EventRow],
) -> tuple[Comparison, ...]:
    """Carry out every planned analysis."""
    return tuple(
        _comparison(study, analysis, enrolled, members, values, events)
        for analysis in study.analyses
    )


def _comparison(
    study: Study,
    analysis: PlannedAnalysis,
    enrolled: Sequence[Enrolled],
    members: Sequence[Members],
    values: Sequence[ValueRow],
    events: Sequence[EventRow],
) -> Comparison:
    endpoint = next(one for one in study.endpoints if one.id == analysis.endpoint)
    estimand = next((one for one in study.estimands if one.id == analysis.estimand), None)
    population = next(one for one in members if one.population == analysis.population)
    before = [row for row in values if row.endpoint == endpoint.id]
    rows = apply_strategies(before, events, estimand)
    taken = sum(
        a.value is not None and b.value is None and population.holds(a.participant)
        for a, b in zip(before, rows, strict=True)
    )
    inside = [row for row in rows if population.holds(row.participant)]
    own_events = [one for one in events if population.holds(one.participant)]
    why = _why_not(study, inside, endpoint, estimand, own_events, len(enrolled))
    trend: Trend | None = None
    differences: tuple[Difference, ...] = ()
    if why is None:
        try:
            trend, differences = _carried_out(study, analysis, endpoint, enrolled, rows, population)
        except ValueError as problem:
            why = str(problem)
    return Comparison(
        analysis,
        endpoint,
        estimand,
        population.population,
        len(population.participants),
        len(enrolled),
        sum(row.value is not None for row in inside),
        taken,
        tuple(_arm(study, arm.id, inside) for arm in study.arms),
        tuple((row.participant, row.value) for row in inside if row.value is not None),
        trend,
        dose_step(study),
        differences,
        why,
    )


def dose_step(study: Study) -> float | None:
    """Give the smallest dose above 0 that a tube can hold: the step a slope is told in."""
    doses = [content.dose for content in study.treatment.contents if content.dose > 0]
    return min(doses, default=None)


def _arm(study: Study, arm: str, rows: Sequence[ValueRow]) -> ArmValues:
    own = [row for row in rows if row.arm == arm]
    summary = summarise((row.value for row in own), (row.reason for row in own))
    return ArmValues(arm, planned_dose(study, arm), summary)


def _why_not(
    study: Study,
    inside: Sequence[ValueRow],
    endpoint: Endpoint,
    estimand: Estimand | None,
    events: Sequence[EventRow],
    randomised: int,
) -> str | None:
    if randomised == 0:
        return "nobody was randomised"
    missing = unavailable(estimand, events)
    if missing and estimand is not None:
        labels = {one.id: english(one.label) for one in study.intercurrent_events}
        return (
            f"the estimand handles “{labels[missing[0]]}” by the strategy "
            f"{estimand.strategies[missing[0]].replace('_', ' ')}, which is not available in this "
            "version, and the event happened"
        )
    if not inside:
        return "the population is empty"
    if all(row.value is None for row in inside):
        return f"nobody in the population has a value of {english(endpoint.label)}"
    return None


def _carried_out(
    study: Study,
    analysis: PlannedAnalysis,
    endpoint: Endpoint,
    enrolled: Sequence[Enrolled],
    rows: Sequence[ValueRow],
    population: Members,
) -> tuple[Trend | None, tuple[Difference, ...]]:
    kept = [row.value if population.holds(row.participant) else None for row in rows]
    if analysis.method == "difference_from_reference":
        return None, _differences(study, analysis, rows, kept)
    if analysis.method == "linear_trend_exact_in_blocks":
        doses = [one.row.planned_dose for one in enrolled]
        if len({planned_dose(study, arm.id) for arm in study.arms}) < 2:
            raise ValueError("every arm has the same planned dose, so there is no trend with dose")
    else:
        doses = [float(_side(study, endpoint, one.row.arm)) for one in enrolled]
    trend = linear_trend(
        [0.0 if value is None else value for value in kept],
        doses,
        [one.row.block for one in enrolled],
        observed=[value is not None for value in kept],
    )
    return trend, ()


def _side(study: Study, endpoint: Endpoint, arm: str) -> int:
    if endpoint.within_person is None:
        raise ValueError("the endpoint names no two regions to compare within one person")
    found = side(study, arm, endpoint.within_person)
    if found == 0:
        raise ValueError(
            f"{english(study.arm[arm].label)} plans the same dose for both regions, so neither is "
            "the treated one"
        )
    return found


def _differences(
    study: Study,
    analysis: PlannedAnalysis,
    rows: Sequence[ValueRow],
    kept: Sequence[float | None],
) -> tuple[Difference, ...]:
    reference = analysis.reference_arm
    if reference is None:
        raise ValueError("the plan names no reference arm")
    groups: dict[str, list[float]] = {arm.id: [] for arm in study.arms}
    for row, value in zip(rows, kept, strict=True):
        if value is not None:
            groups[row.arm].append(value)
    return tuple(
        Difference(arm.id, reference, mean_difference(groups[arm.id], groups[reference]))
        for arm in study.arms
        if arm.id != reference
    )
