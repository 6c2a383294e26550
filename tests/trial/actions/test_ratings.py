"""Ratings: independent, complete, by those who gave no dose, final once signed."""

from datetime import date
from pathlib import Path

import pytest

from cicatrix.trial.actions.departures import withdraw
from cicatrix.trial.actions.people import grant_role
from cicatrix.trial.actions.ratings import differ, record_rating, sign_rating
from cicatrix.trial.actions.supply import apply_tube
from cicatrix.trial.actions.visits import attend_visit
from cicatrix.trial.participant import Rating, RatingKey
from cicatrix.trial.reading import read_study
from cicatrix.trial.roles import Actor

KEY = RatingKey("month_1", "score", "scar")
HER = {"participant": "HERE-001", "key": KEY}
RATE = {**HER, "values": {"colour": 1, "height": 1}, "conditions": ("supine",)}


@pytest.fixture
def came(recruiting):
    recruiting.came()
    return recruiting


def kinds(facts):
    return [type(fact).__name__ for fact in facts]


def positions(stage):
    return {one.rater: one.position for one in stage.woman.ratings[KEY]}


def test_two_raters_rate_in_either_order_and_sign(came):
    came.do(record_rating, came.bo, **RATE)
    came.do(record_rating, came.ben, **RATE)
    assert positions(came) == {"bo": 1, "ben": 2}
    assert kinds(came.do(sign_rating, came.ben, **HER)) == ["RatingSigned"]
    assert kinds(came.do(sign_rating, came.bo, **HER)) == ["RatingSigned"]
    assert all(one.signature.user == one.rater for one in came.woman.ratings[KEY])


def test_the_total_is_never_typed(came):
    typed = {"colour": 1, "height": 1, "total": 2}
    assert came.refused(record_rating, came.ben, **RATE | {"values": typed}) == "type"


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"values": {"colour": 1}}, "incomplete"),
        ({"values": {"colour": 3, "height": 1}}, "type"),
        ({"values": {"colour": "1", "height": 1}}, "type"),
        ({"conditions": ()}, "conditions"),
        ({"conditions": ("supine", "asleep")}, "conditions"),
        ({"on": date(2024, 2, 7)}, "same_day"),
        ({"key": RatingKey("month_6", "score", "scar")}, "not_attended"),
        ({"key": RatingKey("dose_1", "score", "scar")}, "unknown_rating"),
        ({"key": RatingKey("month_1", "diary", "scar")}, "unknown_rating"),
        ({"key": RatingKey("month_1", "score", "arm")}, "region"),
        ({"participant": "HERE-009"}, "unknown_participant"),
    ],
)
def test_a_rating_that_cannot_be_is_refused(came, change, rule):
    assert came.refused(record_rating, came.ben, **RATE | change) == rule


def test_a_rater_may_correct_her_own_rating_with_a_reason_until_she_signs_it(came):
    came.do(record_rating, came.ben, **RATE)
    better = RATE | {"values": {"colour": 2, "height": 1}}
    assert came.refused(record_rating, came.ben, **better) == "reason"
    came.do(record_rating, came.ben, **better, reason="Better light")
    (rating,) = came.woman.ratings[KEY]
    assert (rating.position, rating.values["colour"]) == (1, 2)
    came.do(sign_rating, came.ben, **HER)
    assert came.refused(record_rating, came.ben, **RATE, reason="Again") == "rated"
    assert came.refused(sign_rating, came.ben, **HER) == "signed"


def test_nobody_signs_a_rating_that_is_not_there_or_not_hers(came):
    assert came.refused(sign_rating, came.ben, **HER) == "unknown_rating"
    came.do(record_rating, came.ben, **RATE)
    assert came.refused(sign_rating, came.bo, **HER) == "unknown_rating"


def test_who_gave_a_dose_does_not_rate(came):
    came.do(grant_role, came.ada, user="nina", role="rater", site="here")
    nina = Actor("nina", "rater", "here")
    assert came.refused(record_rating, nina, **RATE) == "gave_dose"


def test_who_rates_gives_no_dose_and_does_not_sign_if_it_happened(recruiting):
    name = recruiting.dispensed()
    tube = {"participant": name, "kit": recruiting.woman.kits[0]}
    recruiting.do(apply_tube, recruiting.nina, **tube, tube=1, day=1)
    recruiting.go(days=30)
    recruiting.do(attend_visit, recruiting.cora, participant=name, visit="month_1")
    recruiting.do(grant_role, recruiting.ada, user="ben", role="care_provider", site="here")
    recruiting.do(record_rating, recruiting.ben, **RATE)
    nurse = Actor("ben", "care_provider", "here")
    assert recruiting.refused(apply_tube, nurse, **tube, tube=2, day=2) == "rated"
    happened = ("wrong_tube", "He was alone on the ward.")
    recruiting.do(apply_tube, nurse, **tube, tube=2, day=2, deviation=happened)
    assert recruiting.refused(sign_rating, recruiting.ben, **HER) == "gave_dose"


def test_no_third_rating_while_two_agree(came):
    came.rate(came.ben, 1)
    came.rate(came.bo, 1)
    assert came.woman.called == {}
    assert came.refused(record_rating, came.bea, **RATE) == "raters"


def test_two_signed_ratings_that_differ_call_a_third_rater_the_same_day(came):
    came.rate(came.ben, 1)
    came.do(record_rating, came.bo, **RATE | {"values": {"colour": 2, "height": 1}})
    assert came.woman.called == {}
    facts = came.do(sign_rating, came.bo, **HER)
    assert kinds(facts) == ["RatingSigned", "AdjudicationCalled"]
    assert came.woman.called == {KEY: came.now.date()}
    for first in (came.ben, came.bo):
        assert came.refused(record_rating, first, **RATE, reason="Again") == "rated"
    came.do(record_rating, came.bea, **RATE | {"values": {"colour": 0, "height": 1}})
    assert positions(came)["bea"] == 3
    assert kinds(came.do(sign_rating, came.bea, **HER)) == ["RatingSigned"]
    came.do(grant_role, came.ada, user="zoe", role="rater", site="here")
    assert came.refused(record_rating, Actor("zoe", "rater", "here"), **RATE) == "raters"


def test_a_third_rating_another_day_is_refused(came):
    came.rate(came.ben, 1)
    came.rate(came.bo, 2)
    came.go(days=1)
    assert came.refused(record_rating, came.bea, **RATE) == "same_day"


@pytest.mark.parametrize(
    ("differ_on", "second", "called"),
    [("item", (0, 2), True), ("total", (0, 2), False), ("total", (2, 1), True)],
)
def test_ratings_differ_in_an_item_or_in_the_total_as_the_study_says(
    recruiting, differ_on, second, called
):
    stage = recruiting
    old = "      conditions:\n        - {id: supine"
    study = stage.amended((old, f"      differ_on: {differ_on}\n{old}"), version="1")
    stage.study = study
    stage.trial.versions["1"] = study.digest
    stage.came()
    stage.rate(stage.ben, 1, 1)
    stage.rate(stage.bo, *second)
    assert (KEY in stage.woman.called) is called


def test_what_was_rated_before_a_withdrawal_is_still_signed_and_nothing_is_added(came):
    came.do(record_rating, came.ben, **RATE)
    came.do(
        withdraw, came.cora, participant="HERE-001", scope="visits", reason="Moved",
        by="participant",
    )  # fmt: skip
    came.do(sign_rating, came.ben, **HER)
    assert came.refused(record_rating, came.bo, **RATE) == "withdrawn"


def test_only_a_rater_of_her_site_rates_and_signs(came):
    others = (came.ana, came.cora, came.nina, came.dan, came.dora, came.evita)
    came.denied(record_rating, *others, **RATE)
    came.do(record_rating, came.ben, **RATE)
    came.denied(sign_rating, *others, **HER)


def test_a_visit_is_rated_once_she_came(recruiting):
    recruiting.dosed()
    assert recruiting.refused(record_rating, recruiting.ben, **RATE) == "not_attended"
    recruiting.go(days=30)
    recruiting.do(attend_visit, recruiting.cora, participant="HERE-001", visit="month_1")
    recruiting.do(record_rating, recruiting.ben, **RATE)


def test_an_opinion_beside_the_total_calls_no_third_rater():
    path = Path(__file__).parents[3] / "studies/SPLIT-SCAR.yaml"
    study = read_study(path.read_bytes(), file=path.name)
    form = study.form["posas_observer"]
    rule = form.rating.model_copy(update={"differ_on": "item"})
    scores = dict.fromkeys(("vascularity", "pigmentation", "thickness", "relief"), 3)
    scores |= {"pliability": 2, "surface_area": 4}
    day = date(2024, 3, 4)
    ben, bo, other = (
        Rating(place, rater, scores | changed, (), day, study.version, "")
        for place, rater, changed in (
            (1, "ben", {"overall": 2}),
            (2, "bo", {"overall": 7}),
            (2, "bo", {"overall": 2, "relief": 4}),
        )
    )
    assert not differ(study, form, rule, ben, bo)
    assert differ(study, form, rule, ben, other)
