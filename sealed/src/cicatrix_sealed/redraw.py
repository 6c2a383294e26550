"""Lists drawn anew under a trial's own procedure, for inference by re-randomisation.

The same draws as the real list's, from seeds that hide nothing: the lists say what else might have
been drawn, nothing of what was. The file is described in docs/reference/redrawn.md. How a statistic
is compared over these lists is the analysis's business.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha512
from pathlib import Path
from string import ascii_lowercase, digits
from typing import Annotated

import numpy as np
import numpy.typing as npt
import typer

from cicatrix.store.blobs import write_durably
from cicatrix.trial.errors import Refused
from cicatrix_sealed.generator import SEED_BYTES, Generator
from cicatrix_sealed.procedures.drawing import draw_stratum
from cicatrix_sealed.procedures.kinds import Procedure, read_procedure
from cicatrix_sealed.telling import told

FORMAT = "cicatrix-redrawn/1"
EXAMPLE = "Example: cicatrix-sealed redraw allocation.json --lists 10000 --seed 1 -o lists.json"
ARMS = digits + ascii_lowercase
_OPENED = "cicatrix-allocation/2"
_TAG = "cicatrix/redraw/1"


@dataclass(frozen=True, slots=True)
class Opening:
    """What re-drawing needs of an opened allocation: its procedure, its numbers in list order."""

    list_id: str
    study_digest: str
    procedure: Procedure
    numbers: tuple[str, ...]


def redraw(procedure: Mapping[str, object], *, lists: int, seed: int) -> npt.NDArray[np.uint8]:
    """Draw lists anew: `(lists, places)`, each the arm's place in the procedure's `arms`.

    Places are those of the sealed list: strata in the procedure's order, places in order. A list
    depends on the seed and its own number alone, not on how many are drawn.
    """
    read = read_procedure(procedure)
    places = sum(stratum.slots for stratum in read.strata)
    drawn = np.zeros((lists, places), dtype=np.uint8)
    for place, arms in enumerate(redrawn_lists(read, lists=lists, seed=seed)):
        drawn[place] = np.frombuffer(arms, dtype=np.uint8)
    return drawn


def redrawn_lists(procedure: Procedure, *, lists: int, seed: int) -> Iterator[bytes]:
    """Draw lists one at a time, each a byte for each place: the arm's place in `arms`."""
    if len(procedure.arms) > len(ARMS):
        raise Refused("redraw", f"More than {len(ARMS)} arms cannot be re-drawn: ask for fewer.")
    code = {arm: place for place, arm in enumerate(procedure.arms)}
    for number in range(lists):
        yield bytes(
            code[arm]
            for stratum in procedure.strata
            for _, arm in draw_stratum(
                procedure, stratum.stratum, _generator(seed, number, stratum.stratum)
            )
        )


def _generator(seed: int, number: int, stratum: str) -> Generator:
    parts = (_TAG, str(seed), str(number), stratum)
    text = b"".join(len(part.encode()).to_bytes(8, "big") + part.encode() for part in parts)
    return Generator(sha512(text).digest()[:SEED_BYTES])


def read_opening(text: str) -> Opening:
    """Read an opened allocation file as far as re-drawing needs it."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise _unreadable("it is not JSON") from problem
    found = document.get("format") if isinstance(document, dict) else None
    if found != _OPENED:
        raise _unreadable(f"its format is {found}, expected {_OPENED}")
    procedure = document.get("procedure")
    if not isinstance(procedure, dict):
        raise _unreadable("it names no procedure, as a dummy does not")
    read = read_procedure(procedure)
    try:
        slots = [(str(slot["number"]), str(slot["stratum"])) for slot in document["slots"]]
        opening = Opening(
            list_id=str(document["list_id"]),
            study_digest=str(document["study_digest"]),
            procedure=read,
            numbers=tuple(number for number, _ in slots),
        )
    except (KeyError, TypeError) as problem:
        raise _unreadable(f"{problem} is missing or is not what it should be") from problem
    promised = [one.stratum for one in read.strata for _ in range(one.slots)]
    if [stratum for _, stratum in slots] != promised:
        raise _unreadable("its slots are not the places that its procedure draws, in order")
    return opening


def _unreadable(why: str) -> Refused:
    return Refused(
        "allocation_file",
        f"The allocation file cannot be re-drawn ({why}): give the file that the custodian wrote "
        "with `cicatrix-sealed open`.",
    )


def redrawn_text(opening: Opening, lists: Sequence[bytes], *, seed: int) -> str:
    """Write re-drawn lists as the text of a file, always the same for the same opening and seed."""
    header = {
        "format": FORMAT,
        "study_digest": opening.study_digest,
        "list_id": opening.list_id,
        "procedure": opening.procedure.kind,
        "seed": str(seed),
        "arms": list(opening.procedure.arms),
        "numbers": list(opening.numbers),
    }
    table = bytes.maketrans(bytes(range(len(ARMS))), ARMS.encode())
    rows = ",\n".join(f'"{arms.translate(table).decode()}"' for arms in lists)
    return f'{json.dumps(header, ensure_ascii=False)[:-1]}, "lists": [\n{rows}\n]}}\n'


def redraw_command(
    allocation: Annotated[
        Path, typer.Argument(metavar="ALLOCATION", help="The file that `open` wrote.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="Where the lists are written.")],
    lists: Annotated[int, typer.Option(min=1, help="How many lists.")] = 10_000,
    seed: Annotated[int, typer.Option(help="Any number; the same gives the same lists.")] = 1,
) -> None:
    """Draw lists anew under the opened list's procedure, for inference by re-randomisation."""
    with told():
        opening = read_opening(_text(allocation))
        if output.exists():
            raise Refused("output", f"{output} exists already: name another file.")
        going = typer.progressbar(
            redrawn_lists(opening.procedure, lists=lists, seed=seed),
            length=lists,
            label="Drawing lists",
            file=typer.get_text_stream("stderr"),
        )
        with going as drawing:
            text = redrawn_text(opening, tuple(drawing), seed=seed)
        try:
            write_durably(output, text.encode())
        except OSError as problem:
            raise Refused(
                "output", f"{output} cannot be written ({problem.strerror}): name another file."
            ) from problem
    typer.echo(f"Drew {lists} lists of {len(opening.numbers)} places with seed {seed} in {output}.")


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise Refused(
            "allocation_file",
            f"The allocation file {path} cannot be read: name the file that `open` wrote.",
        ) from problem
