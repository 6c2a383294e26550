"""The packing sheet: what goes into each tube of each kit, for the pharmacist alone.

It names kits, tubes and contents and no arm, in the order of the kits; spare kits hold the same
as the kit they stand in for. It is plain text by need, since someone must fill the tubes: it
lives in the custodian's folder and no screen or store ever reads it. What stands in it is never
changed: a minimised trial's sheet grows, and what it says otherwise than the folder is a refusal.
"""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from cicatrix.trial.allocation import AllocatedSlot
from cicatrix.trial.errors import Refused
from cicatrix.trial.study import Study
from cicatrix_sealed.folder import EMERGENCY, PACKING, add_files, read_text


def packing_sheet(study: Study, slots: Sequence[AllocatedSlot]) -> str:
    """Write the sheet as CSV text with the columns kit, tube and content."""
    text = io.StringIO()
    sheet = csv.writer(text, lineterminator="\n")
    sheet.writerow(("kit", "tube", "content"))
    for slot in slots:
        for kit in slot.kits:
            for number, tube in sorted(study.tube.items()):
                sheet.writerow((kit, number, tube.content[slot.arm]))
    return text.getvalue()


def add_rows(folder: Path, sheet: str) -> None:
    """Write the sheet that a folder's begins, and refuse one that says otherwise of a kit.

    Kits on the sheet may have been packed and given. A sheet that is ahead is left: another program
    packs for the next number.
    """
    found = _found(folder)
    if found is not None and found.startswith(sheet):
        return
    if found is not None and not sheet.startswith(found):
        raise Refused(
            "packing",
            f"{EMERGENCY} fills kits otherwise than {folder / PACKING}, by which they are "
            "packed; one of the two was changed, and nothing was written: call the other "
            "custodians, who find out which with `cicatrix-sealed verify`.",
        )
    add_files(folder, {PACKING: sheet})


def check_packed(study: Study, folder: Path, slot: AllocatedSlot) -> None:
    """Refuse a slot whose kits the folder's sheet fills otherwise; one without them says nothing.

    A custodian's copy may have no sheet, or one from before this number was given, and an
    amendment may have taken an arm, a tube or a content away: an emergency must not wait for them.
    """
    if slot.arm not in study.arm:
        return
    known = {content.id for content in study.treatment.contents}
    found = _fillings(_found(folder) or "")
    differs = (
        found[at] != what and found[at] in known
        for at, what in _fillings(packing_sheet(study, (slot,))).items()
        if at in found
    )
    if any(differs):
        raise Refused(
            "packing",
            f"{EMERGENCY} and {PACKING} in {folder} do not say the same of number {slot.number}: "
            "one of the two was changed; open it with another custodian's copy.",
        )


def _fillings(sheet: str) -> dict[tuple[str, str], str]:
    """Read off a sheet what stands for each kit and tube."""
    rows = (row for row in csv.reader(io.StringIO(sheet)) if len(row) == 3)
    return {(kit, tube): content for kit, tube, content in rows}


def _found(folder: Path) -> str | None:
    return read_text(folder, PACKING) if (folder / PACKING).exists() else None
