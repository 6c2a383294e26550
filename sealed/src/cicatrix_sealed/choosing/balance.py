"""How unequal the arms become: what a procedure buys with the predictability that it costs.

Imbalance is the largest count less the smallest, each count divided by its arm's part of the ratio
and multiplied by the mean part: with equal arms, how many participants one arm is ahead of another.
No covariate and no outcome stand here. Go next to study.py, which puts both beside each other.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, stdev

from cicatrix_sealed.choosing.law import Law, State
from cicatrix_sealed.choosing.predictability import seeded_generator
from cicatrix_sealed.procedures.drawing import draw_stratum
from cicatrix_sealed.procedures.kinds import ListProcedure

MOST_STATES = 20_000
FEWEST_LISTS, MOST_LISTS, MOST_PLACES = 200, 2_000, 200_000
_NEGLIGIBLE = 1e-15
_SHARE = 0.95
_FRACTION = 2**53


@dataclass(frozen=True, slots=True)
class Balance:
    """Imbalance of one stratum after `places`: means over lists, and bounds of 95 lists in 100.

    `end` is that at the end, `way` the mean over all places, `worst` the largest on the way.
    `bound` is what no list can exceed, None where it grows with the number of places and where the
    values are simulated. The errors are Monte Carlo standard errors, None where values are exact.
    """

    places: int
    end: float
    end_95: float
    way: float
    worst: float
    worst_95: float
    bound: float | None
    end_error: float | None = None
    way_error: float | None = None
    worst_error: float | None = None


def spread(counts: Sequence[int], parts: Sequence[int]) -> float:
    """Give the imbalance of counts under a ratio.

    >>> spread((4, 2, 3), (1, 1, 1)), spread((4, 2), (2, 1))
    (2.0, 0.0)
    """
    shares = [count / part for count, part in zip(counts, parts, strict=True)]
    return round((max(shares) - min(shares)) * sum(parts) / len(parts), 9)


def balance(law: Law, places: int, *, seed: int = 0) -> Balance:
    """Give the imbalance of the first `places` of a list, exact where its states can be followed.

    Exact but for states less likely than 1e-15, which are left out; otherwise by simulation from
    the seed, with its error.
    """
    frontier: dict[tuple[State, float], float] = {(law.start, 0.0): 1.0}
    way = bound = 0.0
    for place in range(places):
        following: dict[tuple[State, float], float] = {}
        for (state, worst), chance in frontier.items():
            for next_chance, _, reached in law.steps(state, place):
                if chance * next_chance < _NEGLIGIBLE:
                    continue
                now = spread(reached[1:], law.parts)
                key = (_renamed(law, reached), max(worst, now))
                following[key] = following.get(key, 0.0) + chance * next_chance
                way += chance * next_chance * now
                bound = max(bound, now)
        frontier = following
        if len(frontier) > MOST_STATES:
            return _simulated(law, places, seed)
    ends = _gathered(
        (spread(state[1:], law.parts), share) for (state, _), share in frontier.items()
    )
    worsts = _gathered((worst, share) for (_, worst), share in frontier.items())
    return Balance(
        places=places,
        end=_mean(ends),
        end_95=_within(ends),
        way=way / max(places, 1),
        worst=_mean(worsts),
        worst_95=_within(worsts),
        bound=bound if law.bounded else None,
    )


def _renamed(law: Law, state: State) -> State:
    return (state[0], *sorted(state[1:])) if law.equal else state


def _gathered(pairs: Iterable[tuple[float, float]]) -> dict[float, float]:
    shares: dict[float, float] = {}
    for value, share in pairs:
        shares[value] = shares.get(value, 0.0) + share
    return shares


def _mean(shares: Mapping[float, float]) -> float:
    return sum(value * share for value, share in shares.items())


def _within(shares: Mapping[float, float]) -> float:
    """Give the smallest value that 95 of 100 do not exceed."""
    reached = 0.0
    for value in sorted(shares):
        reached += shares[value]
        if reached >= _SHARE - _NEGLIGIBLE:
            return value
    return max(shares)


def _lists(places: int) -> int:
    return max(FEWEST_LISTS, min(MOST_LISTS, MOST_PLACES // max(places, 1)))


def _simulated(law: Law, places: int, seed: int) -> Balance:
    lists = _lists(places)
    generator = seeded_generator("balance", str(seed))
    followed = []
    for _ in range(lists):
        state, along = law.start, []
        for place in range(places):
            state = _next(law, state, place, generator.below(_FRACTION) / _FRACTION)
            along.append(spread(state[1:], law.parts))
        followed.append((along[-1], fmean(along), max(along)))
    end, way, worst = zip(*followed, strict=True)
    return Balance(
        places=places,
        end=fmean(end),
        end_95=_within(_gathered((value, 1 / lists) for value in end)),
        way=fmean(way),
        worst=fmean(worst),
        worst_95=_within(_gathered((value, 1 / lists) for value in worst)),
        bound=None,
        end_error=stdev(end) / sqrt(lists),
        way_error=stdev(way) / sqrt(lists),
        worst_error=stdev(worst) / sqrt(lists),
    )


def _next(law: Law, state: State, place: int, drawn: float) -> State:
    reached = state
    for chance, _, after in law.steps(state, place):
        reached = after
        drawn -= chance
        if drawn < 0:
            break
    return reached


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """Imbalance of the whole trial at the end, all strata together, by simulation."""

    lists: int
    end: float
    end_95: float
    end_error: float


def trial_balance(
    procedure: ListProcedure, places: Mapping[str, int], *, seed: int = 0
) -> TrialBalance:
    """Draw lists as the custodian's program draws them and add up the first places of each stratum.

    Strata are drawn apart, so the leftovers of their last blocks can add up.
    """
    lists = _lists(sum(stratum.slots for stratum in procedure.strata))
    generator = seeded_generator("trial balance", str(seed))
    parts = [procedure.ratio[arm] for arm in procedure.arms]
    ends = []
    for _ in range(lists):
        arms = [
            arm
            for stratum, number in places.items()
            for _, arm in draw_stratum(procedure, stratum, generator)[:number]
        ]
        ends.append(spread([arms.count(arm) for arm in procedure.arms], parts))
    return TrialBalance(
        lists=lists,
        end=fmean(ends),
        end_95=_within(_gathered((value, 1 / lists) for value in ends)),
        end_error=stdev(ends) / sqrt(lists),
    )
