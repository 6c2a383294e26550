"""Granting and revoking roles, and the recruitment status."""

import pytest

from cicatrix.trial.actions.departures import withdraw
from cicatrix.trial.actions.people import (
    change_recruitment,
    grant_role,
    invite_participant,
    revoke_role,
)
from cicatrix.trial.actions.screening import screen
from cicatrix.trial.facts import SealedSlot
from cicatrix.trial.roles import Actor

ONE = SealedSlot(number="1", stratum="all", kits=("K1",), commitment="0" * 64)


def open_up(stage, status="RECRUITING"):
    return stage.do(change_recruitment, stage.sue, status=status)


def seal(stage):
    stage.sealed(ONE)


def test_a_role_lets_a_user_act_and_its_revocation_ends_that_at_once(recruiting):
    zoe = Actor("zoe", "coordinator", "here")
    recruiting.denied(screen, zoe, site="here")
    recruiting.do(grant_role, recruiting.ada, user="zoe", role="coordinator", site="here")
    recruiting.do(screen, zoe, site="here")
    recruiting.do(
        revoke_role, recruiting.ada, user="zoe", role="coordinator", site="here", reason="She left"
    )
    recruiting.denied(screen, zoe, site="here")


def test_a_role_held_at_one_site_is_none_at_another(recruiting):
    recruiting.denied(screen, Actor("cora", "coordinator", "there"), site="there")
    recruiting.denied(screen, Actor("cora", "investigator", "here"), site="here")


@pytest.mark.parametrize(
    ("user", "role", "site", "rule"),
    [
        ("cora", "coordinator", "here", "granted"),
        ("zoe", "doctor", None, "role"),
        ("zoe", "rater", None, "site"),
        ("zoe", "rater", "nowhere", "site"),
        ("zoe", "monitor", "here", "site"),
        ("", "monitor", None, "user"),
        ("zoe\u202e", "monitor", None, "user"),
        ("ben", "pharmacist", None, "masking"),
        ("HERE-001", "rater", "here", "participant"),
        ("cora", "participant", "here", "participant"),
        ("paul", "statistician", None, "masking"),
    ],
)
def test_a_role_that_cannot_be_is_refused(recruiting, user, role, site, rule):
    how = {"user": user, "role": role, "site": site}
    assert recruiting.refused(grant_role, recruiting.ada, **how) == rule


def test_one_person_may_hold_several_masked_roles(recruiting):
    recruiting.do(grant_role, recruiting.ada, user="dan", role="rater", site="here")
    assert recruiting.trial.roles["dan"] == {("data_manager", None), ("rater", "here")}


def test_what_was_learnt_in_a_role_does_not_end_with_it(recruiting):
    recruiting.do(grant_role, recruiting.ada, user="zoe", role="pharmacist")
    recruiting.do(revoke_role, recruiting.ada, user="zoe", role="pharmacist", reason="She left")
    how = {"user": "zoe", "role": "rater", "site": "here"}
    assert recruiting.refused(grant_role, recruiting.ada, **how) == "masking"


@pytest.mark.parametrize("role", ["investigator", "coordinator"])
def test_who_enrols_never_holds_the_list_even_if_nobody_is_masked(recruiting, role):
    masking = recruiting.study.masking.model_copy(update={"masked": (), "unmasked": ()})
    recruiting.study = recruiting.study.model_copy(update={"masking": masking})
    how = {"user": "paul", "role": role, "site": "here"}
    assert recruiting.refused(grant_role, recruiting.ada, **how) == "concealment"


def test_the_pharmacist_counts_as_unmasked_whatever_the_study_says(recruiting):
    masking = recruiting.study.masking.model_copy(update={"unmasked": ()})
    recruiting.study = recruiting.study.model_copy(update={"masking": masking})
    how = {"user": "paul", "role": "rater", "site": "here"}
    assert recruiting.refused(grant_role, recruiting.ada, **how) == "masking"


def test_a_recruitment_status_that_the_registry_does_not_know_is_refused(recruiting):
    how = {"status": "PAUSED", "reason": "A recall"}
    assert recruiting.refused(change_recruitment, recruiting.sue, **how) == "status"


def test_the_last_administrator_stays(recruiting):
    how = {"user": "ada", "role": "administrator", "reason": "She left"}
    assert recruiting.refused(revoke_role, recruiting.ada, **how) == "administrator"
    recruiting.do(grant_role, recruiting.ada, user="zoe", role="administrator")
    recruiting.do(revoke_role, recruiting.ada, **how)
    recruiting.denied(grant_role, recruiting.ada, user="yan", role="monitor")


def test_revoking_needs_a_role_that_is_held_and_a_reason(recruiting):
    how = {"user": "chen", "role": "monitor", "reason": " "}
    assert recruiting.refused(revoke_role, recruiting.ada, **how) == "reason"
    how = {"user": "chen", "role": "sponsor", "reason": "No"}
    assert recruiting.refused(revoke_role, recruiting.ada, **how) == "granted"


def test_only_an_administrator_grants_and_revokes(recruiting):
    others = (recruiting.ana, recruiting.sue, recruiting.dan, recruiting.eve)
    recruiting.denied(grant_role, *others, user="zoe", role="monitor")
    recruiting.denied(revoke_role, *others, user="chen", role="monitor", reason="No")


@pytest.mark.parametrize("status", ["RECRUITING", "ENROLLING_BY_INVITATION"])
def test_recruitment_opens_only_once_the_list_is_sealed(stage, status):
    stage.founded()
    assert stage.refused(change_recruitment, stage.sue, status=status) == "no_list"
    seal(stage)
    open_up(stage, status)
    assert stage.trial.recruitment == status


def test_a_trial_that_never_opened_can_be_withdrawn_with_its_reason(stage):
    stage.founded()
    assert stage.refused(change_recruitment, stage.sue, status="WITHDRAWN") == "reason"
    stage.do(change_recruitment, stage.sue, status="WITHDRAWN", reason="The pandemic")
    assert stage.trial.recruitment_reason == "The pandemic"


def test_a_trial_with_someone_randomised_is_terminated_and_not_withdrawn(recruiting):
    recruiting.randomised()
    how = {"status": "WITHDRAWN", "reason": "The pandemic"}
    assert recruiting.refused(change_recruitment, recruiting.sue, **how) == "withdrawn_enrolled"
    recruiting.do(change_recruitment, recruiting.sue, status="TERMINATED", reason="The pandemic")


def test_a_trial_may_be_suspended_and_reopened_but_an_ended_one_stays_ended(recruiting):
    recruiting.do(change_recruitment, recruiting.ana, status="SUSPENDED", reason="A recall")
    assert recruiting.refused(screen, recruiting.cora, site="here") == "not_recruiting"
    open_up(recruiting)
    recruiting.screened()
    recruiting.do(change_recruitment, recruiting.sue, status="COMPLETED")
    how = {"status": "RECRUITING"}
    assert recruiting.refused(change_recruitment, recruiting.sue, **how) == "final"


def test_recruitment_that_has_begun_is_never_not_yet_begun(recruiting):
    how = {"status": "NOT_YET_RECRUITING"}
    assert recruiting.refused(change_recruitment, recruiting.sue, **how) == "started"
    how = {"status": "RECRUITING"}
    assert recruiting.refused(change_recruitment, recruiting.sue, **how) == "same"


def test_a_rehearsals_list_opens_no_real_recruitment(stage):
    stage.founded()
    stage.sealed(ONE, rehearsal=True)
    how = {"status": "RECRUITING"}
    assert stage.refused(change_recruitment, stage.sue, **how) == "rehearsal_list"


def test_only_sponsor_or_investigator_changes_recruitment(recruiting):
    others = (recruiting.cora, recruiting.chen, recruiting.ada, recruiting.dora)
    recruiting.denied(change_recruitment, *others, status="COMPLETED")


def test_a_screened_participant_is_invited_to_her_own_pages(recruiting):
    recruiting.screened()
    recruiting.screened()
    her = {"participant": "HERE-002"}
    (fact,) = recruiting.do(invite_participant, recruiting.cora, **her)
    assert (fact.user, fact.role, fact.site) == ("HERE-002", "participant", "here")
    two = Actor("HERE-002", "participant", "here")
    recruiting.do(withdraw, two, **her, scope="treatment", reason="Tired", by="participant")
    assert recruiting.refused(invite_participant, recruiting.ana, **her) == "granted"
    recruiting.do(
        revoke_role, recruiting.ada, user="HERE-002", role="participant", site="here",
        reason="She lost her telephone",
    )  # fmt: skip
    recruiting.do(invite_participant, recruiting.ana, **her)


def test_she_is_invited_by_her_own_site_alone(recruiting):
    recruiting.screened(site="there")
    her = {"participant": "THERE-001"}
    recruiting.denied(
        invite_participant, recruiting.cora, recruiting.ana, recruiting.evelyn, recruiting.ada,
        recruiting.dan, recruiting.one, **her,
    )  # fmt: skip
    recruiting.do(invite_participant, recruiting.eva, **her)


def test_nobody_is_invited_who_was_not_screened_works_in_the_trial_or_left_it(recruiting):
    cora = recruiting.cora
    nobody = {"participant": "HERE-001"}
    assert recruiting.refused(invite_participant, cora, **nobody) == "unknown_participant"
    recruiting.screened()
    recruiting.screened()
    recruiting.do(grant_role, recruiting.ada, user="HERE-002", role="monitor")
    her = {"participant": "HERE-002"}
    assert recruiting.refused(invite_participant, cora, **her) == "participant"
    recruiting.do(withdraw, cora, **her, scope="all", reason="Moved", by="participant")
    assert recruiting.refused(invite_participant, cora, **her) == "withdrawn"
