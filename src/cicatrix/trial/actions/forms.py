"""Save the changed items of a form, and sign a form's present content.

A save is one fact with only what changed. Changing what was recorded needs a reason, and voids
the signature in the same act. Hard checks refuse; soft checks raise a data query of their own.
A form stays bound to the study version under which it was begun.
"""

from collections.abc import Mapping
from datetime import datetime

from cicatrix.trial.actions import gate
from cicatrix.trial.checks import NOT_ASKED, Finding, check_values, is_asked, lacking
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import Fact, FormSaved, FormSigned, QueryRaised, SignatureVoided, Value
from cicatrix.trial.forms import Form
from cicatrix.trial.participant import FormData, FormKey, Participant
from cicatrix.trial.roles import Actor
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial


def save_form(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, participant: str, key: FormKey,
    values: Mapping[str, Value], missing: Mapping[str, str] | None = None,
    reason: str | None = None,
) -> list[Fact]:  # fmt: skip
    """Record what changed on one form; saying nothing new is refused."""
    form = _form(study, key)
    found = gate.subject_of_form(study, trial, actor, form.filled_by, form.id, participant)
    _refuse_place(study, found, form, key)
    data = found.forms.get(key)
    _refuse_version(study, trial, data)
    known = data or FormData(study.version)
    gone = {name: code for name, code in (missing or {}).items() if known.missing.get(name) != code}
    changed = {
        name: value
        for name, value in values.items()
        if name not in known.values or known.values[name] != value
        or type(known.values[name]) is not type(value)
    }  # fmt: skip
    if not changed and not gone:
        raise Refused("nothing", "Nothing was changed on this form.")
    _refuse_missing(study, form, missing or {}, values)
    answers = {name: value for name, value in known.values.items() if name not in gone} | changed
    changed, gone = _with_dependants(study, form, known, answers, changed, gone)
    corrected = [n for n in (*changed, *gone) if n in known.values or n in known.missing]
    if corrected:
        reason = gate.reasoned(reason, what=f"Changing {', '.join(corrected)}")
    findings = check_values(form, study.codes, changed, answers)
    for finding in findings:
        if finding.hard:
            raise Refused(finding.rule, _sentence(finding))
    saved = FormSaved(
        participant=participant,
        **key._asdict(),
        values=changed,
        missing=gone,
        reason=reason,
        study_version=known.study_version,
    )
    return [saved, *_voided(participant, key, data), *_queries(trial, found, key, findings)]


def sign_form(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, participant: str, key: FormKey,
    meaning: str = "reviewed and correct",
) -> list[Fact]:  # fmt: skip
    """Sign a complete form; the signature is bound to the content as saved last."""
    form = _form(study, key)
    if form.signed_by is None:
        raise Refused("unsigned_form", f"Form {form.id} needs no signature.")
    found = gate.subject_of_form(study, trial, actor, (form.signed_by,), form.id, participant)
    data = found.forms.get(key)
    if data is None:
        raise Refused("empty", f"Form {form.id} has not been filled.")
    _refuse_version(study, trial, data)
    if data.signature is not None:
        raise Refused("signed", f"Form {form.id} is signed already, by {data.signature.user}.")
    open_items = lacking(form, study.codes, data)
    if open_items:
        raise Refused(
            "incomplete", f"Form {form.id} still lacks {', '.join(open_items)}; or give a reason."
        )
    return [
        FormSigned(
            participant=participant, **key._asdict(), meaning=meaning, signed_entry=data.entry
        )
    ]


def _form(study: Study, key: FormKey) -> Form:
    form = study.form.get(key.form)
    if form is None:
        raise Refused("unknown_form", f"This study has no form {key.form}.")
    if form.rating is not None:
        raise Refused("rated_form", f"Form {form.id} is filled by raters, as a rating.")
    return form


def _refuse_place(study: Study, participant: Participant, form: Form, key: FormKey) -> None:
    """Check visit, row and region of the form, and that she may still be asked."""
    new = key not in participant.forms
    if not participant.consents:
        raise Refused("no_consent", f"{participant.id} has not signed a consent.")
    withdrawal = participant.withdrawn_from("all" if form.log else "visits")
    if new and withdrawal is not None:
        raise Refused("withdrawn", f"{participant.id} withdrew on {withdrawal.on}.")
    if key.region not in (form.regions or (None,)):
        raise Refused(
            "region", f"Form {form.id} is filled for: {', '.join(form.regions) or 'her'}."
        )
    if form.log:
        rows = sum(1 for row, _ in participant.rows(form.id) if row.region == key.region)
        if key.visit is not None or not 1 <= key.repeat <= rows + 1:
            raise Refused("row", f"The next row of form {form.id} is number {rows + 1}.")
        return
    visit = study.visit.get(key.visit or "")
    if visit is None or form.id not in visit.forms or key.repeat != 0:
        raise Refused("visit", f"Form {form.id} is not a form of visit {key.visit}.")
    if new and visit.id not in participant.attended:
        raise Refused("not_attended", f"Record first that {participant.id} came to {visit.id}.")


def _refuse_version(study: Study, trial: Trial, data: FormData | None) -> None:
    bound = data.study_version if data else trial.study_version
    if study.version != bound:
        raise Refused("study_version", f"This form belongs to version {bound} of the study file.")


def _refuse_missing(
    study: Study, form: Form, missing: Mapping[str, str], values: Mapping[str, Value]
) -> None:
    codes = [code.code for code in study.missing_reasons]
    for name, code in missing.items():
        if name not in form.items or form.items[name].computed is not None:
            raise Refused("type", f"Form {form.id} has no item {name} to leave out.")
        if code not in codes:
            raise Refused("missing", f"{name}: a missing answer needs one of {codes}.")
        if name in values:
            raise Refused("missing", f"{name} has both an answer and a reason for having none.")


def _with_dependants(
    study: Study, form: Form, known: FormData, answers: dict[str, Value],
    changed: dict[str, Value], gone: dict[str, str],
) -> tuple[dict[str, Value], dict[str, str]]:  # fmt: skip
    """Take back answers to questions that the new answers make not asked any more."""
    while True:
        idle = [
            name
            for name in known.values
            if name in answers and name not in changed
            and not is_asked(form.items[name], form, study.codes, answers)
        ]  # fmt: skip
        if not idle:
            return changed, gone
        for name in idle:
            del answers[name]
            gone = {**gone, name: NOT_ASKED}


def _sentence(finding: Finding) -> str:
    return finding.message.get("en") or next(iter(finding.message.values()))


def _voided(participant: str, key: FormKey, data: FormData | None) -> list[Fact]:
    if data is None or data.signature is None:
        return []
    signed = data.signature.entry
    return [SignatureVoided(participant=participant, **key._asdict(), signed_entry=signed)]


def _queries(
    trial: Trial, participant: Participant, key: FormKey, findings: tuple[Finding, ...]
) -> list[Fact]:
    open_texts = {
        query.text
        for query in participant.queries.values()
        if query.key == key and query.closed is None
    }
    fresh = [finding for finding in findings if _sentence(finding) not in open_texts]
    return [
        QueryRaised(
            participant=participant.id,
            query=f"Q{trial.queries + count:04d}",
            **key._asdict(),
            item=finding.item,
            text=_sentence(finding),
        )
        for count, finding in enumerate(fresh, start=1)
    ]
