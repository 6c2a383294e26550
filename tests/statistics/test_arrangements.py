from collections import Counter
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cicatrix.statistics.arrangements import Block, distribution

blocks = st.lists(st.integers(0, 4), min_size=1, max_size=5).flatmap(
    lambda doses: st.builds(
        lambda scores: Block(tuple(scores), tuple(doses)),
        st.lists(st.integers(0, 5), max_size=len(doses)),
    )
)


@settings(max_examples=150)
@given(blocks)
def test_one_block_equals_its_enumeration(block):
    seen = len(block.scores)
    law = Counter(
        (sum(np.multiply(block.scores, doses[:seen])), sum(doses[seen:]))
        for doses in permutations(block.doses)
    )
    chances, products, unseen = distribution([block])
    for place in np.ndindex(chances.shape):
        expected = law[(products[place], unseen[place])] / law.total()
        assert chances[place] == pytest.approx(expected, abs=1e-12)


@settings(max_examples=50)
@given(st.lists(blocks, max_size=4))
def test_chances_sum_to_one(several):
    assert distribution(several)[0].sum() == pytest.approx(1, abs=1e-12)


def test_blocks_too_large_to_convolve_are_refused():
    wide = Block((0, 1_000_000), (0, 1))
    with pytest.raises(ValueError, match="The blocks need 1000001 x 1000001 products"):
        distribution([wide, wide])


def test_a_block_too_large_to_count_is_refused():
    with pytest.raises(ValueError, match="A block of 40 members needs a table of"):
        distribution([Block(tuple(range(0, 4000, 100)), tuple(range(40)))])
