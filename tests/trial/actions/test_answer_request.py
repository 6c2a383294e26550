"""Answers to requests: the next number, in the order of the requests, by the pharmacist alone."""

from cicatrix.trial.actions.answer_request import answer_request, waiting
from cicatrix.trial.actions.departures import withdraw
from cicatrix.trial.actions.people import change_recruitment
from cicatrix.trial.facts import Randomised
from cicatrix.trial.roles import Actor
from cicatrix.trial.trial import fold
from cicatrix.trial.visibility import visible_to

HER = {"participant": "HERE-001"}


def test_requests_get_the_next_numbers_in_their_order_whatever_their_levels(minimised):
    names = [minimised.asked(site=site, skin=skin) for site, skin in
             (("here", 0), ("there", 1), ("here", 1))]  # fmt: skip
    assert waiting(minimised.trial) == tuple(names)
    for name in names:
        (fact,) = minimised.do(answer_request, minimised.paul, participant=name)
        assert isinstance(fact, Randomised)
        assert fact.stratum == "all"
    assert minimised.trial.numbers == dict(zip(("001", "002", "003"), names, strict=True))
    assert waiting(minimised.trial) == ()


def test_whoever_asked_later_waits(minimised):
    minimised.asked()
    later = minimised.asked(site="there")
    refused = minimised.refused(answer_request, minimised.paul, participant=later)
    assert refused == "not_first"


def test_who_did_not_ask_or_was_answered_gets_no_answer(minimised):
    minimised.eligible()
    assert minimised.refused(answer_request, minimised.paul, **HER) == "not_requested"
    assert minimised.refused(answer_request, minimised.paul, participant="X") == "not_requested"
    two = minimised.asked()
    minimised.do(answer_request, minimised.paul, participant=two)
    refused = minimised.refused(answer_request, minimised.paul, participant=two)
    assert refused == "not_requested"


def test_a_request_stands_though_she_withdrew_or_recruitment_was_closed(minimised):
    minimised.asked()
    leave = {"scope": "all", "reason": "Moved", "by": "participant"}
    minimised.do(withdraw, minimised.cora, **HER, **leave)
    minimised.do(change_recruitment, minimised.sue, status="SUSPENDED", reason="A recall")
    (fact,) = minimised.do(answer_request, minimised.paul, **HER)
    assert fact.number == "001"


def test_the_day_is_that_of_the_answer_at_her_site(minimised):
    minimised.asked()
    day = minimised.go(days=3)
    (fact,) = minimised.do(answer_request, minimised.paul, **HER)
    assert fact.on == day


def test_answering_is_for_the_pharmacist_alone(minimised):
    minimised.asked()
    others = [one for one in minimised.people if one.role != "pharmacist"]
    minimised.denied(answer_request, *others, **HER)


def test_her_levels_are_seen_where_she_is_and_no_rater_sees_a_request(minimised):
    minimised.asked()
    minimised.asked(site="there")

    def asked(actor):
        return list(fold(visible_to(minimised.entries, actor)).requested)

    assert asked(minimised.cora) == ["HERE-001"]
    assert asked(minimised.eva) == ["THERE-001"]
    assert asked(minimised.paul) == asked(minimised.dan) == ["HERE-001", "THERE-001"]
    assert asked(minimised.ben) == asked(Actor("ida", "image_reader")) == []
