"""What is typed into the small forms of doses and kits: a day, a number, a choice, some lines.

Full-width digits and signs are taken as their plain ones; anything else that is none is refused
with one sentence that says what to type. Forms of the study file are read elsewhere.
"""

import re
from collections.abc import Iterable
from datetime import date
from math import isfinite
from unicodedata import category, normalize

from django.http import QueryDict
from django.utils.translation import gettext as _

from cicatrix.trial.errors import Refused

_NUMBER = re.compile(r"[+-]?\d{1,9}([.,]\d{1,6})?", re.ASCII)


def text_of(given: QueryDict, name: str) -> str:
    """Give what was typed in a field, without the blanks around it."""
    return given.get(name, "").strip()


def lines_of(typed: str, *, rule: str, longest: int, empty: str) -> str:
    """Read lines to be kept, without the blanks around; `empty` is said where there is none."""
    text = typed.replace("\r\n", "\n").strip()
    if not text:
        raise Refused(rule, empty)
    if len(text) > longest:
        raise Refused(
            rule,
            _("That is {count} characters; write at most {longest}.").format(
                count=len(text), longest=longest
            ),
        )
    if any(category(one) in ("Cs", "Cc") for one in text if one != "\n"):
        raise Refused(rule, _("This holds signs that are no text; type it again."))
    return text


def day_of(given: QueryDict, name: str) -> date | None:
    """Read a day; None if the field was left empty."""
    typed = normalize("NFKC", text_of(given, name))
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise Refused(
            "day", _("{typed} is no date: type it like 2026-03-09.").format(typed=typed[:40])
        ) from None


def number_of(given: QueryDict, name: str) -> float | None:
    """Read a number with a point or a comma; None if the field was left empty."""
    typed = normalize("NFKC", text_of(given, name)).replace("\u2212", "-")
    if not typed:
        return None
    if not _NUMBER.fullmatch(typed) or not isfinite(value := float(typed.replace(",", "."))):
        raise Refused(
            "number", _("{typed} is no number: type it like 4.5 or -2.").format(typed=typed[:40])
        )
    return value


def choice_of(given: QueryDict, name: str, choices: Iterable[str]) -> str | None:
    """Take one of some choices; None if none of them was sent."""
    chosen = given.get(name, "")
    return chosen if chosen in tuple(choices) else None
