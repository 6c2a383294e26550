"""What the custodians' passphrases open, trusted only when it is what the ledger was promised.

One passphrase opens one slot, enough of them the secret; the list is never kept, it is drawn anew
from secret and beacon whenever it is opened. Each thing that can be wrong has its own sentence. Go
next to making.py, disclosure.py and verification.py.
"""

from collections.abc import Sequence
from pathlib import Path

from pydantic import JsonValue, TypeAdapter

from cicatrix.trial.allocation import AllocatedSlot, OpenedList, check_opened
from cicatrix.trial.commitment import secret_commitment
from cicatrix.trial.errors import Refused
from cicatrix_sealed.beacon import Outcome, outcome_of
from cicatrix_sealed.committed import read_committed
from cicatrix_sealed.custodians import Secrets, open_secrets, open_share, shares_in
from cicatrix_sealed.custody import Situation, check_names, commitment_of, list_of
from cicatrix_sealed.drawn import Place, draw_slots
from cicatrix_sealed.emergency import open_slot, read_emergency
from cicatrix_sealed.folder import BEACON, COMMITTED, EMERGENCY, read_text

_JSON: TypeAdapter[dict[str, JsonValue]] = TypeAdapter(dict[str, JsonValue])


def secrets_of(standing: Situation, folder: Path, passphrases: Sequence[str]) -> Secrets:
    """Open the folder's secret and check that it is the one that the ledger was promised."""
    promised = commitment_of(standing)
    shares = shares_in(folder)
    check_names(shares[0].list_id, shares[0].study_digest, standing)
    committed = read_committed(read_text(folder, COMMITTED), name=COMMITTED)
    secrets = open_secrets(shares, passphrases, committed)
    found = secret_commitment(
        promised.study_digest, secrets.procedure, secret=secrets.secret, nonce=secrets.nonce
    )
    if found != promised.commitment:
        raise Refused(
            "secret",
            "The secret in the folder is not the one that the ledger was promised: it was "
            "replaced; use a copy of the folder.",
        )
    return secrets


def opened_of(standing: Situation, folder: Path, passphrases: Sequence[str]) -> OpenedList:
    """Draw the list anew from the folder's secret and check it against the ledger, slot by slot."""
    sealed = list_of(standing)
    secrets = secrets_of(standing, folder, passphrases)
    outcome = outcome_of(
        commitment_of(standing).beacon,
        read_text(folder, BEACON),
        study_digest=sealed.study_digest,
    )
    places = [
        Place(slot.number, slot.stratum, slot.kits)
        for stratum in sealed.slots.values()
        for slot in stratum
    ]
    opened = opened_list(sealed.list_id, sealed.study_digest, places, secrets, outcome)
    check_opened(opened, sealed=sealed)
    return opened


def opened_list(
    list_id: str, study_digest: str, places: Sequence[Place], secrets: Secrets, outcome: Outcome
) -> OpenedList:
    """Draw a whole list and give it with all that it was drawn from."""
    slots = draw_slots(places, secrets, study_digest=study_digest, randomness=outcome.randomness)
    return OpenedList(
        list_id=list_id,
        study_digest=study_digest,
        secret=secrets.secret.hex(),
        nonce=secrets.nonce.hex(),
        procedure=_JSON.validate_python(secrets.procedure),
        beacon=outcome.document,
        slots=slots,
        dummy=False,
    )


def slot_of(standing: Situation, folder: Path, passphrase: str, number: str) -> AllocatedSlot:
    """Open one slot with one custodian's passphrase and check it against the ledger."""
    sealed = list_of(standing)
    shares = shares_in(folder)
    check_names(shares[0].list_id, shares[0].study_digest, standing)
    emergency = read_emergency(read_text(folder, EMERGENCY))
    check_names(emergency.list_id, emergency.study_digest, standing)
    key = open_share(shares, passphrase).emergency_key
    promised = next(
        (slot for some in sealed.slots.values() for slot in some if slot.number == number), None
    )
    if promised is None:
        raise Refused("unknown_number", f"Number {number} has not been given to anyone.")
    return open_slot(emergency, promised, key=key)
