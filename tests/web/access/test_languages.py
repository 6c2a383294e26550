"""In which language a page comes, and how it is switched."""

import pytest
from django.test import Client

from cicatrix.web.models import Account

LOGIN = "/account/login/"


def language_of(page):
    return page.content.decode().partition('<html lang="')[2].partition('"')[0]


def test_the_account_comes_before_the_cookie_and_the_cookie_before_the_browser(real):
    browser = Client(headers={"Accept-Language": "zh-CN,zh;q=0.9"})
    assert language_of(browser.get(LOGIN)) == "zh-hans"
    browser.post("/account/language/", {"language": "en", "next": LOGIN})
    assert language_of(browser.get(LOGIN)) == "en"
    client = real.client(real.who("investigator"))
    client.cookies["django_language"] = "zh-hans"
    assert language_of(client.get("/account/")) == "zh-hans"
    Account.objects.filter(username="ana").update(language="en")
    assert language_of(client.get("/account/")) == "en"
    client.post("/account/language/", {"language": "zh-hans"})
    assert Account.objects.get(username="ana").language == "zh-hans"
    assert language_of(client.get("/account/")) == "zh-hans"


@pytest.mark.parametrize("where", ["https://evil.example/", "//evil.example", "evil"])
def test_switching_leads_back_to_own_paths_alone(real, where):
    answer = Client().post("/account/language/", {"language": "en", "next": where})
    assert answer.headers["Location"] == "/"
    back = Client().post("/account/language/", {"language": "en", "next": LOGIN})
    assert back.headers["Location"] == LOGIN


def test_an_unknown_language_changes_nothing(real):
    answer = Client().post("/account/language/", {"language": "xx", "next": LOGIN})
    assert answer.status_code == 302
    assert "django_language" not in answer.cookies


def test_reading_does_not_switch(real):
    assert Client().get("/account/language/?language=en").status_code == 405
