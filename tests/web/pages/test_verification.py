"""Source verification: progress, one form item by item, and what was changed since."""

import re

import pytest

from cicatrix.trial.actions.forms import save_form
from cicatrix.web.oversight import sources

LIST = "/verification/"


def filled(site):
    """Find a woman and a form that a coordinator filled with several items."""
    study = site.worker.desk.study
    for her in site.worker.desk.trial.participants.values():
        for key, data in her.forms.items():
            if "coordinator" in study.form[key.form].filled_by and len(data.values) > 2:
                return her, key, data
    raise AssertionError


def address(her, key) -> str:
    return f"/verification/{her.id}/{key.form}/{key.visit or '-'}/{key.region or '-'}/{key.repeat}/"


@pytest.fixture
def chen(site):
    return site.client(site.who("monitor"))


def test_ticked_items_are_verified_and_the_others_are_not(site, chen):
    her, key, data = filled(site)
    where = address(her, key)
    page = chen.get(where).content.decode()
    offered = re.findall(r'name="item" value="(\w+)"', page)
    assert set(offered) == {*data.values, *data.missing}
    chosen = offered[:2]
    answer = chen.post(f"{where}verify/", {"item": chosen, "seen": data.entry})
    assert answer["Location"] == where
    assert data.verified == dict.fromkeys(chosen, site.who("monitor").user)
    page = chen.get(where).content.decode()
    assert re.findall(r'name="item" value="(\w+)"', page) == offered[2:]


def test_when_nothing_is_left_on_a_form_the_next_one_comes(site, chen):
    her, key, data = filled(site)
    everything = list({*data.values, *data.missing})
    answer = chen.post(address(her, key) + "verify/", {"item": everything, "seen": data.entry})
    assert answer["Location"] != address(her, key)
    assert answer["Location"].startswith(f"/verification/{her.id}/")


def test_what_was_saved_meanwhile_is_not_verified_and_the_ticks_stay(site, chen):
    her, key, data = filled(site)
    old = data.entry
    item = next(name for name, value in data.values.items() if isinstance(value, bool))
    site.worker.act(
        site.who("coordinator"), save_form, participant=her.id, key=key,
        values={item: not data.values[item]}, reason="misread",
    )  # fmt: skip
    answer = chen.post(address(her, key) + "verify/", {"item": [item], "seen": old})
    assert answer.status_code == 422
    assert data.verified == {}
    assert f'value="{item}" checked' in answer.content.decode()


def test_what_is_changed_after_it_was_verified_is_flagged(site, chen):
    her, key, data = filled(site)
    item = next(name for name, value in data.values.items() if isinstance(value, bool))
    chen.post(address(her, key) + "verify/", {"item": [item], "seen": data.entry})
    site.worker.act(
        site.who("coordinator"), save_form, participant=her.id, key=key,
        values={item: not data.values[item]}, reason="misread",
    )  # fmt: skip
    page = chen.get(address(her, key)).content.decode()
    assert page.count("changed since it was verified") == 1
    chen.post(address(her, key) + "verify/", {"item": [item], "seen": data.entry})
    page = chen.get(address(her, key)).content.decode()
    assert "changed since it was verified" not in page


def test_progress_counts_items_by_site(sites):
    chen = sites.client(sites.who("monitor"))
    seen = sites.worker.seen_by(sites.who("monitor"))
    progress = sources.progress(seen.study, seen.trial, seen.study.sites)
    for one in progress:
        here = [her for her in seen.trial.participants.values() if her.site == one.site.id]
        assert one.items == sum(
            len({*data.values, *data.missing}) for her in here for data in her.forms.values()
        )
        assert 0 < one.critical_items < one.items
    assert f"0 of {progress[0].items}" in chen.get(LIST).content.decode()


def test_the_forms_to_verify_whole_are_those_of_eligibility_harms_and_the_primary_endpoint(site):
    study = site.worker.desk.study
    primary = next(one for one in study.endpoints if one.role == "primary")
    assert sources.critical_forms(study) == {
        study.eligibility.form, study.safety.form, primary.variable.split(".")[0],
    }  # fmt: skip


def test_pages_follow_one_another_and_have_everybody_with_something_left(site, chen, monkeypatch):
    monkeypatch.setattr(sources, "PAGE", 9)
    found, where = [], LIST
    while where:
        page = chen.get(where).content.decode()
        found += re.findall(r'<h2><a href="/participants/([\w-]+)/"', page)
        after = re.search(r'href="(\?after=[\w-]+)" rel="next"', page)
        where = LIST + after[1] if after else ""
    assert found == [one.id for one in site.worker.desk.trial.participants.values() if one.forms]


def test_any_filter_is_answered(site, chen):
    for name in ["site", "show", "after", "arm", "sort", "debug"]:
        for value in ("low", "1", "-1", "<b>", "東", "all", "foshan", "nowhere"):
            assert chen.get(LIST, {name: value}).status_code == 200


def test_what_cannot_be_verified_is_said(site, chen):
    for sent in [
        {},
        {"item": "none"},
        {"item": ["age", "nothing"]},
        {"item": "age", "seen": "x" * 64},
    ]:
        her, key, data = filled(site)
        answer = chen.post(address(her, key) + "verify/", {"seen": data.entry} | sent)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.content.decode()
        assert data.verified == {}


def test_others_read_and_do_not_tick(site):
    for role in ["data_manager", "sponsor", "auditor"]:
        her, key, data = filled(site)
        client = site.client(site.who(role))
        page = client.get(address(her, key)).content.decode()
        assert 'name="item"' not in page
        answer = client.post(
            address(her, key) + "verify/", {"item": list(data.values), "seen": data.entry}
        )
        assert answer.status_code == 403
        assert data.verified == {}


def test_it_is_closed_to_who_records_the_data(site):
    for role in ["coordinator", "investigator", "rater", "pharmacist"]:
        her, key, _data = filled(site)
        client = site.client(site.who(role))
        assert client.get(LIST).status_code == 403
        assert client.get(address(her, key)).status_code == 403


def test_a_form_that_is_none_or_is_not_filled_is_unknown(site, chen):
    her, key, _data = filled(site)
    for where in (
        f"/verification/{her.id}/nothing/{key.visit}/-/0/",
        f"/verification/{her.id}/{key.form}/nowhere/-/0/",
        f"/verification/NOBODY/{key.form}/{key.visit}/-/0/",
        f"/verification/{her.id}/{site.worker.desk.study.safety.form}/-/-/99/",
    ):
        assert chen.get(where).status_code == 404, where
        assert chen.post(f"{where}verify/", {"item": "age"}).status_code == 404, where


def test_ticks_are_sent_and_not_asked_for(site, chen):
    her, key, _data = filled(site)
    assert chen.get(address(her, key) + "verify/").status_code == 405
