"""Everything that happened to one participant, in words: what, the particulars, who and when.

An entry is told from its fact alone, with the labels that the study file gives; scores and answers
are not repeated here, they stand on their forms. Which entries there are is decided by what the
actor sees (worker.py).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from cicatrix.trial import facts
from cicatrix.trial.facts import Fact
from cicatrix.trial.ledger import Entry
from cicatrix.trial.study import Study
from cicatrix.web.language.names import listed, named, tag, text_in, written

PAGE = 60


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry in words; `place` is its place among all that the actor sees of her."""

    place: int
    kind: str
    detail: str
    remark: str
    user: str
    role: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Stretch:
    """One page of a timeline, newest first, and the place before which the next begins."""

    happenings: tuple[Happening, ...]
    before: int


def stretch(study: Study, entries: Sequence[Entry], before: int | None) -> Stretch:
    """Tell the newest entries, or those before a place."""
    earlier = [one for one in entries if before is None or one.seq < before]
    shown = earlier[-PAGE:]
    told = tuple(happening(study, one) for one in reversed(shown))
    return Stretch(told, shown[0].seq if len(earlier) > len(shown) else 0)


def happening(study: Study, entry: Entry) -> Happening:
    """Tell one entry."""
    fact = entry.fact
    kind = named(type(fact).__name__)
    detail, remark = _detail(study, fact), _remark(fact)
    return Happening(entry.seq, kind, detail, remark, entry.actor.user, entry.actor.role, entry.at)


def form_place(study: Study, form: str, visit: str | None, repeat: int, region: str | None) -> str:
    """Name a form with its visit, its region and its row."""
    parts = [_label(study.form, form)]
    if visit is not None:
        parts.append(_label(study.visit, visit))
    if region is not None:
        parts.append(_label(study.region, region))
    if repeat:
        parts.append(_("row {number}").format(number=repeat))
    return " · ".join(parts)


def _detail(study: Study, fact: Fact) -> str:
    match fact:
        case facts.FormSaved():
            where = form_place(study, fact.form, fact.visit, fact.repeat, fact.region)
            return _with(where, _items(study, fact.form, (*fact.values, *fact.missing)))
        case facts.SourceVerified():
            where = form_place(study, fact.form, fact.visit, fact.repeat, fact.region)
            return _with(where, _items(study, fact.form, fact.items))
        case facts.FormSigned() | facts.SignatureVoided():
            return form_place(study, fact.form, fact.visit, fact.repeat, fact.region)
        case facts.QueryRaised() | facts.CommentMade():
            where = form_place(study, fact.form, fact.visit, fact.repeat, fact.region)
            name = f"{fact.query} · " if isinstance(fact, facts.QueryRaised) else ""
            return name + _with(where, _items(study, fact.form, (fact.item,)))
        case facts.QueryAnswered() | facts.QueryClosed():
            return fact.query
        case facts.RatingRecorded() | facts.RatingSigned():
            place = form_place(study, fact.form, fact.visit, 0, fact.region)
            return _("{place}, rating {position}").format(place=place, position=fact.position)
        case facts.AdjudicationCalled():
            return form_place(study, fact.form, fact.visit, 0, fact.region)
    return _enrolment(study, fact) or _treatment(fact) or _conduct(study, fact)


def _enrolment(study: Study, fact: Fact) -> str:
    match fact:
        case facts.ParticipantScreened():
            return written(fact.on)
        case facts.ConsentSigned():
            releases = [_label({one.id: one for one in study.consent.releases}, name)
                        for name in fact.releases]  # fmt: skip
            granted = listed(releases) or _("no release granted")
            return _("Version {version}, signed on {day}; {releases}").format(
                version=fact.consent_version, day=written(fact.on), releases=granted
            )
        case facts.ReleaseWithdrawn():
            return _label({one.id: one for one in study.consent.releases}, fact.release)
        case facts.EligibilitySigned():
            if fact.eligible:
                return _("eligible")
            texts = {one.id: one.text for one in study.eligibility.criteria}
            unmet = [text_in(texts.get(one, {"": one}), tag()) for one in fact.unmet]
            return _("not eligible: {criteria}").format(criteria=listed(unmet))
        case facts.RandomisationRequested():
            return written(fact.on)
        case facts.Randomised():
            return _("number {number}").format(number=fact.number)
    return ""


def _treatment(fact: Fact) -> str:
    match fact:
        case facts.KitDispensed():
            return _("kit {kit}").format(kit=fact.kit)
        case facts.TubeApplied():
            return _("tube {tube} of kit {kit}, for day {day}, on {on}").format(
                tube=fact.tube, kit=fact.kit, day=fact.day, on=written(fact.on)
            )
        case facts.TubeDiscarded():
            return _("tube {tube} of kit {kit}").format(tube=fact.tube, kit=fact.kit)
        case facts.DoseMissed():
            return _("day {day}").format(day=fact.day)
    return ""


def _conduct(study: Study, fact: Fact) -> str:
    match fact:
        case facts.VisitAttended():
            return _on(_label(study.visit, fact.visit), fact.on)
        case facts.VisitMissed():
            return _label(study.visit, fact.visit)
        case facts.DeviationRecorded():
            category = _label({one.id: one for one in study.deviations}, fact.category)
            return _on(category, fact.on)
        case facts.Withdrawn():
            return _("from {scope}, by the {who}, on {day}").format(
                scope=named(fact.scope), who=named(fact.by), day=written(fact.on)
            )
        case facts.CodeBroken() | facts.AllocationReleased():
            return _("told: {who}").format(who=fact.told)
        case facts.ContactTried():
            outcome = _("she was reached") if fact.reached else _("she was not reached")
            what = _with(_label(study.visit, fact.visit), outcome) if fact.visit else outcome
            return _on(what, fact.on)
        case facts.PhotographTaken():
            return _label(study.visit, fact.visit) if fact.visit else written(fact.on)
    return ""


def _remark(fact: Fact) -> str:
    """Give what a person wrote: a reason or a text."""
    return str(getattr(fact, "reason", None) or getattr(fact, "text", None) or "")


def _items(study: Study, form: str, names: Iterable[str]) -> str:
    known = study.form[form].items if form in study.form else {}
    return listed(_label(known, name) for name in names)


def _with(what: str, which: str) -> str:
    return _("{what}: {which}").format(what=what, which=which)


def _on(what: str, day: date) -> str:
    return _("{what}, on {day}").format(what=what, day=written(day))


def _label(parts: Mapping[str, object], name: str) -> str:
    """Name a part of the study; one that this version no longer has goes by its identifier."""
    part = parts.get(name)
    return name if part is None else text_in(getattr(part, "label", {"": name}), tag())
