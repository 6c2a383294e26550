"""Accountability: where every kit and every tube of a site is, in numbers that add up.

It counts by place, never by kind: kits differ by their number alone, and a number says who was
randomised and nothing else. So the last kit in stock tells as little as the first. A pure
function of the trial so far; the facts behind it are supply.py, the acts storage.py, returns.py
and supply.py in actions/.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from cicatrix.trial.schedule import local_date
from cicatrix.trial.stock import Place, Reading
from cicatrix.trial.study import Study
from cicatrix.trial.trial import Trial


@dataclass(frozen=True, slots=True)
class StockLine:
    """One kit that a site received: where it is, until when it may be used, its unused tubes."""

    kit: str
    place: Place
    expires: date | None
    unused: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """One site's kits and tubes by place; `unwitnessed` are of the destroyed ones.

    `received` is the sum of the seven places, `tubes` that of the five things a tube can be:
    applied, discarded, still held, returned unused, destroyed unused. `ever_dispensed` are all that
    were handed out, wherever they are now. `log` is what all readings of its storage showed
    together: lowest, highest, hours outside in sum; None where there are none.
    """

    site: str
    received: int
    in_stock: int
    quarantined: int
    expired: int
    condemned: int
    dispensed: int
    returned: int
    destroyed: int
    unwitnessed: int
    ever_dispensed: int
    tubes: int
    tubes_applied: int
    tubes_discarded: int
    tubes_held: int
    tubes_returned: int
    tubes_destroyed: int
    readings: int
    log: Reading | None


def accountability(study: Study, trial: Trial, site: str, *, now: datetime) -> Account:
    """Count a site's kits and tubes by where they are today."""
    lines = stock_lines(study, trial, site, now=now)
    places = Counter(line.place for line in lines)
    left: Counter[Place] = Counter()
    for line in lines:
        left[line.place] += len(line.unused)
    kits = {line.kit for line in lines}
    here = [one for one in trial.participants.values() if kits & set(one.kits)]
    applied = sum(use.kit in kits for one in here for use in one.tubes)
    discarded = sum(kit in kits for one in here for kit, _ in one.discarded)
    return Account(
        site=site,
        received=len(lines),
        in_stock=places["in_stock"],
        quarantined=places["quarantined"],
        expired=places["expired"],
        condemned=places["condemned"],
        dispensed=places["dispensed"],
        returned=places["returned"],
        destroyed=places["destroyed"],
        unwitnessed=sum(
            len(one.kits)
            for one in trial.stock.destructions.values()
            if one.site == site and one.witness is None
        ),
        ever_dispensed=sum(kit.dispensed is not None for kit in trial.stock.at(site).values()),
        tubes=len(lines) * len(study.treatment.tubes),
        tubes_applied=applied,
        tubes_discarded=discarded,
        tubes_held=sum(left.values()) - left["returned"] - left["destroyed"],
        tubes_returned=left["returned"],
        tubes_destroyed=left["destroyed"],
        readings=len(trial.stock.readings.get(site, ())),
        log=_log(trial, site),
    )


def _log(trial: Trial, site: str) -> Reading | None:
    """Put all readings of a site's storage together."""
    readings = trial.stock.readings.get(site, ())
    if not readings:
        return None
    return Reading(
        lowest_celsius=min(one.lowest_celsius for one in readings),
        highest_celsius=max(one.highest_celsius for one in readings),
        hours_outside=sum(one.hours_outside for one in readings),
    )


def stock_lines(study: Study, trial: Trial, site: str, *, now: datetime) -> tuple[StockLine, ...]:
    """List every kit that a site received, in the order of their numbers."""
    today = local_date(study, site, now)
    return tuple(
        StockLine(name, kit.place(today), kit.expires, unused(study, trial, name))
        for name, kit in trial.stock.at(site).items()
    )


def unused(study: Study, trial: Trial, kit: str) -> tuple[int, ...]:
    """List the tubes of a kit that were neither applied nor discarded."""
    holder = trial.stock.kits[kit].dispensed
    gone: set[int] = set()
    if holder is not None:
        participant = trial.participants[holder]
        gone = {use.tube for use in participant.tubes if use.kit == kit}
        gone |= {tube for name, tube in participant.discarded if name == kit}
    return tuple(tube for tube in sorted(study.tube) if tube not in gone)
