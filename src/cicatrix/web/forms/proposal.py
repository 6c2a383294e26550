"""What somebody wants to change on a form: what was typed against what is recorded.

Typed fields are read against the save that their page was made from, so that only what this person
changed counts as his; what others saved since then is set beside it and never overwritten unseen.
Pure: it decides and records nothing. Recording is trial/actions/forms.py, the page sheet.py.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from cicatrix.trial.casebook import FormSaved, Value
from cicatrix.trial.checks import Finding, check_values, is_asked
from cicatrix.trial.forms import CodeList, Form, Item
from cicatrix.trial.ledger import Entry
from cicatrix.trial.participant import FormData, FormKey
from cicatrix.web.forms.answers import Answer, Typed, is_blank, read_answer, typed_as
from cicatrix.web.language.names import tag, text_in
from cicatrix.web.language.refusals import said


@dataclass(slots=True)
class Recorded:
    """The content of a form as of some save; nothing is recorded before the first."""

    values: dict[str, Value] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    def of(self, item: str) -> tuple[Value | None, str]:
        """Give what is recorded of an item: its value, or the reason for none, or neither."""
        return self.values.get(item), self.missing.get(item, "")

    def has(self, item: str) -> bool:
        """Tell whether anything is recorded of an item."""
        return item in self.values or item in self.missing


@dataclass(slots=True)
class Proposal:
    """What one person typed, and what would be recorded of it.

    `changed` and `gone` are against the present content; `own` are the items he changed himself,
    `theirs` those that were saved meanwhile. `wrong` has a sentence for each item that cannot be
    recorded so, `doubtful` one for each that would raise a query, `left_out` are answers to
    questions that the other answers do not ask.
    """

    typed: Mapping[str, Typed]
    now: Recorded
    changed: dict[str, Value] = field(default_factory=dict)
    gone: dict[str, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)
    doubtful: dict[str, str] = field(default_factory=dict)
    read_as: dict[str, str] = field(default_factory=dict)
    own: set[str] = field(default_factory=set)
    theirs: set[str] = field(default_factory=set)
    left_out: list[str] = field(default_factory=list)
    corrected: list[str] = field(default_factory=list)
    answers: dict[str, Value] = field(default_factory=dict)
    asked: dict[str, bool] = field(default_factory=dict)

    @property
    def unsent(self) -> int:
        """Count the items that were changed here and are not recorded."""
        return len({*self.changed, *self.gone, *self.wrong})

    @property
    def empty(self) -> bool:
        """Tell whether there is nothing to record and nothing wrong."""
        return self.unsent == 0


def recorded_now(data: FormData | None) -> Recorded:
    """Give the present content of a form."""
    return Recorded() if data is None else Recorded(dict(data.values), dict(data.missing))


def recorded_at(entries: Iterable[Entry], key: FormKey, commitment: str) -> Recorded | None:
    """Give the content of a form as of the save of that commitment; None if there was none such."""
    content = Recorded()
    if not commitment:
        return content
    for entry in entries:
        fact = entry.fact
        if not isinstance(fact, FormSaved):
            continue
        if FormKey(fact.form, fact.visit, fact.repeat, fact.region) != key:
            continue
        for name in fact.values:
            content.missing.pop(name, None)
        for name in fact.missing:
            content.values.pop(name, None)
        content.values.update(fact.values)
        content.missing.update(fact.missing)
        if entry.commitment == commitment:
            return content
    return None


def propose(
    form: Form,
    codes: Mapping[str, CodeList],
    typed: Mapping[str, Typed],
    *,
    base: Recorded,
    now: Recorded,
) -> Proposal:
    """Work out what would be recorded of what was typed on a page that showed `base`."""
    made = Proposal(typed, now)
    for item in form.items.values():
        if base.of(item.id) != now.of(item.id):
            made.theirs.add(item.id)
        if item.id in typed and item.computed is None:
            _read(made, item, codes, typed[item.id], base)
    _leave_out(made, form, codes)
    for finding in check_values(form, codes, made.changed, made.answers):
        (made.wrong if finding.hard else made.doubtful)[finding.item] = sentence(finding)
    return made


def sentence(finding: Finding) -> str:
    """Say what an edit check found, in the reader's language."""
    return said(text_in(finding.message, tag()))


def _read(
    made: Proposal, item: Item, codes: Mapping[str, CodeList], typed: Typed, base: Recorded
) -> None:
    name = item.id
    value, missing = base.of(name)
    shown = typed_as(item, value, missing)
    if _same(typed, shown) or (is_blank(typed) and is_blank(shown)):
        return
    answer = _one_of_both(item, codes, typed, shown)
    if not answer.wrong and (answer.value, answer.missing) == (value, missing):
        return
    made.own.add(name)
    if answer.wrong:
        made.wrong[name] = answer.wrong
    elif answer.value is None and not answer.missing:
        if made.now.has(name):
            made.wrong[name] = _(
                "An answer that is recorded is not deleted: give another, or say why there is none."
            )
    elif (answer.value, answer.missing) != made.now.of(name):
        if answer.value is not None:
            made.changed[name] = answer.value
        else:
            made.gone[name] = answer.missing
        if answer.read_as:
            made.read_as[name] = answer.read_as


def _same(typed: Typed, shown: Typed) -> bool:
    if typed.missing != shown.missing:
        return False
    return sorted(t for t in typed.texts if t) == sorted(t for t in shown.texts if t)


def _one_of_both(item: Item, codes: Mapping[str, CodeList], typed: Typed, shown: Typed) -> Answer:
    """Read a field with a reason beside it: of an old and a new one the new one counts."""
    answered = any(text.strip() for text in typed.texts)
    if not (answered and typed.missing):
        return read_answer(item, codes, typed)
    if typed.missing == shown.missing:
        return read_answer(item, codes, Typed(typed.texts))
    if _same(Typed(typed.texts), Typed(shown.texts)):
        return Answer(missing=typed.missing)
    return Answer(wrong=_("Give either an answer or a reason why there is none, not both."))


def _leave_out(made: Proposal, form: Form, codes: Mapping[str, CodeList]) -> None:
    """Set aside answers to what is not asked, and find what is taken back with it."""
    while True:
        answers = {name: v for name, v in made.now.values.items() if name not in made.gone}
        answers |= made.changed
        asked = {
            item.id: is_asked(item, form, codes, answers)
            for item in form.items.values()
            if item.when is not None
        }
        idle = [n for n in (*made.changed, *made.gone, *made.wrong) if not asked.get(n, True)]
        if not idle:
            break
        for name in idle:
            for kept in (made.changed, made.gone, made.wrong, made.read_as):
                kept.pop(name, None)
            made.left_out.append(name)
    taken_back = [name for name in made.now.values if not asked.get(name, True)]
    lost = taken_back if made.changed or made.gone else []
    made.corrected = [
        name for name in form.items
        if name in lost or (name in (*made.changed, *made.gone) and made.now.has(name))
    ]  # fmt: skip
    made.answers = {name: v for name, v in answers.items() if name not in taken_back}
    made.asked = asked
