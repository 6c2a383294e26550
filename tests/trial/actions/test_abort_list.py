"""Giving up a promised or sealed list: possible until somebody has a number, and never hidden."""

import pytest

from cicatrix.trial.actions.abort_list import abort_list
from cicatrix.trial.actions.commit_secret import commit_secret
from cicatrix.trial.actions.eligibility import sign_eligibility
from cicatrix.trial.actions.people import change_recruitment
from cicatrix.trial.actions.randomisation import randomise
from cicatrix.trial.actions.screening import screen
from cicatrix.trial.actions.seal_list import seal_list
from cicatrix.trial.commitment import root_of
from cicatrix.trial.facts import SealedSlot

WHY = {"list_id": "L", "reason": "The share was lost"}
AGAIN = {"list_id": "M", "commitment": "5e" * 32, "beacon": {"kind": "drand"}}


def sealing(*kits):
    slots = tuple(
        SealedSlot(number=f"{n}", stratum="all", kits=(kit,), commitment="0" * 64)
        for n, kit in enumerate(kits, start=1)
    )
    return {"list_id": "M", "commitment": root_of(slots), "slots": slots, "rehearsal": False}


def test_a_promise_can_be_given_up_and_stays_listed(stage):
    stage.founded().promised()
    (fact,) = stage.do(abort_list, stage.paul, **WHY)
    assert (fact.list_id, fact.reason) == ("L", "The share was lost")
    assert stage.trial.aborted == {"L": "The share was lost"}
    assert stage.trial.committed is None


def test_a_list_given_up_gives_no_number_and_its_kits_are_never_used_again(recruiting):
    recruiting.do(abort_list, recruiting.paul, **WHY)
    assert recruiting.trial.list is None
    recruiting.do(commit_secret, recruiting.paul, **AGAIN)
    refused = recruiting.refused(seal_list, recruiting.paul, **sealing("K1A"))
    assert refused == "retired"
    recruiting.do(seal_list, recruiting.paul, **sealing("K2-1", "K2-2"))
    assert set(recruiting.trial.aborted) == {"L"}
    assert recruiting.trial.list.kits == {"K2-1": "1", "K2-2": "2"}


def test_between_two_lists_nobody_is_randomised(recruiting):
    recruiting.answered()
    recruiting.do(sign_eligibility, recruiting.ana, participant="HERE-001")
    recruiting.do(abort_list, recruiting.paul, **WHY)
    refused = recruiting.refused(randomise, recruiting.ana, participant="HERE-001")
    assert refused == "no_list"
    recruiting.do(commit_secret, recruiting.paul, **AGAIN)
    recruiting.do(seal_list, recruiting.paul, **sealing("K2-1"))
    recruiting.do(randomise, recruiting.ana, participant="HERE-001")
    assert recruiting.trial.numbers == {"1": "HERE-001"}


def test_a_list_that_somebody_has_a_number_of_stays(recruiting):
    recruiting.randomised()
    assert recruiting.refused(abort_list, recruiting.paul, **WHY) == "in_use"


@pytest.mark.parametrize(("list_id", "rule"), [("X", "unknown_list"), ("", "unknown_list")])
def test_only_the_list_that_stands_can_be_given_up(recruiting, list_id, rule):
    how = {"list_id": list_id, "reason": "No"}
    assert recruiting.refused(abort_list, recruiting.paul, **how) == rule


def test_it_needs_a_reason_and_is_done_once(recruiting):
    empty = {"list_id": "L", "reason": " "}
    assert recruiting.refused(abort_list, recruiting.paul, **empty) == "reason"
    recruiting.do(abort_list, recruiting.paul, **WHY)
    assert recruiting.refused(abort_list, recruiting.paul, **WHY) == "aborted"


def test_recruitment_that_is_open_stays_so_but_people_are_still_only_screened(recruiting):
    recruiting.do(abort_list, recruiting.paul, **WHY)
    recruiting.do(screen, recruiting.cora, site="here")
    how = {"status": "SUSPENDED", "reason": "No list"}
    recruiting.do(change_recruitment, recruiting.sue, **how)
    assert recruiting.refused(change_recruitment, recruiting.sue, status="RECRUITING") == "no_list"


def test_only_the_custodian_gives_up(recruiting):
    others = (recruiting.dora, recruiting.ana, recruiting.ada, recruiting.sue, recruiting.eve)
    recruiting.denied(abort_list, *others, **WHY)
