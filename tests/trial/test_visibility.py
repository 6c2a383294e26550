"""The one mask: what each role sees, that it folds, and that the unseen changes nothing."""

from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cicatrix.trial import facts
from cicatrix.trial.actions.people import grant_role, revoke_role
from cicatrix.trial.actions.ratings import sign_rating
from cicatrix.trial.facts import KINDS, ParticipantFact
from cicatrix.trial.participant import RatingKey
from cicatrix.trial.roles import SITE_ROLES, Actor, Role
from cicatrix.trial.trial import fold
from cicatrix.trial.visibility import SEES, visible_to

ACTORS = [
    Actor(f"{role}-user", role, "here" if role in SITE_ROLES else None)
    for role in get_args(Role)
    if role != "participant"
] + [Actor("HERE-001", "participant", "here")]
SCORES = (facts.RatingRecorded, facts.RatingSigned)


def scores(entries):
    return [entry for entry in entries if isinstance(entry.fact, SCORES)]


@pytest.fixture
def half_rated(recruiting):
    """A stage on which Ben has signed a rating and Bo has recorded one."""
    recruiting.came()
    recruiting.rate(recruiting.ben, 1)
    recruiting.rate(recruiting.bo, 2, sign=False)
    return recruiting


def test_every_role_has_its_list_of_what_it_sees():
    assert set(SEES) == set(get_args(Role))
    assert set().union(*SEES.values()) == set(KINDS.values())


@given(st.data())
@settings(max_examples=60)
def test_what_anyone_sees_of_any_prefix_folds(story, data):
    actor = data.draw(st.sampled_from(ACTORS))
    seen = visible_to(story[: data.draw(st.integers(0, len(story)))], actor)
    trial = fold(seen)
    assert trial.head.seq == len(seen)


@pytest.mark.parametrize("actor", ACTORS, ids=lambda actor: actor.role)
def test_a_kind_that_is_not_listed_is_not_seen(story, actor):
    kinds = {type(entry.fact) for entry in visible_to(story, actor)}
    assert kinds <= SEES[actor.role]


def test_an_unknown_role_sees_nothing(story):
    assert visible_to(story, Actor("mallory", "visitor")) == []


@pytest.mark.parametrize("actor", ACTORS, ids=lambda actor: actor.role)
def test_what_is_seen_is_renumbered_and_carries_no_hash(story, actor):
    seen = visible_to(story, actor)
    assert [entry.seq for entry in seen] == list(range(1, len(seen) + 1))
    assert {entry.hash for entry in seen} <= {""}


@pytest.mark.parametrize("role", SITE_ROLES)
def test_another_sites_participants_and_kits_are_never_seen(story, role):
    user = "HERE-001" if role == "participant" else "user"
    seen = [entry.fact for entry in visible_to(story, Actor(user, role, "here"))]
    assert not any(
        isinstance(fact, ParticipantFact) and fact.participant.startswith("THERE") for fact in seen
    )
    assert not any(isinstance(fact, facts.KitsReceived) and fact.site != "here" for fact in seen)
    assert any(isinstance(fact, facts.ParticipantScreened) for fact in seen)


def test_a_participant_sees_herself_alone(recruiting):
    recruiting.randomised()
    recruiting.randomised()
    seen = [entry.fact for entry in visible_to(recruiting.entries, recruiting.one)]
    assert {fact.participant for fact in seen} == {"HERE-001"}
    assert not any(isinstance(fact, facts.Randomised | facts.EligibilitySigned) for fact in seen)


def test_a_rater_sees_her_own_rating_and_no_other_until_the_set_is_complete(half_rated):
    stage = half_rated
    for rater in (stage.ben, stage.bo, stage.bea):
        seen = scores(visible_to(stage.entries, rater))
        assert {entry.actor.user for entry in seen} <= {rater.user}
    assert [len(scores(visible_to(stage.entries, one))) for one in (stage.ben, stage.bo)] == [2, 1]


def test_two_ratings_that_agree_are_seen_once_both_are_signed(recruiting):
    stage = recruiting
    stage.came()
    stage.rate(stage.ben, 1)
    assert scores(visible_to(stage.entries, stage.cora)) == []
    stage.rate(stage.bo, 1)
    for actor in (stage.ben, stage.cora, stage.sue):
        assert len(scores(visible_to(stage.entries, actor))) == 4


def test_two_ratings_that_differ_stay_hidden_until_the_third_is_signed(recruiting):
    stage = recruiting
    stage.came()
    stage.rate(stage.ben, 1)
    stage.rate(stage.bo, 2)
    stage.rate(stage.bea, 2, sign=False)
    for actor in (stage.bea, stage.cora, stage.ana, stage.sue):
        seen = scores(visible_to(stage.entries, actor))
        assert {entry.actor.user for entry in seen} <= {actor.user}
    called = [entry.fact for entry in visible_to(stage.entries, stage.bea)]
    assert any(isinstance(fact, facts.AdjudicationCalled) for fact in called)
    key = RatingKey("month_1", "score", "scar")
    stage.do(sign_rating, stage.bea, participant="HERE-001", key=key)
    assert len(scores(visible_to(stage.entries, stage.bea))) == 6


def test_after_the_lock_no_rating_is_hidden_for_nobody_rates_any_more(half_rated):
    half_rated.record(half_rated.dan, facts.TrialLocked(entries=1, participants=1))
    assert len(scores(visible_to(half_rated.entries, half_rated.ben))) == 3


@pytest.mark.parametrize("role", ["data_manager", "monitor", "statistician", "auditor"])
def test_who_watches_the_data_sees_a_rating_at_once(half_rated, role):
    seen = scores(visible_to(half_rated.entries, Actor("someone", role)))
    assert len(seen) == 3


@pytest.mark.parametrize("revoked", [False, True])
def test_a_data_manager_who_is_or_was_a_rater_is_masked_as_one(half_rated, revoked):
    stage = half_rated
    stage.do(grant_role, stage.ada, user="dan", role="rater", site="there")
    if revoked:
        stage.do(revoke_role, stage.ada, user="dan", role="rater", site="there", reason="Too busy")
    assert scores(visible_to(stage.entries, stage.dan)) == []
    assert len(scores(visible_to(stage.entries, stage.chen))) == 3


def test_a_code_break_is_seen_by_those_who_watch_and_never_by_who_rates_or_treats(story):
    def sees(role, site=None):
        seen = visible_to(story, Actor("user", role, site))
        return any(isinstance(entry.fact, facts.CodeBroken) for entry in seen)

    assert sees("pharmacist")
    assert sees("monitor")
    assert sees("investigator", "there")
    assert not sees("investigator", "here")
    for role in ("rater", "care_provider", "coordinator"):
        assert not sees(role, "there")
    assert not sees("statistician")


@given(st.data())
@settings(max_examples=60)
def test_a_change_to_what_an_actor_may_not_see_changes_nothing_that_is_seen(story, data):
    actor = data.draw(st.sampled_from(ACTORS))
    listed = list(story)
    seen = visible_to(listed, actor)
    shown = {entry.commitment for entry in seen}
    hidden = [
        place
        for place, entry in enumerate(listed)
        if entry.commitment not in shown and isinstance(entry.fact, NEUTRAL)
    ]
    if not hidden:
        return
    place = data.draw(st.sampled_from(hidden))
    entry = listed[place]
    listed[place] = replace(entry, hash="f" * 64, commitment="e" * 64, fact=changed(entry.fact))
    assert visible_to(listed, actor) == seen
    del listed[place]
    assert visible_to(listed, actor) == seen


NEUTRAL = (
    facts.RatingRecorded,
    facts.FormSaved,
    facts.DeviationRecorded,
    facts.CodeBroken,
    facts.TubeDiscarded,
    facts.DoseMissed,
    facts.KitsReceived,
    facts.CommentMade,
    facts.ContactTried,
)
"""Kinds whose content decides nothing about what others may see."""


def changed(fact):
    if isinstance(fact, facts.RatingRecorded | facts.FormSaved):
        return fact.model_copy(update={"values": {"colour": 0}})
    if isinstance(fact, facts.KitsReceived):
        return fact.model_copy(update={"kits": ("K9",)})
    return fact.model_copy(
        update={"reason" if "reason" in type(fact).model_fields else "text": "x"}
    )
