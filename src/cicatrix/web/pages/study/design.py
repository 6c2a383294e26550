"""The design of a study, laid out to be read: arms by day, masking, allocation, plan of analysis.

All of it is what the study file says to everybody: what each arm gets by day is the protocol, and
who is in which arm is nowhere here. Visits are schedule.py's, forms blank.py's.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cicatrix.trial.part import Text
from cicatrix.trial.plan import Endpoint, PlannedAnalysis
from cicatrix.trial.roles import Role
from cicatrix.trial.study import Arm, Criterion, Study
from cicatrix.web.language.names import listed, named, number, tag, text_in
from cicatrix.web.pages.study import terms
from cicatrix.web.pages.study.spelled import spelled
from cicatrix.web.pages.study.terms import period, term

STAFF_AND_HER: tuple[Role, ...] = (
    "participant", "care_provider", "investigator", "rater", "image_reader", "coordinator",
    "data_manager", "statistician", "monitor", "sponsor", "auditor", "pharmacist",
)  # fmt: skip
"""Roles for which a study says whether they are masked, in the order in which it is read."""


@dataclass(frozen=True, slots=True)
class Course:
    """What one arm gets at one region on some days in a row."""

    days: str
    region: str
    content: str


@dataclass(frozen=True, slots=True)
class Branch:
    """One arm of the diagram."""

    label: str
    type: str
    description: str
    share: int
    interventions: tuple[str, ...]
    courses: tuple[Course, ...]
    total: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A condition of the study: its text, the same in terms of the form, and as it is written."""

    text: str
    words: str
    condition: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """One thing of the plan: its name, and what is said of it, label by label."""

    name: str
    facts: tuple[tuple[str, str], ...]


def branches(study: Study) -> tuple[Branch, ...]:
    """Give the arms, each with its share of the ratio and its treatment by day."""
    return tuple(
        Branch(
            say(arm.label),
            term(terms.ARM_TYPE, arm.type),
            say(arm.description),
            study.allocation.ratio[arm.id],
            tuple(say(one.label) for one in study.interventions if arm.id in one.arms),
            tuple(_courses(study, arm)),
            _total(study, arm),
        )
        for arm in study.arms
    )


def _courses(study: Study, arm: Arm) -> Iterator[Course]:
    """Join the days of treatment that give the same to the same region."""
    contents = {one.id: say(one.label) for one in study.treatment.contents}
    regions = {one.id: say(one.label) for one in study.regions}
    treated = [
        one.id for one in study.regions if any(t.region == one.id for t in study.treatment.tubes)
    ]
    for region in treated:
        runs: list[tuple[str, list[int]]] = []
        tubes = [tube for tube in study.treatment.tubes if tube.region == region]
        for tube in sorted(tubes, key=lambda one: (one.day, one.number)):
            content = tube.content[arm.id]
            if runs and runs[-1][0] == content:
                runs[-1][1].append(tube.day)
            else:
                runs.append((content, [tube.day]))
        for content, days in runs:
            where = regions[region] if len(treated) > 1 else ""
            yield Course(_days(days), where, contents[content])


def _days(days: list[int]) -> str:
    once = sorted(set(days))
    if len(once) == 1:
        return _("Day {day}").format(day=once[0])
    if once == list(range(once[0], once[-1] + 1)):
        return _("Days {first} to {last}").format(first=once[0], last=once[-1])
    return _("Days {days}").format(days=listed(once))


def _total(study: Study, arm: Arm) -> str:
    doses = {one.id: one.dose for one in study.treatment.contents}
    total = sum(doses[tube.content[arm.id]] for tube in study.treatment.tubes)
    return f"{number(total)} {study.treatment.unit}"


def by_day(study: Study) -> tuple[tuple[int, int, str, tuple[str, ...]], ...]:
    """Give each tube's number, day, region and what it holds in each arm."""
    contents = {one.id: say(one.label) for one in study.treatment.contents}
    regions = {one.id: say(one.label) for one in study.regions}
    return tuple(
        (
            tube.number, tube.day, regions[tube.region],
            tuple(contents[tube.content[arm.id]] for arm in study.arms),
        )
        for tube in study.treatment.tubes
    )  # fmt: skip


def interventions(study: Study) -> tuple[Facts, ...]:
    """Give each intervention with its type, its description and the arms that get it."""
    return tuple(
        Facts(
            say(one.label),
            (
                (_("Type"), term(terms.INTERVENTION_TYPE, one.type)),
                (_("Description"), say(one.description)),
                (_("Arms"), listed(say(study.arm[arm].label) for arm in one.arms)),
            ),
        )
        for one in study.interventions
    )


def masking(study: Study) -> tuple[tuple[str, str], ...]:
    """Say who is masked, who is not, and of whom the study says neither."""
    masked, unmasked = study.masking.masked, study.masking.unmasked
    neither = [one for one in STAFF_AND_HER if one not in (*masked, *unmasked)]
    said = (
        (_("Masked"), [one for one in STAFF_AND_HER if one in masked]),
        (_("Not masked"), [one for one in STAFF_AND_HER if one in unmasked]),
        (_("Not said by the study"), neither),
    )
    return tuple((label, listed(named(one) for one in roles)) for label, roles in said if roles)


def allocation(study: Study) -> tuple[tuple[str, str], ...]:
    """Say the ratio, the strata or the factors of minimisation, and the planned number."""
    planned = study.allocation
    ratio = " : ".join(str(planned.ratio[arm.id]) for arm in study.arms)
    arms = " : ".join(say(arm.label) for arm in study.arms)
    rows = [
        (_("Ratio"), f"{ratio} ({arms})"),
        (_("Planned participants"), number(planned.planned)),
    ]
    if planned.minimise:
        factors = (
            _("{factor} (weight {weight})").format(
                factor=_factor(study, one.factor), weight=one.weight
            )
            for one in planned.minimise
        )
        rows.append((_("Minimisation over"), listed(factors)))
    else:
        strata = listed(_factor(study, one) for one in planned.strata)
        rows.append((_("Strata"), strata or _("none")))
    return tuple(rows)


def _factor(study: Study, factor: str) -> str:
    items = (form.items[factor] for form in study.forms if factor in form.items)
    item = next(items, None)
    return named(factor) if item is None else say(item.label)


def supply(study: Study) -> tuple[tuple[str, str], ...]:
    """Say how kits are kept, and how many a participant has."""
    treatment = study.treatment
    rows = [
        (_("Tubes in a kit"), number(len(treatment.tubes))),
        (_("Spare kits for each participant"), number(treatment.spare_kits)),
    ]
    if treatment.shelf_life is not None:
        rows.append((_("Shelf life"), period(treatment.shelf_life)))
    if treatment.storage is not None:
        kept = treatment.storage
        rows += [
            (
                _("Stored at"),
                _("{least} to {most} °C").format(
                    least=number(kept.minimum_celsius), most=number(kept.maximum_celsius)
                ),
            ),
            (
                _("Outside that range, in all at most"),
                _("{count} h").format(count=number(kept.maximum_excursion_hours)),
            ),
        ]
    return tuple(rows)


def criteria(study: Study, kind: str) -> tuple[Rule, ...]:
    """Give the inclusion or the exclusion criteria, each with what decides it."""
    form = study.form[study.eligibility.form]

    def rule(one: Criterion) -> Rule:
        return Rule(say(one.text), spelled(one.condition, form, study.codes), one.condition)

    return tuple(rule(one) for one in study.eligibility.criteria if one.kind == kind)


def endpoints(study: Study) -> tuple[Facts, ...]:
    """Give each endpoint with its variable, metric, aggregation and time point."""
    return tuple(Facts(say(one.label), tuple(_endpoint(study, one))) for one in study.endpoints)


def _endpoint(study: Study, one: Endpoint) -> Iterator[tuple[str, str]]:
    regions = {region.id: say(region.label) for region in study.regions}
    form, _dot, item = one.variable.partition(".")
    yield pgettext("endpoint or analysis", "Role"), term(terms.ENDPOINT_ROLE, one.role)
    yield (
        _("Variable"),
        _("{item}, of the form {form}").format(
            item=say(study.form[form].items[item].label), form=say(study.form[form].label)
        ),
    )
    if one.region is not None:
        yield _("Region"), regions[one.region]
    if one.within_person is not None:
        first, second = one.within_person
        yield (
            _("Contrast within a person"),
            _("{first}; {second}").format(first=regions[first], second=regions[second]),
        )
    yield _("Metric"), term(terms.METRIC, one.metric)
    if one.baseline is not None:
        yield _("Baseline"), say(study.visit[one.baseline].label)
    yield _("Aggregation"), term(terms.AGGREGATION, one.aggregation)
    yield _("Time point"), say(study.visit[one.time_point].label)


def estimands(study: Study) -> tuple[Facts, ...]:
    """Give each estimand with its attributes and a strategy for each intercurrent event."""
    endpoint = {one.id: say(one.label) for one in study.endpoints}
    population = {one.id: say(one.label) for one in study.populations}
    event = {one.id: say(one.label) for one in study.intercurrent_events}
    return tuple(
        Facts(
            say(one.summary),
            (
                (_("Endpoint"), endpoint[one.endpoint]),
                (_("Population"), population[one.population]),
                *((event[name], term(terms.STRATEGY, how)) for name, how in one.strategies.items()),
            ),
        )
        for one in study.estimands
    )


def analyses(study: Study) -> tuple[Facts, ...]:
    """Give each planned comparison."""
    return tuple(
        Facts(term(terms.METHOD, one.method), tuple(_analysis(study, one)))
        for one in study.analyses
    )


def _analysis(study: Study, one: PlannedAnalysis) -> Iterator[tuple[str, str]]:
    yield pgettext("endpoint or analysis", "Role"), term(terms.ANALYSIS_ROLE, one.role)
    yield _("Endpoint"), next(say(e.label) for e in study.endpoints if e.id == one.endpoint)
    yield _("Population"), next(say(p.label) for p in study.populations if p.id == one.population)
    summary = next((say(e.summary) for e in study.estimands if e.id == one.estimand), None)
    if summary is not None:
        yield _("Estimand"), summary
    if one.reference_arm is not None:
        yield _("Reference arm"), say(study.arm[one.reference_arm].label)
    yield _("Significance level"), number(one.significance)


def populations(study: Study) -> tuple[tuple[str, str], ...]:
    """Give each population with the rules all of which must hold."""
    return tuple(
        (say(one.label), listed(term(terms.RULE, rule) for rule in one.requires))
        for one in study.populations
    )


def intercurrent(study: Study) -> tuple[Rule, ...]:
    """Give each intercurrent event and by which row of which form it is known."""
    return tuple(
        Rule(
            say(one.label),
            spelled(one.condition, study.form[one.form], study.codes),
            one.condition,
            say(study.form[one.form].label),
        )
        for one in study.intercurrent_events
    )


def safety(study: Study) -> tuple[tuple[str, str], ...]:
    """Say on which form adverse events stand, and which of its items say what."""
    said = study.safety
    form = study.form[said.form]
    asked = (
        (pgettext("adverse event", "Term"), said.term),
        (_("Onset"), said.onset),
        (_("Severity"), said.severity),
        (_("Seriousness"), said.serious),
        (_("Relatedness"), said.relatedness),
    )
    items = ((label, say(form.items[item].label)) for label, item in asked)
    return ((_("Form"), say(form.label)), *items)


def say(text: Text) -> str:
    """Choose a text of the study file in the page's language."""
    return text_in(text, tag())
