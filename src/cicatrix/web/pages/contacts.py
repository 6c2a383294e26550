"""A page of the contact book: how to reach one participant, for those of her site who may call.

Every opening is kept and shown on the page itself. Nothing of it is in the ledger, a title or an
address. What is kept and how is ../contacts.py.
"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from cicatrix.trial.participant import Participant
from cicatrix.trial.roles import Role
from cicatrix.web.door import Asked, act, page
from cicatrix.web.participants import contacts
from cicatrix.web.participants.contacts import FIELDS, LONGEST, Details
from cicatrix.web.recording import tried
from cicatrix.web.where import where

CALLERS: tuple[Role, ...] = ("coordinator", "investigator", "care_provider")


@page(*CALLERS, posts=True)
def contact(request: Asked, participant: Participant) -> HttpResponse:
    """Show how to reach her, and keep what is changed."""
    her, sentence = participant, ""
    typed = None
    if request.method == "POST":
        typed = Details(**{name: _text(request, name) for name in FIELDS})
        edition = _text(request, "edition")
        new = typed

        def keep() -> None:
            seen = (
                int(edition) if edition.isascii() and edition.isdigit() and len(edition) < 9 else 0
            )
            if contacts.keep(her, new, seen, actor=request.actor, now=request.seen.now):
                messages.success(request, _("It is kept."))

        sentence = tried(request, keep)
        if not sentence:
            return redirect("contact", her.id)
    return _shown(request, her, typed, sentence)


@act(*CALLERS)
def erase(request: Asked, participant: Participant) -> HttpResponse:
    """Erase how to reach her, after she has withdrawn from everything."""
    her = participant
    reason = _text(request, "reason")

    def erased() -> None:
        if contacts.erase(her, reason, actor=request.actor, now=request.seen.now):
            messages.success(request, _("How to reach her is erased."))

    sentence = tried(request, erased)
    if sentence:
        return _shown(request, her, None, sentence, reason)
    return redirect("contact", her.id)


def _shown(
    request: Asked, her: Participant, typed: Details | None, sentence: str, reason: str = ""
) -> HttpResponse:
    contacts.note_reading(her, actor=request.actor, now=request.seen.now)
    found = contacts.kept(her)
    details = typed or found.details
    gone = her.withdrawn_from("all") is not None
    context = {
        "her": her, "kept": found, "sentence": sentence, "readings": contacts.readings(her),
        "fields": [
            {"name": name, "words": words, "value": getattr(details, name),
             "now": getattr(found.details, name), "longest": LONGEST[name], "long": long}
            for name, words, long in _fields()
        ],
        "compare": typed is not None and typed != found.details and found.edition > 0,
        "gone": gone, "erasable": gone and not found.erased, "reason": reason,
        "attempt_at": where(request.actor.role, "contact_attempt", her.id),
        "site_of_her": request.seen.study.site[her.site],
    }  # fmt: skip
    return render(
        request, "pages/participants/contact.html", context, status=422 if sentence else 200
    )


def _fields() -> tuple[tuple[str, str, bool], ...]:
    return (
        ("name", _("Name"), False),
        ("telephones", _("Telephone numbers"), True),
        ("address", _("Address"), True),
        ("language", _("Language she prefers"), False),
        ("hours", _("Best hours to call"), False),
        ("second_person", _("A second person to ask"), True),
        ("notes", _("Notes"), True),
    )


def _text(request: Asked, name: str) -> str:
    return request.POST.get(name, "").replace("\r\n", "\n").strip()


PATHS = (
    path("participants/<str:participant>/contact/", contact, name="contact"),
    path("participants/<str:participant>/contact/erasure/", erase, name="contact_erase"),
)
