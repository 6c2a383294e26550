"""Visits, attempts to reach her, deviations, withdrawals, her invitation: as pages."""

import re
from datetime import date

import pytest

from cicatrix.trial.facts import (
    ContactTried,
    DeviationRecorded,
    RoleGranted,
    VisitAttended,
    VisitMissed,
    Withdrawn,
)
from cicatrix.trial.participant import Participant
from cicatrix.trial.progress import visit_states

WRITTEN = "她说不 😀 <script>alert(1)</script> &"
NOT_WRITTEN = ["", "   ", "x" * 3000, "a\u0001b", "\u0007"]
NO_DAY = ["2031-01-01", "", "soon", "2021-02-30", "1999-01-01"]


def awaited(site) -> Participant:
    """Find one who has come to no visit after her doses yet, and is still in the trial."""
    return next(
        one for one in site.worker.desk.trial.participants.values()
        if one.tubes and not one.withdrawals and "month_1" not in one.attended
        and "month_1" not in one.missed
    )  # fmt: skip


def recorded(site, kind: type) -> list:
    return [one.fact for one in site.worker.desk.kept if isinstance(one.fact, kind)]


def refusals(answer) -> list[str]:
    assert answer.status_code == 422
    return re.findall(r'<p class="refusal" role="alert">([^<]+)</p>', answer.content.decode())


@pytest.fixture
def cora(site):
    return site.client(site.who("coordinator"))


@pytest.fixture
def her(site):
    return awaited(site)


def window(site, her):
    seen = site.worker.seen_by(site.who("coordinator"))
    state = visit_states(seen.study, her, seen.today(her.site), role="coordinator")["month_1"]
    return state.due, seen.today(her.site)


def test_a_visit_outside_its_window_is_asked_about_once_and_then_recorded(site, cora, her):
    due, _today = window(site, her)
    where = f"/participants/{her.id}/visits/month_1/"
    early = max(her.milestones()["last_dose"], her.screened_on)
    assert early < due.first
    count = len(recorded(site, VisitAttended))
    sent = {"did": "attended", "on": early.isoformat()}
    answer = cora.post(where, sent)
    assert answer.status_code == 200
    assert "before the window" in answer.content.decode()
    assert len(recorded(site, VisitAttended)) == count
    for _press in range(2):
        assert cora.post(where, {**sent, "sure": sent["on"]})["Location"] == where
    assert len(recorded(site, VisitAttended)) == count + 1
    assert site.worker.desk.trial.participants[her.id].attended["month_1"] == early
    page = cora.get(where).content.decode()
    assert "before the window" in page
    assert "Record that she came" not in page


def test_a_missed_visit_is_recorded_once_with_its_reason(site, cora, her):
    where = f"/participants/{her.id}/visits/month_1/"
    count = len(recorded(site, VisitMissed))
    for _press in range(2):
        assert cora.post(where, {"did": "missed", "reason": WRITTEN}).status_code == 302
    assert len(recorded(site, VisitMissed)) == count + 1
    page = cora.get(where).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


@pytest.mark.parametrize("reason", NOT_WRITTEN)
def test_a_missed_visit_without_a_reason_is_refused_and_stays_typed(site, cora, her, reason):
    before = site.worker.desk.trial.head
    answer = cora.post(
        f"/participants/{her.id}/visits/month_1/", {"did": "missed", "reason": reason}
    )
    assert len(refusals(answer)) == 1
    assert reason.strip() in answer.content.decode()
    assert site.worker.desk.trial.head == before


@pytest.mark.parametrize("day", NO_DAY)
@pytest.mark.parametrize(
    "page", ["visits/month_1/", "deviation/", "withdrawal/", "contact/attempt/"]
)
def test_a_day_that_cannot_be_is_one_sentence_on_every_page(site, cora, her, page, day):
    before = site.worker.desk.trial.head
    sent = {
        "did": "attended", "sure": day, "on": day, "category": "other", "text": WRITTEN,
        "scope": "all", "by": "participant", "reason": WRITTEN, "reached": "no",
    }  # fmt: skip
    answer = cora.post(f"/participants/{her.id}/{page}", sent)
    assert len(refusals(answer)) == 1
    assert f'value="{day}"' in answer.content.decode()
    if not page.startswith("visits"):
        assert "她说不 😀 &lt;script&gt;" in answer.content.decode()
    assert site.worker.desk.trial.head == before


@pytest.mark.parametrize("visit", ["no_such", "-", "month_1%20"])
def test_a_visit_that_the_study_does_not_have_is_unknown(site, cora, her, visit):
    assert cora.get(f"/participants/{her.id}/visits/{visit}/").status_code == 404


def test_neither_came_nor_missed_is_asked_for_again(site, cora, her):
    answer = cora.post(f"/participants/{her.id}/visits/month_1/", {"did": "perhaps"})
    assert refusals(answer) == ["Say whether she came or missed the visit."]


def test_a_deviation_is_recorded_once_and_shown_on_her_page(site, cora, her):
    where = f"/participants/{her.id}/deviation/"
    sent = {"category": "other", "text": WRITTEN, "on": her.screened_on.isoformat()}
    count = len(recorded(site, DeviationRecorded))
    for _press in range(2):
        assert cora.post(where, sent)["Location"] == f"/participants/{her.id}/"
    assert len(recorded(site, DeviationRecorded)) == count + 1
    assert "她说不" in cora.get(f"/participants/{her.id}/").content.decode()
    assert cora.post(where, {**sent, "text": "Another"}).status_code == 302
    assert len(recorded(site, DeviationRecorded)) == count + 2


@pytest.mark.parametrize("change", [{"category": ""}, {"category": "none"}, {"text": ""}])
def test_a_deviation_that_says_too_little_is_refused(site, cora, her, change):
    sent = {"category": "other", "text": "It was hot", "on": her.screened_on.isoformat()}
    assert len(refusals(cora.post(f"/participants/{her.id}/deviation/", sent | change))) == 1


def test_a_withdrawal_says_what_stays_possible_and_is_recorded_once(site, cora, her):
    where = f"/participants/{her.id}/withdrawal/"
    page = cora.get(where).content.decode()
    assert "Her visits go on as planned" in page
    sent = {"scope": "visits", "by": "participant", "reason": WRITTEN,
            "on": site.worker.seen_by(site.who("coordinator")).today().isoformat()}  # fmt: skip
    count = len(recorded(site, Withdrawn))
    for _press in range(2):
        assert cora.post(where, sent)["Location"] == f"/participants/{her.id}/"
    assert len(recorded(site, Withdrawn)) == count + 1
    page = cora.get(where).content.decode()
    assert 'value="visits"' not in page
    assert 'value="all"' in page
    assert (
        "Record that she came"
        not in cora.get(f"/participants/{her.id}/visits/month_1/").content.decode()
    )


@pytest.mark.parametrize(
    "change", [{"scope": ""}, {"scope": "some"}, {"by": ""}, {"by": "sponsor"}, {"reason": " "}]
)
def test_a_withdrawal_that_says_too_little_is_refused(site, cora, her, change):
    before = site.worker.desk.trial.head
    sent = {"scope": "all", "by": "participant", "reason": "She moved",
            "on": her.screened_on.isoformat(), **change}  # fmt: skip
    assert len(refusals(cora.post(f"/participants/{her.id}/withdrawal/", sent))) == 1
    assert site.worker.desk.trial.head == before


def test_an_attempt_to_reach_her_is_recorded_once_and_shown(site, cora, her):
    where = f"/participants/{her.id}/contact/attempt/"
    sent = {"reached": "no", "text": "Nobody answered", "visit": "month_1",
            "on": her.screened_on.isoformat()}  # fmt: skip
    for _press in range(2):
        assert cora.post(where, sent)["Location"] == f"/participants/{her.id}/"
    (fact,) = recorded(site, ContactTried)
    assert (fact.reached, fact.visit, fact.on) == (False, "month_1", her.screened_on)
    for page in ("", "visits/month_1/"):
        assert "Nobody answered" in cora.get(f"/participants/{her.id}/{page}").content.decode()
    assert len(refusals(cora.post(where, {**sent, "reached": ""}))) == 1
    assert len(refusals(cora.post(where, {**sent, "visit": "none"}))) == 1


def test_an_invitation_gives_a_link_once_and_one_role(site, cora, her):
    where = f"/participants/{her.id}/invitation/"
    links = []
    for _press in range(2):
        page = cora.post(where, {"language": "zh-Hans"}).content.decode()
        links += re.findall(r'readonly value="([^"]+)"', page)
    assert len(links) == 2
    granted = [one for one in recorded(site, RoleGranted) if one.user == her.id]
    assert [(one.role, one.site) for one in granted] == [("participant", her.site)]
    assert links[-1] not in cora.get(where).content.decode()


def test_nobody_who_left_for_good_is_invited(site, cora, her):
    from cicatrix.trial.actions.departures import withdraw

    leave = {"participant": her.id, "scope": "all", "reason": "She moved", "by": "participant"}
    site.worker.act(site.who("coordinator"), withdraw, **leave)
    answer = cora.post(f"/participants/{her.id}/invitation/", {"language": "en"})
    assert len(refusals(answer)) == 1
    assert "readonly" not in answer.content.decode()


def test_the_days_of_this_clinic_are_of_its_own_clock(site, cora, her):
    assert window(site, her)[1] < date(2022, 1, 1)
