"""What allauth does our way: no sign-up, own paths only, our sentences, secrets kept encrypted.

Wrong passwords are counted by django-axes (lockout.py), so allauth's own count of them, which
anybody could use to lock another out, is left out. Nothing here knows the trial.
"""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cicatrix.store.keys import home_key
from cicatrix.store.vault import Belonging, decrypt, encrypt
from cicatrix.web.access.lockout import TOO_MANY
from cicatrix.web.access.standing import own_path
from cicatrix.web.models import Account
from cicatrix.web.worker import worker

_SECRET = Belonging("second_factor")
_WRONG = _("The user name or the password is wrong.")


class Accounts(DefaultAccountAdapter):
    """Accounts are made by invitation alone."""

    error_messages: ClassVar[dict[str, object]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _WRONG,
        "invalid_login": _WRONG,
        "incorrect_password": _("The password is wrong."),
        "enter_current_password": _("The present password is wrong."),
        "incorrect_code": _("The code is wrong or was used before."),
        "too_many_login_attempts": TOO_MANY,
        "rate_limited": TOO_MANY,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Let nobody make an account for himself."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Go on to paths of this application alone."""
        return own_path(url)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Leave the counting of wrong passwords to django-axes."""

    def add_message(self, *args: Any, **told: Any) -> None:
        """Say what a person has to know, and not that what was asked for was done."""
        if told.get("message"):
            super().add_message(*args, **told)


class SecondFactors(DefaultMFAAdapter):
    """Secrets of authenticator applications are kept under the home's key."""

    error_messages: ClassVar[dict[str, object]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("The code is wrong or was used before."),
    }

    def get_totp_label(self, user: Any) -> str:
        """Name the account as the trial does."""
        assert isinstance(user, Account)
        return user.username

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """Name a passkey until its owner does."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return gettext("Passkey %(number)s") % {"number": count + 1}

    def encrypt(self, text: str) -> str:
        """Encrypt a secret."""
        return encrypt(text, _SECRET, key=home_key(worker().folder, "accounts"))

    def decrypt(self, encrypted_text: str) -> str:
        """Open a secret."""
        return decrypt(encrypted_text, _SECRET, key=home_key(worker().folder, "accounts"))
