"""Recording what was typed or pressed on a small page: a day, a choice, a text, and the act.

Wrong input is a sentence, never an exception page: it names what was typed. An act that is sent
twice, as by a double press, is done once. Answers to the study's own forms are read by answers.py.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import TypeVar
from unicodedata import normalize

from django.utils.translation import gettext as _

from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import Fact, ParticipantFact
from cicatrix.trial.roles import Actor
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial
from cicatrix.web.door import Asked
from cicatrix.web.language.refusals import told

LONGEST_SHOWN = 40
"""Characters of something wrongly typed that a sentence repeats."""

Choice = TypeVar("Choice", bound=str)
Decide = Callable[..., Sequence[Fact]]


def day_in(text: str) -> date:
    """Read a day as a date field sends it."""
    given = normalize("NFKC", text).strip()
    try:
        return date.fromisoformat(given)
    except ValueError:
        pass
    if not given:
        raise Refused("day", _("Enter the day on which it happened."))
    wrong = _("“{typed}” is no day; enter it as year-month-day, such as 2026-03-09.")
    raise Refused("day", wrong.format(typed=given[:LONGEST_SHOWN]))


def chosen(text: str, allowed: Sequence[Choice], sentence: str) -> Choice:
    """Take a choice of those offered, or refuse with the sentence."""
    for one in allowed:
        if one == text:
            return one
    raise Refused("choice", sentence)


def once(decide: Decide, already: Callable[[Trial], bool]) -> Decide:
    """Make an act that records nothing where exactly this is recorded already."""

    def decided(
        study: Study, trial: Trial, actor: Actor, *, now: datetime, **particulars: object
    ) -> Sequence[Fact]:
        facts = decide(study, trial, actor, now=now, **particulars)
        return [] if already(trial) else facts

    return decided


def tried(request: Asked, act: Callable[[], object]) -> str:
    """Try something and give the sentence of its refusal, empty if it was done."""
    try:
        act()
    except Refused as problem:
        return told(problem, request.seen.study)
    return ""


def did(request: Asked, participant: str, kind: type[ParticipantFact], **said: object) -> bool:
    """Tell whether this actor recorded just this of her before: the form was sent twice."""
    return any(
        isinstance(entry.fact, kind)
        and (entry.actor.user, entry.actor.role) == (request.actor.user, request.actor.role)
        and all(getattr(entry.fact, name) == value for name, value in said.items())
        for entry in request.seen.about(participant)
    )
