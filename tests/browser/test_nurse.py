"""At the bedside: the right tube is one green line, a wrong one is loud, a dropped one a spare."""

import pytest

from browsing import SCREENS, House, Person
from cicatrix.web.supply.dosing import kits_to_dispense

HER, KIT, DAY = "FOSHAN-094", "KA052", 5
"""Her fifth dose is due today; she holds this kit, and it has not been opened for today."""


def scans(nora: Person, label: str) -> None:
    nora.fill(nora.word("Scan or type kit and tube"), label)
    nora.press("Check the tube")


def given(house: House) -> list[tuple[str, int, int]]:
    her = house.site.worker.desk.trial.participants[HER]
    return [(use.kit, use.tube, use.day) for use in her.tubes]


@pytest.mark.parametrize(("language", "width"), SCREENS)
def test_a_wrong_tube_is_stopped_and_the_right_one_is_one_green_line(house, language, width):
    nora = house.person("care_provider", language, width)
    before = given(house)
    nora.open("/")
    nora.reads(nora.word("Dose of day %(day)s", day=DAY))
    nora.follow("Doses")
    nora.follow(HER)
    nora.reads(nora.word("Day %(day)s is due", day=DAY))
    scans(nora, f"{KIT} 6")
    stop = nora.alert()
    assert nora.word("Do not open this tube.") in stop
    assert KIT in stop
    assert nora.of("button", "Applied").count() == 0
    scans(nora, f"KA050 {DAY}")
    assert nora.word("Do not open this tube.") in nora.alert()
    assert given(house) == before

    scans(nora, f"{KIT} {DAY}")
    right = nora.page.get_by_role("status").filter(has_text=HER)
    assert right.count() == 1
    assert right.inner_text().startswith(
        nora.word(
            "Right: %(name)s, day %(day)s, tube %(tube)s of kit %(kit)s. %(time)s",
            name=HER, day=DAY, tube=DAY, kit=KIT, time="",
        ).strip()
    )  # fmt: skip
    assert given(house) == before
    nora.press("Applied")
    assert given(house) == [*before, (KIT, DAY, DAY)]
    nora.reads(nora.word("Day %(day)s is given", day=DAY))


@pytest.mark.parametrize(("language", "width"), SCREENS)
def test_a_dropped_tube_is_replaced_by_the_spare_of_her_own_number(house, language, width):
    nora = house.person("care_provider", language, width, nth=1)
    desk = house.site.worker.desk
    her = desk.trial.participants[HER]
    today = house.site.worker.seen_by(house.site.who("monitor")).today(her.site)
    spare = kits_to_dispense(desk.trial, her, today)[0]
    nora.open(f"/participants/{HER}/doses/")
    scans(nora, f"{KIT} {DAY}")
    nora.follow("Tube dropped or damaged")
    nora.fill(nora.word("Reason, in one sentence"), "掉在地上 dropped on the floor")
    nora.press("Record")
    assert her.discarded == {(KIT, DAY): "掉在地上 dropped on the floor"}
    nora.reads(nora.word("Hand out a spare kit: %(kits)s.", kits=spare))
    nora.follow("Hand out a spare kit")
    nora.fill(nora.word("Scan or type the kit in your hand"), spare)
    nora.fill(nora.word("Reason, in one sentence"), "the tube was dropped")
    nora.press("Hand out")
    assert her.kits == [KIT, spare]
    scans(nora, f"{spare} {DAY}")
    nora.press("Applied")
    assert given(house)[-1] == (spare, DAY, DAY)


@pytest.mark.parametrize(("language", "width"), SCREENS[:1] + SCREENS[3:])
def test_tube_four_looks_like_tube_three(house, language, width):
    nora = house.person("care_provider", language, width)
    nora.open(f"/participants/{HER}/doses/")
    shown = nora.page.content()
    study = house.site.worker.desk.study
    contents = [word for one in study.treatment.contents for word in one.label.values()]
    arms = [word for one in study.arms for word in one.label.values()]
    assert contents
    assert arms
    assert [word for word in (*contents, *arms) if word in shown] == []
    rows = nora.page.get_by_role("row").filter(has=nora.page.get_by_role("rowheader"))
    assert rows.count() == 6
