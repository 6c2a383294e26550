"""The list itself: permuted blocks of random size, a number for every slot and its kits.

Block sizes are the custodian's and stand nowhere else. How many slots a stratum has depends on
the study and the sizes allowed, never on what was drawn: the bare numbers, which everyone sees,
tell nothing of the blocks. Go next to sealing.py, which hides the list.
"""

from collections.abc import Iterator, Sequence
from itertools import product
from math import ceil
from string import ascii_uppercase

from cicatrix.trial.allocation import AllocatedSlot, strata
from cicatrix.trial.errors import Refused
from cicatrix.trial.study import Study
from cicatrix_sealed.generator import Generator

_MULTIPLES = (2, 3, 4)
_RESERVE_PERCENT = 120
"""Slots for each hundred planned: a mistaken randomisation keeps its number."""
_LONGEST = 100_000
"""Numbers in a list: it is one entry of the ledger, which must be read in one piece."""


def allowed_sizes(study: Study, wanted: Sequence[int] = ()) -> tuple[int, ...]:
    """Give the block sizes to draw from: those wanted, or 2, 3 and 4 times the ratio's sum.

    The sum itself is never a size: who knows all but the last of such a block knows the last.
    """
    whole = sum(study.allocation.ratio.values())
    sizes = tuple(sorted(set(wanted))) or tuple(multiple * whole for multiple in _MULTIPLES)
    for size in sizes:
        if size % whole or size <= whole:
            raise Refused(
                "block_size",
                f"A block of {size} does not fit the ratio, whose parts add up to {whole}: "
                f"choose from {2 * whole}, {3 * whole}, {4 * whole} and further multiples.",
            )
    return sizes


def draw_list(
    study: Study, *, seed: bytes, sizes: Sequence[int], slots: int | None = None
) -> tuple[AllocatedSlot, ...]:
    """Draw the whole list; `slots` is the least number a stratum gets, by default 1.2 x planned."""
    named = strata(study)
    prefixes = _prefixes(len(named))
    wanted = [_wanted(study, stratum) if slots is None else slots for stratum in named]
    if max(*wanted, *sizes, len(named)) > _LONGEST or sum(wanted) > _LONGEST:
        raise Refused(
            "slots",
            f"A list has at most {_LONGEST:,} numbers: name fewer with --slots, smaller blocks, or "
            "correct allocation.planned and the strata in the study file.",
        )
    totals = [_whole_blocks(number, sizes) for number in wanted]
    width = max(3, *(len(str(total)) for total in totals))
    return tuple(
        AllocatedSlot(number, stratum, block, arm, _kits(study, number))
        for stratum, prefix, total in zip(named, prefixes, totals, strict=True)
        for place, (block, arm) in enumerate(_blocks(study, stratum, seed, sizes, total), start=1)
        for number in [f"{prefix}{place:0{width}}"]
    )


def _prefixes(count: int) -> tuple[str, ...]:
    if count == 1:
        return ("",)
    length = 1
    while len(ascii_uppercase) ** length < count:
        length += 1
    letters = product(ascii_uppercase, repeat=length)
    return tuple("".join(prefix) for prefix, _ in zip(letters, range(count), strict=False))


def _wanted(study: Study, stratum: str) -> int:
    """Give 1.2 times the site's planned participants, or the trial's: one stratum may get all."""
    of_site = (site.planned for site in study.sites if f"site={site.id}" in stratum.split(";"))
    return ceil(next(of_site, study.allocation.planned) * _RESERVE_PERCENT / 100)


def _whole_blocks(wanted: int, sizes: Sequence[int]) -> int:
    """Give the least number, from `wanted` on, that can be filled with whole blocks."""
    fits = _fits(wanted + min(sizes), sizes)
    return next(number for number in range(wanted, len(fits)) if fits[number])


def _fits(most: int, sizes: Sequence[int]) -> list[bool]:
    """Say of each number of slots up to `most` whether whole blocks can fill it."""
    fits = [True]
    for number in range(1, most + 1):
        fits.append(any(size <= number and fits[number - size] for size in sizes))
    return fits


def _blocks(
    study: Study, stratum: str, seed: bytes, sizes: Sequence[int], total: int
) -> Iterator[tuple[int, str]]:
    """Draw the blocks of a stratum, each of a size after which whole blocks can fill the rest."""
    generator = Generator(seed, personalisation=_personalisation(study, stratum))
    ratio = study.allocation.ratio
    once = [arm.id for arm in study.arms for _ in range(ratio[arm.id])]
    fits = _fits(total, sizes)
    block = 0
    while total:
        open_sizes = [size for size in sizes if size <= total and fits[total - size]]
        size = open_sizes[generator.below(len(open_sizes))]
        block += 1
        for arm in generator.shuffled(once * (size // len(once))):
            yield block, arm
        total -= size


def _personalisation(study: Study, stratum: str) -> bytes:
    parts = (b"cicatrix/permuted/1", study.digest.encode(), stratum.encode())
    return b"".join(len(part).to_bytes(8, "big") + part for part in parts)


def _kits(study: Study, number: str) -> tuple[str, ...]:
    spares = (f"K{number}S{spare}" for spare in range(1, study.treatment.spare_kits + 1))
    return (f"K{number}", *spares)
