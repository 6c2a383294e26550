"""The public randomness that is mixed into the secret: what is promised, and what came of it.

Either a later round of drand, or what a second party drew and promised in a file of her own. The
promise goes to the ledger with the custodian's; what came of it is checked against it wherever a
list is made or opened. Rounds themselves are drand.py; nothing is fetched.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal, TypeAlias, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from cicatrix.trial.commitment import NONCE_BYTES, second_party_commitment
from cicatrix.trial.errors import Refused
from cicatrix_sealed.drand import LAST_ROUND, Chain, chain_of, check_round, read_round
from cicatrix_sealed.naming import NAME_RULE, is_name

_CONFIG = ConfigDict(frozen=True, extra="forbid", strict=True)


def _named(name: str) -> str:
    if not is_name(name):
        raise ValueError(NAME_RULE)
    return name


_Name = Annotated[str, AfterValidator(_named)]
_Hex = Annotated[str, Field(pattern=f"^[0-9a-f]{{{2 * NONCE_BYTES}}}$")]
Promised: TypeAlias = Mapping[str, str | int]
"""A beacon as `SecretCommitted` has it."""


class SecondPartyPromise(BaseModel):
    """What a second party hands to the custodian beforehand; it says nothing of what she drew."""

    model_config = _CONFIG

    format: Literal["cicatrix-second-party/1"] = "cicatrix-second-party/1"
    name: _Name
    study_digest: _Hex
    commitment: _Hex
    rehearsal: bool = False


class SecondPartySecret(BaseModel):
    """What the second party keeps, and reveals once the custodian has promised a secret too."""

    model_config = _CONFIG

    format: Literal["cicatrix-second-party-secret/1"] = "cicatrix-second-party-secret/1"
    name: _Name
    study_digest: _Hex
    secret: _Hex
    nonce: _Hex
    rehearsal: bool = False

    def promise(self) -> SecondPartyPromise:
        """Give the promise that this secret keeps."""
        commitment = second_party_commitment(
            self.study_digest,
            randomness=bytes.fromhex(self.secret),
            nonce=bytes.fromhex(self.nonce),
        )
        return SecondPartyPromise(
            name=self.name, study_digest=self.study_digest, commitment=commitment,
            rehearsal=self.rehearsal,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a beacon: its randomness, and what shows that it is that one."""

    randomness: bytes
    evidence: Mapping[str, str | None]

    @property
    def document(self) -> dict[str, str | None]:
        """Give it as the opened allocation and the bundle have it."""
        return {**self.evidence, "randomness": self.randomness.hex()}


def draw_promise(
    study_digest: str, name: str, *, entropy: Callable[[int], bytes], rehearsal: bool = False
) -> SecondPartySecret:
    """Draw a second party's randomness for one version of a study.

    What is drawn for a rehearsal says so, for anyone may know where it comes from.
    """
    return SecondPartySecret(
        name=name,
        study_digest=study_digest,
        secret=entropy(NONCE_BYTES).hex(),
        nonce=entropy(NONCE_BYTES).hex(),
        rehearsal=rehearsal,
    )


def promised_beacon(
    text: str, *, study_digest: str, now: datetime | None, scheme: str | None = None,
    public_key: str | None = None,
) -> Promised:  # fmt: skip
    """Read `drand:CHAIN:ROUND` or `second-party:FILE`, as a custodian names a beacon.

    A round must be published after `now`; None for a rehearsal, which hides nothing.
    """
    kind, _, rest = text.partition(":")
    name, _, number = rest.rpartition(":")
    if kind == "second-party" and rest:
        return _second_party(Path(rest), study_digest, rehearsal=now is None)
    if kind == "drand" and name and _is_round(number):
        chain = chain_of(name, scheme=scheme, public_key=public_key)
        if now is not None:
            _check_later(chain, int(number), now)
        return {
            "kind": "drand",
            "chain": chain.hash,
            "scheme": chain.scheme,
            "public_key": chain.public_key,
            "round": int(number),
        }
    raise Refused(
        "beacon",
        f"{text} names no beacon: write drand:CHAIN:ROUND with a later round of a chain, or "
        "second-party:FILE with the file that `cicatrix-sealed promise` printed.",
    )


def _is_round(number: str) -> bool:
    few = number.isascii() and number.isdigit() and len(number) <= len(str(LAST_ROUND))
    return few and 1 <= int(number) <= LAST_ROUND


def _check_later(chain: Chain, number: int, now: datetime) -> None:
    published = chain.published(number)
    if published is not None and published <= now:
        raise Refused(
            "known_round",
            f"Round {number} was published at {published:%Y-%m-%d %H:%M:%S} UTC, so it may be "
            f"known already: name a later one, from {chain.after(now)} on.",
        )


def _second_party(file: Path, study_digest: str, *, rehearsal: bool) -> Promised:
    text = text_of(file)
    if '"cicatrix-second-party-secret/' in text:
        raise Refused(
            "second_party",
            f"{file} is the second party's secret, which you must not have yet: ask her for a new "
            "promise, and not to show what is behind it.",
        )
    found = _read(SecondPartyPromise, text, "promise")
    if found.study_digest != study_digest:
        raise Refused(
            "another_study",
            f"{found.name} promised for another study or another version of it: ask for a new "
            "promise.",
        )
    if found.rehearsal and not rehearsal:
        raise Refused(
            "rehearsal",
            f"The promise of {found.name} was made for a rehearsal, and anyone knows what is "
            "behind it: ask her for a new one, made without --rehearsal-seed.",
        )
    return {"kind": "second_party", "name": found.name, "commitment": found.commitment}


def outcome_of(promised: Promised, given: str, *, study_digest: str) -> Outcome:
    """Check what came of a promised beacon: the text of a round, or of a second party's file."""
    if promised["kind"] == "drand":
        found = read_round(given)
        name, scheme, key = (str(promised[one]) for one in ("chain", "scheme", "public_key"))
        chain = chain_of(name, scheme=scheme, public_key=key)
        check_round(found, chain, promised=int(promised["round"]))
        return Outcome(
            bytes.fromhex(found.randomness),
            {"signature": found.signature, "previous_signature": found.previous_signature},
        )
    revealed = _read(SecondPartySecret, given, "secret")
    if revealed.study_digest != study_digest:
        raise Refused(
            "another_study",
            f"What {revealed.name} reveals was drawn for another study or another version of it: "
            "ask for the file that belongs to this trial.",
        )
    if revealed.promise().commitment != promised["commitment"]:
        raise Refused(
            "second_party",
            f"What {revealed.name} reveals is not what {promised['name']} had promised: ask for "
            "the file that was written with the promise.",
        )
    return Outcome(
        bytes.fromhex(revealed.secret), {"secret": revealed.secret, "nonce": revealed.nonce}
    )


_Document = TypeVar("_Document", SecondPartyPromise, SecondPartySecret)


def _read(kind: type[_Document], text: str, what: str) -> _Document:
    try:
        return kind.model_validate_json(text)
    except ValidationError as problem:
        wrong = {one["loc"]: one["type"] for one in problem.errors(include_url=False)}
        if wrong.get(("name",), "missing") != "missing":
            raise Refused(
                "name", f"The name in the second party's {what} is no name: {NAME_RULE}."
            ) from problem
        raise Refused(
            "second_party",
            f"This is no second party's {what}: give the file that `cicatrix-sealed promise` "
            f"{'printed' if what == 'promise' else 'wrote'}.",
        ) from problem


def given_text(given: str) -> str:
    """Give the text of a beacon that was typed as JSON or named as a file."""
    return given if given.lstrip().startswith("{") else text_of(Path(given))


def text_of(file: Path) -> str:
    """Read a file that says something of a beacon."""
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError, ValueError) as problem:
        raise Refused("beacon", f"The file {file} cannot be read: name another.") from problem


def written(document: SecondPartyPromise | SecondPartySecret) -> str:
    """Write a second party's promise or secret as the text of a file."""
    return json.dumps(document.model_dump(), indent=1, ensure_ascii=False) + "\n"
