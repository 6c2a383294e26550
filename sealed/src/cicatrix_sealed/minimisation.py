"""Pocock-Simon minimisation: each newcomer to the arm that balances her factors best, by chance.

Pure functions for arms of equal size; an unequal ratio is not offered. There is no list of arms:
each depends on those before, and can be replayed from the same requests and draws. It opens no
ledger and answers nobody: replaying.py holds it to a trial, answering.py answers.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from cicatrix.trial.errors import Refused
from cicatrix_sealed.generator import Generator

Measure = Literal["range", "variance"]


@dataclass(frozen=True, slots=True)
class Factor:
    """A prognostic factor, its levels, and its weight in the sum of imbalances."""

    name: str
    levels: tuple[str, ...]
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Minimisation:
    """Arms, factors, how imbalance is measured, and the chance of the best arm as a fraction."""

    arms: tuple[str, ...]
    factors: tuple[Factor, ...]
    measure: Measure = "range"
    probability: tuple[int, int] = (4, 5)


@dataclass(frozen=True, slots=True)
class Choice:
    """The arm chosen, the imbalance that each arm would have made, and the arms that made least."""

    arm: str
    imbalances: tuple[int, ...]
    preferred: tuple[str, ...]


def check(method: Minimisation) -> None:
    """Refuse in one sentence a minimisation that cannot be carried out fairly."""
    numerator, denominator = method.probability
    arms = len(method.arms)
    if arms < 2 or len(set(method.arms)) < arms:
        raise _unfit("it needs two arms or more, each named once", "correct its arms")
    if not method.factors or len({factor.name for factor in method.factors}) < len(method.factors):
        raise _unfit("it needs a factor, and each factor once", "correct its factors")
    for factor in method.factors:
        if factor.weight < 1 or not factor.levels or len(set(factor.levels)) < len(factor.levels):
            raise _unfit(
                f"{factor.name} needs a weight of 1 or more and levels that differ",
                "correct that factor",
            )
    if not 0 < denominator < numerator * arms or numerator >= denominator:
        raise _unfit(
            f"a probability of {numerator}/{denominator} does not favour one of {arms} arms and "
            "leave the others a chance",
            f"choose one above 1/{arms} and below 1",
        )


def _unfit(why: str, instead: str) -> Refused:
    return Refused("minimisation", f"The minimisation cannot be used ({why}): {instead}.")


def ordered_levels(method: Minimisation, levels: Mapping[str, str]) -> tuple[str, ...]:
    """Give a participant's levels in the order of the factors, refusing where one is missing.

    A level that an amendment added since the promise, such as a new site's, is one like any other.
    """
    missing = [factor.name for factor in method.factors if factor.name not in levels]
    if missing or len(levels) > len(method.factors):
        raise Refused(
            "minimisation",
            f"The participant cannot be assigned: her levels are of {', '.join(levels) or 'none'}, "
            f"expected of {', '.join(factor.name for factor in method.factors)}.",
        )
    return tuple(levels[factor.name] for factor in method.factors)


_Counts = Counter[tuple[int, str, str]]


def replay(
    method: Minimisation, requests: Iterable[Sequence[str]], generators: Iterable[Generator]
) -> tuple[Choice, ...]:
    """Assign participants one after another, from the levels of each, each by her own generator.

    Nothing but the requests' order and levels and the generators' seeds is used, so that anyone
    who is given these can check every assignment, and a process that was stopped finds its place.

    Source: PocockSimon1975, where ties in the order of arms are broken at random.

    >>> method = Minimisation(("a", "b"), (Factor("sex", ("f", "m")), Factor("skin", ("I", "VI"))))
    >>> choices = replay(method, [("f", "VI"), ("f", "I")], [Generator(bytes(48))] * 2)
    >>> [(choice.arm, choice.imbalances, choice.preferred) for choice in choices]
    [('a', (2, 2), ('a', 'b')), ('a', (3, 1), ('b',))]
    """
    counts: _Counts = Counter()
    choices = []
    for levels, generator in zip(requests, generators, strict=True):
        choice = _choose(method, _imbalances(method, levels, counts), generator)
        counts.update((place, level, choice.arm) for place, level in enumerate(levels))
        choices.append(choice)
    return tuple(choices)


def _imbalances(method: Minimisation, levels: Sequence[str], counts: _Counts) -> tuple[int, ...]:
    """Give for each arm the weighted imbalance of the newcomer's levels if she got that arm.

    Counts are marginal: those of each factor's level and arm, whatever the other factors.
    """
    held = [
        [counts[place, level, arm] for arm in method.arms] for place, level in enumerate(levels)
    ]
    return tuple(
        sum(
            factor.weight * _measured(method, [*row[:at], row[at] + 1, *row[at + 1 :]])
            for factor, row in zip(method.factors, held, strict=True)
        )
        for at in range(len(method.arms))
    )


def _measured(method: Minimisation, counts: Sequence[int]) -> int:
    """Give the range of an arm's counts, or their variance times the square of the number of arms.

    That product orders arms as the variance does and is a whole number.
    """
    if method.measure == "range":
        return max(counts) - min(counts)
    return len(counts) * sum(count * count for count in counts) - sum(counts) ** 2


def _choose(method: Minimisation, sums: tuple[int, ...], generator: Generator) -> Choice:
    """Choose the arm of one participant by the imbalance that each arm would make.

    If every arm would do equally well, each has the same chance: `arms[below(k)]`. Otherwise one of
    the preferred arms is first, by `below` if there are several, and gets the participant if
    `below(denominator) < numerator`; else one of all other arms does, by `below`, arms in order.
    """
    preferred = tuple(arm for arm, made in zip(method.arms, sums, strict=True) if made == min(sums))
    first = preferred[generator.below(len(preferred))]
    if len(preferred) == len(method.arms):
        return Choice(first, sums, preferred)
    numerator, denominator = method.probability
    others = [arm for arm in method.arms if arm != first]
    heads = generator.below(denominator) < numerator
    arm = first if heads else others[generator.below(len(others))]
    return Choice(arm, sums, preferred)
