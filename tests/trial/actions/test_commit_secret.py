"""Taking note of the custodian's promise."""

import pytest

from cicatrix.trial.actions.abort_list import abort_list
from cicatrix.trial.actions.commit_secret import commit_secret
from cicatrix.trial.facts import SecretCommitted

BEACON = {"kind": "second_party", "name": "Chen", "commitment": "c4" * 32}


ANOTHER = BEACON | {"commitment": "c5" * 32}


def promise(list_id="L"):
    return {"list_id": list_id, "commitment": "5e" * 32, "beacon": BEACON}


@pytest.fixture
def founded(stage):
    return stage.founded()


def test_a_promise_is_bound_to_the_study_and_names_what_is_waited_for(founded):
    (fact,) = founded.do(commit_secret, founded.paul, **promise())
    assert (fact.study_digest, fact.beacon) == (founded.study.digest, BEACON)
    assert founded.trial.committed == fact
    fields = {"list_id", "study_digest", "commitment", "beacon"}
    assert set(SecretCommitted.model_fields) == fields


def test_there_is_one_promise_at_a_time(founded):
    founded.do(commit_secret, founded.paul, **promise())
    assert founded.refused(commit_secret, founded.paul, **promise("M")) == "committed"
    founded.do(abort_list, founded.paul, list_id="L", reason="Its share was lost")
    assert founded.refused(commit_secret, founded.paul, **promise("L")) == "aborted"
    founded.do(commit_secret, founded.paul, **promise("M") | {"beacon": ANOTHER})


@pytest.mark.parametrize("change", [{}, {"name": "Eve"}])
def test_what_came_of_a_beacon_may_be_known_once_a_list_is_given_up(founded, change):
    founded.do(commit_secret, founded.paul, **promise())
    founded.do(abort_list, founded.paul, list_id="L", reason="It did not please")
    again = promise("M") | {"beacon": BEACON | change}
    assert founded.refused(commit_secret, founded.paul, **again) == "known_beacon"
    founded.do(commit_secret, founded.paul, **promise("M") | {"beacon": ANOTHER})


@pytest.mark.parametrize("chain", ["52" * 32, "aa" * 32])
def test_a_round_is_known_again_by_its_key_under_any_name_of_its_chain(founded, chain):
    one = {"kind": "drand", "chain": "52" * 32, "scheme": "s", "public_key": "83", "round": 7}
    founded.do(commit_secret, founded.paul, **promise() | {"beacon": one})
    founded.do(abort_list, founded.paul, list_id="L", reason="It did not please")
    again = promise("M") | {"beacon": one | {"chain": chain, "scheme": "t"}}
    assert founded.refused(commit_secret, founded.paul, **again) == "known_beacon"
    founded.do(commit_secret, founded.paul, **again | {"beacon": one | {"round": 8}})


def test_once_a_list_is_sealed_no_other_secret_is_promised(recruiting):
    assert recruiting.refused(commit_secret, recruiting.paul, **promise("M")) == "sealed"


def test_a_promise_precedes_the_first_participant(recruiting):
    recruiting.screened()
    recruiting.trial.list = recruiting.trial.committed = None
    assert recruiting.refused(commit_secret, recruiting.paul, **promise("M")) == "too_late"


def test_only_the_custodian_promises(founded):
    others = (founded.dora, founded.ana, founded.ada, founded.sue, founded.eve)
    founded.denied(commit_secret, *others, **promise())
