"""The allocation as the core may know it: strata or levels, and the list once it was opened.

Nothing here draws or hides a list: that is the custodian's own program. What both sides need
stands here: a participant's stratum or levels, the file in which an opened list reaches the
analysis, and a dummy of it for blind review; what a list is promised by is commitment.py. No fact
and no screen holds any of these slots; the bare ones that may be seen are `facts.SealedSlot`.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import product
from typing import Annotated

import rfc8785
from pydantic import ConfigDict, Field, JsonValue, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from cicatrix.trial.commitment import DRAW_BYTES, NONCE_BYTES, root_of, slot_commitment
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import SealedSlot, Value
from cicatrix.trial.study import Study
from cicatrix.trial.trial import SealedList

FORMAT = "cicatrix-allocation/2"
UNSTRATIFIED = "all"
_CONFIG = ConfigDict(strict=True, extra="forbid")
_Hex = Annotated[str, Field(pattern=f"^[0-9a-f]{{{2 * NONCE_BYTES}}}$")]
_Draw = Annotated[str, Field(pattern=f"^[0-9a-f]{{{2 * DRAW_BYTES}}}$")]


@dataclass(frozen=True, slots=True, config=_CONFIG)
class AllocatedSlot:
    """One place of the list: number, stratum, block within it, arm, kits, nonce in hex.

    In a minimised list `draw` is what was promised, and the arm follows from it, the participant's
    `levels` (one for each factor, in the procedure's order), and all that was given before.
    """

    number: str
    stratum: str
    block: int
    arm: str
    kits: tuple[str, ...]
    nonce: _Hex
    draw: _Draw | None = None
    levels: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, config=_CONFIG)
class DrawnSlot:
    """One place of a minimised list that nobody got: a draw, and no arm without a participant."""

    number: str
    stratum: str
    kits: tuple[str, ...]
    draw: _Draw
    nonce: _Hex


@dataclass(frozen=True, slots=True, config=_CONFIG)
class OpenedList:
    """A whole list in clear, and all that it was drawn from; of a `dummy` that is None.

    `secret` and `nonce` are what the custodian promised, in hex, `procedure` how arms are drawn,
    `beacon` what the public randomness came to. `unused` are the rest of a minimised list.
    """

    list_id: str
    study_digest: str
    secret: _Hex | None
    nonce: _Hex | None
    procedure: dict[str, JsonValue] | None
    beacon: dict[str, str | None] | None
    slots: tuple[AllocatedSlot, ...]
    dummy: bool
    unused: tuple[DrawnSlot, ...] = ()

    @property
    def places(self) -> tuple[AllocatedSlot | DrawnSlot, ...]:
        """Give every place in list order: those of a minimised list that nobody got come last."""
        return (*self.slots, *self.unused)


_LIST = TypeAdapter(OpenedList)


def strata(study: Study) -> tuple[str, ...]:
    """List every stratum of the study in order: the product of its factors, or one for all."""
    factors = study.allocation.strata
    levels = [_levels(study, factor) for factor in factors]
    return tuple(_stratum(factors, combination) for combination in product(*levels))


def stratum_of(study: Study, *, site: str, answers: Mapping[str, Value]) -> str:
    """Name the stratum of a participant of a site from her answers, by item."""
    factors = study.allocation.strata
    return _stratum(factors, [_level(study, factor, site, answers) for factor in factors])


def factors_of(study: Study) -> dict[str, int]:
    """Give the factors by which the study is minimised with their weights; none of a list."""
    return {one.factor: one.weight for one in study.allocation.minimise}


def factor_levels(study: Study) -> dict[str, tuple[str, ...]]:
    """List the levels of each factor by which the study is minimised."""
    return {factor: _levels(study, factor) for factor in factors_of(study)}


def levels_of(study: Study, *, site: str, answers: Mapping[str, Value]) -> dict[str, str]:
    """Give a participant's level of each factor by which the study is minimised."""
    return {factor: _level(study, factor, site, answers) for factor in factors_of(study)}


def _stratum(factors: Sequence[str], levels: Sequence[str]) -> str:
    pairs = zip(factors, levels, strict=True)
    return ";".join(f"{factor}={level}" for factor, level in pairs) or UNSTRATIFIED


def _levels(study: Study, factor: str) -> tuple[str, ...]:
    if factor == "site":
        return tuple(site.id for site in study.sites)
    item = study.form[study.eligibility.form].items.get(factor)
    if item is None or item.code_list is None:
        raise Refused(
            "strata",
            f"The allocation is by {factor}, which is no choice item of the eligibility form: "
            "correct allocation in the study file.",
        )
    codes = study.codes[item.code_list].codes
    return tuple(str(code.code) for code in codes)


def _level(study: Study, factor: str, site: str, answers: Mapping[str, Value]) -> str:
    value = site if factor == "site" else answers.get(factor)
    if value is None:
        raise Refused(
            "stratum",
            f"Her place in the allocation is unknown: {factor} has no answer yet; record it first.",
        )
    levels = _levels(study, factor)
    if str(value) not in levels:
        raise Refused(
            "stratum",
            f"Her place in the allocation is unknown: {factor} is {value}, expected one of "
            f"{', '.join(levels)}.",
        )
    return str(value)


def write_opened(opened: OpenedList) -> str:
    """Write an opened list as the text of an allocation file, always the same for the same list."""
    written = _LIST.dump_python(opened, mode="json", exclude_defaults=True)
    document = {"format": FORMAT, **written}
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def read_opened(text: str) -> OpenedList:
    """Read the text of an allocation file; whether it is the sealed list says `check_opened`."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise _unreadable("it is not JSON") from problem
    found = document.pop("format", None) if isinstance(document, dict) else None
    if found != FORMAT:
        raise _unreadable(f"its format is {found}, expected {FORMAT}")
    try:
        opened = _LIST.validate_json(json.dumps(document))
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        raise _unreadable(f"{where}: {first['msg']}" if where else "it is not JSON") from problem
    origin = (opened.secret, opened.nonce, opened.procedure, opened.beacon)
    if not opened.dummy and None in origin:
        raise _unreadable("secret, nonce, procedure or beacon is missing, as only a dummy's may be")
    if len({slot.number for slot in opened.places}) < len(opened.places):
        raise _unreadable("slots: a number stands in it twice")
    return opened


def _unreadable(why: str) -> Refused:
    return Refused(
        "allocation_file",
        f"The allocation file cannot be used ({why}): give the file that the custodian wrote.",
    )


def mapping_digest(text: str) -> str:
    """SHA-256 of an allocation file, by which the ledger names it (`AllocationOpened`)."""
    return sha256(text.encode()).hexdigest()


def check_opened(opened: OpenedList, *, sealed: SealedList) -> None:
    """Raise Refused unless an opened list is, slot by slot, the one that the ledger sealed."""
    if opened.dummy:
        raise Refused(
            "dummy_allocation",
            "The allocation is a dummy for blind review: give the file that the custodian opened.",
        )
    if opened.study_digest != sealed.study_digest:
        raise Refused(
            "another_study",
            "The allocation belongs to another study or another version of it: "
            "look for the list that was sealed for this trial.",
        )
    if opened.list_id != sealed.list_id:
        raise Refused(
            "another_list",
            f"The allocation is list {opened.list_id}; this trial sealed {sealed.list_id}: "
            "look for the file of that one.",
        )
    promised = [slot for stratum in sealed.slots.values() for slot in stratum]
    found = [bare(slot) for slot in opened.places]
    if [slot.number for slot in found] != [slot.number for slot in promised]:
        raise _changed("it has other numbers or another order")
    for one, other in zip(found, promised, strict=True):
        if one != other:
            raise _changed(f"number {one.number} differs")
    if root_of(found) != sealed.commitment:
        raise _changed("its root differs")


def bare(slot: AllocatedSlot | DrawnSlot) -> SealedSlot:
    """Give of a slot what the world may see, its arm or its draw as a promise alone."""
    promised = slot.arm if isinstance(slot, AllocatedSlot) and slot.draw is None else slot.draw
    assert promised is not None
    nonce = bytes.fromhex(slot.nonce)
    promise = slot_commitment(slot.number, slot.stratum, promised, nonce=nonce)
    return SealedSlot(number=slot.number, stratum=slot.stratum, kits=slot.kits, commitment=promise)


def _changed(how: str) -> Refused:
    return Refused(
        "commitment",
        f"The allocation is not the list that was sealed ({how}): "
        "it was changed or belongs to another trial; ask the custodian for the sealed one.",
    )


def dummy_allocation(study: Study, slots: Sequence[SealedSlot], *, seed: int) -> OpenedList:
    """Allot the bare numbers by a seed alone, balanced in blocks of the ratio's sum, to try a plan.

    It can tell nothing of the real list: numbers, strata and seed are all that it is made from.
    """
    allotted = {
        number: (block, arm)
        for stratum in dict.fromkeys(slot.stratum for slot in slots)
        for number, block, arm in _dummy_blocks(
            study, stratum, [slot.number for slot in slots if slot.stratum == stratum], seed
        )
    }
    return OpenedList(
        list_id="dummy",
        study_digest=study.digest,
        secret=None,
        nonce=None,
        procedure=None,
        beacon=None,
        slots=tuple(
            AllocatedSlot(
                slot.number,
                slot.stratum,
                *allotted[slot.number],
                slot.kits,
                _dummy_digest(seed, "nonce", slot.number).hex(),
            )
            for slot in slots
        ),
        dummy=True,
    )


def _dummy_blocks(
    study: Study, stratum: str, numbers: Sequence[str], seed: int
) -> Iterator[tuple[str, int, str]]:
    """Give each number its block and arm: in each block, the arms in the order of their hashes."""
    ratio = study.allocation.ratio
    places = [(arm.id, place) for arm in study.arms for place in range(ratio[arm.id])]
    for start in range(0, len(numbers), len(places)):
        block = start // len(places) + 1
        shuffled = sorted(places, key=lambda at: _dummy_digest(seed, stratum, block, *at))
        for number, (arm, _) in zip(numbers[start:], shuffled, strict=False):
            yield number, block, arm


def _dummy_digest(seed: int, *parts: str | int) -> bytes:
    return sha256(rfc8785.dumps(["cicatrix/dummy/1", str(seed), *parts])).digest()
