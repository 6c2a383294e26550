"""How a site is reached: said by its own people, read by its own participants."""

import pytest

from cicatrix.web.models import SiteContact
from herself import signed_in, treated


@pytest.fixture
def her(sites):
    return treated(sites)


def test_the_site_says_once_how_it_is_reached_and_each_participant_reads_her_own_sites(sites, her):
    coordinator = sites.client(sites.who("coordinator", site=her.site))
    assert coordinator.post("/site/contact/", {"text": " "}).status_code == 422
    assert coordinator.post("/site/contact/", {"text": "0" * 501}).status_code == 422
    assert coordinator.post("/site/contact/", {"text": "020 555 0100, 8 to 17"}).status_code == 302
    assert "020 555 0100, 8 to 17" in signed_in(sites, her).get("/mine/").content.decode()
    assert "555" not in SiteContact.objects.get().text
    trial = sites.worker.desk.trial
    other = next(
        one for one in trial.participants.values()
        if one.site != her.site and ("participant", one.site) in trial.roles.get(one.id, ())
    )  # fmt: skip
    page = signed_in(sites, other).get("/mine/")
    assert page.status_code == 200
    assert "020 555 0100" not in page.content.decode()
    assert sites.client(sites.who("monitor")).get("/site/contact/").status_code == 403
