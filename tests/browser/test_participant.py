"""A participant on her phone: what she agreed to, when she comes, what is asked, how to stop."""

import pytest

from browsing import PHONE, SCREENS, House, Person
from cicatrix.trial.actions.people import invite_participant
from cicatrix.trial.actions.visits import attend_visit
from cicatrix.trial.participant import FormKey
from cicatrix.trial.roles import Actor

NEW = "FOSHAN-111"
BOTH = (("en", PHONE), ("zh-hans", PHONE))


def at_home(house: House, name: str, language: str, width: int) -> Person:
    """Let a woman be at her own pages, invited if she was not."""
    trial = house.site.worker.desk.trial
    herself = Actor(name, "participant", trial.participants[name].site)
    if herself not in house.site.holders("participant"):
        cora = house.site.who("coordinator", site=herself.site)
        house.site.worker.act(cora, invite_participant, participant=name)
    return house.person(herself, language, width)


@pytest.mark.parametrize(("language", "width"), [*BOTH, SCREENS[1]])
def test_she_reads_the_consent_and_signs_it_and_leaves_again(house, language, width):
    her = house.site.worker.desk.trial.participants[NEW]
    she = at_home(house, NEW, language, width)
    she.open("/")
    she.follow("Read about the trial, and sign if you want to take part")
    consent = house.site.worker.desk.study.consent
    she.reads(she.text(dict(consent.versions[0].summary)))
    release = she.text(dict(consent.releases[0].label))
    she.page.get_by_role("checkbox", name=release).check()
    she.fill(she.word("Your password"), "wrong")
    she.press("I have read it, and I agree")
    assert she.word("The password is wrong.") in she.alert()
    assert not her.consents
    assert she.page.get_by_role("checkbox", name=release).is_checked()
    she.signs(house)
    she.press("I have read it, and I agree")
    she.reads(she.word("You signed. This is your copy."))
    (signed,) = her.consents
    assert signed.language == ("zh-Hans" if language == "zh-hans" else "en")
    assert her.releases == {"photographic"}

    she.open("/mine/")
    she.follow("I want to stop")
    she.page.get_by_role("radio").last.check()
    she.press("Go on")
    she.reads(she.word("Look at it once more"))
    assert not her.withdrawals
    she.press("Yes, stop this")
    assert [(one.scope, one.by) for one in her.withdrawals] == [("all", "participant")]


@pytest.mark.parametrize(("language", "width"), BOTH)
def test_her_answers_are_kept_when_the_network_drops_and_are_hers(elsewhere, language, width):
    trial, study = elsewhere.site.worker.desk.trial, elsewhere.site.worker.desk.study
    her = next(
        one for one in trial.participants.values()
        if one.tubes and not one.withdrawals and "month_3" not in {*one.attended, *one.missed}
        and "photographic" in one.releases
    )  # fmt: skip
    cora = elsewhere.site.who("coordinator", site=her.site)
    elsewhere.site.worker.act(cora, attend_visit, participant=her.id, visit="month_3")
    she = at_home(elsewhere, her.id, language, width)
    she.open("/")
    she.reads(she.word("What waits for you"))
    she.open("/mine/forms/posas_patient/month_3/left_half/0/")
    form = study.form["posas_patient"]
    names = [name for name, item in form.items.items() if item.computed is None]
    for number, name in enumerate(names, start=1):
        she.choose(she.text(dict(form.items[name].label)), str(number))
        if number == 2:
            she.page.context.set_offline(True)
        if number == 4:
            gone = she.word("No connection. Answers that are on this screen alone:")
            she.page.get_by_role("alert").filter(has_text=gone, visible=True).wait_for()
            she.page.context.set_offline(False)
    she.press("Send my answers")
    key = FormKey("posas_patient", "month_3", 0, "left_half")
    assert [her.forms[key].values[name] for name in names] == [*range(1, len(names) + 1)]
    others = [one for one in trial.participants if one != her.id]
    assert [one for one in others if one in she.page.content()] == []
