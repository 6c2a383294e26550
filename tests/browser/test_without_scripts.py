"""A day without JavaScript: a form, a dose and a rating, by pages alone."""

import pytest

from browsing import SCREENS
from cicatrix.trial.participant import FormKey, RatingKey
from cicatrix.trial.roles import Actor

BOTH = SCREENS[:1] + SCREENS[3:]


@pytest.mark.parametrize(("language", "width"), BOTH)
def test_a_form_is_kept_as_a_draft_and_saved(house, language, width):
    cora = house.person("coordinator", language, width, scripts=False)
    where = "/participants/FOSHAN-001/forms/adverse_event/-/-/2/"
    cora.open(where)
    items = house.site.worker.desk.study.form["adverse_event"].items
    cora.fill(cora.text(dict(items["term"].label)), "发热 fever")
    cora.press("Keep as a draft")
    cora.reads(cora.word("Your draft is kept; nothing of it is recorded yet."))
    cora.fill(cora.text(dict(items["onset"].label)), "2021-07-01")
    cora.answers(
        house, "adverse_event",
        {"severity": 1, "serious": False, "relatedness": "possible", "outcome": "recovering"},
    )  # fmt: skip
    cora.press("Save")
    saved = house.site.worker.desk.trial.participants["FOSHAN-001"].forms
    assert saved[FormKey("adverse_event", None, 2)].values == {
        "term": "发热 fever", "onset": "2021-07-01", "severity": 1, "serious": False,
        "relatedness": "possible", "outcome": "recovering",
    }  # fmt: skip


@pytest.mark.parametrize(("language", "width"), BOTH)
def test_a_dose_is_given(house, language, width):
    nora = house.person("care_provider", language, width, scripts=False)
    nora.open("/participants/FOSHAN-094/doses/")
    nora.fill(nora.word("Scan or type kit and tube"), "KA052 6")
    nora.press("Check the tube")
    assert nora.word("Do not open this tube.") in nora.alert()
    nora.fill(nora.word("Scan or type kit and tube"), "KA052 5")
    nora.press("Check the tube")
    nora.press("Applied")
    use = house.site.worker.desk.trial.participants["FOSHAN-094"].tubes[-1]
    assert (use.kit, use.tube, use.day) == ("KA052", 5, 5)


@pytest.mark.parametrize(("language", "width"), BOTH)
def test_a_scar_is_rated_and_signed(house, language, width):
    ben = house.person(Actor("foshan-rater-2", "rater", "foshan"), language, width, scripts=False)
    ben.open("/participants/FOSHAN-020/ratings/month_1/vss/scar/")
    rule = house.site.worker.desk.study.form["vss"].rating
    assert rule is not None
    for one in rule.conditions:
        ben.page.get_by_role("checkbox", name=ben.text(dict(one.label))).check()
    scores: dict[str, object] = {"vascularity": 1, "pigmentation": 2, "height": 1, "pliability": 3}
    ben.answers(house, "vss", scores)
    ben.press("Record and review")
    ben.signs(house)
    ben.press("Sign")
    key = RatingKey("month_1", "vss", "scar")
    own = house.site.worker.desk.trial.participants["FOSHAN-020"].ratings[key][-1]
    assert own.rater == "foshan-rater-2"
    assert own.signature is not None
