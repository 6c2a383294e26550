"""The matrix of participants and visits: who is in it, in pages by key, and what each cell says.

Everything is computed from the trial as the asking actor sees it. Only the rows of one page are
worked out; a filter looks at no more participants than it takes to fill the page. The order is
that of screening, which never changes. How a visit stands is trial/progress.py.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from cicatrix.trial import facts
from cicatrix.trial.participant import Participant
from cicatrix.trial.progress import VisitState, awaited, sees, visit_states
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial

PAGE = 50

Today = Callable[[str], date]
"""The date at a site."""


@dataclass(frozen=True, slots=True)
class Row:
    """One participant of the matrix; `stage` is where she is on the way, see `stage_of`."""

    participant: Participant
    stage: str
    cells: tuple[VisitState, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which participants are looked for: of a site, matching a text, at a stage or due."""

    site: str = ""
    find: str = ""
    state: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Who is on one page, and the key after which the next page begins, if there is one."""

    participants: tuple[Participant, ...]
    after: str


def stage_of(study: Study, trial: Trial, participant: Participant, *, role: str | None) -> str:
    """Say where she is on her way through the trial, as far as the role sees it."""
    if participant.withdrawn_from("visits") is not None:
        return "withdrawn"
    if not sees(role, facts.Randomised):
        return ""
    if participant.number is not None:
        return "randomised"
    if participant.id in trial.requested:
        return "requested"
    if participant.eligibility is not None and not participant.eligibility.eligible:
        return "not_eligible"
    return "consented" if participant.consents else "screened"


def states_for(role: str) -> tuple[str, ...]:
    """List what participants can be filtered by in a role."""
    stages = ("screened", "consented", "randomised", "withdrawn", "not_eligible")
    known = stages if sees(role, facts.Randomised) else ("withdrawn",)
    dated = sees(role, facts.VisitAttended) and sees(role, facts.ConsentSigned)
    return (*known, "due_now", "overdue") if dated else known


def page_of(study: Study, trial: Trial, wanted: Wanted, *, role: str, today: Today) -> Page:
    """Find the participants of one page of the matrix."""
    found = _matching(study, trial, wanted, role=role, today=today)
    taken = tuple(islice(found, PAGE + 1))
    return Page(taken[:PAGE], taken[PAGE - 1].id if len(taken) > PAGE else "")


def row_of(study: Study, trial: Trial, her: Participant, today: date, *, role: str) -> Row:
    """Work out one participant's row."""
    cells = tuple(visit_states(study, her, today, role=role).values())
    return Row(her, stage_of(study, trial, her, role=role), cells)


def _matching(
    study: Study, trial: Trial, wanted: Wanted, *, role: str, today: Today
) -> Iterator[Participant]:
    text = wanted.find.strip().casefold()
    days: dict[str, date] = {}
    for one in _following(trial.participants, wanted.after):
        if wanted.site and one.site != wanted.site:
            continue
        if text and not _is(one, text):
            continue
        if wanted.state in ("due_now", "overdue"):
            day = days.get(one.site) or days.setdefault(one.site, today(one.site))
            standings = {state.standing for state in awaited(study, one, day, role=role)}
            if not standings & _DUE[wanted.state]:
                continue
        elif wanted.state and stage_of(study, trial, one, role=role) != wanted.state:
            continue
        yield one


_DUE: Mapping[str, frozenset[str]] = {
    "due_now": frozenset({"due", "leaving"}),
    "overdue": frozenset({"overdue"}),
}


def _following(participants: Mapping[str, Participant], after: str) -> Iterator[Participant]:
    """Begin after a key; an unknown one is none."""
    everybody: Iterator[Participant] = iter(participants.values())
    if after in participants:
        for one in everybody:
            if one.id == after:
                break
    return everybody


def _is(participant: Participant, text: str) -> bool:
    """Tell whether a text is a part of her identifier, or her number, or one of her kits."""
    exact: Sequence[str] = (participant.number or "", *participant.kits)
    return text in participant.id.casefold() or any(text == one.casefold() for one in exact if one)
