"""How participants reach the site: said by its coordinator or investigator, for their own site.

What is said stands on every participant's own first page (mine.py). How it is kept is
../site_contacts.py.
"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from cicatrix.web import site_contacts
from cicatrix.web.door import Asked, page
from cicatrix.web.recording import tried


@page("coordinator", "investigator", posts=True)
def site_contact(request: Asked) -> HttpResponse:
    """Show how participants reach the site, and keep what is changed."""
    study, own = request.seen.study, request.actor.site or ""
    typed, sentence = site_contacts.reach(own), ""
    if request.method == "POST":
        typed = text = request.POST.get("text", "")
        sentence = tried(
            request, lambda: site_contacts.keep(text, actor=request.actor, seen=request.seen)
        )
        if not sentence:
            messages.success(request, _("The participants of your site read this now."))
            return redirect("site_contact")
    context = {
        "typed": typed, "sentence": sentence, "longest": site_contacts.LONGEST,
        "site": study.site[own],
    }  # fmt: skip
    return render(request, "pages/mine/site_contact.html", context, status=422 if sentence else 200)


PATHS = (path("site/contact/", site_contact, name="site_contact"),)
