"""The dashboard as one thing, worked out once for what an actor sees and kept until that changes.

It is kept by who acts, how much he sees, its last entry and the day: nothing hidden is in the key.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date

from cicatrix.trial import facts
from cicatrix.trial.facts import Fact
from cicatrix.trial.roles import Actor
from cicatrix.trial.study import Site
from cicatrix.web.oversight.agreement import VisitAgreement, agreement
from cicatrix.web.oversight.quality import Quality, quality
from cicatrix.web.oversight.recruitment import Recruitment, recruitment
from cicatrix.web.oversight.retention import VisitRetention, retention
from cicatrix.web.supply.kits_seen import sites_of
from cicatrix.web.worker import Seen

_MOST_KEPT = 32
_Key = tuple[Actor, int, str, str, tuple[date, ...]]
_kept: OrderedDict[_Key, "Dashboard"] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Everything that the dashboard tells of, for one actor on one day."""

    sites: tuple[Site, ...]
    recruitment: Recruitment
    retention: tuple[VisitRetention, ...]
    agreement: tuple[VisitAgreement, ...]
    quality: Quality


def dashboard(seen: Seen) -> Dashboard:
    """Work it out, or give what was worked out of the same before."""
    sites = sites_of(seen.study, seen.actor)
    entries = seen.of(Fact)
    last = entries[-1].commitment if entries else ""
    days = tuple(seen.today(site.id) for site in sites)
    key = (seen.actor, len(entries), last, seen.study.digest, days)
    if key not in _kept:
        _kept[key] = _worked_out(seen, sites)
    _kept.move_to_end(key)
    while len(_kept) > _MOST_KEPT:
        _kept.popitem(last=False)
    return _kept[key]


def _worked_out(seen: Seen, sites: tuple[Site, ...]) -> Dashboard:
    study, trial, role = seen.study, seen.trial, seen.actor.role
    return Dashboard(
        sites,
        recruitment(
            study, trial, seen.of(facts.RecruitmentChanged),
            actor=seen.actor, today=seen.today(sites[0].id),
        ),
        retention(study, trial, seen.today, role=role),
        agreement(study, trial),
        quality(
            study, trial, seen.of(facts.FormSaved, facts.QueryRaised), seen.today,
            role=role, sites=sites,
        ),
    )  # fmt: skip
