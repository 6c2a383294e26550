"""The document as a PDF, by Typst with its own fonts: the same bytes on every machine.

A system font is used only where a text has characters that those fonts lack.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import typst

from cicatrix.analysis.report.document import (
    Block,
    Document,
    Figure,
    Heading,
    Items,
    Paragraph,
    Row,
    Table,
    indented,
    numbered,
)

_PAGE = Path(__file__).with_name("page.typ")


def pdf(document: Document) -> bytes:
    """Render the document as PDF."""
    source = "\n".join(_lines(document))
    foreign = any(ord(character) > 0x2E80 for character in source)
    return bytes(typst.compile(source.encode(), ignore_system_fonts=not foreign))


def _lines(document: Document) -> Iterator[str]:
    words = ", ".join(f"banner({_text(one)})" for one in document.banners)
    shown = f"stack(spacing: 2pt, {words})" if words else "none"
    yield f"#set document(title: {_text(document.title)}, date: none)"
    yield _PAGE.read_text("utf-8").replace("BANNER", shown)
    if len(document.banners) > 1:
        yield "#set page(margin: (top: 27mm))"
    yield f'#block(below: 0.7em, text(19pt, weight: "semibold", {_text(document.title)}))'
    yield f"#block(below: 1.6em, text(fill: muted, {_text(document.subtitle)}))"
    headings = [one for one in document.blocks if isinstance(one, Heading) and one.level == 2]
    for block, number in numbered(document.blocks):
        if len(headings) > 1 and block is headings[1]:
            yield from _contents(headings)
        yield from _block(block, number)


def _contents(headings: Sequence[Heading]) -> Iterator[str]:
    third = -(-len(headings) // 3)
    columns = []
    for start in range(0, len(headings), third):
        part = headings[start : start + third]
        lines = ", ".join(f"entry(<{one.id}>, {_text(one.text)})" for one in part)
        columns.append(f"stack(spacing: 4pt, {lines})")
    yield f"#contents({', '.join(columns)})"


def _block(block: Block, number: str) -> Iterator[str]:
    match block:
        case Heading(id, text, level):
            outlined = "true" if level == 2 else "false"
            yield f"#heading(level: {level}, outlined: {outlined}, {_text(text)}) <{id}>"
        case Paragraph(text, kind):
            size = {"lead": "12pt", "plain": "10pt", "note": "8.5pt"}[kind]
            fill = ", fill: muted" if kind == "note" else ""
            yield f"#par(text({size}{fill}, {_text(text)}))"
        case Items(entries):
            yield "#items("
            for head, text in entries:
                if head:
                    yield f'text(weight: "semibold", {_text(head)}), {_text(text)},'
                else:
                    yield f"table.cell(colspan: 2, {_text(text)}),"
            yield ")"
        case Table():
            yield from _table(block, number)
        case Figure(_, caption, alt, svg):
            yield "#block(breakable: false, above: 1.4em, below: 1.6em)["
            yield f'#align(center, image(bytes({_text(svg)}), format: "svg", alt: {_text(alt)}))'
            yield f"#block(above: 0.7em, text(9pt)[#strong[#{_text(number)}.] #{_text(caption)}])]"


def _table(table: Table, number: str) -> Iterator[str]:
    count = len(table.columns)
    yield f"#kept[#caption({_text(number)}, {_text(table.caption)})"
    shares = ", ".join(f"{share}fr" for share in _shares(table))
    yield "#block(width: 100%, above: 0pt, below: 0.6em, text(8.5pt, table("
    yield f"columns: ({shares}), align: (x, y) => if x < {table.texts} {{ left }} else {{ right }},"
    heads = ", ".join(f'text(weight: "semibold", {_text(one)})' for one in table.columns)
    yield "table.hline(stroke: 0.9pt), "
    yield f"table.header({heads}), table.hline(stroke: 0.5pt),"
    *first, last = table.rows or (Row(("",) * count),)
    yield from (_row(row, count) for row in first)
    if last.group:
        yield _row(last, count)
    # The last row stands in the footer, so that a note never opens the next page alone.
    foot = "" if last.group else _row(last, count)
    note = f"note({count}, {_text(table.note)})" if table.note else ""
    yield f"table.footer(repeat: false, {foot} table.hline(stroke: 0.9pt), {note}))))]"


def _row(row: Row, count: int) -> str:
    if row.group:
        return f"table.header(level: 2, whole({count}, {_text(row.cells[0])})),"
    steps, label = indented(row.cells[0])
    first = f"pad(left: {steps}em, {_text(label)})" if steps else _text(label)
    return ", ".join((first, *(_text(one) for one in row.cells[1:]))) + ","


def _shares(table: Table) -> list[int]:
    """Give each column's share of the width by its longest text; a head may break into words."""
    bodies = [row.cells for row in table.rows if not row.group]
    shares = []
    for place, head in enumerate(table.columns):
        longest = max((len(cells[place].strip()) for cells in bodies), default=0)
        word = max((len(one) for one in head.split(" ")), default=0)
        shares.append(max(longest, word, 3) + 3)
    others = sum(shares[1:])
    return [min(max(shares[0], others // 3, 22), max(others, 34), 60), *shares[1:]]


def _text(words: str) -> str:
    """Quote words as a Typst string, in which nothing is markup."""
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'
