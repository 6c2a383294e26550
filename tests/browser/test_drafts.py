"""Nothing typed is lost: the draft, the network that drops, what a form says while one types."""

import re

import pytest
from playwright.sync_api import expect

from browsing import SCREENS
from cicatrix.trial.participant import FormKey

EVENT = "/participants/FOSHAN-001/forms/adverse_event/-/-/2/"


@pytest.mark.parametrize(("language", "width"), SCREENS)
def test_what_was_typed_without_a_network_is_sent_when_it_is_back(house, language, width):
    cora = house.person("coordinator", language, width)
    cora.open(EVENT)
    items = house.site.worker.desk.study.form["adverse_event"].items
    labels = {name: cora.text(dict(item.label)) for name, item in items.items()}
    why = cora.page.get_by_role("group", name=labels["seriousness_reason"])
    expect(why).to_be_hidden()
    cora.fill(labels["term"], "发热 fever")
    cora.answers(house, "adverse_event", {"severity": 1, "serious": True})
    expect(why).to_be_visible()
    mild = house.site.worker.desk.study.form["adverse_event"].checks[2].message
    expect(cora.page.get_by_text(cora.text(dict(mild))).first).to_be_visible()
    unsent = cora.count("%(counter)s unsent change.", "%(counter)s unsent changes.", 3, counter=3)
    live = cora.page.get_by_role("status").filter(has_text=unsent)
    expect(live).to_be_visible()

    cora.page.context.set_offline(True)
    cora.fill(labels["onset"], "2021-07-01")
    alert = cora.page.get_by_role("alert").filter(visible=True)
    gone = cora.word("No connection. Changes that are on this screen alone:")
    expect(alert).to_contain_text(re.compile(rf"{re.escape(gone)}\s*1"))
    cora.answers(house, "adverse_event", {"relatedness": "possible"})
    expect(alert).to_contain_text(re.compile(rf"{re.escape(gone)}\s*2"))
    cora.look()
    cora.page.context.set_offline(False)
    expect(alert).to_have_count(0, timeout=15_000)
    unsent = cora.count("%(counter)s unsent change.", "%(counter)s unsent changes.", 5, counter=5)
    expect(cora.page.get_by_role("status").filter(has_text=unsent)).to_be_visible()
    kept = cora.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "fever" not in kept
    assert (
        FormKey("adverse_event", None, 2)
        not in house.site.worker.desk.trial.participants["FOSHAN-001"].forms
    )

    later = house.person("coordinator", language, width)
    later.open(EVENT)
    assert later.of("textbox", re.compile(re.escape(labels["term"]))).input_value() == "发热 fever"
    later.answers(
        house, "adverse_event", {"outcome": "recovering", "seriousness_reason": "important"}
    )
    later.press("Save")
    saved = house.site.worker.desk.trial.participants["FOSHAN-001"].forms
    assert saved[FormKey("adverse_event", None, 2)].values["term"] == "发热 fever"
    assert saved[FormKey("adverse_event", None, 2)].values["relatedness"] == "possible"
    assert cora.complaints == []


@pytest.mark.parametrize(("language", "width"), SCREENS[:1] + SCREENS[3:])
def test_a_computed_item_follows_and_a_changed_value_asks_why(house, language, width):
    cora = house.person("coordinator", language, width)
    cora.open("/participants/FOSHAN-001/forms/demography/baseline/-/0/")
    trial = house.site.worker.desk.trial
    items = house.site.worker.desk.study.form["demography"].items
    key = FormKey("demography", "baseline")
    before = trial.participants["FOSHAN-001"].forms[key].values
    weight = float(before["weight_kg"])
    reason = cora.of("textbox", "Why it is changed")
    expect(reason).to_be_hidden()
    cora.fill(cora.text(dict(items["height_cm"].label)), "200")
    expect(cora.page.locator("output").filter(visible=True)).to_contain_text(
        f"{weight * 10000 / 200**2:.2f}"[:4]
    )
    expect(reason).to_be_visible()
    reason.fill("量错了 misread")
    cora.press("Save")
    assert float(trial.participants["FOSHAN-001"].forms[key].values["height_cm"]) == 200
    cora.follow(
        re.compile(
            "^"
            + re.escape(cora.word("History"))
            + ".*"
            + re.escape(cora.text(dict(items["height_cm"].label)))
        )
    )
    cora.reads(cora.word("Why: %(reason)s", reason="量错了 misread"))
    cora.reads(cora.word("before: %(value)s", value="").strip())
