"""The document as a PDF, by Typst with its own fonts: the same bytes on every machine.

A system font is used only where a text has characters that those fonts lack.
"""

from collections.abc import Iterator

import typst

from cicatrix.analysis.report.document import (
    Block,
    Document,
    Figure,
    Heading,
    Items,
    Paragraph,
    Table,
    numbered,
)

_PAGE = """
#set page(paper: "a4", margin: (x: 20mm, top: 22mm, bottom: 20mm), numbering: "1 / 1",
  header: context BANNER)
#set text(font: ("Libertinus Serif", "Noto Serif CJK SC"), size: 10pt, lang: "en", fill: rgb("1d1d1b"))
#set par(leading: 0.62em, spacing: 0.95em)
#show heading.where(level: 2): it => block(above: 1.9em, below: 0.8em, sticky: true, text(14pt, weight: "semibold", it.body))
#show heading.where(level: 3): it => block(above: 1.5em, below: 0.7em, sticky: true, text(11pt, weight: "semibold", it.body))
#set table(stroke: none, inset: (x: 4pt, y: 3.2pt))
#let rule = rgb("d9d7d0")
#let muted = rgb("62625e")
#let banner(words) = block(width: 100%, fill: rgb("8c1d18"), inset: 5pt, align(center, text(10pt, fill: white, weight: "bold", words)))
#let caption(number, words) = block(sticky: true, above: 1.5em, below: 0.6em, text(9pt)[#strong[#number.] #words])
#let note(words) = block(above: 0.5em, below: 1.4em, text(8pt, fill: muted, words))
#let whole(n, words) = table.cell(colspan: n, inset: (top: 6pt), text(weight: "semibold", words))
"""


def pdf(document: Document) -> bytes:
    """Render the document as PDF."""
    source = "\n".join(_lines(document))
    foreign = any(ord(character) > 0x2E80 for character in source)
    return bytes(typst.compile(source.encode(), ignore_system_fonts=not foreign))


def _lines(document: Document) -> Iterator[str]:
    words = ", ".join(f"banner({_text(one)})" for one in document.banners)
    shown = f"stack(spacing: 2pt, {words})" if words else "none"
    yield f"#set document(title: {_text(document.title)}, date: none)"
    yield _PAGE.replace("BANNER", shown)
    if len(document.banners) > 1:
        yield "#set page(margin: (top: 27mm))"
    yield f'#block(below: 0.7em, text(19pt, weight: "semibold", {_text(document.title)}))'
    yield f"#block(below: 1.6em, text(fill: muted, {_text(document.subtitle)}))"
    headings = [one for one in document.blocks if isinstance(one, Heading) and one.level == 2]
    for block, number in numbered(document.blocks):
        if len(headings) > 1 and block is headings[1]:
            yield '#block(above: 1.6em, fill: rgb("f4f2ec"), inset: 9pt, width: 100%, '
            yield "columns(2, text(9pt)[#outline(title: none, indent: 0pt, depth: 2)]))"
        yield from _block(block, number)


def _block(block: Block, number: str) -> Iterator[str]:
    match block:
        case Heading(id, text, level):
            yield f"#heading(level: {level}, outlined: {'true' if level == 2 else 'false'}, {_text(text)}) <{id}>"
        case Paragraph(text, kind):
            size = {"lead": "12pt", "plain": "10pt", "note": "8.5pt"}[kind]
            fill = ", fill: muted" if kind == "note" else ""
            yield f"#par(text({size}{fill}, {_text(text)}))"
        case Items(entries):
            yield "#table(columns: (30mm, 1fr), align: left, stroke: (y: 0.5pt + rule), inset: (x: 0pt, y: 4pt),"
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
            yield f"#align(center, image(bytes({_text(svg)}), format: \"svg\", alt: {_text(alt)}))"
            yield f"#block(above: 0.7em, text(9pt)[#strong[#{_text(number)}.] #{_text(caption)}])]"


def _table(table: Table, number: str) -> Iterator[str]:
    count = len(table.columns)
    yield f"#caption({_text(number)}, {_text(table.caption)})"
    others = ", ".join(["auto"] * (count - 1))
    yield "#block(width: 100%, above: 0pt, below: 0.6em, text(8.5pt, table("
    yield f"columns: (1fr, {others}), align: (x, y) => if x == 0 {{ left }} else {{ right }},"
    heads = ", ".join(f'text(weight: "semibold", {_text(one)})' for one in table.columns)
    yield "table.hline(stroke: 0.9pt), "
    yield f"table.header({heads}), table.hline(stroke: 0.5pt),"
    for row in table.rows:
        if row.group:
            yield f"whole({count}, {_text(row.cells[0])}),"
        else:
            yield ", ".join(_text(one) for one in row.cells) + ","
    yield "table.hline(stroke: 0.9pt))))"
    yield f"#note({_text(table.note)})" if table.note else "#v(0.8em)"


def _text(words: str) -> str:
    """Quote words as a Typst string, in which nothing is markup."""
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'
