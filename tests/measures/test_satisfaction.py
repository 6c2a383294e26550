import pytest

from cicatrix.measures.satisfaction import LEVELS, rank


def test_the_five_words_are_ranked_in_order():
    words = ["None", "Slight", "Moderate", "Good", "Very good"]
    assert [rank(level) for level in words] == [0, 1, 2, 3, 4]
    assert list(LEVELS) == words


@pytest.mark.parametrize("level", ["very good", "", "Excellent", None])
def test_another_word_is_refused(level):
    with pytest.raises(ValueError, match="is no level of satisfaction; use one of None, Slight"):
        rank(level)
