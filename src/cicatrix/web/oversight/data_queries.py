"""Data queries over all participants: which there are, filtered, and which can be closed together.

They are in the order in which they were raised, cut into pages by their own names. What closing
one would do is asked of the act itself (trying.py); an answer or a value that changed since a list
was shown makes its line stale.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zlib import crc32

from django.utils.translation import gettext as _

from cicatrix.trial.facts import QueryRaised
from cicatrix.trial.participant import Participant, Query
from cicatrix.trial.schedule import local_date
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial
from cicatrix.web.forms.place import address_parts
from cicatrix.web.forms.sheet import recorded
from cicatrix.web.language.names import tag, text_in
from cicatrix.web.participants.timeline import form_place
from cicatrix.web.where import where
from cicatrix.web.worker import Seen

PAGE = 60
STATES = ("open", "unanswered", "answered", "closed", "all")


@dataclass(frozen=True, slots=True)
class Raised:
    """One query with what is known of it: whose, since when, what it asks about, its value now."""

    her: Participant
    query: Query
    at: datetime
    days: int

    @property
    def state(self) -> str:
        """Say how far it is."""
        if self.query.closed is not None:
            return "closed"
        return "unanswered" if self.query.answer is None else "answered"

    @property
    def token(self) -> str:
        """Name the query, its answer and the save it was looked at with."""
        data = self.her.forms.get(self.query.key)
        now = f"{self.query.answer}\n{data.entry if data else ''}"
        return f"{self.her.id} {self.query.id} {crc32(now.encode()):08x}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which queries are looked for; `days` is the least age."""

    state: str = "open"
    text: str = ""
    form: str = ""
    site: str = ""
    days: int = 0


def all_asked(seen: Seen) -> Iterator[Raised]:
    """Give every query that the actor sees, the first raised first."""
    days: dict[str, date] = {}
    for entry in seen.of(QueryRaised):
        fact = entry.fact
        assert isinstance(fact, QueryRaised)
        her = seen.trial.participants[fact.participant]
        today = days.get(her.site) or days.setdefault(her.site, seen.today(her.site))
        age = (today - local_date(seen.study, her.site, entry.at)).days
        yield Raised(her, her.queries[fact.query], entry.at, age)


def matching(asked: Sequence[Raised], wanted: Wanted) -> list[Raised]:
    """Choose those that are looked for."""
    return [one for one in asked if _fits(one, wanted)]


def _fits(one: Raised, wanted: Wanted) -> bool:
    if wanted.state == "open" and one.state == "closed":
        return False
    if wanted.state not in ("open", "all", one.state):
        return False
    return (
        wanted.text in ("", one.query.text)
        and wanted.form in ("", one.query.key.form)
        and wanted.site in ("", one.her.site)
        and one.days >= wanted.days
    )


def following(found: Sequence[Raised], everything: Sequence[Raised], after: str) -> list[Raised]:
    """Begin after a query of this name, which need not fit any more; an unknown one is none."""
    place = {one.query.id: n for n, one in enumerate(everything)}
    start = place.get(after, -1)
    return [one for one in found if place[one.query.id] > start]


def texts(asked: Sequence[Raised]) -> tuple[tuple[str, int], ...]:
    """List what open queries ask, the most frequent first, each with its number."""
    return tuple(Counter(one.query.text for one in asked if one.state != "closed").most_common())


def about(study: Study, query: Query) -> str:
    """Say what a query asks about: form, visit, region, row and item."""
    key = query.key
    form = study.form.get(key.form)
    item = form.items.get(query.item) if form else None
    label = text_in(item.label, tag()) if item else query.item
    return f"{form_place(study, key.form, key.visit, key.repeat, key.region)}: {label}"


def value_now(study: Study, one: Raised) -> str:
    """Say what is recorded of the item now."""
    form, data = study.form.get(one.query.key.form), one.her.forms.get(one.query.key)
    item = form.items.get(one.query.item) if form else None
    if item is None or data is None:
        return ""
    return recorded(study, item, data)


def item_address(role: str, one: Raised) -> str:
    """Give the address of the item's own page, empty where there is none for the role."""
    return where(role, "item", *address_parts(one.her.id, one.query.key), one.query.item)


def obstacle(trial: Trial, one: Raised | None, token: str, *, unanswered: bool) -> str:
    """Say why a query of a list is not closed with the others, empty if it is."""
    if one is None:
        return _("There is no such query.")
    if trial.locked_at is not None:
        return _("The trial is locked.")
    if one.state == "closed":
        return _("It is closed already.")
    if token and one.token != token:
        return _("Its answer or its value changed since the list was shown: look at it again.")
    if one.state == "unanswered" and not unanswered:
        return _("It has no answer yet.")
    return ""
