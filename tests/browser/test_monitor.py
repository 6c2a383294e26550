"""A monitor's two days: values against their source, item by item; a query raised and closed."""

import re

import pytest

from browsing import SCREENS
from cicatrix.trial.participant import FormKey

HER, KEY = "FOSHAN-001", FormKey("demography", "baseline")
PAGE = f"/participants/{HER}/forms/demography/baseline/-/0/"


@pytest.mark.parametrize(("language", "width"), SCREENS[1:3])
def test_he_verifies_a_form_against_its_source(house, language, width):
    chen = house.person("monitor", language, width)
    chen.open("/")
    chen.follow("Verification")
    first = chen.page.get_by_role("main").get_by_role("listitem").get_by_role("link").first
    with chen.page.expect_navigation():
        first.click()
    chen.look()
    her = house.site.worker.desk.trial.participants[re.findall(r"FOSHAN-\d+", chen.page.url)[0]]
    before = sum(len(data.verified) for data in her.forms.values())
    boxes = chen.page.get_by_role("checkbox").all()
    assert len(boxes) > 1
    for box in boxes[:-1]:
        box.check()
    chen.press("Verify what is ticked")
    after = sum(len(data.verified) for data in her.forms.values())
    assert after == before + len(boxes) - 1


@pytest.mark.parametrize(("language", "width"), SCREENS[:1] + SCREENS[3:])
def test_a_query_is_raised_answered_and_closed(house, language, width):
    items = house.site.worker.desk.study.form["demography"].items
    her = house.site.worker.desk.trial.participants[HER]
    known = set(her.queries)
    chen = house.person("monitor", language, width)
    chen.open(PAGE)
    height = chen.text(dict(items["height_cm"].label))
    chen.follow(re.compile(f"^{re.escape(chen.word('History'))}.*{re.escape(height)}"))
    chen.fill(chen.word("Ask about this value"), "病历写的是158 The notes say 158")
    chen.press("Raise a query")
    (name,) = set(her.queries) - known
    query = her.queries[name]
    assert (query.item, query.text) == ("height_cm", "病历写的是158 The notes say 158")

    cora = house.person("coordinator", language, width)
    cora.open("/")
    with cora.page.expect_navigation():
        cora.page.get_by_role("link", name=re.compile("The notes say 158")).first.click()
    cora.look()
    cora.fill(cora.word("Your answer"), "已核对 checked, it is right")
    cora.press("Answer")
    assert query.answer == "已核对 checked, it is right"

    dan = house.person("data_manager", language, width)
    dan.open("/queries/")
    dan.follow(name)
    dan.reads("已核对 checked, it is right")
    dan.fill(dan.word("Why it can be closed"), "accepted")
    dan.press("Close")
    assert query.closed == "accepted"


@pytest.mark.parametrize(("language", "width"), SCREENS[2:])
def test_he_reads_every_change_with_its_reason_and_never_what_a_tube_holds(house, language, width):
    chen = house.person("monitor", language, width)
    chen.open("/audit/")
    chen.page.get_by_label(chen.word("Participant"), exact=True).fill(HER)
    chen.press("Show")
    assert chen.page.get_by_role("row").count() > 10
    shown = chen.page.content()
    study = house.site.worker.desk.study
    words = [word for one in study.treatment.contents for word in one.label.values()]
    assert [word for word in words if word in shown] == []
