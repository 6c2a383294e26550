"""Tell one person in an unmasked role what one slot holds; the record comes first.

For trials whose study file leaves a role unmasked, such as a surgeon or everyone in an open-label
arm. What is told is returned to be shown once and is written nowhere. Emergencies and the opening
are disclosure.py's.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cicatrix.store.home import Home
from cicatrix.trial.actions.release_allocation import release_allocation
from cicatrix.trial.allocation import AllocatedSlot
from cicatrix.trial.errors import Refused
from cicatrix.trial.facts import Fact
from cicatrix.trial.rehearsed import salts_after, time_after
from cicatrix.trial.roles import Actor
from cicatrix.trial.study import Study
from cicatrix_sealed.custody import Situation, record, situation
from cicatrix_sealed.unsealing import slot_of


@dataclass(frozen=True, slots=True)
class Recipient:
    """Which number is released, and to whom in which unmasked role."""

    number: str
    role: str
    told: str


@dataclass(frozen=True, slots=True)
class Filled:
    """One tube of the slot: its number, dosing day and region, and what it holds."""

    tube: int
    day: int
    region: Mapping[str, str]
    content: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Content:
    """What one slot holds, in the study's languages, tube by tube in their order."""

    number: str
    arm: Mapping[str, str]
    tubes: tuple[Filled, ...]


def release_one(
    home: Home, folder: Path, passphrase: str, to: Recipient, *, actor: Actor, now: datetime,
    standing: Situation | None = None,
) -> Content:  # fmt: skip
    """Record a release and return the content of that one slot, to be shown once.

    A program that keeps the trial gives it as `standing`.
    """
    standing = standing or situation(home)
    slot = slot_of(standing, folder, passphrase, to.number)
    at = time_after(standing.trial, now=now)

    def decide(standing: Situation) -> Sequence[Fact]:
        return release_allocation(
            standing.study,
            standing.trial,
            actor,
            now=at,
            number=to.number,
            role=to.role,
            told=to.told,
        )

    decide(standing)
    content = content_of(standing.study, slot)
    salts = salts_after(standing.trial, entropy=os.urandom)
    record(home, decide, actor=actor, now=at, entropy=salts, standing=standing)
    return content


def lines_of(content: Content) -> list[str]:
    """Write a content out as text, in every language of the study."""
    return [
        f"Number {content.number}: {' / '.join(content.arm.values())}",
        *(
            f"  tube {filled.tube}, day {filled.day}, {' / '.join(filled.region.values())}: "
            f"{' / '.join(filled.content.values())}"
            for filled in content.tubes
        ),
    ]


def content_of(study: Study, slot: AllocatedSlot) -> Content:
    """Say what a slot holds in a study's words, or refuse if an amendment took them away."""
    if slot.arm not in study.arm:
        raise Refused(
            "amended",
            f"The study was amended and no longer says what number {slot.number} holds: "
            "look into the packing sheet.",
        )
    contents = {content.id: content.label for content in study.treatment.contents}
    regions = {region.id: region.label for region in study.regions}
    return Content(
        slot.number,
        study.arm[slot.arm].label,
        tuple(
            Filled(number, tube.day, regions[tube.region], contents[tube.content[slot.arm]])
            for number, tube in sorted(study.tube.items())
        ),
    )
