"""Randomising: the next number of the stratum, and never out of order."""

import pytest

from cicatrix.trial.actions.departures import withdraw
from cicatrix.trial.actions.eligibility import sign_eligibility
from cicatrix.trial.actions.found import amend
from cicatrix.trial.actions.people import change_recruitment
from cicatrix.trial.actions.randomisation import randomise
from cicatrix.trial.facts import Randomised, SealedSlot
from cicatrix.trial.participant import FormData, FormKey

HER = {"participant": "HERE-001"}


def slot(number, stratum):
    return SealedSlot(number=number, stratum=stratum, kits=("K",), commitment="0" * 64)


@pytest.fixture
def ready(recruiting):
    """A stage with one woman who is eligible and signed off."""
    recruiting.answered()
    recruiting.do(sign_eligibility, recruiting.ana, **HER)
    return recruiting


def test_each_is_given_the_next_number_whoever_and_wherever_she_is(ready):
    ready.do(randomise, ready.ana, **HER)
    ready.randomised(site="there")
    ready.randomised()
    numbers = [one.number for one in ready.trial.participants.values()]
    assert numbers == ["001", "002", "003"]
    assert ready.trial.numbers == {"001": "HERE-001", "002": "THERE-001", "003": "HERE-002"}


def test_the_fact_has_a_number_and_no_field_for_an_arm(ready):
    (fact,) = ready.do(randomise, ready.cora, **HER)
    assert set(Randomised.model_fields) == {"participant", "stratum", "number", "on"}
    assert fact.stratum == "all"


def test_a_number_is_given_from_her_own_stratum(ready):
    allocation = ready.study.allocation.model_copy(update={"strata": ("site",)})
    ready.study = ready.study.model_copy(update={"allocation": allocation, "version": "2"})
    ready.trial.versions["2"], ready.trial.study_version = ready.study.digest, "2"
    ready.trial.list.slots = {
        f"site={site}": [slot(f"{site}1", f"site={site}")] for site in ("there", "here")
    }
    (fact,) = ready.do(randomise, ready.ana, **HER)
    assert (fact.stratum, fact.number) == ("site=here", "here1")


def test_her_stratum_is_that_of_the_answers_on_which_she_was_signed_off(ready):
    """A second eligibility form, of another visit, is not what was signed."""
    signed = FormKey("eligibility", "screening_visit")
    other = FormData("1", {"age": 40, "keloid": False}, entry="another save")
    ready.woman.forms[FormKey("eligibility", "month_1")] = other
    ages = "{id: ages, codes: [{code: 30, label: {en: T}}, {code: 40, label: {en: F}}]}"
    ready.study = ready.amended(
        ("strata: []", "strata: [age]"),
        ("type: integer, unit: years, minimum: 0, maximum: 110", "type: choice, code_list: ages"),
        ("age: {normal: [30, 4]}", "age: {constant: 30}"),
        ("code_lists:\n", f"code_lists:\n  - {ages}\n"),
    )
    ready.trial.versions["2"], ready.trial.study_version = ready.study.digest, "2"
    ready.trial.list.slots = {
        f"age={years}": [slot(years, f"age={years}")] for years in ("30", "40")
    }
    assert ready.woman.forms[signed].values["age"] == 30
    (fact,) = ready.do(randomise, ready.ana, **HER)
    assert fact.stratum == "age=30"


def test_no_number_without_consent(recruiting):
    recruiting.screened()
    assert recruiting.refused(randomise, recruiting.ana, **HER) == "no_consent"


def test_no_number_without_a_required_release(ready):
    ready.woman.releases.clear()
    assert ready.refused(randomise, ready.ana, **HER) == "no_release"


def test_no_number_without_eligibility_signed_off(recruiting):
    recruiting.answered()
    assert recruiting.refused(randomise, recruiting.ana, **HER) == "not_signed_off"


def test_no_number_for_who_is_not_eligible(recruiting):
    recruiting.answered(age=17)
    recruiting.do(sign_eligibility, recruiting.ana, **HER)
    assert recruiting.refused(randomise, recruiting.ana, **HER) == "not_eligible"


def test_nobody_is_randomised_twice(ready):
    ready.do(randomise, ready.ana, **HER)
    assert ready.refused(randomise, ready.ana, **HER) == "randomised"
    assert ready.trial.used == {"all": 1}


def test_no_number_while_recruitment_is_closed_or_without_a_list(ready):
    ready.do(change_recruitment, ready.sue, status="SUSPENDED", reason="A recall")
    assert ready.refused(randomise, ready.ana, **HER) == "not_recruiting"
    ready.do(change_recruitment, ready.sue, status="RECRUITING")
    ready.trial.list = None
    assert ready.refused(randomise, ready.ana, **HER) == "no_list"


def test_no_number_beyond_the_end_of_the_list(ready):
    ready.trial.used["all"] = len(ready.trial.list.slots["all"])
    assert ready.refused(randomise, ready.ana, **HER) == "list_exhausted"


@pytest.mark.parametrize("scope", ["treatment", "visits", "all"])
def test_no_number_for_who_withdrew(ready, scope):
    ready.do(withdraw, ready.cora, **HER, scope=scope, reason="Moved", by="participant")
    assert ready.refused(randomise, ready.ana, **HER) == "withdrawn"


def test_no_number_under_a_consent_that_is_no_longer_in_force(ready):
    text = '    - {version: "1", since: 2024-01-01, summary: {en: You are asked to try a gel.}}\n'
    newer = '    - {version: "1b", since: 2024-02-05, summary: {en: The gel may itch.}}\n'
    ready.study = ready.amended((text, text + newer))
    ready.do(amend, ready.sue, reason="A new risk")
    assert ready.refused(randomise, ready.ana, **HER) == "reconsent"


def test_randomising_is_for_coordinator_and_investigator_of_her_site(ready):
    ready.denied(
        randomise, ready.nina, ready.paul, ready.dora, ready.sue, ready.ben, ready.eve, ready.eva,
        **HER,
    )  # fmt: skip


def test_another_sites_participant_and_one_who_does_not_exist_are_refused_in_the_same_words(ready):
    ready.screened(site="there")
    said = []
    for name in ("THERE-001", "THERE-999"):
        with pytest.raises(Exception, match="There is no participant") as refusal:
            randomise(ready.study, ready.trial, ready.ana, now=ready.now, participant=name)
        said.append(str(refusal.value).replace(name, "NAME"))
    assert said[0] == said[1]
