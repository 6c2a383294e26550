"""A tiny rehearsed trial home, made once by the commands and copied for each test."""

import shutil
from pathlib import Path

import pytest

from command_line import TINY, Place, copied, run, seal


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("founded") / "home"
    assert run("create", home, TINY).exit_code == 0
    return home


@pytest.fixture(scope="session")
def rehearsed(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = tmp_path_factory.mktemp("rehearsed")
    shutil.copytree(founded, folder / "home")
    place = seal(folder / "home", folder / "custodian")
    options = ("--packing", place.packing, "--participants", 6, "--seed", 2)
    done = run("rehearse", place.home, *options)
    assert done.exit_code == 0, done.output
    return place


@pytest.fixture
def place(rehearsed: Place, tmp_path: Path) -> Place:
    return copied(rehearsed, tmp_path)
