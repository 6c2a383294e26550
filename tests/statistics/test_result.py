import math

import pytest

from cicatrix.statistics.result import Result


@pytest.mark.parametrize("name", ["estimate", "se", "df", "statistic", "p"])
@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_a_result_refuses_a_number_that_is_not_finite(name, number):
    with pytest.raises(ValueError, match="a missing number must be None"):
        Result("mean", "Welch1947", 3, **{name: number})


def test_a_result_refuses_an_interval_without_an_end():
    with pytest.raises(ValueError, match="mean gave inf"):
        Result("mean", "Welch1947", 3, interval=(0.0, math.inf))
