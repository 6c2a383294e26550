"""Sign whether a person is eligible, on the answers recorded so far.

The decision is the criteria's (trial/eligibility.py); the investigator's signature makes it
stand. It is bound to the saved answers: an edit voids it, as with any signature.
"""

from datetime import datetime

from cicatrix.trial.actions import gate
from cicatrix.trial.eligibility import assess
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import EligibilitySigned, Fact, FormSigned
from cicatrix.trial.participant import FormKey
from cicatrix.trial.roles import Actor
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial


def sign_eligibility(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, participant: str
) -> list[Fact]:
    """Sign the eligibility form and the decision that follows from it."""
    found = gate.subject(study, trial, actor, "sign_eligibility", participant, needs="visits")
    if not found.consents:
        raise Refused("no_consent", f"{participant} has not signed a consent.")
    key = next((key for key in found.forms if key.form == study.eligibility.form), None)
    if key is None:
        raise Refused("no_answers", f"The eligibility form of {participant} is empty.")
    data = found.forms[key]
    assessment = assess(study, data.values)
    if assessment.eligible is None:
        raise Refused(
            "missing_answers",
            f"Eligibility of {participant} is open; still needed: {', '.join(assessment.missing)}.",
        )
    if found.eligibility is not None:
        raise Refused("signed", f"The eligibility of {participant} is signed already.")
    return [
        _form_signature(participant, key, data.entry),
        EligibilitySigned(
            participant=participant,
            eligible=assessment.eligible,
            unmet=assessment.unmet,
            signed_entry=data.entry,
            meaning="eligibility decided",
        ),
    ]


def _form_signature(participant: str, key: FormKey, entry: str) -> FormSigned:
    return FormSigned(
        participant=participant,
        form=key.form,
        visit=key.visit,
        repeat=key.repeat,
        region=key.region,
        meaning="eligibility decided",
        signed_entry=entry,
    )
