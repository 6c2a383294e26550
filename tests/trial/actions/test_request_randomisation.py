"""Asking for a number in a minimised study: the same gates, her levels, and her turn."""

import pytest

from cicatrix.trial.actions.abort_list import abort_list
from cicatrix.trial.actions.answer_request import answer_request
from cicatrix.trial.actions.departures import withdraw
from cicatrix.trial.actions.eligibility import sign_eligibility
from cicatrix.trial.actions.found import amend
from cicatrix.trial.actions.lock import outstanding
from cicatrix.trial.actions.people import change_recruitment
from cicatrix.trial.actions.randomisation import randomise
from cicatrix.trial.actions.request_randomisation import request_randomisation
from cicatrix.trial.allocation import factor_levels, factors_of
from cicatrix.trial.facts import RandomisationRequested
from cicatrix.trial.study import Balanced

HER = {"participant": "HERE-001"}


def test_a_request_holds_her_level_of_each_factor_and_no_arm(minimised):
    minimised.eligible(skin=1)
    (fact,) = minimised.do(request_randomisation, minimised.cora, **HER)
    assert set(RandomisationRequested.model_fields) == {"participant", "levels", "on"}
    assert fact.levels == {"site": "here", "skin": "1"}
    assert fact.on == minimised.now.date()
    assert minimised.trial.requested == {"HERE-001": fact.levels}
    assert minimised.woman.number is None


def test_the_study_names_its_factors_with_weights_and_levels(minimised, tiny):
    assert factors_of(minimised.study) == {"site": 1, "skin": 2}
    assert factor_levels(minimised.study) == {"site": ("there", "here"), "skin": ("0", "1", "2")}
    assert factors_of(tiny) == {}
    assert minimised.trial.list.factors == {"site": 1, "skin": 2}


def test_a_minimised_study_is_asked_and_a_list_is_not(minimised, recruiting):
    minimised.eligible()
    assert minimised.refused(randomise, minimised.cora, **HER) == "minimised"
    recruiting.answered()
    recruiting.do(sign_eligibility, recruiting.ana, **HER)
    assert recruiting.refused(request_randomisation, recruiting.ana, **HER) == "not_minimised"


def test_nobody_asks_twice_before_or_after_the_answer(minimised):
    minimised.asked()
    assert minimised.refused(request_randomisation, minimised.cora, **HER) == "requested"
    minimised.do(answer_request, minimised.paul, **HER)
    assert minimised.refused(request_randomisation, minimised.cora, **HER) == "randomised"


def test_all_that_a_randomisation_needs_is_needed(minimised):
    minimised.screened()
    ask = (request_randomisation, minimised.ana)
    assert minimised.refused(*ask, **HER) == "no_consent"
    two = minimised.eligible()
    other = {"participant": two}
    minimised.trial.participants[two].releases.clear()
    assert minimised.refused(*ask, **other) == "no_release"
    three = minimised.answered()
    assert minimised.refused(*ask, participant=three) == "not_signed_off"
    minimised.do(change_recruitment, minimised.sue, status="SUSPENDED", reason="A recall")
    assert minimised.refused(*ask, **other) == "not_recruiting"


def test_who_withdrew_is_not_asked_for(minimised):
    minimised.eligible()
    leave = {"scope": "treatment", "reason": "Moved", "by": "participant"}
    minimised.do(withdraw, minimised.cora, **HER, **leave)
    assert minimised.refused(request_randomisation, minimised.ana, **HER) == "withdrawn"


def test_a_request_needs_a_number_that_those_waiting_leave(minimised):
    for site in ("here", "there", "here", "here"):
        minimised.asked(site=site)
    minimised.do(answer_request, minimised.paul, **HER)
    five = minimised.eligible()
    refused = minimised.refused(request_randomisation, minimised.cora, participant=five)
    assert refused == "list_exhausted"


def test_no_request_without_a_list(minimised):
    minimised.eligible()
    minimised.trial.list = None
    assert minimised.refused(request_randomisation, minimised.cora, **HER) == "no_list"


def test_asking_is_for_coordinator_and_investigator_of_her_site(minimised):
    minimised.eligible()
    minimised.denied(
        request_randomisation, minimised.nina, minimised.paul, minimised.dora, minimised.sue,
        minimised.ben, minimised.eve, minimised.eva, **HER,
    )  # fmt: skip


def test_a_list_is_not_given_up_once_a_number_was_requested(minimised):
    minimised.asked()
    how = {"list_id": "L", "reason": "A mistake"}
    assert minimised.refused(abort_list, minimised.paul, **how) == "requested"


def test_a_request_that_waits_stands_between_today_and_lock(minimised):
    minimised.asked()
    left = outstanding(minimised.study, minimised.trial, now=minimised.now)
    assert "HERE-001:request:number" in {one.id for one in left}
    minimised.do(answer_request, minimised.paul, **HER)
    left = outstanding(minimised.study, minimised.trial, now=minimised.now)
    assert "HERE-001:request:number" not in {one.id for one in left}


FACTORS = [
    (),
    (Balanced(factor="site"),),
    (Balanced(factor="site"), Balanced(factor="skin")),
]


@pytest.mark.parametrize("factors", FACTORS, ids=str)
def test_an_amendment_leaves_the_factors_and_weights_of_a_sealed_list(minimised, factors):
    allocation = minimised.study.allocation.model_copy(update={"minimise": factors})
    update = {"version": "2", "allocation": allocation}
    minimised.study = minimised.study.model_copy(update=update)
    assert minimised.refused(amend, minimised.sue, reason="Other factors") == "factors"


def test_an_amendment_may_add_a_site(minimised):
    other = minimised.study.sites[0].model_copy(update={"id": "yonder"})
    update = {"version": "2", "sites": (*minimised.study.sites, other)}
    minimised.study = minimised.study.model_copy(update=update)
    minimised.do(amend, minimised.sue, reason="Another site")
    assert minimised.trial.study_version == "2"
