"""Where enrolment goes on: from screening to her consent, to the visit, to the questions.

Each press leads to the page of what is still needed: a woman is screened between two calls.
What is needed is the core's (actions/); a page that the role may not open is passed over.
"""

from cicatrix.trial.participant import FormKey, Participant
from cicatrix.trial.study import Study
from cicatrix.web.where import where


def eligibility_key(study: Study) -> FormKey:
    """Find the eligibility form at the visit that asks it, else as a form of its own."""
    form = study.eligibility.form
    return FormKey(form, next((one.id for one in study.visits if form in one.forms), None))


def onward(study: Study, her: Participant, *, role: str) -> str:
    """Give the address of what her enrolment needs next, her own page where that is nothing."""
    return _next(study, her, role) or where(role, "participant", her.id)


def _next(study: Study, her: Participant, role: str) -> str:
    key = eligibility_key(study)
    if not her.consents:
        return where(role, "consent", her.id)
    if key in her.forms or any(
        one.required and one.id not in her.releases for one in study.consent.releases
    ):
        return ""
    if key.visit is not None and key.visit not in her.attended:
        return where(role, "visit", her.id, key.visit)
    return where(role, "form", her.id, key.form, key.visit or "-", "-", 0)
