"""Signing in as a person does it; the administrator who lets somebody in; language; time-out."""

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache

from browsing import SCREENS, House, Person

BO = "foshan-rater-2"


def gives_password(person: Person, name: str, password: str) -> None:
    person.fill(person.word("User name"), name)
    person.fill(person.word("Password"), password)
    person.press("Sign in")


@pytest.mark.parametrize(("language", "width"), SCREENS)
def test_a_person_signs_in_with_a_password_and_a_code(house, language, width):
    bo = house.site.who("rater", 2)
    typed = house.site.signature(bo)
    account = house.site.account(bo.user)
    account.language = language
    account.save(update_fields=["language"])
    person = house.stranger(language, width)
    person.open("/participants/")
    gives_password(person, bo.user, typed["password"])
    person.fill(
        person.word("Code of your authenticator application, or a recovery code"), typed["code"]
    )
    person.press("Sign in")
    assert person.page.url.endswith("/participants/")
    person.open("/account/")
    person.reads(person.word("Your account: %(name)s", name=bo.user))


@pytest.mark.parametrize(("language", "width"), SCREENS[1:3])
def test_after_five_wrong_passwords_one_waits(house, language, width):
    cache.clear()
    person = house.stranger(language, width)
    person.open("/account/login/")
    for _ in range(5):
        person.fill(person.word("User name"), BO)
        person.fill(person.word("Password"), "wrong")
        person.press("Sign in")
    wait = person.word("Too many wrong tries. Wait 15 minutes, then try again.")
    assert person.alert() == wait


@pytest.mark.parametrize(("language", "width"), SCREENS[1:3])
def test_who_did_nothing_for_a_while_is_told_so_and_comes_back_to_the_page(house, language, width):
    ana = house.person("investigator", language, width)
    ana.open("/allocation/")
    (key,) = [one["value"] for one in ana.page.context.cookies() if one.get("name") == "sessionid"]
    session = SessionStore(key)
    session["used"] -= timedelta(minutes=16).total_seconds()
    session.save()
    ana.open("/study/")
    ana.reads(
        ana.word("You were signed out because nothing was done for a while. Drafts are kept.")
    )
    assert "next=%2Fstudy%2F" in ana.page.url or "next=/study/" in ana.page.url


@pytest.mark.parametrize("width", [1280, 390])
def test_the_language_is_switched_on_any_page_and_kept(house: House, width):
    ana = house.person("investigator", "en", width)
    ana.open("/participants/")
    with ana.page.expect_navigation():
        ana.page.get_by_role("button", name="中文", exact=True).click()
    ana.language = "zh-hans"
    ana.look()
    assert ana.page.url.endswith("/participants/")
    ana.reads(ana.word("Participants"))
    assert ana.page.locator("html").get_attribute("lang") == "zh-hans"
    ana.open("/study/")
    with ana.page.expect_navigation():
        ana.page.get_by_role("button", name="English", exact=True).click()
    assert ana.page.locator("html").get_attribute("lang") == "en"


@pytest.mark.parametrize(("language", "width"), SCREENS[:1] + SCREENS[3:])
def test_the_administrator_invites_somebody_and_sees_no_data(house, language, width):
    ada = house.person("administrator", language, width)
    ada.open("/")
    assert ada.of("link", "Participants").count() == 0
    ada.follow("People")
    ada.follow("Invite somebody")
    ada.fill(ada.word("User name"), "mina")
    ada.page.get_by_role("group", name=ada.word("Roles"), exact=True).get_by_role(
        "checkbox"
    ).first.check()
    ada.press("Invite")
    ada.reads(ada.word("%(user)s is invited", user="mina"))
    link = ada.page.locator("code").last.inner_text()
    assert house.site.worker.desk.trial.roles["mina"]

    mina = house.stranger(language, width)
    mina.open("/" + link.split("/", 3)[3])
    for field in mina.page.locator("input[type=password]").all():
        field.fill("a long and quiet sentence")
    with mina.page.expect_navigation():
        mina.page.get_by_role("main").get_by_role("button").first.click()
    mina.look()
    assert house.site.account("mina").has_usable_password()
