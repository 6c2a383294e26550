"""The small types that every part of a study is made of.

A part is frozen, strict, and has no field that the file's author invented. A text stands in every
language of the study. Go next to study.py, forms.py, plan.py and assumed.py, which use them.
"""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Text = Mapping[str, str]
"""One text in every language of the study, by BCP 47 tag: `{"en": "Pink", "zh-Hans": "粉红"}`."""

Identifier = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=40)]
"""A short name that other parts of the study file refer to."""

Condition = Annotated[str, Field(min_length=1, max_length=1000)]
"""A CEL expression over the items of one form; see conditions.py."""

Period = Annotated[str, Field(pattern=r"^P\d+[DWMY]$")]
"""An ISO 8601 duration of one unit: P3Y, P6M, P2W, P1D, P0D."""

Share = Annotated[float, Field(ge=0, le=1)]
"""A proportion or a probability."""


class Part(BaseModel):
    """Any part of a study: frozen, strict, and no field that the file's author invented."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
