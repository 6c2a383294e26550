"""Every sentence that the core can raise, read from its source as patterns for the translator.

The core speaks English and knows no language: f"{participant} has not signed a consent by {on}."
is here "{participant} has not signed a consent by {on}.". What stands in a brace may itself be
words of ours (a local name, a table, a function's answer): those are patterns of their own. It
reads syntax and runs nothing. At run time refusals.py puts a sentence back on its pattern.
"""

import ast
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SPOKEN = {
    "Refused": 1,
    "NotPermitted": 0,
    "LedgerBroken": 1,
    "Finding": 2,
    "Outstanding": 1,
    "quarantine_fact": 3,
}
"""What is called with a sentence, and the place of it among the arguments."""

_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(slots=True)
class Source:
    """One module's syntax: who encloses what, its functions and its constants."""

    tree: ast.Module
    parents: dict[ast.AST, ast.AST] = field(default_factory=dict)
    functions: dict[str, list[_Function]] = field(default_factory=dict)
    constants: dict[str, ast.expr] = field(default_factory=dict)
    calls: dict[str, list[ast.Call]] = field(default_factory=dict)


def patterns(folders: tuple[Path, ...]) -> tuple[str, ...]:
    """List the patterns of all sentences raised in the modules under some folders, sorted."""
    files = sorted(file for folder in folders for file in folder.rglob("*.py"))
    reader = _Reader([_source(file) for file in files])
    for source in reader.sources:
        for root in _roots(source):
            reader.read(root, source, whole=True)
    return tuple(sorted(reader.found))


def _source(file: Path) -> Source:
    source = Source(ast.parse(file.read_text("utf-8")))
    for node in ast.walk(source.tree):
        source.parents.update(dict.fromkeys(ast.iter_child_nodes(node), node))
        if isinstance(node, _Function):
            source.functions.setdefault(node.name, []).append(node)
        if isinstance(node, ast.Call):
            source.calls.setdefault(_called(node.func), []).append(node)
    for node in source.tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            source.constants[node.targets[0].id] = node.value
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            source.constants[node.target.id] = node.value
    return source


def _called(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _roots(source: Source) -> Iterator[ast.expr]:
    """Give every expression that is told to a person as a whole."""
    for name, place in SPOKEN.items():
        for call in source.calls.get(name, ()):
            said = call.args[place] if len(call.args) > place else None
            keywords = ("sentence", "message", "reason", "why")
            said = said or next((k.value for k in call.keywords if k.arg in keywords), None)
            if isinstance(said, ast.Dict):
                yield from (value for value in said.values if value is not None)
            elif said is not None:
                yield said
    yield from _meanings(source)
    for call in source.calls.get("__init__", ()):
        cls = _above(call, source, ast.ClassDef)
        if isinstance(cls, ast.ClassDef) and cls.name in ("Conflict", "LedgerBroken"):
            yield from call.args


def _meanings(source: Source) -> Iterator[ast.expr]:
    """Give what signatures are said to mean, where the core says it."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.keyword) and node.arg == "meaning" and _is_text(node.value):
            yield node.value
        if isinstance(node, ast.arguments):
            defaults = zip(node.kwonlyargs, node.kw_defaults, strict=True)
            yield from (value for one, value in defaults if one.arg == "meaning" and value)


def _above(node: ast.AST, source: Source, kind: type[ast.AST]) -> ast.AST | None:
    above = source.parents.get(node)
    while above is not None and not isinstance(above, kind):
        above = source.parents.get(above)
    return above


class _Reader:
    """Follow an expression to the words that it can hold; `found` gathers the patterns."""

    def __init__(self, sources: list[Source]) -> None:
        self.sources = sources
        self.found: set[str] = set()
        self._seen: set[tuple[ast.expr, bool]] = set()

    def read(self, expr: ast.expr, source: Source, *, whole: bool = False) -> None:
        """Take in one expression: as a text if it is one, else all that it may stand for."""
        if (expr, whole) in self._seen:
            return
        self._seen.add((expr, whole))
        if _is_text(expr):
            for template in self._templates(expr, source):
                literal = "".join(part for part, held in template if not held)
                if any(one.isalpha() for one in literal) or (whole and literal.strip()):
                    self.found.add(_named(template))
            return
        for other, place in self._behind(expr, source):
            self.read(other, place, whole=whole)

    def _templates(self, expr: ast.expr, source: Source) -> list[list[tuple[str, str]]]:
        """Spell a text out as literals ("text", "") and holes ("name", its expression)."""
        match expr:
            case ast.Constant(value=str() as text):
                return [[(text, "")]]
            case ast.JoinedStr(values=parts):
                spelt = [self._templates(part, source) for part in parts]
                return [list(itertools.chain(*one)) for one in itertools.product(*spelt)]
            case ast.BinOp(left=left, right=right) if _is_text(expr):
                pairs = itertools.product(
                    self._templates(left, source), self._templates(right, source)
                )
                return [[*first, *second] for first, second in pairs]
            case ast.FormattedValue(value=value):
                return self._templates(value, source)
            case ast.IfExp(body=body, orelse=orelse) if _is_text(expr):
                return self._templates(body, source) + self._templates(orelse, source)
            case ast.BoolOp(values=values) if _is_text(expr):
                return [one for value in values for one in self._templates(value, source)]
        self.read(expr, source)
        return [[(_hole(expr), ast.dump(expr))]]

    def _behind(self, expr: ast.expr, source: Source) -> Iterator[tuple[ast.expr, Source]]:
        """Give the expressions from which an expression that is no text can come."""
        match expr:
            case ast.IfExp(body=body, orelse=orelse):
                yield from ((body, source), (orelse, source))
            case ast.BoolOp(values=values):
                yield from ((value, source) for value in values)
            case ast.Dict(values=values):
                yield from ((value, source) for value in values)
            case ast.Subscript(value=ast.Name() as table):
                constant = source.constants.get(table.id)
                if isinstance(constant, ast.Dict):
                    yield constant, source
            case ast.Name():
                yield from self._assigned(expr, source)
            case ast.Call(func=ast.Attribute(value=value, attr="replace"), args=[old, new]):
                for word in self._words(value, source):
                    changed = word.replace(ast.literal_eval(old), ast.literal_eval(new))
                    yield ast.Constant(changed), source
            case ast.Call(func=ast.Name(id=name)):
                yield from self._answers(name, source)
            case ast.Attribute(attr=name):
                yield from self._answers(name, source, only_properties=True)

    def _words(self, expr: ast.expr, source: Source) -> Iterator[str]:
        """Give the plain texts that a name may hold, without taking them in as they are."""
        pending, seen = [(expr, source)], set[ast.expr]()
        while pending:
            one, place = pending.pop()
            if isinstance(one, ast.Constant) and isinstance(one.value, str):
                yield one.value
            elif one not in seen:
                seen.add(one)
                pending += self._behind(one, place)

    def _answers(
        self, name: str, source: Source, *, only_properties: bool = False
    ) -> Iterator[tuple[ast.expr, Source]]:
        """Give what a function of ours returns: this module's, else another's of that name."""
        homes = [source] if name in source.functions else self.sources
        for home in homes:
            for function in home.functions.get(name, ()):
                if only_properties and not function.decorator_list:
                    continue
                for node in ast.walk(function):
                    if isinstance(node, ast.Return) and node.value is not None:
                        yield node.value, home

    def _assigned(self, name: ast.Name, source: Source) -> Iterator[tuple[ast.expr, Source]]:
        function = _above(name, source, ast.FunctionDef)
        if not isinstance(function, ast.FunctionDef):
            return
        for node in ast.walk(function):
            match node:
                case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name.id:
                    yield value, source
                case ast.For(target=ast.Tuple(elts=targets), iter=ast.Call() as call):
                    for place, element in enumerate(targets):
                        if isinstance(element, ast.Name) and element.id == name.id:
                            yield from self._yielded(_called(call.func), place, source, set())
        places = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
        known = [*places, *(one.arg for one in function.args.kwonlyargs)]
        # A method's name, such as `get`, is that of many others: whose call it is, is not known.
        if name.id not in known or places[:1] in (["self"], ["cls"]):
            return
        homes = [source] if function.name.startswith("_") else self.sources
        for home in homes:
            for call in home.calls.get(function.name, ()):
                place = places.index(name.id) if name.id in places else len(call.args)
                if place < len(call.args):
                    yield call.args[place], home
                yield from ((k.value, home) for k in call.keywords if k.arg == name.id)

    def _yielded(
        self, name: str, place: int, source: Source, seen: set[str]
    ) -> Iterator[tuple[ast.expr, Source]]:
        if name in seen:
            return
        seen.add(name)
        for function in source.functions.get(name, ()):
            for node in ast.walk(function):
                if isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple):
                    yield node.value.elts[place], source
                if isinstance(node, ast.YieldFrom) and isinstance(node.value, ast.Call):
                    inner = _called(node.value.func)
                    yield from self._yielded(inner, place, source, seen)


def _is_text(expr: ast.expr) -> bool:
    """Tell whether an expression is spelt out: a text, a sum of texts, or a choice with one."""
    match expr:
        case ast.Constant(value=value):
            return isinstance(value, str)
        case ast.JoinedStr():
            return True
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _is_text(left) or _is_text(right)
        case ast.IfExp(body=body, orelse=orelse):
            return _is_text(body) or _is_text(orelse)
        case ast.BoolOp(values=values):
            return any(_is_text(value) for value in values)
    return False


def _named(template: list[tuple[str, str]]) -> str:
    """Write a template with one name for each different hole."""
    names: dict[str, str] = {}
    written = ""
    for text, held in template:
        if not held:
            written += text.replace("{", "{{").replace("}", "}}")
            continue
        if held not in names:
            taken = sum(name.rstrip("0123456789") == text for name in names.values())
            names[held] = f"{text}{taken + 1}" if taken else text
        written += f"{{{names[held]}}}"
    return written


def _hole(expr: ast.expr) -> str:
    """Name what stands in a brace, for the translator."""
    match expr:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.strip("_").lower()
        case ast.Call(func=ast.Name(id="len")):
            return "count"
        case ast.Call(func=ast.Name(id=name)) if name not in ("min", "str", "sorted"):
            return name.strip("_")
        case ast.Call(func=ast.Attribute(attr="join"), args=[joined]):
            return _hole(joined)
        case ast.Call(func=ast.Attribute(value=value)):
            return _hole(value)
        case ast.Call(args=[first, *_]) | ast.Subscript(value=first) | ast.BinOp(left=first):
            return _hole(first)
        case ast.GeneratorExp(generators=[one, *_]) | ast.ListComp(generators=[one, *_]):
            return _hole(one.iter)
    return "value"
