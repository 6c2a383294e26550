"""Sites to visit: a clinic in the middle of its trial, on SQLite and on PostgreSQL.

`clinic` is read only and made once; `site` is a copy for one test, to write in.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cicatrix.web.settings")

from collections.abc import Iterator

import django
import pytest
from django.conf import settings

from site_visited import Original, Site, original, visited


def pytest_configure() -> None:
    """Set Django up before any test file is read: models can be imported in none otherwise."""
    django.setup()
    settings.ALLOWED_HOSTS.append("testserver")


@pytest.fixture(
    scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)]
)
def database(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="session")
def originals(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Original]:
    with original(tmp_path_factory.mktemp("original"), database) as made:
        yield made


@pytest.fixture
def site(originals: Original, tmp_path) -> Iterator[Site]:
    """A clinic of the reference trial with one site, to do anything in."""
    with originals.copy("NCT04034615", tmp_path / "home") as folder, visited(folder) as found:
        yield found


@pytest.fixture
def sites(originals: Original, tmp_path) -> Iterator[Site]:
    """A trial with several sites, to do anything in."""
    with originals.copy("SPLIT-SCAR", tmp_path / "home") as folder, visited(folder) as found:
        yield found
