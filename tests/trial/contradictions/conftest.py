"""A study file with some fields changed, as the tests of contradictions and oddities need it."""

import copy
import re
from pathlib import Path

import pytest

from cicatrix.trial.document import read_document

ROOT = Path(__file__).parents[3]
FILES = {
    "tiny": ROOT / "tests/studies/tiny.yaml",
    "split": ROOT / "studies/SPLIT-SCAR.yaml",
    "reference": ROOT / "studies/NCT04034615.yaml",
}
DATA = {name: read_document(path.read_bytes(), file=name).data for name, path in FILES.items()}


def steps(field):
    return re.findall(r"[^.\[\]]+", field)


def member(here, key):
    if isinstance(here, dict):
        return key
    return next(
        (n for n, child in enumerate(here) if isinstance(child, dict) and child.get("id") == key),
        int(key) if key.isdigit() and int(key) < len(here) else None,
    )


def with_changes(name, changes):
    """Change fields named as problems name them; a value of `...` takes the field away."""
    data = copy.deepcopy(DATA[name])
    for field, value in changes.items():
        here = data
        *path, last = steps(field)
        for key in path:
            here = here[member(here, key)]
        key = member(here, last)
        if value is ...:
            del here[key]
        elif isinstance(here, list) and key is None:
            here.append(value)
        else:
            here[key] = value
    return data


@pytest.fixture
def edited():
    return with_changes
