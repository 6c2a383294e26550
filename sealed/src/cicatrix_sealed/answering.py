"""Answer the requests of a minimised trial: pack what the next arm needs, then give the number.

The packing sheet comes first and the ledger second: a number whose kit nobody can pack would be
given in vain, while a sheet that is ahead of the ledger stays right. One that fills a kit otherwise
is never overwritten, and no number is given. Two programs may answer at once, and one may be
stopped at any moment: what is answered follows from the ledger and the draws alone. Nothing here
shows an arm; it is on the packing sheet, for the pharmacist.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from cicatrix.store.home import Home
from cicatrix.trial.actions.answer_request import answer_request, waiting
from cicatrix.trial.errors import Conflict, Refused
from cicatrix.trial.facts import Fact, Randomised
from cicatrix.trial.rehearsed import salts_after, time_after
from cicatrix.trial.roles import Actor
from cicatrix_sealed.custody import Situation, check_names, record, situation
from cicatrix_sealed.packing import add_rows, packing_sheet
from cicatrix_sealed.replaying import Draws, answered, given_slots

Clock = Callable[[], datetime]


def answer_waiting(
    home: Home, folder: Path, draws: Draws, *, actor: Actor, clock: Clock
) -> Iterator[Randomised]:
    """Answer every request that waits, the first made first, and give each answer once recorded."""
    while True:
        standing = situation(home)
        check_names(draws.list_id, draws.study_digest, standing)
        _pack(folder, draws, standing)
        queue = waiting(standing.trial)
        if not queue:
            return
        try:
            given = _answer(home, standing, queue[0], actor=actor, now=clock())
        except Conflict:
            continue
        if given is not None:
            yield given


def _pack(folder: Path, draws: Draws, standing: Situation) -> None:
    """Write the sheet for every number given and for the one that is next, if it is not so yet."""
    trial = standing.trial
    requests = answered(trial, draws)
    sheet = packing_sheet(standing.study, given_slots(draws, requests))
    if waiting(trial):
        due = (*requests, trial.requested[waiting(trial)[0]])
        sheet = packing_sheet(standing.study, given_slots(draws, due))
    add_rows(folder, sheet)


def _answer(
    home: Home, standing: Situation, participant: str, *, actor: Actor, now: datetime
) -> Randomised | None:
    """Record one answer; None if another program gave it meanwhile."""
    at = time_after(standing.trial, now=now)
    recorded: list[Fact] = []

    def decide(standing: Situation) -> Sequence[Fact]:
        recorded.clear()
        if participant in waiting(standing.trial):
            recorded.extend(
                answer_request(
                    standing.study, standing.trial, actor, now=at, participant=participant
                )
            )
        return recorded

    salts = salts_after(standing.trial, entropy=os.urandom)
    record(home, decide, actor=actor, now=at, entropy=salts, standing=standing)
    return next((fact for fact in recorded if isinstance(fact, Randomised)), None)


def watch(
    home: Home, folder: Path, draws: Draws, *, actor: Actor, clock: Clock,
    pause: Callable[[], None],
) -> Iterator[Randomised]:  # fmt: skip
    """Answer what waits, pause and look again, until the trial is locked.

    A database that is held by somebody else is waited for as well: a program that answers at night
    must not end because a backup runs.
    """
    while True:
        try:
            if situation(home).trial.locked_at is not None:
                return
            yield from answer_waiting(home, folder, draws, actor=actor, clock=clock)
        except Refused as refusal:
            if refusal.rule != "database_locked":
                raise
        pause()
