"""A condition or a formula of the study file with the questions' own words in place of its names.

`!caesarean && parity == 0` becomes `“Delivery by caesarean section” = no and “Births before this
one” = 0`, and a code is followed by its words. It is for reading: what decides is the condition
itself (trial/conditions.py), which a page shows beside it.
"""

import re
from collections.abc import Mapping

from django.utils.translation import pgettext

from cicatrix.trial.forms import CodeList, Form, Item
from cicatrix.web.language.names import tag, text_in

_TOKEN = re.compile(
    r"""(?P<text>"[^"]*"|'[^']*')|(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_]\w*)"""
    r"""|(?P<sign>&&|\|\||[<>=!]=|\S)"""
)
_STARTS = re.compile(r"(\w+)\.startsWith\((\w+)\)")
_SIGNS = {"==": "=", "!=": "≠", ">=": "≥", "<=": "≤", "*": "×", "-": "\u2212", "/": "÷"}


def spelled(condition: str, form: Form, codes: Mapping[str, CodeList]) -> str:
    """Write a condition over a form's items in words."""
    parts: list[str] = []
    compared: Item | None = None
    tokens = list(_TOKEN.finditer(_STARTS.sub(r"\1 startsWith \2", condition)))
    for found, following in zip(tokens, [*(one[0] for one in tokens[1:]), ""], strict=True):
        word = found[0]
        if found["name"] and word in form.items:
            compared = form.items[word]
            label = f"“{text_in(compared.label, tag())}”"
            if compared.type == "boolean" and following not in ("==", "!="):
                denied = bool(parts) and parts[-1] == _sign("!")
                label = f"{label} = {_named('false' if denied else 'true')}"
                parts = parts[:-1] if denied else parts
            parts.append(label)
        elif found["name"]:
            parts.append(_named(word))
        elif found["sign"]:
            if word in ("&&", "||"):
                compared = None
            parts.append(_sign(word))
        else:
            parts.append(_literal(word, compared, codes))
    return _joined(parts)


def _named(word: str) -> str:
    words = {
        "in": pgettext("condition", "is one of"),
        "true": pgettext("condition", "yes"),
        "false": pgettext("condition", "no"),
        "startsWith": pgettext("condition", "starts with"),
    }
    return words.get(word, word)


def _sign(word: str) -> str:
    words = {
        "&&": pgettext("condition", "and"),
        "||": pgettext("condition", "or"),
        "!": pgettext("condition", "not"),
    }
    return words.get(word) or _SIGNS.get(word, word)


def _literal(word: str, compared: Item | None, codes: Mapping[str, CodeList]) -> str:
    """Write an answer: a code with its label, a number without an empty fraction."""
    bare = word.strip("\"'")
    listed = codes.get(compared.code_list or "") if compared is not None else None
    for one in listed.codes if listed is not None else ():
        if str(one.code) == bare:
            label = text_in(one.label, tag())
            return f"{bare} ({label})"
    return word if bare != word else re.sub(r"\.0+$", "", word)


def _joined(parts: list[str]) -> str:
    text = " ".join(parts)
    return re.sub(r"([(\[]) | ([)\],])", lambda found: found[1] or found[2], text)
