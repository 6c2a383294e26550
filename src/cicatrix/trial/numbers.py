"""What was typed where a randomisation number is wanted: the number, or what was taken for it.

Only a number is ever acted on. A kit's or a participant's name is answered with the number that
it belongs to, for the one who typed it to compare and to type: no guess is made for him.
"""

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from cicatrix.trial.errors import Refused
from cicatrix.trial.trial import Trial

Kind: TypeAlias = Literal["kit", "kit_not_given", "participant", "participant_without", "other"]


@dataclass(frozen=True, slots=True)
class Mistaken:
    """What is no number here: how numbers look, and whose it is if it is known.

    `name` is the kit or the participant that was typed, as it is written here.
    """

    typed: str
    example: str
    kind: Kind = "other"
    name: str = ""
    number: str = ""
    participant: str = ""

    @property
    def sentence(self) -> str:
        """Say it in English."""
        looks = f"{self.typed or 'Nothing'} is no number: numbers here look like {self.example}"
        kit = f"the kit {self.name} belongs to number {self.number}"
        match self.kind:
            case "kit":
                return f"{looks}; {kit} ({self.participant})."
            case "kit_not_given":
                return f"{looks}; {kit}, which has not been given to anyone."
            case "participant":
                return f"{looks}; participant {self.name} has number {self.number}."
            case "participant_without":
                return f"{looks}; participant {self.name} has none yet."
            case "other":
                return f"{looks}."


def mistaken(trial: Trial, typed: str) -> Mistaken | None:
    """Say what was typed in place of a number, None if it is one or looks like one."""
    slots = (
        [] if trial.list is None else [one for some in trial.list.slots.values() for one in some]
    )
    if not slots or _shape(typed) in {_shape(slot.number) for slot in slots}:
        return None
    example = slots[0].number
    kits = [
        (kit, slot.number)
        for slot in slots
        for kit in slot.kits
        if re.match(re.escape(typed) + r"(?!\d)", kit, re.IGNORECASE)
    ]
    if typed and len({number for _, number in kits}) == 1:
        kit, number = kits[0]
        holder = trial.numbers.get(number)
        if holder is None:
            return Mistaken(typed, example, "kit_not_given", kit, number)
        return Mistaken(typed, example, "kit", kit, number, holder)
    for one in trial.participants.values():
        if one.id.casefold() == typed.casefold():
            kind: Kind = "participant_without" if one.number is None else "participant"
            return Mistaken(typed, example, kind, one.id, one.number or "", one.id)
    return Mistaken(typed, example)


def not_given(trial: Trial, typed: str) -> Refused:
    """Refuse what no participant has as her number, and say what it is instead if it is known."""
    instead = mistaken(trial, typed)
    if instead is not None:
        return Refused("no_number", instead.sentence)
    return Refused("unknown_number", f"Number {typed} has not been given to anyone.")


def _shape(number: str) -> str:
    return re.sub(r"\d", "0", number)
