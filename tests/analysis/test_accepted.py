import pytest

from cicatrix.analysis.accepted import accept
from cicatrix.analysis.participants import enrol
from cicatrix.trial.checks import basis
from cicatrix.trial.participant import RatingKey, Withdrawal

BEN, BO, CID = ({"colour": 2, "height": 1}, {"colour": 1, "height": 1}, {"colour": 2, "height": 0})


def rows(made):
    study = made.study
    return {
        (row.place.participant, row.place.visit, row.place.region): row
        for row in accept(study, enrol(study, made.trial, made.allocation))
    }


def rated(world, tiny, *ratings):
    made = world(tiny, ["gel"])
    made.rate(made.enrol(), "month_6", "score", "scar", *ratings)
    return rows(made)["HERE-001", "month_6", "scar"]


def rated_otherwise(study, **rule):
    """Give the study with another rule for how its form `score` is rated."""
    forms = tuple(
        form.model_copy(update={"rating": form.rating.model_copy(update=rule)})
        if form.id == "score"
        else form
        for form in study.forms
    )
    fields = {name: getattr(study, name) for name in type(study).model_fields}
    return type(study)(**fields | {"forms": forms})


def test_two_equal_ratings_stand(world, tiny):
    row = rated(world, tiny, BEN, BEN)
    assert (row.total, row.how, row.reason, row.third_called) == (3, "agreed", None, False)


def test_the_most_frequent_value_of_each_item_makes_the_total(world, tiny):
    row = rated(world, tiny, BEN, BO, CID)
    assert (row.total, row.how, dict(row.items)) == (3, "mode", {"colour": 2, "height": 1})
    assert row.given == (3, 2, 2)


def test_three_different_values_give_the_median_and_a_flag(world, tiny):
    row = rated(world, tiny, {"colour": 0, "height": 1}, {"colour": 1, "height": 1}, BEN)
    assert (row.total, row.how, row.flags) == (2, "median", ("no_mode",))


@pytest.mark.parametrize(
    ("ratings", "reason"),
    [((), "no_rating"), ((BEN,), "second_rating_missing"), ((BEN, BO), "third_rating_missing")],
)
def test_a_missing_rating_leaves_no_score_and_its_reason(world, tiny, ratings, reason):
    row = rated(world, tiny, *ratings)
    assert (row.total, row.reason) == (None, reason)


def test_an_unsigned_rating_does_not_count(world, tiny):
    made = world(tiny, ["gel"])
    person = made.enrol()
    made.rate(person, "month_6", "score", "scar", BEN, BEN)
    person.ratings[RatingKey("month_6", "score", "scar")][1].signature = None
    assert rows(made)["HERE-001", "month_6", "scar"].reason == "second_rating_missing"


def test_each_way_to_have_no_visit_has_its_own_reason(world, tiny):
    made = world(tiny, ["gel", "placebo", "gel", "placebo"])
    missed, left, gone, _silent = (made.enrol() for _ in range(4))
    missed.missed["month_6"] = "moved away"
    left.withdrawals.append(Withdrawal("visits", "no time", "participant", left.screened_on))
    made.rate(gone, "month_6", "score", "scar", BEN, BEN)
    gone.withdrawals.append(Withdrawal("all", "regret", "participant", gone.screened_on))
    found = [rows(made)[f"HERE-{k:03d}", "month_6", "scar"] for k in range(1, 5)]
    assert [(row.reason, row.detail) for row in found] == [
        ("visit_missed", "moved away"),
        ("withdrawn_from_visits", "no time"),
        ("data_withdrawn", None),
        ("visit_not_recorded", None),
    ]


def test_where_totals_are_compared_the_total_that_two_gave_is_accepted(world, split):
    made = world(split, ["left_treated"], stratum="site=one")
    names = basis("total", split.form["posas_observer"])
    low, high = dict.fromkeys(names, 2), dict.fromkeys(names, 3)
    mixed = {name: 1 if place % 2 else 3 for place, name in enumerate(names)}
    made.rate(made.enrol(), "month_12", "posas_observer", "left_half", low, high, mixed)
    row = next(row for key, row in rows(made).items() if key[1:] == ("month_12", "left_half"))
    assert (row.total, row.how, row.given) == (12, "mode", (12, 18, 12))
    assert set(dict(row.items).values()) == {None}


def test_an_item_under_an_accepted_total_is_that_of_the_raters_who_gave_the_total(world, split):
    made = world(split, ["left_treated"], stratum="site=one")
    names = basis("total", split.form["posas_observer"])
    low, high = dict.fromkeys(names, 2), dict.fromkeys(names, 3)
    made.rate(made.enrol(), "month_12", "posas_observer", "left_half", low, high, low)
    row = next(row for key, row in rows(made).items() if key[1:] == ("month_12", "left_half"))
    assert (row.total, dict(row.items)) == (12, low)


def test_where_only_totals_call_a_third_equal_totals_stand_although_the_items_differ(world, tiny):
    made = world(rated_otherwise(tiny, differ_on="total"), ["gel"])
    made.rate(made.enrol(), "month_6", "score", "scar", BO, CID)
    row = rows(made)["HERE-001", "month_6", "scar"]
    assert (row.total, row.how, row.reason) == (2, "agreed", None)
    assert dict(row.items) == {"colour": None, "height": None}


def test_only_the_items_in_the_total_are_adjudicated(world, split):
    made = world(split, ["left_treated"], stratum="site=one")
    form = split.form["posas_observer"]
    answers = dict.fromkeys(basis("total", form), 2) | {"overall": 7}
    assert "overall" in form.items
    made.rate(made.enrol(), "month_12", form.id, "left_half", answers, answers)
    row = next(row for key, row in rows(made).items() if key[1:] == ("month_12", "left_half"))
    assert dict(row.items) == dict.fromkeys(basis("total", form), 2)


def test_a_single_rater_s_score_stands_alone(world, tiny):
    made = world(rated_otherwise(tiny, raters=1), ["gel"])
    made.rate(made.enrol(), "month_6", "score", "scar", BEN)
    row = rows(made)["HERE-001", "month_6", "scar"]
    assert (row.total, row.how, row.reason) == (3, "single", None)
