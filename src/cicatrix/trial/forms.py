"""The forms of a study: items, code lists, edit checks, and how a rated form is rated.

Terms are ODM 2.0 and CDASH. What was answered on a form is not here but in the fold (trial.py);
what its conditions mean is in conditions.py, and whether an answer is allowed in checks.py.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from cicatrix.trial.part import Condition, Identifier, Part, Text
from cicatrix.trial.roles import Role


class Code(Part):
    """One permitted answer (ODM CodeListItem)."""

    code: int | str
    label: Text


class CodeList(Part):
    """Permitted answers in order; all codes are numbers or all are text."""

    id: Identifier
    codes: Annotated[tuple[Code, ...], Field(min_length=1)]


class EditCheck(Part):
    """A condition that should hold when its items are answered; a hard one refuses the save."""

    id: Identifier
    condition: Condition
    message: Text
    hard: bool = False


class Item(Part):
    """One question or computed value (ODM ItemDef, CDASH field)."""

    id: Identifier
    label: Text
    type: Literal[
        "integer", "decimal", "text", "boolean", "date", "partial_date", "choice", "choices"
    ]
    unit: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    code_list: Identifier | None = None
    required: bool = True
    when: Condition | None = None
    computed: Condition | None = None


class ItemGroup(Part):
    """A section of a form (ODM ItemGroupDef)."""

    id: Identifier
    label: Text
    items: Annotated[tuple[Item, ...], Field(min_length=1)]


class ExaminationCondition(Part):
    """A condition of the examination that the rater affirms: supine, bright light."""

    id: Identifier
    label: Text


class RatingRule(Part):
    """How a rated form is rated: by how many, under which conditions, and what if they differ."""

    raters: Literal[1, 2] = 2
    total: Identifier
    conditions: tuple[ExaminationCondition, ...] = ()
    same_day: bool = True
    differ_on: Literal["item", "total"] = "item"
    result: Literal["mode"] = "mode"
    result_basis: Literal["item", "total"] = "item"
    no_mode: Literal["median", "missing"] = "median"


class Form(Part):
    """A form (ODM: ItemGroupDef of type Form).

    A log form belongs to no visit and repeats (adverse events); a form with regions is filled
    once for each; a rated form is filled by raters, independently of one another.
    """

    id: Identifier
    label: Text
    filled_by: Annotated[tuple[Role, ...], Field(min_length=1)]
    signed_by: Role | None = None
    log: bool = False
    regions: tuple[Identifier, ...] = ()
    rating: RatingRule | None = None
    groups: Annotated[tuple[ItemGroup, ...], Field(min_length=1)]
    checks: tuple[EditCheck, ...] = ()

    @cached_property
    def items(self) -> Mapping[str, Item]:
        """Every item of the form by its identifier, in the form's order."""
        return {item.id: item for group in self.groups for item in group.items}
