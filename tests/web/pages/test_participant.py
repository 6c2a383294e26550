"""One participant's page: who sees what of her, and what it offers to do."""

import re

import pytest

from cicatrix.trial.actions.departures import withdraw
from cicatrix.trial.actions.screening import withdraw_release
from cicatrix.trial.progress import visit_states
from cicatrix.web.pages.participants import MEMBERS
from cicatrix.web.participants import timeline

HERS = (
    "", "consent/", "releases/photographic/", "eligibility/", "randomise/", "visits/month_3/",
    "deviation/", "withdrawal/", "contact/", "contact/attempt/", "invitation/",
)  # fmt: skip
STAFF_OF_SITE = ("coordinator", "investigator")
ADMITTED = {
    "": MEMBERS,
    "consent/": STAFF_OF_SITE,
    "releases/photographic/": STAFF_OF_SITE,
    "eligibility/": tuple(one for one in MEMBERS if one not in ("rater", "pharmacist")),
    "randomise/": STAFF_OF_SITE,
    "visits/month_3/": tuple(one for one in MEMBERS if one != "pharmacist"),
    "deviation/": (*STAFF_OF_SITE, "care_provider", "monitor"),
    "withdrawal/": STAFF_OF_SITE,
    "contact/": (*STAFF_OF_SITE, "care_provider"),
    "contact/attempt/": (*STAFF_OF_SITE, "care_provider"),
    "invitation/": STAFF_OF_SITE,
}
ROLES = (*MEMBERS, "image_reader", "administrator")


def address(name: str, tail: str = "") -> str:
    return f"/participants/{name}/{tail}"


def her_with(site, **holds):
    """Find a randomised participant of whom something is there."""
    everyone = site.worker.desk.trial.participants.values()
    return next(one for one in everyone if one.number and all(getattr(one, k) for k in holds))


@pytest.mark.parametrize("role", ROLES)
def test_each_address_admits_its_roles_and_shows_no_arm(sites, role):
    actor = sites.who(role)
    client = sites.client(actor)
    trial, study = sites.worker.desk.trial, sites.worker.desk.study
    her = next(
        one for one in trial.participants.values()
        if one.number and actor.site in (None, one.site)
    )  # fmt: skip
    for tail in HERS:
        page = client.get(address(her.id, tail))
        release_known = "photographic" in [one.id for one in study.consent.releases]
        expected = 200 if role in ADMITTED[tail] else 403
        if tail.startswith("releases") and expected == 200 and not release_known:
            expected = 404
        assert page.status_code == expected, (role, tail)
        body = page.content.decode()
        for arm in study.arms:
            assert arm.id not in body
            assert not [text for text in arm.label.values() if text in body]


@pytest.mark.parametrize("tail", HERS)
def test_another_sites_participant_is_as_unknown_as_none(sites, tail):
    hidden = next(one for one in sites.worker.desk.trial.participants if one.startswith("SOUTH"))
    eve = sites.client(sites.who("investigator", site="north"))
    before = sites.worker.desk.trial.head
    for send in (eve.get, eve.post):
        answers = [send(address(name, tail)) for name in (hidden, "SOUTH-999", "x")]
        assert {one.status_code for one in answers} <= {404, 405}
        assert len({one.status_code for one in answers}) == 1
        assert not [one for one in answers if b"SOUTH-" in _without_path(one.content)]
    assert sites.worker.desk.trial.head == before


def _without_path(page: bytes) -> bytes:
    """Take away the way back that the language switch carries."""
    return re.sub(rb'name="next" value="[^"]*"', b"", page)


@pytest.mark.parametrize("role", [one for one in ROLES if one not in STAFF_OF_SITE])
def test_who_may_not_act_records_nothing(site, role):
    client = site.client(site.who(role))
    her = her_with(site, attended=True)
    before = site.worker.desk.trial.head
    for tail in HERS[1:]:
        if role not in ADMITTED[tail]:
            assert client.post(address(her.id, tail), {}).status_code == 403
    assert site.worker.desk.trial.head == before


def test_the_page_cannot_be_posted_to(site):
    ana = site.client(site.who("investigator"))
    assert ana.post(address(her_with(site, attended=True).id)).status_code == 405


def test_the_head_of_the_page_says_who_she_is_and_what_is_wrong(site):
    cora = site.who("coordinator")
    her = next(
        one for one in site.worker.desk.trial.participants.values()
        if one.number and not one.withdrawals
    )  # fmt: skip
    page = site.client(cora).get(address(her.id)).content.decode()
    assert her.id in page
    assert f"number {her.number}" in page
    assert "Foshan" in page
    for words in ("release missing", "withdrawn from treatment"):
        assert words not in page
    site.worker.act(
        cora, withdraw_release, participant=her.id, release="photographic", reason="Shy"
    )
    leave = {"participant": her.id, "reason": "She moved", "by": "participant"}
    site.worker.act(cora, withdraw, **leave, scope="treatment")
    page = site.client(cora).get(address(her.id)).content.decode()
    for words in ("release missing", "withdrawn from treatment"):
        assert words in page


def test_a_broken_code_is_a_badge_for_whom_it_is_told_and_for_nobody_else(site):
    from cicatrix.trial.actions.break_code import break_code

    her = her_with(site, attended=True)
    paul = site.who("pharmacist")
    site.worker.act(paul, break_code, number=her.number, reason="A fever", told="ana")
    for role, told in (("investigator", True), ("monitor", True), ("coordinator", False),
                       ("statistician", False), ("rater", False)):  # fmt: skip
        page = site.client(site.who(role)).get(address(her.id)).content.decode()
        assert ("code broken" in page.lower()) is told, role


def test_a_rater_sees_that_she_came_and_none_of_the_number_doses_and_other_forms(site):
    her = her_with(site, attended=True, tubes=True)
    page = site.client(site.who("rater")).get(address(her.id)).content.decode()
    for hidden in (her.number, her.kits[0], "Baseline characteristics</a>", "Doses"):
        assert hidden not in page
    assert "Visit attended" in page


def test_a_pharmacist_sees_enrolment_and_doses_and_no_visit_or_form(site):
    her = her_with(site, attended=True, tubes=True)
    page = site.client(site.who("pharmacist")).get(address(her.id)).content.decode()
    assert her.number in page
    assert "Dose applied" in page
    for hidden in ("Visit attended", "Form saved", "Forms by visit"):
        assert hidden not in page


def test_everything_that_happened_is_told_newest_first_and_in_pages(site, monkeypatch):
    monkeypatch.setattr(timeline, "PAGE", 4)
    cora = site.who("coordinator")
    her = her_with(site, attended=True, tubes=True)
    expected = [
        timeline.happening(site.worker.desk.study, one)
        for one in reversed(site.worker.seen_by(cora).about(her.id))
    ]
    client, found, where = site.client(cora), [], address(her.id)
    while where:
        page = client.get(where).content.decode()
        shown = page.split('<ol class="timeline"')[1].split("</ol>")[0]
        found += re.findall(r"<li><strong>([^<]+)</strong>", shown)
        earlier = re.search(r'href="\?before=(\d+)#timeline"', page)
        where = address(her.id) + f"?before={earlier[1]}" if earlier else ""
    assert found == [one.kind for one in expected]
    assert len(found) > 8


@pytest.mark.parametrize("before", ["x", "-1", "0", "9" * 30, "\uff12", "1 OR 1", "<b>"])
def test_a_place_in_the_timeline_that_is_none_is_no_error(site, before):
    her = her_with(site, attended=True)
    client = site.client(site.who("monitor"))
    assert client.get(address(her.id), {"before": before}).status_code == 200


def test_every_kind_of_fact_about_a_participant_is_told_in_words(site):
    """The rehearsed clinic has most kinds; each line has more than an identifier."""
    seen = site.worker.seen_by(site.who("monitor"))
    told: dict[str, timeline.Happening] = {}
    for name in seen.trial.participants:
        for entry in seen.about(name):
            told[type(entry.fact).__name__] = timeline.happening(seen.study, entry)
    assert len(told) > 12
    for kind, one in told.items():
        assert one.kind != kind or one.kind in ("Randomised",)
        assert one.detail, kind
        assert "_" not in one.detail, (kind, one.detail)


def test_what_is_next_is_what_is_due_or_comes_after(site):
    cora = site.who("coordinator")
    seen = site.worker.seen_by(cora)
    her = next(
        one for one in seen.trial.participants.values()
        if any(
            state.standing in ("due", "leaving", "overdue")
            for state in visit_states(
                seen.study, one, seen.today(one.site), role="coordinator"
            ).values()
        )
    )  # fmt: skip
    page = site.client(cora).get(address(her.id)).content.decode()
    states = visit_states(seen.study, her, seen.today(her.site), role="coordinator")
    due = [one for one in states.values() if one.standing in ("due", "leaving", "overdue")]
    part = page.split("What is next")[1].split("</ul>")[0]
    for state in due:
        assert address(her.id, f"visits/{state.visit.id}/") in part


def test_the_page_speaks_chinese_with_the_studys_own_words(site):
    from cicatrix.web.models import Account

    actor = site.who("coordinator")
    client = site.client(actor)
    Account.objects.filter(username=actor.user).update(language="zh-hans")
    client.cookies["django_language"] = "zh-hans"
    page = client.get(address(her_with(site, attended=True).id)).content.decode()
    assert "佛山市妇幼保健院" in page
    assert "基线" in page
