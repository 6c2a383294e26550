"""Statistician, sponsor, auditor: everything about the trial, nothing about an arm."""

import pytest

from browsing import SCREENS
from cicatrix.trial.facts import RoleGranted


@pytest.mark.parametrize(("language", "width"), SCREENS[1:3])
def test_the_sponsor_sees_on_one_page_how_the_trial_stands(house, language, width):
    trial, study = house.site.worker.desk.trial, house.site.worker.desk.study
    sam = house.person("sponsor", language, width)
    sam.open("/")
    sam.follow("Oversight")
    randomised = sum(one.number is not None for one in trial.participants.values())
    planned = sum(one.planned for one in study.sites)
    sam.reads(f"{randomised} {sam.word('randomised of %(planned)s planned', planned=planned)}")
    for heading in ("Recruitment against plan", "Retention at each visit", "Data quality"):
        sam.reads(sam.word(heading))
    image = sam.page.get_by_role("img").first
    assert image.evaluate("one => one.complete && one.naturalWidth > 0")


@pytest.mark.parametrize(("language", "width"), SCREENS[:1] + SCREENS[3:])
def test_the_auditor_follows_one_value_and_proves_that_nothing_was_rewritten(
    house, language, width
):
    site = house.site
    abe = house.person("auditor", language, width)
    abe.open("/participants/?find=FOSHAN-001")
    abe.follow("FOSHAN-001")
    abe.reads(abe.word("Everything that happened"))
    abe.open("/participants/FOSHAN-001/forms/demography/baseline/-/0/items/height_cm/")
    abe.reads(abe.word("History"))
    abe.open("/audit/")
    abe.follow("Check that nothing was rewritten")
    kept = sorted((site.folder / "checkpoints").glob("*.txt"))[-1].read_text("utf-8")
    abe.fill(abe.word("The checkpoint"), kept)
    abe.press("Check it")
    holds = abe.page.get_by_role("status")
    assert holds.count() == 1
    abe.fill(abe.word("The checkpoint"), kept.replace("\n", "x\n", 3))
    abe.press("Check it")
    assert abe.alert()
    abe.open("/access/")
    granted = [one.fact.user for one in site.worker.desk.kept if isinstance(one.fact, RoleGranted)]
    for user in ("foshan-rater-3", "statistician"):
        assert user in granted
        abe.reads(user)


@pytest.mark.parametrize(("language", "width"), SCREENS[2:])
def test_the_statistician_reads_the_plan_and_learns_no_arm(house, language, width):
    dora = house.person("statistician", language, width)
    dora.open("/")
    dora.follow("Study")
    dora.reads(dora.word("Analyses"))
    dora.reads(dora.word("This is the protocol. Who is in which arm is not in this program."))
    dora.open("/oversight/")
    dora.reads(dora.word("Nothing here is by arm, and nobody who looks at it can tell one."))
    labels = [word for one in house.site.worker.desk.study.arms for word in one.label.values()]
    assert [word for word in labels if word in dora.shown()] == []


@pytest.mark.parametrize(("language", "width"), SCREENS[:2])
def test_an_image_reader_has_nothing_to_do_where_nothing_is_due(house, language, width):
    ida = house.person("image_reader", language, width)
    ida.open("/")
    ida.reads(ida.word("Nothing is due for you."))
