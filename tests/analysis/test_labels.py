import re

import pytest

from cicatrix.analysis.labels import FLAGS, flags
from cicatrix.measures.agreement import Agreement, LimitsOfAgreement
from cicatrix.statistics.result import Result


@pytest.mark.parametrize("kind", [Result, Agreement, LimitsOfAgreement])
def test_every_flag_that_a_result_may_carry_has_words(kind):
    listed = (kind.__doc__ or "").partition("Flags:")[2]
    names = re.findall(r"`([a-z_]+)`", listed)
    assert len(names) > 2
    assert [name for name in names if name not in FLAGS] == []


def test_no_flag_has_words_that_no_result_carries():
    documented = "".join(kind.__doc__ or "" for kind in (Result, Agreement, LimitsOfAgreement))
    assert [name for name in FLAGS if f"`{name}`" not in documented] == []


def test_flags_are_told_one_after_the_other():
    assert flags(("no_participants", "too_few_raters")) == "nobody rated twice; too few raters"
