"""Invitations work once and for a while; a closed account is out at once."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core import signing
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.test import Client

from cicatrix.trial.errors import Refused
from cicatrix.web.access import accounts, rehearsal
from cicatrix.web.models import Account, AccountChange

GOOD = "a long and quiet sentence"


def path_of(link):
    return "/" + link.split("/", 3)[3]


def chosen(client, link, password=GOOD):
    return client.post(path_of(link), {"new_password1": password, "new_password2": password})


def test_an_invitation_sets_a_password_once_and_signs_in(real):
    made = accounts.invite("ana", None, "zh-hans", by="administrator")
    assert not made.sent
    assert Account.objects.get(username="ana").language == "zh-hans"
    client = Client()
    assert "ana" in client.get(path_of(made.link)).content.decode()
    assert chosen(client, made.link).headers["Location"] == "/"
    assert client.get("/").headers["Location"] == "/account/factor/"
    for again in (Client().get(path_of(made.link)), chosen(Client(), made.link)):
        assert again.status_code == 404
    assert Account.objects.get(username="ana").check_password(GOOD)


def test_a_second_factor_can_be_set_up_right_after_an_invitation(real):
    client = Client()
    chosen(client, accounts.invite("ana", None, "en").link)
    assert client.get("/account/factor/app/").status_code == 200


def test_an_invitation_runs_out_after_seven_days(real, monkeypatch):
    link = accounts.invite("ana", None, "en").link
    now = signing.time.time()
    for days, status in ((6.9, 200), (7.1, 404)):
        later = now + timedelta(days=days).total_seconds()
        monkeypatch.setattr(signing.time, "time", lambda later=later: later)
        assert Client().get(path_of(link)).status_code == status


def test_a_link_for_a_forgotten_password_runs_out_after_an_hour(real, monkeypatch):
    account = real.account("ana")
    link = accounts.link_for(account, lasts=accounts.RESET_FOR)
    assert Client().get(path_of(link)).status_code == 200
    later = signing.time.time() + 3601
    monkeypatch.setattr(signing.time, "time", lambda: later)
    assert Client().get(path_of(link)).status_code == 404


def test_a_newer_invitation_ends_the_one_before(real):
    first = accounts.invite("ana", None, "en").link
    second = accounts.invite("ana", None, "en").link
    assert Client().get(path_of(first)).status_code == 404
    assert Client().get(path_of(second)).status_code == 200


@pytest.mark.parametrize("token", ["x", "eyJh:1:2", "."])
def test_a_link_that_was_never_ours_is_over(real, token):
    assert Client().get(f"/account/invitation/{token}/").status_code == 404


@pytest.mark.parametrize("password", ["short", "1234567890123", "password123", "administrator1"])
def test_a_password_that_is_easily_guessed_is_refused(real, password):
    link = accounts.invite("administrator", None, "en").link
    assert chosen(Client(), link, password).status_code == 422
    assert not Account.objects.get(username="administrator").has_usable_password()


def test_an_invitation_link_does_not_pass_by_the_second_factor(real):
    account = real.account("ana")
    link = accounts.link_for(account)
    client = Client()
    assert chosen(client, link).headers["Location"] == "/account/factor/code/"
    assert client.get("/").status_code == 302


def test_closing_an_account_ends_its_sessions_at_once(real):
    client = real.client(real.who("investigator"))
    assert client.get("/").status_code == 200
    account = Account.objects.get(username="ana")
    link = accounts.link_for(account)
    accounts.close(account, "left the hospital", by="administrator")
    assert client.get("/").headers["Location"].startswith("/account/login/")
    assert Client().get(path_of(link)).status_code == 404
    accounts.reopen(account, "came back", by="administrator")
    assert client.get("/").headers["Location"].startswith("/account/login/")
    assert [one.what for one in AccountChange.objects.all()] == ["closed", "reopened"]


def test_removing_a_second_factor_ends_sessions_and_asks_for_a_new_one(real):
    client = real.client(real.who("investigator"))
    account = Account.objects.get(username="ana")
    accounts.forget_second_factor(account, "telephone lost", by="administrator")
    assert not Authenticator.objects.filter(user=account).exists()
    assert client.get("/").headers["Location"].startswith("/account/login/")
    assert AccountChange.objects.get().reason == "telephone lost"


def test_a_name_in_another_case_is_no_second_account(real):
    real.account("ana")
    with pytest.raises(Refused, match="An account ana exists"):
        accounts.invite("Ana", None, "en")


@pytest.mark.parametrize(("user", "email"), [("a b", None), ("bea", "no address"), ("", None)])
def test_a_name_or_address_that_is_none_is_refused(real, user, email):
    with pytest.raises(Refused):
        accounts.invite(user, email, "en")
    assert not Account.objects.exists()


def test_the_secret_of_codes_is_kept_encrypted(real):
    account = real.account("ana")
    kept = Authenticator.objects.get(user=account, type="totp").data["secret"]
    assert kept.startswith("1.")


def test_the_migrations_make_the_tables_that_the_models_describe():
    made = MigrationLoader(None)
    described = ProjectState.from_apps(apps)
    changes = MigrationAutodetector(made.project_state(), described).changes(graph=made.graph)
    assert "web" in made.migrated_apps
    assert changes.get("web", []) == []


def test_a_reset_brings_back_who_lost_everything(real):
    client = real.client(real.who("investigator"))
    account = Account.objects.get(username="ana")
    accounts.close(account, "by mistake", by="administrator")
    made = accounts.reset("ana", None, reason="reset at the command line")
    assert client.get("/").headers["Location"].startswith("/account/login/")
    assert not Authenticator.objects.filter(user=account).exists()
    assert chosen(Client(), made.link).headers["Location"] == "/"


def test_a_changed_password_ends_the_other_sessions(real):
    here, there = (real.client(real.who("investigator")) for _ in range(2))
    typed = {"oldpassword": rehearsal.PASSWORD, "password1": GOOD, "password2": GOOD}
    assert here.post("/account/password/", typed).status_code == 302
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").headers["Location"].startswith("/account/login/")
