"""Make the list of the promised secret and the beacon: draw it, keep it, seal it in the ledger.

The files come first and the ledger second. The list follows from secret, procedure and randomness
alone: whoever is cut off in between makes it again, and it is the same. Files of a list that the
ledger refuses for good are removed. Promising the secret is committing.py.
"""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from cicatrix.store.home import Home
from cicatrix.store.output import refuse_inside
from cicatrix.trial.actions.seal_list import seal_list
from cicatrix.trial.allocation import OpenedList, bare, factors_of
from cicatrix.trial.commitment import root_of
from cicatrix.trial.errors import CicatrixError, Refused
from cicatrix.trial.facts import Fact, ListSealed
from cicatrix.trial.rehearsed import seeded_entropy
from cicatrix.trial.roles import Actor
from cicatrix.trial.study import Study
from cicatrix_sealed.beacon import outcome_of
from cicatrix_sealed.committed import read_committed
from cicatrix_sealed.custodians import Secrets
from cicatrix_sealed.custody import Situation, commitment_of, record, situation
from cicatrix_sealed.drawn import places_of
from cicatrix_sealed.emergency import write_emergency
from cicatrix_sealed.folder import (
    BEACON,
    COMMITTED,
    EMERGENCY,
    PACKING,
    PUBLIC,
    add_files,
    discard,
    public_text,
    read_text,
)
from cicatrix_sealed.packing import packing_sheet
from cicatrix_sealed.procedures import read_procedure
from cicatrix_sealed.procedures.planned import check_suits
from cicatrix_sealed.unsealing import opened_list, secrets_of


def make(
    home: Home, folder: Path, passphrases: Sequence[str], beacon: str, *, actor: Actor,
    now: datetime, standing: Situation | None = None,
) -> ListSealed:  # fmt: skip
    """Make the list of a trial home in the folder of its secret and return what the ledger says.

    `beacon` is the text of what came of the promised one. A caller who has read the home gives it
    as `standing`.
    """
    refuse_inside(folder, home.folder)
    standing = standing or situation(home)
    secrets = secrets_of(standing, folder, passphrases)
    promised = commitment_of(standing)
    rehearsal = read_committed(read_text(folder, COMMITTED), name=COMMITTED).rehearsal
    outcome = outcome_of(promised.beacon, beacon, study_digest=promised.study_digest)
    procedure = read_procedure(secrets.procedure)
    check_suits(standing.study, procedure)
    places = places_of(standing.study, procedure, series=len(standing.trial.aborted) + 1)
    opened = opened_list(promised.list_id, promised.study_digest, places, secrets, outcome)
    sealed = _public(opened, factors_of(standing.study), rehearsal=rehearsal)
    at = standing.last_at if rehearsal else now

    def decide(standing: Situation) -> Sequence[Fact]:
        return seal_list(
            standing.study,
            standing.trial,
            actor,
            now=at,
            list_id=sealed.list_id,
            commitment=sealed.commitment,
            slots=sealed.slots,
            rehearsal=rehearsal,
        )

    decide(standing)
    texts = _texts(standing.study, opened, secrets)
    files = {BEACON: beacon, **texts, PUBLIC: public_text(sealed)}
    add_files(folder, files)
    salts = seeded_entropy(sealed.commitment) if rehearsal else os.urandom
    try:
        record(home, decide, actor=actor, now=at, entropy=salts, standing=standing)
    except CicatrixError:
        _clear(situation(home), folder, sealed, files, decide)
        raise
    return sealed


def _clear(
    standing: Situation, folder: Path, sealed: ListSealed, files: Iterable[str],
    decide: Callable[[Situation], Sequence[Fact]],
) -> None:  # fmt: skip
    """Remove what says the arms of a list that can no more be sealed.

    Where another sealed the very list the files are its own, and where it can be sealed yet,
    another may be about to: the files come first.
    """
    if standing.promised is not None and standing.promised.list_id == sealed.list_id:
        return
    try:
        decide(standing)
    except Refused:
        discard(folder, files)


def _texts(study: Study, opened: OpenedList, secrets: Secrets) -> dict[str, str]:
    """Write what the folder keeps of the list: each slot for an emergency, and what to fill."""
    return {
        EMERGENCY: write_emergency(
            opened.list_id,
            opened.study_digest,
            opened.places,
            key=secrets.emergency_key,
            procedure=secrets.procedure if study.allocation.minimise else None,
        ),
        PACKING: packing_sheet(study, opened.slots),
    }


def _public(opened: OpenedList, factors: Mapping[str, int], *, rehearsal: bool) -> ListSealed:
    slots = tuple(bare(slot) for slot in opened.places)
    return ListSealed(
        list_id=opened.list_id,
        commitment=root_of(slots),
        study_digest=opened.study_digest,
        slots=slots,
        rehearsal=rehearsal,
        factors=factors,
    )
