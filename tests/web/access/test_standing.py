"""What must be done before a page of the trial: second factor, role, training."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from cicatrix.web.access.standing import own_path
from cicatrix.web.models import Account

STAFF = [("ana", "investigator"), ("ben", "rater"), ("chen", "monitor"), ("cora", "coordinator")]


def bare(user):
    """Sign somebody in by password alone, with nothing else done."""
    account, _ = Account.objects.get_or_create(username=user)
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.mark.parametrize(("user", "role"), STAFF)
def test_staff_set_up_a_second_factor_and_are_trained_before_any_page(real, user, role):
    client = bare(user)
    assert client.get("/").headers["Location"] == "/account/factor/"
    assert client.get("/account/training/").headers["Location"] == "/account/factor/"
    assert client.post("/account/training/", {"understood": "yes"}).status_code == 302
    assert real.worker.desk.trial.trained == {}
    Authenticator.objects.create(
        user=Account.objects.get(username=user), type="totp", data={"secret": "x"}
    )
    assert client.get("/").headers["Location"] == "/account/training/"
    page = client.get("/account/training/")
    assert page.content.decode().count("<li>") >= 13
    missed = client.post("/account/training/", {})
    assert (missed.status_code, real.worker.desk.trial.trained) == (422, {})
    assert client.post("/account/training/", {"understood": "yes"}).headers["Location"] == "/"
    version = real.worker.desk.trial.study_version
    assert real.worker.desk.trial.trained == {(user, role): {version}}
    assert client.get("/").status_code == 200


def test_a_new_version_of_the_study_asks_for_new_training(real):
    client = real.client(real.who("investigator"))
    assert client.get("/").status_code == 200
    real.worker.desk.trial.trained[("ana", "investigator")] = {"0"}
    assert client.get("/").headers["Location"] == "/account/training/"


def test_a_participant_needs_neither(real):
    answer = bare("lin").get("/")
    assert "/account/" not in answer.headers.get("Location", "")
    assert answer.status_code < 400
    assert bare("lin").get("/account/training/").headers["Location"] == "/"


def test_whoever_holds_no_role_is_told_whom_to_ask(real):
    client = bare("stranger")
    assert client.get("/").headers["Location"] == "/account/role/"
    assert "Ask its administrator" in client.get("/account/role/").content.decode()


def test_nobody_is_anonymous_on_a_page_of_accounts(real):
    for path in ("/account/", "/account/role/", "/account/training/", "/account/factor/"):
        assert Client().get(path).headers["Location"].startswith("/account/login/?next=")


def test_in_a_rehearsal_neither_is_asked_for(site):
    actor = site.who("investigator")
    Account.objects.create(username=actor.user)
    assert bare(actor.user).get("/").status_code == 200


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("/", True),
        ("/participants/?after=1", True),
        ("//evil.example", False),
        ("/\\evil.example", False),
        ("https://evil.example", False),
        ("javascript:alert(1)", False),
        ("/\n/evil.example", False),
        ("", False),
        (None, False),
    ],
)
def test_only_paths_of_this_application_are_its_own(address, own):
    assert own_path(address) is own
