"""What can have happened to kits and tubes, from their receipt to their destruction.

As in facts.py, nothing here has a field for an arm or a content. What is done to kits is done to
a whole shipment, a whole quarantine, or to a participant's own kit: a date, a decision or a
destruction that could differ from one kit to the next could differ by what they hold. What these
facts mean for the stock is stock.py.
"""

from datetime import date
from typing import Literal

from cicatrix.trial.fact import Fact, ParticipantFact

Condition = Literal["intact", "damaged"]
"""How a shipment looked when it arrived."""


class KitsReceived(Fact):
    """Kits arrived at a site in one shipment, with one expiry date for all of it.

    The temperatures are the lowest and the highest of the log that travelled with it.
    """

    site: str
    kits: tuple[str, ...]
    condition: Condition | None = None
    expires: date | None = None
    lowest_celsius: float | None = None
    highest_celsius: float | None = None


class TemperatureRead(Fact):
    """The log of a site's storage was read: lowest, highest, and hours outside the range."""

    site: str
    lowest_celsius: float
    highest_celsius: float
    hours_outside: float


class KitsQuarantined(Fact):
    """Kits must not be used until it is decided what becomes of this quarantine."""

    site: str
    quarantine: str
    kits: tuple[str, ...]
    reason: str
    hours_outside: float | None = None
    on: date


class QuarantineReleased(Fact):
    """The kits of a quarantine may be used again, save those that another one still holds."""

    site: str
    quarantine: str
    reason: str


class KitsCondemned(Fact):
    """The kits of a quarantine may never be used; they are to be destroyed."""

    site: str
    quarantine: str
    reason: str


class KitDispensed(ParticipantFact):
    """A kit of her own slot was handed out for her."""

    kit: str
    reason: str | None = None


class TubeApplied(ParticipantFact):
    """The content of one tube was applied to her, whatever day the tube was meant for."""

    kit: str
    tube: int
    day: int
    on: date


class TubeDiscarded(ParticipantFact):
    """A tube was lost, dropped or damaged and was not applied."""

    kit: str
    tube: int
    reason: str
    on: date


class DoseMissed(ParticipantFact):
    """A planned dosing day passed without a dose."""

    day: int
    reason: str
    on: date


class KitReturned(Fact):
    """A kit came back, from her or from the site's own stock, with these tubes unused."""

    site: str
    kit: str
    tubes: tuple[int, ...]
    returned_by: Literal["participant", "site"]
    on: date


class KitsDestroyed(Fact):
    """Someone destroyed kits; it counts once a second person has witnessed it."""

    site: str
    destruction: str
    kits: tuple[str, ...]
    on: date


class DestructionWitnessed(Fact):
    """A second person, not the one who destroyed the kits, states to have been there."""

    site: str
    destruction: str
