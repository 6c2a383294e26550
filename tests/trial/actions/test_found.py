"""Founding a trial, marking it as a rehearsal, and amending its study."""

import pytest

from cicatrix.trial.actions.found import amend, found, start_rehearsal
from cicatrix.trial.actions.screening import screen
from cicatrix.trial.actions.supply import apply_tube, discard_tube
from cicatrix.trial.roles import Actor


def test_founding_adopts_the_study_as_entry_one_and_grants_the_first_roles(stage):
    facts = stage.do(found, stage.ada, checkpoint_key="key", people=stage.people)
    assert [type(fact).__name__ for fact in facts] == ["TrialFounded"] + ["RoleGranted"] * len(
        stage.people
    )
    assert stage.trial.versions == {"1": stage.study.digest}
    assert stage.trial.roles["ana"] == {("investigator", "here")}
    assert stage.trial.checkpoint_key == "key"


def test_a_trial_is_founded_once(stage):
    stage.founded()
    people = (stage.ada,)
    assert stage.refused(found, stage.ada, checkpoint_key="k", people=people) == "founded"


@pytest.mark.parametrize(
    ("people", "rule"),
    [
        ((), "administrator"),
        ((Actor("ana", "investigator", "here"),), "administrator"),
        ((Actor("ada", "administrator"), Actor("ana", "investigator")), "site"),
        ((Actor("ada", "administrator"), Actor("ana", "investigator", "nowhere")), "site"),
        ((Actor("ada", "administrator"), Actor("chen", "monitor", "here")), "site"),
        ((Actor("ada", "administrator"), Actor("ana", "doctor")), "role"),
        ((Actor("ada", "administrator"), Actor(" ", "monitor")), "user"),
        ((Actor("ada", "administrator"), Actor("ada", "administrator")), "granted"),
        (
            (
                Actor("ada", "administrator"),
                Actor("paul", "pharmacist"),
                Actor("paul", "rater", "here"),
            ),
            "masking",
        ),
    ],
)
def test_founding_is_refused_where_a_role_cannot_be_granted(stage, people, rule):
    assert stage.refused(found, stage.ada, checkpoint_key="k", people=people) == rule


def test_a_rehearsal_is_marked_for_good_before_anyone_is_screened(stage):
    stage.founded()
    assert not stage.trial.rehearsal
    stage.do(start_rehearsal, stage.ada, seed=7, participants=0)
    assert stage.trial.rehearsal
    assert stage.refused(start_rehearsal, stage.ada, seed=8, participants=9) == "rehearsal"


def test_a_trial_with_participants_cannot_become_a_rehearsal(recruiting):
    recruiting.screened()
    how = {"seed": 7, "participants": 9}
    assert recruiting.refused(start_rehearsal, recruiting.ada, **how) == "participants"


def test_only_an_administrator_starts_a_rehearsal(stage):
    stage.founded()
    stage.denied(start_rehearsal, stage.sue, stage.ana, stage.eve, seed=7, participants=9)


def test_an_amendment_puts_a_new_version_in_force_and_keeps_the_old_ones_digest(recruiting):
    old, new = recruiting.study, recruiting.amended()
    recruiting.study = new
    recruiting.do(amend, recruiting.sue, reason="A new consent")
    assert recruiting.trial.study_version == "2"
    assert recruiting.trial.versions == {"1": old.digest, "2": new.digest}
    assert recruiting.screened() == "HERE-001"


def test_after_an_amendment_the_old_version_is_no_longer_acted_on(recruiting):
    old, recruiting.study = recruiting.study, recruiting.amended()
    assert recruiting.refused(screen, recruiting.cora, site="here") == "study_version"
    recruiting.do(amend, recruiting.ana, reason="A new consent")
    recruiting.study = old
    assert recruiting.refused(screen, recruiting.cora, site="here") == "study_version"


def test_an_amendment_needs_a_new_version_of_the_same_study_and_a_reason(recruiting):
    assert recruiting.refused(amend, recruiting.sue, reason="Again") == "version"
    recruiting.study = recruiting.amended(("id: TINY\n", "id: OTHER\n"))
    assert recruiting.refused(amend, recruiting.sue, reason="Other") == "other_study"
    recruiting.study = recruiting.amended()
    assert recruiting.refused(amend, recruiting.sue, reason="  ") == "reason"


def test_an_amendment_cannot_take_away_a_site_with_participants_or_a_sealed_stratum(recruiting):
    recruiting.consented(site="there")
    study = recruiting.amended()
    here = tuple(site for site in study.sites if site.id == "here")
    recruiting.study = study.model_copy(update={"sites": here})
    assert recruiting.refused(amend, recruiting.sue, reason="Closed") == "site"
    stratified = study.allocation.model_copy(update={"strata": ("site",)})
    recruiting.study = study.model_copy(update={"allocation": stratified})
    assert recruiting.refused(amend, recruiting.sue, reason="Strata") == "strata"


@pytest.mark.parametrize("how", ["applied", "discarded"])
def test_an_amendment_cannot_take_away_a_tube_that_was_used(recruiting, how):
    name = recruiting.dispensed()
    act, more = (apply_tube, {"day": 1}) if how == "applied" else (discard_tube, {"reason": "Fell"})
    recruiting.do(act, recruiting.nina, participant=name, kit="K1A", tube=1, **more)
    study = recruiting.amended()
    without = study.treatment.model_copy(update={"tubes": study.treatment.tubes[1:]})
    recruiting.study = study.model_copy(update={"treatment": without})
    assert recruiting.refused(amend, recruiting.sue, reason="Fewer tubes") == "tubes"


def test_only_sponsor_or_investigator_amends(recruiting):
    recruiting.study = recruiting.amended()
    recruiting.denied(
        amend, recruiting.cora, recruiting.chen, recruiting.dora, recruiting.ada, reason="No"
    )
