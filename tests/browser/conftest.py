"""A home in the middle of its trial, hosted for browsers: one copy for each test."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cicatrix.web.settings")

from collections.abc import Iterator
from pathlib import Path

import django
import pytest
from playwright.sync_api import Browser

import browsing
from browsing import House
from hosted import hosted
from site_visited import Original, original


def pytest_configure() -> None:
    """Set Django up before any test file is read: models can be imported in none otherwise."""
    django.setup()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all as slow: a browser takes its time."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.slow)


# Of the package, not of the session: while playwright runs, its loop is this thread's, and neither
# Django nor asyncio does its work in a thread with a loop unless it is told to.
@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as patch, browsing.chromium() as browser:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield browser


@pytest.fixture(scope="package")
def originals(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Original]:
    with original(tmp_path_factory.mktemp("browser"), "sqlite") as made:
        yield made


@pytest.fixture
def house(originals: Original, chromium: Browser, tmp_path: Path) -> Iterator[House]:
    """The reference trial with its one site, to do anything in."""
    with originals.copy("NCT04034615", tmp_path / "home") as folder, hosted(folder) as (site, at):
        found = House(site, at, chromium)
        yield found
        found.leave()


@pytest.fixture
def elsewhere(originals: Original, chromium: Browser, tmp_path: Path) -> Iterator[House]:
    """A trial with several sites and questions for participants, to do anything in."""
    with originals.copy("SPLIT-SCAR", tmp_path / "home") as folder, hosted(folder) as (site, at):
        found = House(site, at, chromium)
        yield found
        found.leave()
