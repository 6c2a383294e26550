"""A minimised trial: who asks for a number, its list, and what can be read of the answers."""

import csv
from datetime import UTC, datetime

import pytest

from cicatrix.trial.facts import Randomised
from cicatrix.trial.ledger import read
from cicatrix.trial.roles import Actor
from cicatrix_sealed.answering import answer_waiting
from cicatrix_sealed.custody import situation
from cicatrix_sealed.unsealing import open_draws

NOW = datetime(2027, 3, 2, 9, 0, tzinfo=UTC)
CUSTODIAN = Actor("custodian", "pharmacist")


@pytest.fixture
def people():
    """Give six people: name, skin and site."""
    return [
        ("P1", "light", "foshan"), ("P2", "dark", "foshan"), ("P3", "light", "wuhan"),
        ("P4", "light", "foshan"), ("P5", "dark", "wuhan"), ("P6", "light", "foshan"),
    ]  # fmt: skip


@pytest.fixture
def answer():
    def answer(home, folder, passphrase):
        draws = open_draws(situation(home), folder, passphrase)
        return list(answer_waiting(home, folder, draws, actor=CUSTODIAN, clock=lambda: NOW))

    return answer


@pytest.fixture
def given():
    def given(home):
        return [
            (fact.participant, fact.number)
            for fact in (read(line).fact for line in home.ledger.since())
            if isinstance(fact, Randomised)
        ]

    return given


@pytest.fixture
def sheet():
    def sheet(folder):
        """Give the arm of each kit's number as the packing sheet fills it."""
        rows = list(csv.DictReader((folder / "packing.csv").read_text().splitlines()))
        return {row["kit"]: row["content"].removeprefix("content_") for row in rows}

    return sheet


@pytest.fixture
def minimised(make_home, make_list, tmp_path):
    """Make a home whose study is minimised, and its list, in a folder of the same name."""

    def make(name="home", **how):
        home = make_home(name, sites={"foshan": 12, "wuhan": 12}, minimise={"site": 2, "skin": 1})
        folder = tmp_path / f"{name}-custodian"
        make_list(home, folder, kind="minimisation", chosen={"slots": 8}, **how)
        return home, folder

    return make


@pytest.fixture
def asked(minimised, request_number, people):
    home, folder = minimised()
    for name, skin, site in people:
        request_number(home, name, skin=skin, site=site)
    return home, folder
