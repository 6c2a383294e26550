"""A real trial, in which everything is asked for that a rehearsal leaves out."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connections

from cicatrix.cli.create import FIRST_PEOPLE, found_home, person
from site_visited import Site, point, visited

STUDY = Path(__file__).parents[3] / "studies/NCT04034615.yaml"
PEOPLE = (
    "ana:investigator:foshan", "ben:rater:foshan", "chen:monitor", "cora:coordinator:foshan",
    "lin:participant:foshan",
)  # fmt: skip


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that was founded and never rehearsed."""
    import django

    django.setup()
    folder = tmp_path_factory.mktemp("founded") / "home"
    people = [person(text) for text in (*FIRST_PEOPLE, *PEOPLE)]
    found_home(folder, STUDY, people, now=datetime(2026, 3, 9, 9, tzinfo=UTC))
    point(folder)
    call_command("migrate", database="default", verbosity=0, interactive=False)
    connections.close_all()
    return folder


@pytest.fixture
def real(founded: Path, tmp_path: Path) -> Iterator[Site]:
    """A real trial of one site: Ana investigates, Ben rates, Chen monitors, Lin takes part."""
    folder = Path(shutil.copytree(founded, tmp_path / "real"))
    with visited(folder) as site:
        yield site
