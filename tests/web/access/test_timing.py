"""How long a session lasts, and what it costs to keep it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cicatrix.web.access.timing import BEGAN, USED

MINUTE = 60


def aged(client, minutes, *keys):
    """Let a session be some minutes older."""
    session = client.session
    for key in keys:
        session[key] -= minutes * MINUTE
    session.save()


@pytest.mark.parametrize(
    ("role", "allowed", "too_long"), [("investigator", 14, 16), ("participant", 29, 31)]
)
def test_a_session_ends_when_nothing_was_done_for_a_while(real, role, allowed, too_long):
    client = real.client(real.who(role))
    assert client.get("/account/").status_code == 200
    aged(client, allowed, USED)
    assert client.get("/account/").status_code == 200
    aged(client, too_long, USED)
    over = client.get("/account/?x=1")
    assert over.headers["Location"] == "/account/login/?next=%2Faccount%2F%3Fx%3D1"
    told = client.get(over.headers["Location"]).content.decode()
    assert "You were signed out because nothing was done for a while. Drafts are kept." in told
    assert client.get("/account/").status_code == 302


def test_a_session_ends_after_twelve_hours_of_use(real):
    client = real.client(real.who("investigator"))
    client.get("/account/")
    aged(client, 12 * 60 - 1, BEGAN)
    assert client.get("/account/").status_code == 200
    aged(client, 1, BEGAN)
    assert client.get("/account/").status_code == 302


def test_what_was_sent_too_late_is_said_to_be_unrecorded(real):
    client = real.client(real.who("investigator"))
    client.get("/account/")
    aged(client, 16, USED)
    over = client.post("/account/training/", {"understood": "yes"})
    assert over.headers["Location"] == "/account/login/"
    assert "was not recorded" in client.get("/account/login/").content.decode()


def test_htmx_is_told_where_to_sign_in(real):
    client = real.client(real.who("investigator"))
    client.get("/account/")
    aged(client, 16, USED)
    over = client.get("/account/", headers={"HX-Request": "true"})
    assert (over.status_code, over.headers["HX-Redirect"]) == (401, "/account/login/")


def test_a_session_is_not_written_with_every_request(real):
    client = real.client(real.who("investigator"))
    client.get("/account/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/account/")
    assert [one["sql"] for one in asked if not one["sql"].startswith(("SELECT", "BEGIN"))] == []


def test_what_one_was_told_is_not_told_to_the_next_on_the_same_tablet(real):
    client = real.client(real.who("investigator"))
    client.post("/account/training/", {"understood": "yes"})
    assert all("training" not in one.value for one in client.cookies.values())
    client.post("/account/logout/")
    assert "Your training is recorded." not in client.get("/account/login/").content.decode()
