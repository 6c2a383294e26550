"""The custodians with their passphrases: one opens slots one by one, enough of them the secret.

Every share holds the whole key for emergencies and a part of the secret. What is wrong with a
share, a passphrase or their number has a sentence of its own. Go next to unsealing.py, which checks
that what comes out is what the ledger was promised.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cicatrix.trial.commitment import NONCE_BYTES, SECRET_BYTES
from cicatrix.trial.errors import Refused
from cicatrix_sealed.committed import Committed, emergency_digest, hidden_in
from cicatrix_sealed.folder import read_text
from cicatrix_sealed.sealing import (
    SealedShare,
    Share,
    SharedBy,
    read_share,
    share_name,
    unseal_share,
)
from cicatrix_sealed.shares import join


@dataclass(frozen=True, slots=True)
class Secrets:
    """All that a list is made from, in the clear; never written anywhere."""

    secret: bytes
    nonce: bytes
    procedure: dict[str, object]
    emergency_key: bytes


@dataclass(frozen=True, slots=True)
class Shares:
    """The sealed shares of one list, each once, and what is to be said of files beside them.

    A damaged share must keep no other custodian from a code-break: it is told only when it is
    missed.
    """

    sealed: tuple[SealedShare, ...]
    damaged: tuple[Refused, ...]

    @property
    def of(self) -> SharedBy:
        """Say of which list they are, and how many of how many custodians open it."""
        return self.sealed[0].of


def shares_in(folder: Path) -> Shares:
    """Read the sealed shares in a folder, all of one list and each one once."""
    try:
        names = sorted(path.name for path in folder.glob("share-*.json"))
    except OSError as problem:
        raise Refused(
            "folder",
            f"{folder} cannot be read ({problem.strerror}): name the custodian's folder.",
        ) from problem
    if not names:
        raise Refused(
            "folder",
            f"No {share_name(1)} or other share can be read in {folder}: name the custodian's "
            "folder.",
        )
    shares: list[tuple[str, SealedShare]] = []
    damaged = []
    for name in names:
        try:
            shares.append((name, read_share(read_text(folder, name), name=name)))
        except Refused as refusal:
            damaged.append(refusal)
    if not shares:
        raise damaged[0]
    (first_name, first), *_ = shares
    seen: dict[int, str] = {}
    for name, share in shares:
        if share.of != first.of:
            raise Refused(
                "another_share",
                f"{name} is a share of another list ({share.list_id}) than {first_name} "
                f"({first.list_id}): take one of them out of the folder.",
            )
        if share.share in seen:
            raise Refused(
                "same_share",
                f"{seen[share.share]} and {name} are the same share: fetch another custodian's.",
            )
        seen[share.share] = name
    return Shares(tuple(share for _, share in shares), tuple(damaged))


def open_share(shares: Shares, passphrase: str) -> Share:
    """Open the one share whose passphrase this is."""
    for sealed in shares.sealed:
        share = unseal_share(sealed, passphrase)
        if share is not None:
            return share
    names = " or ".join(share_name(sealed.share) for sealed in shares.sealed)
    beside = f" {shares.damaged[0].sentence}" if shares.damaged else ""
    raise Refused(
        "passphrase",
        f"The passphrase does not open {names}: type it again; if it is right, the file was "
        f"replaced: use a copy.{beside}",
    )


def open_secrets(shares: Shares, passphrases: Sequence[str], committed: Committed) -> Secrets:
    """Put the secret together from as many custodians as it needs."""
    opened: dict[int, Share] = {}
    for passphrase in passphrases:
        share = open_share(shares, passphrase)
        if share.number in opened:
            raise Refused(
                "same_share",
                f"{share_name(share.number)} was opened twice: another custodian's passphrase is "
                "needed.",
            )
        if len(share.part) != SECRET_BYTES + NONCE_BYTES:
            raise _replaced(share, "no part of a list's secret")
        opened[share.number] = share
    needed = shares.of.threshold
    if len(opened) < needed:
        raise Refused(
            "too_few_shares",
            f"{len(opened)} of the {needed} custodians who are needed took part: add the "
            "passphrase of another, with her share in the folder.",
        )
    joined = join({number: share.part for number, share in opened.items()})
    secret, nonce = joined[:SECRET_BYTES], joined[SECRET_BYTES:]
    hidden = hidden_in(committed, secret=secret, nonce=nonce)
    if hidden is None:
        raise Refused(
            "shares",
            "The shares do not give the secret that was promised: one of them or the promise "
            "beside them was replaced; use copies.",
        )
    for share in opened.values():
        if emergency_digest(share.emergency_key) != hidden.emergency:
            raise _replaced(share, "another key for emergencies than was promised")
    key = next(iter(opened.values())).emergency_key
    return Secrets(secret, nonce, hidden.procedure, key)


def _replaced(share: Share, holds: str) -> Refused:
    return Refused(
        "shares",
        f"{share_name(share.number)} holds {holds}: it was replaced; use a copy, or open with "
        "another custodian's share.",
    )
