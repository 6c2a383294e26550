"""Today: what is due for each role, and nothing that the role cannot do."""

import re

import pytest


def things(site, role: str) -> str:
    return site.client(site.who(role)).get("/").content.decode()


def headings(text: str) -> set[str]:
    return {found.strip() for found in re.findall(r'<h2 id="group\d+">([^<]+)', text)}


def test_the_coordinator_sees_doses_enrolment_visits_calls_and_queries(site):
    assert {"Doses", "Being enrolled", "Visits", "Call for a coming visit"} <= headings(
        things(site, "coordinator")
    )


def test_a_rater_sees_ratings_and_neither_doses_nor_numbers(site):
    text = things(site, "rater")
    assert headings(text) <= {"Third rater called", "Ratings", "Forms to fill"}
    assert "Ratings" in headings(text)


def test_the_nurse_sees_doses_and_no_rating(site):
    assert "Doses" in headings(things(site, "care_provider"))
    assert not {"Ratings", "Third rater called"} & headings(things(site, "care_provider"))


@pytest.mark.parametrize(
    "role", ["statistician", "sponsor", "auditor", "administrator", "image_reader"]
)
def test_who_has_nothing_to_do_is_told_so_or_has_only_what_he_decides(site, role):
    if role == "auditor":
        site.give("alma", "auditor")
    text = things(site, role)
    assert headings(text) <= {"Kits"}


def test_every_link_of_today_leads_to_a_page_that_opens(site):
    for role in ("coordinator", "investigator", "care_provider", "rater", "data_manager"):
        client = site.client(site.who(role))
        text = client.get("/").content.decode()
        links = re.findall(r'class="what"><a href="([^"]+)"', text)
        assert links or role == "data_manager"
        for link in dict.fromkeys(links):
            assert client.get(link).status_code == 200, (role, link)


def test_a_woman_who_was_reached_is_not_called_again(site):
    from cicatrix.trial.actions.contacts import try_contact

    ana = site.who("coordinator")
    before = things(site, "coordinator")
    found = re.search(r'/participants/([A-Z0-9-]+)/contact/">', before)
    assert found is not None
    calls = before.split("Call for a coming visit")[1].split("</section>")[0]
    woman = re.findall(r"/participants/([A-Z0-9-]+)/contact/", calls)[0]
    visit = next(
        name
        for name in site.worker.desk.study.visit
        if name not in site.worker.desk.trial.participants[woman].attended and "month" in name
    )
    site.worker.act(
        ana, try_contact, participant=woman, visit=visit, reached=True, text="She will come."
    )
    after = things(site, "coordinator").split("Call for a coming visit")[1].split("</section>")[0]
    assert woman not in after
