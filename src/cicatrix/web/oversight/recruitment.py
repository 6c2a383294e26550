"""Recruitment against plan: who was randomised when, how many were planned, when it will be done.

The plan is a number, in all and for each site; a study file has no plan in time, so that none is
drawn. The forecast is statistics/accrual.py's, from the days on which recruitment was open.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from cicatrix.statistics.accrual import waiting_time
from cicatrix.statistics.result import Result
from cicatrix.trial.facts import RecruitmentChanged
from cicatrix.trial.ledger import Entry
from cicatrix.trial.roles import Actor
from cicatrix.trial.schedule import local_date
from cicatrix.trial.study import Site, Study
from cicatrix.trial.trial import Trial

OPEN = ("RECRUITING", "ENROLLING_BY_INVITATION")


@dataclass(frozen=True, slots=True)
class SiteCount:
    """One site: screened, consented, randomised, and planned."""

    site: Site
    screened: int
    consented: int
    randomised: int


@dataclass(frozen=True, slots=True)
class Recruitment:
    """The whole or one site, as far as it is seen; `days` is how long recruitment was open.

    `curve` has each day on which somebody was randomised, and how many there were then.
    `finished` are the first, the likely and the last day on which the plan is reached.
    """

    planned: int
    sites: tuple[SiteCount, ...]
    curve: tuple[tuple[date, int], ...]
    opened: date | None
    days: int
    today: date
    forecast: Result | None
    finished: tuple[date, date, date] | None

    @property
    def randomised(self) -> int:
        """Count those with a number."""
        return sum(one.randomised for one in self.sites)

    @property
    def screened(self) -> int:
        """Count those with an identifier."""
        return sum(one.screened for one in self.sites)


def recruitment(
    study: Study, trial: Trial, changes: Sequence[Entry], *, actor: Actor, today: date
) -> Recruitment:
    """Describe recruitment; `changes` are the entries of its status that the actor sees."""
    sites = tuple(_site(site, trial) for site in study.sites if actor.site in (None, site.id))
    own = actor.site is not None and len(study.sites) > 1
    planned = sum(one.site.planned for one in sites) if own else study.allocation.planned
    on = Counter(
        one.randomised_on for one in trial.participants.values() if one.randomised_on is not None
    )
    curve, so_far = [], 0
    for day in sorted(on):
        so_far += on[day]
        curve.append((day, so_far))
    opened, days = _open_days(study, changes, sites[0].site.id, today)
    left = max(planned - so_far, 0)
    open_now = trial.recruitment in OPEN
    forecast = waiting_time(so_far, float(days), more=left) if open_now else None
    return Recruitment(
        planned, sites, tuple(curve), opened, days, today, forecast, _dates(forecast, today)
    )


def _site(site: Site, trial: Trial) -> SiteCount:
    here = [one for one in trial.participants.values() if one.site == site.id]
    return SiteCount(
        site,
        len(here),
        sum(1 for one in here if one.consents),
        sum(1 for one in here if one.number is not None),
    )


def _open_days(
    study: Study, changes: Sequence[Entry], site: str, today: date
) -> tuple[date | None, int]:
    """Give the day on which recruitment was first opened, and for how many days it was open."""
    first: date | None = None
    since: date | None = None
    days = 0
    for entry in changes:
        if not isinstance(entry.fact, RecruitmentChanged):
            continue
        day = local_date(study, site, entry.at)
        if entry.fact.status in OPEN:
            first, since = first or day, since or day
        elif since is not None:
            days, since = days + (day - since).days, None
    if since is not None:
        days += (today - since).days
    return first, days


def _dates(forecast: Result | None, today: date) -> tuple[date, date, date] | None:
    """Turn days into dates; one beyond the calendar is none."""
    if forecast is None or forecast.interval is None or forecast.estimate is None:
        return None
    low, high = forecast.interval
    if today.toordinal() + high >= date.max.toordinal():
        return None
    early, likely, late = (
        today + timedelta(days=round(one)) for one in (low, forecast.estimate, high)
    )
    return early, likely, late


def by_month(curve: Sequence[tuple[date, int]]) -> Mapping[str, int]:
    """Say how many had been randomised at the end of each month in which somebody was.

    >>> by_month([(date(2026, 1, 9), 1), (date(2026, 1, 30), 3), (date(2026, 3, 2), 4)])
    {'2026-01': 3, '2026-03': 4}
    """
    return {f"{day:%Y-%m}": so_far for day, so_far in curve}
