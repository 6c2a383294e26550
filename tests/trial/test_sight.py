"""Sight: a ledger seen piece by piece is the ledger seen at once, whatever the pieces."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cicatrix.trial import facts
from cicatrix.trial.actions.people import grant_role
from cicatrix.trial.actions.ratings import sign_rating
from cicatrix.trial.participant import RatingKey
from cicatrix.trial.roles import SITE_ROLES, Actor
from cicatrix.trial.trial import Trial, fold
from cicatrix.trial.visibility import SEES, Sight, visible_to
from in_pieces import is_whole, seen_in_pieces

ACTORS = [
    Actor(f"{role}-user", role, "here" if role in SITE_ROLES else None)
    for role in SEES
    if role != "participant"
] + [Actor("HERE-001", "participant", "here"), Actor("ben", "rater", "here")]
SCAR = RatingKey("month_1", "score", "scar")


def scores(entries):
    return [
        entry
        for entry in entries
        if isinstance(entry.fact, facts.RatingRecorded | facts.RatingSigned)
    ]


def called(entry):
    return isinstance(entry.fact, facts.AdjudicationCalled)


@pytest.fixture
def rated(recruiting):
    """A stage on which Ben has signed a rating and Bo has recorded an equal one."""
    recruiting.came()
    recruiting.rate(recruiting.ben, 1)
    recruiting.rate(recruiting.bo, 1, sign=False)
    return recruiting


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_what_is_seen_in_pieces_is_what_is_seen_at_once(story, data):
    actor = data.draw(st.sampled_from(ACTORS))
    cuts = data.draw(st.lists(st.integers(0, len(story)), max_size=6).map(sorted))
    seen, trial = seen_in_pieces(story, actor, cuts)
    assert is_whole(seen, trial, story, actor)


@pytest.mark.parametrize("actor", ACTORS, ids=lambda actor: f"{actor.user} as {actor.role}")
def test_what_is_seen_act_by_act_is_what_is_seen_of_every_prefix(story, actor):
    """No act is cut in two: its lines are appended together."""
    sight = Sight(actor, rates=actor.role == "rater")
    seen, trial, taken = [], Trial(), 0
    for end in range(1, len(story) + 1):
        if end < len(story) and (called(story[end]) or end % 5):
            continue
        new = sight.see(story[taken:end])
        taken = end
        assert not sight.narrowed
        seen += new
        fold(new, trial)
        assert is_whole(seen, trial, story[:end], actor)


def test_ratings_come_to_sight_with_their_own_numbers_once_their_set_is_complete(rated):
    sight = Sight(rated.cora, rates=False)
    before = rated.entries
    assert scores(sight.see(before)) == []
    rated.do(sign_rating, rated.bo, participant="HERE-001", key=SCAR)
    after = rated.entries
    assert sight.see(after[len(before) :]) == scores(after)
    assert len(scores(after)) == 4
    assert sight.see([]) == []


def test_ratings_come_to_sight_at_the_lock(rated):
    sight = Sight(rated.ben, rates=True)
    sight.see(rated.entries)
    rated.record(rated.dan, facts.TrialLocked(entries=1, participants=1))
    seen = sight.see(rated.entries[-1:])
    assert [type(entry.fact) for entry in seen] == [facts.RatingRecorded, facts.TrialLocked]
    assert seen[0].actor == rated.bo


def test_a_data_manager_who_becomes_a_rater_must_begin_anew(rated):
    sight = Sight(rated.dan, rates=False)
    before = rated.entries
    assert len(scores(sight.see(before))) == 3
    rated.do(grant_role, rated.ada, user="zoe", role="rater", site="there")
    sight.see(rated.entries[len(before) :])
    assert not sight.narrowed
    before = rated.entries
    rated.do(grant_role, rated.ada, user="dan", role="rater", site="there")
    sight.see(rated.entries[len(before) :])
    assert sight.narrowed
    anew = Sight(rated.dan, rates=True)
    assert scores(anew.see(rated.entries)) == []
    assert not anew.narrowed


def test_a_coordinator_who_becomes_a_rater_goes_on(rated):
    sight = Sight(rated.cora, rates=False)
    before = rated.entries
    sight.see(before)
    rated.do(grant_role, rated.ada, user="cora", role="rater", site="here")
    sight.see(rated.entries[len(before) :])
    assert not sight.narrowed


def test_a_call_that_comes_apart_from_its_signature_hides_the_set_again(recruiting):
    stage = recruiting
    stage.came()
    stage.rate(stage.ben, 1)
    stage.rate(stage.bo, 2)
    assert called(stage.entries[-1])
    sight = Sight(stage.cora, rates=False)
    assert len(scores(sight.see(stage.entries[:-1]))) == 4
    assert sight.see(stage.entries[-1:]) == stage.entries[-1:]
    assert sight.narrowed
    assert scores(visible_to(stage.entries, stage.cora)) == []


def test_a_rating_that_is_folded_late_stands_where_it_would_have_stood(rated):
    rated.do(sign_rating, rated.bo, participant="HERE-001", key=SCAR)
    sight = Sight(rated.bo, rates=True)
    cut = next(n for n, one in enumerate(rated.entries) if one.actor == rated.bo) + 1
    trial = fold(sight.see(rated.entries[:cut]))
    ratings = trial.participants["HERE-001"].ratings[SCAR]
    assert [one.rater for one in ratings] == ["bo"]
    fold(sight.see(rated.entries[cut:]), trial)
    ratings = trial.participants["HERE-001"].ratings[SCAR]
    assert [(one.position, one.rater) for one in ratings] == [(1, "ben"), (2, "bo")]
    whole = fold(visible_to(rated.entries, rated.bo))
    assert replace(trial, head=whole.head) == whole
