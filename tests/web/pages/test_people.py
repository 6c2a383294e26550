"""People: the administrator invites, grants and closes; nobody else comes in; no data is shown."""

import pytest

from cicatrix.trial.actions.people import grant_role
from cicatrix.web.models import Account

PAGES = ("/people/", "/people/invite/", "/people/{user}/")
ACTS = ("grant", "revoke", "close", "reopen", "factor", "link")


@pytest.fixture
def admin(site):
    return site.client(site.who("administrator"))


def user_of(site, role="rater"):
    user = site.who(role).user
    site.account(user)
    return user


def test_the_list_shows_who_holds_what_and_pages_participants_apart(site, admin):
    page = admin.get("/people/").content.decode()
    assert all(site.who(role).user in page for role in ("rater", "monitor", "investigator"))
    participant = site.who("participant").user
    assert participant not in page
    assert participant in admin.get("/people/?show=participants").content.decode()
    last = admin.get("/people/?after=zzz").content.decode()
    assert "Nobody yet." in last


@pytest.mark.parametrize("role", ["investigator", "monitor", "sponsor", "auditor", "participant"])
def test_only_the_administrator_comes_in(site, role):
    client = site.client(site.who(role))
    user = user_of(site)
    before = site.worker.desk.trial.head
    assert {client.get(page.format(user=user)).status_code for page in PAGES} == {403}
    assert {client.post(f"/people/{user}/{act}/").status_code for act in ACTS} == {403}
    assert site.worker.desk.trial.head == before


def test_an_unknown_person_is_none_and_reading_does_nothing(site, admin):
    assert admin.get("/people/nobody/").status_code == 404
    for act in ACTS:
        assert admin.get(f"/people/{user_of(site)}/{act}/").status_code == 405
        assert admin.post(f"/people/nobody/{act}/", {"reason": "x"}).status_code in (404, 422)


def test_a_role_is_granted_to_nobody_of_whom_there_is_neither_an_account_nor_a_role(site, admin):
    before = site.worker.desk.trial.head
    assert admin.post("/people/nobody/grant/", {"role": "monitor"}).status_code == 404
    assert site.worker.desk.trial.head == before


@pytest.mark.parametrize("name", ["x" * 60_000, "<b>", "a b"])
def test_what_is_no_user_name_is_refused_in_one_sentence(site, admin, name):
    before = site.worker.desk.trial.head
    sent = {"user": name, "email": "", "language": "en", "role": ["monitor"]}
    answer = admin.post("/people/invite/", sent)
    assert answer.status_code == 422
    assert "A user name has letters, digits" in answer.content.decode()
    assert site.worker.desk.trial.head == before


def test_somebody_is_invited_with_roles_and_the_link_is_shown_once(site, admin):
    answer = admin.post(
        "/people/invite/",
        {"user": "eve", "email": "", "language": "zh-hans", "role": ["monitor", "auditor"]},
    )
    assert "/account/invitation/" in answer.content.decode()
    assert site.worker.desk.trial.roles["eve"] == {("monitor", None), ("auditor", None)}
    assert Account.objects.get(username="eve").language == "zh-hans"
    assert "/account/invitation/" not in admin.get("/people/eve/").content.decode()


@pytest.mark.parametrize(
    "typed",
    [
        {"user": "", "role": "monitor"},
        {"user": "eve"},
        {"user": "e ve", "role": "monitor"},
        {"user": "eve", "email": "nonsense", "role": "monitor"},
        {"user": "administrator", "role": "monitor"},
    ],
)
def test_a_mistake_in_an_invitation_is_told_and_keeps_what_was_typed(site, admin, typed):
    answer = admin.post("/people/invite/", typed)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'role="alert"' in page
    assert f'value="{typed["user"]}"' in page
    assert "eve" not in site.worker.desk.trial.roles


def test_roles_that_exclude_one_another_are_refused_by_the_core_and_make_no_account(site, admin):
    typed = {"user": "eve", "role": ["pharmacist", f"investigator@{site.who('rater').site}"]}
    answer = admin.post("/people/invite/", typed)
    assert answer.status_code == 422
    assert "able to know the next arm" in answer.content.decode()
    assert "eve" not in site.worker.desk.trial.roles
    assert not Account.objects.filter(username="eve").exists()


def test_a_role_is_granted_and_ended_with_a_reason(site, admin):
    user = user_of(site, "monitor")
    assert admin.post(f"/people/{user}/grant/", {"role": "auditor"}).status_code == 302
    assert ("auditor", None) in site.worker.desk.trial.roles[user]
    assert admin.post(f"/people/{user}/revoke/", {"role": "auditor"}).status_code == 422
    ended = {"role": "auditor", "reason": "left the trial"}
    assert admin.post(f"/people/{user}/revoke/", ended).status_code == 302
    assert ("auditor", None) not in site.worker.desk.trial.roles[user]
    again = admin.post(f"/people/{user}/grant/", {"role": "nonsense"})
    assert again.status_code == 422


def test_the_last_administrator_stays(site, admin):
    user = site.who("administrator").user
    answer = admin.post(f"/people/{user}/revoke/", {"role": "administrator", "reason": "x"})
    assert answer.status_code == 422
    assert "The last administrator cannot be removed" in answer.content.decode()
    assert admin.post(f"/people/{user}/close/", {"reason": "x"}).status_code == 422


def test_an_account_is_closed_opened_and_its_second_factor_removed_for_a_reason(site, admin):
    user = user_of(site)
    theirs = site.client(site.who("rater"))
    assert theirs.get("/").status_code == 200
    assert admin.post(f"/people/{user}/close/", {"reason": " "}).status_code == 422
    assert admin.post(f"/people/{user}/close/", {"reason": "left"}).status_code == 302
    assert theirs.get("/").headers["Location"].startswith("/account/login/")
    assert "closed" in admin.get(f"/people/{user}/").content.decode()
    assert admin.post(f"/people/{user}/reopen/", {"reason": "back"}).status_code == 302
    assert admin.post(f"/people/{user}/factor/", {"reason": "lost it"}).status_code == 302
    page = admin.get(f"/people/{user}/").content.decode()
    assert "lost it" in page
    assert "second factor removed" in page


def test_a_new_link_takes_the_password_away(site, admin):
    user = user_of(site)
    answer = admin.post(f"/people/{user}/link/", {"reason": "forgot it"})
    assert "/account/invitation/" in answer.content.decode()
    assert not Account.objects.get(username=user).has_usable_password()


def test_a_holder_of_a_role_without_an_account_gets_one(site, admin):
    user = site.who("rater").user
    assert "/account/invitation/" in admin.post(f"/people/{user}/link/").content.decode()
    assert Account.objects.filter(username=user).exists()


def test_no_page_tells_the_administrator_an_arm_or_a_value(site, admin):
    user = user_of(site)
    study = site.worker.desk.study
    arms = [text for arm in study.arms for text in arm.label.values()]
    for path in PAGES:
        page = admin.get(path.format(user=user)).content.decode()
        assert [arm for arm in arms if arm in page] == []


def test_a_name_with_any_signs_in_it_has_a_page(site, admin):
    site.worker.act(site.who("administrator"), grant_role, user="a/b?c", role="monitor")
    assert "a/b?c" in admin.get("/people/").content.decode()
    assert admin.get("/people/a/b%3Fc/").status_code == 200
    ended = {"role": "monitor", "reason": "a mistake"}
    assert admin.post("/people/a/b%3Fc/revoke/", ended).status_code == 302
    assert site.worker.desk.trial.roles["a/b?c"] == set()
