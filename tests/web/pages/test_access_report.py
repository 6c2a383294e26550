"""The access report: who held which role, where, from when to when, and who was told what."""

import re
from datetime import timedelta

import pytest

from cicatrix.trial.actions.people import grant_role, revoke_role
from cicatrix.web.oversight import access
from cicatrix.web.participants import contacts

REPORT = "/access/"
READS = ("auditor", "monitor", "sponsor", "data_manager", "statistician", "administrator")


@pytest.fixture
def ada(site):
    return site.client(site.who("auditor"))


def named(page: bytes) -> list[str]:
    table = page.decode().split("Who was told")[0]
    return re.findall(r'<tr><th scope="row">([^<]+)</th>', table)


def test_everybody_who_ever_held_a_role_is_in_it(site):
    for role in READS:
        held = sorted(
            user for user, roles in site.worker.desk.trial.roles.items()
            for name, _site in roles if name != "participant"
        )  # fmt: skip
        assert sorted(named(site.client(site.who(role)).get(REPORT).content)) == held


def test_participants_are_listed_apart(site, ada):
    users = {
        user for user, ever in site.worker.desk.trial.ever_held.items() if "participant" in ever
    }
    assert users
    found = named(ada.get(REPORT, {"show": "participants"}).content)
    assert set(found) <= users
    assert len(found) == min(len(users), access.PAGE)


def test_a_role_that_ended_says_when_by_whom_and_why(site, ada):
    admin = site.who("administrator")
    site.worker.act(admin, grant_role, user="eve", role="monitor")
    site.worker.act(admin, revoke_role, user="eve", role="monitor", reason="left <the> team")
    site.worker.act(admin, grant_role, user="eve", role="monitor")
    first, second = [
        one for one in access.holdings(site.worker.seen_by(site.who("auditor")))
        if one.user == "eve"
    ]  # fmt: skip
    assert first.until is not None
    assert first.reason == "left <the> team"
    assert second.until is None
    assert first.until <= second.since
    page = ada.get(REPORT, {"user": "eve"}).content.decode()
    assert "left &lt;the&gt; team" in page
    assert named(page.encode()) == ["eve", "eve"]


def test_training_stands_beside_the_role_it_is_for(site, ada):
    from cicatrix.trial.actions.training import complete_training

    rater = site.who("rater")
    site.worker.act(rater, complete_training)
    found = [
        one for one in access.holdings(site.worker.seen_by(site.who("auditor"))) if one.trained
    ]
    assert {(one.user, one.role) for one in found} == {(rater.user, "rater")}
    version = site.worker.desk.study.version
    assert f"version {version}" in ada.get(REPORT, {"user": rater.user}).content.decode()


def test_a_site_and_a_day_choose_who_could_see_it_then(sites):
    ada = sites.client(sites.who("auditor"))
    found = named(ada.get(REPORT, {"site": "north"}).content)
    assert sites.who("coordinator", site="north").user in found
    assert sites.who("coordinator", site="south").user not in found
    assert sites.who("monitor").user in found
    founded = sites.worker.desk.kept[0].at.date()
    assert named(ada.get(REPORT, {"on": (founded - timedelta(days=9)).isoformat()}).content) == []
    assert "Nobody." in ada.get(REPORT, {"on": "1999-01-01"}).content.decode()
    wrong = ada.get(REPORT, {"on": "yesterday"}).content.decode()
    assert "“yesterday” is no day" in wrong
    assert named(wrong.encode()) == []


def test_openings_of_the_contact_book_are_counted_and_name_no_participant(sites):
    cora = sites.who("coordinator", site="north")
    her = next(one for one in sites.worker.desk.trial.participants.values() if one.site == "north")
    for _time in range(3):
        contacts.note_reading(her, actor=cora, now=sites.worker.desk.now())
    (found,) = access.openings()
    assert (found.user, found.site, found.times) == (cora.user, "north", 3)
    for role in ("auditor", "monitor"):
        page = sites.client(sites.who(role)).get(REPORT).content.decode()
        part = page.split("Openings of the contact book</h2>")[1]
        assert cora.user in part
        assert her.id not in part
    for role in ("sponsor", "data_manager", "statistician", "administrator"):
        page = sites.client(sites.who(role)).get(REPORT).content.decode()
        assert "contact book" not in page


def test_who_was_told_an_allocation_is_listed_without_it(site):
    from cicatrix.trial.actions.break_code import break_code

    her = next(one for one in site.worker.desk.trial.participants.values() if one.number)
    site.worker.act(
        site.who("pharmacist"), break_code, number=her.number, reason="fever at night",
        told="doctor-on-call",
    )  # fmt: skip
    for role in ("auditor", "monitor", "sponsor", "data_manager"):
        page = site.client(site.who(role)).get(REPORT).content.decode()
        assert "doctor-on-call" in page, role
        assert her.id in page
    for role in ("statistician", "administrator"):
        page = site.client(site.who(role)).get(REPORT).content.decode()
        assert "doctor-on-call" not in page, role
        assert "told an allocation" not in page, role


def test_pages_follow_one_another_and_have_every_role_once(site, ada, monkeypatch):
    everybody = named(ada.get(REPORT).content)
    monkeypatch.setattr(access, "PAGE", 5)
    found, where = [], REPORT
    while where:
        page = ada.get(where).content.decode()
        found += named(page.encode())
        after = re.search(r'href="(\?after=[^"]+)" rel="next"', page)
        where = REPORT + after[1].replace("&amp;", "&") if after else ""
    assert found == everybody


def test_no_filter_fails_or_shows_more(site, ada):
    for name in ["user", "site", "on", "after", "show", "arm", "sort", "debug"]:
        everybody = set(named(ada.get(REPORT).content))
        for value in ("low", "1", "-1", "<b>", "東", "9" * 30, "foshan"):
            answer = ada.get(REPORT, {name: value})
            assert answer.status_code == 200
            assert set(named(answer.content)) <= everybody


def test_it_is_closed_to_who_does_not_oversee_people(site):
    for role in [
        "coordinator",
        "investigator",
        "care_provider",
        "rater",
        "image_reader",
        "pharmacist",
    ]:
        assert site.client(site.who(role)).get(REPORT).status_code == 403
