"""A procedure as a law of chance: from a state, the chance of each arm and the state after it.

A state is (size of the block begun or 0, counts of the arms): counts of the block begun for blocks,
of all places before otherwise. That is all on which the next arm depends, so what predictability.py
and balance.py find by following states is exact. It draws nothing: drawing.py does, from the same
page of docs/reference/bundle.md, and a test holds the two to each other.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from cicatrix_sealed.procedures.kinds import (
    BiasedCoin,
    BigStick,
    ListProcedure,
    PermutedBlocks,
    Simple,
    Urn,
    fillable,
)

State: TypeAlias = tuple[int, ...]
Steps: TypeAlias = Iterator[tuple[float, int, State]]


@dataclass(frozen=True, slots=True)
class Law:
    """The parts of the ratio, the state at first, and `steps(state, place)`, places from 0.

    Each step is a chance, the arm's place among the arms, and the state after it. Where `equal`,
    arms can be renamed without changing the law. `bounded` if imbalance cannot grow with places.
    """

    parts: tuple[int, ...]
    start: State
    equal: bool
    bounded: bool
    steps: Callable[[State, int], Steps]


def law_of(procedure: ListProcedure, slots: int) -> Law:
    """Give the law of one stratum whose list has `slots` places."""
    parts = tuple(procedure.ratio[arm] for arm in procedure.arms)
    match procedure:
        case PermutedBlocks():
            steps = _blocks(procedure, parts, slots)
        case Simple():
            steps = _weighted(lambda counts: parts)
        case BigStick():
            steps = _weighted(lambda counts: _within(counts, procedure.limit))
        case BiasedCoin():
            steps = _weighted(lambda counts: _favouring(counts, *procedure.probability))
        case Urn():
            steps = _weighted(lambda counts: _balls(counts, parts, procedure.start, procedure.add))
    return Law(
        parts=parts,
        start=(0,) * (len(parts) + 1),
        equal=len(set(parts)) == 1,
        bounded=isinstance(procedure, PermutedBlocks | BigStick),
        steps=steps,
    )


def _weighted(
    weights_of: Callable[[tuple[int, ...]], tuple[float, ...]],
) -> Callable[[State, int], Steps]:
    def steps(state: State, place: int) -> Steps:
        weights = weights_of(state[1:])
        whole = sum(weights)
        for arm, weight in enumerate(weights):
            if weight:
                yield weight / whole, arm, _after(state, arm)

    return steps


def _after(state: State, arm: int) -> State:
    return (*state[: arm + 1], state[arm + 1] + 1, *state[arm + 2 :])


def _within(counts: tuple[int, ...], limit: int) -> tuple[float, ...]:
    bound = min(counts) + limit
    return tuple(float(count < bound) for count in counts)


def _favouring(counts: tuple[int, ...], numerator: int, denominator: int) -> tuple[float, ...]:
    favoured = counts.count(min(counts))
    others = len(counts) - favoured
    if not others:
        return (1.0,) * len(counts)
    chance = numerator / denominator
    return tuple(
        chance / favoured if count == min(counts) else (1 - chance) / others for count in counts
    )


def _balls(
    counts: tuple[int, ...], parts: tuple[int, ...], start: int, add: int
) -> tuple[float, ...]:
    places = sum(counts)
    return tuple(
        float(part * (start + add * (places - count)))
        for part, count in zip(parts, counts, strict=True)
    )


def _blocks(
    procedure: PermutedBlocks, parts: tuple[int, ...], slots: int
) -> Callable[[State, int], Steps]:
    whole = sum(parts)
    fits = fillable(slots, procedure.sizes)

    def steps(state: State, place: int) -> Steps:
        remaining = slots - place
        sizes = [
            size
            for size in ((state[0],) if state[0] else procedure.sizes)
            if state[0] or (size <= remaining and fits[remaining - size])
        ]
        for size in sizes:
            left = size - sum(state[1:])
            for arm, part in enumerate(parts):
                unplaced = size // whole * part - state[arm + 1]
                if unplaced:
                    after = (0,) * len(state) if left == 1 else (size, *_after(state, arm)[1:])
                    yield unplaced / left / len(sizes), arm, after

    return steps
