"""What one person wants to change, set against what is recorded and what others changed."""

import pytest

from cicatrix.web.forms.answers import Typed
from cicatrix.web.forms.proposal import Recorded, propose
from world import load

STUDY = load("NCT04034615")
PHOTO, EVENT, BODY = (STUDY.form[name] for name in ("photograph", "adverse_event", "demography"))


def proposal(form, typed, base=None, now=None):
    base = base or Recorded()
    return propose(form, STUDY.codes, typed, base=base, now=now or base)


def test_only_what_differs_from_what_was_shown_counts_as_changed():
    base = Recorded({"height_cm": 160, "weight_kg": 61.5})
    made = proposal(BODY, {"height_cm": Typed(("160",)), "weight_kg": Typed(("62",))}, base)
    assert (made.changed, made.corrected, made.unsent) == ({"weight_kg": 62}, ["weight_kg"], 1)


def test_a_number_typed_in_another_way_is_no_change():
    base = Recorded({"height_cm": 160})
    assert proposal(BODY, {"height_cm": Typed(("160.0",))}, base).empty


def test_what_another_saved_meanwhile_stays_and_is_named():
    base = Recorded({"height_cm": 160, "weight_kg": 61.5})
    now = Recorded({"height_cm": 161, "weight_kg": 61.5})
    typed = {"height_cm": Typed(("160",)), "weight_kg": Typed(("62",))}
    made = proposal(BODY, typed, base, now)
    assert made.changed == {"weight_kg": 62}
    assert made.theirs == {"height_cm"}
    assert made.answers["height_cm"] == 161


def test_where_both_changed_the_same_item_both_are_kept_apart():
    base, now = Recorded({"height_cm": 160}), Recorded({"height_cm": 161})
    made = proposal(BODY, {"height_cm": Typed(("162",))}, base, now)
    assert (made.changed, made.theirs) == ({"height_cm": 162}, {"height_cm"})


def test_where_both_changed_it_to_the_same_nothing_is_left_to_do():
    base, now = Recorded({"height_cm": 160}), Recorded({"height_cm": 161})
    assert proposal(BODY, {"height_cm": Typed(("161",))}, base, now).empty


def test_a_recorded_answer_is_not_deleted_without_a_reason():
    base = Recorded({"height_cm": 160})
    made = proposal(BODY, {"height_cm": Typed(("",))}, base)
    assert list(made.wrong) == ["height_cm"]
    made = proposal(BODY, {"height_cm": Typed(("",), "not_done")}, base)
    assert (made.gone, made.wrong) == ({"height_cm": "not_done"}, {})


def test_an_answer_and_a_new_reason_for_none_are_asked_about():
    made = proposal(BODY, {"height_cm": Typed(("160",), "not_done")})
    assert "not both" in made.wrong["height_cm"]


@pytest.mark.parametrize(
    ("base", "typed", "changed", "gone"),
    [
        (Recorded({"height_cm": 160}), Typed(("160",), "not_done"), {}, {"height_cm": "not_done"}),
        (
            Recorded({}, {"height_cm": "not_done"}),
            Typed(("160",), "not_done"),
            {"height_cm": 160},
            {},
        ),
    ],
)
def test_of_an_old_answer_and_a_new_one_beside_it_the_new_one_counts(base, typed, changed, gone):
    made = proposal(BODY, {"height_cm": typed}, base)
    assert (made.changed, made.gone) == (changed, gone)


def test_an_answer_to_what_is_not_asked_is_left_out_and_named():
    typed = {"photograph_taken": Typed(("=true",)), "not_taken_because": Typed(("broken",))}
    made = proposal(PHOTO, typed)
    assert (made.changed, made.left_out) == ({"photograph_taken": True}, ["not_taken_because"])
    assert made.asked == {"colour_card": True, "not_taken_because": False}


def test_what_is_taken_back_with_another_answer_counts_as_corrected():
    base = Recorded({"photograph_taken": True, "colour_card": True})
    made = proposal(PHOTO, {"photograph_taken": Typed(("=false",))}, base)
    assert made.corrected == ["photograph_taken", "colour_card"]


def test_a_hard_check_is_wrong_and_a_soft_one_doubtful():
    typed = {"outcome": Typed(("=fatal",)), "serious": Typed(("=false",))}
    assert proposal(EVENT, typed).wrong == {"outcome": "A fatal event is always serious."}
    typed = {"severity": Typed(("=1",)), "serious": Typed(("=true",))}
    made = proposal(EVENT, typed)
    assert made.wrong == {}
    assert list(made.doubtful.values()) == ["Serious but mild; please confirm."]
