"""What a participant answers herself: after a visit, and in a diary."""

import pytest

from cicatrix.trial import facts
from cicatrix.trial.forms import Form
from cicatrix.trial.participant import FormKey, Participant
from cicatrix.trial.study import Study
from herself import adopt, come, recorded, signed_in, treated

MONTH_3 = "/mine/forms/posas_patient/month_3/left_half/0/"
KEY = FormKey("posas_patient", "month_3", 0, "left_half")
SCORES = {
    "i.pain": "=1", "i.itch": "=2", "i.colour": "=3", "i.stiffness": "=4", "i.thickness_felt": "=5",
    "i.irregularity": "=6", "i.patient_overall": "=7",
}  # fmt: skip


@pytest.fixture
def her(sites) -> Participant:
    """A woman of the trial with several sites, three months after her last dose."""
    her = treated(sites, without="month_3")
    come(sites, her, "month_3")
    return sites.worker.desk.trial.participants[her.id]


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
