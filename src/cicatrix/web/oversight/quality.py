"""Data quality: forms at visits that took place, queries by age, corrections, what has no answer.

Counts of what the asking role sees, over all participants it sees. What a form lacks is
trial/progress.py's; which queries there are, one by one, is data_queries.py's.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from cicatrix.trial import facts
from cicatrix.trial.checks import NOT_ASKED
from cicatrix.trial.forms import Code, Form
from cicatrix.trial.ledger import Entry
from cicatrix.trial.plan import DeviationCategory
from cicatrix.trial.progress import FormStanding, awaited, forms_of
from cicatrix.trial.schedule import local_date
from cicatrix.trial.study import Site, Study
from cicatrix.trial.trial import Trial
from cicatrix.web.oversight.retention import Today

AGES = (7, 28)
"""Days at which an open query becomes older, and old."""


@dataclass(frozen=True, slots=True)
class FormCount:
    """One form over all visits that took place: how many there should be, and how far they are."""

    form: Form
    expected: int
    done: int
    waiting: int
    incomplete: int
    empty: int


@dataclass(frozen=True, slots=True)
class QueryCount:
    """Queries of one site: open ones by age, those that have an answer, those closed."""

    site: Site
    fresh: int
    older: int
    old: int
    answered: int
    closed: int

    @property
    def open(self) -> int:
        """Count the open ones."""
        return self.fresh + self.older + self.old


@dataclass(frozen=True, slots=True)
class DeviationCount:
    """One category of deviations, by site in the study's order."""

    category: DeviationCategory
    by_site: tuple[int, ...]

    @property
    def all(self) -> int:
        """Count them over all sites."""
        return sum(self.by_site)


@dataclass(frozen=True, slots=True)
class SiteConduct:
    """One site: doses missed, visits overdue, saves of forms and how many of them corrected."""

    site: Site
    doses_missed: int
    overdue: int
    saves: int
    corrections: int


@dataclass(frozen=True, slots=True)
class Quality:
    """All of it."""

    forms: tuple[FormCount, ...]
    queries: tuple[QueryCount, ...]
    missing: tuple[tuple[Code, int], ...]
    deviations: tuple[DeviationCount, ...]
    sites: tuple[SiteConduct, ...]


def quality(
    study: Study, trial: Trial, entries: Sequence[Entry], today: Today, *, role: str,
    sites: Sequence[Site],
) -> Quality:  # fmt: skip
    """Count all of it; `entries` are those of saves and of queries raised that the actor sees."""
    return Quality(
        _forms(study, trial, role),
        _queries(study, trial, entries, today, sites),
        _missing(study, trial),
        _deviations(study, trial, sites),
        _conduct(study, trial, entries, today, role, sites),
    )


def _forms(study: Study, trial: Trial, role: str) -> tuple[FormCount, ...]:
    found: dict[str, Counter[FormStanding]] = {}
    for her in trial.participants.values():
        for name in her.attended:
            visit = study.visit.get(name)
            for state in forms_of(study, her, visit, role=role) if visit else ():
                found.setdefault(state.key.form, Counter())[state.standing] += 1
    return tuple(
        FormCount(
            form,
            found[form.id].total(),
            found[form.id]["done"],
            found[form.id]["unsigned"] + found[form.id]["unrated"],
            found[form.id]["incomplete"],
            found[form.id]["empty"],
        )
        for form in study.forms
        if form.id in found
    )


def _queries(
    study: Study, trial: Trial, entries: Sequence[Entry], today: Today, sites: Sequence[Site]
) -> tuple[QueryCount, ...]:
    ages: dict[str, Counter[str]] = {site.id: Counter() for site in sites}
    for entry in entries:
        fact = entry.fact
        if not isinstance(fact, facts.QueryRaised):
            continue
        her = trial.participants[fact.participant]
        query = her.queries[fact.query]
        count = ages[her.site]
        if query.closed is not None:
            count["closed"] += 1
            continue
        age = (today(her.site) - local_date(study, her.site, entry.at)).days
        count["fresh" if age <= AGES[0] else "older" if age <= AGES[1] else "old"] += 1
        count["answered"] += query.answer is not None
    return tuple(
        QueryCount(
            site,
            *(ages[site.id][name] for name in ("fresh", "older", "old", "answered", "closed")),
        )
        for site in sites
    )


def _missing(study: Study, trial: Trial) -> tuple[tuple[Code, int], ...]:
    count = Counter(
        why
        for her in trial.participants.values()
        for data in her.forms.values()
        for why in data.missing.values()
        if why != NOT_ASKED
    )
    return tuple((one, count[str(one.code)]) for one in study.missing_reasons)


def _deviations(study: Study, trial: Trial, sites: Sequence[Site]) -> tuple[DeviationCount, ...]:
    count = Counter(
        (one.category, her.site) for her in trial.participants.values() for one in her.deviations
    )
    return tuple(
        DeviationCount(category, tuple(count[category.id, site.id] for site in sites))
        for category in study.deviations
    )


def _conduct(
    study: Study, trial: Trial, entries: Sequence[Entry], today: Today, role: str,
    sites: Sequence[Site],
) -> tuple[SiteConduct, ...]:  # fmt: skip
    missed, overdue, saves, corrected = (Counter[str]() for _ in range(4))
    days = {site.id: today(site.id) for site in sites}
    for her in trial.participants.values():
        missed[her.site] += len(her.missed_doses)
        states = awaited(study, her, days[her.site], role=role)
        overdue[her.site] += sum(one.standing == "overdue" for one in states)
    for entry in entries:
        if isinstance(entry.fact, facts.FormSaved):
            site = trial.participants[entry.fact.participant].site
            saves[site] += 1
            corrected[site] += entry.fact.reason is not None
    return tuple(
        SiteConduct(site, missed[site.id], overdue[site.id], saves[site.id], corrected[site.id])
        for site in sites
    )
