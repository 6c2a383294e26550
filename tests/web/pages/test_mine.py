"""A participant's own pages: hers alone, in her language, and everything she may do for herself."""

import re
from datetime import date

import pytest
from django.test import Client

from cicatrix.trial import facts
from cicatrix.trial.actions.people import invite_participant
from cicatrix.trial.actions.visits import attend_visit
from cicatrix.trial.forms import Form
from cicatrix.trial.participant import Consented, FormKey, Participant
from cicatrix.trial.progress import visit_states
from cicatrix.trial.roles import Actor
from cicatrix.trial.study import Study
from cicatrix.web import hers
from cicatrix.web.access import rehearsal
from cicatrix.web.models import SiteContact

PASSWORD = rehearsal.PASSWORD
PAGES = (
    "/mine/", "/mine/consent/", "/mine/consent/1/", "/mine/consent/1/copy.pdf", "/mine/withdrawal/",
    "/mine/releases/photographic/", "/mine/photographs/",
)  # fmt: skip
STAFF = (
    "coordinator", "investigator", "care_provider", "rater", "image_reader", "pharmacist",
    "data_manager", "statistician", "monitor", "sponsor", "administrator",
)  # fmt: skip
MONTH_3 = "/mine/forms/posas_patient/month_3/left_half/0/"
KEY = FormKey("posas_patient", "month_3", 0, "left_half")
SCORES = {
    "i.pain": "=1", "i.itch": "=2", "i.colour": "=3", "i.stiffness": "=4", "i.thickness_felt": "=5",
    "i.irregularity": "=6", "i.patient_overall": "=7",
}  # fmt: skip


def treated(site, *, without: str = "") -> Participant:
    """Find one who is in the trial still, had doses, and did not come to a visit."""
    return next(
        one
        for one in site.worker.desk.trial.participants.values()
        if one.tubes and not one.withdrawals and without not in {*one.attended, *one.missed}
        and "photographic" in one.releases
    )  # fmt: skip


def herself(her: Participant) -> Actor:
    return Actor(her.id, "participant", her.site)


def signed_in(site, her: Participant) -> Client:
    return site.client(herself(her))


def come(site, her: Participant, visit: str) -> None:
    coordinator = site.who("coordinator", site=her.site)
    site.worker.act(coordinator, attend_visit, participant=her.id, visit=visit)


def adopt(site, study: Study) -> None:
    """Let a study of the test's own be the one in force; what it derives is derived anew."""
    for name in ("digest", "form", "visit", "codes"):
        study.__dict__.pop(name, None)
    site.worker.desk.study = study
    site.worker.desk.trial.versions[study.version] = study.digest


def body(answer) -> bytes:
    """Give a page without what is drawn anew and without its own address."""
    anew = rb'(csrfmiddlewaretoken|next)" value="[^"]*"'
    return re.sub(anew, b"", answer.content)


def recorded(site, kind: type[facts.Fact]) -> list[facts.Fact]:
    return [one.fact for one in site.worker.desk.kept if isinstance(one.fact, kind)]


@pytest.fixture
def her(sites) -> Participant:
    """A woman of the trial with several sites, three months after her last dose."""
    her = treated(sites, without="month_3")
    come(sites, her, "month_3")
    return sites.worker.desk.trial.participants[her.id]


def test_her_first_page_says_when_and_where_she_comes_next_and_what_she_agreed_to(site):
    her = treated(site, without="month_3")
    text = signed_in(site, her).get("/mine/").content.decode()
    assert "Three months" in text
    assert "Between " in text
    assert "Maternal and Child Health Hospital of Foshan" in text
    assert "Photographs of the scar may be taken and assessed" in text
    assert "I want to stop" in text


def test_her_visits_have_the_days_that_the_staff_see(site):
    study, trial = site.worker.desk.study, site.worker.desk.trial
    last = max(study.dosing_days)
    compared = 0
    for one in trial.participants.values():
        if one.withdrawals or not any(use.day == last for use in one.tubes):
            continue
        seen = site.worker.seen_by(herself(one))
        found = hers.coming(study, seen.trial.participants[one.id], seen.today(one.site))
        states = visit_states(study, one, seen.today(one.site))
        shown = {each.visit.id: each.due for each in (*found.now, *found.later)}
        waiting = {"due", "leaving", "overdue", "not_due"}
        assert shown == {k: v.due for k, v in states.items() if v.standing in waiting}, one.id
        compared += len(shown)
    assert compared > 100


def test_nobody_is_told_that_she_is_late_before_her_treatment_began(site):
    study = site.worker.desk.study
    consents = [Consented("1.0", "en", date(2021, 5, 1))]
    her = Participant("FOSHAN-999", "foshan", date(2021, 5, 1), consents=consents)
    found = hers.coming(study, her, date(2021, 7, 1))
    assert (found.now, found.later) == ((), ())
    assert found.undated
    her.attended = {"dose_1": date(2021, 5, 9)}
    assert [one.visit.id for one in hers.coming(study, her, date(2021, 7, 1)).now][:1] == ["dose_2"]
    assert hers.coming(study, her, date(2021, 7, 1)).now[0].overdue


def test_today_is_her_own_pages(site):
    answer = signed_in(site, treated(site)).get("/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/mine/"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_her_pages_answer_and_tell_of_nobody_else_and_of_no_arm(sites, her, language):
    client = signed_in(sites, her)
    account = sites.account(her.id)
    account.language = language
    account.save()
    others = [one for one in sites.worker.desk.trial.participants if one != her.id]
    study = sites.worker.desk.study
    for where in (*PAGES, MONTH_3):
        answer = client.get(where)
        assert answer.status_code == 200, where
        assert answer.headers["Cache-Control"] == "no-store, private"
        if where.endswith(".pdf"):
            assert answer.content.startswith(b"%PDF")
            continue
        text = answer.content.decode()
        assert [one for one in others if one in text] == []
        contents = [words for one in study.treatment.contents for words in one.label.values()]
        arms = [words for one in study.arms for words in (one.id, *one.label.values())]
        labels = arms + [one for one in contents if one not in ("Vehicle", "基质")]
        assert [word for word in labels if word in text] == []


@pytest.mark.parametrize("role", STAFF)
def test_nobody_of_the_staff_comes_to_a_participants_own_pages(site, role):
    client = site.client(site.who(role))
    pages = (*PAGES, "/mine/forms/satisfaction/month_6/-/0/", "/mine/consent/99/")
    answers = {(client.get(one).status_code, body(client.get(one))) for one in pages}
    assert {status for status, _ in answers} == {403}
    assert len(answers) == 1


def test_what_is_not_hers_does_not_exist(sites, her):
    client = signed_in(sites, her)
    other = next(one for one in sites.worker.desk.trial.participants if one != her.id)
    unknown = [
        "/mine/consent/99/", "/mine/consent/0/", "/mine/consent/99/copy.pdf",
        "/mine/releases/none/", "/mine/forms/none/month_3/left_half/0/",
        "/mine/forms/eligibility/screening_visit/-/0/",
        "/mine/forms/posas_observer/month_3/left_half/0/", "/mine/forms/adverse_event/-/-/1/",
        "/mine/forms/posas_patient/month_3/-/0/", "/mine/forms/posas_patient/day_8/left_half/0/",
        "/mine/forms/posas_patient/month_3/left_half/1/",
    ]  # fmt: skip
    answers = {(client.get(one).status_code, body(client.get(one))) for one in unknown}
    assert {status for status, _ in answers} == {404}
    assert len(answers) == 1
    for page in (her.id, other, "NOWHERE-001"):
        assert client.get(f"/participants/{page}/").status_code == 403
    assert client.get(f"{MONTH_3}draft/").status_code == 405


def test_one_who_is_not_in_the_trial_finds_nothing(site):
    stranger = Actor("lin", "participant", "foshan")
    site.worker.desk.trial.roles["lin"] = {("participant", "foshan")}
    assert {site.client(stranger).get(one).status_code for one in PAGES} == {404}


def test_her_questions_wait_until_she_has_answered_them_and_are_thanked_for(sites, her):
    client = signed_in(sites, her)
    assert MONTH_3 in client.get("/mine/").content.decode()
    answer = client.post(MONTH_3, SCORES | {"seen": ""})
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/mine/"
    data = sites.worker.desk.trial.participants[her.id].forms[KEY]
    assert data.values["irregularity"] == 6
    assert data.saved_by == her.id
    text = client.get("/mine/").content.decode()
    assert "Thank you. Your answers are recorded." in text
    assert text.index("What you answered") < text.index(MONTH_3)


def test_some_answers_are_recorded_and_the_rest_stays_open(sites, her):
    client = signed_in(sites, her)
    answer = client.post(MONTH_3, {"i.pain": "=1", "seen": ""})
    assert answer.headers["Location"] == MONTH_3
    assert "6 questions are still open." in client.get(MONTH_3).content.decode()
    assert MONTH_3 in client.get("/mine/").content.decode()


def test_her_total_is_not_shown_to_her(sites, her):
    client = signed_in(sites, her)
    client.post(MONTH_3, SCORES | {"seen": ""})
    text = client.get(MONTH_3).content.decode()
    assert "Has it itched?" in text
    assert "Total" not in text
    assert "patient_total" not in text


def test_a_wrong_answer_is_said_in_one_sentence_and_nothing_is_lost(sites, her):
    client = signed_in(sites, her)
    answer = client.post(MONTH_3, SCORES | {"i.pain": "=99", "seen": ""})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Nothing was sent yet: 1 answer needs another look." in text
    assert 'value="=6" checked' in text
    assert KEY not in sites.worker.desk.trial.participants[her.id].forms
    assert 'value="=6" checked' in client.get(MONTH_3).content.decode()


def test_sending_twice_records_once(sites, her):
    client = signed_in(sites, her)
    for _ in range(2):
        answer = client.post(MONTH_3, SCORES | {"seen": ""})
        assert answer.status_code == 302
    saves = [one for one in recorded(sites, facts.FormSaved) if one.participant == her.id]
    assert [one.visit for one in saves].count("month_3") == 1


def test_a_changed_answer_needs_a_reason(sites, her):
    client = signed_in(sites, her)
    client.post(MONTH_3, SCORES | {"seen": ""})
    seen = sites.worker.desk.trial.participants[her.id].forms[KEY].entry
    changed = SCORES | {"i.pain": "=9", "seen": seen}
    answer = client.post(MONTH_3, changed)
    assert answer.status_code == 422
    assert "why you change it" in answer.content.decode()
    assert client.post(MONTH_3, changed | {"reason": "I misread it"}).status_code == 302
    assert sites.worker.desk.trial.participants[her.id].forms[KEY].values["pain"] == 9


def test_a_draft_is_kept_as_she_types_and_is_nobodys_record(sites, her):
    client = signed_in(sites, her)
    htmx = {"HX-Request": "true"}
    answer = client.post(f"{MONTH_3}draft/", {"i.pain": "=4", "seen": ""}, headers=htmx)
    assert answer.status_code == 200
    assert "Kept for you, not sent yet." in answer.content.decode()
    assert KEY not in sites.worker.desk.trial.participants[her.id].forms
    assert 'value="=4" checked' in client.get(MONTH_3).content.decode()


def test_questions_of_a_visit_to_come_are_closed(sites, her):
    answer = signed_in(sites, her).get("/mine/forms/posas_patient/month_12/left_half/0/")
    assert answer.status_code == 200
    assert "They open once you have been there." in answer.content.decode()
    assert b"<form method" not in answer.content.partition(b"<main")[2]


def diary(study: Study) -> Study:
    """Give a study with a diary."""
    label = {"en": "Diary", "zh-Hans": "日记"}
    items = (
        {"id": "felt", "label": {"en": "How does the scar feel?"}, "type": "text"},
        {"id": "itches", "label": {"en": "Does it itch?"}, "type": "boolean"},
    )
    form = Form.model_validate(
        {"id": "diary", "label": label, "filled_by": ("participant",), "log": True,
         "groups": ({"id": "today", "label": {"en": "Today"}, "items": items},)}
    )  # fmt: skip
    return study.model_copy(update={"forms": (*study.forms, form)})


def test_a_diary_is_written_in_whenever_she_likes(sites, her):
    adopt(sites, diary(sites.worker.desk.study))
    client = signed_in(sites, her)
    assert "/mine/forms/diary/-/-/0/" in client.get("/mine/").content.decode()
    for number, felt in enumerate(("It pulls", "Better"), start=1):
        where = f"/mine/forms/diary/-/-/{number}/"
        assert where in client.get("/mine/forms/diary/-/-/0/").content.decode()
        answer = client.post(where, {"i.felt": felt, "i.itches": "=true", "seen": ""})
        assert answer.headers["Location"] == "/mine/forms/diary/-/-/0/"
    text = client.get("/mine/forms/diary/-/-/0/").content.decode()
    assert text.index("Better") < text.index("It pulls")
    again = {"i.felt": "Better", "i.itches": "=true", "seen": ""}
    assert client.post("/mine/forms/diary/-/-/2/", again).status_code == 302
    rows = sites.worker.desk.trial.participants[her.id].rows("diary")
    assert [data.values["felt"] for _, data in rows] == ["It pulls", "Better"]
    assert client.get("/mine/forms/diary/-/-/9/").status_code == 404
    assert client.post("/mine/forms/diary/-/-/0/").status_code == 404


def test_she_reads_the_consent_in_the_language_she_chooses_and_signs_it_with_her_password(site):
    trial = site.worker.desk.trial
    her = next(one for one in trial.participants.values() if not one.consents)
    if ("participant", her.site) not in trial.roles.get(her.id, ()):
        site.worker.act(site.who("coordinator"), invite_participant, participant=her.id)
    client = signed_in(site, her)
    assert "sign if you want to take part" in client.get("/mine/").content.decode()
    assert "剖宫产瘢痕" in client.get("/mine/consent/?language=zh-Hans").content.decode()
    said = {"version": "1.0", "language": "zh-Hans", "release": "photographic"}
    wrong = client.post("/mine/consent/", said | {"password": "not mine at all"})
    assert wrong.status_code == 422
    assert "The password is wrong." in wrong.content.decode()
    assert 'value="photographic" checked' in wrong.content.decode()
    assert not trial.participants[her.id].consents
    for _ in range(2):
        answer = client.post("/mine/consent/", said | {"password": PASSWORD})
        assert answer.headers["Location"] == "/mine/consent/1/"
    (consent,) = trial.participants[her.id].consents
    assert (consent.version, consent.language) == ("1.0", "zh-Hans")
    assert trial.participants[her.id].releases == {"photographic"}
    copy = client.get("/mine/consent/1/").content.decode()
    assert f"Signed by {her.id} with her password on" in copy
    assert "剖宫产瘢痕" in copy
    pdf = client.get("/mine/consent/1/copy.pdf")
    assert pdf.headers["Content-Type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF")


def test_a_newer_version_is_asked_for_and_the_older_stays_readable(sites, her):
    study = sites.worker.desk.study
    first, second = study.consent.versions
    newer = second.model_copy(update={"since": date(2025, 6, 1)})
    consent = study.consent.model_copy(update={"versions": (first, newer)})
    adopt(sites, study.model_copy(update={"consent": consent}))
    client = signed_in(sites, her)
    assert "There is a new consent" in client.get("/mine/").content.decode()
    page = client.get("/mine/consent/").content.decode()
    assert newer.summary["en"] in page
    assert "You signed an earlier one" in page
    said = {"version": "1.1", "language": "en", "release": "photographic", "password": PASSWORD}
    old = client.post("/mine/consent/", said | {"version": "1.0"})
    assert old.status_code == 422
    number = len(her.consents) + 1
    assert client.post("/mine/consent/", said).headers["Location"] == f"/mine/consent/{number}/"
    before = her.consents[0]
    text = client.get("/mine/consent/1/").content.decode()
    assert first.summary[before.language] in text
    assert "the site recorded it on" in text
    assert newer.summary["en"] in client.get(f"/mine/consent/{number}/").content.decode()


def test_the_pdf_holds_the_words_that_she_signed(site):
    from cicatrix.web.consent_copy import consent_copy
    from cicatrix.web.hers import signed_consents

    her = treated(site)
    seen = site.worker.seen_by(herself(her))
    (signed,) = signed_consents(seen.study, seen.about(her.id))
    copy = consent_copy(seen.study, seen.trial.participants[her.id], signed)
    assert copy["text"] == [seen.study.consent.versions[0].summary[signed.language]]
    assert copy["facts"][0] == ["Version", "1.0"]
    assert len(copy["releases"]) == 1


def test_taking_a_release_back_needs_no_reason_and_is_done_once(sites, her):
    client = signed_in(sites, her)
    where = "/mine/releases/photographic/"
    assert "You stay in the trial." in client.get(where).content.decode()
    for _ in range(2):
        answer = client.post(where, {"reason": ""})
        assert answer.headers["Location"] == "/mine/"
    taken = [one for one in recorded(sites, facts.ReleaseWithdrawn) if one.participant == her.id]
    assert [one.reason for one in taken] == ["no reason given"]
    assert "/mine/photographs/" not in client.get("/mine/").content.decode()
    said = {"version": her.consents[-1].version, "language": "en", "release": "photographic"}
    assert client.post("/mine/consent/", said | {"password": PASSWORD}).status_code == 302
    assert sites.worker.desk.trial.participants[her.id].releases == {"photographic"}


@pytest.mark.parametrize("scope", ["treatment", "visits", "all"])
def test_she_stops_after_a_second_look_and_once(sites, her, scope):
    client = signed_in(sites, her)
    look = client.post("/mine/withdrawal/", {"scope": scope, "reason": "It is too far"})
    assert look.status_code == 200
    assert "Look at it once more" in look.content.decode()
    assert "It is too far" in look.content.decode()
    assert not sites.worker.desk.trial.participants[her.id].withdrawals
    said = {"scope": scope, "reason": "It is too far", "sure": scope}
    for _ in range(2):
        assert client.post("/mine/withdrawal/", said).status_code == 302
    (gone,) = sites.worker.desk.trial.participants[her.id].withdrawals
    assert (gone.scope, gone.by, gone.reason) == (scope, "participant", "It is too far")
    for where in (*PAGES, MONTH_3):
        assert client.get(where).status_code == 200, where
    text = client.get("/mine/").content.decode()
    assert ("I want to stop" in text) is (scope != "all")
    assert ("/mine/photographs/" in text) is (scope != "all")


@pytest.mark.parametrize("said", [{}, {"scope": "none"}, {"scope": "none", "sure": "none"}])
def test_stopping_nothing_in_particular_is_asked_about(sites, her, said):
    answer = signed_in(sites, her).post("/mine/withdrawal/", said)
    assert answer.status_code == 422
    assert "Choose what you want to stop." in answer.content.decode()
    assert not sites.worker.desk.trial.participants[her.id].withdrawals


def test_the_site_says_once_how_it_is_reached_and_each_participant_reads_her_own_sites(sites, her):
    coordinator = sites.client(sites.who("coordinator", site=her.site))
    assert coordinator.post("/site/contact/", {"text": " "}).status_code == 422
    assert coordinator.post("/site/contact/", {"text": "0" * 501}).status_code == 422
    assert coordinator.post("/site/contact/", {"text": "020 555 0100, 8 to 17"}).status_code == 302
    assert "020 555 0100, 8 to 17" in signed_in(sites, her).get("/mine/").content.decode()
    assert "555" not in SiteContact.objects.get().text
    trial = sites.worker.desk.trial
    other = next(
        one for one in trial.participants.values()
        if one.site != her.site and ("participant", one.site) in trial.roles.get(one.id, ())
    )  # fmt: skip
    page = signed_in(sites, other).get("/mine/")
    assert page.status_code == 200
    assert "020 555 0100" not in page.content.decode()
    assert sites.client(sites.who("monitor")).get("/site/contact/").status_code == 403
