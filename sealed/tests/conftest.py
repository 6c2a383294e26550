"""A small study of the tests' own, and a home founded on it with the custodian in it.

Arms and contents have names that occur nowhere else, so that a search for them proves something.
"""

import json
from collections.abc import Callable, Iterator, Mapping
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
    TrialFounded,
    TrialLocked,
)
from cicatrix.trial.ledger import read
from cicatrix.trial.reading import read_study
from cicatrix.trial.roles import Actor
from cicatrix.trial.study import Study
from cicatrix_sealed import committing, making, sealing
from cicatrix_sealed.beacon import draw_promise, promised_beacon, written
from cicatrix_sealed.procedures.planned import procedure_of

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
ANA = Actor("ana", "administrator")
PASSPHRASE = "nine scars, healed early"


def _text(word: str) -> dict[str, str]:
    return {"en": word}


def _item(name: str, kind: str, **more: str) -> dict[str, Any]:
    return {"id": name, "label": _text(name), "type": kind, **more}


def _document(
    ratio: Mapping[str, int], strata: tuple[str, ...], sites: Mapping[str, int], study_id: str
) -> dict[str, Any]:
    return {
        "cicatrix": 1,
        "id": study_id,
        "version": "1",
        "languages": ["en"],
        "title": _text("A small study"),
        "registry": {
            "organisation": "Clinic",
            "organisation_study_id": "S-1",
            "brief_title": "A small study",
            "official_title": "A small study of scars",
            "brief_summary": "Scars are treated.",
            "phase": "PHASE2",
            "primary_purpose": "TREATMENT",
            "intervention_model": "PARALLEL",
            "conditions": ["Scar"],
            "responsible_party": "SPONSOR",
            "sex": "ALL",
            "healthy_volunteers": False,
        },
        "sites": [
            {
                "id": site,
                "name": _text(site),
                "city": "X",
                "country": "CN",
                "timezone": "Asia/Shanghai",
                "planned": planned,
            }
            for site, planned in sites.items()
        ],
        "regions": [{"id": "scar", "label": _text("Scar")}],
        "arms": [
            {
                "id": arm,
                "label": _text(f"Label of {arm}"),
                "type": "EXPERIMENTAL",
                "description": _text("Given"),
            }
            for arm in ratio
        ],
        "interventions": [
            {
                "id": "ointment",
                "label": _text("Ointment"),
                "type": "DRUG",
                "description": _text("On the scar"),
                "arms": list(ratio),
            }
        ],
        "treatment": {
            "unit": "mg",
            "contents": [
                {"id": f"content_{arm}", "label": _text("Content"), "dose": dose}
                for dose, arm in enumerate(ratio)
            ],
            "tubes": [
                {
                    "number": day,
                    "day": day,
                    "region": "scar",
                    "content": {arm: f"content_{arm}" for arm in ratio},
                }
                for day in (1, 2)
            ],
            "spare_kits": 1,
        },
        "allocation": {
            "ratio": dict(ratio),
            "strata": list(strata),
            "planned": sum(sites.values()) or 1,
        },
        "masking": {"masked": ["rater", "investigator"]},
        "consent": {
            "versions": [{"version": "1", "since": "2026-01-01", "summary": _text("Agree")}]
        },
        "eligibility": {
            "form": "entry",
            "criteria": [
                {"id": "i1", "kind": "inclusion", "text": _text("Adult"), "condition": "age >= 18"}
            ],
        },
        "code_lists": [
            {
                "id": "skin",
                "codes": [{"code": code, "label": _text(code)} for code in ("light", "dark")],
            }
        ],
        "forms": [
            {
                "id": "entry",
                "label": _text("Entry"),
                "filled_by": ["investigator"],
                "groups": [
                    {
                        "id": "g",
                        "label": _text("Group"),
                        "items": [
                            _item("age", "integer"),
                            _item("skin", "choice", code_list="skin"),
                            _item("score", "integer"),
                        ],
                    }
                ],
            },
            {
                "id": "events",
                "label": _text("Events"),
                "filled_by": ["investigator"],
                "log": True,
                "groups": [
                    {
                        "id": "e",
                        "label": _text("Event"),
                        "items": [
                            _item("term", "text"),
                            _item("onset", "date"),
                            _item("severity", "choice", code_list="skin"),
                            _item("serious", "boolean"),
                            _item("related", "choice", code_list="skin"),
                        ],
                    }
                ],
            },
        ],
        "visits": [
            {
                "id": "v1",
                "label": _text("Visit 1"),
                "anchor": "screening",
                "after": "P0D",
                "window": {"before": "P0D", "after": "P7D"},
                "forms": ["entry"],
            },
            *(
                {
                    "id": f"dose{day}",
                    "label": _text(f"Dose {day}"),
                    "anchor": "randomisation",
                    "after": f"P{day}D",
                    "window": {"before": "P0D", "after": "P1D"},
                    "dosing_day": day,
                }
                for day in (1, 2)
            ),
        ],
        "endpoints": [
            {
                "id": "primary",
                "role": "primary",
                "label": _text("Score"),
                "variable": "entry.score",
                "metric": "value",
                "aggregation": "mean",
                "time_point": "v1",
                "registry": {"measure": "Score", "time_frame": "At entry"},
            }
        ],
        "populations": [{"id": "all", "label": _text("All"), "requires": ["randomised"]}],
        "analyses": [
            {
                "id": "a1",
                "role": "primary",
                "endpoint": "primary",
                "population": "all",
                "method": "difference_from_reference",
                "reference_arm": next(iter(ratio)),
            }
        ],
        "safety": {
            "form": "events",
            "term": "term",
            "onset": "onset",
            "severity": "severity",
            "serious": "serious",
            "relatedness": "related",
        },
        "deviations": [],
        "missing_reasons": [],
    }


def study_text(
    ratio: Mapping[str, int] | None = None,
    strata: tuple[str, ...] = (),
    sites: Mapping[str, int] | None = None,
    study_id: str = "SMALL-1",
    unmasked: tuple[str, ...] = (),
    minimise: Mapping[str, int] | None = None,
) -> bytes:
    ratio = ratio or {"quokka": 1, "numbat": 1, "bilby": 1}
    document = _document(ratio, strata, sites or {"foshan": 12}, study_id)
    document["masking"]["unmasked"] = list(unmasked)
    document["allocation"]["minimise"] = [
        {"factor": factor, "weight": weight} for factor, weight in (minimise or {}).items()
    ]
    return json.dumps(document).encode()


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
        chen = draw_promise(study.digest, "Chen", entropy=lambda size: bytes([7]) * size)
        promise = folder.with_name(f"{folder.name}-chen.json")
        promise.write_text(written(chen.promise()))
        beacon = promised_beacon(f"second-party:{promise}", study_digest=study.digest, now=now)
        wish = committing.Wish(
            procedure_of(study, kind=kind, **(chosen or {})),
            custodians=len(phrases), threshold=threshold, rehearsal_seed=rehearsal_seed,
        )  # fmt: skip
        custodian = Actor("custodian", "pharmacist")
        committing.commit(home, folder, phrases, wish, beacon, actor=custodian, now=now)
        return making.make(home, folder, phrases, written(chen), actor=custodian, now=now)

    return make


@pytest.fixture(scope="session")
def cheaply() -> Callable[[pytest.MonkeyPatch], None]:
    """Let new shares ask for little memory, as their files may: tests open hundreds of them."""
    cheap = partial(sealing.Derivation, iterations=1, memory_kib=128)
    return lambda patch: patch.setattr(sealing, "Derivation", cheap)


@pytest.fixture
def cheap_shares(monkeypatch: pytest.MonkeyPatch, cheaply: Callable[..., None]) -> None:
    cheaply(monkeypatch)


@pytest.fixture(scope="session")
def passphrase() -> str:
    return PASSPHRASE


@pytest.fixture
def passphrase_file(tmp_path: Path) -> Path:
    path = tmp_path / "passphrase"
    path.write_text(PASSPHRASE + "\n")
    return path
