"""A receipt for one participant: what her number held, provable without anybody else's.

It is made from the opened allocation. The arm, the nonce that hid it and the way from her slot to
the Merkle root are in it, and nothing of another slot but hashes; verifier/verify.py checks it
against the root that was published. The whole list's proof is bundle.py's.
"""

import json

from cicatrix.trial.allocation import AllocatedSlot, OpenedList, bare
from cicatrix.trial.commitment import leaf_of
from cicatrix.trial.errors import Refused
from cicatrix.trial.merkle import inclusion_proof
from cicatrix.trial.numbers import not_given
from cicatrix.trial.trial import Trial

FORMAT = "cicatrix-receipt/1"


def write_receipt(trial: Trial, opened: OpenedList, number: str) -> str:
    """Write the receipt of one number; `opened` was checked against the ledger by the caller."""
    slot = _slot(trial, opened, number)
    slots = [bare(one) for one in opened.slots]
    place = opened.slots.index(slot)
    proof = inclusion_proof([leaf_of(one) for one in slots], place)
    assert trial.list is not None
    document = {
        "format": FORMAT,
        "study": {"id": trial.study_id, "digest": opened.study_digest},
        "list_id": opened.list_id,
        "slot": slots[place].model_dump(mode="json"),
        "arm": slot.arm,
        "nonce": slot.nonce,
        "place": place + 1,
        "places": len(slots),
        "proof": [step.hex() for step in proof],
        "root": trial.list.commitment,
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _slot(trial: Trial, opened: OpenedList, number: str) -> AllocatedSlot:
    if number not in trial.numbers:
        raise not_given(trial, number)
    slot = next(one for one in opened.slots if one.number == number)
    if slot.draw is not None:
        raise Refused(
            "minimised",
            "In a minimised trial an arm follows from everybody's before: it has no receipt of its "
            "own; give the bundle.",
        )
    return slot
