"""What passes before any act, where no act of its own shows it: how long a reason may be."""

import pytest

from cicatrix.trial.actions.departures import withdraw
from cicatrix.trial.actions.forms import save_form
from cicatrix.trial.actions.gate import LONGEST_REASON, reasoned
from cicatrix.trial.actions.photographs import take_photograph
from cicatrix.trial.actions.screening import sign_consent, withdraw_release
from cicatrix.trial.errors import NotPermitted, Refused
from cicatrix.trial.participant import FormKey


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


OF_HERS = {
    "a consent": (sign_consent, {"consent_version": "1", "language": "en", "releases": ()}),
    "a release": (withdraw_release, {"release": "photographic", "reason": "No"}),
    "a withdrawal": (withdraw, {"scope": "all", "reason": "No", "by": "participant"}),
    "a photograph": (take_photograph, {"digest": "ab" * 32, "media_type": "image/png"}),
    "a form": (save_form, {"key": FormKey("diary", "month_1"), "values": {"itch": True}}),
    "a row": (save_form, {"key": FormKey("diary", None, 1), "values": {"itch": True}}),
}


@pytest.mark.parametrize("what", OF_HERS)
def test_to_a_participant_any_other_is_as_one_who_does_not_exist(recruiting, what):
    act, how = OF_HERS[what]
    recruiting.consented()
    recruiting.consented()
    recruiting.consented(site="there")
    for name in ("HERE-002", "HERE-009", "THERE-001"):
        with pytest.raises(NotPermitted) as refusal:
            act(
                recruiting.study, recruiting.trial, recruiting.one, now=recruiting.now,
                participant=name, **how,
            )  # fmt: skip
        assert str(refusal.value) == f"There is no participant {name} at here."
