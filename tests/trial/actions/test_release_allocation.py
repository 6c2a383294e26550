"""Releasing an allocation to an unmasked role: recorded, without the arm, and to nobody masked."""

import pytest

from cicatrix.trial.actions.found import amend
from cicatrix.trial.actions.lock import lock, outstanding
from cicatrix.trial.actions.people import change_recruitment, grant_role, revoke_role
from cicatrix.trial.actions.release_allocation import may_be_told, release_allocation
from cicatrix.trial.facts import AllocationReleased
from cicatrix.trial.participant import Released
from cicatrix.trial.roles import Actor
from cicatrix.trial.visibility import visible_to

MASKED = "masked: [participant, care_provider, investigator,"
SURGEON = (MASKED, MASKED.replace(" care_provider,", ""))
UNMASKED = ("unmasked: [pharmacist]", "unmasked: [pharmacist, care_provider]")
OPEN_LABEL = ("unmasked: [pharmacist]", "unmasked: [pharmacist, participant]")
RELEASE = {"number": "001", "role": "care_provider", "told": "nina"}


@pytest.fixture
def surgery(stage):
    """A trial whose care providers may know, with a care provider at each site."""
    stage.study = stage.amended(SURGEON, UNMASKED, version="1")
    # Eve's other roles at her site are masked ones; this surgeon has none.
    stage.people = (*stage.people[:-2], Actor("evan", "care_provider", "there"), stage.evita)
    stage.recruiting()
    stage.randomised()
    return stage


def release(stage, **change):
    return stage.do(release_allocation, stage.paul, **RELEASE | change)


def test_a_release_names_whose_to_whom_and_in_which_role_and_no_arm(surgery):
    assert release(surgery) == [AllocationReleased(participant="HERE-001", **RELEASE)]
    assert surgery.woman.released == [Released("nina", "care_provider")]
    assert not surgery.woman.code_broken


def test_a_release_may_be_repeated_and_each_is_recorded(surgery):
    release(surgery)
    release(surgery)
    assert len(surgery.woman.released) == 2


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"number": "002"}, "unknown_number"),
        ({"role": "rater", "told": "ben"}, "masked_role"),
        ({"role": "participant", "told": "HERE-001"}, "masked_role"),
        ({"role": "surgeon"}, "masked_role"),
        ({"told": "evan"}, "not_in_role"),
        ({"told": "ben"}, "not_in_role"),
        ({"told": ""}, "not_in_role"),
        ({"role": "pharmacist", "told": "nina"}, "not_in_role"),
    ],
)
def test_a_release_needs_a_given_number_and_one_who_holds_an_unmasked_role(surgery, change, rule):
    assert surgery.refused(release_allocation, surgery.paul, **RELEASE | change) == rule


def test_before_the_randomisation_nothing_can_be_released(stage):
    stage.study = stage.amended(SURGEON, UNMASKED, version="1")
    stage.people = (*stage.people[:-2], stage.evita)
    stage.recruiting()
    stage.answered()
    assert stage.refused(release_allocation, stage.paul, **RELEASE) == "unknown_number"


def test_after_the_lock_nothing_is_released(surgery):
    surgery.do(change_recruitment, surgery.sue, status="TERMINATED", reason="The funds ended")
    left = outstanding(surgery.study, surgery.trial, now=surgery.now)
    surgery.do(lock, surgery.dan, accepted={one.id: "It cannot be obtained" for one in left})
    assert surgery.refused(release_allocation, surgery.paul, **RELEASE) == "locked"


def test_only_the_custodian_releases(surgery):
    others = (surgery.ana, surgery.nina, surgery.dora, surgery.sue, surgery.ada, surgery.eve)
    surgery.denied(release_allocation, *others, **RELEASE)


def test_in_an_open_label_trial_she_herself_is_told_and_no_other_participant(stage):
    masked = (MASKED, MASKED.replace("participant, ", ""))
    stage.study = stage.amended(masked, OPEN_LABEL, version="1")
    stage.recruiting()
    stage.randomised()
    stage.do(grant_role, stage.ada, user="HERE-002", role="participant", site="here")
    assert may_be_told(stage.study, stage.trial, stage.woman, role="participant") == ["HERE-001"]
    how = {"number": "001", "role": "participant"}
    assert stage.refused(release_allocation, stage.paul, told="HERE-002", **how) == "not_in_role"
    stage.do(release_allocation, stage.paul, told="HERE-001", **how)


def test_one_who_holds_a_masked_role_besides_is_never_told(surgery):
    # Such a pair of roles is refused when granted; a ledger may hold it from an older version.
    surgery.trial.roles["nina"].add(("rater", "here"))
    assert may_be_told(surgery.study, surgery.trial, surgery.woman, role="care_provider") == []
    assert surgery.refused(release_allocation, surgery.paul, **RELEASE) == "not_in_role"


def test_one_who_was_told_can_take_no_masked_role_later(surgery):
    release(surgery)
    surgery.do(
        revoke_role, surgery.ada, user="nina", role="care_provider", site="here", reason="Moved"
    )
    rater = {"user": "nina", "role": "rater", "site": "here"}
    assert surgery.refused(grant_role, surgery.ada, **rater) == "told"
    surgery.do(grant_role, surgery.ada, user="nina", role="care_provider", site="here")


def test_no_amendment_masks_a_role_while_one_who_was_told_holds_it(surgery):
    release(surgery)
    unmasked, surgery.study = surgery.study, surgery.amended()
    assert "care_provider" in surgery.study.masking.masked
    assert surgery.refused(amend, surgery.sue, reason="Masked after all") == "told"
    nina = {"user": "nina", "role": "care_provider", "site": "here", "reason": "Moved"}
    masked, surgery.study = surgery.study, unmasked
    surgery.do(revoke_role, surgery.ada, **nina)
    surgery.study = masked
    surgery.do(amend, surgery.sue, reason="Masked after all")


def test_a_release_is_seen_by_the_one_told_and_by_those_who_oversee_alone(surgery):
    surgery.do(grant_role, surgery.ada, user="nora", role="care_provider", site="here")
    release(surgery)
    nora = Actor("nora", "care_provider", "here")
    seeing = {
        (actor.user, actor.role)
        for actor in (*surgery.people, nora)
        if any(
            isinstance(entry.fact, AllocationReleased)
            for entry in visible_to(surgery.entries, actor)
        )
    }
    assert seeing == {
        ("nina", "care_provider"), ("paul", "pharmacist"), ("chen", "monitor"),
        ("dan", "data_manager"), ("sue", "sponsor"), ("alma", "auditor"),
    }  # fmt: skip
