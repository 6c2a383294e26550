"""A YAML 1.2 document as plain data, with the line of every field.

Only what JSON can hold is let through: dates stay text, aliases, tags and directives are refused,
as are duplicate keys and numbers that no canonical text can hold. What the data mean is not here
but in reading.py.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from cicatrix.trial.errors import Problem, StudyError

Path = tuple[str | int, ...]
"""The way to a field from the document's root: `("visits", 0, "window", "before")`."""

Plain = bool | int | float | str | list["Plain"] | dict[str, "Plain"] | None

MAXIMUM_BYTES = 2_000_000
MAXIMUM_DEPTH = 40
LARGEST_EXACT = 2**53 - 1
_TAG = "tag:yaml.org,2002:"
_TEXT_TAGS = ("str", "timestamp", "merge", "value", "yaml")


@dataclass(frozen=True, slots=True)
class Document:
    """A study file's data, and the line where each of its fields stands."""

    file: str
    data: Mapping[str, Plain]
    lines: Mapping[Path, int]

    def problem(self, path: Path, why: str) -> Problem:
        """Say what is wrong with a field; a field that is not there has its parent's line."""
        known = path
        while known not in self.lines:
            known = known[:-1]
        return Problem(self.file, self.lines[known], self.name(path), why)

    def name(self, path: Path) -> str:
        """Name a field as its author knows it: `visits[month_36].window.before`."""
        words = ""
        here: Plain = dict(self.data)
        for key in path:
            here = _step(here, key)
            if isinstance(key, str):
                words += f".{key}" if words else key
                continue
            name = here.get("id") if isinstance(here, dict) else None
            words += f"[{name if isinstance(name, str) else key}]"
        return words or "study file"


def read_document(text: str | bytes, *, file: str) -> Document:
    """Read a study file's YAML, or raise StudyError with every problem of its form."""
    text = _decoded(text, file)
    try:
        root = _composed(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        what = " ".join(str(error.problem or error.context).split())
        why = f"is not YAML: {what}; check indentation, quotes and brackets on this line"
        raise StudyError((Problem(file, line, "study file", why),)) from None
    except (YAMLError, ValueError) as error:
        why = f"is not YAML: {str(error).splitlines()[0]}"
        raise StudyError((Problem(file, 1, "study file", why),)) from None
    if root is None:
        raise StudyError((Problem(file, 1, "study file", "is empty; write a study into it"),))
    lines: dict[Path, int] = {(): 1}
    faults: list[tuple[Path, str]] = []
    data = _plain(root, (), lines, faults, set())
    if not isinstance(data, dict):
        why = "must be a mapping of fields (`id: …`, `version: …`, …)"
        raise StudyError((Problem(file, root.start_mark.line + 1, "study file", why),))
    document = Document(file, data, lines)
    if faults:
        raise StudyError(tuple(document.problem(path, why) for path, why in faults))
    return document


def _decoded(text: str | bytes, file: str) -> str:
    if len(text) > MAXIMUM_BYTES:
        why = f"is larger than {MAXIMUM_BYTES:,} bytes, which no study file needs to be"
        raise StudyError((Problem(file, 1, "study file", why),))
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8")
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            why = "is not UTF-8 text; save the file with UTF-8 encoding"
            raise StudyError((Problem(file, line, "study file", why),)) from None
    for number, line_text in enumerate(text.splitlines(), start=1):
        if line_text.startswith("%"):
            why = "has a YAML directive (a line that begins with %); remove it"
            raise StudyError((Problem(file, number, "study file", why),))
    return text.removeprefix("\ufeff")


def _composed(text: str) -> Node | None:
    yaml = YAML(typ="safe", pure=True)
    yaml.max_depth = MAXIMUM_DEPTH
    yaml.composer.warn_double_anchors = False
    root: Node | None = yaml.compose(text)
    return root


def _plain(
    node: Node,
    path: Path,
    lines: dict[Path, int],
    faults: list[tuple[Path, str]],
    seen: set[int],
) -> Plain:
    """Turn a node into plain data, noting lines and faults; an alias is never followed."""
    if id(node) in seen:  # its own place is not known: the node is the anchor's
        faults.append((path, "is an alias (*name); write the value out instead"))
        return None
    lines.setdefault(path, node.start_mark.line + 1)
    seen.add(id(node))
    tag = str(node.ctag).removeprefix(_TAG)
    if isinstance(node, ScalarNode):
        return _scalar(node.value, tag, path, faults)
    if isinstance(node, SequenceNode) and tag == "seq":
        return [
            _plain(child, (*path, index), lines, faults, seen)
            for index, child in enumerate(node.value)
        ]
    if isinstance(node, MappingNode) and tag == "map":
        data: dict[str, Plain] = {}
        for key, child in _pairs(node, path, lines, faults):
            data[key] = _plain(child, (*path, key), lines, faults, seen)
        return data
    faults.append((path, f"has the tag {_shown(tag)}, which a study file does not use; remove it"))
    return None


def _pairs(
    node: MappingNode, path: Path, lines: dict[Path, int], faults: list[tuple[Path, str]]
) -> Iterator[tuple[str, Node]]:
    first: dict[str, int] = {}
    for key_node, child in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, ScalarNode):
            faults.append((path, f"has a field on line {line} whose name is not a plain word"))
            continue
        is_truth = str(key_node.ctag) == _TAG + "bool"
        key = key_node.value.lower() if is_truth else str(key_node.value)
        if key in first:
            lines[(*path, key)] = line
            faults.append(((*path, key), f"stands twice; it is already on line {first[key]}"))
            continue
        first[key] = line
        lines[(*path, key)] = line
        if not _is_unicode(key):
            faults.append((path, f"has a field on line {line} whose name is not Unicode text"))
            continue
        yield key, child


def _scalar(value: str, tag: str, path: Path, faults: list[tuple[Path, str]]) -> Plain:
    if tag == "null":
        return None
    if tag == "bool" and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if tag in ("int", "float"):
        number = _number(value, tag)
        if isinstance(number, float) and not math.isfinite(number):
            faults.append((path, f"is {value}, which is not a number that can be recorded"))
            return None
        if number is not None and abs(number) > LARGEST_EXACT and isinstance(number, int):
            faults.append((path, f"is larger than {LARGEST_EXACT}, the largest exact number"))
            return None
        return value if number is None else number
    if tag not in (*_TEXT_TAGS, "bool"):
        why = f"has the tag {_shown(tag)}, which a study file does not use; remove it"
        faults.append((path, why))
        return None
    if not _is_unicode(value):
        faults.append((path, "holds half a character (a lone surrogate); write it anew"))
        return None
    return value


def _number(value: str, tag: str) -> int | float | None:
    """Read a YAML 1.2 number, or None where it only looks like one."""
    digits = value.replace("_", "")
    try:
        if tag == "float":
            return float(digits.lower().replace(".inf", "inf").replace(".nan", "nan"))
        sign, bare = (-1, digits[1:]) if digits.startswith("-") else (1, digits.removeprefix("+"))
        bases = {"0x": 16, "0o": 8, "0b": 2}
        return sign * int(bare, bases.get(bare[:2], 10))
    except ValueError:
        return None


def _step(here: Plain, key: str | int) -> Plain:
    if isinstance(here, dict) and isinstance(key, str):
        return here.get(key)
    if isinstance(here, list) and isinstance(key, int) and key < len(here):
        return here[key]
    return None


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _shown(tag: str) -> str:
    return tag if tag.startswith("!") else f"!!{tag}"
