"""The first screen for a terminal: what `cicatrix analyse` and `cicatrix demo` say at their end.

The blocks are opening.py's; here they are only broken into lines of one width. A table keeps its
columns, so that a long label of an arm stands once.
"""

from collections.abc import Iterator
from textwrap import wrap

from cicatrix.analysis.findings import Findings
from cicatrix.analysis.report.contents import banners
from cicatrix.analysis.report.document import Items, Paragraph, Table
from cicatrix.analysis.report.opening import opening

_HEAD = 16
_LEAST = 14


def screen(findings: Findings, width: int = 80) -> str:
    """Give the banners and the first screen as text of at most `width` columns."""
    parts = ["\n".join(f"*** {one} ***" for one in banners(findings))]
    for block in opening(findings):
        match block:
            case Paragraph(text):
                parts.append("\n".join(wrap(_plain(text), width)))
            case Table():
                parts.append("\n".join(_table(block, width)))
            case Items(entries):
                lines = (_item(_plain(head), _plain(text), width) for head, text in entries)
                parts.append("\n".join(lines))
    return "\n\n".join(part for part in parts if part)


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def _item(head: str, text: str, width: int) -> str:
    return "\n".join(
        wrap(f"{head:<{_HEAD}}{text}", width, subsequent_indent=" " * _HEAD, drop_whitespace=True)
    )


def _table(table: Table, width: int) -> Iterator[str]:
    grid = [table.columns, *(row.cells for row in table.rows)]
    cells = [[_plain(cell).strip() for cell in row] for row in grid]
    bodies = [max(len(row[place]) for row in cells[1:]) for place in range(len(table.columns))]
    words = [max(map(len, head.split() or [""])) for head in cells[0]]
    sizes = [max(pair) for pair in zip(bodies, words, strict=True)]
    sizes[0] = max(_LEAST, min(sizes[0], width - sum(sizes[1:]) - 2 * len(sizes[1:])))
    for row in cells:
        columns = [wrap(cell, size) or [""] for cell, size in zip(row, sizes, strict=True)]
        height = max(map(len, columns))
        for line in range(height):
            shown = [
                (column[line] if line < len(column) else "").ljust(size)
                if place == 0
                else (column[line] if line < len(column) else "").rjust(size)
                for place, (column, size) in enumerate(zip(columns, sizes, strict=True))
            ]
            yield "  ".join(shown).rstrip()
