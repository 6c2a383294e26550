"""Signing in: what is told to whom, what is counted, what leads where, and what is not there."""

import re
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.urls import get_resolver

from cicatrix.web.access import rehearsal

LOGIN = "/account/login/"


def tried(client, user, password="wrong", **more):
    return client.post(LOGIN, {"login": user, "password": password, **more})


def text(response):
    """What a page says, without the tokens and the name that was typed."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", response.content.decode())
    return re.sub(r'name="login" value="[^"]*"', "", page)


def signed_in(site, user, role):
    client = Client()
    assert tried(client, user, rehearsal.PASSWORD).headers["Location"] == "/account/factor/code/"
    return client, site.signature(site.who(role))["code"]


def test_an_unknown_name_and_a_wrong_password_are_answered_alike(real):
    real.account("ana")
    known, unknown = tried(Client(), "ana"), tried(Client(), "nobody")
    assert "The user name or the password is wrong." in text(known)
    assert text(known) == text(unknown)


def test_five_wrong_passwords_lock_a_name_out_whether_it_exists_or_not(real):
    real.account("ana")
    answers = {}
    for user in ("ana", "nobody"):
        for _ in range(4):
            assert tried(Client(), user).status_code == 200
        answers[user] = [tried(Client(), user), tried(Client(), user, rehearsal.PASSWORD)]
    assert [one.status_code for all in answers.values() for one in all] == [429] * 4
    assert "Wait 15 minutes" in text(answers["ana"][1])
    assert [text(one) for one in answers["ana"]] == [text(one) for one in answers["nobody"]]


def test_another_spelling_of_a_name_is_counted_with_it(real):
    real.account("ana")
    for user in ("ana", "ANA", "Ana", " ana", "aNa"):
        last = tried(Client(), user)
    assert last.status_code == 429


def test_a_lock_out_is_for_one_name_from_one_address_and_ends(real):
    for user in ("ana", "ben"):
        real.account(user)
    for _ in range(5):
        tried(Client(), "ana")
    assert tried(Client(), "ben", rehearsal.PASSWORD).status_code == 302
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert tried(elsewhere, "ana", rehearsal.PASSWORD).status_code == 302
    for attempt in AccessAttempt.objects.all():
        attempt.attempt_time -= timedelta(minutes=16)
        attempt.save()
    assert tried(Client(), "ana", rehearsal.PASSWORD).status_code == 302


def test_what_is_kept_of_a_wrong_try_is_no_password(real):
    tried(Client(), "ana", "my real password, nearly", next="/participants/FOSHAN-001/")
    (kept,) = AccessAttempt.objects.all()
    assert "nearly" not in kept.post_data
    assert "FOSHAN" not in kept.post_data + kept.get_data


def test_a_code_is_asked_for_after_the_password_and_taken_once(real):
    real.account("ana")
    client, code = signed_in(real, "ana", "investigator")
    assert client.get("/").status_code == 302
    wrong = client.post("/account/factor/code/", {"code": "000000" if code != "000000" else "1"})
    assert "The code is wrong or was used before." in text(wrong)
    assert client.post("/account/factor/code/", {"code": code}).headers["Location"] == "/"
    again = Client()
    tried(again, "ana", rehearsal.PASSWORD)
    used = again.post("/account/factor/code/", {"code": code})
    assert "The code is wrong or was used before." in text(used)


def test_five_wrong_codes_lock_out_and_the_right_one_comes_too_late(real):
    real.account("ana")
    client, code = signed_in(real, "ana", "investigator")
    for _ in range(5):
        client.post("/account/factor/code/", {"code": "12"})
    assert "Wait 15 minutes" in text(client.post("/account/factor/code/", {"code": code}))


@pytest.mark.parametrize(
    "where", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_leads_to_own_paths_alone(real, where):
    real.account("lin")
    answer = tried(Client(), "lin", rehearsal.PASSWORD, next=where)
    assert answer.headers["Location"] == "/"


def test_signing_in_leads_back_to_where_one_was(real):
    real.account("lin")
    client = Client()
    asked = client.get("/?visit=1")
    assert asked.headers["Location"] == "/account/login/?next=%2F%3Fvisit%3D1"
    answer = tried(client, "lin", rehearsal.PASSWORD, next="/?visit=1")
    assert answer.headers["Location"] == "/?visit=1"


@pytest.mark.parametrize(
    "path",
    ["signup/", "email/", "confirm-email/", "login/code/", "password/set/", "social/", "2fa/"],
)
def test_what_allauth_has_and_we_do_not_want_is_not_there(real, path):
    assert Client().get(f"/account/{path}").status_code == 404


def posts():
    """Every path of the URL table, with something in its places."""
    for pattern in get_resolver().url_patterns:
        route = str(pattern.pattern)
        yield "/" + re.sub(r"<int:\w+>", "1", re.sub(r"<(?:str:|slug:)?\w+>", "x", route))


def test_no_form_is_taken_without_its_token(real):
    real.account("ana")
    client = real.client(real.who("investigator"))
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    refused = {path: strict.post(path).status_code for path in posts()}
    assert refused
    assert {path: status for path, status in refused.items() if status != 403} == {}


def test_passkeys_need_no_script_inside_the_page(real):
    page = Client().get(LOGIN).content.decode()
    scripts = re.findall(r"<script([^>]*)>", page)
    assert any("mfa/js/webauthn.js" in one for one in scripts)
    assert all("src=" in one or 'type="application/json"' in one for one in scripts)
    assert " style=" not in page
    assert " onclick=" not in page
    asked = Client().get("/account/factor/passkeys/login/", headers={"Accept": "application/json"})
    assert asked.json()["request_options"]["publicKey"]["rpId"] == "testserver"


def test_a_form_with_an_old_token_is_answered_in_words(real):
    answer = Client(enforce_csrf_checks=True).post(LOGIN, {"login": "ana", "password": "x"})
    assert answer.status_code == 403
    assert "load the page again" in text(answer)


def test_too_many_requests_are_answered_in_words(real):
    for _ in range(31):
        answer = tried(Client(), "")
    assert answer.status_code == 429
    assert "Wait" in text(answer)
