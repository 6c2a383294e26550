"""A signature asks for the password and a code each time, and counts what is wrong."""

import time

import pytest
from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache
from django.test import RequestFactory

from cicatrix.trial.errors import Refused
from cicatrix.web.access import rehearsal
from cicatrix.web.access.signing import confirmed, needs_code


def signs(site, role, **given):
    """Send a form that signs, with data of the trial in it."""
    actor = site.who(role)
    request = RequestFactory().post("/any/", {"weight": "3120 g", **given})
    request.user, request.actor, request.session = site.account(actor.user), actor, SessionStore()
    return request


def refusal(request):
    with context.request_context(request), pytest.raises(Refused) as refused:
        confirmed(request)
    return str(refused.value)


WRONG = "The password or the code is wrong, or the code was used before."


def test_password_and_code_sign_once(real):
    proof = real.signature(real.who("investigator"))
    request = signs(real, "investigator", **proof)
    with context.request_context(request):
        confirmed(request)
    assert refusal(signs(real, "investigator", **proof)) == WRONG


@pytest.mark.parametrize("wrong", [{"password": "no"}, {"code": "12"}, {"code": ""}])
def test_a_wrong_password_and_a_wrong_code_are_told_alike(real, wrong):
    proof = real.signature(real.who("investigator"))
    assert refusal(signs(real, "investigator", **{**proof, **wrong})) == WRONG


def test_a_wrong_password_uses_no_code_up(real):
    proof = real.signature(real.who("investigator"))
    refusal(signs(real, "investigator", **{**proof, "password": "no"}))
    request = signs(real, "investigator", **proof)
    with context.request_context(request):
        confirmed(request)
    assert AccessAttempt.objects.count() == 0


def test_wrong_passwords_lock_signing_and_keep_nothing_of_the_form(real):
    proof = real.signature(real.who("investigator"))
    for _ in range(4):
        assert refusal(signs(real, "investigator", **{**proof, "password": "no"})) == WRONG
    assert "15 minutes" in refusal(signs(real, "investigator", **{**proof, "password": "no"}))
    assert "15 minutes" in refusal(signs(real, "investigator", **proof))
    kept = AccessAttempt.objects.get()
    assert "3120" not in kept.post_data + kept.get_data
    assert proof["code"] not in kept.post_data


def test_wrong_codes_lock_signing(real):
    proof = real.signature(real.who("investigator"))
    for _ in range(5):
        assert refusal(signs(real, "investigator", **{**proof, "code": "12"})) == WRONG
    assert "15 minutes" in refusal(signs(real, "investigator", **proof))


def test_somebody_elses_password_does_not_sign(real):
    other = real.account("ben")
    other.set_password("another one, of Ben's")
    other.save()
    proof = real.signature(real.who("investigator"))
    assert refusal(signs(real, "investigator", **{**proof, "password": "another one, of Ben's"}))


def test_a_participant_signs_with_her_password(real):
    request = signs(real, "participant", password=rehearsal.PASSWORD)
    with context.request_context(request):
        confirmed(request)
    assert refusal(signs(real, "participant", password="no")) == "The password is wrong."


def test_without_codes_one_is_told_to_set_them_up(real):
    account = real.account("ana")
    Authenticator.objects.filter(user=account).delete()
    request = signs(real, "investigator", password=rehearsal.PASSWORD, code="123456")
    assert "set up an authenticator application" in refusal(request)


def test_a_passkey_just_shown_stands_for_the_code_for_five_minutes(real, monkeypatch):
    account = real.account("ana")
    Authenticator.objects.filter(user=account).delete()
    request = signs(real, "investigator", password=rehearsal.PASSWORD)
    record_authentication(request, account, "mfa", type="webauthn", reauthenticated=True)
    assert not needs_code(request)
    with context.request_context(request):
        confirmed(request)
    later = time.time() + 301
    monkeypatch.setattr("cicatrix.web.access.signing.time.time", lambda: later)
    assert needs_code(request)


def test_a_passkey_that_signed_in_does_not_sign(real):
    request = signs(real, "investigator", password=rehearsal.PASSWORD)
    record_authentication(request, request.user, "mfa", type="webauthn")
    assert needs_code(request)


def test_a_used_code_stays_used_for_as_long_as_it_would_be_right(real):
    proof = real.signature(real.who("investigator"))
    request = signs(real, "investigator", **proof)
    with context.request_context(request):
        confirmed(request)
    # allauth forgets after half a minute, when a code is still right as its neighbour's.
    cache.delete(f"allauth.mfa.totp.used?user={request.user.pk}&code={proof['code']}")
    assert refusal(signs(real, "investigator", **proof)) == WRONG


def test_a_used_code_stays_used_however_much_else_is_remembered(real):
    proof = real.signature(real.who("investigator"))
    request = signs(real, "investigator", **proof)
    with context.request_context(request):
        confirmed(request)
    for count in range(320):
        cache.set(f"z{count}", 1, timeout=900)
    assert refusal(signs(real, "investigator", **proof)) == WRONG
