"""The matrix of participants and the screening of a new one."""

import re

import pytest
from django.http import HttpResponse

from cicatrix.trial.actions.contacts import try_contact
from cicatrix.trial.trial import Trial
from cicatrix.web.pages import participants
from cicatrix.web.participants import matrix
from cicatrix.web.participants.matrix import PAGE, Wanted, page_of

MATRIX = "/participants/"
SCREEN = "/participants/screen/"
MEMBERS = (
    "coordinator", "investigator", "care_provider", "rater", "pharmacist", "data_manager",
    "statistician", "monitor", "sponsor", "auditor",
)  # fmt: skip


def bare(answer: HttpResponse) -> str:
    """Give a page without its form tokens, which are drawn anew for each answer."""
    return re.sub(r'(name="csrfmiddlewaretoken" value=)"\w+"', r"\1", answer.content.decode())


def identifiers(page: bytes) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/participants/([\w-]+)/"', page.decode())


@pytest.fixture
def ana(site):
    return site.client(site.who("investigator"))


@pytest.mark.parametrize("role", MEMBERS)
def test_the_matrix_has_who_the_role_sees_and_nobody_else(sites, role):
    actor = sites.who(role)
    page = sites.client(actor).get(MATRIX)
    assert page.status_code == 200
    everyone = sites.worker.desk.trial.participants.values()
    own = [one.id for one in everyone if actor.site in (None, one.site)]
    assert identifiers(page.content) == own[:PAGE]


@pytest.mark.parametrize("role", ["image_reader", "administrator"])
def test_the_matrix_is_closed_to_who_must_not_know_participants(site, role):
    client = site.client(site.who(role))
    assert client.get(MATRIX).status_code == 403
    assert client.get(SCREEN).status_code == 403


@pytest.mark.parametrize("role", MEMBERS)
def test_no_arm_is_in_the_matrix(sites, role):
    page = sites.client(sites.who(role)).get(MATRIX).content.decode()
    study = sites.worker.desk.study
    for arm in study.arms:
        assert arm.id not in page
        assert not [text for text in arm.label.values() if text in page]


def test_pages_follow_one_another_by_key_and_have_everybody_once(site, ana, monkeypatch):
    monkeypatch.setattr(matrix, "PAGE", 30)
    found, address = [], MATRIX
    while address:
        page = ana.get(address).content
        found += identifiers(page)
        after = re.search(r'href="(\?after=[\w-]+)" rel="next"', page.decode())
        address = MATRIX + after[1] if after else ""
    assert found == list(site.worker.desk.trial.participants)


def test_only_the_rows_of_one_page_are_worked_out(site, monkeypatch):
    seen = site.worker.seen_by(site.who("monitor"))
    many = Trial()
    women = list(seen.trial.participants.values())
    many.participants = {f"{one.id}-{n}": one for n in range(60) for one in women}
    assert len(many.participants) > 5_000
    page = page_of(seen.study, many, Wanted(), role="monitor", today=seen.today)
    assert len(page.participants) == PAGE
    asked = []
    wanted = matrix.awaited
    monkeypatch.setattr(matrix, "awaited", lambda *a, **k: asked.append(a) or wanted(*a, **k))
    due = page_of(seen.study, many, Wanted(state="due_now"), role="monitor", today=seen.today)
    assert len(due.participants) == PAGE
    assert len(asked) < len(many.participants) / 2


def test_a_row_is_worked_out_anew_only_for_whom_something_happened_since(site, monkeypatch):
    worked_out = []
    real = participants.row_of
    monkeypatch.setattr(
        participants, "row_of", lambda *a, **k: worked_out.append(a[2].id) or real(*a, **k)
    )
    client = site.client(site.who("monitor"))
    before = client.get(MATRIX).content
    assert len(worked_out) == PAGE
    assert len(client.get(MATRIX).content) == len(before)
    assert len(worked_out) == PAGE
    her = next(iter(site.worker.desk.trial.participants))
    site.worker.act(
        site.who("coordinator"), try_contact, participant=her, reached=True, text="She comes."
    )
    client.get(MATRIX)
    assert worked_out[PAGE:] == [her]
    client.post("/account/language/", {"language": "zh-hans"})
    client.get(MATRIX)
    assert len(worked_out) == 2 * PAGE + 1


def test_a_participant_is_found_by_identifier_number_and_kit(site, ana):
    her = next(one for one in site.worker.desk.trial.participants.values() if one.kits)
    for text in (her.id.lower(), her.number, her.kits[0], f"  {her.id} "):
        assert identifiers(ana.get(MATRIX, {"find": text}).content) == [her.id]
    nobody = ana.get(MATRIX, {"find": "<b>no"}).content.decode()
    assert "No participant matches" in nobody
    assert "&lt;b&gt;no" in nobody


def test_a_rater_finds_nobody_by_a_number_or_kit_that_he_does_not_see(site):
    her = next(one for one in site.worker.desk.trial.participants.values() if one.kits)
    ben = site.client(site.who("rater"))
    for text in (her.number, her.kits[0]):
        assert identifiers(ben.get(MATRIX, {"find": text}).content) == []


@pytest.mark.parametrize(
    ("state", "holds"),
    [
        ("screened", lambda one: not one.consents and not one.withdrawals),
        ("randomised", lambda one: one.number and not one.withdrawn_from("visits")),
        ("withdrawn", lambda one: one.withdrawn_from("visits")),
        ("not_eligible", lambda one: one.eligibility and not one.eligibility.eligible),
    ],
)
def test_a_state_filters_the_matrix(site, ana, state, holds):
    found = identifiers(ana.get(MATRIX, {"state": state}).content)
    everyone = site.worker.desk.trial.participants.values()
    assert found == [one.id for one in everyone if holds(one)][:PAGE]
    assert found


def test_overdue_and_due_show_those_with_such_a_visit(site, ana):
    page = ana.get(MATRIX, {"state": "overdue"}).content.decode()
    rows = page.split("<tbody>")[1].split("</tbody>")[0].split("<tr>")[1:]
    assert rows
    assert all('class="status late"' in row for row in rows)
    due = ana.get(MATRIX, {"state": "due_now"}).content.decode().split("<tbody>")[1]
    assert all(re.search(r'class="status (due|leaving)"', row) for row in due.split("<tr>")[1:])


def test_a_site_filters_for_who_sees_all_sites_and_for_nobody_else(sites):
    chen = sites.client(sites.who("monitor"))
    of_south = identifiers(chen.get(MATRIX, {"site": "south"}).content)
    assert of_south
    assert all(one.startswith("SOUTH-") for one in of_south)
    eve = sites.client(sites.who("investigator", site="north"))
    assert identifiers(eve.get(MATRIX, {"site": "south"}).content)
    told = bare(eve.get(MATRIX, {"site": "south"})).replace("?site=south", "")
    assert told == bare(eve.get(MATRIX))


def test_a_key_of_another_site_is_as_unknown_as_one_of_nobody(sites):
    eve = sites.client(sites.who("investigator", site="north"))
    hidden = next(one for one in sites.worker.desk.trial.participants if one.startswith("SOUTH"))
    bodies = [
        bare(eve.get(MATRIX, {"after": name})).replace(name, "") for name in (hidden, "SOUTH-999")
    ]
    assert bodies[0] == bodies[1]


def test_a_rater_sees_who_came_and_no_form(site):
    ben = site.client(site.who("rater")).get(MATRIX).content.decode()
    shapes = set(re.findall(r'class="status (\w+)"', ben.split("<tbody>")[1].split("</tbody>")[0]))
    assert shapes <= {"done", "missed", "off", "ended"}
    assert "something is still open" not in ben


def test_a_pharmacist_sees_kits_in_the_place_of_visits(site):
    paul = site.client(site.who("pharmacist")).get(MATRIX).content.decode()
    her = next(one for one in site.worker.desk.trial.participants.values() if one.kits)
    assert her.kits[0] in paul
    assert 'class="status' not in paul


def test_every_cell_has_words_for_who_does_not_see_it(site, ana):
    body = ana.get(MATRIX).content.decode().split("<tbody>")[1].split("</tbody>")[0]
    cells = body.count('class="status')
    assert cells == len(re.findall(r'class="unseen">[\w-]+, [^:<]+: [^<]+<', body))
    assert cells == PAGE * len(site.worker.desk.study.visits)


def test_screening_gives_the_next_identifier_and_goes_on_to_her_consent(site, ana):
    following = re.search(r'name="following" value="([\w-]+)"', ana.get(SCREEN).content.decode())
    sent = {"following": following[1], "on": "2021-07-01"}
    answer = ana.post(SCREEN, sent)
    assert answer.status_code == 302
    assert answer["Location"] == f"/participants/{following[1]}/consent/"
    her = site.worker.desk.trial.participants[following[1]]
    assert her.screened_on.isoformat() == "2021-07-01"


def opened(client) -> dict[str, str]:
    """Open the page as a browser does, with the fields that it will send."""
    page = client.get(SCREEN).content.decode()
    fields = dict(re.findall(r'name="(following|csrfmiddlewaretoken)" value="([^"]+)"', page))
    return {**fields, "on": "2021-07-01"}


def test_screening_that_is_sent_twice_screens_one_woman(site, ana):
    before = len(site.worker.desk.trial.participants)
    sent = opened(ana)
    answers = [ana.post(SCREEN, sent) for _ in range(2)]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert len(site.worker.desk.trial.participants) == before + 1


def test_two_tablets_of_one_account_screen_two_women(site, ana):
    before = len(site.worker.desk.trial.participants)
    one, other = opened(ana), opened(ana)
    assert one["following"] == other["following"]
    assert ana.post(SCREEN, one).status_code == 302
    refused = ana.post(SCREEN, other)
    assert refused.status_code == 422
    again = re.search(r'name="following" value="([^"]+)"', refused.content.decode())
    token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', refused.content.decode())[-1]
    sent = {**other, "following": again[1], "csrfmiddlewaretoken": token}
    assert ana.post(SCREEN, sent).status_code == 302
    assert len(site.worker.desk.trial.participants) == before + 2


def test_each_press_leads_on_from_screening_to_the_eligibility_questions(site, ana):
    consent = ana.post(SCREEN, opened(ana) | {"on": ""}).status_code
    assert consent == 422
    today = site.worker.seen_by(site.who("coordinator")).today().isoformat()
    consent = ana.post(SCREEN, opened(ana) | {"on": today})["Location"]
    version = site.worker.desk.study.consent.versions[-1].version
    said = {"version": version, "language": "en", "on": today}
    lacking = ana.post(consent, said)["Location"]
    her = consent.split("/")[2]
    assert lacking == f"/participants/{her}/"
    visit = ana.post(consent, said | {"release": "photographic"})["Location"]
    assert visit == f"/participants/{her}/visits/screening_visit/"
    form = ana.post(visit, {"did": "attended", "on": today})["Location"]
    assert form == f"/participants/{her}/forms/eligibility/screening_visit/-/0/"
    assert ana.get(form).status_code == 200


def test_two_who_screen_at_once_are_told_and_screen_two_women(site, ana):
    cora = site.client(site.who("coordinator"))
    following = re.search(r'name="following" value="([\w-]+)"', ana.get(SCREEN).content.decode())
    sent = {"following": following[1], "on": "2021-07-01"}
    assert cora.post(SCREEN, sent).status_code == 302
    answer = ana.post(SCREEN, sent)
    assert answer.status_code == 422
    assert f"as {following[1]} meanwhile".encode() in answer.content
    again = re.search(r'name="following" value="([\w-]+)"', answer.content.decode())
    assert again[1] != following[1]
    assert ana.post(SCREEN, {**sent, "following": again[1]}).status_code == 302


@pytest.mark.parametrize(
    "typed", ["2031-01-01", "", "yesterday", "2021-02-30", "<b>", "😀", "9" * 3000]
)
def test_a_day_that_cannot_be_is_one_sentence_and_stays_typed(site, ana, typed):
    before = site.worker.desk.trial.head
    answer = ana.post(SCREEN, {"on": typed})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert page.count('class="refusal"') == 1
    assert f'value="{typed}"'.replace("<b>", "&lt;b&gt;") in page
    assert site.worker.desk.trial.head == before


def test_who_may_not_screen_gets_no_button_and_no_page(site):
    chen = site.client(site.who("monitor"))
    assert SCREEN not in chen.get(MATRIX).content.decode()
    assert chen.get(SCREEN).status_code == 403
    assert chen.post(SCREEN, {"on": "2021-07-01"}).status_code == 403
