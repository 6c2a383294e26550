"""The public allocation bundle: with it anyone checks the list without Cicatrix.

It is composed from the ledger's own lines, and from the opened allocation once there is one; the
custodian is not needed. Payloads that the proof can do without are withheld, so that no more is
published of people than it needs, and the lines still verify. What each field means is in
docs/reference/bundle.md.
"""

import json
from collections.abc import Sequence

from cicatrix.trial.allocation import AllocatedSlot, DrawnSlot, OpenedList
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import (
    AllocationOpened,
    Fact,
    ListAborted,
    ListSealed,
    RandomisationRequested,
    Randomised,
    SecretCommitted,
    TrialFounded,
)
from cicatrix.trial.ledger import Entry, Line, read, withhold
from cicatrix.trial.trial import Trial

FORMAT = "cicatrix-bundle/1"
_SHOWN = (
    TrialFounded,
    SecretCommitted,
    ListAborted,
    ListSealed,
    Randomised,
    AllocationOpened,
)


def write_bundle(
    trial: Trial, lines: Sequence[Line], *, opened: OpenedList | None, checkpoint: str | None
) -> str:
    """Write the bundle as JSON; `opened` was checked against the ledger by the caller.

    Requests, whose levels say something of participants, are shown only with an opening.
    """
    committed, sealed = trial.committed, trial.list
    if committed is None or sealed is None:
        raise Refused(
            "no_list", "No list is sealed in this trial: there is nothing to check in a bundle yet."
        )
    entries = [read(line) for line in lines]
    kinds = _SHOWN if opened is None else (*_SHOWN, RandomisationRequested)
    document = {
        "format": FORMAT,
        "study": {"id": trial.study_id, "digest": sealed.study_digest},
        "list_id": sealed.list_id,
        "commit": {"commitment": committed.commitment, "beacon": dict(committed.beacon)},
        "beacon": None if opened is None else opened.beacon,
        "slots": [slot.model_dump(mode="json") for some in sealed.slots.values() for slot in some],
        "root": sealed.commitment,
        "ledger": [_line(line, entry, kinds) for line, entry in zip(lines, entries, strict=True)],
        "checkpoint": checkpoint,
        "opening": None if opened is None else _opening(opened),
        "rehearsal": sealed.rehearsal,
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _line(line: Line, entry: Entry, kinds: tuple[type[Fact], ...]) -> dict[str, object]:
    shown = line if isinstance(entry.fact, kinds) else withhold(line)
    return {"seq": shown.seq, "text": shown.text, "hash": shown.hash}


def _opening(opened: OpenedList) -> dict[str, object]:
    return {
        "secret": opened.secret,
        "nonce": opened.nonce,
        "procedure": opened.procedure,
        "slots": [_slot(slot) for slot in opened.places],
    }


def _slot(slot: AllocatedSlot | DrawnSlot) -> dict[str, object]:
    drawn = {} if slot.draw is None else {"draw": slot.draw}
    arm, block = (slot.arm, slot.block) if isinstance(slot, AllocatedSlot) else (None, 1)
    return {"number": slot.number, "arm": arm, "block": block, "nonce": slot.nonce, **drawn}
