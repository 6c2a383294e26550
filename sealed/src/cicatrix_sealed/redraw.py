"""Lists drawn anew under a trial's own procedure, for inference by re-randomisation.

The same draws as the real list's, from seeds that hide nothing: the lists say what else might have
been drawn, nothing of what was. They tell the procedure, so there are none before the opening. The
file is described in docs/reference/redrawn.md. How a statistic is compared over these lists is the
analysis's business.
"""

import json
from collections.abc import Iterable, Iterator
from hashlib import sha512
from string import ascii_lowercase, digits

from cicatrix.trial.allocation import OpenedList, mapping_digest, read_opened
from cicatrix.trial.commitment import prefixed
from cicatrix.trial.errors import Refused
from cicatrix_sealed.custody import Situation
from cicatrix_sealed.generator import SEED_BYTES, Generator
from cicatrix_sealed.keys import draw_generator
from cicatrix_sealed.minimisation import replay
from cicatrix_sealed.procedures.drawing import draw_stratum, draws_of
from cicatrix_sealed.procedures.kinds import (
    ListProcedure,
    Minimised,
    Procedure,
    read_procedure,
)

FORMAT = "cicatrix-redrawn/1"
ARMS = digits + ascii_lowercase
_TAG = "cicatrix/redraw/1"


def redrawn_lists(procedure: ListProcedure, *, lists: int, seed: int) -> Iterator[bytes]:
    """Draw lists one at a time, each a byte for each place: the arm's place in `arms`.

    Places are those of the sealed list: strata in the procedure's order, places in order. A list
    depends on the seed and its own number alone, not on how many are drawn.
    """
    code = _codes(procedure)
    for number in range(lists):
        yield bytes(
            code[arm]
            for stratum in procedure.strata
            for _, arm in draw_stratum(
                procedure, stratum.stratum, _generator(seed, number, stratum.stratum)
            )
        )


def redrawn_openings(opened: OpenedList, *, lists: int, seed: int) -> Iterator[bytes]:
    """Draw one at a time what else an opened list might have been, a byte for each of its slots.

    Where it is minimised, the requests stay as they were: who came, in which order, which levels.
    """
    procedure = _procedure(opened)
    if not isinstance(procedure, Minimised):
        yield from redrawn_lists(procedure, lists=lists, seed=seed)
        return
    code, method = _codes(procedure), procedure.method
    (stratum,) = procedure.strata
    levels = [slot.levels or () for slot in opened.slots]
    for number in range(lists):
        draws = draws_of(procedure, stratum.stratum, _generator(seed, number, stratum.stratum))
        generators = (
            draw_generator(opened.study_digest, slot.number, draw=draw)
            for slot, draw in zip(opened.slots, draws, strict=False)
        )
        yield bytes(code[choice.arm] for choice in replay(method, levels, generators))


def _procedure(opened: OpenedList) -> Procedure:
    if opened.procedure is None:
        raise _dummy()
    return read_procedure(opened.procedure)


def _dummy() -> Refused:
    return Refused(
        "dummy_allocation",
        "The allocation is a dummy for blind review and names no procedure: give the file that "
        "the custodian opened.",
    )


def _codes(procedure: Procedure) -> dict[str, int]:
    if len(procedure.arms) > len(ARMS):
        raise Refused("redraw", f"More than {len(ARMS)} arms cannot be re-drawn: ask for fewer.")
    return {arm: place for place, arm in enumerate(procedure.arms)}


def _generator(seed: int, number: int, stratum: str) -> Generator:
    parts = (_TAG, str(seed), str(number), stratum)
    text = prefixed(*(part.encode() for part in parts))
    return Generator(sha512(text).digest()[:SEED_BYTES])


def opened_in(standing: Situation, text: str) -> OpenedList:
    """Read an allocation file as the one that was opened in this trial, or refuse."""
    if standing.trial.opened is None:
        raise Refused(
            "not_opened",
            "This trial's allocation was not opened yet, and lists drawn anew would tell its "
            "procedure: lock the trial and open it with `cicatrix-sealed open` first.",
        )
    opened = read_opened(text)
    if opened.dummy:
        raise _dummy()
    if standing.trial.opened != mapping_digest(text):
        raise Refused(
            "another_allocation",
            "The allocation file is not the one that this trial's ledger says was opened: give the "
            "file that `cicatrix-sealed open` wrote, as it wrote it.",
        )
    return opened


def redrawn_text(opened: OpenedList, lists: Iterable[bytes], *, seed: int) -> Iterator[str]:
    """Write re-drawn lists as the lines of a file, always the same for the same list and seed."""
    procedure = _procedure(opened)
    header = {
        "format": FORMAT,
        "study_digest": opened.study_digest,
        "list_id": opened.list_id,
        "procedure": procedure.kind,
        "seed": str(seed),
        "arms": list(procedure.arms),
        "numbers": [slot.number for slot in opened.slots],
    }
    table = bytes.maketrans(bytes(range(len(ARMS))), ARMS.encode())
    yield f'{json.dumps(header, ensure_ascii=False)[:-1]}, "lists": [\n'
    between = ""
    for arms in lists:
        yield f'{between}"{arms.translate(table).decode()}"'
        between = ",\n"
    yield "\n]}\n"
