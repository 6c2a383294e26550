"""The packing sheet: what goes into each tube of each kit, for the pharmacist alone.

It names kits, tubes and contents and no arm, in the order of the kits; spare kits hold the same
as the kit they stand in for. It is plain text by need, since someone must fill the tubes: it
lives in the custodian's folder and no screen, act or store ever reads it.
"""

import csv
import io
from collections.abc import Sequence

from cicatrix.trial.allocation import AllocatedSlot
from cicatrix.trial.study import Study


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
