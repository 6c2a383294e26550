"""Headers and cookies of every page, and what the log says of a request."""

import json
import logging

import pytest
from django.test import Client

from cicatrix.web.access import rehearsal
from cicatrix.web.access.logs import Line


@pytest.mark.parametrize("path", ["/account/login/", "/account/", "/nowhere/", "/health/"])
def test_no_page_is_kept_framed_or_guessed(real, path):
    headers = real.client(real.who("participant")).get(path).headers
    assert headers["Cache-Control"] == "no-store, private"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]
    policy = dict(one.split(" ", 1) for one in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"


def test_cookies_are_secure_and_out_of_reach_of_scripts(real):
    real.account("lin")
    client = Client()
    client.get("/account/login/")
    client.post("/account/login/", {"login": "lin", "password": rehearsal.PASSWORD})
    client.post("/account/language/", {"language": "en"})
    assert {"sessionid", "csrftoken", "django_language"} <= {*client.cookies}
    for cookie in client.cookies.values():
        if cookie.value:
            assert cookie["secure"], cookie.key
            assert cookie["httponly"], cookie.key
            assert cookie["samesite"] == "Lax", cookie.key


def lines(caplog):
    return [json.loads(Line().format(one)) for one in caplog.records]


def test_a_request_leaves_a_line_that_says_nothing_of_what_it_was_about(real, caplog):
    client = real.client(real.who("participant"))
    with caplog.at_level(logging.INFO):
        client.get("/account/?participant=FOSHAN-001")
        client.get("/participants/FOSHAN-001/")
        client.get("/nowhere/FOSHAN-001/")
    told = [one for one in lines(caplog) if one["logger"] == "cicatrix.web"]
    assert told[0] == {
        "logger": "cicatrix.web", "level": "info", "method": "GET", "route": "me", "status": 200,
    }  # fmt: skip
    assert told[2]["route"] is None
    assert "FOSHAN" not in json.dumps(lines(caplog))
    assert "lin" not in json.dumps([list(one.values()) for one in told])


def test_a_defect_leaves_its_kind_and_places_and_no_value(real, caplog, monkeypatch):
    def broken(request, *args, **more):
        raise ValueError("FOSHAN-001 has 7 points")

    monkeypatch.setattr("cicatrix.web.access.pages.has_second_factor", broken)
    client = real.client(real.who("participant"))
    client.raise_request_exception = False
    answer = client.get("/account/")
    assert answer.status_code == 500
    assert b"FOSHAN" not in answer.content
    (defect,) = [one for one in lines(caplog) if "problem" in one]
    assert defect["problem"] == "ValueError"
    assert any("access/pages.py" in one for one in defect["places"])
    assert "points" not in json.dumps(lines(caplog))
