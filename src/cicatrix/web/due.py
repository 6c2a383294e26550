"""What is due for one actor today, worked out from what he or she sees and may do.

Each group below is a function of the study and of the trial as seen; it is asked for by the roles
that can do something about it, and what nobody is due to do is not there. How far visits are is
trial/progress.py, which doses are open dosing.py; the page is pages/today.py.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cicatrix.trial.eligibility import assess
from cicatrix.trial.participant import FormKey, Participant, Query, RatingKey
from cicatrix.trial.progress import awaited, form_standing
from cicatrix.trial.roles import PERMITTED, Actor
from cicatrix.trial.schedule import due_dates
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial
from cicatrix.web.forms.place import address_parts
from cicatrix.web.language.names import tag, text_in
from cicatrix.web.participants.overview import lacking_releases
from cicatrix.web.supply.dosing import concerns, doses_of
from cicatrix.web.where import where
from cicatrix.web.worker import Seen

AHEAD = timedelta(days=28)
"""How long before its window opens a follow-up visit is worth a call."""

RECENT = timedelta(days=28)
"""How long after her screening somebody who was not randomised is still named here."""

_ENROLLING = ("coordinator", "investigator")


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing to do: what, about whom, where to do it, how it stands and until when."""

    what: str
    participant: str = ""
    address: str = ""
    shape: str = "due"
    until: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Things of one kind under one heading."""

    heading: str
    things: tuple[Thing, ...]


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, of what he or she sees."""

    seen: Seen

    @property
    def study(self) -> Study:
        """The study in force."""
        return self.seen.study

    @property
    def trial(self) -> Trial:
        """The trial as it is seen."""
        return self.seen.trial

    @property
    def actor(self) -> Actor:
        """Who asks."""
        return self.seen.actor

    @property
    def role(self) -> str:
        """The role that is acted in."""
        return self.actor.role

    def may(self, act: str) -> bool:
        """Say whether the role may do an act of the table."""
        return self.role in PERMITTED[act]

    def address(self, name: str, *parts: object) -> str:
        """Give the address of a page for this role, empty if it is none of its."""
        return where(self.role, name, *parts)

    def text(self, texts: Mapping[str, str]) -> str:
        """Say a text of the study file in the reader's language."""
        return text_in(texts, tag())


def groups(asking: Asking) -> tuple[Group, ...]:
    """List everything that is due, the most pressing first; groups with nothing are left out."""
    found: dict[str, list[Thing]] = {name: [] for name in _HERS}
    for hers in asking.seen.each("due", lambda her, today: _of_one(asking, her, today)):
        for name, things in hers:
            found[name] += things
    made = (
        Group(_("Third rater called"), tuple(found["third ratings"])),
        Group(_("Doses"), tuple(_doses(asking))),
        Group(_("Ratings"), tuple(found["ratings"])),
        Group(_("Being enrolled"), tuple(reversed(found["enrolling"]))),
        Group(_("Visits"), tuple(sorted(found["visits"], key=_soonest))),
        Group(_("Call for a coming visit"), tuple(sorted(found["calls"], key=_soonest))),
        Group(_("Forms to fill"), tuple(found["forms"])),
        Group(_("Waiting for your signature"), tuple(found["signatures"])),
        Group(_("Data queries"), tuple(found["queries"])),
        Group(_("Kits"), (*found["requests"], *_kits(asking))),
    )
    return tuple(group for group in made if group.things)


def _of_one(
    asking: Asking, her: Participant, today: date
) -> tuple[tuple[str, tuple[Thing, ...]], ...]:
    """List what is due about one participant, by group."""
    found = ((name, tuple(work(asking, her, today))) for name, work in _HERS.items())
    return tuple((name, things) for name, things in found if things)


def _soonest(thing: Thing) -> tuple[date, str]:
    return thing.until or date.max, thing.participant


def _third_ratings(asking: Asking, woman: Participant, today: date) -> Iterator[Thing]:
    if not asking.may("record_rating"):
        return
    for key, on in woman.called.items():
        signed = any(one.position == 3 for one in woman.ratings.get(key, ()))
        if on == today and not signed and _may_rate(asking, woman, key):
            yield _rating(asking, woman, key, _("Two ratings differ: please rate her today."))


def _ratings(asking: Asking, woman: Participant, today: date) -> Iterator[Thing]:
    if not asking.may("record_rating"):
        return
    for visit, on in woman.attended.items():
        for form in _forms_at(asking.study, visit):
            rule = asking.study.form[form].rating
            if rule is None or (rule.same_day and on != today):
                continue
            for region in asking.study.form[form].regions:
                key = RatingKey(visit, form, region)
                if key not in woman.called and _may_rate(asking, woman, key):
                    yield _rating(asking, woman, key, "")


def _forms_at(study: Study, visit: str) -> tuple[str, ...]:
    found = study.visit.get(visit)
    return () if found is None else found.forms


def _may_rate(asking: Asking, woman: Participant, key: RatingKey) -> bool:
    """Tell whether this rater has not signed a rating of his own; others' are not known here."""
    ratings = woman.ratings.get(key, ())
    if any(one.rater == asking.actor.user and one.signature for one in ratings):
        return False
    return not any(one.rater != asking.actor.user and one.position == 3 for one in ratings)


def _rating(asking: Asking, woman: Participant, key: RatingKey, note: str) -> Thing:
    form, visit = asking.study.form[key.form], asking.study.visit[key.visit]
    region = asking.study.region[key.region]
    return Thing(
        what=f"{asking.text(form.label)} · {asking.text(region.label)}",
        participant=woman.id,
        address=asking.address("rating", woman.id, key.visit, key.form, key.region),
        shape="late" if note else "due",
        note=note or asking.text(visit.label),
    )


def _doses(asking: Asking) -> Iterator[Thing]:
    if not (asking.may("apply_tube") or asking.may("miss_dose")):
        return
    seen = asking.seen
    concerned = seen.each("doses", lambda her, today: concerns(seen.study, her, today))
    women = [
        her for her, is_so in zip(seen.trial.participants.values(), concerned, strict=True) if is_so
    ]
    due = (
        one for her in women for one in doses_of(seen.study, seen.trial, her, seen.today(her.site))
    )
    for one in due:
        if one.day.standing == "given":
            continue
        late = one.day.standing == "open"
        yield Thing(
            what=_("Dose of day %(day)s") % {"day": one.day.day},
            participant=one.participant,
            address=asking.address("doses", one.participant),
            shape="late" if late else "due",
            until=one.day.due.last if one.day.due else None,
            note=_("neither given nor missed") if late else ", ".join(one.kits),
        )


def _enrolling(asking: Asking, woman: Participant, today: date) -> Iterator[Thing]:
    if asking.role not in _ENROLLING or today - woman.screened_on > RECENT:
        return
    if woman.number is not None or woman.withdrawn_from("treatment") is not None:
        return
    step = _next_step(asking, woman)
    if step is not None:
        yield step


def _next_step(asking: Asking, woman: Participant) -> Thing | None:
    """Say what a woman who was screened needs next, or None if nothing can be done."""
    study = asking.study
    lacking = [one for one in lacking_releases(study, woman) if one.required]
    if not woman.consents:
        return _step(asking, woman, _("Consent is not signed yet"), "consent")
    if lacking:
        wanted = asking.text(lacking[0].label)
        return _step(asking, woman, _("A release is missing"), "consent", note=wanted)
    if woman.eligibility is not None and not woman.eligibility.eligible:
        return None
    if woman.eligibility is not None:
        if woman.id in asking.trial.requested:
            return _step(asking, woman, _("Waits for the custodian's answer"), "participant")
        return _step(asking, woman, _("Eligible: ready to be randomised"), "randomise")
    answers = next(
        (data.values for key, data in woman.forms.items() if key.form == study.eligibility.form), {}
    )
    assessed = assess(study, answers)
    if assessed.eligible is None:
        items = study.form[study.eligibility.form].items
        names = [asking.text(items[one].label) for one in assessed.missing if one in items]
        note = ", ".join(names[:3]) + (" …" if len(names) > 3 else "")
        return _step(asking, woman, _("Eligibility: answers are missing"), "eligibility", note=note)
    if asking.may("sign_eligibility"):
        return _step(asking, woman, _("Eligibility: please sign"), "eligibility")
    return _step(asking, woman, _("Eligibility waits for the investigator"), "eligibility")


def _step(asking: Asking, woman: Participant, what: str, page: str, note: str = "") -> Thing:
    address = asking.address(page, woman.id) or asking.address("participant", woman.id)
    return Thing(what=what, participant=woman.id, address=address, note=note)


def _visits(asking: Asking, woman: Participant, today: date) -> Iterator[Thing]:
    if not asking.may("attend_visit"):
        return
    for state in awaited(asking.study, woman, today, role=asking.role):
        if state.visit.dosing_day is not None and not state.visit.forms:
            continue  # all that happens at such a visit is its dose, and that is above
        yield Thing(
            what=asking.text(state.visit.label),
            participant=woman.id,
            address=asking.address("visit", woman.id, state.visit.id),
            shape={"overdue": "late", "leaving": "late"}.get(state.standing, "due"),
            until=state.due.last if state.due else today,
            note=_contacted(woman, state.visit.id),
        )


def _contacted(woman: Participant, visit: str) -> str:
    """Say how the last attempt to reach her went, empty if it is too early to ask."""
    tried = [one for one in woman.contacts if one.visit in (None, visit)]
    if not tried:
        return ""
    if tried[-1].reached:
        return _("reached")
    return ngettext("not reached, tried once", "not reached, tried %(n)s times", len(tried)) % {
        "n": len(tried)
    }


def _calls(asking: Asking, woman: Participant, today: date) -> Iterator[Thing]:
    """List follow-up visits that come within weeks, so that she is called in time."""
    address = asking.address("contact", woman.id)
    if not address or woman.number is None or woman.withdrawn_from("visits") is not None:
        return
    for name, due in due_dates(asking.study, woman.milestones()).items():
        visit = asking.study.visit[name]
        done = name in woman.attended or name in woman.missed
        if done or visit.dosing_day is not None or not today < due.first <= today + AHEAD:
            continue
        if any(one.reached and one.visit == name for one in woman.contacts):
            continue
        yield Thing(
            what=asking.text(visit.label),
            participant=woman.id,
            address=address,
            shape="open",
            until=due.first,
            note=_contacted(woman, visit.id),
        )


def _forms(asking: Asking, woman: Participant, today: date) -> Iterator[Thing]:
    """List this role's own forms of visits that took place and that nobody has filled."""
    for visit in woman.attended:
        for name in _forms_at(asking.study, visit):
            form = asking.study.form[name]
            if form.rating is not None or asking.role not in form.filled_by:
                continue
            for region in form.regions or (None,):
                key = FormKey(name, visit, 0, region)
                standing = form_standing(asking.study, woman, form, key)
                if standing in ("empty", "incomplete"):
                    yield _form(asking, woman, key, part=standing == "incomplete")


def _form(asking: Asking, woman: Participant, key: FormKey, *, part: bool = False) -> Thing:
    form, visit = asking.study.form[key.form], asking.study.visit.get(key.visit or "")
    region = asking.study.region.get(key.region or "")
    names = [asking.text(form.label), asking.text(region.label) if region else ""]
    return Thing(
        what=" · ".join(name for name in names if name),
        participant=woman.id,
        address=asking.address("form", *address_parts(woman.id, key)),
        shape="part" if part else "due",
        note=asking.text(visit.label) if visit else "",
    )


def _signatures(asking: Asking, woman: Participant, today: date) -> Iterator[Thing]:
    for key in woman.forms:
        form = asking.study.form.get(key.form)
        if form is None or form.signed_by != asking.role:
            continue
        if form_standing(asking.study, woman, form, key) == "unsigned":
            yield _form(asking, woman, key)


def _queries(asking: Asking, woman: Participant, today: date) -> Iterator[Thing]:
    """List queries that wait for this role: to answer at the site, to accept elsewhere."""
    closes = asking.may("close_query")
    if not (closes or asking.may("answer_query")):
        return
    for query in woman.queries.values():
        if query.closed is None and (query.answer is not None) is closes:
            yield _query(asking, woman, query)


def _query(asking: Asking, woman: Participant, query: Query) -> Thing:
    return Thing(
        what=query.text,
        participant=woman.id,
        address=asking.address("item", *address_parts(woman.id, query.key), query.item),
        shape="due",
        note=query.id,
    )


def _kits(asking: Asking) -> Iterator[Thing]:
    stock, site = asking.trial.stock, asking.actor.site
    for name, held in stock.quarantines.items():
        if held.decided is None and asking.may("release_quarantine"):
            yield Thing(
                what=_("Decide on quarantine %(name)s") % {"name": name},
                address=asking.address("kits_decide", name),
                note=held.reason,
            )
    for name, one in stock.destructions.items():
        another = one.by != asking.actor.user and site in (None, one.site)
        if one.witness is None and another and asking.may("witness_destruction"):
            yield Thing(
                what=_("Witness destruction %(name)s") % {"name": name},
                address=asking.address("kits"),
            )


def _requests(asking: Asking, woman: Participant, today: date) -> Iterator[Thing]:
    asked = woman.id in asking.trial.requested and woman.number is None
    if asked and asking.may("answer_request"):
        yield Thing(
            what=_("A number is requested: answer it in your own program"), participant=woman.id
        )


_HERS: Mapping[str, Callable[[Asking, Participant, date], Iterator[Thing]]] = {
    "third ratings": _third_ratings,
    "ratings": _ratings,
    "enrolling": _enrolling,
    "visits": _visits,
    "calls": _calls,
    "forms": _forms,
    "signatures": _signatures,
    "queries": _queries,
    "requests": _requests,
}
"""What is due about one participant and rests on her own record alone."""
