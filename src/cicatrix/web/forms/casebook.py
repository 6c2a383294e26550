"""One participant's casebook: all her forms and ratings as this actor sees them, for paper or PDF.

Every recorded answer, with its signature, and under each form what was changed, asked and noted of
it, by whom, when and why. It is made from the actor's sight alone, like every page. The layout is
casebook.typ, drawn by ../typeset.py.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cicatrix.trial.ledger import Entry
from cicatrix.trial.participant import FormData, FormKey, Participant, RatingKey
from cicatrix.trial.study import Study
from cicatrix.web.forms.item_history import Step, history
from cicatrix.web.forms.outcome import outcome
from cicatrix.web.forms.place import Place, title
from cicatrix.web.forms.proposal import propose, recorded_now
from cicatrix.web.forms.sheet import sheet
from cicatrix.web.language.names import at, named, tag, text_in, written
from cicatrix.web.language.refusals import said
from cicatrix.web.typeset import typeset
from cicatrix.web.worker import Seen

_LAYOUT = Path(__file__).with_name("casebook.typ")

Json: TypeAlias = "str | bool | Sequence[Json] | dict[str, Json]"


def casebook_pdf(seen: Seen, participant: Participant) -> bytes:
    """Draw the casebook of one participant."""
    return typeset(_LAYOUT, casebook(seen, participant))


def casebook(seen: Seen, participant: Participant) -> dict[str, Json]:
    """Put together what the casebook says, as shown words."""
    study, zone = seen.study, _zone(seen.study, participant)
    shown = _("As {user} ({role}) sees it on {time}.").format(
        user=seen.actor.user, role=named(seen.actor.role), time=at(seen.now, zone)
    )
    return {
        "lang": tag().partition("-")[0],
        "title": _("Casebook of participant {participant}").format(participant=participant.id),
        "head": f"{study.id} · {participant.id}",
        "subtitle": text_in(study.title, tag()),
        "shown": shown,
        "banner": _("Rehearsal: everybody here is virtual.") if seen.trial.rehearsal else "",
        "facts": _facts(study, participant),
        "empty": _("Nothing is recorded that this role sees."),
        "trail": _("What was changed, asked and noted"),
        "parts": list(_parts(seen, participant)),
    }


def _facts(study: Study, participant: Participant) -> list[Json]:
    found: list[Json] = [
        [_("Site"), text_in(study.site[participant.site].name, tag())],
        [_("Screened"), written(participant.screened_on)],
    ]
    if participant.number is not None:
        day = written(participant.randomised_on)
        found.append([_("Randomised"), f"{day}, {participant.number}"])
    for one in participant.consents:
        found.append([_("Consent"), f"{one.version}, {written(one.on)}"])
    for gone in participant.withdrawals:
        found.append([_("Withdrawn"), f"{named(gone.scope)}, {written(gone.on)}: {gone.reason}"])
    return found


def _parts(seen: Seen, participant: Participant) -> Iterator[Json]:
    entries = seen.about(participant.id)
    for visit in seen.study.visits:
        keys = [FormKey(form, visit.id) for form in visit.forms]
        forms = [_form(seen, participant, key, entries) for key in _filled(participant, keys)]
        ratings = [
            _rating(seen, participant, key) for key in participant.ratings if key.visit == visit.id
        ]
        attended, missed = participant.attended.get(visit.id), participant.missed.get(visit.id)
        if not (forms or ratings or attended or missed is not None):
            continue
        came = _("Attended on {day}.").format(day=written(attended)) if attended else ""
        note = came or (_("Missed: {reason}").format(reason=missed) if missed is not None else "")
        label = text_in(visit.label, tag())
        yield {"title": label, "note": note, "forms": forms, "tables": ratings}
    for form in seen.study.forms:
        rows = [key for key, _data in participant.rows(form.id)] if form.log else []
        if rows:
            yield {
                "title": text_in(form.label, tag()),
                "note": "",
                "forms": [_form(seen, participant, key, entries) for key in rows],
                "tables": [],
            }


def _filled(participant: Participant, keys: Sequence[FormKey]) -> Iterator[FormKey]:
    for wanted in keys:
        for key in participant.forms:
            if key._replace(region=None) == wanted:
                yield key


def _form(
    seen: Seen, participant: Participant, key: FormKey, entries: Sequence[Entry]
) -> dict[str, Json]:
    study, data = seen.study, participant.forms[key]
    place = Place(participant, study.form[key.form], key, data)
    now = recorded_now(data)
    found = sheet(study, place, propose(place.form, study.codes, {}, base=now, now=now))
    words = title(study, place)
    row = _("row {row}").format(row=words["row"]) if words["row"] else ""
    rows: list[Json] = [
        [one.label, one.recorded or one.computed or "–"]
        for one in found.questions
        if one.asked or one.recorded
    ]
    trail: list[Json] = []
    for one in found.questions:
        steps = history(study, entries, key, one.item)
        trail += [_step(study, participant, one.label, step) for step in steps if _told(step)]
    heading = [row] if place.form.log else [words["form"], words["region"]]
    return {
        "title": " · ".join(word for word in heading if word),
        "sign": _signature(study, participant, place, data),
        "rows": rows,
        "trail": trail,
    }


def _told(step: Step) -> bool:
    return step.kind != "value" or bool(step.before)


def _step(study: Study, participant: Participant, label: str, step: Step) -> Json:
    said_so = " ".join(word for word in (step.value, step.text) if word)
    if step.before:
        said_so = _("{before}, then {value}").format(before=step.before, value=step.value)
    if step.reason:
        said_so = _("{what}. Why: {reason}").format(what=said_so, reason=step.reason)
    zone = _zone(study, participant)
    return [label, f"{step.what}: {said_so}" if said_so else step.what,
            f"{step.user}, {named(step.role)}", at(step.at, zone)]  # fmt: skip


def _signature(study: Study, participant: Participant, place: Place, data: FormData) -> str:
    if place.form.signed_by is None:
        return ""
    if data.signature is None:
        return _("Not signed.")
    return _("Signed by {user} ({role}) on {time}: {meaning}.").format(
        user=data.signature.user,
        role=named(data.signature.role),
        time=at(data.signature.at, _zone(study, participant)),
        meaning=said(data.signature.meaning, study),
    )


def _rating(seen: Seen, participant: Participant, key: RatingKey) -> dict[str, Json]:
    study, found = seen.study, outcome(seen.study, participant, key)
    form = study.form[key.form]
    region = study.region[key.region]
    accepted = found.complete
    columns = [pgettext("column", "Item"), *(one.rater for one in found.ratings)]
    columns += [_("Accepted"), _("How it came")] if accepted else []
    rows: list[Json] = [
        [line.label, *line.given, *((line.accepted or "–", line.how) if accepted else ())]
        for line in found.lines
    ]
    return {
        "title": f"{text_in(form.label, tag())} · {text_in(region.label, tag())}",
        "note": " ".join(found.flags),
        "columns": columns,
        "rows": rows if found.ratings else [],
    }


def _zone(study: Study, participant: Participant) -> str:
    return study.site[participant.site].timezone
