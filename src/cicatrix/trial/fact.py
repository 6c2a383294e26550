"""A fact: the payload of one ledger entry, and what all kinds of them have in common.

The kinds themselves are in facts.py, those about kits and tubes in supply.py. A fact is frozen,
strict about types, and has no field that its kind does not name.
"""

from pydantic import BaseModel, ConfigDict


class Fact(BaseModel):
    """Something that happened; the class name is its kind in the ledger."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class ParticipantFact(Fact):
    """Something that happened to, or was recorded about, one participant."""

    participant: str
