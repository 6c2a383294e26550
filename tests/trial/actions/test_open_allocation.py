"""Opening the whole list: after the lock, once, by the custodian."""

import pytest

from cicatrix.trial.actions.open_allocation import open_allocation
from cicatrix.trial.facts import TrialLocked

OPEN = {"list_id": "L", "mapping_digest": "d", "reason": "The trial is locked"}


@pytest.fixture
def locked(recruiting):
    recruiting.randomised()
    recruiting.record(recruiting.dan, TrialLocked(entries=1, participants=1))
    return recruiting


def test_an_opening_states_the_mapping_by_its_digest(locked):
    (fact,) = locked.do(open_allocation, locked.paul, **OPEN)
    assert set(fact.model_dump()) == {"list_id", "mapping_digest", "reason"}
    assert locked.trial.opened == "d"


def test_nothing_is_opened_before_the_lock(recruiting):
    recruiting.randomised()
    assert recruiting.refused(open_allocation, recruiting.paul, **OPEN) == "not_locked"


def test_a_list_is_opened_once(locked):
    locked.do(open_allocation, locked.paul, **OPEN)
    assert locked.refused(open_allocation, locked.paul, **OPEN) == "opened"


def test_an_opening_is_of_the_sealed_list_and_has_a_reason(locked):
    assert locked.refused(open_allocation, locked.paul, **OPEN | {"list_id": "M"}) == "unknown_list"
    assert locked.refused(open_allocation, locked.paul, **OPEN | {"reason": ""}) == "reason"
    locked.trial.list = None
    assert locked.refused(open_allocation, locked.paul, **OPEN) == "unknown_list"


def test_only_the_custodian_opens(locked):
    locked.denied(open_allocation, locked.dora, locked.sue, locked.ana, locked.ada, **OPEN)
