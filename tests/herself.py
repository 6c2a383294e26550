"""A participant of a visited home: found, signed in at her own pages, and what became of it."""

import re

from django.http import HttpResponse
from django.test import Client

from cicatrix.trial import facts
from cicatrix.trial.actions.visits import attend_visit
from cicatrix.trial.participant import Participant
from cicatrix.trial.roles import Actor
from cicatrix.trial.study import Study
from site_visited import Site


def treated(site: Site, *, without: str = "") -> Participant:
    """Find one who is in the trial still, had doses, and did not come to a visit."""
    return next(
        one
        for one in site.worker.desk.trial.participants.values()
        if one.tubes and not one.withdrawals and without not in {*one.attended, *one.missed}
        and "photographic" in one.releases
    )  # fmt: skip


def herself(her: Participant) -> Actor:
    return Actor(her.id, "participant", her.site)


def signed_in(site: Site, her: Participant) -> Client:
    return site.client(herself(her))


def come(site: Site, her: Participant, visit: str) -> None:
    coordinator = site.who("coordinator", site=her.site)
    site.worker.act(coordinator, attend_visit, participant=her.id, visit=visit)


def adopt(site: Site, study: Study) -> None:
    """Let a study of the test's own be the one in force; what it derives is derived anew."""
    for name in ("digest", "form", "visit", "codes"):
        study.__dict__.pop(name, None)
    site.worker.desk.study = study
    site.worker.desk.trial.versions[study.version] = study.digest


def body(answer: HttpResponse) -> bytes:
    """Give a page without what is drawn anew and without its own address."""
    anew = rb'(csrfmiddlewaretoken|next)" value="[^"]*"'
    return re.sub(anew, b"", answer.content)


def recorded(site: Site, kind: type[facts.Fact]) -> list[facts.Fact]:
    return [one.fact for one in site.worker.desk.kept if isinstance(one.fact, kind)]
