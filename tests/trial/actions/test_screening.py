"""Screening a person, her consent, and a release taken back."""

from datetime import UTC, date, datetime

import pytest

from cicatrix.trial.actions.departures import withdraw
from cicatrix.trial.actions.found import amend
from cicatrix.trial.actions.people import change_recruitment
from cicatrix.trial.actions.randomisation import randomise
from cicatrix.trial.actions.screening import screen, sign_consent, withdraw_release
from cicatrix.trial.actions.supply import apply_tube

CONSENT = {
    "participant": "HERE-001",
    "consent_version": "1",
    "language": "en",
    "releases": ("photographic",),
}
NEW_TEXT = (
    '    - {version: "1", since: 2024-01-01, summary: {en: You are asked to try a gel.}}\n',
    '    - {version: "1", since: 2024-01-01, summary: {en: You are asked to try a gel.}}\n'
    '    - {version: "1b", since: 2024-02-06, summary: {en: The gel may itch.}}\n',
)


@pytest.fixture
def screened(recruiting):
    recruiting.screened()
    return recruiting


def test_each_site_counts_its_own_screened_people(recruiting):
    names = [recruiting.screened(site=site) for site in ("here", "there", "here")]
    assert names == ["HERE-001", "THERE-001", "HERE-002"]
    assert recruiting.woman.screened_on == date(2024, 2, 5)


def test_the_day_of_an_act_is_the_sites_day(recruiting):
    recruiting.now = datetime(2024, 2, 5, 16, 30, tzinfo=UTC)
    recruiting.screened()
    assert recruiting.woman.screened_on == date(2024, 2, 6)


def test_screening_needs_open_recruitment_a_known_site_and_a_day_that_has_come(recruiting):
    stage = recruiting
    assert stage.refused(screen, stage.cora, site="here", on=date(2024, 2, 6)) == "future"
    stage.do(change_recruitment, stage.sue, status="SUSPENDED", reason="A recall")
    assert stage.refused(screen, stage.cora, site="here") == "not_recruiting"


def test_screening_is_for_coordinator_and_investigator_at_their_own_site(recruiting):
    stage = recruiting
    stage.denied(screen, stage.nina, stage.ben, stage.chen, stage.sue, stage.eve, site="here")
    stage.denied(screen, stage.cora, site="nowhere")


def test_consent_is_recorded_with_version_language_and_releases(screened):
    screened.do(sign_consent, screened.cora, **CONSENT)
    (consent,) = screened.woman.consents
    assert (consent.version, consent.language, consent.on) == ("1", "en", date(2024, 2, 5))
    assert screened.woman.releases == {"photographic"}


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"consent_version": "1b"}, "consent_version"),
        ({"language": "zh-Hans"}, "language"),
        ({"releases": ("photographic", "genetic")}, "unknown_release"),
        ({"participant": "HERE-009"}, "unknown_participant"),
        ({"on": date(2024, 2, 6)}, "future"),
        ({"on": date(2024, 2, 4)}, "before_screening"),
    ],
)
def test_a_consent_that_cannot_be_is_refused(screened, change, rule):
    assert screened.refused(sign_consent, screened.cora, **CONSENT | change) == rule


def test_a_version_is_signed_once_but_a_release_may_still_be_added(screened):
    bare = CONSENT | {"releases": ()}
    screened.do(sign_consent, screened.cora, **bare)
    assert screened.refused(sign_consent, screened.cora, **bare) == "consented"
    screened.go(days=1)
    screened.do(sign_consent, screened.cora, **CONSENT)
    assert screened.woman.releases == {"photographic"}
    assert screened.refused(sign_consent, screened.cora, **CONSENT) == "consented"
    assert screened.refused(sign_consent, screened.cora, **bare) == "consented"


def test_consent_is_for_coordinator_and_investigator_of_her_site(screened):
    others = (screened.nina, screened.ben, screened.paul, screened.eve, screened.eva)
    screened.denied(sign_consent, *others, **CONSENT)


def test_she_signs_and_takes_back_for_herself_and_nobody_else(screened):
    screened.screened()
    how = {"release": "photographic", "reason": "She prefers not"}
    screened.denied(sign_consent, screened.one, **CONSENT | {"participant": "HERE-002"})
    screened.do(sign_consent, screened.one, **CONSENT)
    assert screened.entries[-1].actor == screened.one
    screened.denied(withdraw_release, screened.one, participant="HERE-002", **how)
    screened.do(withdraw_release, screened.one, participant="HERE-001", **how)
    assert screened.woman.releases == set()


def test_a_woman_who_withdrew_from_everything_signs_nothing_more(screened):
    screened.do(
        withdraw, screened.cora, participant="HERE-001", scope="all", reason="Moved",
        by="participant",
    )  # fmt: skip
    assert screened.refused(sign_consent, screened.cora, **CONSENT) == "withdrawn"


def test_a_release_taken_back_covers_nothing_more_and_stops_randomisation(recruiting):
    name = recruiting.answered()
    how = {"participant": name, "release": "photographic", "reason": "She prefers not"}
    assert recruiting.refused(withdraw_release, recruiting.ana, **how | {"reason": ""}) == "reason"
    recruiting.denied(withdraw_release, recruiting.nina, recruiting.dan, recruiting.eve, **how)
    recruiting.do(withdraw_release, recruiting.cora, **how)
    assert recruiting.woman.releases == set()
    assert recruiting.refused(withdraw_release, recruiting.cora, **how) == "unknown_release"
    assert recruiting.refused(randomise, recruiting.ana, participant=name) == "no_release"
    screened_again = {"participant": name, "consent_version": "1", "language": "en"}
    recruiting.do(sign_consent, recruiting.cora, **screened_again, releases=("photographic",))
    assert recruiting.refused(randomise, recruiting.ana, participant=name) == "not_signed_off"


def test_a_new_version_of_the_consent_asks_for_a_new_signature_before_the_next_dose(recruiting):
    stage = recruiting
    name = stage.dispensed()
    dose = {"participant": name, "kit": "K1A", "tube": 1, "day": 1}
    stage.study = stage.amended(NEW_TEXT)
    stage.do(amend, stage.sue, reason="A new risk")
    stage.go(days=1)
    assert stage.refused(apply_tube, stage.nina, **dose) == "reconsent"
    assert stage.refused(sign_consent, stage.cora, **CONSENT) == "consent_version"
    stage.do(sign_consent, stage.cora, **CONSENT | {"consent_version": "1b"})
    stage.do(apply_tube, stage.nina, **dose)
    assert [one.version for one in stage.woman.consents] == ["1", "1b"]


def test_what_was_done_before_a_consent_was_signed_is_not_covered_by_it(recruiting):
    stage = recruiting
    name = stage.dispensed()
    stage.woman.consents[0] = type(stage.woman.consents[0])("1", "en", date(2024, 2, 6))
    stage.go(days=2)
    dose = {"participant": name, "kit": "K1A", "tube": 1, "day": 1}
    assert stage.refused(apply_tube, stage.nina, **dose, on=date(2024, 2, 5)) == "no_consent"
    stage.do(apply_tube, stage.nina, **dose, on=date(2024, 2, 6))
