"""A signature's proof of who signs: the password and a second factor, at the moment of signing.

A page that signs includes access/confirm.html in its form and calls `confirmed` before its act.
Wrong tries are counted and locked like those of signing in. The second factor is a code of an
authenticator application or a recovery code; or a passkey, shown by re-authenticating no more than
five minutes before, since a passkey needs a script and a page of its own. Participants sign with
their password.
"""

import time

from allauth.account.internal.flows.login import get_authentication_records
from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from cicatrix.trial.errors import Refused
from cicatrix.web.access import codes
from cicatrix.web.access.lockout import TOO_MANY
from cicatrix.web.models import Account

_FRESH_S = 300
_KEPT_META = ("REMOTE_ADDR", "HTTP_USER_AGENT", "HTTP_X_FORWARDED_FOR", "HTTP_ACCEPT")


def confirmed(request: HttpRequest) -> None:
    """Refuse unless who signs gives the password and the second factor of the account."""
    account = request.user
    assert isinstance(account, Account)
    bare = _without_form(request)
    credentials = {"username": account.username, "password": request.POST.get("password", "")}
    if not AxesProxyHandler.is_allowed(bare, credentials):
        raise Refused("locked", str(TOO_MANY))
    found = authenticate(bare, **credentials)
    if found is None or found.pk != account.pk:
        if not AxesProxyHandler.is_allowed(bare, credentials):
            raise Refused("locked", str(TOO_MANY))
        raise Refused("signature", _wrong(request))
    if not needs_code(request):
        AxesProxyHandler.user_logged_in(Account, bare, account)
        return
    if not codes.has_codes(account):
        raise Refused(
            "signature",
            _("Signing needs a code: set up an authenticator application on your account's page."),
        )
    try:
        right = codes.right(account, request.POST.get("code", ""))
    except ValidationError:
        raise Refused("locked", str(TOO_MANY)) from None
    if not right:
        raise Refused("signature", _wrong(request))
    AxesProxyHandler.user_logged_in(Account, bare, account)


def needs_code(request: HttpRequest) -> bool:
    """Say whether a code is asked for: not of participants, nor right after a passkey."""
    if _is_participant(request):
        return False
    return not any(
        one.get("type") == "webauthn"
        and one.get("reauthenticated")
        and time.time() - one["at"] < _FRESH_S
        for one in get_authentication_records(request, request.user)
    )


def _is_participant(request: HttpRequest) -> bool:
    actor = getattr(request, "actor", None)
    return actor is not None and actor.role == "participant"


def _wrong(request: HttpRequest) -> str:
    if needs_code(request):
        return _("The password or the code is wrong, or the code was used before.")
    return _("The password is wrong.")


def _without_form(request: HttpRequest) -> HttpRequest:
    """Make a request that says who asks from where, and nothing of what the form holds.

    What counts tries keeps the fields of the form that was sent, and here they are trial data.
    """
    bare = HttpRequest()
    bare.method = "POST"
    bare.path = bare.path_info = "/signature/"
    bare.META = {key: request.META[key] for key in _KEPT_META if key in request.META}
    bare.session = request.session
    return bare
