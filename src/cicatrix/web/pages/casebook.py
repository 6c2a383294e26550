"""The casebook of one participant as a PDF to keep: what this actor sees of her, and no more.

What it says is casebook.py (beside this package); a form alone can be printed from its own page.
"""

from django.http import HttpResponse
from django.urls import path

from cicatrix.trial.participant import Participant
from cicatrix.web.door import Asked, page
from cicatrix.web.forms.casebook import casebook_pdf
from cicatrix.web.forms.place import READERS


@page(*READERS)
def casebook(request: Asked, participant: Participant) -> HttpResponse:
    """Give the casebook as a file."""
    content = casebook_pdf(request.seen, participant)
    name = f"{request.seen.study.id}-{participant.id}.pdf"
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )


PATHS = (path("participants/<str:participant>/casebook.pdf", casebook, name="casebook"),)
