"""Promise a secret to the ledger before anybody can know what it will give; or give one up.

The folder comes first and the promise second: a promise without a secret would end the trial, a
secret without a promise is only waste. What is promised with it, the beacon, is beacon.py; the list
is made of both in making.py. A rehearsal's secret comes from a number and hides nothing.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cicatrix.store.home import Home
from cicatrix.trial.actions.abort_list import abort_list
from cicatrix.trial.actions.commit_secret import commit_secret
from cicatrix.trial.commitment import NONCE_BYTES, SECRET_BYTES, secret_commitment
from cicatrix.trial.errors import CicatrixError, Refused
from cicatrix.trial.facts import Fact, SecretCommitted
from cicatrix.trial.rehearsed import salts_after, time_after
from cicatrix.trial.roles import Actor
from cicatrix.trial.study import Study
from cicatrix_sealed.beacon import Promised
from cicatrix_sealed.committed import write_committed
from cicatrix_sealed.custody import Situation, commitment_of, record, situation
from cicatrix_sealed.folder import COMMITTED, discard, refuse_unfit, write_folder
from cicatrix_sealed.generator import Generator
from cicatrix_sealed.keys import KEY_BYTES
from cicatrix_sealed.procedures import read_procedure
from cicatrix_sealed.procedures.planned import check_suits
from cicatrix_sealed.sealing import Share, SharedBy, normal, seal_share, share_name
from cicatrix_sealed.shares import MOST_SHARES, split


@dataclass(frozen=True, slots=True)
class Wish:
    """What the custodian chooses: procedure, how many of how many open it, a rehearsal's number."""

    procedure: Mapping[str, object]
    custodians: int = 1
    threshold: int = 1
    rehearsal_seed: int | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Draft:
    """A secret that was drawn and is neither kept nor promised yet; it never shows itself."""

    wish: Wish
    beacon: Promised
    shared: SharedBy
    secret: bytes
    nonce: bytes
    key: bytes
    commitment: str
    actor: Actor
    at: datetime
    entropy: Callable[[int], bytes]

    def decide(self, standing: Situation) -> Sequence[Fact]:
        """Promise the draft on a home as it stands."""
        return commit_secret(
            standing.study,
            standing.trial,
            self.actor,
            now=self.at,
            list_id=self.shared.list_id,
            commitment=self.commitment,
            beacon=self.beacon,
        )


def draft(
    home: Home, folder: Path, wish: Wish, beacon: Promised, *, actor: Actor, now: datetime
) -> Draft:
    """Draw a secret, refusing all that can be refused before anyone chooses a passphrase."""
    _check_sharing(wish)
    standing = situation(home)
    _check_procedure(standing.study, wish)
    entropy = _entropy(standing, wish.rehearsal_seed)
    list_id = entropy(8).hex()
    secret, nonce, key = entropy(SECRET_BYTES), entropy(NONCE_BYTES), entropy(KEY_BYTES)
    digest = standing.study.digest
    drawn = Draft(
        wish,
        beacon,
        SharedBy(
            list_id=list_id,
            study_digest=digest,
            custodians=wish.custodians,
            threshold=wish.threshold,
        ),
        secret,
        nonce,
        key,
        secret_commitment(digest, wish.procedure, secret=secret, nonce=nonce),
        actor,
        now if wish.rehearsal_seed is None else standing.last_at,
        entropy,
    )
    drawn.decide(standing)
    refuse_unfit(folder, home.folder)
    return drawn


def keep(home: Home, folder: Path, drawn: Draft, passphrases: Sequence[str]) -> SecretCommitted:
    """Keep a draft in a new folder, a share under each passphrase, and promise it to the ledger."""
    wish, shared, entropy = drawn.wish, drawn.shared, drawn.entropy
    _check_passphrases(wish, passphrases)
    parts = split(
        drawn.secret + drawn.nonce,
        shares=wish.custodians,
        threshold=wish.threshold,
        entropy=entropy,
    )
    texts = {
        share_name(number): seal_share(
            Share(number, part, drawn.key), shared, passphrase, entropy=entropy
        )
        for number, (part, passphrase) in enumerate(zip(parts, passphrases, strict=True), start=1)
    }
    texts[COMMITTED] = write_committed(
        shared, drawn.commitment, drawn.beacon, wish.procedure,
        rehearsal=wish.rehearsal_seed is not None, secret=drawn.secret, nonce=drawn.nonce,
        emergency_key=drawn.key,
    )  # fmt: skip
    write_folder(folder, texts)
    try:
        record(home, drawn.decide, actor=drawn.actor, now=drawn.at, entropy=entropy)
    except CicatrixError:
        _clear(home, folder, shared.list_id, texts)
        raise
    return commitment_of(situation(home))


def _check_sharing(wish: Wish) -> None:
    if not 1 <= wish.threshold <= wish.custodians <= MOST_SHARES:
        raise Refused(
            "custodians",
            f"{wish.threshold} of {wish.custodians} custodians cannot be: choose a threshold from "
            f"1 to the number of custodians, and at most {MOST_SHARES} of them.",
        )


def _check_passphrases(wish: Wish, passphrases: Sequence[str]) -> None:
    if len(passphrases) != wish.custodians:
        several = f"{wish.custodians} custodians need a passphrase each"
        raise Refused(
            "custodians",
            f"{'One custodian needs one passphrase' if wish.custodians == 1 else several}, and "
            f"{len(passphrases)} {'was' if len(passphrases) == 1 else 'were'} given: "
            "give --passphrase-file once for each custodian.",
        )
    if len({normal(passphrase) for passphrase in passphrases}) < len(passphrases):
        raise Refused(
            "same_passphrase",
            "Two custodians have the same passphrase: let each choose one of her own.",
        )


def _check_procedure(study: Study, wish: Wish) -> None:
    procedure = read_procedure(wish.procedure)
    check_suits(study, procedure)
    if not any(one.slots for one in procedure.strata):
        raise Refused(
            "no_slots", "The study plans no participant: say how many slots with --slots."
        )


def _entropy(standing: Situation, rehearsal_seed: int | None) -> Callable[[int], bytes]:
    """Give the machine's entropy, or for a rehearsal bytes that its number and study fix."""
    if rehearsal_seed is None:
        return os.urandom
    made = len(standing.trial.aborted) + 1
    text = f"cicatrix/rehearsal/2|{rehearsal_seed}|{made}|{standing.study.digest}"
    return Generator(text.encode()).octets


def _clear(home: Home, folder: Path, list_id: str, texts: Mapping[str, str]) -> None:
    """Remove the folder, unless the ledger took the promise after all or cannot be asked."""
    promised = situation(home).trial.committed
    if promised is None or promised.list_id != list_id:
        discard(folder, texts)


def abort(home: Home, *, reason: str, actor: Actor, now: datetime) -> str:
    """Give up the secret that is promised, and its list if there is one; say which it was."""
    standing = situation(home)
    promised = commitment_of(standing)
    at = time_after(standing.trial, now=now)

    def decide(standing: Situation) -> Sequence[Fact]:
        return abort_list(
            standing.study,
            standing.trial,
            actor,
            now=at,
            list_id=promised.list_id,
            reason=reason,
        )

    salts = salts_after(standing.trial, entropy=os.urandom)
    record(home, decide, actor=actor, now=at, entropy=salts)
    return promised.list_id
