"""A rehearsal: virtual people run the whole trial through the real acts, with a replaced clock.

The same study, list, packing sheet and seed give the same bytes. Nature (the scars, what tubes
hold) and people (who comes, what goes otherwise) are drawn here; everything recorded goes through
actions/ and none of it is made here. Go next to enrolment.py, then follow_up.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cicatrix.simulation.enrolment import recruit
from cicatrix.simulation.paperwork import clear_desk
from cicatrix.simulation.people import STAFF, STORES, cast_of, stream
from cicatrix.simulation.raters import draw_bias, scale_of
from cicatrix.simulation.stage import Record, Stage
from cicatrix.simulation.store import WEEK, keep_store
from cicatrix.simulation.supply import restock, site_of
from cicatrix.trial.actions.found import start_rehearsal
from cicatrix.trial.actions.people import change_recruitment, grant_role
from cicatrix.trial.assumed import Nature
from cicatrix.trial.errors import Refused
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial

NOON = time(12)
DESKS_AFTER, COMPLETED_AFTER = timedelta(days=7), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a rehearsal did: acts by name, people, first and last moment, refusals by rule."""

    acts: Mapping[str, int]
    refused: Mapping[str, int]
    screened: int
    consented: int
    randomised: int
    withdrawn: int
    entries: int
    started: datetime
    ended: datetime

    def plain(self) -> dict[str, object]:
        """Give all of it as JSON can hold it."""
        return {
            "acts": dict(sorted(self.acts.items())),
            "refused": dict(sorted(self.refused.items())),
            "screened": self.screened,
            "consented": self.consented,
            "randomised": self.randomised,
            "withdrawn": self.withdrawn,
            "entries": self.entries,
            "started": self.started.isoformat(),
            "ended": self.ended.isoformat(),
        }

    def sentence(self) -> str:
        """Say in one sentence what took place."""
        return (
            f"{self.screened} screened, {self.consented} consented, {self.randomised} randomised, "
            f"{self.withdrawn} withdrew; {sum(self.acts.values())} acts in {self.entries} entries "
            f"from {self.started.date()} to {self.ended.date()}, and "
            f"{sum(self.refused.values())} wrong ones refused."
        )


def rehearse(
    study: Study,
    trial: Trial,
    record: Record,
    *,
    packing: Mapping[tuple[str, int], str],
    participants: int,
    seed: int,
    until: str | date | None = None,
    nature: Nature | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Rehearsed:
    """Rehearse a founded trial whose list is sealed, until `participants` are randomised.

    `record` appends facts and folds them into `trial`. After all have passed the visit `until`,
    the calendar stops; where `until` is a day it stops at noon of the first site on that day, in
    the middle of everything. `nature` takes the place of the study file's.
    """
    stage = _set(study, trial, record, packing, participants, seed, until, nature)
    stage.progress = progress
    before = trial.head.seq
    _open(stage)
    stage.start(recruit(stage), stage.now)
    for site in stage.stores:
        stage.start(keep_store(stage, site), stage.now + WEEK)
    stage.play()
    _close(stage)
    everyone = trial.participants.values()
    return Rehearsed(
        acts=dict(stage.acts),
        refused=dict(stage.refused),
        screened=len(everyone),
        consented=sum(1 for one in everyone if one.consents),
        randomised=len(trial.numbers),
        withdrawn=sum(1 for one in everyone if one.withdrawals),
        entries=trial.head.seq - before,
        started=stage.first or stage.now,
        ended=stage.now,
    )


def _set(
    study: Study, trial: Trial, record: Record, packing: Mapping[tuple[str, int], str],
    participants: int, seed: int, until: str | date | None, nature: Nature | None,
) -> Stage:  # fmt: skip
    """Set the stage: the people, the scales, the raters' biases and the first moment."""
    if study.simulation is None:
        raise Refused(
            "simulation",
            f"Study {study.id} has no simulation part: give it nature and conduct to rehearse.",
        )
    if isinstance(until, str) and until not in study.visit:
        raise Refused("unknown_visit", f"This study has no visit {until} to stop after.")
    if participants < 0 or seed < 0:
        raise Refused("negative", "The number of participants and the seed cannot be negative.")
    conduct = study.simulation.conduct
    nature = nature or study.simulation.nature
    cast = cast_of(study, trial)
    rated = {form.id: scale_of(study, form) for form in study.forms if form.rating is not None}
    raters = [
        (rater.user, stream(seed, STAFF, place, number))
        for place, team in enumerate(cast.teams.values())
        for number, rater in enumerate(team.all_raters)
    ]
    start = max(conduct.recruitment_start, study.consent.versions[0].since)
    zone = ZoneInfo(study.sites[0].timezone)
    opening = datetime.combine(start, time(9), zone).astimezone(UTC)
    if trial.at is not None:
        opening = max(opening, trial.at + timedelta(minutes=1))
    ends = datetime.combine(until, NOON, zone).astimezone(UTC) if isinstance(until, date) else None
    if ends is not None and ends < opening:
        raise Refused(
            "before_the_start",
            f"The rehearsal begins after noon of {until}: on {opening.astimezone(zone):%Y-%m-%d} "
            f"at {opening.astimezone(zone):%H:%M}. Name a later day.",
        )
    return Stage(
        study=study,
        trial=trial,
        record=record,
        packing=packing,
        nature=nature,
        conduct=conduct,
        cast=cast,
        scales=rated,
        bias={user: draw_bias(nature, rng) for user, rng in raters},
        seed=seed,
        now=opening,
        until=until if isinstance(until, str) else None,
        ends=ends,
        participants=participants,
        stores={site: stream(seed, STORES, place) for place, site in enumerate(cast.teams)},
    )


def _open(stage: Stage) -> None:
    """Mark the rehearsal, grant the roles, open recruitment and deliver the first kits."""
    admin, trial = stage.cast.administrator, stage.trial
    stage.act(start_rehearsal, admin, seed=stage.seed, participants=stage.participants)
    people = [person for team in stage.cast.teams.values() for person in team.everyone]
    for person in (*stage.cast.offices.values(), *people):
        if (person.role, person.site) not in trial.roles.get(person.user, set()):
            stage.act(grant_role, admin, user=person.user, role=person.role, site=person.site)
    stage.act(change_recruitment, stage.cast.offices["sponsor"], status="RECRUITING")
    for stratum in trial.list.slots if trial.list else ():
        site = site_of(stage.study, stratum)
        if site is not None:
            restock(stage, stratum, site)


def _close(stage: Stage) -> None:
    """Clear the desks a week after the last act, and complete the trial if it ran to its end.

    Where a day was named, all of this takes place before its noon or not at all.
    """
    if stage.ends is not None and stage.now + DESKS_AFTER + COMPLETED_AFTER > stage.ends:
        stage.now = stage.ends
        return
    stage.now += DESKS_AFTER
    clear_desk(stage)
    if stage.until is None and stage.trial.recruitment == "ACTIVE_NOT_RECRUITING":
        stage.now += COMPLETED_AFTER
        stage.act(change_recruitment, stage.cast.offices["sponsor"], status="COMPLETED")
