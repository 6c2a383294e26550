"""Codes of an authenticator application and recovery codes, each good for one use.

allauth checks a code and counts wrong ones. It forgets a used one after half a minute, while with
its neighbours a code is good for a minute and a half; here it is remembered for longer.
"""

from hashlib import sha256

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from django import forms
from django.core.cache import cache

from cicatrix.web.models import Account

_REMEMBERED_S = 180


class SignInCode(AuthenticateForm):
    """The code asked for after the password."""

    def clean_code(self) -> str:
        """Take a code once."""
        return once(self.user, super().clean_code())


class RenewalCode(ReauthenticateForm):
    """The code asked for before something that needs a fresh sign-in."""

    def clean_code(self) -> str:
        """Take a code once."""
        return once(self.user, super().clean_code())


def once(account: Account, code: str) -> str:
    """Take a code that is right, unless it was taken before."""
    if not cache.add(_name(account, code), 1, timeout=_REMEMBERED_S):
        raise get_adapter().validation_error("incorrect_code")
    return code


def was_used(account: Account, code: str) -> bool:
    """Tell whether a code was taken before."""
    return cache.get(_name(account, code)) is not None


def right(account: Account, code: str) -> bool:
    """Check and use up a code or a recovery code; wrong ones are counted, at last with an error."""
    form = SignInCode(user=account, data={"code": code})
    if form.is_valid():
        form.authenticator.record_usage()
        return True
    if any(
        "too_many" in str(one.code) for errors in form.errors.as_data().values() for one in errors
    ):
        raise forms.ValidationError("", code="too_many")
    return False


def has_codes(account: Account) -> bool:
    """Tell whether an account has anything that gives codes."""
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)
    return bool(Authenticator.objects.filter(user_id=account.pk, type__in=kinds).exists())


def _name(account: Account, code: str) -> str:
    digits = "".join(one for one in code if one.isalnum())
    return f"used-code-{sha256(f'{account.pk}/{digits}'.encode()).hexdigest()}"
