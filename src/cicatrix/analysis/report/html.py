"""The document as one HTML file: style sheet and figures inside, nothing from the network.

Every text is escaped, for a study file may hold anything. It prints well: style.css has the rules.
The same document as a PDF is pdf.py.
"""

from base64 import b64encode
from collections.abc import Iterator
from html import escape
from pathlib import Path

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

_STYLE = Path(__file__).with_name("style.css")


def html(document: Document) -> str:
    """Render the document as HTML text."""
    return "\n".join(_lines(document)) + "\n"


def _lines(document: Document) -> Iterator[str]:
    title = escape(document.title)
    yield "<!DOCTYPE html>"
    yield '<html lang="en">'
    yield f'<head><meta charset="utf-8"><title>{title}</title>'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<style>\n{_STYLE.read_text('utf-8')}</style></head>"
    yield "<body>"
    yield from (f'<div class="banner" role="alert">{escape(one)}</div>' for one in document.banners)
    yield f"<main><header><h1>{title}</h1>"
    yield f'<p class="subtitle">{escape(document.subtitle)}</p></header>'
    headings = [one for one in document.blocks if isinstance(one, Heading) and one.level == 2]
    for block, number in numbered(document.blocks):
        if len(headings) > 1 and block is headings[1]:
            yield from _contents(headings)
        yield from _block(block, number)
    yield "</main></body></html>"


def _contents(headings: list[Heading]) -> Iterator[str]:
    yield '<nav aria-label="Contents"><p>Contents</p><ol>'
    yield from (f'<li><a href="#{one.id}">{escape(one.text)}</a></li>' for one in headings)
    yield "</ol></nav>"


def _block(block: Block, number: str) -> Iterator[str]:
    match block:
        case Heading(id, text, level):
            yield f'<h{level} id="{id}">{escape(text)}</h{level}>'
        case Paragraph(text, kind):
            yield f'<p class="{kind}">{escape(text)}</p>'
        case Items(entries):
            yield '<ul class="items">'
            for head, text in entries:
                if head:
                    yield f"<li><b>{escape(head)}</b> {escape(text)}</li>"
                else:
                    yield f'<li class="whole">{escape(text)}</li>'
            yield "</ul>"
        case Table():
            yield from _table(block, number)
        case Figure(id, caption, alt, svg):
            data = b64encode(svg.encode()).decode()
            source = f"data:image/svg+xml;base64,{data}"
            yield f'<figure id="{id}"><img alt="{escape(alt)}" src="{source}">'
            yield f'<figcaption><b class="number">{number}.</b> {escape(caption)}</figcaption>'
            yield "</figure>"


def _table(table: Table, number: str) -> Iterator[str]:
    yield f'<div class="table" id="{table.id}"><table>'
    yield f'<caption><span class="number">{number}.</span> {escape(table.caption)}</caption>'
    heads = "".join(
        f'<th scope="col"{_side(table, place)}>{escape(one)}</th>'
        for place, one in enumerate(table.columns)
    )
    yield f"<thead><tr>{heads}</tr></thead><tbody>"
    for row in table.rows:
        yield _row(row, table)
    yield "</tbody></table>"
    if table.note:
        yield f'<p class="tablenote">{escape(table.note)}</p>'
    yield "</div>"


def _side(table: Table, place: int) -> str:
    return ' class="text"' if 0 < place < table.texts else ""


def _row(row: Row, table: Table) -> str:
    steps, label = indented(row.cells[0])
    first = escape(label)
    if row.group:
        columns = len(table.columns)
        return f'<tr class="group"><th scope="rowgroup" colspan="{columns}">{first}</th></tr>'
    rest = "".join(
        f"<td{_side(table, place)}>{escape(one)}</td>"
        for place, one in enumerate(row.cells[1:], start=1)
    )
    indent = f' class="step{steps}"' if steps else ""
    return f'<tr><th scope="row"{indent}>{first}</th>{rest}</tr>'
