"""A search for what must be nowhere: secrets in every form, arms in order, a kit beside its arm.

It is given what to look for, octets to look in, and says what it found; and it reads the memory of
a running process. That a study file names every arm is no finding: what may not be is the link
between an arm and a number, as a packing sheet, an opened list or a sequence of arms has it.
"""

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

NEAR = 200
"""How far apart, in characters of one text, a number and an arm are still a link.

A packing sheet, an opened list, an audit row and a sentence have them nearer. Memory that is used
again has scraps of texts behind one another, so what lies beyond the end of an object is no link.
"""

_EMPTY = re.compile(rb"\0{64,}")
_TEXT = re.compile(rb"[0-9a-z+/=_-]{24,}")
_OBJECT = re.compile(r"[\t\n\r\x20-\x7c~]*")
_WIDTHS = {"latin-1": 1, "utf-16-le": 2, "utf-16-be": 2, "utf-32-le": 4}


@dataclass(frozen=True)
class Known:
    """What to look for: secrets, words, arms in list order, and links.

    A link is a number or kit with any name of its own arm or of what that arm's tubes hold.
    """

    secrets: Mapping[str, bytes]
    words: Mapping[str, str]
    arms: tuple[str, ...]
    links: Mapping[str, tuple[str, ...]]

    def found_in(self, octets: bytes) -> set[str]:
        """Say what of it is in the octets."""
        octets = _EMPTY.sub(bytes(64), octets)
        return {
            *(name for name, secret in self.secrets.items() if secret in octets),
            *self._in_text(octets),
            *self._links(octets),
        }

    def _in_text(self, octets: bytes) -> Iterator[str]:
        """Find hex and base64 of secrets, words and sequences, as text of any width and case."""
        text = octets.translate(None, b"\0").lower()
        long = b"\n".join(_TEXT.findall(text))
        for name, secret in self.secrets.items():
            if any(form in long for form in _forms(secret)):
                yield name
        for name, word in self.words.items():
            if word.lower().encode() in text:
                yield name
        kinds = sorted(set(self.arms))
        digits = [str(kinds.index(arm)) for arm in self.arms]
        for parts, gap in ((self.arms, 40), (digits, 3)):
            between = b"[^0-9]{0,3}" if parts is digits else b".{0,%d}?" % gap
            if re.search(between.join(one.lower().encode() for one in parts), text, re.DOTALL):
                yield "arms in order"

    def _links(self, octets: bytes) -> Iterator[str]:
        names = {name for held in self.links.values() for name in held}
        wanted = "|".join(sorted(map(re.escape, self.links), key=len, reverse=True))
        identifier = re.compile(rf"(?<![\w-])(?:{wanted})(?![\w-])")
        for codec, width in _WIDTHS.items():
            for name in names:
                for at in _all(octets, name.encode(codec)):
                    start = max(at - NEAR * width, at % width)
                    before = octets[start:at].decode(codec, "replace")
                    after = octets[at : at + (len(name) + NEAR) * width].decode(codec, "replace")
                    beside = _run(before[::-1])[::-1] + _run(after)
                    if any(name in self.links[one] for one in identifier.findall(beside)):
                        yield "a number beside its arm"
                        return


def _forms(secret: bytes) -> Iterator[bytes]:
    """Give hex, and base64 at each place that it may have in three octets, in small letters."""
    yield secret.hex().encode()
    for shift in range(3):
        whole = base64.b64encode(bytes(shift) + secret).lower()
        inner = whole[(0, 2, 3)[shift] : len(whole) - 4]
        yield inner
        yield inner.replace(b"+", b"-").replace(b"/", b"_")


def _all(octets: bytes, part: bytes) -> Iterator[int]:
    at = octets.find(part)
    while at >= 0:
        yield at
        at = octets.find(part, at + 1)


def _run(text: str) -> str:
    """Give the printable text up to the end of an object, `}`."""
    found = _OBJECT.match(text)
    assert found is not None
    return found.group()


def memory_of(process: int) -> Iterator[bytes]:
    """Read every part of a process's memory that it can itself read.

    The parts of a library that nothing can be written to are left out: they are its file.
    """
    maps = Path(f"/proc/{process}/maps").read_text().splitlines()
    with open(f"/proc/{process}/mem", "rb", buffering=0) as image:
        for line in maps:
            extent, rights, *_, name = [*line.split(maxsplit=5), ""][:6]
            fixed = "w" not in rights and ".so" in name
            if fixed or "r" not in rights or name.startswith(("[vvar", "[vsyscall")):
                continue
            start, end = (int(one, 16) for one in extent.split("-"))
            yield _part(image, start, end)


def _part(image: BinaryIO, start: int, end: int) -> bytes:
    image.seek(start)
    parts = []
    while start < end and (part := image.read(end - start)):
        parts.append(part)
        start += len(part)
    return b"".join(parts)


def files_in(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Read every file below a folder, the database's own while it is open too."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(folder)), path.read_bytes()
