"""How to reach the custodian by day and by night: one text, kept by those who know it.

Who holds the list is no secret, and who needs a code broken at three in the morning must not look
for a telephone number. It is no fact of the trial and not in the ledger: people and their numbers
change. It is kept encrypted beside the contact book. What a code-break is, is told on the page
(pages/allocation.py); doing it is the custodian's own program.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from cicatrix.store.keys import home_key
from cicatrix.store.vault import Belonging, decrypt, encrypt
from cicatrix.trial.roles import Actor
from cicatrix.web.models import CustodianContact
from cicatrix.web.typed import lines_of
from cicatrix.web.worker import worker

LONGEST = 1_000
"""Characters; what is longer is not read at night."""

_BELONGING = Belonging("custodian")


@dataclass(frozen=True, slots=True)
class Reach:
    """What to do to reach a custodian, and how old that is."""

    text: str
    changed_by: str
    changed_at: datetime


def reach() -> Reach | None:
    """Give how to reach the custodian, None if nobody has said so yet."""
    kept = CustodianContact.objects.order_by("-pk").first()
    if kept is None:
        return None
    text = decrypt(kept.text, _BELONGING, key=_key())
    return Reach(text, kept.changed_by, kept.changed_at)


def keep(typed: str, *, actor: Actor, now: datetime) -> None:
    """Keep how to reach the custodian, in place of what was said before."""
    text = lines_of(
        typed, rule="custodian", longest=LONGEST,
        empty=_("Write names and telephone numbers; it cannot be empty."),
    )  # fmt: skip
    CustodianContact.objects.update_or_create(
        pk=1,
        defaults={
            "text": encrypt(text, _BELONGING, key=_key()),
            "changed_by": actor.user,
            "changed_at": now,
        },
    )


def _key() -> bytes:
    return home_key(worker().folder, "contacts")
