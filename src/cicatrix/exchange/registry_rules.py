"""What the registry's reviewers would object to in a protocol record.

Each warning says where and what to do; a record with warnings is still written, for the decision
is the responsible party's. The shape of a record is registry.py's; results are not here.
"""

import re
from collections.abc import Iterator, Mapping

from cicatrix.trial.document import Plain

STOPPED = ("SUSPENDED", "TERMINATED", "WITHDRAWN")
"""Statuses for which the registry wants to know why."""

ENDED = ("COMPLETED", "TERMINATED")
"""Statuses of a study that had participants and has none any more."""

_OUTCOMES = ("primaryOutcomes", "secondaryOutcomes", "otherOutcomes")
_BARE = re.compile(r"((patient|participant|subject)s?(['’]s?)?\s+)?satisfaction", re.IGNORECASE)
_NUMERAL = re.compile(r"[\d\s.,:/-]*")


def record_warnings(record: Mapping[str, Plain]) -> tuple[str, ...]:
    """List what a reviewer would object to, in the order of the record; never raise."""
    protocol = _part(record, "protocolSection")
    return (
        *_of_status(_part(protocol, "statusModule"), _part(protocol, "designModule")),
        *_of_outcomes(_part(protocol, "outcomesModule")),
    )


def _of_status(status: Mapping[str, Plain], design: Mapping[str, Plain]) -> Iterator[str]:
    state = status.get("overallStatus")
    enrolment = _part(design, "enrollmentInfo")
    nobody = enrolment.get("count") == 0 and enrolment.get("type") == "ACTUAL"
    if state in STOPPED and not status.get("whyStopped"):
        yield f"statusModule.whyStopped: {state} needs a reason; say why the study stopped."
    if state == "WITHDRAWN" and not nobody:
        yield (
            "designModule.enrollmentInfo: WITHDRAWN means that nobody was enrolled (0, ACTUAL); "
            "a study with participants is TERMINATED."
        )
    if state in ENDED and nobody:
        yield f"statusModule.overallStatus: {state} with nobody enrolled; use WITHDRAWN."
    for name in ("startDateStruct", "primaryCompletionDateStruct", "completionDateStruct"):
        kind = _part(status, name).get("type")
        if kind == "ACTUAL" and nobody and name == "startDateStruct":
            yield (
                f"statusModule.{name}: it is ACTUAL although nobody was enrolled; "
                "a study starts with its first participant."
            )
        if kind == "ESTIMATED" and state in (*ENDED, "WITHDRAWN"):
            yield f"statusModule.{name}: it is still ESTIMATED although the study is {state}."


def _of_outcomes(outcomes: Mapping[str, Plain]) -> Iterator[str]:
    if not outcomes.get("primaryOutcomes"):
        yield "outcomesModule.primaryOutcomes: a record needs a primary outcome."
    for kind in _OUTCOMES:
        listed = outcomes.get(kind)
        for number, outcome in enumerate(listed if isinstance(listed, list) else (), start=1):
            if isinstance(outcome, dict):
                yield from _of_outcome(f"outcomesModule.{kind}[{number}]", outcome)


def _of_outcome(where: str, outcome: Mapping[str, Plain]) -> Iterator[str]:
    measure = str(outcome.get("measure") or "").strip()
    if not measure:
        yield f"{where}.measure: it is empty; name what is measured."
    elif _BARE.fullmatch(measure):
        yield (
            f"{where}.measure: {measure!r} does not say what is measured; "
            "name the scale and with what they are satisfied."
        )
    if _NUMERAL.fullmatch(str(outcome.get("timeFrame") or "")):
        yield f"{where}.timeFrame: a numeral is not a time frame; say from when to when."


def _part(mapping: Mapping[str, Plain], name: str) -> Mapping[str, Plain]:
    part = mapping.get(name)
    return part if isinstance(part, dict) else {}
