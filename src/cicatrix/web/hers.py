"""What a participant's own pages show of her: visits to come, forms that wait, consents she signed.

Pure functions of the study and of what she sees, which is her own record and nobody else's. How it
is said to her is templates/pages/mine/; the pages are pages/mine.py and those beside it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from cicatrix.trial import facts
from cicatrix.trial.actions.screening import consent_in_force
from cicatrix.trial.checks import lacking
from cicatrix.trial.forms import Form
from cicatrix.trial.ledger import Entry
from cicatrix.trial.participant import FormKey, Participant
from cicatrix.trial.progress import dose_open
from cicatrix.trial.schedule import Due, due_dates
from cicatrix.trial.study import Study, Visit
from cicatrix.web.language.names import text_in


@dataclass(frozen=True, slots=True)
class Expected:
    """One visit to come, when, and whether its last day has passed."""

    visit: Visit
    due: Due
    overdue: bool


@dataclass(frozen=True, slots=True)
class Coming:
    """Her visits to come: those for which she should come now, later ones, and those undated."""

    now: tuple[Expected, ...] = ()
    later: tuple[Expected, ...] = ()
    undated: tuple[Visit, ...] = ()


@dataclass(frozen=True, slots=True)
class Signed:
    """One consent as she signed it; `text` is empty if the study file has that version no more."""

    number: int
    version: str
    language: str
    text: str
    releases: tuple[str, ...]
    on: date
    at: datetime
    herself: bool


def coming(study: Study, her: Participant, today: date) -> Coming:
    """List the visits to come, as far as she can know: her number is not seen by her.

    What she did not come to before a visit that she came to is behind her; and before her first
    dose nobody tells her that she is late, for she may not be in the trial.
    """
    if her.withdrawn_from("visits") is not None:
        return Coming()
    dates = due_dates(study, _anchors(study, her))
    order = [visit.id for visit in study.visits]
    reached = max((order.index(one) for one in her.attended if one in order), default=-1)
    now, later, undated = [], [], []
    for visit in study.visits[reached + 1 :]:
        if visit.id in her.missed or _dose_settled(study, her, visit):
            continue
        due = dates.get(visit.id)
        if due is None or (today > due.last and not her.tubes):
            undated.append(visit)
        elif today < due.first:
            later.append(Expected(visit, due, overdue=False))
        else:
            now.append(Expected(visit, due, overdue=today > due.last))
    later.sort(key=lambda one: one.due.planned)
    return Coming(tuple(now), tuple(later), tuple(undated))


def _dose_settled(study: Study, her: Participant, visit: Visit) -> bool:
    """Tell whether all that would happen at a visit is a dose that was given, missed or ended."""
    if visit.dosing_day is None or visit.forms:
        return False
    ended = her.withdrawn_from("treatment") is not None
    return ended or not dose_open(study, her, visit.dosing_day)


def _anchors(study: Study, her: Participant) -> dict[str, date]:
    """Give what her visits count from; her last dose is known once none is left open."""
    if not her.consents:
        return {}
    anchors = her.milestones()
    treated = her.withdrawn_from("treatment") is None
    if treated and any(dose_open(study, her, day) for day in study.dosing_days):
        anchors.pop("last_dose", None)
    return anchors


def asked_to_sign(study: Study, her: Participant, today: date) -> Literal["first", "again", ""]:
    """Say whether a consent waits for her: the first, or a newer version than she signed."""
    current = consent_in_force(study, today)
    if current is None or her.withdrawn_from("all") is not None:
        return ""
    if not her.consents:
        return "first"
    return "" if any(one.version == current.version for one in her.consents) else "again"


def own_forms(study: Study) -> Iterator[Form]:
    """List the forms that participants fill in themselves."""
    for form in study.forms:
        if "participant" in form.filled_by and form.rating is None:
            yield form


def waiting(study: Study, her: Participant) -> tuple[FormKey, ...]:
    """List what she is asked about visits that she came to and has not answered whole."""
    if not her.consents:
        return ()
    own = {form.id for form in own_forms(study) if not form.log}
    ended = her.withdrawn_from("visits") is not None
    found = []
    for visit in study.visits:
        if visit.id not in her.attended:
            continue
        for name in (one for one in visit.forms if one in own):
            for region in study.form[name].regions or (None,):
                key = FormKey(name, visit.id, 0, region)
                data = her.forms.get(key)
                if (data is None and not ended) or (
                    data is not None and lacking(study.form[name], study.codes, data)
                ):
                    found.append(key)
    return tuple(found)


def answered(study: Study, her: Participant) -> tuple[FormKey, ...]:
    """List what she has answered whole, in the order of the visits."""
    order = {visit.id: place for place, visit in enumerate(study.visits)}
    own = {form.id for form in own_forms(study) if not form.log}
    left = set(waiting(study, her))
    keys = [key for key in her.forms if key.form in own and key not in left]
    return tuple(sorted(keys, key=lambda key: order.get(key.visit or "", len(order))))


def diaries(study: Study, her: Participant) -> tuple[Form, ...]:
    """List the forms that she can write in whenever she likes."""
    if not her.consents:
        return ()
    return tuple(form for form in own_forms(study) if form.log)


def signed_consents(study: Study, entries: Iterable[Entry]) -> tuple[Signed, ...]:
    """List the consents that she signed, the first one first, each with the text she signed."""
    texts = {one.version: one.summary for one in study.consent.versions}
    found: list[Signed] = []
    for entry in entries:
        fact = entry.fact
        if isinstance(fact, facts.ConsentSigned):
            text = text_in(texts.get(fact.consent_version, {}), fact.language)
            herself = entry.actor.role == "participant"
            number, version, language = len(found) + 1, fact.consent_version, fact.language
            releases, on = fact.releases, fact.on
            found.append(Signed(number, version, language, text, releases, on, entry.at, herself))
    return tuple(found)
