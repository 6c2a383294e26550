"""The allocation as the core may know it: its strata, its commitment, and the list once opened.

Nothing here draws or hides a list: that is the custodian's own program. What both sides need
stands here: which stratum a participant belongs to, how a list is committed to, the file in which
an opened list reaches the analysis, and a dummy of it for blind review. No fact and no screen
holds any of these slots; the bare numbers that may be seen are `facts.SealedSlot`.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import product

import rfc8785
from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import SealedSlot, Value
from cicatrix.trial.study import Study

FORMAT = "cicatrix-allocation/1"
UNSTRATIFIED = "all"
NONCE_BYTES = 32
_TAG = b"cicatrix/allocation/1"
_CONFIG = ConfigDict(strict=True, extra="forbid")


@dataclass(frozen=True, slots=True, config=_CONFIG)
class AllocatedSlot:
    """One place of the list: its number, stratum, block within the stratum, arm and kits."""

    number: str
    stratum: str
    block: int
    arm: str
    kits: tuple[str, ...]


@dataclass(frozen=True, slots=True, config=_CONFIG)
class OpenedList:
    """A whole list in clear, with the nonce that blinds its commitment; `dummy` if no real one."""

    list_id: str
    study_digest: str
    nonce_hex: str
    slots: tuple[AllocatedSlot, ...]
    dummy: bool


_LIST = TypeAdapter(OpenedList)
_SLOTS = TypeAdapter(tuple[AllocatedSlot, ...])


def strata(study: Study) -> tuple[str, ...]:
    """List every stratum of the study in order: the product of its factors, or one for all."""
    factors = study.allocation.strata
    levels = [_levels(study, factor) for factor in factors]
    return tuple(_stratum(factors, combination) for combination in product(*levels))


def stratum_of(study: Study, *, site: str, answers: Mapping[str, Value]) -> str:
    """Name the stratum of a participant of a site from her answers, by item."""
    factors = study.allocation.strata
    return _stratum(factors, [_level(study, factor, site, answers) for factor in factors])


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
            f"The study is stratified by {factor}, which is no choice item of the eligibility "
            "form: correct allocation.strata in the study file.",
        )
    codes = study.codes[item.code_list].codes
    return tuple(str(code.code) for code in codes)


def _level(study: Study, factor: str, site: str, answers: Mapping[str, Value]) -> str:
    value = site if factor == "site" else answers.get(factor)
    if value is None:
        raise Refused(
            "stratum", f"The stratum is unknown: {factor} has no answer yet; record it first."
        )
    levels = _levels(study, factor)
    if str(value) not in levels:
        raise Refused(
            "stratum",
            f"The stratum is unknown: {factor} is {value}, expected one of {', '.join(levels)}.",
        )
    return str(value)


def commitment(study_digest: str, nonce: bytes, slots: Sequence[AllocatedSlot]) -> str:
    """Bind a list before it is known: SHA-256 over tag, study, nonce and the canonical slots.

    The nonce is what hides the list: without it a list of a few blocks could be found by trial.
    """
    if len(nonce) != NONCE_BYTES:
        raise ValueError(f"The nonce of a commitment has {NONCE_BYTES} bytes.")
    document = rfc8785.dumps(_SLOTS.dump_python(tuple(slots), mode="json"))
    parts = (_TAG, study_digest.encode(), nonce, document)
    return sha256(b"".join(len(part).to_bytes(8, "big") + part for part in parts)).hexdigest()


def write_opened(opened: OpenedList) -> str:
    """Write an opened list as the text of an allocation file, always the same for the same list."""
    document = {"format": FORMAT, **_LIST.dump_python(opened, mode="json")}
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
        nonce = bytes.fromhex(opened.nonce_hex)
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        raise _unreadable(f"{where}: {first['msg']}" if where else "it is not JSON") from problem
    except ValueError as problem:
        raise _unreadable("nonce_hex: it is not hexadecimal") from problem
    if len(nonce) != NONCE_BYTES:
        raise _unreadable(f"nonce_hex: it has {len(nonce)} bytes, expected {NONCE_BYTES}")
    if len({slot.number for slot in opened.slots}) < len(opened.slots):
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


def check_opened(opened: OpenedList, *, commitment: str, study_digest: str) -> None:
    """Raise Refused unless an opened list is exactly the one that the ledger committed to."""
    if opened.dummy:
        raise Refused(
            "dummy_allocation",
            "The allocation is a dummy for blind review: give the file that the custodian opened.",
        )
    if opened.study_digest != study_digest:
        raise Refused(
            "another_study",
            "The allocation belongs to another study or another version of it: "
            "look for the list that was sealed for this trial.",
        )
    if _commitment_of(opened) != commitment:
        raise Refused(
            "commitment",
            "The allocation is not the list that was sealed (its commitment differs): "
            "it was changed or belongs to another trial; ask the custodian for the sealed one.",
        )


def _commitment_of(opened: OpenedList) -> str:
    return commitment(opened.study_digest, bytes.fromhex(opened.nonce_hex), opened.slots)


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
        nonce_hex=_dummy_digest(seed, "nonce").hex(),
        slots=tuple(
            AllocatedSlot(slot.number, slot.stratum, *allotted[slot.number], slot.kits)
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
