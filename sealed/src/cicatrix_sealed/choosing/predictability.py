"""How often somebody who knows the procedure, but not what was drawn, guesses the next arm.

She has seen every arm so far, and guesses the likeliest one next. She does not know the sizes of
blocks drawn at random, nor where one ends: she holds every size and end that fits what she saw, in
proportion to its chance (Bayes), and guesses by the mixture. No other guesser does better, so this
is the most that selection could gain. Go next to balance.py for what predictability buys.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha512
from itertools import accumulate
from math import sqrt
from statistics import fmean, stdev
from typing import TypeAlias

from cicatrix.trial.commitment import prefixed
from cicatrix_sealed.choosing.law import Law, State
from cicatrix_sealed.generator import SEED_BYTES, Generator

Belief: TypeAlias = tuple[tuple[State, float], ...]
"""What the guesser holds possible: states, and the chance of each; ordered."""

MOST_BELIEFS = 2_000
FEWEST_PATHS, MOST_PATHS, MOST_STEPS = 200, 1_000, 50_000
_DIGITS = 12
_SURE = 1 - 1e-9
_FRACTION = 2**53


@dataclass(frozen=True, slots=True)
class Predictability:
    """Shares, over the places, of expected correct guesses and of arms known for certain.

    The errors are the Monte Carlo standard errors, None where the values are exact.
    """

    places: int
    correct: float | None
    certain: float | None
    correct_error: float | None = None
    certain_error: float | None = None


def predictability(law: Law, places: int, *, seed: int = 0) -> Predictability:
    """Give the guesser's expected success over the first `places` of a list.

    Exact as long as few beliefs are possible: always for one size of block, and for procedures
    that depend on counts alone. Several sizes of block soon allow too many; from there on beliefs
    are followed along paths that the seed chooses, each path with the exact chance of a right
    guess in it, and the error is stated. No place, no share: None.

    Source: BlackwellHodges1957; RosenbergerLachin2016, section 5.3.

    >>> from cicatrix_sealed.choosing.law import law_of
    >>> from cicatrix_sealed.procedures import PermutedBlocks, Stratum
    >>> blocks = PermutedBlocks(("a", "b"), {"a": 1, "b": 1}, (Stratum("all", 8),), (4,))
    >>> round(predictability(law_of(blocks, 8), 8).correct, 6)
    0.708333
    """
    if not places:
        return Predictability(0, None, None)
    frontier: dict[Belief, float] = {((law.start, 1.0),): 1.0}
    correct = certain = 0.0
    for place in range(places):
        if len(frontier) > MOST_BELIEFS:
            return _along_paths(law, places, place, frontier, correct, certain, seed)
        following: dict[Belief, float] = {}
        for belief, chance in frontier.items():
            nexts = advance(law, belief, place)
            best = max(next_chance for next_chance, _ in nexts)
            correct += chance * best
            certain += chance * (best > _SURE)
            for next_chance, after in nexts:
                following[after] = following.get(after, 0.0) + chance * next_chance
        frontier = following
    return Predictability(places, correct / places, certain / places)


def advance(law: Law, belief: Belief, place: int) -> list[tuple[float, Belief]]:
    """Give each arm's chance by the belief before it, and the belief once it was seen."""
    seen: list[dict[State, float]] = [{} for _ in law.parts]
    for state, weight in belief:
        for chance, arm, after in law.steps(state, place):
            seen[arm][after] = seen[arm].get(after, 0.0) + weight * chance
    return [
        (whole, _belief(law, held, whole))
        for held, whole in ((held, sum(held.values())) for held in seen)
        if held
    ]


def _belief(law: Law, held: dict[State, float], whole: float) -> Belief:
    """Order a belief, and where arms can be renamed, name them so that equal beliefs are equal.

    Chances are rounded to 12 digits, since sums in another order differ in the last ones.
    """
    states = sorted(held, key=lambda state: (state[0], sum(state)))
    if law.equal:
        columns = sorted(zip(*(state[1:] for state in states), strict=True))
        renamed = [
            (state[0], *(column[row] for column in columns)) for row, state in enumerate(states)
        ]
    else:
        renamed = states
    return tuple(
        (name, round(held[state] / whole, _DIGITS))
        for name, state in zip(renamed, states, strict=True)
    )


def _along_paths(
    law: Law,
    places: int,
    from_place: int,
    frontier: dict[Belief, float],
    correct: float,
    certain: float,
    seed: int,
) -> Predictability:
    """Go on from the frontier along paths, and add what they gain on average."""
    generator = seeded_generator("predictability", str(seed))
    begun = list(frontier)
    bounds = list(accumulate(frontier.values()))
    paths = max(FEWEST_PATHS, min(MOST_PATHS, MOST_STEPS // (places - from_place)))
    gains = [
        _path(law, begun[_chosen(bounds, generator)], range(from_place, places), generator)
        for _ in range(paths)
    ]
    best, sure = zip(*gains, strict=True)
    return Predictability(
        places=places,
        correct=(correct + fmean(best)) / places,
        certain=(certain + fmean(sure)) / places,
        correct_error=stdev(best) / sqrt(paths) / places,
        certain_error=stdev(sure) / sqrt(paths) / places,
    )


def _path(law: Law, belief: Belief, places: range, generator: Generator) -> tuple[float, float]:
    correct = certain = 0.0
    for place in places:
        nexts = advance(law, belief, place)
        best = max(chance for chance, _ in nexts)
        correct += best
        certain += best > _SURE
        belief = nexts[_chosen(list(accumulate(chance for chance, _ in nexts)), generator)][1]
    return correct, certain


def _chosen(bounds: Sequence[float], generator: Generator) -> int:
    drawn = generator.below(_FRACTION) / _FRACTION * bounds[-1]
    return next((place for place, bound in enumerate(bounds) if drawn < bound), len(bounds) - 1)


def seeded_generator(*parts: str) -> Generator:
    """Give a generator for a simulation, which hides nothing: anyone can make it again."""
    text = prefixed(*(part.encode() for part in parts))
    return Generator(sha512(b"cicatrix/simulation/1" + text).digest()[:SEED_BYTES])


def correct_in_block(parts: Sequence[int]) -> float:
    """Give the expected number of right guesses in one block whose content is known.

    `parts` says how often each arm stands in it. By recursion over what is left of the block; for
    two equal arms it is m + 2^(2m-1) / C(2m, m) - 1/2 with m of each.

    Source: BlackwellHodges1957.

    >>> round(correct_in_block([2, 2, 2]), 12)
    3.366666666667
    """
    chances = {tuple(sorted(parts)): 1.0}
    correct = 0.0
    for left in range(sum(parts), 0, -1):
        following: dict[tuple[int, ...], float] = {}
        for content, chance in chances.items():
            correct += chance * max(content) / left
            for after, next_chance in _without_one(content, left):
                following[after] = following.get(after, 0.0) + chance * next_chance
        chances = following
    return correct


def _without_one(content: tuple[int, ...], left: int) -> Iterator[tuple[tuple[int, ...], float]]:
    for place, number in enumerate(content):
        if number:
            rest = (*content[:place], number - 1, *content[place + 1 :])
            yield tuple(sorted(rest)), number / left
