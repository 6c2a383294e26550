"""Names and texts: every identifier once, every text in every language.

Which identifiers exist is checked where they are used; here only that none is ambiguous.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import get_type_hints

from cicatrix.trial.contradictions.fault import Fault
from cicatrix.trial.document import Path
from cicatrix.trial.part import Part, Text
from cicatrix.trial.study import Study

_KEYS = ("id", "code", "version", "number")
_LANGUAGE = re.compile(r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")


def in_names(study: Study) -> Iterator[Fault]:
    """Find names that stand twice and texts that lack a language."""
    for index, language in enumerate(study.languages):
        if not _LANGUAGE.match(language):
            yield ("languages", index), f"'{language}' is no language tag such as en or zh-Hans"
    for path, text in texts_of(study):
        yield from _in_text(path, text, study.languages)
    for path, value, _ in _walk(study, ()):
        if isinstance(value, tuple):
            yield from _twice(path, value)
    for number, form in enumerate(study.forms):
        first: dict[str, str] = {}
        for group_number, group in enumerate(form.groups):
            for item_number, item in enumerate(group.items):
                path = ("forms", number, "groups", group_number, "items", item_number, "id")
                if first.setdefault(item.id, group.id) != group.id:
                    yield path, f"'{item.id}' is already an item of the group {first[item.id]}"


def texts_of(study: Study) -> Iterator[tuple[Path, Mapping[str, str]]]:
    """Visit every text of a study with the way to it."""
    for path, value, is_text in _walk(study, ()):
        if is_text and isinstance(value, Mapping):
            yield path, value


def _in_text(path: Path, text: Mapping[str, str], languages: tuple[str, ...]) -> Iterator[Fault]:
    for language in languages:
        if language not in text:
            yield path, f"lacks the language {language}, which is among the study's languages"
        elif not text[language].strip():
            yield (*path, language), "is empty; write the text"
    for language in text:
        if language not in languages:
            yield (*path, language), f"is in {language}, which is not among the study's languages"


def _twice(path: Path, values: tuple[object, ...]) -> Iterator[Fault]:
    seen: set[object] = set()
    for index, value in enumerate(values):
        field = next((key for key in _KEYS if hasattr(value, key)), None)
        name = getattr(value, field) if field else value
        if isinstance(name, str | int):
            if name in seen:
                where = (*path, index, field) if field else (*path, index)
                yield where, f"'{name}' stands twice in this list"
            seen.add(name)


def _walk(part: Part, path: Path) -> Iterator[tuple[Path, object, bool]]:
    """Visit every field of a part and of the parts in it, with whether it is a text."""
    for name, hint in _hints(type(part)).items():
        value = getattr(part, name)
        here = (*path, name)
        yield here, value, hint == Text
        inner = value if isinstance(value, tuple) else (value,)
        for index, child in enumerate(inner):
            if isinstance(child, Part):
                yield from _walk(child, (*here, index) if isinstance(value, tuple) else here)


@lru_cache
def _hints(part: type[Part]) -> Mapping[str, object]:
    hints = get_type_hints(part, include_extras=True)
    return {name: hints[name] for name in part.model_fields}
