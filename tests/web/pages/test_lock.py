"""The lock: its checklist, the reasons for what stays, and the lock itself."""

import re
from html import unescape

import pytest

from cicatrix.trial.actions.lock import outstanding
from cicatrix.trial.actions.people import change_recruitment
from cicatrix.trial.facts import TrialLocked
from cicatrix.web.oversight.checklist import KINDS, checklist
from cicatrix.web.pages import lock

LOCK = "/lock/"


@pytest.fixture
def dan(site):
    return site.client(site.who("data_manager"))


def form_of(page: bytes) -> dict[str, str]:
    """Read the names and values of a page's text fields."""
    found = re.findall(r'<input type="(?:text|hidden)"[^>]*>', page.decode())
    fields = {}
    for one in found:
        name, value = re.search(r'name="([^"]*)"', one), re.search(r'value="([^"]*)"', one)
        fields[unescape(name[1])] = unescape(value[1]) if value else ""
    return fields


def filled_in(site, client, reason: str = "cannot be obtained") -> dict[str, str]:
    """Give the whole form with a reason for every group."""
    fields = form_of(client.get(LOCK).content)
    given = {name: reason for name in fields if name.startswith("all-")}
    return {**fields, **given, "sure": "yes", **site.signature(site.who("data_manager"))}


def test_the_list_is_the_checklist_of_the_core(site, dan):
    desk = site.worker.desk
    real = {one.id for one in outstanding(desk.study, desk.trial, now=desk.now())}
    groups = checklist(site.worker.seen_by(site.who("data_manager")))
    assert {point.id for group in groups for point in group.points} == real
    assert {group.kind for group in groups} <= set(KINDS)
    page = dan.get(LOCK).content.decode()
    assert f'<span class="count">{len(real)}</span>' in page


def test_each_thing_leads_to_where_it_is_put_right(site, dan):
    groups = checklist(site.worker.seen_by(site.who("data_manager")))
    for group in groups:
        if group.kind == "recruitment":
            continue  # the sponsor's or the investigator's to end
        for point in group.points:
            assert point.address, point
        assert dan.get(group.points[0].address).status_code == 200, group.kind


def test_a_site_sees_what_is_its_own(sites):
    eve = sites.who("coordinator", site="north")
    groups = checklist(sites.worker.seen_by(eve))
    subjects = {point.id.split(":")[0] for group in groups for point in group.points}
    here = {her.id for her in sites.worker.desk.trial.participants.values() if her.site == "north"}
    assert subjects <= here | {"recruitment", "north"}
    page = sites.client(eve).get(LOCK).content.decode()
    assert "SOUTH-" not in page
    assert 'name="sure"' not in page


def test_how_many_of_a_set_are_signed_is_told_to_nobody(site):
    for role in lock.READS:
        page = site.client(site.who(role)).get(LOCK).content.decode()
        assert not re.search(r"\d of \d ratings", page), role


def test_it_locks_with_a_reason_for_every_thing_and_a_second_factor(site, dan):
    left = [
        one.id for one in outstanding(
            site.worker.desk.study, site.worker.desk.trial, now=site.worker.desk.now()
        )
    ]  # fmt: skip
    before = set((site.folder / "checkpoints").glob("*.txt"))
    assert dan.post(LOCK, filled_in(site, dan))["Location"] == LOCK
    trial = site.worker.desk.trial
    assert trial.locked_at is not None
    assert trial.accepted == dict.fromkeys(left, "cannot be obtained")
    page = dan.get(LOCK).content.decode()
    assert "The trial is locked" in page
    assert "cannot be obtained" in page
    assert len(set((site.folder / "checkpoints").glob("*.txt")) - before) == 2
    assert isinstance(site.worker.desk.kept[-1].fact, TrialLocked)
    head = trial.head
    assert dan.post(LOCK, {"sure": "yes"})["Location"] == LOCK
    assert trial.head == head


def test_a_reason_of_its_own_goes_before_that_of_the_group(site, dan, monkeypatch):
    monkeypatch.setattr(lock, "SINGLY", 10_000)
    sent = filled_in(site, dan)
    one = next(name for name in sent if name.startswith("one-") and ":query:" in name)
    sent[one] = "she moved away"
    assert dan.post(LOCK, sent).status_code == 302
    accepted = site.worker.desk.trial.accepted
    assert accepted[one.removeprefix("one-")] == "she moved away"
    assert set(accepted.values()) == {"she moved away", "cannot be obtained"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"all-query": " "}, "have no reason"),
        ({"sure": ""}, "Tick that you know"),
        ({"password": "wrong"}, "wrong"),
        ({"code": "000000"}, "wrong"),
        ({"list": "0" * 16}, "The list changed"),
    ],
)
def test_a_refusal_locks_nothing_and_loses_nothing(site, dan, change, said):
    sent = filled_in(site, dan, reason="typed <b> 東西") | change
    answer = dan.post(LOCK, sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert site.worker.desk.trial.locked_at is None
    fields = form_of(answer.content)
    kept = {name: text for name, text in fields.items() if name.startswith("all-")}
    assert kept == {name: sent[name] for name in kept}


def test_what_came_up_since_the_list_was_shown_is_not_accepted_unseen(site, dan):
    sent = filled_in(site, dan)
    site.worker.act(
        site.who("sponsor"), change_recruitment, status="TERMINATED", reason="harm elsewhere"
    )
    answer = dan.post(LOCK, sent)
    assert answer.status_code == 422
    assert "The list changed" in answer.content.decode()
    assert site.worker.desk.trial.locked_at is None


def test_who_reads_the_list_does_not_lock(site):
    for role in ["sponsor", "monitor", "auditor", "statistician", "investigator"]:
        client = site.client(site.who(role))
        page = client.get(LOCK).content.decode()
        assert 'name="sure"' not in page
        assert client.post(LOCK, {"sure": "yes"}).status_code == 403


def test_it_is_closed_to_everybody_else(site):
    for role in ["rater", "care_provider", "pharmacist", "administrator"]:
        client = site.client(site.who(role))
        assert client.get(LOCK).status_code == 403
        assert client.post(LOCK).status_code == 403
