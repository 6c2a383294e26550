import pytest

from cicatrix.simulation.packing import read_packing
from cicatrix.trial.errors import Refused


def test_a_sheet_gives_the_content_of_each_tube_of_each_kit():
    text = "kit,tube,content\nK1,1,gel\r\nK1,2,plain\n\nK2,1,gel\n"
    assert read_packing(text) == {("K1", 1): "gel", ("K1", 2): "plain", ("K2", 1): "gel"}


def test_a_sheet_with_a_byte_order_mark_from_a_spreadsheet_is_read():
    assert read_packing("\ufeffkit,tube,content\nK1,1,gel\n") == {("K1", 1): "gel"}


def test_a_sheet_without_rows_is_read_as_one_that_packs_nothing():
    assert read_packing("kit,tube,content\n") == {}


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("", 1, "its columns are none"),
        ("kit;tube;content\nK1;1;gel\n", 1, "its columns are kit;tube;content"),
        ("kit,tube,content\nK1,1\n", 2, "a row needs a kit, a tube and a content"),
        ("kit,tube,content\nK1,1, \n", 2, "a row needs a kit, a tube and a content"),
        ("kit,tube,content\nK1,one,gel\n", 2, "the tube's number is one"),
        ("kit,tube,content\nK1,²,gel\n", 2, "the tube's number is ²"),
        ("kit,tube,content\nK1,1,gel\nK1,1,plain\n", 3, "tube 1 of kit K1 stands in it twice"),
    ],
)
def test_a_bad_sheet_gets_one_sentence_with_its_line(text, line, why):
    with pytest.raises(Refused) as refusal:
        read_packing(text)
    assert refusal.value.rule == "packing_sheet"
    assert f"line {line}: {why}" in refusal.value.sentence
    assert refusal.value.sentence.count("\n") == 0
