"""Drafts of forms: kept without being asked, counted, compared, their author's alone."""

import pytest

from cicatrix.web.forms import drafts
from cicatrix.web.models import Draft
from cicatrix.web.pages import forms
from filled import EVENT, at, client, data, shown, words


def test_a_draft_is_there_on_return_with_the_count_of_its_changes(site):
    ana = client(site)
    fields = shown(ana.get(at())) | {"i.height_cm": "163", "i.weight_kg": "6x"}
    answer = ana.post(at(page="draft/"), fields, headers={"hx-request": "true"})
    assert "2 unsent changes" in words(answer)
    page = ana.get(at())
    assert "2 unsent changes" in words(page)
    assert (shown(page)["i.height_cm"], shown(page)["i.weight_kg"]) == ("163", "6x")
    assert data(site).values["height_cm"] == 162.2


def test_the_server_computes_and_asks_anew_with_every_draft(site):
    ana, key = client(site), EVENT._replace(repeat=2)
    live = ana.post(
        at(page="draft/"), shown(ana.get(at())) | {"i.height_cm": "200"},
        headers={"hx-request": "true"},
    )  # fmt: skip
    assert 'id="value-bmi" hx-swap-oob="true">15.7 kg/m²' in live.content.decode()
    live = ana.post(at(key, "draft/"), {"i.serious": "=true"}, headers={"hx-request": "true"})
    assert 'data-shows="item-seriousness_reason" data-asked="yes"' in live.content.decode()


def test_a_draft_works_without_a_script(site):
    ana = client(site)
    answer = ana.post(at(page="draft/"), shown(ana.get(at())) | {"i.height_cm": "163"}, follow=True)
    assert "Your draft is kept" in words(answer)
    assert shown(answer)["i.height_cm"] == "163"


def test_a_draft_is_gone_after_a_save_and_when_it_is_discarded(site):
    ana = client(site)
    fields = shown(ana.get(at())) | {"i.height_cm": "163", "reason": "a"}
    ana.post(at(page="draft/"), fields)
    assert Draft.objects.count() == 1
    ana.post(at(), fields)
    assert Draft.objects.count() == 0
    ana.post(at(page="draft/"), shown(ana.get(at())) | {"i.height_cm": "170"})
    ana.post(at(page="draft/"), {"discard": "1"})
    assert Draft.objects.count() == 0
    assert shown(ana.get(at()))["i.height_cm"] == "163"


def test_a_draft_of_another_account_is_never_shown(site):
    client(site).post(at(page="draft/"), {"i.height_cm": "171.71"})
    for role in ("investigator", "monitor", "care_provider"):
        assert "171.71" not in client(site, role).get(at()).content.decode()


def test_a_draft_older_than_the_last_save_is_compared_with_it(site):
    ana, bo = client(site), client(site, "investigator")
    ana.post(at(page="draft/"), shown(ana.get(at())) | {"i.height_cm": "163"})
    bo.post(at(), shown(bo.get(at())) | {"i.height_cm": "164", "reason": "b"})
    page = ana.get(at())
    assert "foshan-investigator saved this form after you opened it" in words(page)
    assert shown(page)["i.height_cm"] == "163"


@pytest.mark.parametrize("where", ["before", "after"])
def test_a_server_that_dies_during_a_save_has_the_draft_or_the_save(site, monkeypatch, where):
    ana = client(site)
    fields = shown(ana.get(at())) | {"i.height_cm": "163", "reason": "a"}

    def dies(*_: object, **__: object) -> None:
        raise RuntimeError("killed")

    target = (forms, "save_form") if where == "before" else (drafts, "discard")
    with monkeypatch.context() as patch:
        patch.setattr(*target, dies)
        with pytest.raises(RuntimeError):
            ana.post(at(), fields)
    page = ana.get(at())
    assert shown(page)["i.height_cm"] == "163"
    assert data(site).values["height_cm"] == (162.2 if where == "before" else 163)
    assert ("unsent change" in words(page)) is (where == "before")
