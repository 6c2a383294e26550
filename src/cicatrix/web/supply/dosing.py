"""Doses: which day of treatment it is today for a participant, and what is due at a site.

Pure functions of the study and of the trial as somebody sees it. A dose is due within its visit's
window; outside it a tube stays shut, and what has happened all the same is admitted as a
departure. What may be recorded is for actions/supply.py to say. Shown by pages/doses.py and Today.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from cicatrix.trial.participant import Participant, TubeUse
from cicatrix.trial.progress import dose_open
from cicatrix.trial.schedule import Due, due_dates
from cicatrix.trial.study import Study, Tube, Visit
from cicatrix.trial.trial import Trial

DoseStanding = Literal["undated", "later", "due", "part", "open", "given", "missed", "ended"]
"""`part` lacks the dose of a region and can have it, `open` is past, neither given nor missed."""


@dataclass(frozen=True, slots=True)
class DosingDay:
    """One day of treatment of one participant: its tubes, what was given, what is still wanted."""

    day: int
    visit: Visit
    tubes: tuple[Tube, ...]
    due: Due | None
    given: tuple[TubeUse, ...]
    wanted: tuple[Tube, ...]
    missed: str | None
    standing: DoseStanding

    @property
    def on(self) -> date | None:
        """Give the last day on which something of it was given."""
        return max((use.on for use in self.given), default=None)


@dataclass(frozen=True, slots=True)
class Course:
    """A participant's treatment as it stands today."""

    days: tuple[DosingDay, ...]
    today: date

    @property
    def current(self) -> DosingDay | None:
        """Find the day of treatment that is due today."""
        return next((one for one in self.days if one.standing in ("due", "part")), None)

    @property
    def left_open(self) -> tuple[DosingDay, ...]:
        """List the days that are past and have neither a dose nor a reason."""
        return tuple(one for one in self.days if one.standing == "open")

    @property
    def given_today(self) -> DosingDay | None:
        """Find the day whose dose was given today, whole."""
        whole = (one for one in self.days if one.standing == "given" and one.on == self.today)
        return next(whole, None)

    @property
    def next(self) -> DosingDay | None:
        """Find the first day that is still to come."""
        return next((one for one in self.days if one.standing in ("later", "undated")), None)

    @property
    def unsettled(self) -> tuple[DosingDay, ...]:
        """List the days that have neither a dose nor a reason, whatever their date."""
        settled = ("given", "missed", "ended")
        return tuple(one for one in self.days if one.standing not in settled)

    def meant(self, tube_day: int | None) -> int:
        """Give the day that a tube would be for: what is due today, else the tube's own if open."""
        if self.current is not None:
            return self.current.day
        days = [one.day for one in self.unsettled] or [one.day for one in self.days][-1:]
        return tube_day if tube_day in days and tube_day is not None else days[0]

    @property
    def over(self) -> bool:
        """Say whether no dose is to come and none is left open."""
        return all(one.standing in ("given", "missed", "ended") for one in self.days)


@dataclass(frozen=True, slots=True)
class DoseDue:
    """One participant's dose of today, or one that is left open from before."""

    participant: str
    site: str
    day: DosingDay
    kits: tuple[str, ...]


def course(study: Study, participant: Participant, today: date) -> Course:
    """Say how each day of treatment stands today."""
    dates = due_dates(study, _milestones(study, participant))
    visits = {visit.dosing_day: visit for visit in study.visits}
    days = (
        _day(study, participant, day, visits[day], dates.get(visits[day].id), today)
        for day in study.dosing_days
        if day in visits
    )
    return Course(tuple(days), today)


def doses_due(study: Study, trial: Trial, site: str | None, today: date) -> tuple[DoseDue, ...]:
    """List the doses of a site (None: of all) due or given today or left open, by participant."""
    return tuple(
        one
        for _, participant in sorted(trial.participants.items())
        if site in (None, participant.site) and concerns(study, participant, today)
        for one in doses_of(study, trial, participant, today)
    )


def doses_of(
    study: Study, trial: Trial, participant: Participant, today: date
) -> tuple[DoseDue, ...]:
    """List her doses that are due or given today or left open."""
    stands = course(study, participant, today)
    days = [*stands.left_open, stands.current, stands.given_today]
    kits = tuple(kits_in_use(trial, participant, today))
    return tuple(
        DoseDue(participant.id, participant.site, day, kits) for day in days if day is not None
    )


def kits_in_use(trial: Trial, participant: Participant, today: date) -> list[str]:
    """List the kits that she holds and may use today."""
    return [
        kit
        for kit in participant.kits
        if trial.stock.kits[kit].place(today) == "dispensed"
        and not trial.stock.kits[kit].expired(today)
    ]


def kits_to_dispense(trial: Trial, participant: Participant, today: date) -> list[str]:
    """List the kits of her number that are in stock at her site and may be used today."""
    if trial.list is None or participant.number is None:
        return []
    hers = [kit for kit, number in trial.list.kits.items() if number == participant.number]
    here = trial.stock.kits
    return [
        kit
        for kit in hers
        if kit in here
        and here[kit].site == participant.site
        and here[kit].place(today) == "in_stock"
    ]


def _milestones(study: Study, participant: Participant) -> dict[str, date]:
    """Give the dates to count from; where a dose was given, its visit took place."""
    given = {use.day: use.on for use in participant.tubes}
    doses = {one.id: given[one.dosing_day] for one in study.visits if one.dosing_day in given}
    return {**doses, **participant.milestones()}


def concerns(study: Study, participant: Participant, today: date) -> bool:
    """Tell whether any dose of hers can be due, given today or left open."""
    if participant.number is None:
        return False
    if any(use.on == today for use in participant.tubes):
        return True
    if participant.withdrawn_from("treatment") is not None:
        return False
    return any(dose_open(study, participant, day) for day in study.dosing_days)


def _day(
    study: Study, participant: Participant, day: int, visit: Visit, due: Due | None, today: date
) -> DosingDay:
    tubes = tuple(tube for tube in study.treatment.tubes if tube.day == day)
    given = tuple(use for use in participant.tubes if use.day == day)
    missed = participant.missed_doses.get(day)
    standing = _standing(study, participant, day, due, today)
    regions = {study.tube[use.tube].region for use in given}
    wanted = tuple(tube for tube in tubes if tube.region not in regions)
    return DosingDay(day, visit, tubes, due, given, wanted, missed, standing)


def _standing(
    study: Study, participant: Participant, day: int, due: Due | None, today: date
) -> DoseStanding:
    if not dose_open(study, participant, day):
        return "missed" if day in participant.missed_doses else "given"
    if participant.withdrawn_from("treatment") is not None:
        return "ended"
    if participant.number is None or due is None:
        return "undated"
    if today < due.first:
        return "later"
    if today > due.last:
        return "open"
    return "part" if any(use.day == day for use in participant.tubes) else "due"
