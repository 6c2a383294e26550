"""How a status is shown: its shape (a class of the style sheet) and its words.

A status is a shape and a word before it is a colour. What the status of a visit or a form is, is
trial/progress.py; at which stage a participant is, matrix.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy, pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as Words


@dataclass(frozen=True, slots=True)
class Look:
    """One status to be shown."""

    shape: str
    words: "Words"


VISITS: Mapping[str, Look] = {
    "undated": Look("off", gettext_lazy("no date yet")),
    "not_due": Look("open", gettext_lazy("not due yet")),
    "due": Look("due", gettext_lazy("due now")),
    "leaving": Look("leaving", gettext_lazy("due, window closes soon")),
    "overdue": Look("late", gettext_lazy("overdue")),
    "complete": Look("done", gettext_lazy("attended, complete")),
    "incomplete": Look("part", gettext_lazy("attended, something is still open")),
    "missed": Look("missed", gettext_lazy("missed")),
    "ended": Look("ended", gettext_lazy("will not take place")),
}
"""A visit of one participant."""

ATTENDED = Look("done", gettext_lazy("attended"))
"""A visit at which somebody was, for a role that sees no more of it."""

FORMS: Mapping[str, Look] = {
    "empty": Look("open", pgettext_lazy("form", "not begun")),
    "incomplete": Look("part", pgettext_lazy("form", "incomplete")),
    "unsigned": Look("due", pgettext_lazy("form", "waits for a signature")),
    "unrated": Look("due", pgettext_lazy("form", "waits for its raters")),
    "done": Look("done", pgettext_lazy("form", "complete")),
}
"""A form at a visit, or a row of a log form."""

STAGES: Mapping[str, "Words"] = {
    "screened": gettext_lazy("screened, no consent yet"),
    "consented": gettext_lazy("consented, not randomised yet"),
    "not_eligible": gettext_lazy("not eligible"),
    "requested": gettext_lazy("number requested"),
    "randomised": gettext_lazy("randomised"),
    "withdrawn": gettext_lazy("withdrawn"),
    "due_now": gettext_lazy("a visit is due now"),
    "overdue": gettext_lazy("a visit is overdue"),
}
"""Where a participant is on her way; the last two are what a matrix can be filtered by besides."""
