"""What a study could be randomised by, and what each procedure costs and buys.

Options stand beside the one chosen so that the choice is made by looking. Blocks of the ratio's
sum, alone or among others, are weighed only to show why they are refused. Go next to study.py,
which shows all this, and to predictability.py and balance.py for how it is found.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from cicatrix.trial.study import Study
from cicatrix_sealed.choosing.balance import balance, trial_balance
from cicatrix_sealed.choosing.law import law_of
from cicatrix_sealed.choosing.predictability import predictability
from cicatrix_sealed.procedures import (
    BiasedCoin,
    BigStick,
    ListProcedure,
    PermutedBlocks,
    Simple,
    Stratum,
    Urn,
    procedure_of,
    read_procedure,
)
from cicatrix_sealed.procedures.kinds import with_list
from cicatrix_sealed.procedures.planned import expected_places, wanted_slots


@dataclass(frozen=True, slots=True)
class Option:
    """A procedure that could be chosen; `refused` if it may not be."""

    procedure: ListProcedure
    chosen: bool = False
    refused: bool = False

    @property
    def name(self) -> str:
        """Name the procedure with what tells it from its like."""
        match self.procedure:
            case Simple():
                return "simple"
            case PermutedBlocks(sizes=sizes) if len(sizes) == 1:
                return f"blocks of {sizes[0]}"
            case PermutedBlocks(sizes=sizes):
                return f"blocks of {', '.join(map(str, sizes[:-1]))} or {sizes[-1]}"
            case BigStick(limit=limit):
                return f"big stick, limit {limit}"
            case BiasedCoin(probability=(numerator, denominator)):
                return f"biased coin {numerator}/{denominator}"
            case Urn(start=start, add=add):
                return f"urn, start {start}, add {add}"


@dataclass(frozen=True, slots=True)
class Weighed:
    """An option with what it costs and buys; means over strata by places, bounds the largest.

    `correct` and `certain` are shares of places. `way` and `worst` are imbalances within a stratum
    (mean over places; expected largest), `end` is the whole trial's. Errors are Monte Carlo
    standard errors, None where exact.
    """

    option: Option
    correct: float
    correct_error: float | None
    certain: float
    certain_error: float | None
    way: float
    way_error: float | None
    worst: float
    worst_95: float
    bound: float | None
    end: float
    end_95: float
    end_error: float | None


def alternatives(study: Study, chosen: Mapping[str, object]) -> tuple[Option, ...]:
    """List the options of a study with the chosen one marked, or put first if it is not usual."""
    whole = sum(study.allocation.ratio.values())
    usual = [
        _refused(study, (whole,)),
        _refused(study, (whole, 2 * whole)),
        Option(_read(study, "permuted_blocks", sizes=(2 * whole,))),
        Option(_read(study, "permuted_blocks", sizes=(3 * whole,))),
        Option(_read(study, "permuted_blocks", sizes=(2 * whole, 3 * whole))),
        Option(_read(study, "permuted_blocks")),
        *_for_equal_arms(study),
        Option(_read(study, "simple")),
    ]
    wanted = Option(with_list(read_procedure(chosen)), chosen=True)
    names = [option.name for option in usual]
    if wanted.name not in names:
        return (wanted, *usual)
    return tuple(wanted if option.name == wanted.name else option for option in usual)


def _for_equal_arms(study: Study) -> list[Option]:
    if len(set(study.allocation.ratio.values())) > 1:
        return []
    return [
        Option(_read(study, "big_stick", limit=2)),
        Option(_read(study, "big_stick", limit=3)),
        Option(_read(study, "biased_coin")),
        Option(_read(study, "urn")),
    ]


def _read(study: Study, kind: str, *, sizes: tuple[int, ...] = (), limit: int = 3) -> ListProcedure:
    return with_list(read_procedure(procedure_of(study, kind=kind, sizes=sizes, limit=limit)))


def _refused(study: Study, sizes: tuple[int, ...]) -> Option:
    """Give blocks that `read_procedure` refuses, to be weighed and never drawn for a trial."""
    ratio = study.allocation.ratio
    whole = sum(ratio.values())
    strata = tuple(
        Stratum(stratum, -(-wanted_slots(study, stratum) // whole) * whole)
        for stratum in expected_places(study)
    )
    arms = tuple(arm.id for arm in study.arms)
    parts = {arm: ratio[arm] for arm in arms}
    return Option(PermutedBlocks(arms, parts, strata, sizes), refused=True)


def weigh(study: Study, option: Option, *, seed: int) -> Weighed | None:
    """Weigh one option at the study's planned size; None if it plans no participant."""
    places = expected_places(study)
    slots = {one.stratum: max(one.slots, places[one.stratum]) for one in option.procedure.strata}
    cases = sorted((slots[stratum], number) for stratum, number in places.items() if number)
    if not cases:
        return None
    total = sum(number for _, number in cases)
    shares = {case: cases.count(case) * case[1] / total for case in cases}
    laws = {case: law_of(option.procedure, case[0]) for case in shares}
    guesses = {case: predictability(laws[case], case[1], seed=seed) for case in shares}
    held = {case: balance(laws[case], case[1], seed=seed) for case in shares}
    bounds = [one.bound for one in held.values()]
    last = (
        held[cases[0]] if len(places) == 1 else trial_balance(option.procedure, places, seed=seed)
    )
    return Weighed(
        option=option,
        correct=_mean(shares, {case: guess.correct for case, guess in guesses.items()}) or 0.0,
        correct_error=_mean(shares, {case: one.correct_error for case, one in guesses.items()}),
        certain=_mean(shares, {case: guess.certain for case, guess in guesses.items()}) or 0.0,
        certain_error=_mean(shares, {case: one.certain_error for case, one in guesses.items()}),
        way=_mean(shares, {case: one.way for case, one in held.items()}) or 0.0,
        way_error=_mean(shares, {case: one.way_error for case, one in held.items()}),
        worst=_mean(shares, {case: one.worst for case, one in held.items()}) or 0.0,
        worst_95=max(one.worst_95 for one in held.values()),
        bound=None if None in bounds else max(bound for bound in bounds if bound is not None),
        end=last.end,
        end_95=last.end_95,
        end_error=last.end_error,
    )


def _mean(
    shares: Mapping[tuple[int, int], float], values: Mapping[tuple[int, int], float | None]
) -> float | None:
    """Average over the strata; errors too, as if they all erred together, which is the most."""
    known = [(shares[case], value) for case, value in values.items() if value is not None]
    return sum(share * value for share, value in known) if known else None
