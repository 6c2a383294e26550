"""What makes a rehearsal easy is nowhere in a real trial."""

import pytest
from django.test import Client

from cicatrix.trial.errors import Refused
from cicatrix.web.access import rehearsal
from cicatrix.web.models import Account

LOGIN = "/account/login/"


@pytest.mark.parametrize(
    "open_up",
    [
        lambda site: rehearsal.open_to_all(site.worker),
        lambda site: rehearsal.open_to("ana", site.worker),
        lambda site: rehearsal.code_for(Account(username="ana", pk=1), site.worker),
    ],
)
def test_a_real_trial_refuses_each_of_them(real, open_up):
    with pytest.raises(Refused, match="This is a real trial"):
        open_up(real)
    assert not Account.objects.exists()


def test_a_real_trial_shows_none_of_it(real):
    page = Client().get(LOGIN).content.decode()
    for told in ("ehearsal", "cicatrix</code>", "<code>", *("ana", "ben", "chen", "lin")):
        assert told not in page.partition("<main")[2], told
    assert rehearsal.roles_to_try() == ()
    client = real.client(real.who("investigator"))
    assert client.get("/account/rehearsal/code/").status_code == 404
    assert Client().get("/account/rehearsal/code/").status_code == 404
    pending = Client()
    pending.post(LOGIN, {"login": "ana", "password": rehearsal.PASSWORD})
    assert pending.get("/account/rehearsal/code/").status_code == 404
    code = pending.get("/account/factor/code/").content.decode()
    assert "rehearsal" not in code.partition("<main")[2]


def test_the_password_of_rehearsals_opens_no_account_of_a_real_trial(real):
    Account.objects.create(username="ana")
    answer = Client().post(LOGIN, {"login": "ana", "password": rehearsal.PASSWORD})
    assert "The user name or the password is wrong." in answer.content.decode()


def test_in_a_rehearsal_everybody_who_holds_a_role_can_sign_in(site):
    held = {user for user, roles in site.worker.desk.trial.roles.items() if roles}
    assert rehearsal.open_to_all(site.worker) == len(held)
    assert rehearsal.open_to_all(site.worker) == 0
    page = Client().get(LOGIN).content.decode()
    for role in ("investigator", "rater", "administrator"):
        assert f"<code>{site.who(role).user}</code>" in page
    client = Client()
    user = site.who("investigator").user
    told = client.post(LOGIN, {"login": user, "password": rehearsal.PASSWORD})
    assert told.headers["Location"] == "/account/factor/code/"
    shown = client.get("/account/rehearsal/code/", headers={"HX-Request": "true"}).content.decode()
    code = shown.partition('class="code">')[2].partition("<")[0]
    assert client.post("/account/factor/code/", {"code": code}).status_code == 302
    next_code = client.get("/account/rehearsal/code/").content.decode()
    assert f">{code}<" not in next_code
    assert client.get("/").status_code == 200


def test_a_participant_of_a_rehearsal_signs_in_with_the_password(site):
    rehearsal.open_to_all(site.worker)
    user = site.who("participant").user
    answer = Client().post(LOGIN, {"login": user, "password": rehearsal.PASSWORD})
    assert answer.headers["Location"] == "/"
