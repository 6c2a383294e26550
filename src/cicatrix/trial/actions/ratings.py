"""Record and sign a rating; call a third rater when two signed ratings differ.

Raters are independent: nobody rates a scar twice, nobody rates whom he treated, and a signed
rating is final. Which scores are accepted in the end is not decided here but derived from the
signed ratings by the study's rule (measures/adjudication.py).
"""

from collections.abc import Mapping
from datetime import date, datetime

from cicatrix.trial.actions import gate
from cicatrix.trial.checks import basis, check_values, lacking
from cicatrix.trial.conditions import compute
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import AdjudicationCalled, Fact, RatingRecorded, RatingSigned, Value
from cicatrix.trial.forms import Form, RatingRule
from cicatrix.trial.participant import FormData, Participant, Rating, RatingKey
from cicatrix.trial.roles import Actor
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial


def record_rating(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, participant: str, key: RatingKey,
    values: Mapping[str, Value], conditions: tuple[str, ...], on: date | None = None,
    reason: str | None = None,
) -> list[Fact]:  # fmt: skip
    """Record one rater's complete scores, under the examination conditions he affirms."""
    found = gate.subject(study, trial, actor, "record_rating", participant, needs=None)
    form, rule = _rated(study, key)
    day = gate.dated(study, found, on, now=now)
    _refuse_examination(found, key, rule, conditions, day)
    if any(use.by == actor.user for use in found.tubes):
        raise Refused("gave_dose", f"{actor.user} gave {participant} a dose and cannot rate her.")
    ratings = found.ratings.get(key, [])
    own = next((one for one in ratings if one.rater == actor.user), None)
    if own is not None and own.signature is not None:
        raise Refused("rated", f"{actor.user} has rated and signed this already.")
    if own is None and found.withdrawn_from("visits") is not None:
        raise Refused("withdrawn", f"{participant} withdrew; no further rating is recorded.")
    position = own.position if own else _free_position(found, key, rule, ratings)
    _refuse_other_day(found, key, rule, [one for one in ratings if one is not own], day)
    if own is not None:
        reason = gate.reasoned(reason, what="Changing a rating")
    _refuse_values(study, form, values)
    return [
        RatingRecorded(
            participant=participant,
            **key._asdict(),
            position=position,
            values=values,
            conditions=conditions,
            on=day,
            reason=reason,
            study_version=study.version,
        )
    ]


def sign_rating(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, participant: str, key: RatingKey
) -> list[Fact]:
    """Sign one's own rating for good; two signed ones that differ call a third rater."""
    found = gate.subject(study, trial, actor, "sign_rating", participant, needs=None)
    form, rule = _rated(study, key)
    ratings = found.ratings.get(key, [])
    own = next((one for one in ratings if one.rater == actor.user), None)
    if own is None:
        raise Refused("unknown_rating", f"{actor.user} has not rated this.")
    if any(use.by == actor.user for use in found.tubes):
        raise Refused("gave_dose", f"{actor.user} gave {participant} a dose and cannot rate her.")
    if own.signature is not None:
        raise Refused("signed", f"{actor.user} has signed this rating already.")
    signed = RatingSigned(
        participant=participant,
        **key._asdict(),
        position=own.position,
        meaning="my own independent rating",
        signed_entry=own.entry,
    )
    other = next(
        (one for one in ratings if one is not own and one.signature and one.position < 3), None
    )
    if own.position == 3 or other is None or not differ(study, form, rule, own, other):
        return [signed]
    return [signed, AdjudicationCalled(participant=participant, **key._asdict(), on=own.on)]


def differ(study: Study, form: Form, rule: RatingRule, one: Rating, other: Rating) -> bool:
    """Tell whether two ratings differ in an item of the total, or in the total itself.

    What the total does not rest on, such as an overall opinion beside it, calls nobody.
    """
    if rule.differ_on == "item":
        items = basis(rule.total, form)
        return any(one.values.get(name) != other.values.get(name) for name in items)
    totals = [
        compute(form, study.codes, rating.values)[rule.total].value for rating in (one, other)
    ]
    return totals[0] != totals[1]


def _rated(study: Study, key: RatingKey) -> tuple[Form, RatingRule]:
    form = study.form.get(key.form)
    visit = study.visit.get(key.visit)
    if form is None or form.rating is None or visit is None or key.form not in visit.forms:
        raise Refused("unknown_rating", f"Nothing is rated on form {key.form} at {key.visit}.")
    if key.region not in form.regions:
        raise Refused("region", f"Form {form.id} is rated for: {', '.join(form.regions)}.")
    return form, form.rating


def _refuse_examination(
    participant: Participant, key: RatingKey, rule: RatingRule, conditions: tuple[str, ...],
    day: date,
) -> None:  # fmt: skip
    if key.visit not in participant.attended:
        raise Refused("not_attended", f"Record first that {participant.id} came to {key.visit}.")
    if rule.same_day and day != participant.attended[key.visit]:
        raise Refused("same_day", f"The scar is rated on the day of the visit, not on {day}.")
    for condition in rule.conditions:
        if condition.id not in conditions:
            raise Refused("conditions", f"Affirm the examination condition: {condition.id}.")
    unknown = set(conditions) - {condition.id for condition in rule.conditions}
    if unknown:
        raise Refused("conditions", f"This form has no examination condition {min(unknown)}.")


def _free_position(
    participant: Participant, key: RatingKey, rule: RatingRule, ratings: list[Rating]
) -> int:
    taken = {rating.position for rating in ratings}
    for position in range(1, rule.raters + 1):
        if position not in taken:
            return position
    if key in participant.called and 3 not in taken:
        return 3
    raise Refused("raters", "This scar has its raters already; no further rating is needed.")


def _refuse_other_day(
    participant: Participant, key: RatingKey, rule: RatingRule, others: list[Rating], day: date
) -> None:
    if rule.same_day and any(other.on != day for other in others):
        raise Refused("same_day", "All raters see her on the same day.")


def _refuse_values(study: Study, form: Form, values: Mapping[str, Value]) -> None:
    for finding in check_values(form, study.codes, values, values):
        if finding.hard:
            raise Refused(finding.rule, finding.message.get("en", finding.rule))
    open_items = lacking(form, study.codes, FormData(study.version, dict(values)))
    if open_items:
        raise Refused("incomplete", f"Score also {', '.join(open_items)}.")
