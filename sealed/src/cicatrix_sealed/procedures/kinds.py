"""The six kinds of procedure as frozen values, and their JSON form.

A procedure is the custodian's: it says how each stratum's arms are drawn and how many places it
has. Its JSON object is part of the commitment, so its form is fixed in docs/reference/bundle.md.
Nothing is drawn here: that is `drawing`. Minimisation's places have draws and no arms; how these
become arms is minimisation.py's.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Literal, TypeAlias

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from cicatrix.trial.errors import Refused
from cicatrix_sealed.minimisation import Factor, Measure, Minimisation, check

_CONFIG = ConfigDict(strict=True, extra="forbid")
MOST_SLOTS, LARGEST_BLOCK = 1_000_000, 1_000
"""Far more than any trial has; without bounds a mistyped number would be drawn for ever."""
_LARGEST = 1_000_000
_Positive = Annotated[int, Field(ge=1, le=_LARGEST)]
_Ratio = dict[str, _Positive]
_Arms = Annotated[tuple[str, ...], Field(min_length=1)]


@checked(frozen=True, slots=True, config=_CONFIG)
class Stratum:
    """A stratum by name and how many places its list has."""

    stratum: str
    slots: Annotated[int, Field(ge=0, le=MOST_SLOTS)]


_Strata = Annotated[tuple[Stratum, ...], Field(min_length=1)]


@checked(frozen=True, slots=True, config=_CONFIG)
class Simple:
    """Each place by itself, each arm with its share of the ratio."""

    arms: _Arms
    ratio: _Ratio
    strata: _Strata
    kind: Literal["simple"] = "simple"


@checked(frozen=True, slots=True, config=_CONFIG)
class PermutedBlocks:
    """Blocks that hold the ratio, in random order, of sizes drawn at random if there are several.

    Source: RosenbergerLachin2016, sections 3.5 and 3.6.
    """

    arms: _Arms
    ratio: _Ratio
    strata: _Strata
    sizes: Annotated[tuple[int, ...], Field(min_length=1)]
    kind: Literal["permuted_blocks"] = "permuted_blocks"


@checked(frozen=True, slots=True, config=_CONFIG)
class BigStick:
    """Equal chances, but no arm gets more than `limit` ahead of the one that is furthest behind.

    Source: SoaresWu1983, for two arms; with more, the bound holds between any two of them.
    """

    arms: _Arms
    ratio: _Ratio
    strata: _Strata
    limit: _Positive
    kind: Literal["big_stick"] = "big_stick"


@checked(frozen=True, slots=True, config=_CONFIG)
class BiasedCoin:
    """A coin that favours the arms furthest behind with a chance of numerator / denominator.

    Source: Efron1971, for two arms; with more, the chance is shared among those furthest behind.
    """

    arms: _Arms
    ratio: _Ratio
    strata: _Strata
    probability: tuple[_Positive, _Positive]
    kind: Literal["biased_coin"] = "biased_coin"


@checked(frozen=True, slots=True, config=_CONFIG)
class Urn:
    """Balls drawn and put back; each draw adds balls of every other arm.

    For arms of equal size: under an unequal ratio its shares do not settle at the ratio (2 : 1 : 1
    would settle at 0.438, 0.281, 0.281).
    Source: Wei1977, for two arms; with more, as RosenbergerLachin2016, section 3.7.
    """

    arms: _Arms
    ratio: _Ratio
    strata: _Strata
    start: _Positive
    add: Annotated[int, Field(ge=0, le=_LARGEST)]
    kind: Literal["urn"] = "urn"


@checked(frozen=True, slots=True, config=_CONFIG)
class Balanced:
    """A factor of minimisation, the levels known when it was promised, and its weight."""

    factor: str
    levels: Annotated[tuple[str, ...], Field(min_length=1)]
    weight: _Positive


@checked(frozen=True, slots=True, config=_CONFIG)
class Minimised:
    """No arms in advance: each newcomer is likely to get the arm that balances her factors best.

    Source: PocockSimon1975.
    """

    arms: _Arms
    ratio: _Ratio
    strata: Annotated[tuple[Stratum, ...], Field(min_length=1, max_length=1)]
    factors: Annotated[tuple[Balanced, ...], Field(min_length=1)]
    measure: Measure
    probability: tuple[_Positive, _Positive]
    kind: Literal["minimisation"] = "minimisation"

    @property
    def method(self) -> Minimisation:
        """Give what the assignment of one participant after another needs."""
        factors = tuple(Factor(one.factor, one.levels, one.weight) for one in self.factors)
        return Minimisation(self.arms, factors, self.measure, self.probability)


ListProcedure: TypeAlias = Simple | PermutedBlocks | BigStick | BiasedCoin | Urn
Procedure: TypeAlias = ListProcedure | Minimised
_PROCEDURE: TypeAdapter[Procedure] = TypeAdapter(Annotated[Procedure, Field(discriminator="kind")])


def read_procedure(document: Mapping[str, object]) -> Procedure:
    """Read a procedure's JSON object, refusing in one sentence one that cannot be drawn fairly."""
    try:
        procedure = _PROCEDURE.validate_json(json.dumps(dict(document)))
    except (TypeError, ValueError) as problem:
        raise _unfit(*_first(problem)) from problem
    _check_arms(procedure)
    sizes = procedure.sizes if isinstance(procedure, PermutedBlocks) else ()
    check_size(sum(one.slots for one in procedure.strata), sizes)
    check = _CHECKS.get(procedure.kind)
    if check is not None:
        check(procedure)
    return procedure


def with_list(procedure: Procedure) -> ListProcedure:
    """Give a procedure back if it draws arms in advance; refuse minimisation, which does not."""
    if isinstance(procedure, Minimised):
        raise Refused(
            "no_list_of_arms",
            "Minimisation draws no arms in advance: each follows from the participants before.",
        )
    return procedure


def write_procedure(procedure: Procedure) -> dict[str, object]:
    """Write a procedure as its JSON object."""
    written: dict[str, object] = _PROCEDURE.dump_python(procedure, mode="json")
    return written


def check_size(slots: int, sizes: Sequence[int]) -> None:
    """Refuse more places in all, or a larger block, than any trial has."""
    if slots > MOST_SLOTS:
        raise Refused(
            "too_many_slots",
            f"A list has at most {MOST_SLOTS:,} places in all, and this one would have {slots:,}: "
            "choose fewer with --slots.",
        )
    if max(sizes, default=0) > LARGEST_BLOCK:
        raise Refused(
            "block_size",
            f"A block has at most {LARGEST_BLOCK:,} places, and one of {max(sizes):,} was given: "
            "choose smaller ones with --block-sizes.",
        )


def _first(problem: Exception) -> tuple[str, str]:
    """Say what is wrong first, and what to do."""
    instead = "use the procedure as the custodian's program wrote it"
    if not isinstance(problem, ValidationError):
        return "it is not a JSON object", instead
    first = problem.errors(include_url=False, include_input=False)[0]
    if first["type"] == "less_than_equal":
        instead = "choose a smaller number"
    where = ".".join(str(step) for step in first["loc"])
    return f"{where}: {first['msg']}" if where else str(first["msg"]), instead


def _unfit(why: str, instead: str) -> Refused:
    return Refused("procedure", f"The procedure cannot be drawn ({why}): {instead}.")


def _check_arms(procedure: Procedure) -> None:
    if len(set(procedure.arms)) < len(procedure.arms) or set(procedure.arms) != set(
        procedure.ratio
    ):
        raise _unfit("its ratio does not name each of its arms once", "name each arm in both")
    names = [stratum.stratum for stratum in procedure.strata]
    if len(set(names)) < len(names):
        raise _unfit("a stratum stands in it twice", "name each stratum once")


def _check_blocks(procedure: PermutedBlocks) -> None:
    whole = sum(procedure.ratio.values())
    for size in procedure.sizes:
        if size == whole:
            raise Refused(
                "block_size",
                f"A block of {size} is refused: who knows all but the last of such a block knows "
                f"the last; choose from {2 * whole}, {3 * whole}, {4 * whole} and further "
                "multiples.",
            )
        if size % whole or size < whole:
            raise Refused(
                "block_size",
                f"A block of {size} does not fit the ratio, whose parts add up to {whole}: "
                f"choose from {2 * whole}, {3 * whole}, {4 * whole} and further multiples.",
            )
    if list(procedure.sizes) != sorted(set(procedure.sizes)):
        raise _unfit("its block sizes do not ascend", "give each size once, the smallest first")
    fits = fillable(max(stratum.slots for stratum in procedure.strata), procedure.sizes)
    for stratum in procedure.strata:
        if not fits[stratum.slots]:
            raise _unfit(
                f"no whole blocks fill the {stratum.slots} places of {stratum.stratum}",
                "choose a number of places that the sizes can add up to",
            )


def _check_minimised(procedure: Minimised) -> None:
    _check_equal(procedure)
    check(procedure.method)


def _check_equal(procedure: BigStick | BiasedCoin | Urn | Minimised) -> None:
    if len(set(procedure.ratio.values())) > 1:
        name = procedure.kind.replace("_", " ")
        raise _unfit(
            f"{name} is for arms of equal size, and the ratio is not equal",
            "choose permuted blocks or simple randomisation",
        )


def _check_coin(procedure: BiasedCoin) -> None:
    _check_equal(procedure)
    numerator, denominator = procedure.probability
    if not denominator < numerator * len(procedure.arms) or numerator >= denominator:
        raise _unfit(
            f"a probability of {numerator}/{denominator} is no biased coin for "
            f"{len(procedure.arms)} arms",
            f"choose one above 1/{len(procedure.arms)} and below 1",
        )


_CHECKS: Mapping[str, Callable[..., None]] = {
    "permuted_blocks": _check_blocks,
    "big_stick": _check_equal,
    "biased_coin": _check_coin,
    "urn": _check_equal,
    "minimisation": _check_minimised,
}


def fillable(most: int, sizes: tuple[int, ...]) -> list[bool]:
    """Say of each number of places from 0 to `most` whether whole blocks can fill it."""
    fits = [True]
    for number in range(1, most + 1):
        fits.append(any(size <= number and fits[number - size] for size in sizes))
    return fits
