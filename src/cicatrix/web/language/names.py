"""Dates, times, numbers and names as the page's language writes them.

Our codes have their words here: roles, kinds of facts, statuses, scopes, places of kits. What a
study file calls its own things stands in the study file, in every language of the study, and is
chosen by `text_in`. The filters over all this are in templatetags/words.py; whole sentences of
the core are in refusals.py.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, get_timezone_location
from babel.numbers import format_decimal, format_percent
from django.utils.translation import get_language, pgettext, pgettext_lazy, to_locale

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
_LONG = {"en": ("d MMMM y", "MMMM y", "y"), "zh": ("y年M月d日", "y年M月", "y年")}
_SHORT = {"en": ("d MMM y", "MMM y", "y"), "zh": ("y-MM-dd", "y-MM", "y")}

NAMES = {
    "coordinator": pgettext_lazy("name", "coordinator"),
    "investigator": pgettext_lazy("name", "investigator"),
    "care_provider": pgettext_lazy("name", "care provider"),
    "rater": pgettext_lazy("name", "rater"),
    "image_reader": pgettext_lazy("name", "image reader"),
    "pharmacist": pgettext_lazy("name", "pharmacist (custodian)"),
    "data_manager": pgettext_lazy("name", "data manager"),
    "statistician": pgettext_lazy("name", "statistician"),
    "monitor": pgettext_lazy("name", "monitor"),
    "sponsor": pgettext_lazy("name", "sponsor"),
    "auditor": pgettext_lazy("name", "auditor"),
    "administrator": pgettext_lazy("name", "administrator"),
    "participant": pgettext_lazy("name", "participant"),
    "NOT_YET_RECRUITING": pgettext_lazy("name", "not yet recruiting"),
    "RECRUITING": pgettext_lazy("name", "recruiting"),
    "ENROLLING_BY_INVITATION": pgettext_lazy("name", "enrolling by invitation"),
    "ACTIVE_NOT_RECRUITING": pgettext_lazy("name", "active, not recruiting"),
    "SUSPENDED": pgettext_lazy("name", "suspended"),
    "TERMINATED": pgettext_lazy("name", "terminated"),
    "COMPLETED": pgettext_lazy("name", "completed"),
    "WITHDRAWN": pgettext_lazy("name", "withdrawn"),
    "treatment": pgettext_lazy("name", "treatment"),
    "visits": pgettext_lazy("name", "treatment and visits"),
    "all": pgettext_lazy("name", "everything"),
    "in_stock": pgettext_lazy("name", "in stock"),
    "quarantined": pgettext_lazy("name", "in quarantine"),
    "expired": pgettext_lazy("name", "expired"),
    "condemned": pgettext_lazy("name", "condemned"),
    "dispensed": pgettext_lazy("name", "dispensed"),
    "returned": pgettext_lazy("name", "returned"),
    "destroyed": pgettext_lazy("name", "destroyed"),
    "released": pgettext_lazy("name", "released"),
    "intact": pgettext_lazy("name", "intact"),
    "damaged": pgettext_lazy("name", "damaged"),
    "site": pgettext_lazy("name", "site"),
    "screening": pgettext_lazy("name", "screening"),
    "randomisation": pgettext_lazy("name", "randomisation"),
    "first_dose": pgettext_lazy("name", "first dose"),
    "last_dose": pgettext_lazy("name", "last dose"),
    "TrialFounded": pgettext_lazy("name", "Trial founded"),
    "RehearsalStarted": pgettext_lazy("name", "Rehearsal started"),
    "StudyAmended": pgettext_lazy("name", "Study amended"),
    "RoleGranted": pgettext_lazy("name", "Role granted"),
    "RoleRevoked": pgettext_lazy("name", "Role revoked"),
    "RecruitmentChanged": pgettext_lazy("name", "Recruitment status changed"),
    "SecretCommitted": pgettext_lazy("name", "Secret of the list promised"),
    "ListSealed": pgettext_lazy("name", "Allocation list sealed"),
    "ListAborted": pgettext_lazy("name", "Allocation list given up"),
    "TrialLocked": pgettext_lazy("name", "Trial locked"),
    "AllocationOpened": pgettext_lazy("name", "Allocation opened"),
    "ParticipantScreened": pgettext_lazy("name", "Screened"),
    "ConsentSigned": pgettext_lazy("name", "Consent signed"),
    "ReleaseWithdrawn": pgettext_lazy("name", "Release withdrawn"),
    "EligibilitySigned": pgettext_lazy("name", "Eligibility signed"),
    "RandomisationRequested": pgettext_lazy("name", "Randomisation requested"),
    "Randomised": pgettext_lazy("name", "Randomised"),
    "KitsReceived": pgettext_lazy("name", "Kits received"),
    "TemperatureRead": pgettext_lazy("name", "Temperature log read"),
    "KitsQuarantined": pgettext_lazy("name", "Kits quarantined"),
    "QuarantineReleased": pgettext_lazy("name", "Quarantine released"),
    "KitsCondemned": pgettext_lazy("name", "Kits condemned"),
    "KitDispensed": pgettext_lazy("name", "Kit dispensed"),
    "TubeApplied": pgettext_lazy("name", "Dose applied"),
    "TubeDiscarded": pgettext_lazy("name", "Tube discarded"),
    "DoseMissed": pgettext_lazy("name", "Dose missed"),
    "KitReturned": pgettext_lazy("name", "Kit returned"),
    "KitsDestroyed": pgettext_lazy("name", "Kits destroyed"),
    "DestructionWitnessed": pgettext_lazy("name", "Destruction witnessed"),
    "VisitAttended": pgettext_lazy("name", "Visit attended"),
    "VisitMissed": pgettext_lazy("name", "Visit missed"),
    "FormSaved": pgettext_lazy("name", "Form saved"),
    "FormSigned": pgettext_lazy("name", "Form signed"),
    "SignatureVoided": pgettext_lazy("name", "Signature made void"),
    "QueryRaised": pgettext_lazy("name", "Query raised"),
    "QueryAnswered": pgettext_lazy("name", "Query answered"),
    "QueryClosed": pgettext_lazy("name", "Query closed"),
    "RatingRecorded": pgettext_lazy("name", "Rating recorded"),
    "RatingSigned": pgettext_lazy("name", "Rating signed"),
    "AdjudicationCalled": pgettext_lazy("name", "Third rater called"),
    "DeviationRecorded": pgettext_lazy("name", "Deviation recorded"),
    "Withdrawn": pgettext_lazy("name", "Withdrawal"),
    "CodeBroken": pgettext_lazy("name", "Code broken"),
    "CommentMade": pgettext_lazy("name", "Comment made"),
    "SourceVerified": pgettext_lazy("name", "Verified against the source"),
    "TrainingCompleted": pgettext_lazy("name", "Training completed"),
    "ContactTried": pgettext_lazy("name", "Contact tried"),
    "PhotographTaken": pgettext_lazy("name", "Photograph taken"),
    "AllocationReleased": pgettext_lazy("name", "Allocation released"),
}
"""The words for every code of ours; no code stands for two things."""


def tag() -> str:
    """Give the page's language as study files write it: `en`, `zh-Hans`."""
    return to_locale(get_language() or "en").replace("_", "-")


def named(code: str) -> str:
    """Give the words for a code of ours; what is no such code stays as it is."""
    return str(NAMES.get(code, code))


def text_in(texts: Mapping[str, str], language: str) -> str:
    """Choose a text: the language itself, one of the same family, else the first that there is."""
    if language in texts:
        return texts[language]
    family = language.partition("-")[0]
    near = (text for known, text in texts.items() if known.partition("-")[0] == family)
    return next(near, next(iter(texts.values()), ""))


def listed(items: Iterable[object]) -> str:
    """Write a list as a sentence does: `a, b and c`, `a、b和c`."""
    words = [str(item) for item in items]
    if len(words) < 2:
        return "".join(words)
    separator = pgettext("list", ", ")
    return pgettext("list", "{all} and {last}").format(
        all=separator.join(words[:-1]), last=words[-1]
    )


def written(day: date | str | None) -> str:
    """Write a date or a partial date's text (`2026-03`) in full: `9 March 2026`."""
    return _written(day, _LONG)


def written_short(day: date | str | None) -> str:
    """Write a date for a table: `9 Mar 2026`, in Chinese `2026-03-09`."""
    return _written(day, _SHORT)


def at(moment: datetime | None, zone: str | None = None) -> str:
    """Write a moment as the clocks of a zone show it, and name the zone."""
    if moment is None:
        return ""
    local = moment.astimezone(ZoneInfo(zone or "UTC"))
    joint = " " if _family() == "zh" else ", "
    return f"{written(local.date())}{joint}{clock(moment, zone)}"


def clock(moment: datetime | None, zone: str | None = None) -> str:
    """Write the time of day alone: `14:05 (Asia/Shanghai)`, in Chinese with the city's time."""
    if moment is None:
        return ""
    local = moment.astimezone(ZoneInfo(zone or "UTC"))
    time = f"{local:%H:%M}"
    return pgettext("time in a zone", "{time} ({zone})").format(time=time, zone=_place(zone))


def number(value: float | None, places: int | None = None) -> str:
    """Write a number with its thousands set apart; `places` are decimals, all or none shown."""
    if value is None:
        return ""
    pattern = None if places is None else "#,##0" + ("." + "0" * places if places else "")
    return format_decimal(value, pattern, locale=_locale())


def percent(share: float | None, places: int = 0) -> str:
    """Write a share of one in percent."""
    if share is None:
        return ""
    pattern = "#,##0" + ("." + "0" * places if places else "") + "%"
    return format_percent(share, pattern, locale=_locale())


def _written(day: date | str | None, patterns: Mapping[str, tuple[str, str, str]]) -> str:
    if not day:
        return ""
    whole, month, year = patterns[_family()]
    if not isinstance(day, str):
        return _formatted(day, whole, get_language() or "en")
    found = _PARTIAL.fullmatch(day)
    try:
        first = date(*(int(part or 1) for part in found.groups())) if found else None
    except ValueError:
        first = None
    if found is None or first is None:
        return day
    pattern = whole if found[3] else month if found[2] else year
    return _formatted(first, pattern, get_language() or "en")


@lru_cache(maxsize=4096)
def _formatted(day: date, pattern: str, language: str) -> str:
    """Write a day; a page names the same few again and again."""
    return format_date(day, pattern, locale=Locale.parse(to_locale(language)))


def _place(zone: str | None) -> str:
    """Name a zone: in English by its own name, in Chinese by its city."""
    if not zone or zone.rpartition("/")[2] in ("UTC", "GMT"):
        return "UTC"
    if _family() == "en":
        return zone
    return pgettext("time zone", "{city} time").format(
        city=get_timezone_location(zone, locale=_locale(), return_city=True)
    )


def _locale() -> Locale:
    return Locale.parse(to_locale(get_language() or "en"))


def _family() -> str:
    return tag().partition("-")[0]
