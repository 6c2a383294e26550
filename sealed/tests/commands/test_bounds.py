"""What is given to `commit` and `abort` beyond all use is refused at once, and nothing is lost."""

import pytest


@pytest.mark.parametrize("by", ["", " ", "eve\nOK", "\x1b[2Jeve", "e" * 101, "\udcff"])
def test_who_acts_has_a_name_of_one_printable_line(bare, by):
    with bare.losing_nothing():
        run = bare.commit("--by", by)
    assert run.exit_code == 2
    assert "a name has 1 to 100 printable characters and no line break" in run.stderr


def test_a_reason_is_of_a_length_that_people_read(promised, refused):
    with promised.losing_nothing():
        told = promised.run("abort", "--reason", "x" * 2001)
        refused(told, "2001 characters, and at most 2000 can be recorded")
    assert promised.run("abort", "--reason", "x" * 2000).exit_code == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--procedure", "big_stick", "--limit", "9" * 23), "big_stick.limit: "),
        (("--procedure", "urn", "--start", "9" * 23), "urn.start: "),
        (("--procedure", "urn", "--add", "9" * 23), "urn.add: "),
        (
            ("--procedure", "biased_coin", "--probability", "9007199254740993/9007199254740994"),
            "biased_coin.probability.0: ",
        ),
    ],
)
def test_a_number_beyond_all_use_is_refused(bare, refused, words, told):
    with bare.losing_nothing():
        refused(bare.commit(*words), f"({told}", "1000000): choose a smaller number.")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--block-sizes", "99999999999"), "A block has at most 1,000 places"),
        (("--block-sizes", "1002"), "A block has at most 1,000 places, and one of 1,002"),
        (("--slots", "99999999999"), "at most 1,000,000 places in all"),
        (("--procedure", "simple", "--slots", "1000001"), "1,000,001: choose fewer with --slots"),
    ],
)
def test_a_list_beyond_all_use_is_refused_at_once(bare, refused, words, told):
    with bare.losing_nothing():
        refused(bare.commit(*words), told)
