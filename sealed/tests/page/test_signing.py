"""Getting in, being thrown out, guessing, and forms that are not this session's."""

from datetime import UTC, datetime, timedelta

import pytest

from cicatrix.trial.facts import AllocationReleased, CodeBroken, RoleRevoked
from cicatrix.trial.roles import Actor
from cicatrix_sealed.page.wording import ENGLISH

pytestmark = pytest.mark.slow


@pytest.fixture
def revoke():
    """Take a role away from a user."""

    def take(home, user, role):
        fact = RoleRevoked(user=user, role=role, site=None, reason="Left")
        now = datetime(2027, 3, 2, 3, 0, tzinfo=UTC)
        home.ledger.append([fact], home.ledger.head(), actor=Actor("ana", "administrator"), now=now)

    return take


@pytest.mark.parametrize(("user", "wrong"), [("custodian", True), ("eve", False), ("nina", False)])
def test_a_wrong_user_and_a_wrong_passphrase_are_told_alike(phone, passphrase, user, wrong):
    assert phone.sign_in("no such passphrase" if wrong else passphrase, user=user) == 403
    assert ENGLISH.wrong_sign_in.format(left=4) in phone.page


def test_five_wrong_tries_shut_the_door_for_everyone_for_a_quarter_of_an_hour(night, passphrase):
    guesser = night.phone()
    for left in (4, 3, 2, 1):
        guesser.sign_in("no such passphrase", user=f"user{left}")
        assert f"Tries left: {left}." in guesser.page
    assert guesser.sign_in("no such passphrase") == 429
    assert "shut until 03:15" in guesser.page
    assert guesser.sign_in(passphrase) == 429
    night.now += timedelta(minutes=14)
    assert guesser.sign_in(passphrase) == 429
    night.now += timedelta(minutes=1)
    assert guesser.sign_in(passphrase) == 303


def test_signing_in_takes_no_wrong_try_back_and_a_quarter_of_an_hour_does(night, passphrase):
    guesser = night.phone()
    for left in (4, 3):
        guesser.sign_in("no such passphrase")
        assert f"Tries left: {left}." in guesser.page
    assert night.phone().sign_in(passphrase) == 303
    guesser.sign_in("no such passphrase")
    assert "Tries left: 2." in guesser.page
    night.now += timedelta(minutes=15)
    guesser.sign_in("no such passphrase")
    assert "Tries left: 4." in guesser.page


def test_who_is_signed_in_is_not_disturbed_by_guesses_at_the_door(night, signed_in, passphrase):
    for _ in range(5):
        night.phone().sign_in("no such passphrase")
    assert night.phone().sign_in(passphrase) == 429
    assert signed_in.breaks(passphrase) == 200


def test_wrong_passphrases_at_an_act_end_the_session_and_a_right_one_starts_the_count_anew(
    night, signed_in, passphrase
):
    for _ in range(2):
        for _ in range(4):
            assert signed_in.breaks("no such passphrase") == 403
        assert signed_in.breaks(passphrase) == 200
    for _ in range(4):
        signed_in.breaks("no such passphrase")
    assert signed_in.breaks("no such passphrase") == 429
    assert "shut after wrong tries" in night.journal
    assert signed_in.breaks(passphrase) == 403
    assert night.silent(signed_in.page)


def test_a_session_ends_after_ten_idle_minutes(night, signed_in, passphrase):
    for _ in range(3):
        night.now += timedelta(minutes=9)
        signed_in.send("GET", "/custody/")
        assert "Signed in as custodian" in signed_in.page
    signed_in.send("GET", "/custody/break")
    fields = {"ticket": signed_in.hidden("ticket"), "number": "002", "passphrase": passphrase}
    night.now += timedelta(minutes=10)
    assert signed_in.send("POST", "/custody/break", fields) == 403
    assert ENGLISH.over in signed_in.page
    assert night.recorded(CodeBroken) == []


def test_a_session_ends_after_an_hour_however_busy(night, signed_in):
    for _ in range(7):
        night.now += timedelta(minutes=9)
        signed_in.send("GET", "/custody/")
    assert ENGLISH.sign_in_lead in signed_in.page


def test_who_loses_the_custodians_role_is_out_at_the_next_page_or_act(
    night, signed_in, passphrase, revoke
):
    signed_in.send("GET", "/custody/break")
    fields = {"ticket": signed_in.hidden("ticket"), "number": "002", "told": "Ana"}
    fields |= {"reason": "A fever", "passphrase": passphrase}
    revoke(night.home, "custodian", "pharmacist")
    assert signed_in.send("POST", "/custody/break", fields) == 403
    assert ENGLISH.no_custodian in signed_in.page
    assert night.silent(signed_in.page)
    assert night.recorded(CodeBroken) == []
    signed_in.send("GET", "/custody/")
    assert ENGLISH.sign_in_lead in signed_in.page
    assert night.phone().sign_in(passphrase) == 403


@pytest.mark.parametrize(
    ("at", "to"),
    [
        ("/custody/", "/custody/"),
        ("/custody/break", "/custody/break"),
        ("/custody/release", "/custody/release"),
    ],
)
def test_signing_in_leads_where_one_wanted_to_go_and_nowhere_else(phone, passphrase, at, to):
    assert phone.sign_in(passphrase, at=at) == 303
    assert phone.headers["Location"] == to
    phone.cookies.clear()
    phone.send("GET", at)
    fields = {"mark": phone.hidden("mark"), "user": "custodian", "passphrase": passphrase}
    assert phone.send("POST", "/custody/sign-in", {**fields, "to": "//elsewhere.example"}) == 303
    assert phone.headers["Location"] == "/custody/"


def test_an_act_asked_for_by_its_address_alone_does_nothing(night, signed_in, passphrase):
    signed_in.send("GET", "/custody/break")
    ticket = signed_in.hidden("ticket")
    asked = f"ticket={ticket}&number=002&told=Ana&reason=Fever&person=care_provider/nina"
    for path in ("/custody/break", "/custody/release"):
        assert signed_in.send("GET", f"{path}?{asked}&passphrase=x") == 200
        assert night.silent(signed_in.page)
    assert night.recorded((CodeBroken, AllocationReleased)) == []


def test_signing_out_ends_the_session_for_every_copy_of_its_cookie(night, signed_in):
    thief = night.phone()
    thief.cookies = dict(signed_in.cookies)
    signed_in.send("GET", "/custody/")
    ticket = signed_in.hidden("ticket")
    assert signed_in.send("POST", "/custody/sign-out", {"ticket": ticket}) == 303
    thief.send("GET", "/custody/")
    assert ENGLISH.sign_in_lead in thief.page


def test_a_cookie_from_before_signing_in_opens_nothing(night, phone, passphrase):
    phone.send("GET", "/custody/")
    planted = phone.cookies["custody"]
    phone.sign_in(passphrase)
    assert phone.cookies["custody"] != planted
    thief = night.phone()
    thief.cookies = {"custody": planted}
    thief.send("GET", "/custody/")
    assert ENGLISH.sign_in_lead in thief.page


def test_a_form_without_its_ticket_does_nothing(night, signed_in, passphrase):
    fields = {"number": "002", "told": "Ana", "reason": "A fever", "passphrase": passphrase}
    for ticket in ({}, {"ticket": "f" * 32}):
        assert signed_in.send("POST", "/custody/break", {**fields, **ticket}) == 403
        assert ENGLISH.stale in signed_in.page
    stranger = night.phone()
    stranger.sign_in(passphrase)
    stranger.send("GET", "/custody/break")
    fields["ticket"] = stranger.hidden("ticket")
    assert signed_in.send("POST", "/custody/break", fields) == 403
    assert night.recorded(CodeBroken) == []


def test_a_sign_in_form_that_this_visitor_was_not_given_does_nothing(night, phone, passphrase):
    other = night.phone()
    other.send("GET", "/custody/")
    fields = {"mark": other.hidden("mark"), "user": "custodian", "passphrase": passphrase}
    assert phone.send("POST", "/custody/sign-in", fields) == 403
    phone.send("GET", "/custody/")
    assert phone.send("POST", "/custody/sign-in", fields) == 403


def test_an_idle_session_is_forgotten_although_nobody_asks(night, signed_in):
    assert night.server.desk.sessions.held
    night.now += timedelta(minutes=10)
    night.server.service_actions()
    assert not night.server.desk.sessions.held
