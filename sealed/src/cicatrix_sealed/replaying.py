"""A minimised trial replayed: the arm of each number given, from the draws and the requests.

Numbers are given in the order of the list, each for the request whose turn it was; what an arm
depends on is in the list and in the ledger, and in nothing else. It opens nothing: the draws come
from unsealing.py. How one arm is chosen is minimisation.py's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from cicatrix.trial.allocation import AllocatedSlot, DrawnSlot, OpenedList
from cicatrix.trial.errors import Refused
from cicatrix.trial.trial import Trial
from cicatrix_sealed.keys import draw_generator
from cicatrix_sealed.minimisation import ordered_levels, replay
from cicatrix_sealed.procedures.kinds import Minimised, read_procedure


@dataclass(frozen=True, slots=True)
class Draws:
    """A minimised list opened: its procedure and the draw of every place, in list order."""

    list_id: str
    study_digest: str
    procedure: Minimised
    slots: tuple[DrawnSlot, ...]


def given_slots(draws: Draws, requests: Sequence[Mapping[str, str]]) -> tuple[AllocatedSlot, ...]:
    """Give the first places of a list their arms, one for each request in turn."""
    taken = draws.slots[: len(requests)]
    method = draws.procedure.method
    levels = [ordered_levels(method, one) for one in requests]
    generators = (
        draw_generator(draws.study_digest, slot.number, draw=bytes.fromhex(slot.draw))
        for slot in taken
    )
    choices = replay(method, levels, generators)
    return tuple(
        AllocatedSlot(
            slot.number, slot.stratum, 1, choice.arm, slot.kits, slot.nonce, slot.draw, own
        )
        for slot, choice, own in zip(taken, choices, levels, strict=True)
    )


def answered(trial: Trial, draws: Draws) -> tuple[Mapping[str, str], ...]:
    """List the levels of those who got a number, in the order of the numbers."""
    due = [slot.number for slot in draws.slots[: len(trial.numbers)]]
    if list(trial.numbers) != due:
        raise Refused(
            "order", "Numbers were given out of the list's order: no arm can be replayed from them."
        )
    unasked = next((name for name in trial.numbers.values() if name not in trial.requested), None)
    if unasked is not None:
        raise Refused(
            "not_requested",
            f"{unasked} has a number that was never requested: no arm can be replayed.",
        )
    return tuple(trial.requested[name] for name in trial.numbers.values())


def replayed(opened: OpenedList, trial: Trial) -> OpenedList:
    """Give the numbers of a minimised list that were given their arms; another list is complete."""
    procedure = read_procedure(opened.procedure or {})
    if not isinstance(procedure, Minimised):
        return opened
    draws = Draws(opened.list_id, opened.study_digest, procedure, opened.unused)
    given = given_slots(draws, answered(trial, draws))
    return replace(opened, slots=given, unused=opened.unused[len(given) :])
