"""What minimisation costs and buys for one study, by simulation: `cicatrix-sealed study`.

Trials of the planned size are minimised with several probabilities and both measures, and by the
toss of a fair coin beside them. A guesser here has seen every arm and every level before, which
only the custodian has. Nothing is drawn for the trial. What a list costs is study.py's.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, stdev

from cicatrix.trial.allocation import factor_levels
from cicatrix.trial.study import Study
from cicatrix_sealed.choosing.table import in_columns
from cicatrix_sealed.generator import SEED_BYTES, Generator
from cicatrix_sealed.keys import Derivation
from cicatrix_sealed.minimisation import Choice, Measure, Minimisation, replay

TRIALS = 200
FAIR_COIN = "fair coin"
_PROBABILITIES = ((2, 3), (4, 5), (9, 10))
_MEASURES: tuple[Measure, ...] = ("range", "variance")


@dataclass(frozen=True, slots=True)
class Simulated:
    """One option: its name, right guesses and imbalances as means with their Monte Carlo errors.

    `at_levels` is the range of the arms' counts at the end, averaged over all levels of all
    factors; `whole` is the range over everyone.
    """

    name: str
    chosen: bool
    correct: float
    correct_error: float
    at_levels: float
    at_levels_error: float
    whole: float
    whole_error: float


def simulated(
    study: Study, chosen: Minimisation, *, seed: int, trials: int = TRIALS
) -> tuple[Simulated, ...]:
    """Simulate the chosen minimisation and its alternatives; empty if nobody is planned."""
    if not study.allocation.planned:
        return ()
    arms = len(chosen.arms)
    usual = [
        Minimisation(chosen.arms, chosen.factors, measure, probability)
        for measure in _MEASURES
        for probability in _PROBABILITIES
        if probability[0] * arms > probability[1]
    ]
    options = [chosen, *(one for one in usual if one != chosen)]
    return (
        *(_simulate(study, one, one == chosen, seed, trials) for one in options),
        _simulate(study, chosen, False, seed, trials, tossed=True),
    )


def _simulate(
    study: Study, method: Minimisation, chosen: bool, seed: int, trials: int, *,
    tossed: bool = False,
) -> Simulated:  # fmt: skip
    rows = [_trial(study, method, seed, number, tossed=tossed) for number in range(trials)]
    (correct, correct_error), (levels, levels_error), (whole, whole_error) = (
        _mean(column) for column in zip(*rows, strict=True)
    )
    numerator, denominator = method.probability
    name = FAIR_COIN if tossed else f"{method.measure}, {numerator}/{denominator}"
    return Simulated(name, chosen, correct, correct_error, levels, levels_error, whole, whole_error)


def _mean(values: Sequence[float]) -> tuple[float, float]:
    return fmean(values), stdev(values) / sqrt(len(values)) if len(values) > 1 else 0.0


def _trial(
    study: Study, method: Minimisation, seed: int, number: int, *, tossed: bool
) -> tuple[float, float, float]:
    """Minimise one trial: the share of right guesses, mean range at the levels, range of all."""
    derivation = Derivation(f"{seed}/{number}".encode(), study.digest)
    people = _people(study, method, Generator(derivation.derive(b"people", SEED_BYTES)))
    chance = Generator(derivation.derive(b"arms", SEED_BYTES))
    if tossed:
        arms = [method.arms[chance.below(len(method.arms))] for _ in people]
        correct = 1 / len(method.arms)
    else:
        choices = replay(method, people, [chance] * len(people))
        arms = [choice.arm for choice in choices]
        correct = fmean(_best(method, choice) for choice in choices)
    counts = Counter(
        (place, level, arm)
        for levels, arm in zip(people, arms, strict=True)
        for place, level in enumerate(levels)
    )
    ranges = [
        _range([counts[place, level, arm] for arm in method.arms])
        for place, factor in enumerate(method.factors)
        for level in factor.levels
    ]
    return correct, fmean(ranges), _range([arms.count(arm) for arm in method.arms])


def _range(counts: Sequence[int]) -> int:
    return max(counts) - min(counts)


def _best(method: Minimisation, choice: Choice) -> float:
    """Give the chance of the likeliest arm, which is what the guesser names."""
    arms, preferred = len(method.arms), len(choice.preferred)
    chance = method.probability[0] / method.probability[1]
    if preferred == arms:
        return 1 / arms
    rest = (1 - chance) / (arms - 1)
    return max(chance / preferred + rest * (preferred - 1) / preferred, rest)


def _people(study: Study, method: Minimisation, generator: Generator) -> list[tuple[str, ...]]:
    """Draw the levels of everyone planned: sites as planned, all other levels equally likely."""
    levels = factor_levels(study)
    of_sites = [site.id for site in study.sites for _ in range(site.planned)]
    pools = [
        of_sites if factor.name == "site" and of_sites else levels[factor.name]
        for factor in method.factors
    ]
    return [
        tuple(pool[generator.below(len(pool))] for pool in pools)
        for _ in range(study.allocation.planned)
    ]


def lines_of(found: Sequence[Simulated], *, seed: int, mark: str = "chosen") -> list[str]:
    """Lay the options out in columns, and say in words what these are."""
    headings = ("minimisation", "right guesses", "uneven at a level", "uneven in all")
    return [
        *in_columns([headings, *(_row(one) for one in found)]),
        "",
        "right guesses: share of next arms guessed by one who has seen every arm and level before "
        "and knows the procedure;",
        "  no place is certain. Only the custodian has seen all that.",
        "uneven: largest arm less smallest at the end, averaged over all levels of all factors, "
        "and in the whole trial.",
        "Sites are as planned; other levels are held equally likely, since a study file does not "
        "say how frequent they are.",
        f"± is the Monte Carlo standard error of {TRIALS} trials, seed {seed}. * {mark}.",
    ]


def _row(one: Simulated) -> tuple[str, ...]:
    return (
        f"{'*' if one.chosen else ' '} {one.name}",
        f"{one.correct:.3f} ± {one.correct_error:.4f}",
        f"{one.at_levels:.2f} ± {one.at_levels_error:.2f}",
        f"{one.whole:.2f} ± {one.whole_error:.2f}",
    )
