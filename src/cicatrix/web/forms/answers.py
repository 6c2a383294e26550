"""What was typed on a form, read as answers: a value of the item's type, or why it is none.

No number is changed on its way. Full-width digits, as Chinese keyboards give them, are read
and the page says what as; whatever could mean two things (1,5), or is written in another way than
digits and a point (1e5, ٣), is refused in one sentence and kept as it was typed. Whether an answer
fits the others of its form is trial/checks.py's; what changes by it is proposal.py's.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from unicodedata import category

from django.http import QueryDict
from django.utils.translation import gettext as _

from cicatrix.trial.casebook import Value
from cicatrix.trial.forms import CodeList, Form, Item

LONGEST_TEXT = 4_000
"""Characters of one text answer: a ledger is read by people."""

LONGEST_SCALE = 11
"""Levels: whole numbers with no more of them are shown as targets to press, not as a field."""

_LONGEST_NUMBER = 40
_LARGEST = 2**53 - 1
_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_TWO_WAYS = re.compile(r"[\d.,\uff0c'\u2019 ]*\d[,\uff0c'\u2019 ]\d[\d.,\uff0c'\u2019 ]*", re.ASCII)
_WIDE = {0xFF10 + digit: str(digit) for digit in range(10)} | {
    ord("\N{FULLWIDTH FULL STOP}"): ".",
    ord("\N{FULLWIDTH HYPHEN-MINUS}"): "-",
    ord("\N{MINUS SIGN}"): "-",
}
_CODE, _REASON = "=", "?"
NONE_OF_THEM = "none"


@dataclass(frozen=True, slots=True)
class Typed:
    """What the fields of one item hold, as text: three for a partial date, any for choices.

    `missing` is the code of the reason that was chosen in place of an answer.
    """

    texts: tuple[str, ...] = ()
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was typed, read: a value, or a reason for none, or neither, or what is wrong with it.

    `read_as` says how the value is recorded where that is written otherwise than it was typed.
    """

    value: Value | None = None
    missing: str = ""
    wrong: str = ""
    read_as: str = ""


def typed_on(form: Form, fields: QueryDict) -> dict[str, Typed]:
    """Collect what a page's fields hold for each item that it had a field for."""
    found = {}
    for item in form.items.values():
        if item.computed is not None or not (f"i.{item.id}" in fields or f"m.{item.id}" in fields):
            continue
        texts = tuple(fields.getlist(f"i.{item.id}"))
        missing = fields.get(f"m.{item.id}", "")
        if is_pressed(item) and len(texts) == 1 and texts[0].startswith(_REASON):
            missing = texts[0].removeprefix(_REASON)
            texts = ()
        found[item.id] = Typed(texts, missing)
    return found


def is_pressed(item: Item) -> bool:
    """Tell whether an item is answered by pressing one of few targets."""
    if item.type != "integer":
        return item.type in ("choice", "boolean")
    least, most = item.minimum, item.maximum
    return least is not None and most is not None and most - least < LONGEST_SCALE


def pressed(item: Item, value: Value) -> str:
    """Give what a target stands for in its field."""
    return f"{_CODE}{plain(value)}"


def pressed_reason(code: str) -> str:
    """Give what the target of a reason for no answer stands for in its field."""
    return f"{_REASON}{code}"


def levels(item: Item) -> range:
    """List the whole numbers that an item's targets stand for."""
    return range(int(item.minimum or 0), int(item.maximum or 0) + 1)


def typed_as(item: Item, value: Value | None, missing: str = "") -> Typed:
    """Give what the fields of an item hold when this is recorded."""
    if value is None:
        return Typed((), missing)
    if isinstance(value, tuple):
        return Typed(tuple(f"{_CODE}{code}" for code in value) or (NONE_OF_THEM,))
    if item.type == "partial_date" and isinstance(value, str):
        return Typed((*value.split("-"), "", "")[:3])
    return Typed((pressed(item, value) if is_pressed(item) else plain(value),))


def is_blank(typed: Typed) -> bool:
    """Tell whether nothing was typed and no reason chosen."""
    return not typed.missing and not any(text.strip() for text in typed.texts)


def read_answer(item: Item, codes: Mapping[str, CodeList], typed: Typed) -> Answer:
    """Read one item's fields; never raises, whatever they hold."""
    if any(category(one) in ("Cs", "Cc") and one not in "\r\n\t" for one in "".join(typed.texts)):
        return Answer(wrong=_("There are signs in this answer that are no text. Type it again."))
    texts = tuple(text for text in typed.texts if text.strip())
    if not texts:
        return Answer(missing=typed.missing)
    if item.type == "partial_date":
        return _partial_date(typed.texts)
    if item.type == "choices":
        return _choices(item, codes, texts)
    if len(texts) > 1:
        return Answer(wrong=_("This was answered more than once. Answer it again."))
    if item.type == "text":
        return _text(texts[0])
    if item.type == "date":
        return _date(texts[0])
    if is_pressed(item) and texts[0].startswith(_CODE):
        return _pressed(item, codes, texts[0])
    if item.type in ("integer", "decimal"):
        return _number(item, texts[0])
    return Answer(wrong=_("This is none of the answers given here. Choose one of them."))


def _pressed(item: Item, codes: Mapping[str, CodeList], text: str) -> Answer:
    for value in _targets(item, codes):
        if text == pressed(item, value):
            return Answer(value)
    return Answer(wrong=_("This is none of the answers given here. Choose one of them."))


def _targets(item: Item, codes: Mapping[str, CodeList]) -> tuple[Value, ...]:
    if item.type == "boolean":
        return (True, False)
    if item.type == "integer":
        return tuple(levels(item))
    return tuple(code.code for code in codes[item.code_list or ""].codes)


def _choices(item: Item, codes: Mapping[str, CodeList], texts: tuple[str, ...]) -> Answer:
    if NONE_OF_THEM in texts:
        if len(set(texts)) > 1:
            return Answer(wrong=_("Choose either some of them or none of them."))
        return Answer(())
    known = [str(code.code) for code in codes[item.code_list or ""].codes]
    chosen = tuple(code for code in known if _CODE + code in texts)
    if len(chosen) != len(set(texts)):
        return Answer(wrong=_("This is none of the answers given here. Choose one of them."))
    return Answer(chosen)


def _text(text: str) -> Answer:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > LONGEST_TEXT:
        return Answer(
            wrong=_("{count} characters are too many: at most {most} can be recorded.").format(
                count=len(text), most=LONGEST_TEXT
            )
        )
    return Answer(text)


def _number(item: Item, text: str) -> Answer:
    typed = text.strip()
    shown = typed if len(typed) <= _LONGEST_NUMBER else typed[: _LONGEST_NUMBER - 1] + "…"
    written = typed.translate(_WIDE)
    if _TWO_WAYS.fullmatch(written):
        return Answer(wrong=_two_ways(shown))
    if not _NUMBER.fullmatch(written):
        return Answer(
            wrong=_(
                "“{typed}” is not written as numbers are here: in the digits 0 to 9, "
                "with decimals after a point, as in 12.5."
            ).format(typed=shown)
        )
    if len(written) > _LONGEST_NUMBER or not _is_exact(written):
        return Answer(
            wrong=_("“{typed}” has more digits than can be recorded exactly.").format(typed=shown)
        )
    if item.type == "integer" and "." in written:
        return Answer(wrong=_("“{typed}” is not a whole number.").format(typed=shown))
    exact = Decimal(written)
    # A whole number is an int under a decimal item too: it comes back from the ledger as one.
    value = int(exact) if exact == exact.to_integral_value() else float(written)
    beyond = _beyond(item, value, shown)
    if beyond:
        return Answer(wrong=beyond)
    return Answer(value, read_as="" if written == typed else plain(value))


def _two_ways(shown: str) -> str:
    return _(
        "“{typed}” could be read in two ways. Write decimals after a point, as in 1.5, "
        "and thousands without a sign between them, as in 1500."
    ).format(typed=shown)


def _is_exact(written: str) -> bool:
    exact = Decimal(written)
    if abs(exact) > _LARGEST:
        return False
    return exact == exact.to_integral_value() or Decimal(repr(float(written))) == exact


def _beyond(item: Item, value: float, shown: str) -> str:
    unit = f" {item.unit}" if item.unit else ""
    if item.minimum is not None and value < item.minimum:
        return _("“{typed}” is too small: at least {least} can be recorded here.").format(
            typed=shown, least=f"{plain(item.minimum)}{unit}"
        )
    if item.maximum is not None and value > item.maximum:
        return _("“{typed}” is too large: at most {most} can be recorded here.").format(
            typed=shown, most=f"{plain(item.maximum)}{unit}"
        )
    return ""


def _date(text: str) -> Answer:
    written = text.strip().translate(_WIDE)
    try:
        found = date.fromisoformat(written)
    except ValueError:
        found = None
    if found is None or found.isoformat() != written:
        return Answer(
            wrong=_("“{typed}” is no date as it is written here: 2026-03-09.").format(
                typed=text.strip()[:_LONGEST_NUMBER]
            )
        )
    return Answer(written, read_as="" if written == text.strip() else written)


def _partial_date(texts: tuple[str, ...]) -> Answer:
    if len(texts) != 3:
        return Answer(wrong=_("This was answered more than once. Answer it again."))
    parts = tuple(text.strip().translate(_WIDE) for text in texts)
    year, month, day = parts
    if not re.fullmatch(r"\d{4}", year, re.ASCII):
        return Answer(wrong=_("Give the year in four digits, as in 2026."))
    if day and not month:
        return Answer(wrong=_("Give the month as well, or leave the day out."))
    if not all(re.fullmatch(r"\d{0,2}", part, re.ASCII) for part in (month, day)):
        return Answer(wrong=_("There is no such day. Give the month and the day in digits."))
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return Answer(wrong=_("There is no such day in the calendar."))
    return Answer("-".join([year, *(part.zfill(2) for part in (month, day) if part)]))


def plain(value: Value) -> str:
    """Write a value in full, a number with all its digits and no exponent."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        text = format(Decimal(repr(value)), "f")
        return text.removesuffix(".0")
    return str(value)
