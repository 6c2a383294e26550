"""The door: nobody comes in without a role, and what is not seen does not exist."""

import pytest
from django.db import connections
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


@pytest.mark.parametrize("where", ["/", "/account/", "/account/role/", "/account/training/"])
def test_a_ledger_that_is_gone_is_said_to_be_so_and_not_to_be_our_defect(site, where):
    client = site.client(site.who("coordinator"))
    client.raise_request_exception = False
    with connections[site.worker.desk.home.ledger.alias].cursor() as cursor:
        cursor.execute("ALTER TABLE line RENAME TO gone")
    answer = client.get(where)
    assert answer.status_code == 503
    assert "Traceback" not in answer.content.decode()


def test_accounts_that_cannot_be_written_do_not_make_a_page_say_that_nothing_was_recorded(
    site,
):
    cora = site.who("coordinator")
    client = site.client(cora)
    client.raise_request_exception = False
    client.get("/")
    before = site.worker.desk.trial.head
    with connections["default"].cursor() as cursor:
        cursor.execute("ALTER TABLE django_session RENAME TO gone")
        # Of distinct rows, for PostgreSQL writes through a plain view.
        cursor.execute("CREATE VIEW django_session AS SELECT DISTINCT * FROM gone")
    answer = client.post("/participants/screen/", {"on": site.worker.seen_by(cora).today()})
    assert site.worker.desk.trial.head.seq == before.seq + 1
    assert answer.status_code == 503
    assert "Look whether what you sent is recorded" in answer.content.decode()


@pytest.mark.parametrize(
    "sent", [{f"field{one}": "1" for one in range(3000)}, {"text": "x" * 3_000_000}]
)
def test_what_is_endless_is_refused_in_words(site, sent):
    answer = site.client(site.who("coordinator")).post("/participants/screen/", sent)
    assert answer.status_code == 400
    assert "go back, shorten it and send it again" in answer.content.decode()
