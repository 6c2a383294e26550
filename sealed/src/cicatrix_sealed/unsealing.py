"""What the custodians' passphrases open, trusted only when it is what the ledger was promised.

One passphrase opens slots one by one, enough the secret; the list is never kept, it is drawn anew
from secret and beacon whenever it is opened. Each thing that can be wrong has its own sentence. Go
next to making.py, disclosure.py and verification.py.
"""

from collections.abc import Sequence
from pathlib import Path

from pydantic import JsonValue, TypeAdapter

from cicatrix.trial.allocation import AllocatedSlot, DrawnSlot, OpenedList, check_opened
from cicatrix.trial.commitment import secret_commitment
from cicatrix.trial.errors import Refused
from cicatrix.trial.numbers import not_given
from cicatrix_sealed.beacon import Outcome, outcome_of
from cicatrix_sealed.committed import read_committed
from cicatrix_sealed.custodians import Secrets, Shares, open_secrets, open_share, shares_in
from cicatrix_sealed.custody import Situation, check_names, commitment_of, list_of
from cicatrix_sealed.drawn import Place, draw_slots
from cicatrix_sealed.emergency import (
    Emergency,
    open_procedure,
    open_slot,
    open_slots,
    read_emergency,
)
from cicatrix_sealed.folder import BEACON, COMMITTED, EMERGENCY, read_text
from cicatrix_sealed.packing import check_packed
from cicatrix_sealed.procedures import Minimised, read_procedure
from cicatrix_sealed.procedures.planned import check_suits
from cicatrix_sealed.replaying import Draws, answered, given_slots, replayed

_JSON: TypeAdapter[dict[str, JsonValue]] = TypeAdapter(dict[str, JsonValue])


def shares_of(standing: Situation, folder: Path) -> Shares:
    """Read the folder's shares, which must be of the list that this trial home was promised."""
    try:
        shares = shares_in(folder)
    except Refused:
        # Before a promise there need be no folder: what is missing then is the promise.
        commitment_of(standing)
        raise
    check_names(shares.of.list_id, shares.of.study_digest, standing)
    return shares


def custodians_needed(standing: Situation, folder: Path) -> int:
    """Say how many custodians open the folder's list, or refuse where its shares are too few."""
    shares = shares_of(standing, folder)
    needed = shares.of.threshold
    if len(shares.sealed) < needed:
        if shares.damaged:
            raise shares.damaged[0]
        raise Refused(
            "too_few_shares",
            f"{needed} custodians open this list and {folder} has {len(shares.sealed)} of their "
            "shares: fetch another custodian's file and put it beside.",
        )
    return needed


def secrets_of(standing: Situation, folder: Path, passphrases: Sequence[str]) -> Secrets:
    """Open the folder's secret and check that it is the one that the ledger was promised."""
    return _secrets(standing, folder, shares_of(standing, folder), passphrases)


def _secrets(
    standing: Situation, folder: Path, shares: Shares, passphrases: Sequence[str]
) -> Secrets:
    promised = commitment_of(standing)
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
    """Draw the list anew from the folder's secret and check it against the ledger, slot by slot.

    In a minimised trial the numbers given so far have their arms.
    """
    shares = shares_of(standing, folder)
    list_of(standing)
    return drawn_anew(standing, folder, _secrets(standing, folder, shares, passphrases))


def drawn_anew(standing: Situation, folder: Path, secrets: Secrets) -> OpenedList:
    """Draw the list from an opened secret and check it against the ledger, slot by slot.

    The procedure is held to the study unless this was amended since: then it was at the making.
    """
    sealed = list_of(standing)
    if standing.study.digest == sealed.study_digest:
        check_suits(standing.study, read_procedure(secrets.procedure))
    outcome = _outcome_in(folder, standing)
    places = [
        Place(slot.number, slot.stratum, slot.kits)
        for stratum in sealed.slots.values()
        for slot in stratum
    ]
    drawn = opened_list(sealed.list_id, sealed.study_digest, places, secrets, outcome)
    opened = replayed(drawn, standing.trial)
    check_opened(opened, sealed=sealed)
    return opened


def _outcome_in(folder: Path, standing: Situation) -> Outcome:
    """Read what came of the beacon as it was kept; what is wrong with it is that file's fault."""
    promised, text = commitment_of(standing), read_text(folder, BEACON)
    try:
        return outcome_of(promised.beacon, text, study_digest=promised.study_digest)
    except Refused as refusal:
        raise Refused(
            "beacon_file",
            f"The file {BEACON} is not what came of the beacon that was promised; it was changed "
            "or replaced: use a copy.",
        ) from refusal


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
        slots=tuple(slot for slot in slots if isinstance(slot, AllocatedSlot)),
        dummy=False,
        unused=tuple(slot for slot in slots if isinstance(slot, DrawnSlot)),
    )


def slot_of(standing: Situation, folder: Path, passphrase: str, number: str) -> AllocatedSlot:
    """Open one slot with one custodian's passphrase and check it against the ledger.

    A minimised one is checked against the packing sheet as well: the ledger has no promise of the
    procedure that one custodian could check alone.
    """
    shares = shares_of(standing, folder)
    sealed = list_of(standing)
    emergency, key = _emergency(standing, folder, shares, passphrase)
    slots = [slot for some in sealed.slots.values() for slot in some]
    promised = next((slot for slot in slots if slot.number == number), None)
    if promised is None:
        raise not_given(standing.trial, number)
    opened = open_slot(emergency, promised, key=key)
    if isinstance(opened, AllocatedSlot):
        return opened
    draws = _draws(standing, emergency, key)
    given = given_slots(draws, answered(standing.trial, draws))
    found = next((slot for slot in given if slot.number == number), None)
    if found is None:
        raise not_given(standing.trial, number)
    check_packed(standing.study, folder, found)
    return found


def open_draws(standing: Situation, folder: Path, passphrase: str) -> Draws:
    """Open with one custodian's passphrase all draws of a minimised list; keep them in memory."""
    shares = check_minimised(standing, folder)
    return _draws(standing, *_emergency(standing, folder, shares, passphrase))


def check_minimised(standing: Situation, folder: Path) -> Shares:
    """Refuse, before any passphrase, a folder of another list or a list that is not minimised."""
    shares = shares_of(standing, folder)
    if not list_of(standing).factors:
        raise Refused(
            "not_minimised",
            "This trial is randomised from a list, in which every number has its arm already: "
            "there are no requests to answer.",
        )
    return shares


def _emergency(
    standing: Situation, folder: Path, shares: Shares, passphrase: str
) -> tuple[Emergency, bytes]:
    emergency = read_emergency(read_text(folder, EMERGENCY))
    check_names(emergency.list_id, emergency.study_digest, standing)
    return emergency, open_share(shares, passphrase).emergency_key


def _draws(standing: Situation, emergency: Emergency, key: bytes) -> Draws:
    slots = [slot for some in list_of(standing).slots.values() for slot in some]
    procedure = read_procedure(open_procedure(emergency, key=key))
    opened = open_slots(emergency, slots, key=key)
    drawn = tuple(slot for slot in opened if isinstance(slot, DrawnSlot))
    if not isinstance(procedure, Minimised) or len(drawn) < len(opened):
        raise Refused("sealed_file", f"{EMERGENCY} is not of a minimised list: use a copy.")
    return Draws(emergency.list_id, emergency.study_digest, procedure, drawn)
