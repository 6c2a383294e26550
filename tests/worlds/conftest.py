"""Two worlds on the same list, run once for all that only read them."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cicatrix.web.settings")

import django
import pytest

from world import World, load, run


def pytest_configure() -> None:
    """Set Django up before any test file is read: views can be imported in none otherwise."""
    django.setup()


@pytest.fixture(scope="session")
def reference() -> World:
    return run(load("NCT04034615"), list_seed=11, participants=14)


@pytest.fixture(scope="session")
def split() -> World:
    return run(load("SPLIT-SCAR"), list_seed=11, participants=9)


@pytest.fixture(scope="session")
def surgery() -> World:
    return run(load("SPLIT-SCAR", unmasked="investigator"), list_seed=11, participants=9)
