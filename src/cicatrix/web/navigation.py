"""What stands around every page: the trial, who acts, the way to the other pages, the language.

The list below is the menu; a page is in it for those whom its door lets in. The pages themselves
are in pages/, the frame's template is templates/frame.html.
"""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cicatrix.web.where import where as where_for

MENU = (
    ("today", _("Today")),
    ("participants", _("Participants")),
    ("doses_today", _("Doses")),
    ("kits", _("Kits")),
    ("allocation", _("Allocation")),
    ("study", _("Study")),
    ("queries", _("Queries")),
    ("verification", _("Verification")),
    ("oversight", _("Oversight")),
    ("audit", _("Audit trail")),
    ("lock", _("Lock")),
    ("access_report", _("Access")),
    ("people", _("People")),
    ("site_contact", _("Site telephone")),
)
"""Names of pages in the URL table, in the order of the menu."""


def frame(request: HttpRequest) -> dict[str, object]:
    """Give the frame of a page: for who has not come in yet it is nearly empty."""
    seen, actor = getattr(request, "seen", None), getattr(request, "actor", None)
    if seen is None or actor is None:
        return {"menu": ()}
    menu = [
        {"name": name, "label": label, "where": where, "here": _here(request, where)}
        for name, label in MENU
        if (where := where_for(actor.role, name))
    ]
    return {"menu": menu, "actor": actor, "seen": seen, "study": seen.study}


def _here(request: HttpRequest, where: str) -> bool:
    return request.path == where or (where != "/" and request.path.startswith(where))
