"""Two raters who do not see one another, the third called on the same day, and how it came."""

import pytest

from browsing import SCREENS, House, Person
from cicatrix.trial.actions.visits import attend_visit
from cicatrix.trial.participant import RatingKey
from cicatrix.trial.roles import Actor

HER = "FOSHAN-021"
"""Her visit at one month can be today, and nobody has rated her."""
KEY = RatingKey("month_1", "vss", "scar")
PAGE = f"/participants/{HER}/ratings/month_1/vss/scar/"
BEN, BO, CAI = (Actor(f"foshan-rater-{n}", "rater", "foshan") for n in (1, 2, 3))
SCORES: dict[str, object] = {"vascularity": 1, "pigmentation": 2, "height": 1, "pliability": 3}


def rates(rater: Person, house: House, scores: dict[str, object]) -> None:
    study = house.site.worker.desk.study
    rule = study.form["vss"].rating
    assert rule is not None
    rater.open(PAGE)
    total = rater.text(dict(study.form["vss"].items["total"].label))
    assert rater.page.get_by_text(total, exact=True).count() == 0
    for one in rule.conditions:
        rater.page.get_by_role("checkbox", name=rater.text(dict(one.label))).check()
    rater.answers(house, "vss", scores)
    rater.press("Record and review")
    rater.reads(rater.word("Your scores are recorded. Look at them once more and sign."))
    assert rater.page.get_by_text(rater.word("Total"), exact=True).count() == 0
    rater.signs(house)
    rater.press("Sign")
    assert rater.page.get_by_text(total, exact=True).count() >= 1
    rater.reads(rater.word("Signed. Your rating is final now."))


@pytest.mark.parametrize(("language", "width"), SCREENS)
def test_a_difference_calls_a_third_rater_and_the_result_says_how_it_came(house, language, width):
    site = house.site
    cora = site.who("coordinator")
    site.worker.act(cora, attend_visit, participant=HER, visit="month_1")
    ben = house.person(BEN, language, width)
    rates(ben, house, SCORES)
    ben.reads(ben.word("Other ratings are shown when all of this scar are signed."))

    cai = house.person(CAI, language, width)
    cai.open("/")
    called = len(cai.page.get_by_text(cai.word("Two ratings differ: please rate her today.")).all())

    bo = house.person(BO, language, width)
    bo.open("/")
    bo.page.get_by_role("link", name=HER).first.click()
    bo.look()
    bo.reads_not(BEN.user)
    rates(bo, house, SCORES | {"height": 2})
    bo.reads(bo.word("The two ratings differ: a third rater is called, the same day."))
    bo.reads_not(BEN.user)

    cai.open("/")
    now = cai.page.get_by_text(cai.word("Two ratings differ: please rate her today.")).all()
    assert len(now) == called + 1
    cai.reads(cai.word("Third rater called"))
    rates(cai, house, SCORES | {"height": 2})
    cai.reads(cai.word("How it came"))
    for one in (BEN, BO, CAI):
        cai.reads(one.user)
    ratings = site.worker.desk.trial.participants[HER].ratings[KEY]
    assert [(one.rater, one.values["height"]) for one in ratings] == [
        (BEN.user, 1), (BO.user, 2), (CAI.user, 2)
    ]  # fmt: skip
    assert all(one.signature for one in ratings)
    ben.open(PAGE)
    ben.reads(CAI.user)
    total = ben.page.get_by_role("row").filter(
        has=ben.page.get_by_role(
            "rowheader",
            name=ben.text(dict(site.worker.desk.study.form["vss"].items["total"].label)),
        )
    )
    assert "8" in total.get_by_role("cell").nth(3).inner_text()


@pytest.mark.parametrize(("language", "width"), SCREENS[1:3])
def test_a_condition_that_is_not_affirmed_and_a_wrong_code_lose_nothing(house, language, width):
    ben = house.person(Actor("foshan-rater-2", "rater", "foshan"), language, width)
    ben.open("/participants/FOSHAN-020/ratings/month_1/vss/scar/")
    ben.answers(house, "vss", SCORES)
    ben.press("Record and review")
    rule = house.site.worker.desk.study.form["vss"].rating
    assert rule is not None
    assert ben.text(dict(rule.conditions[0].label)) in ben.alert()
    for one in rule.conditions:
        ben.page.get_by_role("checkbox", name=ben.text(dict(one.label))).check()
    ben.press("Record and review")
    own = house.site.worker.desk.trial.participants["FOSHAN-020"].ratings[KEY][-1]
    assert (own.rater, own.values["pliability"]) == ("foshan-rater-2", 3)
    ben.fill(ben.word("Your password"), "wrong")
    ben.fill(ben.word("Code of your authenticator application, or a recovery code"), "000000")
    ben.press("Sign")
    said = ben.word("The password or the code is wrong, or the code was used before.")
    assert said in ben.alert()
    assert own.signature is None
