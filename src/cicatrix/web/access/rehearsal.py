"""What makes a rehearsed home easy to walk into: accounts for everybody, and what to type shown.

All of it is refused where the trial is real: each function asks first. In a rehearsal everybody is
virtual, so the password is the same for all, the codes are shown on the screen, and neither
training nor setting up a second factor is asked for. `cicatrix serve` makes the accounts.
"""

import hmac
import time
from base64 import b32encode
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import encrypt
from django.contrib.auth.hashers import make_password
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cicatrix.store.keys import home_key
from cicatrix.trial.errors import Refused
from cicatrix.trial.roles import Role
from cicatrix.web.access.codes import was_used
from cicatrix.web.models import Account
from cicatrix.web.worker import Worker, worker

PASSWORD = "cicatrix"  # said on the page that asks for it, of a rehearsal alone
_PERIOD_S = 30
_SHOWN_OF_A_ROLE = 3

DAYS: dict[Role, Promise] = {
    "coordinator": _("Screens women, takes consent, and keeps visits and calls from being missed."),
    "investigator": _("Signs eligibility and forms, and judges adverse events."),
    "care_provider": _("Gives the doses, tube by tube, and takes in and returns kits."),
    "rater": _("Rates scars without seeing what the other rater wrote."),
    "image_reader": _("Reads photographs in random order."),
    "pharmacist": _("Looks after kits and temperatures; the list is in another program."),
    "data_manager": _("Raises and closes queries, and locks the trial."),
    "statistician": _("Follows the data without knowing an arm."),
    "monitor": _("Compares the record with its source, and asks where they differ."),
    "sponsor": _("Sees how recruitment, retention and quality stand."),
    "auditor": _("Reads every change, and who could see what."),
    "administrator": _("Looks after accounts and roles, and sees no data."),
    "participant": _("Sees her own pages: consent, visits, questions, photographs."),
}
"""A sentence for each role, for who chooses one to try."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A role to try: what one does in it, and some who hold it."""

    role: Role
    does: Promise
    users: tuple[str, ...]
    more: int


def open_to_all(at: Worker) -> int:
    """Make an account for everyone who holds a role in a rehearsed home; count the new ones."""
    _refuse_in_a_real_trial(at)
    held = {user for user, roles in at.desk.trial.roles.items() if roles}
    new = sorted(held - set(Account.objects.values_list("username", flat=True)))
    Account.objects.bulk_create(Account(username=user, password=_hashed()) for user in new)
    _give_codes(at, Account.objects.filter(username__in=new))
    return len(new)


def open_to(user: str, at: Worker) -> Account:
    """Make the account of one person of a rehearsed home, if there is none yet."""
    _refuse_in_a_real_trial(at)
    account, made = Account.objects.get_or_create(username=user, defaults={"password": _hashed()})
    if made:
        _give_codes(at, [account])
    return account


def code_for(account: Account, at: Worker) -> str:
    """Give a code that signs this person of a rehearsed home in, the first not used yet."""
    _refuse_in_a_real_trial(at)
    counter = int(time.time()) // _PERIOD_S
    codes = [
        format_hotp_value(hotp_value(_secret(at, account.username), counter + step))
        for step in (0, 1, -1)
    ]
    return str(next((code for code in codes if not was_used(account, code)), codes[0]))


def roles_to_try() -> tuple[Tried, ...]:
    """List who can be signed in as; nobody where the trial is real."""
    at = worker()
    with at.lock:
        if not at.desk.trial.rehearsal:
            return ()
        held: dict[str, list[str]] = {}
        for user, roles in sorted(at.desk.trial.roles.items()):
            for role in {one for one, _site in roles}:
                held.setdefault(role, []).append(user)
    return tuple(
        Tried(role, does, tuple(held[role][:_SHOWN_OF_A_ROLE]), len(held[role][_SHOWN_OF_A_ROLE:]))
        for role, does in DAYS.items()
        if role in held
    )


def _give_codes(at: Worker, accounts: Iterable[Account]) -> None:
    """Give staff an authenticator; participants sign in and sign with their password."""
    roles = at.desk.trial.roles
    Authenticator.objects.bulk_create(
        Authenticator(
            user=account,
            type=Authenticator.Type.TOTP,
            data={"secret": encrypt(_secret(at, account.username))},
        )
        for account in accounts
        if any(role != "participant" for role, _site in roles.get(account.username, ()))
    )


def _secret(at: Worker, user: str) -> str:
    key = home_key(at.folder, "rehearsal")
    return b32encode(hmac.new(key, user.encode(), sha256).digest()[:20]).decode()


@cache
def _hashed() -> str:
    """Hash the password that everybody has, once in a process: hashing is slow on purpose."""
    return make_password(PASSWORD)


def _refuse_in_a_real_trial(at: Worker) -> None:
    if not at.desk.trial.rehearsal:
        raise Refused("rehearsal", "This is a real trial: its accounts are by invitation alone.")
