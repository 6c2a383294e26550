"""The audit trail, its filters, its file, and the check of a checkpoint."""

import csv
import io
import re
from datetime import timedelta

import pytest

from addresses import TOKEN
from cicatrix.trial.actions.forms import save_form
from cicatrix.trial.facts import FormSaved, ParticipantFact, RatingRecorded
from cicatrix.trial.visibility import visible_to
from cicatrix.web.oversight import trail
from cicatrix.web.pages import audit

TRAIL = "/audit/"
FILE = "/audit/entries.csv"
PROOF = "/audit/checkpoint/"
FUZZ = ("low", "1", "-1", "0", "9" * 30, "2021-99-99", "<b>", "' OR 1=1", "東", "FormSaved")
NAMES = (
    "participant", "kind", "user", "role", "since", "until", "before", "site", "arm", "sort", "kit",
)  # fmt: skip


def rows(answer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def places(answer) -> list[int]:
    """List the entries of a file by their places, each once."""
    return list(dict.fromkeys(int(one["place"]) for one in rows(answer)))


def seen(site, actor) -> list:
    return visible_to(site.worker.desk.kept, actor)


@pytest.fixture
def ada(site):
    return site.client(site.who("auditor"))


@pytest.mark.slow
def test_the_file_has_every_entry_that_the_role_sees_and_no_other(sites):
    for role in ["auditor", "sponsor", "statistician", "coordinator"]:
        actor = sites.who(role)
        found = rows(sites.client(actor).get(FILE))
        entries = seen(sites, actor)
        assert {int(one["place"]) for one in found} == set(range(1, len(entries) + 1))
        by_place = {int(one["place"]): one for one in found}
        for entry in entries:
            line = by_place[entry.seq]
            assert (line["user"], line["kind"]) == (entry.actor.user, type(entry.fact).__name__)
        assert (len(entries) < len(sites.worker.desk.kept)) == (role in ("sponsor", "coordinator"))


def test_the_page_is_newest_first_and_its_pages_have_every_entry_once(site, ada, monkeypatch):
    monkeypatch.setattr(trail, "PAGE", 500)
    told, address, pages = 0, TRAIL, 0
    while address:
        page = ada.get(address).content.decode()
        told += page.count("<tr><td>")
        pages += 1
        after = re.search(r'href="(\?before=\d+)" rel="next"', page)
        address = TRAIL + after[1] if after else ""
    assert told == len(seen(site, site.who("auditor")))
    assert pages == 4


def test_a_correction_shows_the_value_before_and_the_reason(site, ada):
    entry = next(
        one for one in reversed(site.worker.desk.kept)
        if isinstance(one.fact, FormSaved) and one.fact.reason
    )  # fmt: skip
    found = [
        one for one in rows(ada.get(FILE, {"participant": entry.fact.participant}))
        if one["reason_or_text"] == entry.fact.reason
    ]  # fmt: skip
    assert found
    assert all(one["value"] and one["value_before"] for one in found)
    assert all(one["value"] != one["value_before"] for one in found)
    page = ada.get(TRAIL, {"participant": entry.fact.participant}).content.decode()
    assert "before:" in page
    assert f"items/{next(iter(entry.fact.values))}/" in page


def test_each_filter_chooses_among_what_is_seen(site, ada):
    entries = seen(site, site.who("auditor"))
    her = next(iter(site.worker.desk.trial.participants))
    about_her = [
        one.seq for one in entries
        if isinstance(one.fact, ParticipantFact) and one.fact.participant == her
    ]  # fmt: skip
    assert places(ada.get(FILE, {"participant": her})) == about_her[::-1]
    kinds = [one.seq for one in entries if isinstance(one.fact, RatingRecorded)]
    assert places(ada.get(FILE, {"kind": "RatingRecorded"})) == kinds[::-1]
    user = site.who("coordinator").user
    by_user = [one.seq for one in entries if one.actor.user == user]
    assert places(ada.get(FILE, {"user": user})) == by_user[::-1]
    by_role = [one.seq for one in entries if one.actor.role == "rater"]
    assert places(ada.get(FILE, {"role": "rater"})) == by_role[::-1]
    day = site.worker.seen_by(site.who("auditor")).today("foshan") - timedelta(days=3)
    of_day = rows(ada.get(FILE, {"since": day.isoformat(), "until": day.isoformat()}))
    assert of_day
    assert {one["day_at_site"] for one in of_day} == {day.isoformat()}


@pytest.mark.slow
def test_no_filter_shows_more_than_without_it_and_none_fails(sites):
    for name in NAMES:
        eve = sites.who("coordinator", site="north")
        client = sites.client(eve)
        everything = {tuple(one.items()) for one in rows(client.get(FILE))}
        theirs = [
            one.id for one in sites.worker.desk.trial.participants.values() if one.site != "north"
        ]
        for value in (*FUZZ, theirs[0], sites.who("coordinator", site="south").user, "south"):
            assert client.get(TRAIL, {name: value}).status_code == 200
            answer = client.get(FILE, {name: value})
            assert {tuple(one.items()) for one in rows(answer)} <= everything, (name, value)
            assert not [one for one in theirs if one in answer.content.decode()]


def test_another_sites_participant_is_filtered_for_as_one_who_does_not_exist(sites):
    client = sites.client(sites.who("investigator", site="north"))
    other = next(
        one.id for one in sites.worker.desk.trial.participants.values() if one.site == "south"
    )
    pages = [
        TOKEN.sub(b"", client.get(TRAIL, {"participant": one}).content).replace(one.encode(), b"X")
        for one in (other, "SOUTH-999")
    ]
    assert pages[0] == pages[1]


def test_a_day_that_is_none_is_said_and_shows_nothing(ada):
    page = ada.get(TRAIL, {"since": "9 March"}).content.decode()
    assert "“9 March” is no day" in page
    assert "<tr><td>" not in page
    assert rows(ada.get(FILE, {"since": "9 March"})) == []


def test_a_rating_whose_set_is_not_complete_is_not_in_a_sponsors_trail(site):
    trial = site.worker.desk.trial
    incomplete = {
        (her.id, *key)
        for her in trial.participants.values()
        for key, ratings in her.ratings.items()
        if sum(one.signature is not None for one in ratings) < (3 if key in her.called else 2)
    }
    hidden = [
        one for one in site.worker.desk.kept
        if isinstance(one.fact, RatingRecorded)
        and (one.fact.participant, one.fact.visit, one.fact.form, one.fact.region) in incomplete
    ]  # fmt: skip
    assert hidden
    told = {
        role: len(places(site.client(site.who(role)).get(FILE, {"kind": "RatingRecorded"})))
        for role in ("sponsor", "auditor")
    }
    assert told["sponsor"] == told["auditor"] - len(hidden)


def test_what_a_spreadsheet_takes_for_a_formula_is_text(site, ada):
    her, key, data = next(
        (her, key, data) for her in site.worker.desk.trial.participants.values()
        for key, data in her.forms.items()
        if "coordinator" in site.worker.desk.study.form[key.form].filled_by
        and any(isinstance(value, bool) for value in data.values.values())
    )  # fmt: skip
    item = next(name for name, value in data.values.items() if isinstance(value, bool))
    site.worker.act(
        site.who("coordinator"), save_form, participant=her.id, key=key,
        values={item: not data.values[item]}, reason="=HYPERLINK(1)",
    )  # fmt: skip
    found = {one["reason_or_text"] for one in rows(ada.get(FILE, {"participant": her.id}))}
    assert "'=HYPERLINK(1)" in found
    assert "=HYPERLINK(1)" not in found


def test_more_than_one_file_holds_are_several_files(site, ada, monkeypatch):
    monkeypatch.setattr(audit, "AT_ONCE", 700)
    page = ada.get(TRAIL).content.decode()
    addresses = re.findall(r'href="(/audit/entries\.csv\?[^"]+)"', page)
    assert len(addresses) == 3
    found = [place for one in addresses for place in places(ada.get(one.replace("&amp;", "&")))]
    assert found == list(range(len(seen(site, site.who("auditor"))), 0, -1))


def test_a_checkpoint_that_was_kept_holds(site, ada):
    for ends in ["\n", "\r\n", "", "  \r\n\r\n"]:
        text = site.worker.desk.home.checkpoint(now=site.worker.desk.now())
        pasted = text.rstrip("\n").replace("\n", "\r\n" if "\r" in ends else "\n") + ends
        answer = ada.post(PROOF, {"checkpoint": pasted})
        assert answer.status_code == 200
        assert "It holds." in answer.content.decode()


def test_a_past_that_was_rewritten_is_found_out(site, ada, monkeypatch):
    ledger = site.worker.desk.home.ledger
    text = site.worker.desk.home.checkpoint(now=site.worker.desk.now())
    real = type(ledger).hash_at
    monkeypatch.setattr(type(ledger), "hash_at", lambda self, seq: real(self, seq - 1))
    monkeypatch.setattr(type(ledger), "verify", lambda self: site.worker.desk.trial.head)
    page = ada.post(PROOF, {"checkpoint": text}).content.decode()
    assert "It does not hold" in page
    assert str(site.worker.desk.trial.head.seq) not in page.replace(text, "")


def test_what_is_no_checkpoint_is_refused_and_kept(ada):
    for text in ["", " ", "nonsense", "a\nb\nc\n\n— x y", "東\n" * 400]:
        answer = ada.post(PROOF, {"checkpoint": text})
        assert answer.status_code == 422
        assert 'role="alert"' in answer.content.decode()
        assert text.strip()[:40] in answer.content.decode()


def test_a_checkpoint_that_was_changed_or_is_another_trials_is_refused(site, ada):
    text = site.worker.desk.home.checkpoint(now=site.worker.desk.now())
    size = text.split("\n")[1]
    for changed in (text.replace(size, "12", 1), text.replace("NCT04034615", "SPLIT-SCAR")):
        assert changed != text
        assert ada.post(PROOF, {"checkpoint": changed}).status_code == 422


def test_only_some_hold_checkpoints_against_the_ledger(site):
    for role in ["monitor", "statistician", "investigator", "rater"]:
        client = site.client(site.who(role))
        assert client.get(PROOF).status_code == 403
        assert client.post(PROOF, {"checkpoint": "x"}).status_code == 403


def test_the_trail_is_closed_to_who_must_not_see_it(site):
    for role in ["rater", "care_provider", "pharmacist", "administrator"]:
        client = site.client(site.who(role))
        assert {client.get(one).status_code for one in (TRAIL, FILE)} == {403}


def test_no_hash_is_in_the_trail(site, ada):
    hashes = [one.hash for one in site.worker.desk.kept]
    for where in (TRAIL, FILE):
        page = ada.get(where).content.decode()
        assert not [one for one in hashes if one in page]
        assert not [one.commitment for one in site.worker.desk.kept if one.commitment in page]
