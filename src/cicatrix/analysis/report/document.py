"""The report as a document of few kinds of blocks, rendered twice: html.py and pdf.py.

A block holds shown text, never a number to be rounded. Tables and figures are numbered in the
order in which they stand.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 2 goes into the contents list, level 3 does not."""

    id: str
    text: str
    level: Literal[2, 3] = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; `lead` is the main finding, `note` is small."""

    text: str
    kind: Literal["plain", "lead", "note"] = "plain"


@dataclass(frozen=True, slots=True)
class Items:
    """A list; each entry has a short bold beginning, which may be empty, and a text."""

    entries: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; a group row is a heading over the rows below it and has one cell.

    Em spaces before the first cell's text are its indent, one or two steps.
    """

    cells: tuple[str, ...]
    group: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the first `texts` columns are text, the others are numbers.

    The caption says what it shows, among whom (population) and n.
    """

    id: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""
    texts: int = 1


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as SVG text; `alt` says in words what it shows."""

    id: str
    caption: str
    alt: str
    svg: str


INDENT = "\u2003"
Block = Heading | Paragraph | Items | Table | Figure


@dataclass(frozen=True, slots=True)
class Document:
    """The whole report; banners stand above everything, on each page of the PDF."""

    title: str
    subtitle: str
    banners: tuple[str, ...]
    blocks: tuple[Block, ...]


def indented(cell: str) -> tuple[int, str]:
    """Give the steps of indent of a first cell and its text.

    >>> indented(INDENT + "missing")
    (1, 'missing')
    """
    text = cell.lstrip(INDENT)
    return len(cell) - len(text), text


def numbered(blocks: Sequence[Block]) -> Iterator[tuple[Block, str]]:
    """Give each block its number: `Table 1`, `Figure 1`, or nothing."""
    tables = figures = 0
    for block in blocks:
        if isinstance(block, Table):
            tables += 1
            yield block, f"Table {tables}"
        elif isinstance(block, Figure):
            figures += 1
            yield block, f"Figure {figures}"
        else:
            yield block, ""
