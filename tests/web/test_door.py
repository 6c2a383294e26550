"""The door: nobody comes in without a role, and what is not seen does not exist."""

from django.test import Client


def test_who_is_not_signed_in_is_sent_to_sign_in_and_back(site):
    answer = Client().get("/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/account/login/?next=%2F"


def test_a_page_answers_who_holds_a_role(site):
    answer = site.client(site.who("coordinator")).get("/")
    assert answer.status_code == 200
    assert b"Today" in answer.content


def test_who_holds_no_role_any_more_is_asked_for_one(site):
    client = site.client(site.who("coordinator"))
    site.worker.desk.trial.roles.clear()
    answer = client.get("/")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/account/role/"
