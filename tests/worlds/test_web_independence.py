"""What one may not see changes no page: other raters' scores, other sites, a hash over all of it.

Everything hidden from somebody is altered in the ledger as the server has it, and a few pages are
compared by bytes; a hole in the mask must show by the same comparison. The sealed list is test_web.
"""

from collections.abc import Callable, Iterator
from unittest.mock import patch

import pytest
from django.http import HttpResponse
from django.utils import timezone

from addresses import named_in, ours, suited
from cicatrix.trial import visibility
from cicatrix.trial.ledger import Entry
from cicatrix.trial.roles import Actor
from cicatrix.web import door
from cicatrix.web.door import Asked
from crawl import NOON, Answer, Crawler
from site_visited import Site, original, visited
from world import hidden_altered

pytestmark = pytest.mark.slow

OVERSIGHT = ("oversight", "audit", "audit_csv", "queries", "access_report", "allocation", "kits")
HERS = (
    "today", "participants", "participant", "rating", "casebook", "form", "item", "mine",
    "my_photographs", "mine_consent",
)  # fmt: skip


def answered_with(site: Site, actor: Actor, kept: list[Entry], where: list[str]) -> list[Answer]:
    """Let somebody ask where the ledger is another in what he or she may not see."""
    site.worker.desk.kept = kept
    site.worker._seen.clear()
    crawler = Crawler(site, actor)
    return [crawler.ask(one) for one in where]


def places(site: Site, actor: Actor) -> list[str]:
    """Ask at a few pages for what the actor sees, and of one whom somebody else has rated."""
    study, seen = site.worker.desk.study, site.worker.seen_by(actor).trial
    everyone = site.worker.desk.trial.participants.values()
    women = list(seen.participants.values()) or list(everyone)
    return [
        address.filled(named_in(study, seen, woman, address))
        for address in ours()
        if address.name in OVERSIGHT + HERS and actor.role in address.roles
        for woman in suited(study, women, address)[: 3 if "participant" in address.parts else 1]
    ]


def unfinished(site: Site) -> tuple[Actor, list[str]]:
    """Find a rater whose colleague has rated a scar that he has not, and the addresses of it."""
    trial, rated = site.worker.desk.trial, []
    raters = site.holders("rater")
    for woman in trial.participants.values():
        for key, ratings in woman.ratings.items():
            by = {one.rater for one in ratings}
            for rater in raters:
                if rater.site == woman.site and rater.user not in by and len(by) == 1:
                    where = f"/participants/{woman.id}/ratings/{key.visit}/{key.form}/{key.region}/"
                    rated.append((rater, where))
    rater = rated[0][0]
    return rater, ["/", *(where for one, where in rated if one == rater)]


@pytest.fixture
def visit(tmp_path) -> Iterator[Site]:
    with original(tmp_path, "sqlite") as made_once:
        home = made_once.home("SPLIT-SCAR")
        with patch.object(timezone, "now", lambda: NOON), visited(home) as site:
            yield site


@pytest.mark.parametrize("role", ["rater", "coordinator", "participant", "sponsor"])
def test_what_one_may_not_see_changes_no_page(role, visit):
    actor = next(one for one in visit.holders(role) if one.site in (None, "north"))
    where = places(visit, actor)
    kept = list(visit.worker.desk.kept)
    other = hidden_altered(kept, actor)
    assert other != kept
    before = answered_with(visit, actor, kept, where)
    assert sum(answer.status == 200 for answer in before) > len(before) / 2
    assert before == answered_with(visit, actor, other, where)


def test_a_rater_sees_no_page_change_by_what_the_other_did(visit):
    ben, where = unfinished(visit)
    where += places(visit, ben)
    kept = list(visit.worker.desk.kept)
    other = hidden_altered(kept, ben)
    assert other != kept
    assert answered_with(visit, ben, kept, where) == answered_with(visit, ben, other, where)
    chen = visit.who("monitor")
    seen = answered_with(visit, chen, kept, where[1:2])
    assert seen != answered_with(visit, chen, other, where[1:2])


HOLES: dict[str, tuple[str, Callable[..., object]]] = {
    "no mask between raters": ("_rating_shown", lambda entry, actor, rates: True),
    "other sites shown": ("_at_own_site", lambda fact, actor, sites: True),
}


@pytest.mark.parametrize("name", HOLES)
def test_a_hole_in_the_mask_shows_on_a_page(name, visit, monkeypatch):
    actor, where = unfinished(visit)
    if name == "other sites shown":
        actor = visit.who("coordinator", site="north")
        where = ["/participants/", "/audit/", "/"]
    else:  # the page of the rating itself shows one's own alone, and would not tell
        her = where[1].split("/")[2]
        where = [f"/participants/{her}/", f"/participants/{her}/casebook.pdf"]
    kept = list(visit.worker.desk.kept)
    other = hidden_altered(kept, actor)
    assert answered_with(visit, actor, kept, where) == answered_with(visit, actor, other, where)
    monkeypatch.setattr(visibility, *HOLES[name])
    assert answered_with(visit, actor, kept, where) != answered_with(visit, actor, other, where)


def test_a_hash_of_the_chain_on_a_page_is_caught(visit, monkeypatch):
    """A hash covers what is hidden as well, and so tells that something hidden changed."""
    cora = visit.who("coordinator", site="north")
    kept = list(visit.worker.desk.kept)
    other = hidden_altered(kept, cora)
    where = ["/", "/audit/"]
    assert answered_with(visit, cora, kept, where) == answered_with(visit, cora, other, where)
    answer = door._answer

    def with_hash(request: Asked, *told: object) -> HttpResponse:
        given = answer(request, *told)
        given.content += visit.worker.desk.kept[-1].hash.encode()
        return given

    monkeypatch.setattr(door, "_answer", with_hash)
    assert answered_with(visit, cora, kept, where) != answered_with(visit, cora, other, where)
