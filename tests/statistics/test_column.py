import pytest

from cicatrix.statistics.column import check_level, column


def test_a_missing_value_is_refused_by_its_place():
    with pytest.raises(ValueError, match="weight_kg is missing or not finite at position 1"):
        column([1.0, float("nan"), None], "weight_kg")


def test_a_table_is_no_column():
    with pytest.raises(ValueError, match="weight_kg has 2 dimensions; give one column"):
        column([[1.0]], "weight_kg")


@pytest.mark.parametrize("level", [0, 1, 95, -0.5])
def test_an_impossible_level_is_refused(level):
    with pytest.raises(ValueError, match="is impossible; give one like"):
        check_level(level)
