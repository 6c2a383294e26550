"""A home founded on the small study with the custodian in it, and the ways to a list."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from cicatrix.store.home import Home
from cicatrix.trial.facts import (
    Fact,
    ListSealed,
    ParticipantScreened,
    RandomisationRequested,
    Randomised,
    RehearsalStarted,
    RoleGranted,
    SecretCommitted,
    TrialFounded,
    TrialLocked,
)
from cicatrix.trial.ledger import read
from cicatrix.trial.reading import read_study
from cicatrix.trial.roles import Actor
from cicatrix.trial.study import Study
from cicatrix_sealed import committing, making, sealing
from cicatrix_sealed.beacon import Promised, draw_promise, promised_beacon, written
from cicatrix_sealed.disclosure import open_all
from cicatrix_sealed.procedures.planned import procedure_of
from small_study import study_text

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
ANA = Actor("ana", "administrator")
PASSPHRASE = "nine scars, healed early"


@pytest.fixture(scope="session")
def make_study() -> Callable[..., Study]:
    return lambda **given: read_study(study_text(**given), file="study.yaml")


def _found(folder: Path, **given: Any) -> Home:
    text = study_text(**given)
    study = read_study(text, file="study.yaml")
    home = Home.create(folder, study=text)
    record(
        home,
        TrialFounded(
            study_id=study.id,
            study_version=study.version,
            study_digest=study.digest,
            checkpoint_key=home.checkpoint_key,
        ),
        RoleGranted(user="custodian", role="pharmacist"),
    )
    return home


@pytest.fixture(scope="session")
def found() -> Callable[..., Home]:
    """Found a home in a folder; whoever does closes it."""
    return _found


@pytest.fixture
def make_home(tmp_path: Path) -> Iterator[Callable[..., Home]]:
    homes = []

    def make(name: str = "home", **given: Any) -> Home:
        homes.append(_found(tmp_path / name, **given))
        return homes[-1]

    yield make
    for home in homes:
        home.close()


def record(home: Home, *facts: Fact) -> None:
    home.ledger.append(facts, home.ledger.head(), actor=ANA, now=NOW)


@pytest.fixture
def randomise() -> Callable[..., None]:
    """Give a number to a participant without asking whether she may have it."""
    day = date(2027, 3, 1)

    def give(home: Home, number: str, *, participant: str = "P1") -> None:
        record(
            home,
            ParticipantScreened(participant=participant, site="foshan", on=day),
            Randomised(participant=participant, stratum="all", number=number, on=day),
        )

    return give


@pytest.fixture
def request_number() -> Callable[..., None]:
    """Let a participant of the home ask for a number, without asking whether she may."""
    day = date(2027, 3, 1)

    def ask(home: Home, participant: str, *, skin: str = "light", site: str = "foshan") -> None:
        levels = {"site": site, "skin": skin}
        record(
            home,
            ParticipantScreened(participant=participant, site=site, on=day),
            RandomisationRequested(participant=participant, levels=levels, on=day),
        )

    return ask


@pytest.fixture
def grant() -> Callable[..., None]:
    """Give a user a role, at the one site if it is held at one."""
    return lambda home, user, role, site=None: record(
        home, RoleGranted(user=user, role=role, site=site)
    )


@pytest.fixture
def lock() -> Callable[[Home], None]:
    return lambda home: record(
        home, TrialLocked(entries=home.ledger.head().seq, participants=1, accepted={})
    )


@pytest.fixture
def rehearse() -> Callable[[Home], None]:
    return lambda home: record(home, RehearsalStarted(seed=1, participants=1))


@pytest.fixture
def facts_of() -> Callable[[Home], list[Fact]]:
    return lambda home: [read(line).fact for line in home.ledger.since()]


def _commit(
    home: Home, folder: Path, passphrases: Sequence[str], wish: committing.Wish,
    beacon: Promised, *, actor: Actor, now: datetime,
) -> SecretCommitted:  # fmt: skip
    drawn = committing.draft(home, folder, wish, beacon, actor=actor, now=now)
    return committing.keep(home, folder, drawn, passphrases)


@pytest.fixture(scope="session")
def commit() -> Callable[..., SecretCommitted]:
    """Draw a secret, keep it in a new folder in shares, and promise it to the ledger."""
    return _commit


@pytest.fixture(scope="session")
def make_list() -> Callable[..., ListSealed]:
    """Promise a secret and make its list in `folder`; the second party is Chen, beside it."""

    def make(
        home: Home, folder: Path, *passphrases: str, kind: str = "permuted_blocks",
        threshold: int = 1, rehearsal_seed: int | None = None, now: datetime = NOW,
        chosen: Mapping[str, Any] | None = None,
    ) -> ListSealed:  # fmt: skip
        study = read_study(home.study, file="study.yaml")
        phrases = passphrases or (PASSPHRASE,)
        facts = (read(line).fact for line in home.ledger.since())
        before = sum(isinstance(fact, SecretCommitted) for fact in facts)
        chen = draw_promise(study.digest, "Chen", entropy=lambda size: bytes([7 + before]) * size)
        promise = folder.with_name(f"{folder.name}-chen.json")
        promise.write_text(written(chen.promise()))
        beacon = promised_beacon(f"second-party:{promise}", study_digest=study.digest, now=now)
        wish = committing.Wish(
            procedure_of(study, kind=kind, **(chosen or {})),
            custodians=len(phrases), threshold=threshold, rehearsal_seed=rehearsal_seed,
        )  # fmt: skip
        custodian = Actor("custodian", "pharmacist")
        _commit(home, folder, phrases, wish, beacon, actor=custodian, now=now)
        return making.make(home, folder, phrases, written(chen), actor=custodian, now=now)

    return make


@pytest.fixture
def stratified(
    make_home: Callable[..., Home], make_list: Callable[..., ListSealed], tmp_path: Path,
    randomise: Callable[..., None],
) -> Home:  # fmt: skip
    """Seal a list of two strata in blocks of six, and give its first number."""
    home = make_home(strata=("site",), sites={"foshan": 10, "wuhan": 5})
    make_list(home, tmp_path / "custodian", chosen={"sizes": (6,)})
    randomise(home, "A001")
    return home


@pytest.fixture
def allocation(stratified: Home, tmp_path: Path, lock: Callable[[Home], None]) -> Path:
    """Lock the trial of two strata, open its list and give the file."""
    lock(stratified)
    path = tmp_path / "allocation.json"
    custodian = Actor("custodian", "pharmacist")
    open_all(
        stratified, tmp_path / "custodian", [PASSPHRASE], path,
        reason="Analysis", actor=custodian, now=NOW,
    )  # fmt: skip
    return path


@pytest.fixture(scope="session")
def cheaply() -> Callable[[pytest.MonkeyPatch], None]:
    """Let new shares ask for little memory, as their files may: tests open hundreds of them."""
    cheap = partial(sealing.Argon2Parameters, iterations=1, memory_kib=128)
    return lambda patch: patch.setattr(sealing, "Argon2Parameters", cheap)


@pytest.fixture
def cheap_shares(monkeypatch: pytest.MonkeyPatch, cheaply: Callable[..., None]) -> None:
    cheaply(monkeypatch)


@pytest.fixture
def home(make_home: Callable[..., Home]) -> Home:
    """Found a trial of which nothing more is said."""
    return make_home()


@pytest.fixture
def folder(home: Home, tmp_path: Path, make_list: Callable[..., ListSealed]) -> Path:
    """Make a list of that trial and give its custodian's folder."""
    make_list(home, tmp_path / "custodian")
    return tmp_path / "custodian"


@pytest.fixture(scope="session")
def passphrase() -> str:
    return PASSPHRASE


@pytest.fixture
def passphrase_file(tmp_path: Path) -> Path:
    path = tmp_path / "passphrase"
    path.touch(0o600)
    path.write_text(PASSPHRASE + "\n")
    return path
