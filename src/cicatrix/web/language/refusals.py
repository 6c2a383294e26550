"""What the core refused, in the reader's language.

The core says one English sentence and knows no language. Here the sentence is put back on the
pattern that it was made from, and its values into the pattern's translation; in English it is
shown as it stands. An edit check's message comes from the study file, which has it in every
language. Where the patterns come from is sentences.py, their translations are in the catalogue.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter

from babel.messages.mofile import read_mo
from django.utils.translation import get_language, pgettext, to_locale

from cicatrix.trial.errors import CicatrixError
from cicatrix.trial.study import Study
from cicatrix.web.language.names import NAMES, named, tag, text_in, written

LOCALES = Path(__file__).parents[1] / "locale"
CONTEXT = "refusal"
"""The context under which the catalogue keeps the core's sentences."""

_KEPT = re.compile(
    r"(user|participant|id|name|form|visit|item|number|typed|value|site|path|folder)\d*"
)
"""Placeholders that hold an identifier or what a person typed: never words of ours."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

_DEEPEST = 4
"""Levels: how far words of ours can stand within words of ours."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One sentence of the core: the literals between its placeholders, and its translation."""

    literals: tuple[str, ...]
    holes: tuple[str, ...]
    translation: str

    @property
    def wordy(self) -> bool:
        """Tell whether the pattern has words of its own, and not signs alone."""
        return any(one.isalpha() for literal in self.literals for one in literal)

    def values_of(self, sentence: str) -> Mapping[str, str] | None:
        """Take the values out of a sentence, None if it was not made from this pattern."""
        first, *others = self.literals
        if not others:
            return {} if sentence == first else None
        last = others.pop()
        start, end = len(first), len(sentence) - len(last)
        if start > end or not (sentence.startswith(first) and sentence.endswith(last)):
            return None
        values: list[str] = []
        for literal in others:
            found = sentence.find(literal, start, end)
            if found < 0:
                return None
            values.append(sentence[start:found])
            start = found + len(literal)
        values.append(sentence[start:end])
        return dict(zip(reversed(self.holes), reversed(values), strict=True))


def told(problem: CicatrixError, study: Study | None = None) -> str:
    """Say in the reader's language what went wrong."""
    return said(str(problem), study)


def said(sentence: str, study: Study | None = None) -> str:
    """Say a sentence of the core or of the study's edit checks in the reader's language.

    What neither of them says, such as what a person wrote, comes back as it is.
    """
    if study is not None:
        for form in study.forms:
            for check in form.checks:
                if sentence in check.message.values():
                    return text_in(check.message, tag())
    return _said(sentence, _patterns(to_locale(get_language() or "en")), _DEEPEST)[1]


def _said(sentence: str, patterns: tuple[Pattern, ...], depth: int) -> tuple[int, str]:
    """Say a sentence by the pattern that accounts for most of it; give how many signs that is.

    A value may hold words of ours, so that a sentence of two parts fits more than one pattern.
    """
    best, rank = (0, sentence), (0, 0)
    for pattern in patterns if depth else ():
        values = pattern.values_of(sentence)
        if values is None:
            continue
        spoken = {hole: _value(hole, value, patterns, depth) for hole, value in values.items()}
        own, within = sum(map(len, pattern.literals)), sum(known for known, _ in spoken.values())
        # Signs alone, `{name}: {why}.`, could be anybody's: they need words of ours inside.
        if (pattern.wordy or within) and (own + within, own) > rank:
            words = {hole: text for hole, (_, text) in spoken.items()}
            rank = (own + within, own)
            best = (own + within, pattern.translation.format(**words))
    return best


def _value(hole: str, value: str, patterns: tuple[Pattern, ...], depth: int) -> tuple[int, str]:
    """Say a value: words of ours in the reader's language, an identifier as it is."""
    if _KEPT.fullmatch(hole):
        return 0, value
    if _DAY.fullmatch(value):
        return 0, written(value)
    codes = value.split(", ")
    if all(code in NAMES for code in codes):
        return len(value), pgettext("list", ", ").join(named(code) for code in codes)
    return _said(value, patterns, depth - 1)


@cache
def _patterns(locale: str) -> tuple[Pattern, ...]:
    """Read the translated patterns of a language; English has none."""
    file = LOCALES / locale / "LC_MESSAGES" / "django.mo"
    if not file.is_file():
        return ()
    with file.open("rb") as opened:
        catalogue = read_mo(opened)
    return tuple(
        _pattern(str(message.id), str(message.string))
        for message in catalogue
        # Babel reads a context from a compiled catalogue as bytes.
        if message.context in (CONTEXT, CONTEXT.encode()) and message.string
    )


def _pattern(msgid: str, translation: str) -> Pattern:
    literals, holes = [""], []
    for literal, hole, _, _ in Formatter().parse(msgid):
        literals[-1] += literal
        if hole is not None:
            holes.append(hole)
            literals.append("")
    return Pattern(tuple(literals), tuple(holes), translation)
