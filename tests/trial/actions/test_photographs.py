"""Photographs: never without a release that covers them, granted and not taken back."""

from datetime import date

import pytest

from cicatrix.trial.actions.departures import withdraw
from cicatrix.trial.actions.photographs import take_photograph
from cicatrix.trial.actions.screening import sign_consent, withdraw_release

HER = {"participant": "HERE-001"}
FILE = {**HER, "digest": "ab" * 32, "media_type": "image/jpeg", "region": "scar"}
RELEASE = "    - {id: photographic, label: {en: Photographs may be taken}, required: true}\n"
GENETIC = (
    "    - {id: genetic, label: {en: Blood may be kept}, required: false, photographs: false}\n"
)


@pytest.fixture
def consented(recruiting):
    recruiting.consented()
    return recruiting


def test_a_photograph_is_kept_by_the_digest_of_its_file(consented):
    consented.do(take_photograph, consented.cora, **FILE, visit="month_1")
    (taken,) = consented.woman.photographs
    assert (taken.digest, taken.media_type, taken.by) == ("ab" * 32, "image/jpeg", "cora")
    assert (taken.visit, taken.region, taken.on) == ("month_1", "scar", date(2024, 2, 5))


def test_she_takes_photographs_of_herself_alone(consented):
    consented.do(take_photograph, consented.one, **FILE)
    consented.consented()
    other = FILE | {"participant": "HERE-002"}
    consented.denied(take_photograph, consented.one, **other)
    consented.denied(take_photograph, consented.nina, consented.ana, consented.eva, **other)


def test_without_a_consent_no_photograph_is_taken(recruiting):
    recruiting.screened()
    assert recruiting.refused(take_photograph, recruiting.cora, **FILE) == "no_consent"
    recruiting.go(days=1)
    recruiting.do(
        sign_consent, recruiting.cora, **HER, consent_version="1", language="en",
        releases=("photographic",),
    )  # fmt: skip
    earlier = FILE | {"on": date(2024, 2, 5)}
    assert recruiting.refused(take_photograph, recruiting.cora, **earlier) == "no_consent"
    recruiting.do(take_photograph, recruiting.cora, **FILE)


def test_a_release_that_was_taken_back_covers_no_photograph(consented):
    consented.do(
        withdraw_release, consented.one, **HER, release="photographic", reason="She prefers not"
    )
    for actor in (consented.cora, consented.one):
        assert consented.refused(take_photograph, actor, **FILE) == "no_release"


def test_a_release_that_is_about_something_else_is_not_asked_for(consented):
    consented.study = consented.amended((RELEASE, RELEASE + GENETIC))
    consented.trial.versions["2"] = consented.study.digest
    consented.trial.study_version = "2"
    consented.do(take_photograph, consented.cora, **FILE)
    narrower = RELEASE.replace("true}", "true, photographs: false}")
    consented.study = consented.amended((RELEASE, narrower))
    consented.trial.versions["2"] = consented.study.digest
    assert consented.refused(take_photograph, consented.cora, **FILE) == "no_release"


def test_a_release_that_says_nothing_of_photographs_changes_no_digest(tiny, consented):
    stated = RELEASE.replace("true}", "true, photographs: true}")
    assert consented.amended((RELEASE, stated)).digest == consented.amended().digest


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"digest": "ab" * 31}, "digest"),
        ({"digest": "AB" * 32}, "digest"),
        ({"digest": "ab" * 32 + "\n"}, "digest"),
        ({"media_type": "text/html"}, "media_type"),
        ({"media_type": "image/svg+xml; charset=x"}, "media_type"),
        ({"visit": "month_7"}, "unknown_visit"),
        ({"region": "face"}, "region"),
        ({"on": date(2024, 2, 6)}, "future"),
        ({"participant": "HERE-009"}, "unknown_participant"),
    ],
)
def test_a_photograph_that_cannot_be_is_refused(consented, change, rule):
    assert consented.refused(take_photograph, consented.cora, **FILE | change) == rule


def test_a_file_is_recorded_once(consented):
    consented.do(take_photograph, consented.cora, **FILE)
    assert consented.refused(take_photograph, consented.cora, **FILE) == "photographed"


def test_who_withdrew_from_visits_is_photographed_no_more(consented):
    consented.do(withdraw, consented.one, **HER, scope="visits", reason="Moved", by="participant")
    assert consented.refused(take_photograph, consented.cora, **FILE) == "withdrawn"
