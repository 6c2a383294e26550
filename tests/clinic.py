"""A real trial home in the middle of its trial, for tests: founded, sealed, rehearsed to a noon.

The list lies in plain sight and nature has no effect, so that two homes with different `list_seed`
are equal line for line: what differs between their pages is what someone leaks. Its published
promises are the same whatever it holds. More goes otherwise than the study file assumes, and the
defaults are days on which as much as can be is going on at once.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import plain_custodian
from cicatrix.cli.create import FIRST_PEOPLE, found_home, person
from cicatrix.simulation.people import cast_of
from cicatrix.simulation.rehearsal import rehearse
from cicatrix.store.desk import Desk, open_desk
from cicatrix.trial.actions.forms import save_form
from cicatrix.trial.actions.screening import screen
from cicatrix.trial.actions.storage import read_temperature
from cicatrix.trial.facts import Fact
from cicatrix.trial.reading import read_study
from cicatrix.trial.rehearsed import seeded_entropy
from cicatrix.trial.roles import Actor
from cicatrix.trial.schedule import local_date
from cicatrix.trial.study import Study
from nature import without_effect

STUDIES = Path(__file__).parents[1] / "studies"

DAY: Mapping[str, date] = {"NCT04034615": date(2021, 7, 26), "SPLIT-SCAR": date(2025, 6, 16)}
PARTICIPANTS: Mapping[str, int] = {"NCT04034615": 270, "SPLIT-SCAR": 180}
SEED: Mapping[str, int] = {"NCT04034615": 687, "SPLIT-SCAR": 65}

OTHERWISE = {
    "refuses_release": 0.15, "late_visit": 0.15, "missed_visit": 0.15, "withdraws": 0.2,
    "adverse_event": 0.4, "correction": 0.1, "query": 0.1, "temperature_excursion": 0.5,
}  # fmt: skip
"""Shares of the study file's conduct that a clinic has more of."""


def clinic(
    folder: Path,
    study: str = "NCT04034615",
    *,
    until: date | None = None,
    participants: int | None = None,
    seed: int | None = None,
    list_seed: int = 11,
    per_stratum: int | None = None,
    database: str | None = None,
) -> None:
    """Make a home in `folder` and rehearse it until noon of a day; what is None is the default.

    Minutes after that noon come the three acts of `_leave_undone`.
    """
    plan = plan_of(study)
    assert plan.simulation is not None
    founded = datetime.combine(plan.simulation.conduct.recruitment_start, time(0), UTC)
    people = [person(text) for text in FIRST_PEOPLE]
    salts = seeded_entropy(f"clinic/{study}")
    file = STUDIES / f"{study}.yaml"
    found_home(folder, file, people, now=founded, database=database, entropy=salts)
    drawn = plain_custodian.draw(plan, seed=list_seed, sizes=(1, 2, 3), per_stratum=per_stratum)
    with open_desk(folder) as desk, desk.home.ledger.batch():

        def record(facts: list[Fact], actor: Actor, now: datetime) -> None:
            desk.record(facts, actor, now, entropy=salts)

        plain_custodian.seal(
            desk.study, desk.trial, record, drawn.veiled,
            actor=desk.who("pharmacist", None), now=founded,
        )  # fmt: skip
        rehearse(
            _eventful(desk.study), desk.trial, record,
            packing=drawn.packing,
            participants=PARTICIPANTS[study] if participants is None else participants,
            seed=SEED[study] if seed is None else seed,
            until=DAY[study] if until is None else until,
            nature=without_effect(plan),
        )  # fmt: skip
        _leave_undone(desk, record)


def plan_of(study: str) -> Study:
    """Read a study file by its name."""
    path = STUDIES / f"{study}.yaml"
    return read_study(path.read_bytes(), file=path.name)


def _eventful(study: Study) -> Study:
    """Let more go otherwise; what the acts are checked against stays the study's."""
    assert study.simulation is not None
    conduct = study.simulation.conduct.model_copy(update=OTHERWISE)
    simulation = study.simulation.model_copy(update={"conduct": conduct})
    return study.model_copy(update={"simulation": simulation})


def _leave_undone(desk: Desk, record: Callable[[list[Fact], Actor, datetime], None]) -> None:
    """Leave what a rehearsal never leaves for long: these three acts, and nobody to go on.

    Someone is screened and has signed nothing yet; a warm store has its kits in quarantine; and an
    adverse event is corrected, so that its signature is void, where one was signed.
    """
    study, trial = desk.study, desk.trial
    assert trial.at is not None
    cast, site = cast_of(study, trial), study.sites[0].id
    coordinator = cast.teams[site].coordinator

    def act(act: Callable[..., list[Fact]], actor: Actor, **particulars: object) -> None:
        assert trial.at is not None
        now = trial.at + timedelta(minutes=1)
        record(act(study, trial, actor, now=now, **particulars), actor, now)

    if trial.recruitment == "RECRUITING":
        act(screen, coordinator, site=site)
    today = local_date(study, site, trial.at)
    kits = trial.stock.at(site).items()
    stored = tuple(name for name, kit in kits if kit.place(today) == "in_stock")
    if study.treatment.storage is not None and stored:
        warm = study.treatment.storage.maximum_celsius + 1
        act(
            read_temperature, coordinator, site=site, lowest_celsius=warm - 2,
            highest_celsius=warm, hours_outside=0.5, kits=stored[-2:],
        )  # fmt: skip
    safety = study.form[study.safety.form]
    listed = safety.items[study.safety.relatedness].code_list
    codes = [code.code for code in study.codes[listed].codes] if listed else []
    for one in trial.participants.values():
        for key, data in one.rows(safety.id):
            known = data.values.get(study.safety.relatedness)
            if data.signature is not None and known is not None:
                other = next(code for code in codes if code != known)
                filler = cast.filling(safety.filled_by[0], one.site, one.id)
                act(
                    save_form, filler, participant=one.id, key=key,
                    values={study.safety.relatedness: other}, reason="judged anew",
                )  # fmt: skip
                return
