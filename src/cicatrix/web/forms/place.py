"""Which form an address means, and whether the one who asks may see or fill it.

An address that names no form of this study, or one that the actor's role does not see, is unknown:
the same answer for both. What is on the form is sheet.py; that a save is allowed is decided by the
act alone (trial/actions/forms.py), whose refusal is asked for beforehand here.
"""

from dataclasses import dataclass
from functools import partial

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from cicatrix.trial.actions.forms import save_form
from cicatrix.trial.errors import NotPermitted, Refused
from cicatrix.trial.facts import FormSaved, RatingRecorded
from cicatrix.trial.forms import Form
from cicatrix.trial.participant import FormData, FormKey, Participant
from cicatrix.trial.roles import Role
from cicatrix.trial.study import Study
from cicatrix.trial.visibility import SEES
from cicatrix.web.door import DATA, Asked
from cicatrix.web.forms.drafts import Drawer, place_of
from cicatrix.web.language.names import tag, text_in
from cicatrix.web.language.refusals import told
from cicatrix.web.trying import tried

READERS: tuple[Role, ...] = tuple(role for role in DATA if FormSaved in SEES[role])
"""Who sees forms at all; a participant has pages of her own."""

RATING_READERS: tuple[Role, ...] = tuple(role for role in DATA if RatingRecorded in SEES[role])
"""Who sees ratings, the raters among them."""

FORM_PATH = "participants/<str:participant>/forms/<str:form>/<str:visit>/<str:region>/<int:repeat>/"
"""The address of a form in the URL table; `address_parts` gives its parts."""

_OWN_FORMS_ALONE = ("rater",)


@dataclass(frozen=True, slots=True)
class Place:
    """One form of one participant, filled or not; `new_row` is the next row of a log form."""

    participant: Participant
    form: Form
    key: FormKey
    data: FormData | None
    new_row: bool = False

    @property
    def seen(self) -> str:
        """Give the commitment of the last save, empty before the first."""
        return self.data.entry if self.data else ""

    @property
    def parts(self) -> tuple[str, str, str, str, int]:
        """Give the parts of this form's address."""
        return address_parts(self.participant.id, self.key)

    def address(self, name: str = "form", *more: str) -> str:
        """Give the address of this form or of a page below it."""
        return reverse(name, args=[*self.parts, *more])


def address_parts(participant: str, key: FormKey) -> tuple[str, str, str, str, int]:
    """Give the parts of a form's address; "-" stands for no visit and no region."""
    return participant, key.form, key.visit or "-", key.region or "-", key.repeat


def place_at(
    request: Asked, participant: Participant, form: str, visit: str, region: str, repeat: int
) -> Place:
    """Find the form that an address means; row 0 of a log form is the list of its rows."""
    study = request.seen.study
    found = study.form.get(form)
    key = FormKey(form, None if visit == "-" else visit, repeat, None if region == "-" else region)
    if found is None or not _shown(request, found) or not _exists(study, found, key):
        raise Http404
    data = participant.forms.get(key)
    if not found.log or repeat == 0:
        return Place(participant, found, key, data)
    new_row = data is None
    if new_row and (repeat != next_row(participant, key) or not may_fill(request, found)):
        raise Http404
    return Place(participant, found, key, data, new_row)


def next_row(participant: Participant, key: FormKey) -> int:
    """Give the number of the next row of a log form."""
    return 1 + sum(1 for row, _ in participant.rows(key.form) if row.region == key.region)


def whose(request: Asked) -> str:
    """Write who acts, for a page to carry: an account that changed its role is somebody else."""
    actor = request.actor
    return " ".join((actor.user, actor.role, actor.site or "-"))


def refuse_other_hands(request: Asked) -> None:
    """Refuse what was typed on a page that was made for somebody else, or for another role."""
    made_for = request.POST.get("whose", "")
    if made_for and made_for != whose(request):
        raise Refused(
            "whose",
            _(
                "This page was opened by {then}, and now {now} acts. Nothing was recorded: "
                "act as the former again and go back, or open the page anew."
            ).format(then=made_for, now=whose(request)),
        )


def may_fill(request: Asked, form: Form) -> bool:
    """Tell whether the form is one of the actor's role."""
    return request.actor.role in form.filled_by and form.rating is None


def obstacle(request: Asked, place: Place) -> str:
    """Say why nothing can be saved here now; empty if something can."""
    try:
        tried(request, save_form, participant=place.participant.id, key=place.key, values={})
    except (Refused, NotPermitted) as problem:
        if isinstance(problem, Refused) and problem.rule == "nothing":
            return ""
        return told(problem, request.seen.study)
    return ""


def drawer(request: Asked, place: Place) -> Drawer:
    """Find where this actor's draft of a form lies."""
    key = place.key._replace(repeat=0) if place.new_row else place.key
    where = place_of(key, new_row=place.new_row)
    return Drawer(request.account, request.actor, place.participant, where)


def title(study: Study, place: Place) -> dict[str, str]:
    """Give the words that head a form: its name, its visit, its region, its row."""
    key, words = place.key, partial(text_in, language=tag())
    return {
        "form": words(place.form.label),
        "visit": words(study.visit[key.visit].label) if key.visit else "",
        "region": words(study.region[key.region].label) if key.region else "",
        "row": str(key.repeat) if place.form.log and key.repeat else "",
    }


def _shown(request: Asked, form: Form) -> bool:
    role = request.actor.role
    if form.rating is not None:
        return False
    return role not in _OWN_FORMS_ALONE or role in form.filled_by


def _exists(study: Study, form: Form, key: FormKey) -> bool:
    if key.region not in (form.regions or (None,)):
        return False
    if form.log:
        return key.visit is None
    visit = study.visit.get(key.visit or "")
    return visit is not None and form.id in visit.forms and key.repeat == 0
