"""The trail of one item: every value it had, who recorded it, when and why.

Also what was asked and noted about it, and when its source was verified, all in one order. It is
read from the entries that this actor sees, so that it holds no more than they do. The page is
pages/item.py; the casebook prints the same.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from cicatrix.trial.facts import (
    CommentMade,
    FormSaved,
    QueryAnswered,
    QueryClosed,
    QueryRaised,
    SourceVerified,
)
from cicatrix.trial.forms import Item
from cicatrix.trial.ledger import Entry
from cicatrix.trial.participant import FormKey
from cicatrix.trial.study import Study
from cicatrix.web.forms.sheet import spoken, why
from cicatrix.web.language.refusals import said


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to an item; `kind` is the class of its mark, `value` what it became.

    `reason` is why a value was changed, `text` what was asked, answered or noted.
    """

    kind: str
    what: str
    user: str
    role: str
    at: datetime
    value: str = ""
    before: str = ""
    reason: str = ""
    text: str = ""


def history(study: Study, entries: Iterable[Entry], key: FormKey, item: Item) -> tuple[Step, ...]:
    """Tell what happened to one item of a form, the first thing first."""
    return tuple(_steps(study, entries, key, item))


def _steps(study: Study, entries: Iterable[Entry], key: FormKey, item: Item) -> Iterator[Step]:
    before, asked = "", set[str]()
    for entry in entries:
        fact, who = entry.fact, (entry.actor.user, entry.actor.role, entry.at)
        if isinstance(fact, FormSaved | QueryRaised | CommentMade | SourceVerified) and (
            FormKey(fact.form, fact.visit, fact.repeat, fact.region) != key
        ):
            continue
        match fact:
            case FormSaved() if item.id in fact.values or item.id in fact.missing:
                value = _value(study, item, fact)
                what = _("Changed") if before else _("Entered")
                why_so = (fact.reason or "") if before else ""
                yield Step("value", what, *who, value=value, before=before, reason=why_so)
                before = value
            case QueryRaised() if fact.item == item.id:
                asked.add(fact.query)
                what = _("Query {query}").format(query=fact.query)
                yield Step("query", what, *who, text=said(fact.text, study))
            case QueryAnswered() if fact.query in asked:
                what = _("Answer to {query}").format(query=fact.query)
                yield Step("answer", what, *who, text=fact.text)
            case QueryClosed() if fact.query in asked:
                what = _("{query} closed").format(query=fact.query)
                yield Step("closed", what, *who, text=fact.reason)
            case CommentMade() if fact.item == item.id:
                yield Step("comment", _("Comment"), *who, text=fact.text)
            case SourceVerified() if item.id in fact.items:
                yield Step("verified", _("Compared with its source"), *who)


def _value(study: Study, item: Item, saved: FormSaved) -> str:
    if item.id in saved.values:
        return spoken(item, study.codes, saved.values[item.id])
    return _("no answer: {reason}").format(reason=why(study, saved.missing[item.id]))
