"""The first screen for a terminal: what `cicatrix analyse` and `cicatrix demo` say at their end.

The blocks are opening.py's; here they are only broken into lines of one width. A table keeps its
columns, so that a long label of an arm stands once.
"""

from collections.abc import Iterator, Sequence
from textwrap import wrap

from cicatrix.analysis.findings import Findings
from cicatrix.analysis.report.contents import banners
from cicatrix.analysis.report.document import Items, Paragraph, Table
from cicatrix.analysis.report.opening import opening

_HEAD = 16


def screen(findings: Findings, width: int = 80) -> str:
    """Give the banners and the first screen as text of at most `width` columns."""
    parts = ["\n".join(f"*** {one} ***" for one in banners(findings))]
    for block in opening(findings):
        match block:
            case Paragraph(text):
                parts.append(_lines(text, width))
            case Table():
                parts.append("\n".join(_table(block, width)))
            case Items(entries):
                parts.append(
                    "\n".join(
                        _lines(f"{head:<{_HEAD}}{text}", width, _HEAD) for head, text in entries
                    )
                )
    return "\n\n".join(part for part in parts if part)


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def _lines(text: str, width: int, indent: int = 0) -> str:
    # A space that must not be a line's end becomes a plain one only after the lines are broken.
    broken = wrap(text, width, subsequent_indent=" " * indent, break_on_hyphens=False)
    return _plain("\n".join(broken))


def _table(table: Table, width: int) -> Iterator[str]:
    cells = [
        [cell.strip() for cell in row] for row in (table.columns, *(r.cells for r in table.rows))
    ]
    sizes = _sizes(cells, width - 2 * (len(table.columns) - 1))
    indents = (1, *(0,) * (len(sizes) - 1))
    for row in cells:
        columns = [_lines(*part).split("\n") for part in zip(row, sizes, indents, strict=True)]
        for line in range(max(map(len, columns))):
            shown = [column[line] if line < len(column) else "" for column in columns]
            aligned = (text.rjust(size) for text, size in zip(shown[1:], sizes[1:], strict=True))
            yield "  ".join((shown[0].ljust(sizes[0]), *aligned)).rstrip()


def _sizes(cells: Sequence[Sequence[str]], room: int) -> list[int]:
    """Give each column its longest cell, heads apart; the widest give way in little room."""
    columns = list(zip(*cells, strict=True))
    least = [max(len(word) for cell in column for word in cell.split(" ")) for column in columns]
    sizes = [
        max(lowest, *map(len, column[1:])) for lowest, column in zip(least, columns, strict=True)
    ]
    sizes[0] = max(least[0], min(sizes[0], room - sum(sizes[1:])))
    while sum(sizes) > room and sizes != least:
        widest = max(
            (place for place, size in enumerate(sizes) if size > least[place]),
            key=sizes.__getitem__,
        )
        sizes[widest] -= 1
    return sizes
