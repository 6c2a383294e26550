"""An investigator's day: eligibility signed with a second factor, an event judged, a call."""

import pytest

from browsing import SCREENS, House
from cicatrix.trial.actions.forms import save_form
from cicatrix.trial.actions.screening import screen, sign_consent
from cicatrix.trial.actions.visits import attend_visit
from cicatrix.trial.participant import FormData, FormKey, Participant

ELIGIBLE = {
    "age": 28, "parity": 0, "caesarean": True, "gestation_weeks": 39, "gestation_days": 2,
    "willing_to_sign": True, "willing_to_comply": True, "systemic_disease": False,
    "cancer": False, "keloid": False, "wound": False, "other_procedure": False, "smoking": False,
}  # fmt: skip


def assessed(house: House) -> Participant:
    """Let a coordinator have screened somebody whose eligibility waits for a signature."""
    worker, cora = house.site.worker, house.site.who("coordinator")
    (fact,) = worker.act(cora, screen, site=cora.site)
    name = fact.participant
    worker.act(
        cora, sign_consent, participant=name, consent_version="1.0", language="en",
        releases=("photographic",),
    )  # fmt: skip
    worker.act(cora, attend_visit, participant=name, visit="screening_visit")
    key = FormKey("eligibility", "screening_visit")
    worker.act(cora, save_form, participant=name, key=key, values=ELIGIBLE)
    return worker.desk.trial.participants[name]


def unsigned(house: House) -> tuple[str, FormKey, FormData]:
    return next(
        (her.id, key, data)
        for her in house.site.worker.desk.trial.participants.values()
        for key, data in her.forms.items()
        if key.form == "adverse_event" and data.signature is None
    )


@pytest.mark.parametrize(("language", "width"), SCREENS[:1] + SCREENS[3:])
def test_she_signs_an_eligibility_with_her_password_and_a_code(house, language, width):
    her = assessed(house)
    ana = house.person("investigator", language, width)
    ana.open("/")
    ana.follow(f"{her.id} · {ana.word('Eligibility: please sign')}")
    ana.reads(ana.word("Eligible: every criterion is met."))
    ana.signs(house)
    ana.fill(ana.word("Your password"), "not it")
    ana.press("Sign: eligible")
    assert her.eligibility is None
    ana.signs(house)
    ana.press("Sign: eligible")
    assert her.eligibility is not None
    assert her.eligibility.eligible
    assert her.eligibility.signature.user == ana.actor.user
    ana.reads(ana.word("The eligibility is signed."))


@pytest.mark.parametrize(("language", "width"), SCREENS[1:3])
def test_she_judges_an_adverse_event_and_signs_and_a_change_voids_it(house, language, width):
    her, key, data = unsigned(house)
    ana = house.person("investigator", language, width)
    ana.open("/")
    ana.reads(ana.word("Waiting for your signature"))
    ana.open(f"/participants/{her}/forms/adverse_event/-/-/{key.repeat}/")
    other = "definite" if data.values["relatedness"] != "definite" else "possible"
    ana.answers(house, "adverse_event", {"relatedness": other})
    ana.of("textbox", "Why it is changed").fill("重新判断 judged again")
    ana.press("Save")
    assert data.values["relatedness"] == other
    ana.follow("Review and sign")
    ana.signs(house)
    ana.press("Sign")
    assert data.signature is not None
    ana.reads(
        ana.word("Saving a change makes this signature void: the form must then be signed again.")
    )
    ana.answers(house, "adverse_event", {"severity": 3})
    ana.of("textbox", "Why it is changed").fill("it grew worse")
    ana.press("Save")
    assert data.signature is None
    ana.reads(ana.word("The signature is void now: the form must be signed again."))


@pytest.mark.parametrize(("language", "width"), SCREENS[2:])
def test_at_night_she_reads_who_breaks_a_code_and_what_happens_if_he_does(house, language, width):
    phil = house.person("pharmacist", language, width)
    phil.open("/allocation/")
    phil.follow("Write how to reach the custodian")
    phil.fill(phil.word("How to reach the custodian"), "Phil Ma, night and day: 0757 0000 0001")
    phil.press("Keep it")
    ana = house.person("investigator", language, width)
    ana.open("/")
    ana.follow("Allocation")
    ana.reads("Phil Ma, night and day: 0757 0000 0001")
    ana.reads(
        ana.word(
            "Call the custodian. One is enough, at any hour, with the custodian’s own passphrase."
        )
    )
    ana.reads(
        ana.word(
            "Only the one named is told. Do not write the arm in any form, message or note of this "
            "trial."
        )
    )
    ana.reads(ana.word("the same"))
    root = house.site.worker.desk.trial.list.commitment
    ana.reads(root)
