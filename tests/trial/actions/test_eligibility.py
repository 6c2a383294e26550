"""Signing whether a person is eligible."""

import pytest

from cicatrix.trial.actions.departures import withdraw
from cicatrix.trial.actions.eligibility import sign_eligibility
from cicatrix.trial.actions.forms import save_form
from cicatrix.trial.actions.randomisation import randomise
from cicatrix.trial.actions.visits import attend_visit
from cicatrix.trial.participant import FormKey

KEY = FormKey("eligibility", "screening_visit")
HER = {"participant": "HERE-001"}


def test_the_signature_states_the_decision_and_signs_the_answers(recruiting):
    recruiting.answered()
    signed, decided = recruiting.do(sign_eligibility, recruiting.ana, **HER)
    assert (decided.eligible, decided.unmet) == (True, ())
    entry = recruiting.woman.forms[KEY].entry
    assert signed.signed_entry == decided.signed_entry == entry
    assert recruiting.woman.forms[KEY].signature.user == "ana"
    assert recruiting.woman.eligibility.signature.meaning == "eligibility decided"


def test_who_does_not_meet_a_criterion_is_signed_as_not_eligible(recruiting):
    recruiting.answered(age=17)
    _, decided = recruiting.do(sign_eligibility, recruiting.ana, **HER)
    assert (decided.eligible, decided.unmet) == (False, ("adult",))


def test_one_unmet_criterion_decides_although_answers_are_missing(recruiting):
    recruiting.consented()
    recruiting.do(attend_visit, recruiting.cora, **HER, visit="screening_visit")
    recruiting.do(save_form, recruiting.cora, **HER, key=KEY, values={"keloid": True})
    _, decided = recruiting.do(sign_eligibility, recruiting.ana, **HER)
    assert (decided.eligible, decided.unmet) == (False, ("keloid",))


def test_nothing_is_signed_before_consent_answers_and_a_decision(recruiting):
    recruiting.screened()
    recruiting.go(days=0)
    assert recruiting.refused(sign_eligibility, recruiting.ana, **HER) == "no_consent"
    recruiting.consented()
    second = {"participant": "HERE-002"}
    assert recruiting.refused(sign_eligibility, recruiting.ana, **second) == "no_answers"
    recruiting.do(attend_visit, recruiting.cora, **second, visit="screening_visit")
    recruiting.do(save_form, recruiting.cora, **second, key=KEY, values={"age": 30})
    assert recruiting.refused(sign_eligibility, recruiting.ana, **second) == "missing_answers"


def test_a_decision_is_signed_once(recruiting):
    recruiting.answered()
    recruiting.do(sign_eligibility, recruiting.ana, **HER)
    assert recruiting.refused(sign_eligibility, recruiting.ana, **HER) == "signed"


def test_an_edited_answer_voids_the_decision_and_it_must_be_signed_again(recruiting):
    recruiting.answered()
    recruiting.do(sign_eligibility, recruiting.ana, **HER)
    _, voided = recruiting.do(
        save_form, recruiting.cora, **HER, key=KEY, values={"keloid": True}, reason="Seen later"
    )
    assert type(voided).__name__ == "SignatureVoided"
    assert recruiting.woman.eligibility is None
    assert recruiting.woman.forms[KEY].signature is None
    assert recruiting.refused(randomise, recruiting.ana, **HER) == "not_signed_off"
    _, decided = recruiting.do(sign_eligibility, recruiting.ana, **HER)
    assert decided.unmet == ("keloid",)
    assert recruiting.refused(randomise, recruiting.ana, **HER) == "not_eligible"


@pytest.mark.parametrize("scope", ["visits", "all"])
def test_who_withdrew_is_not_signed_in(recruiting, scope):
    recruiting.answered()
    recruiting.do(withdraw, recruiting.cora, **HER, scope=scope, reason="Moved", by="participant")
    assert recruiting.refused(sign_eligibility, recruiting.ana, **HER) == "withdrawn"


def test_only_an_investigator_of_her_site_signs(recruiting):
    recruiting.answered()
    recruiting.denied(
        sign_eligibility, recruiting.cora, recruiting.nina, recruiting.sue, recruiting.chen,
        recruiting.eve, **HER,
    )  # fmt: skip
