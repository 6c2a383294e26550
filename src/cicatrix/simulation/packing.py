"""The custodian's packing sheet as nature reads it: what each tube of each kit really holds.

Only a rehearsal reads it, for the virtual scar that answers to what was applied. No act, store
or screen ever does, and nothing of it is passed to an act. Go next to scars.py.
"""

import csv
import io
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from cicatrix.trial.errors import Refused

if TYPE_CHECKING:
    from _csv import Reader

COLUMNS = ["kit", "tube", "content"]
_TUBE = re.compile(r"[0-9]{1,6}")


def read_packing(text: str) -> Mapping[tuple[str, int], str]:
    r"""Read a sheet with the columns kit, tube, content: the content's id by kit and tube number.

    >>> read_packing("kit,tube,content\nK001,1,gel\n")
    {('K001', 1): 'gel'}
    """
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    try:
        return _read(rows)
    except csv.Error as problem:
        raise _unusable(rows.line_num, f"it is not CSV, {problem}") from problem


def _read(rows: "Reader") -> Mapping[tuple[str, int], str]:
    header = next(rows, [])
    if header != COLUMNS:
        columns = ", ".join(header) or "none"
        raise _unusable(1, f"its columns are {columns}, expected {', '.join(COLUMNS)}")
    packing: dict[tuple[str, int], str] = {}
    for row in rows:
        if not row:
            continue
        if len(row) != len(COLUMNS) or not all(cell.strip() for cell in row):
            raise _unusable(rows.line_num, "a row needs a kit, a tube and a content")
        kit, tube, content = (cell.strip() for cell in row)
        if not _TUBE.fullmatch(tube):
            raise _unusable(
                rows.line_num, f"the tube's number is {tube[:20]}, expected a whole number"
            )
        if (kit, int(tube)) in packing:
            raise _unusable(rows.line_num, f"tube {tube} of kit {kit} stands in it twice")
        packing[kit, int(tube)] = content
    return packing


def _unusable(line: int, why: str) -> Refused:
    return Refused(
        "packing_sheet",
        f"The packing sheet cannot be used (line {line}: {why}): give the one the custodian wrote.",
    )
