"""Forms: items, code lists, conditions, computed items, and how a rated form is rated.

At which visit a form is asked is checked in visits.py.
"""

from collections.abc import Iterator

from cicatrix.trial.conditions import Kinds, is_reserved, items_named, kind_of, kinds_of
from cicatrix.trial.contradictions.fault import (
    Fault,
    is_number,
    unless_condition,
    unless_known,
)
from cicatrix.trial.document import Path
from cicatrix.trial.forms import CodeList, Form, Item, RatingRule
from cicatrix.trial.study import Study

_NO_SITE_DATA = ("administrator", "auditor", "monitor", "sponsor", "statistician")
"""Roles that never record data of a site's participants (ICH E6(R3); roles.py)."""


def in_forms(study: Study) -> Iterator[Fault]:
    """Find contradictions within forms and code lists."""
    for number, code_list in enumerate(study.code_lists):
        yield from _in_code_list(("code_lists", number, "codes"), code_list)
    for number, code in enumerate(study.missing_reasons):
        if not isinstance(code.code, str):
            yield ("missing_reasons", number, "code"), "must be a word; quote it if it is a number"
    for number, form in enumerate(study.forms):
        yield from _in_form(("forms", number), form, study)


def _in_code_list(path: Path, code_list: CodeList) -> Iterator[Fault]:
    kinds = [type(code.code) for code in code_list.codes]
    odd = next((n for n, kind in enumerate(kinds) if kind is not kinds[0]), None)
    if odd is not None:
        yield (*path, odd, "code"), "mixes numbers and words; make all codes one or the other"
    for number, code in enumerate(code_list.codes):
        if code.code == "":
            yield (*path, number, "code"), "is empty; give the code a word"


def _in_form(path: Path, form: Form, study: Study) -> Iterator[Fault]:
    reserved = [name for name in form.items if is_reserved(name)]
    for name in reserved:
        why = f"'{name}' is a word that conditions keep to themselves; choose another name"
        yield (*_place(path, form, name), "id"), why
    for number, region in enumerate(form.regions):
        known = [known.id for known in study.regions]
        yield from unless_known((*path, "regions", number), region, "region", known)
    for number, role in enumerate(form.filled_by):
        if role in _NO_SITE_DATA:
            yield (*path, "filled_by", number), f"a {role} records no data of participants"
    if form.signed_by in _NO_SITE_DATA:
        yield (*path, "signed_by"), f"a {form.signed_by} signs no data of participants"
    if form.log and form.regions:
        yield (*path, "regions"), "a log form has rows and no regions; remove them, or `log`"
    for item in form.items.values():
        yield from _in_item(_place(path, form, item.id), item, study)
    if not reserved:
        yield from _in_conditions(path, form, study)
    if form.rating is not None:
        yield from _in_rating(path, form, form.rating, study)


def _in_item(path: Path, item: Item, study: Study) -> Iterator[Fault]:
    is_choice = item.type in ("choice", "choices")
    if is_choice and item.code_list is None:
        yield path, "is a choice without a code list; add `code_list`"
    if not is_choice and item.code_list is not None:
        yield (*path, "code_list"), f"a code list belongs to a choice, and this item is {item.type}"
    if is_choice and item.code_list is not None:
        where = (*path, "code_list")
        yield from unless_known(where, item.code_list, "code list", study.codes)
        codes = study.codes[item.code_list].codes if item.code_list in study.codes else ()
        if item.type == "choices" and any(isinstance(code.code, int) for code in codes):
            yield where, "several choices need a code list of words, and this one has numbers"
    for name in ("minimum", "maximum"):
        if getattr(item, name) is not None and item.type not in ("integer", "decimal"):
            yield (*path, name), f"a range belongs to a number, and this item is {item.type}"
    if item.minimum is not None and item.maximum is not None and item.minimum > item.maximum:
        yield (*path, "minimum"), f"is above the maximum, {item.maximum:g}"
    if item.computed is not None and item.type in ("date", "partial_date", "choices"):
        yield (*path, "computed"), f"an item of type {item.type} cannot be computed"


def _in_conditions(path: Path, form: Form, study: Study) -> Iterator[Fault]:
    kinds = kinds_of(form, study.codes)
    for number, check in enumerate(form.checks):
        where = (*path, "checks", number, "condition")
        yield from unless_condition(where, check.condition, kinds, "bool")
    names = list(form.items)
    for item in form.items.values():
        place = _place(path, form, item.id)
        if item.when is not None:
            yield from unless_condition((*place, "when"), item.when, kinds, "bool")
            if item.id in items_named(item.when, form):
                yield (*place, "when"), "depends on the item's own answer"
        if item.computed is not None:
            yield from _in_computed((*place, "computed"), item, form, study, kinds)
            later = names[names.index(item.id) :]
            for name in items_named(item.computed, form):
                if name in later and form.items[name].computed is not None:
                    what = "itself" if name == item.id else f"'{name}', which is computed later"
                    yield (*place, "computed"), f"is computed from {what}"


def _in_computed(path: Path, item: Item, form: Form, study: Study, kinds: Kinds) -> Iterator[Fault]:
    if item.computed is None or item.type in ("date", "partial_date", "choices"):
        return
    kind = kind_of(item, study.codes)
    wanted = ("double", "int") if kind == "double" else (kind,)
    yield from unless_condition(path, item.computed, kinds, *wanted)


def _in_rating(path: Path, form: Form, rating: RatingRule, study: Study) -> Iterator[Fault]:
    total = (*path, "rating", "total")
    yield from unless_known(total, rating.total, f"item of form {form.id}", form.items)
    item = form.items.get(rating.total)
    if item is not None and (item.computed is None or item.type not in ("integer", "decimal")):
        yield total, f"'{rating.total}' must be a computed number of this form"
    if "rater" not in form.filled_by:
        yield (*path, "filled_by"), "a rated form is filled by raters; add rater"
    if form.log:
        yield (*path, "log"), "a rated form belongs to visits; remove `log` or `rating`"
    elif not form.regions:
        yield path, "is rated without a region; say in `regions` what the raters look at"
    for answer in form.items.values():
        if not is_number(answer, study):
            why = f"is {answer.type}, and raters' answers must be numbers to be compared"
            yield (*_place(path, form, answer.id), "type"), why


def _place(path: Path, form: Form, name: str) -> Path:
    for group_number, group in enumerate(form.groups):
        for item_number, item in enumerate(group.items):
            if item.id == name:
                return (*path, "groups", group_number, "items", item_number)
    return path
