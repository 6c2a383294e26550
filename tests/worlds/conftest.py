"""Two worlds on the same list, run once for all that only read them."""

import pytest

from world import World, load, run


@pytest.fixture(scope="session")
def reference() -> World:
    return run(load("NCT04034615"), list_seed=11, participants=14)


@pytest.fixture(scope="session")
def split() -> World:
    return run(load("SPLIT-SCAR"), list_seed=11, participants=9)


@pytest.fixture(scope="session")
def surgery() -> World:
    return run(load("SPLIT-SCAR", unmasked="investigator"), list_seed=11, participants=9)
