"""From consent to the number, as pages: what they record, and what they say when they do not."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import plain_custodian
from cicatrix.cli.create import found_home, person
from cicatrix.trial.actions.answer_request import answer_request
from cicatrix.trial.actions.commit_secret import commit_secret
from cicatrix.trial.actions.eligibility import sign_eligibility
from cicatrix.trial.actions.forms import save_form
from cicatrix.trial.actions.people import change_recruitment
from cicatrix.trial.actions.screening import screen, sign_consent
from cicatrix.trial.actions.seal_list import seal_list
from cicatrix.trial.actions.visits import attend_visit
from cicatrix.trial.commitment import root_of
from cicatrix.trial.facts import (
    ConsentSigned,
    EligibilitySigned,
    RandomisationRequested,
    Randomised,
    ReleaseWithdrawn,
    SealedSlot,
)
from cicatrix.trial.participant import FormKey, Participant
from site_visited import Site, migrated, visited

EMOJI = "她说不 😀 <b>&"


def screened(site) -> Participant:
    """Screen another woman, of whom nothing is recorded yet."""
    cora = site.who("coordinator")
    (fact,) = site.worker.act(cora, screen, site=cora.site)
    return site.worker.desk.trial.participants[fact.participant]


def consented(site) -> Participant:
    her = screened(site)
    site.worker.act(
        site.who("coordinator"), sign_consent, participant=her.id, consent_version="1.0",
        language="en", releases=("photographic",),
    )  # fmt: skip
    return her


def ready(site, *, eligible: bool = True) -> Participant:
    """Find one who is consented and decided on, and not randomised."""
    return next(
        one for one in site.worker.desk.trial.participants.values()
        if one.number is None and one.eligibility and one.eligibility.eligible is eligible
    )  # fmt: skip


def recorded(site, her: Participant, kind: type) -> list:
    entries = site.worker.seen_by(site.who("monitor")).about(her.id)
    return [one.fact for one in entries if isinstance(one.fact, kind)]


def refusals(answer) -> list[str]:
    assert answer.status_code == 422
    return re.findall(r'<p class="refusal" role="alert">([^<]+)</p>', answer.content.decode())


@pytest.fixture
def cora(site):
    return site.client(site.who("coordinator"))


@pytest.fixture
def ana(site):
    return site.client(site.who("investigator"))


def test_the_consent_in_force_is_shown_in_the_language_that_is_asked_for(site, cora):
    where = f"/participants/{screened(site).id}/consent/"
    version = site.worker.desk.study.consent.versions[-1]
    for language, text in version.summary.items():
        page = cora.get(where, {"language": language}).content.decode()
        assert text.strip()[:40] in page
        assert f'name="language" value="{language}"' in page
    assert cora.get(where, {"language": "xx"}).status_code == 200


def test_a_consent_is_recorded_with_its_releases_language_and_day_once(site, cora):
    her = screened(site)
    where = f"/participants/{her.id}/consent/"
    sent = {"version": "1.0", "language": "zh-Hans", "release": ["photographic"],
            "on": her.screened_on.isoformat()}  # fmt: skip
    for _press in range(2):
        onward = f"/participants/{her.id}/visits/screening_visit/"
        assert cora.post(where, sent)["Location"] == onward
    (fact,) = recorded(site, her, ConsentSigned)
    assert (fact.consent_version, fact.language, fact.releases) == (
        "1.0", "zh-Hans", ("photographic",),
    )  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [{"on": "2031-01-01"}, {"on": ""}, {"on": "2001-01-01"}, {"version": "9"}, {"version": ""}],
)
def test_a_consent_that_cannot_be_is_one_sentence_and_what_was_ticked_stays(site, cora, change):
    her = screened(site)
    sent = {"version": "1.0", "language": "en", "release": ["photographic"],
            "on": her.screened_on.isoformat(), **change}  # fmt: skip
    answer = cora.post(f"/participants/{her.id}/consent/", sent)
    assert len(refusals(answer)) == 1
    assert 'value="photographic" checked' in answer.content.decode()
    assert recorded(site, her, ConsentSigned) == []


def test_a_release_is_taken_back_once_and_in_her_words(site, cora):
    her = consented(site)
    where = f"/participants/{her.id}/releases/photographic/"
    sent = {"reason": EMOJI, "on": her.screened_on.isoformat()}
    for _press in range(2):
        assert cora.post(where, sent).status_code == 302
    (fact,) = recorded(site, her, ReleaseWithdrawn)
    assert fact.reason == EMOJI
    assert "release missing" in cora.get(f"/participants/{her.id}/").content.decode()
    assert cora.get(f"/participants/{her.id}/releases/none/").status_code == 404


def test_a_release_granted_anew_and_taken_back_in_the_same_words_is_recorded_again(site, cora):
    her = consented(site)
    day = her.screened_on.isoformat()
    back = {"reason": "she asked", "on": day}
    anew = {"version": "1.0", "language": "en", "release": ["photographic"], "on": day}
    for _time in range(2):
        cora.post(f"/participants/{her.id}/releases/photographic/", back)
        assert her.releases == set()
        cora.post(f"/participants/{her.id}/consent/", anew)
        assert her.releases == {"photographic"}


@pytest.mark.parametrize("reason", ["", "   ", "x" * 3000, "a\u0001b", "a\u202eb"[:1] + "\u0007"])
def test_a_reason_that_is_none_is_refused_and_stays_typed(site, cora, reason):
    her = consented(site)
    sent = {"reason": reason, "on": her.screened_on.isoformat()}
    answer = cora.post(f"/participants/{her.id}/releases/photographic/", sent)
    assert len(refusals(answer)) == 1
    assert reason.strip() in answer.content.decode()
    assert recorded(site, her, ReleaseWithdrawn) == []


def test_eligibility_says_of_each_criterion_whether_it_is_met_and_what_is_missing(site, cora):
    her = consented(site)
    page = cora.get(f"/participants/{her.id}/eligibility/").content.decode()
    study = site.worker.desk.study
    assert "Still open. Missing:" in page
    assert page.count(">open</span>") == len(study.eligibility.criteria)
    assert "Births before this one" in page
    decided = ready(site, eligible=False)
    page = cora.get(f"/participants/{decided.id}/eligibility/").content.decode()
    assert "Not eligible" in page
    unmet = page.count("not met</span>")
    assert unmet == len(decided.eligibility.unmet)


def answered(site) -> Participant:
    """Let a woman be ready for the investigator's signature."""
    her, who = consented(site), site.who("coordinator")
    site.worker.act(who, attend_visit, participant=her.id, visit="screening_visit")
    no = ("systemic_disease", "cancer", "keloid", "wound", "other_procedure", "smoking")
    values = {
        "age": 29, "parity": 0, "caesarean": True, "gestation_weeks": 39, "gestation_days": 1,
        "willing_to_sign": True, "willing_to_comply": True, **dict.fromkeys(no, False),
    }  # fmt: skip
    key = FormKey("eligibility", "screening_visit")
    site.worker.act(who, save_form, participant=her.id, key=key, values=values)
    return her


def test_an_investigator_signs_the_eligibility_with_a_second_factor_once(site, ana):
    her = answered(site)
    where = f"/participants/{her.id}/eligibility/"
    assert "Sign: eligible" in ana.get(where).content.decode()
    seen = {"seen": seen_on(ana.get(where))}
    assert len(refusals(ana.post(where, {"password": "wrong", "code": "000000", **seen}))) == 1
    assert recorded(site, her, EligibilitySigned) == []
    proof = site.signature(site.who("investigator"))
    for _press in range(2):
        assert ana.post(where, proof | seen).status_code == 302
    (fact,) = recorded(site, her, EligibilitySigned)
    assert fact.eligible


def seen_on(answer) -> str:
    """Give the save that a page says it shows."""
    return re.findall(r'name="seen" value="([^"]+)"', answer.content.decode())[0]


def test_a_decision_is_not_signed_on_answers_that_changed_since_they_were_looked_at(site, ana):
    her = answered(site)
    where = f"/participants/{her.id}/eligibility/"
    looked_at = seen_on(ana.get(where))
    site.worker.act(
        site.who("coordinator"), save_form, participant=her.id,
        key=FormKey("eligibility", "screening_visit"), values={"cancer": True}, reason="misheard",
    )  # fmt: skip
    proof = site.signature(site.who("investigator"))
    for seen in (looked_at, ""):
        (sentence,) = refusals(ana.post(where, proof | {"seen": seen}))
        assert "look at it again before you sign" in sentence
    assert recorded(site, her, EligibilitySigned) == []
    now = {"seen": seen_on(ana.get(where))}
    assert ana.post(where, proof | now).status_code == 302
    assert not recorded(site, her, EligibilitySigned)[0].eligible


def test_a_coordinator_reads_the_criteria_and_cannot_sign(site, cora):
    her = answered(site)
    where = f"/participants/{her.id}/eligibility/"
    assert "Sign: eligible" not in cora.get(where).content.decode()
    proof = site.signature(site.who("coordinator"))
    assert cora.post(where, proof).status_code == 403
    assert recorded(site, her, EligibilitySigned) == []


def test_randomising_asks_first_and_gives_one_number_however_often_it_is_pressed(site, cora):
    her = ready(site)
    where = f"/participants/{her.id}/randomise/"
    before = site.worker.desk.trial.head
    page = cora.get(where).content.decode()
    assert page.count(">holds</span>") == 5
    assert site.worker.desk.trial.head == before
    for _press in range(2):
        assert cora.post(where)["Location"] == where
    (fact,) = recorded(site, her, Randomised)
    page = cora.get(where).content.decode()
    assert f'<dd class="count">{fact.number}</dd>' in page
    sealed = site.worker.desk.trial.list
    kits = [kit for kit, number in sealed.kits.items() if number == fact.number]
    assert kits
    assert all(kit in page for kit in kits)


def test_who_is_not_ready_gets_a_sentence_and_no_number(site, cora):
    for her in (screened(site), consented(site), ready(site, eligible=False)):
        answer = cora.post(f"/participants/{her.id}/randomise/")
        assert len(refusals(answer)) == 1
        assert recorded(site, her, Randomised) == []


TINY = Path(__file__).parents[2] / "studies/tiny.yaml"
MINIMISED = (
    ("strata: []", "minimise: [{factor: site}]"),
    ("method: linear_trend_exact_in_blocks", "method: difference_from_reference, "
     "reference_arm: placebo"),
)  # fmt: skip
PEOPLE = ("ada:administrator", "paul:pharmacist", "sue:sponsor", "chen:monitor",
          "cora:coordinator:here", "ana:investigator:here")  # fmt: skip
SLOTS = tuple(
    SealedSlot(number=f"{n:03d}", stratum="all", kits=(f"K{n}A",), commitment=f"{n:064x}")
    for n in (1, 2)
)


@pytest.fixture
def minimised(tmp_path) -> Iterator[Site]:
    """A small minimised trial with one woman whose eligibility is signed."""
    text = TINY.read_text("utf-8")
    for old, new in MINIMISED:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (tmp_path / "study.yaml").write_text(text, "utf-8")
    home, now = tmp_path / "home", datetime.now(UTC)
    found_home(home, tmp_path / "study.yaml", [person(one) for one in PEOPLE], now=now)
    migrated(home)
    with visited(home) as site:
        site.worker.act(site.who("pharmacist"), commit_secret, list_id="L",
                        commitment="5e" * 32, beacon=plain_custodian.PROMISED)  # fmt: skip
        site.worker.act(site.who("pharmacist"), seal_list, list_id="L", slots=SLOTS,
                        commitment=root_of(SLOTS), rehearsal=False)  # fmt: skip
        site.worker.act(site.who("sponsor"), change_recruitment, status="RECRUITING")
        cora, her = site.who("coordinator"), {"participant": "HERE-001"}
        site.worker.act(cora, screen, site="here")
        site.worker.act(cora, sign_consent, **her, consent_version="1", language="en",
                        releases=("photographic",))  # fmt: skip
        site.worker.act(cora, attend_visit, **her, visit="screening_visit")
        site.worker.act(cora, save_form, **her, key=FormKey("eligibility", "screening_visit"),
                        values={"age": 30, "keloid": False})  # fmt: skip
        site.worker.act(site.who("investigator"), sign_eligibility, **her)
        yield site


def test_in_a_minimised_study_a_number_is_asked_for_once_and_waited_for(minimised):
    cora = minimised.client(minimised.who("coordinator"))
    where = "/participants/HERE-001/randomise/"
    assert "Ask for a number for HERE-001" in cora.get(where).content.decode()
    for _press in range(2):
        assert cora.post(where)["Location"] == where
    her = minimised.worker.desk.trial.participants["HERE-001"]
    assert len(recorded(minimised, her, RandomisationRequested)) == 1
    page = cora.get(where).content.decode()
    assert "Waiting for the custodian’s answer" in page
    polled = cora.get(where, headers={"HX-Request": "true"}).content.decode()
    assert 'hx-trigger="every 5s"' in polled
    assert "<html" not in polled
    assert "number requested" in cora.get("/participants/").content.decode()
    minimised.worker.act(minimised.who("pharmacist"), answer_request, participant="HERE-001")
    polled = cora.get(where, headers={"HX-Request": "true"}).content.decode()
    assert '<dd class="count">001</dd>' in polled
    assert "hx-trigger" not in polled
