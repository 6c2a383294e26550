"""What was weighed, laid out: a table, its columns in words, and every value for a program.

It weighs nothing: that is alternatives.py's. The figure is figure.py, and a minimised study has a
table of its own in minimised.py.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from cicatrix.trial.study import Study
from cicatrix_sealed.choosing.alternatives import Weighed
from cicatrix_sealed.procedures import write_procedure
from cicatrix_sealed.procedures.planned import expected_places

_HEADINGS = ("procedure", "right guesses", "certain", "on the way", "worst", "bound", "at the end")


def chance(read: Study) -> float:
    """Give how often the most frequent arm is guessed rightly by pure chance."""
    ratio = read.allocation.ratio.values()
    return max(ratio) / sum(ratio)


def size(read: Study) -> str:
    """Say in words how many participants, arms and strata a study plans."""
    ratio = " : ".join(str(read.allocation.ratio[arm.id]) for arm in read.arms)
    places = [number for number in expected_places(read).values() if number]
    strata = "" if len(places) < 2 else f" in {len(places)} strata of {_range(places)}"
    planned = sum(places)
    return f"{planned} participant{'s' * (planned != 1)}, {len(read.arms)} arms {ratio}{strata}"


def _range(places: Iterable[int]) -> str:
    fewest, most = min(places), max(places)
    return str(most) if fewest == most else f"{fewest} to {most}"


def table(weighed: Sequence[Weighed]) -> list[str]:
    """Lay the options out in columns; a star for the one chosen, a cross for what is refused."""
    return in_columns([_HEADINGS, *(_row(one) for one in weighed)])


def in_columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Lay rows out as lines: the first column from the left, all others from the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _row(one: Weighed) -> tuple[str, ...]:
    mark = "*" if one.option.chosen else "x" if one.option.refused else " "
    return (
        f"{mark} {one.option.name}",
        _share(one.correct, one.correct_error),
        _share(one.certain, one.certain_error),
        f"{one.way:.1f}",
        f"{one.worst:.1f} ({one.worst_95:.0f})",
        "none" if one.bound is None else f"{one.bound:.0f}",
        f"{one.end:.1f} ({one.end_95:.0f})",
    )


def _share(share: float, error: float | None) -> str:
    return f"{share:.3f} ± {error:.4f}" if error else f"{share:.3f}"


def notes(
    read: Study, weighed: Sequence[Weighed], seed: int, *, default: bool = False
) -> list[str]:
    """Say what the columns are, in words; `default` where the starred one was not chosen."""
    stratified = len(expected_places(read)) > 1
    within = " within a stratum" if stratified else ""
    ratio = set(read.allocation.ratio.values())
    relative = "" if len(ratio) == 1 else ", each relative to its part of the ratio"
    lines = [
        "",
        "right guesses: expected share of next arms guessed by one who has seen every arm before "
        "and knows the procedure, but not what was drawn;",
        "  certain: share of places where that guesser cannot be wrong. Pure chance would be right "
        f"in {chance(read):.3f}.",
        f"imbalance, largest arm less smallest{within}{relative}: on the way (mean over places), "
        "worst (expected largest; 95 lists in 100 stay within the bracket), bound;",
        "  at the end: of the whole trial, expected (95 lists in 100 stay within the bracket).",
        f"* {mark_of(default=default)}; x refused by this program: who knows all but the last of "
        "such a block knows the last.",
    ]
    if any(one.correct_error for one in weighed):
        lines.append(
            f"±: Monte Carlo standard error, seed {seed}; right guesses without it are exact."
        )
    if stratified:
        lines.append("At the end: drawn as the list would be, with a Monte Carlo error in --json.")
    return lines


def mark_of(*, default: bool) -> str:
    """Say what a star stands for: a choice, or what is taken where nothing is chosen."""
    return "default, what `commit` takes if nothing is chosen" if default else "chosen"


def plain(
    read: Study, weighed: Sequence[Weighed], seed: int, drawn: Path | None, *, default: bool = False
) -> dict[str, object]:
    """Give every value unrounded, for a program; `drawn` is where the figure is."""
    return {
        "study": read.id,
        "study_digest": read.digest,
        "planned": expected_places(read),
        "seed": seed,
        "figure": None if drawn is None else str(drawn),
        "options": [
            {
                "name": one.option.name,
                "chosen": one.option.chosen and not default,
                "default": one.option.chosen and default,
                "refused": one.option.refused,
                "procedure": write_procedure(one.option.procedure),
                "correct": one.correct,
                "correct_error": one.correct_error,
                "certain": one.certain,
                "certain_error": one.certain_error,
                "imbalance": {
                    "on_the_way": one.way,
                    "on_the_way_error": one.way_error,
                    "worst": one.worst,
                    "worst_95": one.worst_95,
                    "bound": one.bound,
                    "end": one.end,
                    "end_95": one.end_95,
                    "end_error": one.end_error,
                },
            }
            for one in weighed
        ],
    }
