"""Every address and every role, from the URL table itself, so that no new view is forgotten."""

import re

import pytest
from django.test import Client

from addresses import TOKEN, Address, named_in, ours, suited, table
from cicatrix.trial.participant import Participant
from cicatrix.trial.roles import SITE_ROLES, Actor
from cicatrix.web.door import EVERYONE
from cicatrix.web.models import Draft

# Views without a door, each with what they are: they show nothing of the trial.
NO_DOOR = {"health", "ready"}

HERE = b' aria-current="page"'
"""The menu marks the family of pages that was asked for, whether or not there is such a page."""


def test_every_view_has_a_door_or_is_known_to_show_nothing_of_the_trial():
    without = {
        one.name
        for one in table()
        if not hasattr(one.view, "admits") and not one.route.startswith("account/")
    }
    assert without == NO_DOOR
    assert len(ours()) > 40


def test_every_address_has_a_name_of_its_own():
    names = [one.name for one in table()]
    assert len(names) == len(set(names))


def test_an_address_ends_in_a_slash_or_names_a_kind_of_file():
    assert [
        one.route for one in ours() if one.route and not re.search(r"(/|\.\w+)$", one.route)
    ] == []


@pytest.fixture
def full(sites):
    """Several sites, with something of everything there."""
    sites.furnish()
    return sites


def women(site, actor: Actor) -> tuple[list[Participant], str, str]:
    """Give those whom one sees as they are seen, one who is not seen, and one who is nobody."""
    seen = site.worker.seen_by(actor).trial.participants
    everyone = site.worker.desk.trial.participants
    other = next((one for one in sorted(everyone) if one not in seen), "NOWHERE-001")
    return list(seen.values()), other, "NOWHERE-002"


def answered(client: Client, method: str, where: str) -> tuple[int, bytes]:
    """Ask, and give the answer without its token, what was asked for, and what was said before."""
    client.cookies.pop("messages", None)
    answer = getattr(client, method)(where)
    assert answer.status_code < 500, (where, answer.content)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    body = TOKEN.sub(b"", body).replace(where.encode(), b"WHERE")
    return answer.status_code, body


def actor_of(site, role: str) -> Actor:
    if role != "participant":
        return site.who(role)
    trial = site.worker.desk.trial
    return max(site.holders(role), key=lambda one: len(trial.participants[one.user].forms))


@pytest.mark.slow
@pytest.mark.parametrize("role", EVERYONE)
def test_no_role_learns_from_an_address_that_is_not_its_own(full, role):
    actor = actor_of(full, role)
    client = full.client(actor)
    seen, other, none = women(full, actor)
    everyone = seen or list(full.worker.desk.trial.participants.values())
    study, trial = full.worker.desk.study, full.worker.desk.trial
    forbidden: dict[str, set[bytes]] = {"get": set(), "post": set()}
    for address in ours():
        own = suited(study, everyone, address)[0]
        named = named_in(study, trial, own, address)
        asked = [address.filled(named | {"participant": one}) for one in (own.id, other, none)]
        for method in ("get", "post"):
            if role not in address.roles:
                got = [answered(client, method, one) for one in asked]
                assert {status for status, _ in got} == {403}, address
                forbidden[method] |= {body.replace(HERE, b"") for _, body in got}
            elif method.upper() not in address.methods:
                assert [answered(client, method, one)[0] for one in asked] == [405] * 3, address
            elif "participant" in address.parts:
                unseen, unknown = (answered(client, method, one) for one in asked[1:])
                assert unseen == unknown, address
                assert unseen[0] == 404, address
    for bodies in forbidden.values():
        assert len(bodies) <= 1, sorted(bodies)
    if role in SITE_ROLES:
        assert other in trial.participants


@pytest.mark.slow
@pytest.mark.parametrize("role", [one for one in EVERYONE if one in SITE_ROLES])
def test_no_kit_quarantine_or_person_of_another_site_is_known(full, role):
    """What is named by another name than a participant's: all of another site is none."""
    here, elsewhere = full.worker.desk.study.sites[:2]
    client = full.client(full.who(role, site=here.id))
    stock, trial = full.worker.desk.trial.stock, full.worker.desk.trial
    theirs = {
        "kit": next(name for name, kit in stock.kits.items() if kit.site == elsewhere.id),
        "quarantine": f"{elsewhere.id.upper()}-Q001",
        "destruction": next(n for n, one in stock.destructions.items() if one.site == elsewhere.id),
        "query": next(
            query for one in trial.participants.values() if one.site == elsewhere.id
            for query in one.queries
        ) if any(one.queries for one in trial.participants.values() if one.site == elsewhere.id)
        else "Q0001",
        "digest": next(
            photograph.digest for one in trial.participants.values() if one.site == elsewhere.id
            for photograph in one.photographs
        ),
    }  # fmt: skip
    none = {
        "kit": "KZ999", "quarantine": "NOWHERE-Q001", "destruction": "NOWHERE-D001",
        "query": "Q9999", "digest": "0" * 64,
    }  # fmt: skip
    mine = next(one for one in trial.participants.values() if one.site == here.id and one.kits)
    for address in ours():
        about = set(theirs) & set(address.parts)
        if role in address.roles and about:
            named = named_in(full.worker.desk.study, trial, mine, address)
            for method in (one.lower() for one in address.methods if one != "HEAD"):
                one = answered(client, method, address.filled(named | theirs))
                other = answered(client, method, address.filled(named | none))
                assert one == other, address
                assert one[0] == 404, address


@pytest.mark.slow
def test_every_address_leads_to_something_for_somebody(full):
    study, trial = full.worker.desk.study, full.worker.desk.trial
    nowhere = set()
    for address in ours():
        statuses = set()
        for role in address.roles:
            for actor in _some(full, role, address):
                seen = full.worker.seen_by(actor).trial.participants.values()
                for one in suited(study, seen, address)[:3] or [
                    next(iter(trial.participants.values()))
                ]:
                    where = address.filled(named_in(study, trial, one, address))
                    method = "get" if "GET" in address.methods else "post"
                    statuses.add(answered(full.client(actor), method, where)[0])
                if statuses - {404}:
                    break
            if statuses - {404}:
                break
        if not statuses - {404}:
            nowhere.add(address.name)
    assert nowhere == set()


def _some(site, role: str, address: Address) -> list[Actor]:
    """Give some who hold a role; of participants those for whom an address names what exists."""
    trial, study = site.worker.desk.trial, site.worker.desk.study
    holders = site.holders(role)
    if role != "participant":
        return holders[:3]
    of = {one.user: one for one in holders}
    return [
        of[one.id] for one in suited(study, trial.participants.values(), address) if one.id in of
    ][:2]


@pytest.mark.slow
def test_no_address_takes_a_form_from_elsewhere(sites):
    study, trial = sites.worker.desk.study, sites.worker.desk.trial
    woman = next(one for one in trial.participants.values() if one.kits)
    head = trial.head
    for role in EVERYONE:
        signed_in = sites.client(sites.who(role))
        client = Client(enforce_csrf_checks=True)
        client.cookies = signed_in.cookies
        for address in ours():
            if role in address.roles and "POST" in address.methods:
                answer = client.post(address.filled(named_in(study, trial, woman, address)))
                assert answer.status_code == 403, address
    assert trial.head == head


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
            assert answer.content == b""


@pytest.mark.slow
def test_a_draft_is_its_writers_alone(sites):
    """Two coordinators of one site: what one typed and did not save, the other never sees."""
    cora = sites.who("coordinator")
    bea = sites.give("bea", "coordinator", cora.site)
    seen = sites.worker.seen_by(cora).trial.participants.values()
    her = next(one for one in seen if any(key.form == "eligibility" for key in one.forms))
    key = next(key for key in her.forms if key.form == "eligibility")
    where = f"/participants/{her.id}/forms/eligibility/{key.visit or '-'}/-/0/"
    typing, other = sites.client(cora), sites.client(bea)
    before = answered(other, "get", where)
    page = typing.get(where).content.decode()
    seen_as = re.search(r'name="seen" value="(\w*)"', page)
    assert seen_as
    assert (
        typing.post(f"{where}draft/", {"i.length_mm": "37", "seen": seen_as[1]}).status_code == 302
    )
    assert Draft.objects.count() == 1
    assert b"37" in answered(typing, "get", where)[1]
    assert answered(other, "get", where) == before
