"""The registry's record of this trial, in headed rows, as a registry shows it: details and table.

The record itself is exchange/registry.py's and in English; here its fields get their labels and
its codes their words. Enrolment and dates follow from everybody in the trial: who does not see
everybody gets a record without them, and none to download.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from cicatrix.exchange.registry import record_warnings, registry_record, write_record
from cicatrix.trial import facts
from cicatrix.trial.document import Plain
from cicatrix.trial.progress import sees
from cicatrix.trial.roles import SITE_ROLES
from cicatrix.trial.trial import Trial
from cicatrix.web.language.names import listed, named, number, written
from cicatrix.web.pages.study import terms
from cicatrix.web.pages.study.terms import term
from cicatrix.web.worker import Seen

_RESTS_ON = (
    facts.ParticipantScreened, facts.Randomised, facts.TubeApplied, facts.VisitAttended,
)  # fmt: skip
_OF_EVERYBODY = {
    "designModule": ("enrollmentInfo",),
    "statusModule": ("startDateStruct", "primaryCompletionDateStruct", "completionDateStruct"),
}
_OUTCOMES = ("primaryOutcomes", "secondaryOutcomes", "otherOutcomes")

Record = Mapping[str, Plain]


@dataclass(frozen=True, slots=True)
class Row:
    """A field of the record: its label and its lines; `own` lines are the record's own English.

    `parts` are things of one kind that stand in one field, each with its name.
    """

    label: str
    lines: tuple[str, ...] = ()
    own: bool = False
    parts: tuple["Row", ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Rows under a heading."""

    heading: str
    rows: tuple[Row, ...]


def is_whole(seen: Seen) -> bool:
    """Tell whether an actor sees all that enrolment and the dates of the record follow from."""
    everywhere = seen.actor.role not in SITE_ROLES or {one.id for one in seen.study.sites} == {
        seen.actor.site
    }
    return everywhere and all(sees(seen.actor.role, kind) for kind in _RESTS_ON)


def record_of(seen: Seen) -> Record:
    """Compose the record as an actor may see it."""
    if is_whole(seen):
        return registry_record(seen.study, seen.trial)
    known = Trial(
        recruitment=seen.trial.recruitment,
        recruitment_reason=seen.trial.recruitment_reason,
        rehearsal=seen.trial.rehearsal,
    )
    record = registry_record(seen.study, known)
    protocol: dict[str, Plain] = {
        name: {
            key: value
            for key, value in _part(module).items()
            if key not in _OF_EVERYBODY.get(name, ())
        }
        for name, module in _part(record["protocolSection"]).items()
    }
    return {**record, "protocolSection": protocol}


def text_of_record(seen: Seen) -> str:
    """Write the record as `cicatrix export HOME registry` does."""
    return write_record(record_of(seen))


def warnings(seen: Seen) -> tuple[str, ...]:
    """List what the registry's reviewers would object to, where the record is whole."""
    return record_warnings(record_of(seen)) if is_whole(seen) else ()


def details(record: Record) -> tuple[Group, ...]:
    """Lay out the record by the headings of a registry's study page."""
    fields = _Fields(record)
    return _filled(
        Group(_("Study overview"), (*fields.titles(), *fields.summary(), *fields.conditions())),
        Group(_("Status and dates"), (*fields.status(), *fields.dates())),
        Group(_("Study plan"), tuple(fields.plan())),
        Group(_("Arms"), tuple(fields.arms())),
        Group(_("Interventions"), tuple(fields.interventions())),
        *(Group(heading, tuple(fields.outcomes(kind))) for kind, heading in _outcome_headings()),
        Group(_("Participation criteria"), tuple(fields.eligibility())),
        Group(_("Locations"), tuple(fields.locations())),
        Group(_("Sponsor and investigators"), tuple(fields.people())),
        Group(
            pgettext("registry", "Record"),
            (*fields.identifiers(), *fields.oversight(), *fields.submitted()),
        ),
    )


def tabular(record: Record) -> tuple[Row, ...]:
    """Lay out the record as one table, in the order of a registry's tabular view."""
    fields = _Fields(record)
    rows: tuple[Row, ...] = (
        *fields.submitted(), *fields.dates(), *fields.gathered_outcomes(), *fields.titles(),
        *fields.summary(), *fields.plan(), *fields.conditions(),
        *_gathered(_("Interventions"), fields.interventions()),
        *_gathered(_("Arms"), fields.arms()),
        *fields.status(), *fields.eligibility(), *_gathered(_("Locations"), fields.locations()),
        *fields.identifiers(), *fields.oversight(), *fields.people(),
    )  # fmt: skip
    return tuple(row for row in rows if row.lines or row.parts)


def _outcome_headings() -> tuple[tuple[str, str], ...]:
    headings = (
        _("Primary outcome measures"), _("Secondary outcome measures"), _("Other outcome measures"),
    )  # fmt: skip
    return tuple(zip(_OUTCOMES, headings, strict=True))


def _gathered(label: str, rows: Iterable[Row]) -> tuple[Row, ...]:
    """Put rows into one, each under its own name."""
    parts = tuple(rows)
    return (Row(label, parts=parts),) if parts else ()


def _filled(*groups: Group) -> tuple[Group, ...]:
    kept = (Group(group.heading, tuple(row for row in group.rows if row.lines)) for group in groups)
    return tuple(group for group in kept if group.rows)


class _Fields:
    """Rows of one record, module by module of its JSON."""

    def __init__(self, record: Record) -> None:
        self.protocol = _part(record.get("protocolSection"))

    def module(self, name: str) -> Record:
        return _part(self.protocol.get(f"{name}Module"))

    def titles(self) -> Iterator[Row]:
        found = self.module("identification")
        yield _own(_("Brief title"), found.get("briefTitle"))
        yield _own(_("Official title"), found.get("officialTitle"))

    def identifiers(self) -> Iterator[Row]:
        found = self.module("identification")
        yield _own(_("Registry number"), found.get("nctId"))
        yield _own(
            _("Organisation’s study identifier"), _part(found.get("orgStudyIdInfo")).get("id")
        )
        yield _own(_("Organisation"), _part(found.get("organization")).get("fullName"))

    def summary(self) -> Iterator[Row]:
        found = self.module("description")
        yield _own(_("Brief summary"), found.get("briefSummary"))
        yield _own(_("Detailed description"), found.get("detailedDescription"))

    def conditions(self) -> Iterator[Row]:
        found = self.module("conditions")
        yield Row(_("Conditions"), _texts(found.get("conditions")), own=True)
        yield Row(_("Keywords"), _texts(found.get("keywords")), own=True)

    def status(self) -> Iterator[Row]:
        found = self.module("status")
        yield Row(_("Recruitment status"), (named(str(found.get("overallStatus"))),))
        yield _own(_("Why the study stopped"), found.get("whyStopped"))
        enrolled = _part(self.module("design").get("enrollmentInfo"))
        count = enrolled.get("count")
        if isinstance(count, int):
            yield Row(_("Enrolment"), (f"{number(count)} ({_kind(enrolled)})",))

    def dates(self) -> Iterator[Row]:
        found = self.module("status")
        for name, label in (
            ("startDateStruct", _("Study start")),
            ("primaryCompletionDateStruct", _("Primary completion")),
            ("completionDateStruct", _("Study completion")),
        ):
            when = _part(found.get(name))
            if when:
                yield Row(label, (f"{written(str(when.get('date')))} ({_kind(when)})",))

    def submitted(self) -> Iterator[Row]:
        found = self.module("status")
        yield _day(_("First submitted"), found.get("studyFirstSubmitDate"))
        yield _day(_("First posted"), _part(found.get("studyFirstPostDateStruct")).get("date"))
        yield _day(
            _("Last update posted"), _part(found.get("lastUpdatePostDateStruct")).get("date")
        )
        yield _day(_("Last verified"), found.get("statusVerifiedDate"))

    def plan(self) -> Iterator[Row]:
        found = self.module("design")
        design = _part(found.get("designInfo"))
        masked = _part(design.get("maskingInfo"))
        yield Row(_("Study type"), (_("Interventional"),))
        yield Row(_("Phase"), tuple(term(terms.PHASE, one) for one in _texts(found.get("phases"))))
        yield Row(_("Primary purpose"), (term(terms.PURPOSE, str(design.get("primaryPurpose"))),))
        yield Row(_("Allocation"), (pgettext("allocation", "Randomised"),))
        yield Row(
            _("Interventional model"), (term(terms.MODEL, str(design.get("interventionModel"))),)
        )
        who = listed(_masked(one) for one in _texts(masked.get("whoMasked")))
        degree = _degree(str(masked.get("masking")))
        yield Row(_("Masking"), (f"{degree} ({who})" if who else degree,))

    def arms(self) -> Iterator[Row]:
        for one in _parts(self.module("armsInterventions").get("armGroups")):
            kind = term(terms.ARM_TYPE, str(one.get("type")))
            yield Row(
                f"{one.get('label')} ({kind})",
                (*_texts([one.get("description")]), *_texts(one.get("interventionNames"))),
                own=True,
            )

    def interventions(self) -> Iterator[Row]:
        for one in _parts(self.module("armsInterventions").get("interventions")):
            kind = term(terms.INTERVENTION_TYPE, str(one.get("type")))
            yield Row(f"{one.get('name')} ({kind})", _texts([one.get("description")]), own=True)

    def outcomes(self, kind: str) -> Iterator[Row]:
        for one in _parts(self.module("outcomes").get(kind)):
            frame = _("Time frame: {frame}").format(frame=one.get("timeFrame"))
            yield Row(str(one.get("measure")), (*_texts([one.get("description")]), frame), own=True)

    def gathered_outcomes(self) -> Iterator[Row]:
        for kind, heading in _outcome_headings():
            yield from _gathered(heading, self.outcomes(kind))

    def eligibility(self) -> Iterator[Row]:
        found = self.module("eligibility")
        yield Row(_("Sex"), (term(terms.SEX, str(found.get("sex"))),))
        yield _own(_("Minimum age"), found.get("minimumAge"))
        yield _own(_("Maximum age"), found.get("maximumAge"))
        yield Row(_("Accepts healthy volunteers"), _yes_no(found.get("healthyVolunteers")))
        yield _own(_("Criteria"), found.get("eligibilityCriteria"))

    def locations(self) -> Iterator[Row]:
        for one in _parts(self.module("contactsLocations").get("locations")):
            where = ", ".join(_texts([one.get("city"), one.get("country")]))
            yield Row(str(one.get("facility")), (where,), own=True)

    def people(self) -> Iterator[Row]:
        found = self.module("sponsorCollaborators")
        party = _part(found.get("responsibleParty"))
        name = ", ".join(
            _texts([party.get("investigatorFullName"), party.get("investigatorAffiliation")])
        )
        kind = term(terms.PARTY, str(party.get("type")))
        yield _own(_("Sponsor"), _part(found.get("leadSponsor")).get("name"))
        yield Row(_("Responsible party"), (f"{kind}: {name}" if name else kind,))
        for one in _parts(self.module("contactsLocations").get("overallOfficials")):
            role = term(terms.OFFICIAL, str(one.get("role")))
            yield Row(
                role, (", ".join(_texts([one.get("name"), one.get("affiliation")])),), own=True
            )

    def oversight(self) -> Iterator[Row]:
        found = self.module("oversight")
        yield Row(_("Drug regulated by the FDA"), _yes_no(found.get("isFdaRegulatedDrug")))
        yield Row(_("Device regulated by the FDA"), _yes_no(found.get("isFdaRegulatedDevice")))


def _own(label: str, value: Plain) -> Row:
    return Row(label, _texts([value]), own=True)


def _day(label: str, value: Plain) -> Row:
    return Row(label, tuple(written(one) for one in _texts([value])))


def _yes_no(value: Plain) -> tuple[str, ...]:
    return () if value is None else (_("Yes") if value else _("No"),)


def _kind(dated: Record) -> str:
    return _("actual") if dated.get("type") == "ACTUAL" else _("estimated")


def _masked(code: str) -> str:
    words = {
        "PARTICIPANT": named("participant"),
        "CARE_PROVIDER": named("care_provider"),
        "INVESTIGATOR": named("investigator"),
        "OUTCOMES_ASSESSOR": _("outcomes assessor"),
    }
    return words.get(code, code)


def _degree(code: str) -> str:
    words = {
        "NONE": _("None (open label)"),
        "SINGLE": _("Single"),
        "DOUBLE": _("Double"),
        "TRIPLE": _("Triple"),
        "QUADRUPLE": _("Quadruple"),
    }
    return words.get(code, code)


def _part(value: Plain) -> Record:
    return value if isinstance(value, dict) else {}


def _parts(value: Plain) -> tuple[Record, ...]:
    return tuple(_part(one) for one in value) if isinstance(value, list) else ()


def _texts(value: Plain) -> tuple[str, ...]:
    """Give the texts of a list, without what is empty."""
    return tuple(str(one) for one in value if one) if isinstance(value, list) else ()
