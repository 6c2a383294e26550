"""Randomise: give an eligible, consenting participant the next number of her stratum.

The number is all there is: what it stands for is the custodian's. A number once given is never
given again, and a mistaken randomisation keeps it. What must hold of her is asked here of a
request in a minimised study as well (request_randomisation.py).
"""

from collections.abc import Mapping
from datetime import date, datetime

from cicatrix.trial.actions import gate
from cicatrix.trial.actions.screening import refuse_without_consent
from cicatrix.trial.allocation import stratum_of
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import Fact, Randomised, SealedSlot, Value
from cicatrix.trial.participant import Participant
from cicatrix.trial.roles import Actor
from cicatrix.trial.schedule import local_date
from cicatrix.trial.study import Study
from cicatrix.trial.trial import SealedList, Trial


def randomise(
    study: Study, trial: Trial, actor: Actor, *, now: datetime, participant: str
) -> list[Fact]:
    """Check consent, releases, eligibility and its signature, in that order, and draw."""
    found = gate.subject(study, trial, actor, "randomise", participant, needs="treatment")
    if study.allocation.minimise:
        raise Refused(
            "minimised",
            "This study is minimised: request the randomisation, and the custodian's program "
            "answers with the number.",
        )
    day = refuse_unready(study, trial, found, now=now)
    stratum = stratum_of(study, site=found.site, answers=signed_answers(found))
    used = trial.used.get(stratum, 0)
    number = slot_at(list_in(trial), stratum, used).number
    return [Randomised(participant=participant, stratum=stratum, number=number, on=day)]


def refuse_unready(study: Study, trial: Trial, found: Participant, *, now: datetime) -> date:
    """Check consent, releases, eligibility and its signature; give the day at her site."""
    if found.number is not None:
        raise Refused("randomised", f"{found.id} was randomised already, as {found.number}.")
    if trial.recruitment not in ("RECRUITING", "ENROLLING_BY_INVITATION"):
        raise Refused(
            "not_recruiting", f"The trial is {trial.recruitment}; recruitment must be open."
        )
    day = local_date(study, found.site, now)
    refuse_without_consent(study, found, on=day)
    for release in study.consent.releases:
        if release.required and release.id not in found.releases:
            raise Refused("no_release", f"{found.id} has not granted release {release.id}.")
    if found.eligibility is None:
        raise Refused(
            "not_signed_off", f"No investigator has signed the eligibility of {found.id}."
        )
    if not found.eligibility.eligible:
        unmet = ", ".join(found.eligibility.unmet)
        raise Refused("not_eligible", f"{found.id} does not meet: {unmet}.")
    list_in(trial)
    return day


def signed_answers(participant: Participant) -> Mapping[str, Value]:
    """Give the answers on which the eligibility was signed, and no later or other ones."""
    decided = participant.eligibility
    signed = (
        data.values
        for data in participant.forms.values()
        if decided is not None and data.entry == decided.signature.entry
    )
    return next(signed, {})


def list_in(trial: Trial) -> SealedList:
    """Give the list that is sealed, or refuse where none is."""
    if trial.list is None:
        raise Refused("no_list", "The custodian has not sealed a list.")
    return trial.list


def slot_at(sealed: SealedList, stratum: str, used: int) -> SealedSlot:
    """Give the slot of a stratum of which `used` are taken, or refuse where none is left."""
    slots = sealed.slots.get(stratum, [])
    if used >= len(slots):
        raise Refused(
            "list_exhausted",
            "Every number of this stratum has been given: nobody more can be randomised in it.",
        )
    return slots[used]
