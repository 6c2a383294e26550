"""A participant's own pages: hers alone, what comes next, and everything she may stop."""

from datetime import date

import pytest

from cicatrix.trial import facts
from cicatrix.trial.participant import Consented, Participant, TubeUse
from cicatrix.trial.progress import dose_open, visit_states
from cicatrix.trial.roles import Actor
from cicatrix.web import hers
from cicatrix.web.access import rehearsal
from herself import body, come, herself, recorded, signed_in, treated

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
    assert "Rehearsal: everybody here is virtual." in text


def test_her_visits_have_the_days_that_the_staff_see(site):
    study, trial = site.worker.desk.study, site.worker.desk.trial
    compared = 0
    for one in trial.participants.values():
        open_days = [day for day in study.dosing_days if dose_open(study, one, day)]
        if one.withdrawals or one.number is None or open_days:
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
    her.tubes = [TubeUse("KA001", 1, 1, date(2021, 5, 9), "nina")]
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
