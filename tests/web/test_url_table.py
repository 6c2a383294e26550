"""Every address and every role, from the URL table itself, so that no new view is forgotten."""

import re

import pytest
from django.test import Client

from addresses import TOKEN, Address, named_in, ours, table
from cicatrix.trial.participant import Participant
from cicatrix.trial.roles import SITE_ROLES

# Views without a door, each with what they are: they show nothing of the trial.
NO_DOOR = {
    "health", "ready", "role", "me", "language", "training", "invited", "custodian",
}  # fmt: skip
ROLES = (
    "coordinator", "investigator", "care_provider", "rater", "image_reader", "pharmacist",
    "data_manager", "statistician", "monitor", "sponsor", "administrator",
)  # fmt: skip


def test_every_view_has_a_door_or_is_known_to_show_nothing_of_the_trial():
    without = {
        one.name
        for one in table()
        if not hasattr(one.view, "admits") and not one.route.startswith("account/")
    }
    assert without - NO_DOOR == set()
    assert len(ours()) > 40


def test_an_address_ends_in_a_slash_or_names_a_kind_of_file():
    assert [
        one.route for one in ours() if one.route and not re.search(r"(/|\.\w+)$", one.route)
    ] == []


def women(site, role: str) -> tuple[Participant, str, str]:
    """Give one whom the role sees if it sees any, one of another site, and none."""
    actor = site.who(role)
    everyone = site.worker.desk.trial.participants.values()
    seen = site.worker.seen_by(actor).trial.participants
    own = next((one for one in everyone if one.id in seen and one.number), None)
    other = next((one.id for one in everyone if one.id not in seen), "NOWHERE-001")
    return own or next(iter(everyone)), other, "NOWHERE-002"


def bodies(
    client: Client, address: Address, method: str, named: dict[str, str]
) -> tuple[int, bytes]:
    """Ask, and give the answer without its one-time token and without what was asked for."""
    where = address.filled(named)
    answer = getattr(client, method)(where)
    assert answer.status_code < 500, (address, answer.content)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer.status_code, TOKEN.sub(b"", body).replace(where.encode(), b"WHERE")


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_no_role_learns_from_an_address_that_is_not_its_own(sites, role):
    client = sites.client(sites.who(role))
    own, other, none = women(sites, role)
    study, trial = sites.worker.desk.study, sites.worker.desk.trial
    head = trial.head
    for address in ours():
        admits = address.view.admits
        named = named_in(study, trial, own, address)
        asked = [named | {"participant": one} for one in (own.id, other, none)]
        for method in ("get", "post"):
            got = [bodies(client, address, method, one) for one in asked]
            if role not in admits.roles:
                assert {status for status, _ in got} == {403}, address
                assert len(set(got)) == 1, address
            elif method.upper() not in admits.methods:
                assert {status for status, _ in got} == {405}, address
            elif "participant" in address.parts:
                assert got[1] == got[2], address
                assert got[2][0] == 404, address
    if role in SITE_ROLES:
        assert other != "NOWHERE-001"
    assert head.seq <= trial.head.seq


@pytest.mark.slow
def test_no_address_takes_a_form_from_elsewhere(sites):
    study, trial = sites.worker.desk.study, sites.worker.desk.trial
    woman = next(one for one in trial.participants.values() if one.number)
    for role in ROLES:
        signed_in = sites.client(sites.who(role))
        client = Client(enforce_csrf_checks=True)
        client.cookies = signed_in.cookies
        for address in ours():
            if role in address.view.admits.roles and "POST" in address.view.admits.methods:
                answer = client.post(address.filled(named_in(study, trial, woman, address)))
                assert answer.status_code == 403, address


@pytest.mark.slow
def test_nobody_who_is_not_signed_in_gets_anywhere(sites):
    study, trial = sites.worker.desk.study, sites.worker.desk.trial
    woman = next(iter(trial.participants.values()))
    for address in ours():
        for method in ("get", "post"):
            where = address.filled(named_in(study, trial, woman, address))
            answer = getattr(Client(), method)(where)
            assert answer.status_code == 302, address
            assert answer.headers["Location"].startswith("/account/login/"), address
