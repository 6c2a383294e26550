"""What a study file should hold at each place, said in words.

The models of study.py and its parts are the only source: nothing is written twice. The sentences
are for the file's author; what is wrong with a file is found in reading.py.
"""

import difflib
import types
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints

from pydantic.fields import FieldInfo

from cicatrix.trial.document import Path, Plain
from cicatrix.trial.part import Condition, Identifier, Part, Period, Share, Text
from cicatrix.trial.study import Study

Annotation: TypeAlias = object

_KNOWN: tuple[tuple[Annotation, str], ...] = (
    (Identifier, "a short name of letters, digits and _ that begins with a letter"),
    (Condition, "a condition in CEL over the items of the form"),
    (Period, "a period of one unit such as P6M, P3Y, P2W or P1D"),
    (Share, "a number from 0 to 1"),
    (Text, "a text in every language, such as {en: …}"),
    (bool, "true or false"),
    (int, "a whole number"),
    (float, "a number"),
    (str, "a text"),
    (date, "a date such as 2021-05-20"),
)


def expected_at(path: Path) -> str:
    """Say in words what a study file should hold at a path."""
    return describe(_annotation_at(path))


def similar_field(path: Path) -> str | None:
    """Give the field that the author of an unknown field may have meant."""
    parent = _bare(_annotation_at(path[:-1]))
    if not _is_part(parent):
        return None
    near = difflib.get_close_matches(str(path[-1]), list(_fields(parent)), n=1)
    return near[0] if near else None


def describe(annotation: Annotation) -> str:
    """Say in words what an annotation accepts."""
    for known, words in _KNOWN:
        if annotation == known:
            return words
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return describe(arguments[0]) + _limits(arguments[1:])
    if origin is Literal:
        return "one of " + ", ".join(str(choice) for choice in arguments)
    if origin in (Union, types.UnionType):
        return " or ".join(describe(a) for a in arguments if a is not type(None))
    if origin is tuple and arguments[-1] is not Ellipsis:
        return f"a list of {len(arguments)}: " + ", ".join(describe(a) for a in arguments)
    if origin is tuple:
        return f"a list, each of it {describe(arguments[0])}"
    if origin is not None and issubclass(origin, Mapping):
        return f"a mapping of names, each to {describe(arguments[1])}"
    if _is_part(annotation):
        fields = _fields(annotation)
        required = [name for name, optional in fields.items() if not optional]
        return "a mapping with " + (", ".join(required) or "one of " + ", ".join(fields))
    return "a value"


def found(value: Plain) -> str:
    """Say in words what a study file holds."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return repr(value if len(value) <= 60 else value[:57] + "…")
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if isinstance(value, dict):
        return f"a mapping with {', '.join(list(value)[:5])}" if value else "an empty mapping"
    return str(value)


def _annotation_at(path: Path) -> Annotation:
    here: Annotation = Study
    for key in path:
        here = _bare(here)
        arguments = get_args(here)
        if _is_part(here):
            here = get_type_hints(here, include_extras=True).get(str(key))
        elif get_origin(here) is tuple:
            fixed = arguments[-1] is not Ellipsis and isinstance(key, int) and key < len(arguments)
            here = arguments[key] if fixed and isinstance(key, int) else arguments[0]
        elif arguments:
            here = arguments[-1]
    return here


def _bare(annotation: Annotation) -> Annotation:
    """Take limits and `| None` off an annotation."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _bare(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        kinds = [a for a in get_args(annotation) if a is not type(None)]
        return _bare(kinds[0]) if len(kinds) == 1 else annotation
    return annotation


def _fields(part: Annotation) -> dict[str, bool]:
    """Name the fields of a part, each with whether it may be left out."""
    if not (isinstance(part, type) and issubclass(part, Part)):
        return {}
    return {name: not field.is_required() for name, field in part.model_fields.items()}


def _is_part(annotation: Annotation) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Part)


def _limits(metadata: tuple[object, ...]) -> str:
    words = ""
    for field in metadata:
        for limit in field.metadata if isinstance(field, FieldInfo) else ():
            for name, text in _LIMITS:
                value = getattr(limit, name, None)
                if value is not None:
                    words += text.format(value)
    return words


_LIMITS = (
    ("gt", " above {}"),
    ("ge", " of at least {}"),
    ("le", " of at most {}"),
    ("min_length", " (at least {})"),
    ("max_length", " of at most {} characters"),
    ("pattern", " of the form {}"),
)
