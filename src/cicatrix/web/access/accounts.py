"""Accounts: made by invitation, opened by a one-time link, closed, and never removed.

An account is a name that signs in; which roles the name holds is the ledger's. A link sets a
password once, for as long as its purpose allows; a newer link, a password or a closed account ends
it. What an administrator does to an account is kept with its reason, for there is no fact of it.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from cicatrix.trial.errors import Refused
from cicatrix.web.access.letters import send, send_aside, write
from cicatrix.web.models import Account, AccountChange

INVITED_FOR = timedelta(days=7)
RESET_FOR = timedelta(hours=1)
_SALT = "cicatrix.account.link"
_NAME = re.compile(r"[\w.@+-]{1,150}")


@dataclass(frozen=True, slots=True)
class Invitation:
    """A one-time link and whether it went out as a letter."""

    link: str
    sent: bool


def invite(username: str, email: str | None, language: str, *, by: str = "") -> Invitation:
    """Make an account without a password, or take an old one's away, and give its one-time link.

    With an e-mail address, and a server to send by, the link goes there as well.
    """
    return invite_again(checked(username, email, language), "", by=by)


def invite_again(account: Account, reason: str, *, by: str) -> Invitation:
    """Take the password away, end all sessions and give a new one-time link."""
    account.set_unusable_password()
    account.save()
    end_sessions(account)
    _noted(account, "invited", reason, by)
    link = link_for(account)
    return Invitation(link, bool(account.email) and _sent(account, "invitation", link=link))


def reset(username: str, email: str | None, *, reason: str) -> Invitation:
    """Make an account anew, whatever state it is in: open, without password or second factor."""
    account = Account.objects.filter(username=username).first()
    if account is not None:
        account.is_active = True
        account.save(update_fields=["is_active"])
        if Authenticator.objects.filter(user_id=account.pk).exists():
            forget_second_factor(account, reason, by="")
    return invite(username, email, "")


def close(account: Account, reason: str, *, by: str) -> None:
    """Let an account sign in no more, and end all its sessions."""
    account.is_active = False
    account.save(update_fields=["is_active"])
    end_sessions(account)
    _noted(account, "closed", reason, by)


def reopen(account: Account, reason: str, *, by: str) -> None:
    """Let a closed account sign in again."""
    account.is_active = True
    account.save(update_fields=["is_active"])
    _noted(account, "reopened", reason, by)


def forget_second_factor(account: Account, reason: str, *, by: str) -> bool:
    """Remove a lost second factor, end all sessions, tell the person; say if a letter went."""
    with transaction.atomic():
        Authenticator.objects.filter(user_id=account.pk).delete()
        _noted(account, "factor_removed", reason, by)
    end_sessions(account)
    return bool(account.email) and _sent(account, "factor_removed", reason=reason, by=by)


def set_password(username: str, password: str) -> None:
    """Set a password that somebody chose elsewhere, if it is good enough."""
    account = Account.objects.get(username=username)
    try:
        validate_password(password, account)
    except ValidationError as problem:
        raise Refused("password", " ".join(problem.messages)) from None
    account.set_password(password)
    account.save()


def end_sessions(account: Account) -> None:
    """Sign an account out everywhere."""
    account.generation += 1
    account.save(update_fields=["generation"])
    for session in UserSession.objects.filter(user_id=account.pk):
        session.end()


def link_for(account: Account, *, lasts: timedelta = INVITED_FOR) -> str:
    """Give a link that sets the account's password, once."""
    told = {"account": account.pk, "state": _state(account), "lasts": lasts.total_seconds()}
    return address_of(reverse("invitation", args=[signing.dumps(told, salt=_SALT)]))


def invited(token: str) -> Account | None:
    """Find the account of a link, None if it was used, ran out or was never ours."""
    try:
        told = signing.loads(token, salt=_SALT, max_age=INVITED_FOR)
        told = signing.loads(token, salt=_SALT, max_age=timedelta(seconds=told["lasts"]))
    except signing.BadSignature:
        return None
    account = Account.objects.filter(pk=told["account"], is_active=True).first()
    if account is None or not constant_time_compare(told["state"], _state(account)):
        return None
    return account


def address_of(path: str) -> str:
    """Write a path as a whole address: the first of CICATRIX_ORIGINS, else the one in use."""
    if settings.CSRF_TRUSTED_ORIGINS:
        return f"{settings.CSRF_TRUSTED_ORIGINS[0].rstrip('/')}{path}"
    request = context.request
    return request.build_absolute_uri(path) if request else f"http://127.0.0.1:8000{path}"


def reset_letter(username: str) -> None:
    """Send somebody who forgot the password a link to set a new one, if there is such an account.

    The letter goes aside, so that the time taken tells not whether there is.
    """
    account = Account.objects.filter(username=username, is_active=True).exclude(email="").first()
    if account is not None:
        link = link_for(account, lasts=RESET_FOR)
        send_aside(
            write(account.email, "forgotten", account.language, link=link, username=username)
        )


def _state(account: Account) -> str:
    parts = f"{account.pk}/{account.password}/{account.is_active}/{account.email}"
    return salted_hmac(_SALT, parts, algorithm="sha256").hexdigest()[:24]


def checked(username: str, email: str | None, language: str) -> Account:
    """Give the account that an invitation would make or reset, not saved; refuse a bad name."""
    # Before it is looked for: a database takes no name that is endless or has a NUL in it.
    if not _NAME.fullmatch(username):
        raise Refused("username", _not_a_name())
    alike = Account.objects.filter(username__iexact=username).first()
    if alike is not None and alike.username != username:
        raise Refused(
            "user", _("An account %(name)s exists; choose another name.") % {"name": alike.username}
        )
    account = alike or Account(username=username)
    if language in dict(settings.LANGUAGES):
        account.language = language
    if email:
        account.email = email
    try:
        account.full_clean(exclude=["password"])
    except ValidationError as problem:
        field = next(iter(problem.message_dict))
        said = (
            _("This is not an e-mail address; write it as name@place.example.")
            if field == "email"
            else _not_a_name()
        )
        raise Refused(field, said) from None
    return account


def _not_a_name() -> str:
    return _("A user name has letters, digits and @ . + - _ only, 150 at most.")


def _sent(account: Account, letter: str, **told: object) -> bool:
    about = {"username": account.username, **told}
    return send(write(account.email, letter, account.language, **about))


def _noted(account: Account, what: str, reason: str, by: str) -> None:
    AccountChange.objects.create(
        username=account.username,
        what=what,
        reason=reason,
        changed_by=by,
        changed_at=datetime.now(UTC),
    )
