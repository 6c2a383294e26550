"""The contact book: how to reach a participant, encrypted, for her own site's people alone.

It is kept beside the ledger and never in it, for what is appended can never be removed and this
can: after she has withdrawn from everything it is erased, and only the reason stays. Each entry
opens with the home's key, at its own site and for its own participant (store/vault.py). Who may
come here is said by the door of pages/contacts.py; every opening is kept.
"""

import json
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from unicodedata import category

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from cicatrix.store.keys import home_key
from cicatrix.store.vault import Belonging, decrypt, encrypt
from cicatrix.trial.errors import Refused
from cicatrix.trial.participant import Participant
from cicatrix.trial.roles import Actor
from cicatrix.web.models import Contact, ContactRead
from cicatrix.web.worker import worker

KEY = "contacts"
LONGEST = {"name": 200, "telephones": 300, "address": 500, "language": 60, "hours": 200,
           "second_person": 500, "notes": 2000}  # fmt: skip
"""Characters that each field can hold."""


@dataclass(frozen=True, slots=True)
class Details:
    """How to reach her; what is not known is empty."""

    name: str = ""
    telephones: str = ""
    address: str = ""
    language: str = ""
    hours: str = ""
    second_person: str = ""
    notes: str = ""


FIELDS = tuple(one.name for one in fields(Details))


@dataclass(frozen=True, slots=True)
class Kept:
    """What the book has of her: the details, or why they were erased; `edition` counts changes."""

    details: Details = Details()
    edition: int = 0
    erased: str = ""
    changed_by: str = ""
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Readings:
    """How often her page was opened, and by whom and when last."""

    times: int
    by: str
    at: datetime | None


def kept(her: Participant) -> Kept:
    """Look her up; an empty entry where there is none."""
    row = _row(her)
    return _opened(her, row) if row else Kept()


def keep(her: Participant, details: Details, edition: int, *, actor: Actor, now: datetime) -> bool:
    """Write her details over the edition that was looked at; False if it has just these."""
    _refuse_wrong(details)
    row = _row(her)
    found = _opened(her, row) if row else Kept()
    if found.erased or her.withdrawn_from("all") is not None:
        raise Refused(
            "withdrawn",
            _("She has withdrawn from everything: nothing more is kept of how to reach her."),
        )
    if found.details == details:
        if found.edition == 0:
            raise Refused("nothing", _("Nothing is written here yet; fill in what is known."))
        return False
    if found.edition != edition:
        raise _changed_meanwhile(found.changed_by)
    _write(her, row, {"edition": edition + 1, **asdict(details)}, actor, now)
    return True


def erase(her: Participant, reason: str, *, actor: Actor, now: datetime) -> bool:
    """Erase how to reach her, once she has withdrawn from everything; False if it was done."""
    if her.withdrawn_from("all") is None:
        raise Refused(
            "not_withdrawn",
            _("How to reach her is erased only after she has withdrawn from everything."),
        )
    if not reason.strip():
        raise Refused("reason", _("Write why it is erased, in one short sentence."))
    _refuse_wrong(Details(notes=reason))
    row = _row(her)
    found = _opened(her, row) if row else Kept()
    if found.erased:
        return False
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA secure_delete = ON")
    text = {"edition": found.edition + 1, "erased": reason.strip()}
    _write(her, row, text, actor, now)
    return True


def note_reading(her: Participant, *, actor: Actor, now: datetime) -> None:
    """Keep that somebody opens her page."""
    ContactRead.objects.create(participant=her.id, site=her.site, read_by=actor.user, read_at=now)


def readings(her: Participant) -> Readings:
    """Say how often her page was opened, and by whom last."""
    all_of_hers = ContactRead.objects.filter(participant=her.id, site=her.site)
    last = all_of_hers.order_by("-pk").first()
    return Readings(
        all_of_hers.count(), last.read_by if last else "", last.read_at if last else None
    )


def _row(her: Participant) -> Contact | None:
    return Contact.objects.filter(participant=her.id, site=her.site).first()


def _opened(her: Participant, row: Contact) -> Kept:
    text = decrypt(row.text, _belonging(her), key=_key())
    said = json.loads(text)
    return Kept(
        Details(**{name: said.get(name, "") for name in FIELDS}),
        said["edition"],
        said.get("erased", ""),
        row.changed_by,
        row.changed_at,
    )


def _write(
    her: Participant, row: Contact | None, said: dict[str, object], actor: Actor, now: datetime
) -> None:
    text = encrypt(json.dumps(said, ensure_ascii=False), _belonging(her), key=_key())
    try:
        with transaction.atomic():
            if row is None:
                Contact.objects.create(
                    participant=her.id, site=her.site, text=text, changed_by=actor.user,
                    changed_at=now,
                )  # fmt: skip
                return
            # Only over the very text that was read: of two who write at once one is told.
            written = Contact.objects.filter(pk=row.pk, text=row.text).update(
                text=text, changed_by=actor.user, changed_at=now
            )
    except IntegrityError:
        written = 0
    if not written:
        raise _changed_meanwhile("")


def _changed_meanwhile(by: str) -> Refused:
    return Refused(
        "changed",
        _(
            "{who} changed this while you were typing. What is kept now stands below; look at "
            "it, and press again to put yours in its place."
        ).format(who=by or _("Somebody")),
    )


def _refuse_wrong(details: Details) -> None:
    for name, longest in LONGEST.items():
        text: str = getattr(details, name)
        if len(text) > longest:
            raise Refused(
                "length",
                _("{given} characters are too many here; at most {longest} can be kept.").format(
                    given=len(text), longest=longest
                ),
            )
        # A lone surrogate (Cs) is no text, a control character (Cc) could rewrite a screen.
        if any(category(one) in ("Cs", "Cc") for one in text if one not in "\n\t"):
            raise Refused("text", _("Something typed here is no text; type it again."))


def _belonging(her: Participant) -> Belonging:
    return Belonging("contact", her.site, her.id)


def _key() -> bytes:
    return home_key(worker().folder, KEY)
