"""Lock the trial by checklist: nothing outstanding, or a reason for each thing that stays so.

`outstanding` is the list that everyone can look at on any day. After the lock no act about a
participant is accepted, and only then may the allocation be opened.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from cicatrix.trial.actions import gate
from cicatrix.trial.actions.answer_request import waiting
from cicatrix.trial.checks import lacking
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import Fact, TrialLocked
from cicatrix.trial.participant import Participant, RatingKey
from cicatrix.trial.progress import dose_open
from cicatrix.trial.roles import Actor
from cicatrix.trial.schedule import due_dates, local_date
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial

_ENDED = ("ACTIVE_NOT_RECRUITING", "TERMINATED", "COMPLETED", "WITHDRAWN")


@dataclass(frozen=True, slots=True)
class Outstanding:
    """One thing between today and lock: a stable identifier and a sentence."""

    id: str
    sentence: str


def lock(
    study: Study, trial: Trial, actor: Actor, *, now: datetime,
    accepted: Mapping[str, str] | None = None,
) -> list[Fact]:  # fmt: skip
    """Lock when the checklist is empty but for what `accepted` gives a reason for."""
    gate.permit(trial, actor, "lock")
    gate.unlocked(study, trial)
    accepted = accepted or {}
    found = {one.id: one for one in outstanding(study, trial, now=now)}
    unknown = [name for name in accepted if name not in found]
    if unknown:
        raise Refused("accepted", f"{unknown[0]} is not outstanding; leave it out.")
    for name, reason in accepted.items():
        gate.reasoned(reason, what=f"Accepting {name}")
    left = [one for name, one in found.items() if name not in accepted]
    if left:
        raise Refused(
            "outstanding",
            f"{len(left)} thing{'s stand' if len(left) > 1 else ' stands'} between today and lock, "
            f"the first: {left[0].sentence}",
        )
    return [
        TrialLocked(
            entries=trial.head.seq,
            participants=len(trial.participants),
            accepted={name: accepted[name] for name in sorted(accepted)},
        )
    ]


def outstanding(study: Study, trial: Trial, *, now: datetime) -> tuple[Outstanding, ...]:
    """List what stands between today and lock, participant by participant."""
    found: list[Outstanding] = []
    if trial.recruitment not in _ENDED:
        found.append(
            Outstanding("recruitment", f"Recruitment is {trial.recruitment}; end it first.")
        )
    stopped = trial.recruitment == "TERMINATED"
    for participant in trial.participants.values():
        current = local_date(study, participant.site, now)
        # Only a trial stopped early may be locked before its last planned visits.
        for kind, what, sentence in _of(study, participant, current if stopped else date.max):
            found.append(
                Outstanding(f"{participant.id}:{kind}:{what}", f"{participant.id}: {sentence}.")
            )
    for name in waiting(trial):
        sentence = f"{name}: the request for a number is not answered."
        found.append(Outstanding(f"{name}:request:number", sentence))
    found.extend(_in_stock(trial))
    return tuple(found)


def _in_stock(trial: Trial) -> Iterator[Outstanding]:
    for name, quarantine in trial.stock.quarantines.items():
        if quarantine.decided is None:
            sentence = f"{quarantine.site}: quarantine {name} is neither released nor condemned."
            yield Outstanding(f"{quarantine.site}:quarantine:{name}", sentence)
    for name, destruction in trial.stock.destructions.items():
        if destruction.witness is None:
            sentence = f"{destruction.site}: nobody witnessed destruction {name}."
            yield Outstanding(f"{destruction.site}:destruction:{name}", sentence)


def _of(study: Study, participant: Participant, until: date) -> Iterator[tuple[str, str, str]]:
    for query in participant.queries.values():
        if query.closed is None:
            yield "query", query.id, f"query {query.id} is open"
    for key, data in participant.forms.items():
        form = study.form.get(key.form)
        if form is None:
            continue
        name = ".".join(str(part) for part in key if part)
        if lacking(form, study.codes, data):
            yield "form", name, f"form {name} is incomplete"
        elif form.signed_by is not None and data.signature is None:
            yield "signature", name, f"form {name} is not signed"
    if participant.number is not None:
        yield from _randomised(study, participant, until)


def _randomised(
    study: Study, participant: Participant, until: date
) -> Iterator[tuple[str, str, str]]:
    if participant.eligibility is None:
        yield "eligibility", "signature", "the signature on the eligibility no longer holds"
    if participant.withdrawn_from("treatment") is None:
        yield from _doses(study, participant)
    due = due_dates(study, participant.milestones())
    for visit in study.visits:
        if visit.id in participant.attended:
            yield from _visited(study, participant, visit.id)
        elif visit.dosing_day is not None and not visit.forms:
            continue  # all that happens at such a visit is its dose
        elif visit.id not in participant.missed and participant.withdrawn_from("visits") is None:
            planned = due.get(visit.id)
            if planned is None or planned.last < until:
                yield "visit", visit.id, f"visit {visit.id} is neither attended nor missed"


def _doses(study: Study, participant: Participant) -> Iterator[tuple[str, str, str]]:
    for day in study.dosing_days:
        if dose_open(study, participant, day):
            yield "dose", str(day), f"the dose of day {day} is neither given nor missed"


def _visited(study: Study, participant: Participant, visit: str) -> Iterator[tuple[str, str, str]]:
    for name in study.visit[visit].forms:
        form = study.form[name]
        for region in form.regions or ((None,) if form.rating is None else ()):
            if form.rating is not None and region is not None:
                yield from _ratings(study, participant, RatingKey(visit, name, region))
            elif not any(
                (key.form, key.visit, key.region) == (name, visit, region)
                for key in participant.forms
            ):
                where = f"{name}.{visit}" + (f".{region}" if region else "")
                yield "form", where, f"form {where} is empty"


def _ratings(
    study: Study, participant: Participant, key: RatingKey
) -> Iterator[tuple[str, str, str]]:
    rule = study.form[key.form].rating
    ratings = participant.ratings.get(key, [])
    signed = sum(1 for rating in ratings if rating.signature is not None)
    needed = 3 if key in participant.called else (rule.raters if rule else 0)
    if signed < needed:
        where = ".".join(key)
        yield "rating", where, f"{signed} of {needed} ratings of {where} are signed"
