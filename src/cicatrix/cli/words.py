"""How the commands speak on a terminal: its width, whole lines, and a sign that work goes on.

What is said is each command's own; here it is only laid out. Progress goes to standard error and
only where a person can see it, so that a log or a pipe holds results alone.
"""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import wrap

from rich.console import Console

_WIDEST = 100


def width() -> int:
    """Give the columns to write in: the terminal's, at most a hundred."""
    return min(shutil.get_terminal_size().columns, _WIDEST)


def wrapped(words: str, *, indent: str = "  ") -> str:
    """Break a sentence into indented lines."""
    return "\n".join(wrap(words, width(), initial_indent=indent, subsequent_indent=f"{indent}  "))


def counted(count: int, what: str) -> str:
    """Say how many of something.

    >>> counted(1, "site"), counted(2, "site")
    ('1 site', '2 sites')
    """
    return f"{count} {what}{'s' * (count != 1)}"


def program() -> str:
    """Name the program as it was called, so that the next command can be typed as shown."""
    called = Path(sys.argv[0])
    return str(called) if called.name == "cicatrix" and called.parent.name == "bin" else "cicatrix"


@contextmanager
def working(on: str) -> Iterator[None]:
    """Show that work goes on, on a terminal alone."""
    screen = Console(stderr=True)
    if not screen.is_terminal:
        yield
        return
    with screen.status(on):
        yield
