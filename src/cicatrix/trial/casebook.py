"""What can have happened in a participant's casebook: visits, forms, queries, ratings.

As in facts.py, nothing here has a field for an arm or a content. One saved form is one fact with
only the changed items; the trail of each item comes from the fold. What these facts do to her
record is recorded.py.
"""

from collections.abc import Mapping
from datetime import date

from cicatrix.trial.fact import ParticipantFact

Value = bool | int | float | str | tuple[str, ...]
"""What an item can hold: a partial date is text (`2026-03`), a choice is its code."""


class VisitAttended(ParticipantFact):
    """She came; inside or outside the window is derived."""

    visit: str
    on: date


class VisitMissed(ParticipantFact):
    """She did not come, and why."""

    visit: str
    reason: str


class FormSaved(ParticipantFact):
    """Items of a form were entered or changed: only the changed ones, one fact a save.

    `missing` gives a reason code for an item asked and not answered. `reason` is required once
    an item had a value. `visit` is None for a log form; `repeat` counts its rows from 1.
    """

    form: str
    visit: str | None = None
    repeat: int = 0
    region: str | None = None
    values: Mapping[str, Value]
    missing: Mapping[str, str] = {}
    reason: str | None = None
    study_version: str


class FormSigned(ParticipantFact):
    """A form's present content was signed; `signed_entry` is the commitment of its last save."""

    form: str
    visit: str | None = None
    repeat: int = 0
    region: str | None = None
    meaning: str
    signed_entry: str


class SignatureVoided(ParticipantFact):
    """An edit made a form's signature void."""

    form: str
    visit: str | None = None
    repeat: int = 0
    region: str | None = None
    signed_entry: str


class QueryRaised(ParticipantFact):
    """Someone asked whether a recorded value is right."""

    query: str
    form: str
    visit: str | None = None
    repeat: int = 0
    region: str | None = None
    item: str
    text: str


class QueryAnswered(ParticipantFact):
    """The site answered a data query."""

    query: str
    text: str


class QueryClosed(ParticipantFact):
    """The data manager or monitor accepted the answer, or took the query back."""

    query: str
    reason: str


class CommentMade(ParticipantFact):
    """Someone who sees the form noted something about one item; it changes no value."""

    form: str
    visit: str | None = None
    repeat: int = 0
    region: str | None = None
    item: str
    text: str


class SourceVerified(ParticipantFact):
    """The monitor compared these items with their source; `signed_entry` is the last save seen.

    What is saved later of an item ends its verification; that is derived.
    """

    form: str
    visit: str | None = None
    repeat: int = 0
    region: str | None = None
    items: tuple[str, ...]
    signed_entry: str


class RatingRecorded(ParticipantFact):
    """One rater scored one region at one visit; the total is computed, never typed.

    `position` is 1 or 2 for the independent raters and 3 for the one called when they differ.
    `conditions` are those of the examination (supine, bright light), each affirmed.
    """

    visit: str
    form: str
    region: str
    position: int
    values: Mapping[str, Value]
    conditions: tuple[str, ...]
    on: date
    reason: str | None = None
    study_version: str


class RatingSigned(ParticipantFact):
    """The rater signed; from now on the rating cannot change."""

    visit: str
    form: str
    region: str
    position: int
    meaning: str
    signed_entry: str


class AdjudicationCalled(ParticipantFact):
    """Two signed ratings differ: a third rater must see her the same day."""

    visit: str
    form: str
    region: str
    on: date
