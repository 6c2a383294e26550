"""How far a participant's visits are, and what a role that sees less is told of them."""

import pytest

from cicatrix.trial.actions.departures import withdraw
from cicatrix.trial.actions.eligibility import sign_eligibility
from cicatrix.trial.actions.forms import save_form, sign_form
from cicatrix.trial.actions.screening import sign_consent
from cicatrix.trial.actions.supply import apply_tube, miss_dose
from cicatrix.trial.actions.visits import attend_visit, miss_visit
from cicatrix.trial.participant import FormKey
from cicatrix.trial.progress import awaited, form_standing, forms_of, visit_states
from cicatrix.trial.roles import Actor
from cicatrix.trial.trial import fold
from cicatrix.trial.visibility import visible_to

HER = {"participant": "HERE-001"}
DIARY = FormKey("diary", "month_1")


def standings(stage, actor: Actor | None = None) -> dict[str, str]:
    """Give every visit's standing today, for an actor by what he or she sees."""
    trial = fold(visible_to(stage.entries, actor)) if actor else stage.trial
    her, role = trial.participants["HERE-001"], actor.role if actor else None
    today = stage.now.date()
    states = visit_states(stage.study, her, today, role=role)
    due = {one.visit.id: one.standing for one in awaited(stage.study, her, today, role=role)}
    assert due == {
        name: one.standing
        for name, one in states.items()
        if one.standing in ("due", "leaving", "overdue")
    }
    return {name: one.standing for name, one in states.items()}


def test_before_consent_and_its_releases_no_visit_has_a_date(recruiting):
    recruiting.screened()
    assert set(standings(recruiting).values()) == {"undated"}
    signed = {**HER, "consent_version": "1", "language": "en"}
    recruiting.do(sign_consent, recruiting.cora, **signed, releases=())
    assert set(standings(recruiting).values()) == {"undated"}
    recruiting.do(sign_consent, recruiting.cora, **signed, releases=("photographic",))
    assert standings(recruiting)["screening_visit"] == "due"
    assert standings(recruiting)["month_1"] == "undated"


@pytest.mark.parametrize(
    ("days", "standing"),
    [(0, "not_due"), (25, "due"), (29, "leaving"), (35, "leaving"), (36, "overdue")],
)
def test_a_visit_is_due_then_leaving_then_overdue(recruiting, days, standing):
    """Doses on 5 and 6 February 2024: one month is planned for 6 March, a week before and after."""
    recruiting.dosed()
    recruiting.go(days=days)
    assert standings(recruiting)["month_1"] == standing


def test_a_visit_that_only_gives_a_dose_is_told_by_its_dose(recruiting):
    recruiting.dispensed()
    (kit,) = recruiting.woman.kits
    recruiting.do(apply_tube, recruiting.nina, **HER, kit=kit, tube=1, day=1)
    recruiting.go(days=1)
    assert standings(recruiting)["dose_1"] == "complete"
    assert standings(recruiting)["dose_2"] == "due"
    recruiting.do(miss_dose, recruiting.nina, **HER, day=2, reason="A fever")
    assert standings(recruiting)["dose_2"] == "missed"


def test_a_dosing_day_she_came_to_is_open_until_its_dose_is_recorded(recruiting):
    recruiting.dispensed()
    recruiting.do(attend_visit, recruiting.nina, **HER, visit="dose_1")
    assert standings(recruiting)["dose_1"] == "incomplete"
    (kit,) = recruiting.woman.kits
    recruiting.do(apply_tube, recruiting.nina, **HER, kit=kit, tube=1, day=1)
    assert standings(recruiting)["dose_1"] == "complete"


def test_an_attended_visit_is_complete_once_forms_signatures_and_ratings_are(recruiting):
    recruiting.came()
    form = recruiting.study.form["diary"]

    def diary() -> str:
        return form_standing(recruiting.study, recruiting.woman, form, DIARY)

    assert (diary(), standings(recruiting)["month_1"]) == ("empty", "incomplete")
    recruiting.do(save_form, recruiting.cora, **HER, key=DIARY, values={"itch": True})
    assert diary() == "incomplete"
    values = {"itch_hours": 2}
    recruiting.do(save_form, recruiting.cora, **HER, key=DIARY, values=values)
    assert diary() == "unsigned"
    recruiting.do(sign_form, recruiting.ana, **HER, key=DIARY)
    assert (diary(), standings(recruiting)["month_1"]) == ("done", "incomplete")
    recruiting.rate(recruiting.ben, 1)
    recruiting.rate(recruiting.bo, 2)
    assert standings(recruiting)["month_1"] == "incomplete"
    recruiting.rate(recruiting.bea, 2)
    assert standings(recruiting)["month_1"] == "complete"


def test_a_role_is_told_nothing_of_forms_and_ratings_that_it_does_not_see(recruiting):
    recruiting.came()
    assert standings(recruiting, recruiting.ben)["month_1"] == "complete"
    assert standings(recruiting, recruiting.paul) == {}
    month = recruiting.study.visit["month_1"]
    seen = fold(visible_to(recruiting.entries, recruiting.nina)).participants["HERE-001"]
    forms = list(forms_of(recruiting.study, seen, month, role="care_provider"))
    assert [one.key.form for one in forms] == ["diary"]


def test_one_raters_signature_changes_nothing_for_anybody_at_the_site(recruiting):
    recruiting.came()
    before = {who: standings(recruiting, who) for who in (recruiting.cora, recruiting.bo)}
    recruiting.rate(recruiting.ben, 1)
    assert {who: standings(recruiting, who) for who in before} == before


def test_a_rater_sees_no_date_of_a_visit_that_counts_from_a_dose(recruiting):
    recruiting.dosed()
    recruiting.go(days=60)
    assert standings(recruiting)["month_1"] == "overdue"
    assert standings(recruiting, recruiting.ben)["month_1"] == "undated"


def test_what_she_withdrew_from_will_not_take_place(recruiting):
    recruiting.dispensed()
    leave = {**HER, "reason": "She moved", "by": "participant"}
    recruiting.do(withdraw, recruiting.cora, **leave, scope="treatment")
    assert standings(recruiting)["dose_1"] == "ended"
    assert standings(recruiting)["month_1"] == "undated"
    recruiting.do(withdraw, recruiting.cora, **leave, scope="visits")
    assert standings(recruiting)["month_1"] == "ended"


def test_who_is_not_eligible_is_not_awaited(recruiting):
    recruiting.answered(age=17)
    recruiting.do(sign_eligibility, recruiting.ana, **HER)
    assert standings(recruiting)["screening_visit"] == "complete"
    assert standings(recruiting)["dose_1"] == "ended"


def test_a_missed_visit_is_missed_until_she_comes_after_all(recruiting):
    recruiting.dosed()
    recruiting.go(days=60)
    recruiting.do(miss_visit, recruiting.cora, **HER, visit="month_1", reason="She travelled")
    assert standings(recruiting)["month_1"] == "missed"
    recruiting.do(attend_visit, recruiting.cora, **HER, visit="month_1")
    assert standings(recruiting)["month_1"] == "incomplete"
