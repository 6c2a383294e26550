"""Trial homes to test with: on SQLite always, on PostgreSQL where a server is named.

The server is named as postgresql.py says.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

import postgresql
from cicatrix.store.home import Home
from cicatrix.trial.facts import TrialFounded, VisitMissed
from cicatrix.trial.ledger import GENESIS, Head
from cicatrix.trial.roles import Actor

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
ANA = Actor("ana", "investigator", "S1")

Record = Callable[..., Head]


def make_home(folder: Path, database: str | None = None) -> Home:
    home = Home.create(
        folder, study=b"id: NCT04034615\n", database=database, entropy=Random(1).randbytes
    )
    founded = TrialFounded(
        study_id="NCT04034615",
        study_version="1",
        study_digest="0" * 64,
        checkpoint_key=home.checkpoint_key,
    )
    home.ledger.append([founded], GENESIS, actor=ANA, now=NOW, entropy=Random(2).randbytes)
    return home


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with make_home(tmp_path / "home") as made:
        yield made


@pytest.fixture
def postgresql_url() -> Iterator[str]:
    with postgresql.database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def any_home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Home]:
    url = request.getfixturevalue("postgresql_url") if request.param == "postgresql" else None
    with make_home(tmp_path / "home", url) as made:
        yield made


@pytest.fixture
def record() -> Record:
    """Append one act of `count` missed visits after the present head."""

    def append(home: Home, count: int = 1, *, reason: str = "ill", seed: int = 3) -> Head:
        facts = [
            VisitMissed(participant=f"S1-{n:03}", visit="M6", reason=reason) for n in range(count)
        ]
        draw = Random(seed).randbytes
        return home.ledger.append(facts, home.ledger.head(), actor=ANA, now=NOW, entropy=draw)

    return append
