"""The exact joint law of a linear statistic when blocks' doses are re-arranged over members.

Counts every arrangement without listing any, by the shift algorithm within a block and by
convolution over blocks. Not a statistic: `trend` turns it into one.

Cost, for a block of m members with c_1..c_L of each of L doses and G = largest sum of products:
about m x L x (c_2 + 1) x .. x (c_L + 1) x G additions (missing scores add an axis), and then one
convolution of the block with the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from math import prod

import numpy as np
import numpy.typing as npt

from cicatrix.statistics.column import FloatArray

IntArray = npt.NDArray[np.int64]
LARGEST_TABLE = 20_000_000
MOST_PRODUCTS = 20_000_000_000


@dataclass(frozen=True, slots=True)
class Block:
    """One block: whole scores of the members observed, whole doses of all members, none below 0."""

    scores: tuple[int, ...]
    doses: tuple[int, ...]


def distribution(blocks: Sequence[Block]) -> tuple[FloatArray, IntArray, IntArray]:
    """Return chances, sums of score x dose, and doses of the unobserved: three `(a, u)` arrays.

    Cell by cell, the first is the probability that both sums come out as in the other two, when
    every arrangement of each block's doses over its members, seen or not, is equally likely.

    >>> chances, products, unseen = distribution([Block((1, 0), (0, 2))])
    >>> chances.ravel().tolist(), products.ravel().tolist()
    ([0.5, 0.0, 0.5], [0, 1, 2])
    """
    empty = np.ones((1, 1))
    chances = reduce(_convolve, (_block(block) for block in blocks), empty)
    products, unseen = np.indices(chances.shape)
    return chances, products, unseen


def _block(block: Block) -> FloatArray:
    """Count a block's arrangements by (sum of products, dose of the unobserved), as chances.

    The table's leading axes say how many of each dose but the first are already placed; the
    first dose's number follows from how many members have been.
    """
    levels, counts = np.unique(np.array(block.doses, dtype=np.int64), return_counts=True)
    unobserved = len(block.doses) - len(block.scores)
    ranked = sorted(block.doses)
    most = sum(s * d for s, d in zip(sorted(block.scores), ranked[unobserved:], strict=True))
    spare = sum(ranked[len(block.scores) :])
    room = tuple(int(count) + 1 for count in counts[1:])
    shape = (*room, most + 1, spare + 1)
    if prod(shape) > LARGEST_TABLE:
        raise ValueError(
            f"A block of {len(block.doses)} members needs a table of {prod(shape)} cells, too many "
            "for an exact test; round the scores or doses to fewer steps."
        )
    table = np.zeros(shape)
    table[(0,) * len(shape)] = 1.0
    placed = np.indices(room).sum(axis=0) if room else np.zeros((), dtype=np.int64)
    for done, score in enumerate((*block.scores, *(None,) * unobserved)):
        table = _place(table, score, levels, done - placed < int(counts[0]))
    final = tuple(size - 1 for size in room)
    ways: FloatArray = table[final]
    return np.asarray(ways / ways.sum(), dtype=np.float64)


def _place(
    table: FloatArray, score: int | None, levels: IntArray, first_left: npt.NDArray[np.bool_]
) -> FloatArray:
    """Give one more member each dose that is left; an unseen one moves the second axis."""
    after = np.zeros_like(table)
    for place, level in enumerate(levels.tolist()):
        move = (0, level) if score is None else (score * level, 0)
        steps = [0] * (table.ndim - 2)
        if place:
            steps[place - 1] = 1
        steps.extend(move)
        if any(step >= size for step, size in zip(steps, table.shape, strict=True)):
            continue
        to = tuple(slice(step, None) for step in steps)
        source = tuple(slice(0, size - step) for step, size in zip(steps, table.shape, strict=True))
        moved = table[source]
        after[to] += moved if place else moved * first_left[(..., None, None)]
    return after


def _convolve(left: FloatArray, right: FloatArray) -> FloatArray:
    """Convolve two tables exactly in their support, row by row of the second axis."""
    if left.size * right.size > MOST_PRODUCTS:
        raise ValueError(
            f"The blocks need {left.size} x {right.size} products, too many for an exact test; "
            "round the scores or doses to fewer steps."
        )
    shape = tuple(a + b - 1 for a, b in zip(left.shape, right.shape, strict=True))
    result = np.zeros(shape)
    for i in range(left.shape[1]):
        for j in range(right.shape[1]):
            result[:, i + j] += np.convolve(left[:, i], right[:, j])
    return result
