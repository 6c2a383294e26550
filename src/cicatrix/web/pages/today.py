"""Today: what is due for the one who asks, first of all pages.

What is due is worked out in due.py from what the actor sees; here it is only shown. A participant
has pages of her own (mine.py).
"""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

from cicatrix.web.door import EVERYONE, Asked, page
from cicatrix.web.due import Asking, groups

MOST = 12
"""Things of one group that are shown at once; the others open below them."""


@page(*EVERYONE)
def today(request: Asked) -> HttpResponse:
    """Show what is due now."""
    if request.actor.role == "participant":
        return redirect("mine")
    due = groups(Asking(request.seen))
    shown = [(group, group.things[:MOST], group.things[MOST:]) for group in due]
    return render(request, "pages/today.html", {"groups": shown})


PATHS = (path("", today, name="today"),)
