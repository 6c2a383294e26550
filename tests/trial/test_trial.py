"""The fold: the same trial however the entries are cut, and a meaning for every kind of fact."""

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cicatrix.trial import trial as trial_module
from cicatrix.trial.errors import LedgerBroken
from cicatrix.trial.facts import KINDS, ParticipantFact, ParticipantScreened
from cicatrix.trial.ledger import GENESIS
from cicatrix.trial.participant import RatingKey
from cicatrix.trial.trial import Trial, fold


def test_every_kind_of_fact_has_one_meaning():
    assert set(trial_module._APPLY) == set(KINDS.values())
    meanings = list(trial_module._APPLY.values())
    assert len(set(meanings)) == len(meanings)


def test_the_story_holds_every_kind_of_fact_but_that_of_a_minimised_trial(story):
    kinds = {type(entry.fact).__name__ for entry in story}
    assert kinds == set(KINDS) - {"RandomisationRequested"}


@given(st.data())
@settings(max_examples=60)
def test_folding_a_prefix_and_then_the_rest_equals_folding_all(story, data):
    cuts = data.draw(st.lists(st.integers(0, len(story)), max_size=4).map(sorted))
    trial = Trial()
    for start, stop in zip([0, *cuts], [*cuts, len(story)], strict=True):
        trial = fold(story[start:stop], trial)
    assert trial == fold(story)


@given(st.data())
@settings(max_examples=30)
def test_a_fold_shares_nothing_with_another_fold_or_with_the_facts(story, data):
    cut = data.draw(st.integers(0, len(story)))
    early = fold(story[:cut])
    before = copy.deepcopy(early)
    fold(story)
    assert early == before


def test_an_entry_about_someone_who_was_never_screened_breaks_the_ledger(story):
    """A chain made anew can be whole and still tell what no act can have recorded."""
    without = [one for one in story if not isinstance(one.fact, ParticipantScreened)]
    first = next(one for one in without if isinstance(one.fact, ParticipantFact))
    with pytest.raises(LedgerBroken, match="rests on HERE-001, of which no entry") as broken:
        fold(without)
    assert broken.value.seq == first.seq


def test_nothing_folded_is_a_new_trial():
    trial = fold([])
    assert trial == Trial()
    assert (trial.head, trial.at, trial.recruitment) == (GENESIS, None, "NOT_YET_RECRUITING")


def test_the_fold_knows_the_head_and_the_time_of_the_last_entry(story):
    trial = fold(story)
    assert (trial.head.seq, trial.head.hash) == (story[-1].seq, story[-1].hash)
    assert trial.at == story[-1].at


def test_the_story_ends_in_the_state_that_it_tells(story):
    trial = fold(story)
    here, there = trial.participants["HERE-001"], trial.participants["THERE-001"]
    assert (trial.rehearsal, trial.recruitment) == (True, "TERMINATED")
    assert trial.recruitment_reason == "The funds ended"
    assert list(trial.versions) == ["1", "2"]
    assert "zoe" in trial.roles
    assert trial.roles["zoe"] == set()
    assert trial.numbers == {"001": "HERE-001", "002": "THERE-001"}
    assert [use.tube for use in here.tubes] == [1, 2]
    assert [one.rater for one in here.ratings[RatingKey("month_1", "score", "scar")]] == [
        "ben", "bo", "bea",
    ]  # fmt: skip
    assert here.missed == {"month_6": "She moved"}
    assert there.discarded == {("K2A", 1): "It fell"}
    assert there.missed_doses == {1: "It fell"}
    assert there.releases == set()
    assert there.withdrawn_from("treatment").scope == "all"
    assert (there.code_broken, trial.broken) == (True, 1)
    assert trial.locked_at == trial.at
    assert trial.opened == "d"


def test_milestones_are_what_happened(story):
    here = fold(story).participants["HERE-001"]
    dates = here.milestones()
    assert dates["screening"] == dates["randomisation"] == dates["first_dose"] == here.screened_on
    assert (dates["last_dose"] - dates["first_dose"]).days == 1
    assert set(dates) == {
        "screening", "randomisation", "first_dose", "last_dose", "screening_visit", "month_1",
    }  # fmt: skip
    here.attended["screening"] = dates["month_1"]
    assert here.milestones()["screening"] == here.screened_on
