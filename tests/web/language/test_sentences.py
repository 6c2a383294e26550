import ast
from pathlib import Path

import pytest

from cicatrix.web.language.catalogue import CORE
from cicatrix.web.language.refusals import Pattern, _pattern
from cicatrix.web.language.sentences import patterns

RAISED = {"Refused": 1, "NotPermitted": 0, "LedgerBroken": 1}


@pytest.fixture(scope="module")
def known() -> list[Pattern]:
    return [_pattern(one, one) for one in patterns(CORE)]


def read(tmp_path: Path, source: str) -> set[str]:
    (tmp_path / "act.py").write_text(source)
    return set(patterns((tmp_path,)))


def spelt(expr: ast.expr) -> str | None:
    """Fill a raised text in the plainest way, with a mark for each value."""
    match expr:
        case ast.Constant(value=str() as text):
            return text
        case ast.JoinedStr(values=parts):
            filled = [spelt(p) if isinstance(p, ast.Constant) else "\x1a" for p in parts]
            return "".join(one or "" for one in filled)
    return None


def test_every_sentence_that_the_core_raises_has_its_pattern(known: list[Pattern]):
    missing, seen = [], 0
    for file in (file for folder in CORE for file in folder.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                place = RAISED.get(node.func.id)
                if place is None or len(node.args) <= place:
                    continue
                sentence = spelt(node.args[place])
                seen += sentence is not None
                # A choice between two words inside a text is two patterns, neither with a mark.
                if (
                    sentence
                    and not any(one.values_of(sentence) is not None for one in known)
                    and not any(isinstance(n, ast.IfExp | ast.BoolOp) for n in ast.walk(node))
                ):
                    missing.append((file.name, sentence))  # fmt: skip
    assert missing == []
    assert seen > 200


def test_values_become_places_and_like_ones_share_a_name(tmp_path: Path):
    source = """
def act(who, visit):
    raise Refused("rule", f"{who.id} came to {visit.id}, not {who.id} to {len(visit.all)}.")
"""
    assert read(tmp_path, source) == {"{id} came to {id2}, not {id} to {count}."}


def test_a_choice_within_a_sentence_makes_two_sentences(tmp_path: Path):
    source = """
def act(forms):
    raise Refused("rule", f"Filled for: {', '.join(forms) or 'her'}" + ("." if forms else "!"))
"""
    assert read(tmp_path, source) == {
        f"Filled for: {what}{end}" for what in ("{forms}", "her") for end in ".!"
    }


def test_words_behind_a_value_are_patterns_too(tmp_path: Path):
    source = """
_WHY = {"gone": "was destroyed", "away": f"is elsewhere"}

def _reason(kit):
    told = "nothing came" if kit else None
    return told

def reasoned(given, *, what):
    raise Refused("reason", f"{what} needs a reason.")

def permit(act):
    raise NotPermitted(f"You may not {act.replace('_', ' ')}.")

def use(kit, place):
    permit("use_kit")
    reasoned("", what="A kit")
    for number, why in _each(kit):
        raise Refused("why", f"{number}: {why}.")
    raise Refused(place, f"Kit {kit} {_WHY[place]}: {_reason(kit)}.")

def _each(kit):
    yield 1, f"kit {kit} is open"
"""
    assert read(tmp_path, source) == {
        "{what} needs a reason.", "A kit", "You may not {act}.", "use kit", "{number}: {why}.",
        "kit {kit} is open", "Kit {kit} {why}: {reason}.", "was destroyed", "is elsewhere",
        "nothing came",
    }  # fmt: skip


def test_a_text_that_nobody_is_told_is_no_sentence(tmp_path: Path):
    assert (
        read(tmp_path, 'def act():\n    """Do it."""\n    raise ValueError("A defect.")\n') == set()
    )


def test_braces_that_a_sentence_writes_are_no_places(tmp_path: Path):
    assert read(tmp_path, 'raise NotPermitted(f"Write {{en: …}} for {it}.")') == {
        "Write {{en: …}} for {it}."
    }
