"""A coordinator's day: a woman screened between two calls, one who is not reached, no red wall."""

import pytest

from browsing import SCREENS, House, Person
from cicatrix.trial.participant import FormKey, Participant

ELIGIBLE: dict[str, object] = {
    "age": 28, "parity": 0, "caesarean": True, "gestation_weeks": 39, "gestation_days": 2,
    "willing_to_sign": True, "willing_to_comply": True, "systemic_disease": False,
    "cancer": False, "keloid": False, "wound": False, "other_procedure": False, "smoking": False,
}  # fmt: skip
KEY = FormKey("eligibility", "screening_visit")


def newest(house: House) -> Participant:
    return list(house.site.worker.desk.trial.participants.values())[-1]


def criterion(cora: Person, house: House, name: str) -> str:
    criteria = house.site.worker.desk.study.eligibility.criteria
    return cora.text(dict(next(one.text for one in criteria if one.id == name)))


def screened_and_consented(cora: Person, house: House) -> Participant:
    """Screen the next woman and record her consent, as one press leads to the other."""
    cora.open("/participants/")
    cora.pressed = 0
    cora.follow("Screen a participant")
    cora.press("Screen her")
    her = newest(house)
    cora.reads(cora.word("Screened as {name}.", name=her.id))
    release = cora.text(dict(house.site.worker.desk.study.consent.releases[0].label))
    cora.page.get_by_role("checkbox", name=release).check()
    cora.press("She has signed")
    cora.press("Record that she came")
    return her


@pytest.mark.parametrize(("language", "width"), SCREENS)
def test_she_screens_a_woman_in_few_steps_and_is_told_which_fact_is_missing(house, language, width):
    cora = house.person("coordinator", language, width)
    her = screened_and_consented(cora, house)
    cora.answers(house, "eligibility", {k: v for k, v in ELIGIBLE.items() if k != "smoking"})
    cora.press("Save")
    assert cora.pressed == 5
    cora.open(f"/participants/{her.id}/eligibility/")
    smoking = house.site.worker.desk.study.form["eligibility"].items["smoking"].label
    cora.reads(f"{cora.word('Still open. Missing:')} {cora.text(dict(smoking))}")
    cora.follow("Answer the questions")
    cora.answers(house, "eligibility", {"smoking": ELIGIBLE["smoking"]})
    cora.press("Save")
    assert her.forms[KEY].values == ELIGIBLE
    cora.open(f"/participants/{her.id}/eligibility/")
    cora.reads(cora.word("Eligible: every criterion is met."))


@pytest.mark.parametrize(("language", "width"), SCREENS[1:3])
def test_a_woman_who_is_not_eligible_is_told_by_words_and_not_by_a_red_wall(house, language, width):
    cora = house.person("coordinator", language, width)
    her = screened_and_consented(cora, house)
    cora.answers(house, "eligibility", ELIGIBLE | {"keloid": True})
    cora.press("Save")
    cora.open(f"/participants/{her.id}/eligibility/")
    cora.reads(
        cora.count(
            "Not eligible: %(unmet)s criterion is not met.",
            "Not eligible: %(unmet)s criteria are not met.", 1, unmet=1,
        )
    )  # fmt: skip
    line = cora.page.get_by_role("listitem").filter(has_text=criterion(cora, house, "keloid"))
    assert cora.word("holds: not met") in line.inner_text()
    assert cora.page.get_by_role("alert").count() == 0


@pytest.mark.parametrize(("language", "width"), SCREENS)
def test_she_records_a_consent_and_a_woman_becomes_a_number(house, language, width):
    cora = house.person("coordinator", language, width)
    cora.open("/")
    cora.reads(cora.word("Consent is not signed yet"))
    cora.follow(f"FOSHAN-111 · {cora.word('Consent is not signed yet')}")
    trial = house.site.worker.desk.trial
    release = cora.text(dict(house.site.worker.desk.study.consent.releases[0].label))
    cora.page.get_by_role("checkbox", name=release).check()
    cora.press("She has signed")
    her = trial.participants["FOSHAN-111"]
    assert [one.version for one in her.consents] == ["1.0"]
    assert her.releases == {"photographic"}

    cora.open("/")
    cora.follow(f"FOSHAN-108 · {cora.word('Eligible: ready to be randomised')}")
    given = {one.number for one in trial.participants.values() if one.number}
    cora.press("Randomise %(name)s", name="FOSHAN-108")
    number = trial.participants["FOSHAN-108"].number
    assert number
    assert number not in given
    assert cora.page.get_by_role("definition").first.inner_text() == number


@pytest.mark.parametrize(("language", "width"), SCREENS[1:3])
def test_she_keeps_how_to_reach_a_woman_and_that_she_was_not_reached(house, language, width):
    cora = house.person("coordinator", language, width)
    overdue = "FOSHAN-013"
    cora.open("/participants/")
    cora.follow(overdue)
    cora.follow("Contact")
    phone = cora.page.get_by_role("textbox").nth(1)
    phone.fill("0757 0000 0000")
    cora.press("Keep it")
    cora.open(f"/participants/{overdue}/contact/")
    assert "0757 0000 0000" in [one.input_value() for one in cora.page.get_by_role("textbox").all()]
    cora.open(f"/participants/{overdue}/")
    cora.follow("Record an attempt to reach her")
    cora.choose(cora.word("Was she reached?"), cora.word("no"))
    cora.fill(cora.word("What was tried, and what came of it"), "无人接听 nobody answered")
    cora.press("Record the attempt")
    (contact,) = house.site.worker.desk.trial.participants[overdue].contacts[-1:]
    assert (contact.reached, contact.text) == (False, "无人接听 nobody answered")
    assert "0757" not in "".join(one.fact.model_dump_json() for one in house.site.worker.desk.kept)
