"""A form as a page shows it: each item with its fields, what is recorded, what is asked of it.

Made from the study's form, what this actor sees of it, and what he typed. It holds shown words, and
changes nothing. The templates are templates/pages/forms/; what was typed is read in proposal.py,
the trail of one item in item_history.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from cicatrix.trial.casebook import Value
from cicatrix.trial.checks import lacking
from cicatrix.trial.conditions import compute
from cicatrix.trial.forms import CodeList, Item
from cicatrix.trial.participant import Comment, FormData, Query
from cicatrix.trial.study import Study
from cicatrix.web.forms import answers
from cicatrix.web.forms.answers import Typed, is_pressed, plain, pressed, pressed_reason, typed_as
from cicatrix.web.forms.only_if import only_if
from cicatrix.web.forms.place import Place
from cicatrix.web.forms.proposal import Proposal, Recorded
from cicatrix.web.language.names import listed, tag, text_in, written

_DECIMALS = 2


@dataclass(frozen=True, slots=True)
class Target:
    """One answer to press: what its field holds, its code, its words."""

    field: str
    code: str
    words: str
    chosen: bool = False


@dataclass(slots=True)
class Question:
    """One item of a form."""

    item: Item
    label: str
    unit: str
    kind: str
    texts: tuple[str, ...] = ()
    targets: tuple[Target, ...] = ()
    reasons: tuple[Target, ...] = ()
    reason_chosen: bool = False
    hint: str = ""
    only_if: str = ""
    asked: bool = True
    recorded: str = ""
    computed: str = ""
    changed: bool = False
    wrong: str = ""
    doubtful: str = ""
    read_as: str = ""
    theirs: str = ""
    lacking: bool = False
    address: str = ""
    queries: tuple[Query, ...] = ()
    comments: tuple[Comment, ...] = ()
    verified: bool = False

    @property
    def id(self) -> str:
        """Name the item."""
        return self.item.id

    @property
    def open_queries(self) -> tuple[Query, ...]:
        """List the queries that wait for something."""
        return tuple(query for query in self.queries if query.closed is None)

    @property
    def said(self) -> bool:
        """Tell whether something is said beside the field."""
        return bool(self.wrong or self.doubtful or self.read_as)


@dataclass(slots=True)
class Section:
    """A group of items under its heading."""

    label: str
    questions: list[Question] = field(default_factory=list)


@dataclass(slots=True)
class Sheet:
    """A whole form."""

    place: Place
    sections: list[Section]
    proposal: Proposal
    missing: tuple[Question, ...]
    reason_needed: bool = False

    @property
    def questions(self) -> list[Question]:
        """List all items in the form's order."""
        return [one for section in self.sections for one in section.questions]

    @property
    def theirs(self) -> list[Question]:
        """List the items that somebody else changed meanwhile."""
        return [one for one in self.questions if one.theirs]


def sheet(study: Study, place: Place, proposal: Proposal) -> Sheet:
    """Lay out a form with what is typed on it."""
    form, codes = place.form, study.codes
    open_items = lacking(form, codes, place.data) if place.data else ()
    computed = compute(form, codes, proposal.answers)
    sections = []
    for group in form.groups:
        section = Section(text_in(group.label, tag()))
        for item in group.items:
            one = _question(study, place, item, proposal)
            one.lacking = item.id in open_items
            if item.computed is not None:
                value = computed[item.id].value
                one.computed = "" if value is None else spoken(item, codes, _rounded(value))
            section.questions.append(one)
        sections.append(section)
    found = Sheet(place, sections, proposal, (), bool(proposal.corrected))
    found.missing = tuple(one for one in found.questions if one.lacking)
    return found


def _question(study: Study, place: Place, item: Item, proposal: Proposal) -> Question:
    codes, now = study.codes, proposal.now
    value, missing = now.of(item.id)
    touched = item.id in (*proposal.changed, *proposal.gone, *proposal.wrong, *proposal.left_out)
    own = touched or item.id in proposal.own
    typed = proposal.typed.get(item.id) if own else None
    typed = typed or typed_as(item, value, missing)
    one = Question(item, text_in(item.label, tag()), item.unit or "", _kind(item))
    one.texts = _texts(item, typed)
    one.targets = _targets(item, codes, typed)
    one.reasons = _reasons(study, item, typed)
    one.reason_chosen = bool(typed.missing)
    one.hint = _hint(item)
    one.only_if = only_if(item, place.form, codes)
    one.asked = proposal.asked.get(item.id, True)
    one.recorded = recorded(study, item, now)
    one.changed = touched
    one.wrong = proposal.wrong.get(item.id, "")
    one.doubtful = proposal.doubtful.get(item.id, "")
    one.read_as = proposal.read_as.get(item.id, "")
    if item.id in proposal.theirs:
        one.theirs = one.recorded or _("no answer")
    one.address = place.address("item", item.id)
    one.verified = place.data is not None and item.id in place.data.verified
    one.comments = tuple(
        comment for comment in place.participant.comments
        if comment.key == place.key and comment.item == item.id
    )  # fmt: skip
    one.queries = tuple(
        query for query in place.participant.queries.values()
        if query.key == place.key and query.item == item.id
    )  # fmt: skip
    return one


def recorded(study: Study, item: Item, content: Recorded | FormData) -> str:
    """Say what is recorded of an item, or why nothing is."""
    if item.id in content.values:
        return spoken(item, study.codes, content.values[item.id])
    if item.id in content.missing:
        return _("no answer: {reason}").format(reason=why(study, content.missing[item.id]))
    return ""


def why(study: Study, code: str) -> str:
    """Say why there is no answer."""
    labels = {str(one.code): one.label for one in study.missing_reasons}
    return text_in(labels[code], tag()) if code in labels else _("not asked")


def spoken(item: Item, codes: Mapping[str, CodeList], value: Value) -> str:
    """Say a value in words, a number with all its digits."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, tuple):
        return listed(_label(item, codes, code) for code in value) or _("none of these")
    if item.type == "choice":
        return _label(item, codes, value)
    if item.type in ("date", "partial_date") and isinstance(value, str):
        return written(value)
    unit = f" {item.unit}" if item.unit else ""
    return f"{plain(value)}{unit}"


def _rounded(value: Value) -> Value:
    """Drop digits that a computed value has only by computing; what is typed keeps all."""
    return round(value, _DECIMALS) if isinstance(value, float) else value


def _label(item: Item, codes: Mapping[str, CodeList], code: Value) -> str:
    """Write a code with its words; a number stands before them, a word of the file does not."""
    code_list = codes.get(item.code_list or "")
    labels = {one.code: one.label for one in code_list.codes} if code_list else {}
    if not isinstance(code, int | str) or code not in labels:
        return plain(code)
    words = text_in(labels[code], tag())
    return f"{code} · {words}" if isinstance(code, int) else words


def _kind(item: Item) -> str:
    """Name the template that shows an item's fields."""
    if item.computed is not None:
        return "computed"
    if is_pressed(item):
        return "pressed"
    return {"integer": "number", "decimal": "number"}.get(item.type, item.type)


def _texts(item: Item, typed: Typed) -> tuple[str, ...]:
    if item.type == "partial_date":
        return (*typed.texts, "", "", "")[:3]
    return typed.texts


def _targets(item: Item, codes: Mapping[str, CodeList], typed: Typed) -> tuple[Target, ...]:
    chosen = set(typed.texts)
    if item.type == "boolean":
        found = [(pressed(item, True), "", _("Yes")), (pressed(item, False), "", _("No"))]
    elif is_pressed(item) and item.type == "integer":
        found = [(pressed(item, level), str(level), "") for level in answers.levels(item)]
    elif item.type in ("choice", "choices"):
        listed_codes = codes[item.code_list or ""].codes
        found = [
            (pressed(item, one.code), str(one.code) if isinstance(one.code, int) else "",
             text_in(one.label, tag()))
            for one in listed_codes
        ]  # fmt: skip
        if item.type == "choices":
            found.append((answers.NONE_OF_THEM, "", _("None of these")))
    else:
        return ()
    return tuple(Target(*one, chosen=one[0] in chosen) for one in found)


def _reasons(study: Study, item: Item, typed: Typed) -> tuple[Target, ...]:
    return tuple(
        Target(
            pressed_reason(str(one.code)) if is_pressed(item) else str(one.code),
            "",
            text_in(one.label, tag()),
            str(one.code) == typed.missing,
        )
        for one in study.missing_reasons
    )


def _hint(item: Item) -> str:
    if is_pressed(item) or item.type not in ("integer", "decimal"):
        return ""
    least = None if item.minimum is None else plain(item.minimum)
    most = None if item.maximum is None else plain(item.maximum)
    if least is not None and most is not None:
        return _("{least} to {most}").format(least=least, most=most)
    if least is not None:
        return _("at least {least}").format(least=least)
    return _("at most {most}").format(most=most) if most is not None else ""
