"""The lock's checklist as one sees it: what stands between today and lock, grouped, each linked.

What is outstanding is said by trial/actions/lock.py; here it is sorted by kind and given the
address where it is put right. How many of a set of ratings are signed is not repeated: who sees
complete sets alone would be told a wrong number.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cicatrix.trial.actions.lock import Outstanding, outstanding
from cicatrix.trial.facts import RatingRecorded
from cicatrix.trial.progress import sees
from cicatrix.trial.study import Study
from cicatrix.web.language.names import named, tag, text_in
from cicatrix.web.language.refusals import said
from cicatrix.web.oversight.data_queries import about
from cicatrix.web.participants.timeline import form_place
from cicatrix.web.where import where
from cicatrix.web.worker import Seen

KINDS = {
    "recruitment": gettext_lazy("Recruitment"),
    "visit": gettext_lazy("Visits neither attended nor missed"),
    "dose": gettext_lazy("Doses neither given nor missed"),
    "form": gettext_lazy("Forms that are empty or incomplete"),
    "signature": gettext_lazy("Forms that are not signed"),
    "rating": gettext_lazy("Ratings that are not all signed"),
    "query": gettext_lazy("Data queries that are open"),
    "eligibility": gettext_lazy("Signatures on the eligibility"),
    "request": gettext_lazy("Requests for a number"),
    "quarantine": gettext_lazy("Quarantines without a decision"),
    "destruction": gettext_lazy("Destructions without a witness"),
}
"""What can be outstanding, in the order in which it is shown."""


@dataclass(frozen=True, slots=True)
class Point:
    """One thing outstanding: its identifier, its sentence, and where it is put right."""

    id: str
    kind: str
    sentence: str
    address: str


@dataclass(frozen=True, slots=True)
class Group:
    """Things of one kind."""

    kind: str
    points: tuple[Point, ...]


def checklist(seen: Seen) -> tuple[Group, ...]:
    """List what is outstanding, as far as the actor sees it."""
    found: dict[str, list[Point]] = {kind: [] for kind in KINDS}
    for one in outstanding(seen.study, seen.trial, now=seen.now):
        subject, _colon, rest = one.id.partition(":")
        kind, _colon, what = rest.partition(":")
        kind = kind or one.id
        if kind == "rating" and _single(seen.study, what) and _sees_no_single(seen):
            continue
        found.setdefault(kind, []).append(_point(seen, one, subject, kind, what))
    return tuple(Group(kind, tuple(points)) for kind, points in found.items() if points)


def _single(study: Study, what: str) -> bool:
    form = study.form.get(what.split(".")[1])
    return form is None or form.rating is None or form.rating.raters == 1


def _sees_no_single(seen: Seen) -> bool:
    """Tell whether a single rater's score is hidden from the role until the lock."""
    role = seen.actor.role
    return role in ("coordinator", "investigator", "sponsor") or not sees(role, RatingRecorded)


def _point(seen: Seen, one: Outstanding, subject: str, kind: str, what: str) -> Point:
    role, study = seen.actor.role, seen.study
    at, words = where(role, "participant", subject), what
    match kind:
        case "recruitment":
            status = named(seen.trial.recruitment)
            sentence = _("Recruitment is not ended: {status}.").format(status=status)
            return Point(one.id, kind, sentence, where(role, "recruitment"))
        case "quarantine" | "destruction":
            stock = where(role, "kits")
            at = f"{stock}?site={subject}" if stock else ""
            return Point(one.id, kind, said(one.sentence, study), at)
        case "query":
            asked = seen.trial.participants[subject].queries[what]
            words, at = f"{what} · {about(study, asked)}", where(role, "query", subject, what)
        case "visit":
            words = text_in(study.visit[what].label, tag())
            at = where(role, "visit", subject, what) or at
        case "dose":
            words, at = _("dose of day {day}").format(day=what), where(role, "doses", subject) or at
        case "rating":
            visit, form, region = what.split(".")
            words = form_place(study, form, visit, 0, region)
            at = where(role, "rating", subject, visit, form, region) or at
        case "form" | "signature":
            name, seen_at, part, repeat = _form_parts(study, what)
            words = form_place(study, name, seen_at, repeat, part)
            at = where(role, "form", subject, name, seen_at or "-", part or "-", repeat) or at
        case _:
            return Point(one.id, kind, said(one.sentence, study), at)
    return Point(one.id, kind, f"{subject} · {words}", at)


def _form_parts(study: Study, what: str) -> tuple[str, str | None, str | None, int]:
    """Read the parts of an identifier: form, visit, region and row, those that there are."""
    name, *parts = what.split(".")
    form = study.form.get(name)
    regions = form.regions if form else ()
    visit = next((one for one in parts if one in study.visit), None)
    region = next((one for one in parts if one in regions), None)
    repeat = next((int(one) for one in parts if re.fullmatch(r"\d+", one)), 0)
    return name, visit, region, repeat


def mark(groups: Iterable[Group]) -> str:
    """Stand for the whole list, to tell whether it changed since it was shown."""
    names = "\n".join(point.id for group in groups for point in group.points)
    return sha256(names.encode()).hexdigest()[:16]


def accepted(
    groups: Sequence[Group], singly: Mapping[str, str], by_kind: Mapping[str, str]
) -> dict[str, str]:
    """Give the reason for each thing: its own, else that of its group, where there is one."""
    given = {
        point.id: singly.get(point.id, "").strip() or by_kind.get(group.kind, "").strip()
        for group in groups
        for point in group.points
    }
    return {name: reason for name, reason in given.items() if reason}
