"""Arms, tubes, the ratio, masking, consent, sites and the record's own dates.

The doses that the plan compares are counted in plan.py and assumed.py; strata and minimisation are
allocation.py's.
"""

from collections.abc import Iterator
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cicatrix.trial.contradictions.fault import Fault, unless_known
from cicatrix.trial.contradictions.visits import first_day
from cicatrix.trial.document import Path
from cicatrix.trial.study import Registry, Study, Tube


def in_treatment(study: Study) -> Iterator[Fault]:
    """Find contradictions among arms, tubes, ratio, masking, consent, sites and dates."""
    yield from _in_arms(study)
    places: dict[tuple[int, str], int] = {}
    for number, tube in enumerate(study.treatment.tubes):
        yield from _in_tube(("treatment", "tubes", number), tube, study)
        other = places.setdefault((tube.day, tube.region), tube.number)
        if other != tube.number:
            why = f"day {tube.day} already has tube {other} for {tube.region}"
            yield ("treatment", "tubes", number, "day"), why
    storage = study.treatment.storage
    if storage is not None and storage.minimum_celsius >= storage.maximum_celsius:
        why = f"must be below the maximum, {storage.maximum_celsius:g} °C"
        yield ("treatment", "storage", "minimum_celsius"), why
    for number, role in enumerate(study.masking.unmasked):
        if role in study.masking.masked:
            yield ("masking", "unmasked", number), f"{role} is among the masked roles as well"
    if "pharmacist" in study.masking.masked:
        where = ("masking", "masked", study.masking.masked.index("pharmacist"))
        yield where, "pharmacist cannot be masked: the list and the packing of kits are his"
    since = [version.since for version in study.consent.versions]
    for number in range(1, len(since)):
        if since[number] <= since[number - 1]:
            why = f"must be later than the version before it, {since[number - 1].isoformat()}"
            yield ("consent", "versions", number, "since"), why
    for number, site in enumerate(study.sites):
        if not _is_timezone(site.timezone):
            why = f"'{site.timezone}' is no time zone such as Asia/Shanghai"
            yield ("sites", number, "timezone"), why
    yield from _in_registry(study.registry)


def _in_arms(study: Study) -> Iterator[Fault]:
    ratio = ("allocation", "ratio")
    for arm in study.allocation.ratio:
        yield from unless_known((*ratio, arm), arm, "arm", study.arm)
    for arm in study.arm:
        if arm not in study.allocation.ratio:
            yield ratio, f"says nothing of the arm {arm}; give every arm its share"
    for number, intervention in enumerate(study.interventions):
        for place, arm in enumerate(intervention.arms):
            yield from unless_known(("interventions", number, "arms", place), arm, "arm", study.arm)


def _in_tube(path: Path, tube: Tube, study: Study) -> Iterator[Fault]:
    regions = [region.id for region in study.regions]
    yield from unless_known((*path, "region"), tube.region, "region", regions)
    contents = [content.id for content in study.treatment.contents]
    for arm, content in tube.content.items():
        where = (*path, "content", arm)
        yield from unless_known(where, arm, "arm", study.arm)
        yield from unless_known(where, content, "content", contents)
    for arm in study.arm:
        if arm not in tube.content:
            yield (*path, "content"), f"says nothing of the arm {arm}; every arm has this tube"


def _in_registry(registry: Registry) -> Iterator[Fault]:
    youngest, oldest = registry.minimum_age_years, registry.maximum_age_years
    if youngest is not None and oldest is not None and youngest > oldest:
        yield ("registry", "minimum_age_years"), f"is above the maximum age, {oldest}"
    before = None
    for name in ("start", "primary_completion", "completion"):
        given = getattr(registry, name)
        if given is None:
            continue
        day = first_day(given.date)
        if day is None:
            yield ("registry", name, "date"), f"'{given.date}' is no day or month of the calendar"
        elif before is not None and given.date[: len(before[1])] < before[1][: len(given.date)]:
            yield ("registry", name, "date"), f"is before the {before[0]}, {before[1]}"
        else:
            before = (name, given.date)


def _is_timezone(name: str) -> bool:
    try:
        ZoneInfo("UTC")
    except ZoneInfoNotFoundError:
        return True  # a machine without time zone data cannot tell
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
