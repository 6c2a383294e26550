"""Two clinics that differ in the sealed list alone: every address answers everyone the same.

Each masked role, and each role that the study leaves unmasked as well since the server knows no
arm, asks in both for everything that there is. The mutants are what careless pages did.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cicatrix.trial.roles import Actor
from clinic import clinic
from crawl import Crawl, crawl
from site_visited import Site, migrated, visited

pytestmark = pytest.mark.slow

ROLES = (
    "coordinator", "investigator", "care_provider", "rater", "image_reader", "pharmacist",
    "data_manager", "statistician", "monitor", "sponsor", "auditor", "administrator", "participant",
)  # fmt: skip


@pytest.fixture(scope="module", params=["NCT04034615", "SPLIT-SCAR"])
def worlds(request, tmp_path_factory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("worlds")
    for seed in (11, 12):
        clinic(folder / str(seed), request.param, list_seed=seed, participants=12)
        migrated(folder / str(seed))
    return folder / "11", folder / "12"


def everyone(site: Site) -> Iterator[Actor]:
    for role in ROLES:
        yield from site.holders(role)[:2]


def seen_in(folder: Path) -> dict[Actor, Crawl]:
    with visited(folder) as site:
        site.give_everyone_a_role()
        return {actor: crawl(site, actor) for actor in everyone(site)}


def test_every_address_answers_everyone_the_same_on_both_lists(worlds):
    one, other = map(seen_in, worlds)
    assert one.keys() == other.keys()
    assert {actor.role for actor in one} == set(ROLES)
    for actor, crawled in one.items():
        assert crawled.answers.keys() == other[actor].answers.keys(), actor
        for asked, answer in crawled.answers.items():
            assert answer == other[actor].answers[asked], (actor, asked)
            assert answer.status < 500, (actor, asked)
        assert crawled.mailed == other[actor].mailed
        assert crawled.logged == other[actor].logged
