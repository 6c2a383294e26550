"""A form of the study as a blank with nobody's answers: annotated to read, or on paper to fill.

Each item has its type, unit, range, codes, condition and formula, each check its message and its
condition. A participant's form is sheet.py; who fills a form and when is in schedule.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cicatrix.trial.forms import CodeList, Form, Item
from cicatrix.trial.study import Study
from cicatrix.web.forms.answers import plain
from cicatrix.web.forms.only_if import only_if
from cicatrix.web.language.names import tag, text_in
from cicatrix.web.pages.study.schedule import Activity, activity
from cicatrix.web.pages.study.spelled import spelled
from cicatrix.web.pages.study.terms import ITEM_TYPE, term

FEW = 12
"""Whole numbers of so small a range are printed to be ringed."""


@dataclass(frozen=True, slots=True)
class Line:
    """One item; `boxes` are its answers to tick on paper, each code with its words."""

    item: Item
    label: str
    type: str
    limits: str
    codes: tuple[tuple[str, str], ...]
    boxes: tuple[str, ...]
    only_if: str
    formula: str


@dataclass(frozen=True, slots=True)
class Group:
    """A section of the form."""

    id: str
    label: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """An edit check: its condition in words and as it is, and what is said if it does not hold."""

    id: str
    message: str
    words: str
    condition: str
    hard: bool


@dataclass(frozen=True, slots=True)
class Blank:
    """A whole form with nothing on it."""

    form: Form
    label: str
    about: Activity
    visits: tuple[str, ...]
    regions: tuple[str, ...]
    conditions: tuple[str, ...]
    groups: tuple[Group, ...]
    rules: tuple[Rule, ...]


def blank(study: Study, form: Form) -> Blank:
    """Lay out a form with nothing on it."""
    language = tag()
    regions = {one.id: text_in(one.label, language) for one in study.regions}
    affirmed = form.rating.conditions if form.rating is not None else ()
    return Blank(
        form,
        text_in(form.label, language),
        activity(study, form),
        tuple(text_in(one.label, language) for one in study.visits if form.id in one.forms),
        tuple(regions[one] for one in form.regions),
        tuple(text_in(one.label, language) for one in affirmed),
        tuple(
            Group(
                group.id,
                text_in(group.label, language),
                tuple(_line(item, form, study.codes) for item in group.items),
            )
            for group in form.groups
        ),
        tuple(
            Rule(
                one.id,
                text_in(one.message, language),
                spelled(one.condition, form, study.codes),
                one.condition,
                one.hard,
            )
            for one in form.checks
        ),
    )


def _line(item: Item, form: Form, codes: Mapping[str, CodeList]) -> Line:
    found = codes.get(item.code_list or "")
    listed = tuple(
        (str(one.code), text_in(one.label, tag())) for one in (found.codes if found else ())
    )
    return Line(
        item,
        text_in(item.label, tag()),
        term(ITEM_TYPE, item.type),
        limits(item),
        listed,
        _boxes(item, found),
        only_if(item, form, codes),
        spelled(item.computed, form, codes) if item.computed is not None else "",
    )


def _boxes(item: Item, codes: CodeList | None) -> tuple[str, ...]:
    if item.computed is not None:
        return ()
    if item.type == "boolean":
        return _("Yes"), _("No")
    if codes is not None:
        # A number is what is recorded, so it is printed; a word of the file's is not.
        return tuple(
            f"{one.code} · {label}" if isinstance(one.code, int) else label
            for one in codes.codes
            for label in (text_in(one.label, tag()),)
        )
    least, most = item.minimum, item.maximum
    if item.type == "integer" and least is not None and most is not None and most - least < FEW:
        return tuple(str(level) for level in range(int(least), int(most) + 1))
    return ()


def limits(item: Item) -> str:
    """Say between which numbers an answer must be."""
    least = None if item.minimum is None else plain(item.minimum)
    most = None if item.maximum is None else plain(item.maximum)
    if least is not None and most is not None:
        return _("{least} to {most}").format(least=least, most=most)
    if least is not None:
        return _("at least {least}").format(least=least)
    return _("at most {most}").format(most=most) if most is not None else ""
