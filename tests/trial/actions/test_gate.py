"""What passes before any act, where no act of its own shows it: how long a reason may be."""

import pytest

from cicatrix.trial.actions.gate import LONGEST_REASON, reasoned
from cicatrix.trial.errors import Refused


def test_a_reason_is_given_back_without_the_spaces_around_it():
    assert reasoned("  It itches\n", what="A withdrawal") == "It itches"
    assert reasoned("It itches.\nShe left.", what="A withdrawal") == "It itches.\nShe left."
    longest = "é" * LONGEST_REASON
    assert reasoned(f" {longest} ", what="A withdrawal") == longest


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        (None, "A query needs a reason; write one short sentence."),
        (" \n", "A query needs a reason; write one short sentence."),
        ("x" * (LONGEST_REASON + 1), "2001 characters, and at most 2000 can be recorded"),
        ("She said \udcff", "octets that are no text"),
        ("\x1b[2J gone", "octets that are no text"),
        ("one\x00two", "octets that are no text"),
    ],
)
def test_what_is_no_short_text_is_refused(reason, told):
    with pytest.raises(Refused, match=told) as refusal:
        reasoned(reason, what="A query")
    assert refusal.value.rule == "reason"
    assert "x" * 20 not in refusal.value.sentence
