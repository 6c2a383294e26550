"""Drafts: what one account has typed on one form and not saved, kept encrypted.

A draft is nobody's record: it belongs to one account in one role and is never shown to another.
It carries the save that its page was made from, so that what others saved meanwhile is noticed
when it is taken up again. Where a draft is kept is models.py, how it is encrypted store/vault.py.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.http import QueryDict

from cicatrix.store.keys import home_key
from cicatrix.store.vault import Belonging, decrypt, encrypt
from cicatrix.trial.participant import FormKey, Participant, RatingKey
from cicatrix.trial.roles import Actor
from cicatrix.web.models import Account, Draft
from cicatrix.web.worker import worker

_OTHER_FIELDS = ("reason", "on", "condition")


@dataclass(frozen=True, slots=True)
class Drawer:
    """Where a draft lies: whose it is, in which role, and what it is about."""

    account: Account
    actor: Actor
    participant: Participant
    place: str

    @property
    def belonging(self) -> Belonging:
        """Bind the encrypted text to this place alone."""
        purpose = f"draft/{self.account.pk}/{self.actor.role}/{self.place}"
        return Belonging(purpose, self.participant.site, self.participant.id)


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft: the fields as typed, and the commitment of the save that they were shown with."""

    fields: Mapping[str, Sequence[str]]
    seen: str
    at: datetime

    @property
    def posted(self) -> QueryDict:
        """Give the fields as a page sends them."""
        fields = QueryDict(mutable=True)
        for name, texts in self.fields.items():
            fields.setlist(name, list(texts))
        return fields


def place_of(key: FormKey | RatingKey, *, new_row: bool = False) -> str:
    """Name the place of a form's draft; a log form has one for its next row, whatever its number.

    >>> place_of(FormKey("adverse_event", None, 3), new_row=True)
    'adverse_event/-/-/new'
    """
    if isinstance(key, RatingKey):
        return f"rating/{key.visit}/{key.form}/{key.region}"
    row = "new" if new_row else str(key.repeat)
    return "/".join((key.form, key.visit or "-", key.region or "-", row))


def draft_at(drawer: Drawer) -> Kept | None:
    """Find a draft; refused if it does not open."""
    found = _rows(drawer).first()
    if found is None:
        return None
    text = decrypt(found.text, drawer.belonging, key=_key())
    content = json.loads(text)
    return Kept(content["fields"], content["seen"], found.saved_at)


def keep(drawer: Drawer, fields: QueryDict, *, seen: str, now: datetime) -> Kept:
    """Keep what was typed in place of the draft before."""
    content = {
        name: texts
        for name, texts in fields.lists()
        if name.startswith(("i.", "m.")) or name in _OTHER_FIELDS
    }
    text = encrypt(json.dumps({"fields": content, "seen": seen}), drawer.belonging, key=_key())
    Draft.objects.update_or_create(
        account=drawer.account,
        role=drawer.actor.role,
        participant=drawer.participant.id,
        form=drawer.place,
        defaults={"text": text, "saved_at": now},
    )
    return Kept(content, seen, now)


def discard(drawer: Drawer) -> None:
    """Throw a draft away."""
    _rows(drawer).delete()


def _rows(drawer: Drawer) -> QuerySet[Draft]:
    return Draft.objects.filter(
        account=drawer.account,
        role=drawer.actor.role,
        participant=drawer.participant.id,
        form=drawer.place,
    )


def _key() -> bytes:
    return home_key(worker().folder, "vault")
