"""When a conditional item is asked, in words: "only if “Serious” is yes".

Without JavaScript all items stand on the page, and these words say which of them to leave out.
They cover the simple conditions that study files have; of any other they name the items that it
rests on. What decides is the condition itself (trial/conditions.py), never these words.
"""

import re
from collections.abc import Mapping

from django.utils.translation import gettext as _

from cicatrix.trial.conditions import items_named
from cicatrix.trial.forms import CodeList, Form, Item
from cicatrix.web.language.names import listed, tag, text_in

_YES = re.compile(r"\s*(?P<item>\w+)\s*(== true)?\s*")
_NO = re.compile(r"\s*(!\s*(?P<item>\w+)|(?P<other>\w+) == false)\s*")
_IS = re.compile(r"""\s*(?P<item>\w+)\s*==\s*(?P<codes>"[^"]*"|'[^']*'|\d+)\s*""")
_IN = re.compile(r"\s*(?P<item>\w+)\s+in\s+\[(?P<codes>[^\]]*)\]\s*")


def only_if(item: Item, form: Form, codes: Mapping[str, CodeList]) -> str:
    """Say when an item is asked; nothing for one that always is."""
    if item.when is None:
        return ""
    if found := _NO.fullmatch(item.when):
        other = form.items.get(found["item"] or found["other"])
        if other is not None:
            return _("Only if “{question}” is no.").format(question=_label(other))
    if found := _YES.fullmatch(item.when):
        return _("Only if “{question}” is yes.").format(question=_label(form.items[found["item"]]))
    if found := _IS.fullmatch(item.when) or _IN.fullmatch(item.when):
        other = form.items[found["item"]]
        named = [part.strip().strip("\"'") for part in found["codes"].split(",")]
        return _("Only if “{question}” is one of: {answers}.").format(
            question=_label(other), answers=listed(_answers(other, codes, named))
        )
    labels = [_label(form.items[name]) for name in items_named(item.when, form)]
    return _("Only with some answers to: {questions}.").format(questions=listed(labels))


def _label(item: Item) -> str:
    return text_in(item.label, tag())


def _answers(item: Item, codes: Mapping[str, CodeList], named: list[str]) -> list[str]:
    code_list = codes.get(item.code_list or "")
    labels = (
        {str(code.code): text_in(code.label, tag()) for code in code_list.codes}
        if (code_list)
        else {}
    )
    return [labels.get(name, name) for name in named]
