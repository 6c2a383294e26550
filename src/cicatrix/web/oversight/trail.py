"""The audit trail: everything that happened, as one actor sees it, newest first and filtered.

Each filter is asked of the entries that the actor sees and of no others, so that no answer tells
of what is hidden; a place is that among them. What a value was before is read from the entries
about the same participant. One item's whole history is item_history.py.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from cicatrix.trial import facts
from cicatrix.trial.facts import Fact, FormSaved, ParticipantFact
from cicatrix.trial.ledger import Entry
from cicatrix.trial.participant import FormKey
from cicatrix.trial.study import Study
from cicatrix.web.forms.place import address_parts
from cicatrix.web.forms.sheet import spoken, why
from cicatrix.web.language.names import listed, named, tag, text_in
from cicatrix.web.language.refusals import said
from cicatrix.web.participants.timeline import form_place, happening
from cicatrix.web.where import where
from cicatrix.web.worker import Seen

PAGE = 60
_NAMED_KITS = 6


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are looked for; what is empty or None asks nothing."""

    participant: str = ""
    kind: str = ""
    user: str = ""
    role: str = ""
    since: date | None = None
    until: date | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One value that was entered or changed."""

    item: str
    label: str
    value: str
    before: str


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as it is shown; `place` is its place among all that the actor sees."""

    place: int
    at: datetime
    day: date
    user: str
    role: str
    site: str
    code: str
    kind: str
    participant: str
    detail: str
    remark: str
    changes: tuple[Change, ...]
    address: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filters can be set to: what occurs among the entries that are seen."""

    kinds: tuple[str, ...]
    users: tuple[str, ...]
    roles: tuple[str, ...]


def choices(seen: Seen) -> Choices:
    """List kinds, users and roles that occur."""
    entries = seen.of(Fact)
    return Choices(
        tuple(sorted({type(one.fact).__name__ for one in entries}, key=named)),
        tuple(sorted({one.actor.user for one in entries})),
        tuple(sorted({one.actor.role for one in entries}, key=named)),
    )


def found(seen: Seen, wanted: Wanted, local: Callable[[Entry], date]) -> list[tuple[int, Entry]]:
    """Choose the entries looked for, the newest first, each with its place."""
    places = enumerate(seen.of(Fact), start=1)
    fits = [(place, one) for place, one in places if _fits(place, one, wanted, local)]
    fits.reverse()
    return fits


def _fits(place: int, entry: Entry, wanted: Wanted, local: Callable[[Entry], date]) -> bool:
    if wanted.before is not None and place >= wanted.before:
        return False
    if wanted.participant and getattr(entry.fact, "participant", "") != wanted.participant:
        return False
    if wanted.kind not in ("", type(entry.fact).__name__):
        return False
    if wanted.user not in ("", entry.actor.user) or wanted.role not in ("", entry.actor.role):
        return False
    if wanted.since is None and wanted.until is None:
        return True
    day = local(entry)
    return (wanted.since or day) <= day <= (wanted.until or day)


def lines(
    seen: Seen, chosen: Sequence[tuple[int, Entry]], local: Callable[[Entry], date]
) -> Iterator[Line]:
    """Tell the entries in words."""
    subjects = {one.fact.participant for _n, one in chosen if isinstance(one.fact, FormSaved)}
    before = {name: _before(seen.about(name)) for name in subjects}
    for place, entry in chosen:
        told = happening(seen.study, entry)
        fact = entry.fact
        participant = fact.participant if isinstance(fact, ParticipantFact) else ""
        earlier = before.get(participant, {}).get(entry.commitment, {})
        changes = tuple(_changes(seen.study, fact, earlier)) if isinstance(fact, FormSaved) else ()
        detail = told.detail
        if isinstance(fact, FormSaved):
            detail = form_place(seen.study, fact.form, fact.visit, fact.repeat, fact.region)
        elif not isinstance(fact, ParticipantFact):
            detail = _of_the_trial(seen.study, fact)
        yield Line(
            place, entry.at, local(entry), entry.actor.user, entry.actor.role,
            entry.actor.site or "", type(fact).__name__, told.kind, participant,
            detail, said(told.remark, seen.study), changes, _address(seen, fact),
        )  # fmt: skip


def _before(entries: Iterable[Entry]) -> Mapping[str, Mapping[str, FormSaved]]:
    """Give, for each save, the save that each of its items had its value from until then."""
    last: dict[tuple[FormKey, str], FormSaved] = {}
    found: dict[str, Mapping[str, FormSaved]] = {}
    for entry in entries:
        fact = entry.fact
        if not isinstance(fact, FormSaved):
            continue
        key = FormKey(fact.form, fact.visit, fact.repeat, fact.region)
        names = (*fact.values, *fact.missing)
        found[entry.commitment] = {name: last[key, name] for name in names if (key, name) in last}
        last.update(dict.fromkeys(((key, name) for name in names), fact))
    return found


def _changes(study: Study, fact: FormSaved, earlier: Mapping[str, FormSaved]) -> Iterator[Change]:
    form = study.form.get(fact.form)
    for name in (*fact.values, *fact.missing):
        item = form.items.get(name) if form else None
        label = text_in(item.label, tag()) if item else name
        was = _value(study, earlier[name], name) if name in earlier else ""
        yield Change(name, label, _value(study, fact, name), was)


def _value(study: Study, saved: FormSaved, name: str) -> str:
    if name not in saved.values:
        return _("no answer: {reason}").format(reason=why(study, saved.missing[name]))
    form = study.form.get(saved.form)
    item = form.items.get(name) if form else None
    value = saved.values[name]
    return spoken(item, study.codes, value) if item else str(value)


def _of_the_trial(study: Study, fact: Fact) -> str:
    """Tell the particulars of what is about no participant."""
    sites = {one.id: text_in(one.name, tag()) for one in study.sites}
    match fact:
        case facts.TrialFounded() | facts.StudyAmended():
            return _("study version {version}").format(version=fact.study_version)
        case facts.RoleGranted() | facts.RoleRevoked() | facts.TrainingCompleted():
            place = sites.get(fact.site or "", fact.site or _("all sites"))
            return f"{fact.user} · {named(fact.role)} · {place}"
        case facts.RecruitmentChanged():
            return named(fact.status)
        case facts.ListSealed():
            return _("{n} numbers").format(n=len(fact.slots))
        case facts.TrialLocked():
            return _("{n} things accepted with a reason").format(n=len(fact.accepted))
        case facts.TemperatureRead():
            place = sites.get(fact.site, fact.site)
            return f"{place} · {fact.lowest_celsius:g}–{fact.highest_celsius:g} °C"
    parts = [sites.get(str(getattr(fact, "site", "")), "")]
    parts += [str(getattr(fact, name, "")) for name in ("quarantine", "destruction", "kit")]
    kits: tuple[str, ...] = getattr(fact, "kits", ())
    if len(kits) > _NAMED_KITS:
        parts.append(
            _("{n} kits, {first} to {last}").format(n=len(kits), first=min(kits), last=max(kits))
        )
    else:
        parts.append(listed(kits))
    return " · ".join(part for part in parts if part)


def _address(seen: Seen, fact: Fact) -> str:
    """Give the page of what an entry is about: a form, a query, a visit, a participant."""
    role = seen.actor.role
    match fact:
        case facts.FormSaved() | facts.FormSigned() | facts.SignatureVoided():
            key = FormKey(fact.form, fact.visit, fact.repeat, fact.region)
            return where(role, "form", *address_parts(fact.participant, key))
        case facts.QueryRaised() | facts.QueryAnswered() | facts.QueryClosed():
            return where(role, "query", fact.participant, fact.query)
        case facts.RatingRecorded() | facts.RatingSigned() | facts.AdjudicationCalled():
            return where(role, "rating", fact.participant, fact.visit, fact.form, fact.region)
        case facts.ParticipantFact():
            return where(role, "participant", fact.participant)
    return ""
