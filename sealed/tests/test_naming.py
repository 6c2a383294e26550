"""What may stand as a name, in any script, and what would pass for more than a name."""

import pytest

from cicatrix_sealed.naming import is_name


@pytest.mark.parametrize("name", ["Chen", "Dr Ana d'Été", "孙丽", "x" * 100, "002"])
def test_a_name_is_printable_in_any_script(name):
    assert is_name(name)


@pytest.mark.parametrize(
    "name", ["", "  ", "a\nb", "a\u2028b", "\x1b[2J", "\u202ea", "a\x00", "\udcff", "x" * 101]
)
def test_a_break_a_control_or_too_much_is_no_name(name):
    assert not is_name(name)
