"""One item: every value it had, who, when and why; queries, comments, verification."""

import re

import pytest

from addresses import bare
from cicatrix.trial.participant import FormKey

HER, KEY = "FOSHAN-002", FormKey("photograph", "month_1")
FORM = f"/participants/{HER}/forms/photograph/month_1/-/0/"
ITEM = f"{FORM}items/colour_card/"


def her(site):
    return site.worker.desk.trial.participants[HER]


def client(site, role: str):
    return site.client(site.who(role))


def words(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def change(site, **fields: str) -> None:
    seen = her(site).forms[KEY].entry
    answer = client(site, "coordinator").post(FORM, {"seen": seen, **fields})
    assert answer.status_code == 302, words(answer)


def test_every_value_is_told_with_who_when_and_why(site):
    change(site, **{"i.colour_card": "=false", "reason": "Not in the picture"})
    page = words(client(site, "monitor").get(ITEM))
    first, second = page.index("Entered: yes"), page.index("Changed: no")
    assert first < second
    assert "before: yes" in page
    assert "Why: Not in the picture" in page
    assert "foshan-coordinator · coordinator · 8 July 2021, 09:50 (Asia/Shanghai)" in page


def test_an_answer_that_was_taken_back_is_told_too(site):
    change(site, **{"i.photograph_taken": "=false", "reason": "There is none"})
    assert "Changed: no answer: not asked" in words(client(site, "monitor").get(ITEM))


def test_a_query_is_raised_answered_and_closed_where_it_belongs(site):
    chen, ana = client(site, "monitor"), client(site, "coordinator")
    chen.post(f"{FORM}items/photograph_taken/", {"do": "raise_query", "text": "On which day?"})
    asked = next(q for q in her(site).queries.values() if q.item == "photograph_taken")
    assert "On which day?" in words(ana.get(FORM))
    where = f"{FORM}items/photograph_taken/"
    ana.post(where, {"do": "answer_query", "query": asked.id, "text": "On the 8th"})
    assert "Answered: On the 8th" in words(chen.get(FORM))
    chen.post(where, {"do": "close_query", "query": asked.id, "text": "Fine"})
    assert her(site).queries[asked.id].closed == "Fine"
    page = words(ana.get(where))
    assert f"{asked.id} closed" in page
    assert "On which day?" not in words(ana.get(FORM))


def test_a_comment_is_read_by_all_who_see_the_form(site):
    client(site, "coordinator").post(ITEM, {"do": "comment", "text": "Card was new"})
    client(site, "monitor").post(ITEM, {"do": "comment", "text": "Seen"})
    page = words(client(site, "care_provider").get(FORM))
    assert "foshan-coordinator: Card was new" in page
    assert "monitor: Seen" in page
    assert "Card was new" in words(client(site, "auditor").get(ITEM))


def test_a_source_is_verified_until_the_value_changes(site):
    chen = client(site, "monitor")
    chen.post(ITEM, {"do": "verify_source", "seen": her(site).forms[KEY].entry})
    assert "compared with its source" in words(chen.get(FORM))
    change(site, **{"i.colour_card": "=false", "reason": "r"})
    assert "compared with its source" not in words(chen.get(FORM))


def test_nothing_is_verified_that_was_saved_after_it_was_looked_at(site):
    seen = her(site).forms[KEY].entry
    change(site, **{"i.colour_card": "=false", "reason": "r"})
    answer = client(site, "monitor").post(ITEM, {"do": "verify_source", "seen": seen})
    assert answer.status_code == 422
    assert her(site).forms[KEY].verified == {}


def test_an_empty_text_is_refused_and_the_page_stays(site):
    answer = client(site, "monitor").post(ITEM, {"do": "raise_query", "text": "  "})
    assert answer.status_code == 422
    assert "A query needs a reason" in words(answer)


@pytest.mark.parametrize(
    ("role", "do"),
    [
        ("coordinator", "raise_query"), ("coordinator", "close_query"),
        ("monitor", "answer_query"), ("data_manager", "verify_source"), ("sponsor", "comment"),
        ("auditor", "raise_query"),
    ],
)  # fmt: skip
def test_an_act_that_is_not_the_roles_is_not_offered_and_not_done(site, role, do):
    before = site.worker.desk.trial.head.seq
    found = client(site, role)
    page = found.get(ITEM)
    assert f'value="{do}"' not in page.content.decode()
    fields = {"do": do, "text": "x", "query": "Q0009", "seen": her(site).forms[KEY].entry}
    assert found.post(ITEM, fields).status_code == 403
    assert site.worker.desk.trial.head.seq == before


def test_an_unknown_item_query_or_act_is_unknown(site):
    chen = client(site, "monitor")
    assert chen.get(f"{FORM}items/nothing/").status_code == 404
    assert chen.post(ITEM, {"do": "nothing"}).status_code == 404
    assert chen.post(ITEM, {"do": "close_query", "query": "Q0001", "text": "x"}).status_code == 404
    assert chen.get(ITEM.replace("month_1", "month_3")).status_code == 404
    assert chen.delete(ITEM).status_code == 405


def test_an_item_of_another_site_is_as_unknown_as_none(sites):
    eve = sites.client(sites.who("coordinator", site="east"))
    where = "/participants/{}/forms/eligibility/screening_visit/-/0/items/age/"
    answers = [eve.get(where.format(one)) for one in ("SOUTH-001", "SOUTH-999")]
    assert [one.status_code for one in answers] == [404, 404]
    assert len({bare(one) for one in answers}) == 1


@pytest.mark.parametrize("role", ["pharmacist", "image_reader", "administrator"])
def test_a_role_that_sees_no_forms_is_not_let_in(site, role):
    assert client(site, role).get(ITEM).status_code == 403
