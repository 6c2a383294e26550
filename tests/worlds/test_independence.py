"""What an actor may not see cannot change a byte of what is shown: other raters, other sites.

Everything hidden from an actor is altered at once and the bytes compared; and every mutant of the
mask must be caught by the same comparison.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cicatrix.trial import facts, visibility
from cicatrix.trial.ledger import Entry
from cicatrix.trial.participant import RatingKey
from cicatrix.trial.roles import Actor
from in_pieces import is_whole, seen_in_pieces
from world import World, altered, everyone, hidden_altered, shown_to


@pytest.mark.parametrize("world", ["reference", "split", "surgery"])
def test_what_is_hidden_from_anyone_changes_nothing_that_is_shown(world, request):
    trial: World = request.getfixturevalue(world)
    entries = trial.entries[: len(trial.lines) // 2]
    for actor in everyone(entries):
        other = hidden_altered(entries, actor)
        assert shown_to(trial.study, entries, actor) == shown_to(trial.study, other, actor), actor


def open_ratings(entries: Sequence[Entry]) -> list[int]:
    """List moments at which a first rater has signed and the second has not."""
    moments, signed = [], set()
    for place, entry in enumerate(entries):
        fact = entry.fact
        if isinstance(fact, facts.RatingSigned):
            signed.add((fact.participant, fact.visit, fact.form, fact.region))
        if isinstance(fact, facts.RatingRecorded) and fact.position > 1:
            key = (fact.participant, fact.visit, fact.form, fact.region)
            moments += [place] if key in signed else []
    return moments


def change_the_others(entries: Sequence[Entry], moment: int) -> list[Entry]:
    """Change the scores of the other raters of the scar that is being rated at `moment`."""
    now = entries[moment].fact
    assert isinstance(now, facts.RatingRecorded)
    key = RatingKey(now.visit, now.form, now.region)
    me = entries[moment].actor.user
    return [
        altered(entry)
        if isinstance(entry.fact, facts.RatingRecorded)
        and entry.fact.participant == now.participant
        and RatingKey(entry.fact.visit, entry.fact.form, entry.fact.region) == key
        and entry.actor.user != me
        else entry
        for entry in entries[: moment + 1]
    ]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_rater_learns_nothing_of_the_others_until_the_scar_is_done(reference, data):
    entries = reference.entries
    moment = data.draw(st.sampled_from(open_ratings(entries)))
    before, after = entries[: moment + 1], change_the_others(entries, moment)
    ben = entries[moment].actor
    assert shown_to(reference.study, before, ben) == shown_to(reference.study, after, ben)
    chen = Actor("chen", "monitor")
    assert shown_to(reference.study, before, chen) != shown_to(reference.study, after, chen)


def in_place(entry: Entry, **changes: object) -> Entry:
    """Keep the entry's own number and hash in the chain."""
    return entry


MUTANTS: dict[str, tuple[str, Callable[..., object]]] = {
    "no mask between raters": ("_rating_shown", lambda entry, actor, rates: True),
    "shown after the first signature": ("_is_complete", lambda signed, called: bool(signed)),
    "other sites shown": ("_at_own_site", lambda fact, actor, sites: True),
    "other roles' forms shown": ("_in_own_role", lambda entry, actor: True),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_hole_in_the_mask_is_caught(name, reference, split, monkeypatch):
    world = split if name == "other sites shown" else reference
    entries = world.entries
    moment = open_ratings(entries)[0]
    before = entries[: moment + 1]
    rater = entries[moment].actor
    if name in ("other sites shown", "other roles' forms shown"):
        after = hidden_altered(before, rater)
    else:
        after = change_the_others(entries, moment)
    assert shown_to(world.study, before, rater) == shown_to(world.study, after, rater)
    place, hole = MUTANTS[name]
    monkeypatch.setattr(visibility, place, hole)
    assert shown_to(world.study, before, rater) != shown_to(world.study, after, rater)


def test_a_release_shown_to_those_who_were_not_told_is_caught(surgery, monkeypatch):
    entries = surgery.entries
    coordinator = next(one for one in everyone(entries) if one.role == "coordinator")
    other = [
        altered(entry) if isinstance(entry.fact, facts.AllocationReleased) else entry
        for entry in entries
    ]
    seen = shown_to(surgery.study, entries, coordinator)
    assert seen == shown_to(surgery.study, other, coordinator)
    monkeypatch.setattr(visibility, "_release_shown", lambda fact, actor: True)
    seen = shown_to(surgery.study, entries, coordinator)
    assert seen != shown_to(surgery.study, other, coordinator)


def test_a_hash_of_the_chain_in_what_is_shown_is_caught(reference, monkeypatch):
    entries = reference.entries
    moment = open_ratings(entries)[0]
    before, rater = entries[: moment + 1], entries[moment].actor
    after = [replace(entry, hash=entry.hash[::-1]) for entry in before]
    assert shown_to(reference.study, before, rater) == shown_to(reference.study, after, rater)
    monkeypatch.setattr(visibility, "replace", in_place)
    assert shown_to(reference.study, before, rater) != shown_to(reference.study, after, rater)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_who_catches_up_in_pieces_sees_what_is_seen_at_once(reference, split, data):
    world = data.draw(st.sampled_from([reference, split]))
    entries = world.entries[: data.draw(st.integers(1, len(world.lines)))]
    actor = data.draw(st.sampled_from(everyone(entries)))
    cuts = data.draw(st.lists(st.integers(0, len(entries)), max_size=5).map(sorted))
    seen, trial = seen_in_pieces(entries, actor, cuts)
    assert is_whole(seen, trial, entries, actor)
