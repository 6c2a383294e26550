"""How participants reach their site: one text for each site, kept by its own people.

It is a telephone number and hours, shown on the participants' own pages (pages/mine.py). It is no
fact of the trial, for numbers change; it is kept encrypted beside the contact book, which is the
other way round: how the site reaches a participant.
"""

from django.utils.translation import gettext as _

from cicatrix.store.keys import home_key
from cicatrix.store.vault import Belonging, decrypt, encrypt
from cicatrix.trial.roles import Actor
from cicatrix.web.models import SiteContact
from cicatrix.web.typed import lines_of
from cicatrix.web.worker import Seen, worker

LONGEST = 500
"""Characters; it is read on a telephone."""


def reach(site: str) -> str:
    """Say how a site is reached; empty if nobody has said so yet."""
    kept = SiteContact.objects.filter(site=site).first()
    return decrypt(kept.text, Belonging("site", site), key=_key()) if kept else ""


def keep(typed: str, *, actor: Actor, seen: Seen) -> None:
    """Keep how the actor's own site is reached, in place of what was said before."""
    assert actor.site is not None
    text = lines_of(
        typed, rule="site_contact", longest=LONGEST,
        empty=_("Write a telephone number; it cannot be empty."),
    )  # fmt: skip
    SiteContact.objects.update_or_create(
        site=actor.site,
        defaults={
            "text": encrypt(text, Belonging("site", actor.site), key=_key()),
            "changed_by": actor.user,
            "changed_at": seen.now,
        },
    )


def _key() -> bytes:
    return home_key(worker().folder, "contacts")
