"""Labels: which kit and which tube somebody scanned or typed, and what to ask where it is unclear.

A label is the kit's name and the tube's number with a space, a slash or a hyphen between them:
`K017 4`. Capitals, full-width digits and leading zeros do not matter, and her number may stand for
the kit while she holds one kit of it. What can be read in two ways is asked, never guessed. A kit
that nobody knows is a label all the same: that it is not hers is for the act to say.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal
from unicodedata import normalize

from cicatrix.trial.trial import Trial

LONGEST = 60
"""Characters that a label can have; a scanner that sends more read something else."""

_BETWEEN = re.compile(r"[\s/\\\-\u2010-\u2015\u2212\u30fc,.;:_#]+")
_RANGE = re.compile(r"\s*(?:\.{2,}|\u2014+|\u2013|~|\u301c|\u81f3|\u5230)\s*|\s+(?:-|to)\s+", re.I)

Question = Literal["nothing", "kit", "tube", "which"]
"""What has to be asked: all of it, the kit, the tube, or which of the choices is meant."""


@dataclass(frozen=True, slots=True)
class Label:
    """One tube of one kit."""

    kit: str
    tube: int

    def __str__(self) -> str:
        return f"{self.kit} {self.tube}"


@dataclass(frozen=True, slots=True)
class Unclear:
    """What was typed can be read in no way or in several; `choices` are those."""

    question: Question
    choices: tuple[Label, ...] = ()


@dataclass(frozen=True, slots=True)
class KitsTyped:
    """Kits as a list named them; `ranges` are those that a line `first to last` stood for."""

    kits: tuple[str, ...] = ()
    ranges: tuple[tuple[str, tuple[str, ...]], ...] = ()
    unread: tuple[str, ...] = ()


def read_label(trial: Trial, typed: str, held: Sequence[str]) -> Label | Unclear:
    """Read kit and tube; `held` are the kits that she holds, by which her number is understood."""
    words = _words(typed)
    if not words or len(typed) > LONGEST:
        return Unclear("nothing")
    *kit, tube = words
    whole_kits = _kits_called(trial, words)
    if not tube.isdecimal() or len(tube) > 4:
        return Unclear("tube" if whole_kits else "nothing")
    if not kit:
        return Unclear("tube" if whole_kits else "kit")
    found = (
        _kits_called(trial, kit)
        or _kits_of_number(trial, kit, held)
        or _kits_run_together(trial, kit)
    )
    labels = tuple(Label(one, int(tube)) for one in found)
    if whole_kits:
        return Unclear("which" if labels else "tube", labels)
    if len(labels) > 1:
        return Unclear("which", labels)
    return labels[0] if labels else Label("-".join(kit), int(tube))


def read_kit(trial: Trial, typed: str) -> str:
    """Read a kit's name; what is none of the trial's is given back as it was typed."""
    words = _words(typed[:LONGEST])
    found = _kits_called(trial, words) or _kits_run_together(trial, words)
    return found[0] if len(found) == 1 else "-".join(words)


def read_kits(trial: Trial, typed: str) -> KitsTyped:
    """Read a list of kits, one a line or set apart by commas; `first to last` is a range.

    A range means the kits of the list from the first to the last: first kits, or spares alike.
    """
    kits: list[str] = []
    ranges: list[tuple[str, tuple[str, ...]]] = []
    unread: list[str] = []
    for line in re.split(r"[\n\r,;\u3001]+", normalize("NFKC", typed)):
        if not line.strip():
            continue
        ends = [end for end in _RANGE.split(line.strip()) if end]
        if len(ends) == 1:
            kits.append(read_kit(trial, ends[0]))
            continue
        between = _between(trial, ends) if len(ends) == 2 else ()
        if between:
            ranges.append((line.strip(), between))
            kits += between
        else:
            unread.append(line.strip())
    return KitsTyped(tuple(kits), tuple(ranges), tuple(unread))


def _between(trial: Trial, ends: Sequence[str]) -> tuple[str, ...]:
    """List the kits from one to another in list order, all first kits or all spares of one rank."""
    slots = (
        [] if trial.list is None else [one for some in trial.list.slots.values() for one in some]
    )
    ranked = {kit: rank for slot in slots for rank, kit in enumerate(slot.kits)}
    first, last = (read_kit(trial, end) for end in ends)
    if first not in ranked or ranked[first] != ranked.get(last):
        return ()
    alike = [kit for kit, rank in ranked.items() if rank == ranked[first]]
    return tuple(alike[alike.index(first) : alike.index(last) + 1])


def _words(typed: str) -> list[str]:
    plain = normalize("NFKC", typed).upper()
    return [word for word in _BETWEEN.split(plain) if word]


def _key(words: Iterable[str]) -> str:
    return "-".join(re.sub(r"(?<!\d)0+(?=\d)", "", word) for word in words)


def _kits_called(trial: Trial, words: Sequence[str]) -> list[str]:
    """Find the kits whose name has the same parts; leading zeros of a part do not count."""
    wanted = _key(words)
    names = [] if trial.list is None else trial.list.kits
    return [name for name in names if _key(_words(name)) == wanted]


def _kits_run_together(trial: Trial, words: Sequence[str]) -> list[str]:
    """Find the kits whose name has the same signs, parted elsewhere or not at all."""
    wanted = "".join(words)
    names = [] if trial.list is None else trial.list.kits
    return [name for name in names if "".join(_words(name)) == wanted]


def _kits_of_number(trial: Trial, words: Sequence[str], held: Sequence[str]) -> list[str]:
    if trial.list is None:
        return []
    wanted = _key(words)
    return [kit for kit in held if _key(_words(trial.list.kits.get(kit, ""))) == wanted]
