"""The contact book: who opens it, what is kept and where it is not."""

import re

import pytest

from cicatrix.store.keys import home_key
from cicatrix.store.vault import Belonging, decrypt
from cicatrix.trial.actions.departures import withdraw
from cicatrix.web.models import Contact, ContactRead

TYPED = {
    "name": "王小红 Wang Xiaohong", "telephones": "+86 138 0000 0000\n0757 1234567",
    "address": "1 River Road <b>", "language": "粤语", "hours": "after 19:00",
    "second_person": "her sister, 139", "notes": "😀 no calls at work", "edition": "0",
}  # fmt: skip
CALLERS = ("coordinator", "investigator", "care_provider")


def women(sites, site: str) -> list[str]:
    everyone = sites.worker.desk.trial.participants.values()
    return [one.id for one in everyone if one.site == site]


@pytest.fixture
def her(site):
    return next(
        one for one in site.worker.desk.trial.participants.values()
        if one.number and not one.withdrawals
    )  # fmt: skip


@pytest.fixture
def where(her):
    return f"/participants/{her.id}/contact/"


@pytest.fixture
def cora(site):
    return site.client(site.who("coordinator"))


def test_what_is_typed_is_kept_and_shown_to_everyone_who_may_call(site, where, cora):
    assert cora.post(where, TYPED)["Location"] == where
    for role in CALLERS:
        page = site.client(site.who(role)).get(where)
        assert "no-store" in page["Cache-Control"]
        body = page.content.decode()
        for text in ("王小红", "+86 138 0000 0000", "1 River Road &lt;b&gt;", "😀 no calls"):
            assert text in body


def test_nobody_else_opens_it_and_nobody_of_another_site(sites):
    south, north = women(sites, "south")[0], women(sites, "north")[0]
    for role in ("rater", "monitor", "pharmacist", "data_manager", "sponsor", "auditor",
                 "statistician", "administrator"):  # fmt: skip
        client = sites.client(sites.who(role))
        for tail in ("contact/", "contact/erasure/"):
            assert client.post(f"/participants/{north}/{tail}", TYPED).status_code == 403
    for role in CALLERS:
        client = sites.client(sites.who(role, site="north"))
        assert client.get(f"/participants/{north}/contact/").status_code == 200
        for name in (south, "SOUTH-999"):
            assert client.get(f"/participants/{name}/contact/").status_code == 404
            assert client.post(f"/participants/{name}/contact/", TYPED).status_code == 404
            assert client.post(f"/participants/{name}/contact/erasure/").status_code == 404
    assert Contact.objects.count() == 0


def test_it_is_encrypted_for_her_and_her_site_and_nowhere_in_the_ledger(site, her, where, cora):
    cora.post(where, TYPED)
    row = Contact.objects.get()
    assert "Wang" not in row.text
    key = home_key(site.folder, "contacts")
    assert "Wang Xiaohong" in decrypt(row.text, Belonging("contact", her.site, her.id), key=key)
    for file in site.folder.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert b"Xiaohong" not in content, file
            assert "小红".encode() not in content, file


def test_a_text_that_was_moved_to_another_woman_does_not_open(site, her, where, cora):
    cora.post(where, TYPED)
    other = next(
        one for one in site.worker.desk.trial.participants.values()
        if one.id != her.id and not one.withdrawals
    )  # fmt: skip
    Contact.objects.update(participant=other.id)
    answer = cora.get(f"/participants/{other.id}/contact/")
    assert answer.status_code == 422
    assert "Wang" not in answer.content.decode()


def test_every_opening_is_kept_and_said_on_the_page(site, her, where, cora):
    nina = site.who("care_provider")
    cora.get(where)
    cora.get(where)
    page = site.client(nina).get(where).content.decode()
    assert f"Opened 3 times, last by {nina.user}" in page
    assert ContactRead.objects.filter(participant=her.id).count() == 3
    before = site.worker.desk.trial.head
    cora.get(where)
    assert site.worker.desk.trial.head == before


def test_nothing_of_her_is_in_a_title_an_address_or_another_page(site, her, where, cora):
    cora.post(where, TYPED)
    page = cora.get(where).content.decode()
    assert "Wang" not in re.search(r"<title>(.*?)</title>", page)[1]
    assert not [one for one in re.findall(r'(?:href|action)="([^"]*)"', page) if "138" in one]
    for address in ("/participants/", f"/participants/{her.id}/"):
        assert "Wang" not in cora.get(address).content.decode()


def test_nothing_of_her_is_in_the_logs(site, where, cora, capfd):
    cora.post(where, TYPED)
    cora.get(where)
    cora.post(where, {**TYPED, "name": "Wang " * 100})
    told = capfd.readouterr()
    assert "Wang" not in told.out + told.err
    assert "138" not in told.out + told.err


def test_sent_twice_it_is_kept_once(site, where, cora):
    for _press in range(2):
        assert cora.post(where, TYPED).status_code == 302
    assert 'name="edition" value="1"' in cora.get(where).content.decode()


def test_of_two_who_change_it_at_once_the_second_is_told_and_loses_nothing(site, where, cora):
    nina = site.client(site.who("care_provider"))
    assert cora.post(where, TYPED).status_code == 302
    mine = {**TYPED, "hours": "before 8:00", "edition": "0"}
    answer = nina.post(where, mine)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert page.count('class="refusal"') == 1
    assert "before 8:00" in page
    assert "after 19:00" in page
    assert nina.post(where, {**mine, "edition": "1"}).status_code == 302
    assert "after 19:00" not in cora.get(where).content.decode()


@pytest.mark.parametrize(
    "change",
    [
        dict.fromkeys(TYPED, ""),
        {"name": "x" * 3000},
        {"notes": "n" * 3000},
        {"address": "a\u0001b"},
    ],
)
def test_what_cannot_be_kept_is_one_sentence_and_stays_typed(site, where, cora, change):
    answer = cora.post(where, {**TYPED, **change})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert page.count('class="refusal"') == 1
    assert next(iter(change.values())) in page
    assert Contact.objects.count() == 0


def test_it_is_erased_only_after_she_left_for_good_and_the_reason_stays(site, her, where, cora):
    cora.post(where, TYPED)
    sent = {"reason": "She asked for it"}
    assert cora.post(where + "erasure/", sent).status_code == 422
    assert "Wang" in cora.get(where).content.decode()
    leave = {"participant": her.id, "scope": "all", "reason": "She moved", "by": "participant"}
    site.worker.act(site.who("coordinator"), withdraw, **leave)
    assert "Erase how to reach her" in cora.get(where).content.decode()
    assert cora.post(where + "erasure/", {"reason": " "}).status_code == 422
    assert "Wang" in cora.get(where).content.decode()
    before = Contact.objects.get().text
    for _press in range(2):
        assert cora.post(where + "erasure/", sent)["Location"] == where
    page = cora.get(where).content.decode()
    assert "Wang" not in page
    assert "She asked for it" in page
    row = Contact.objects.get()
    key = home_key(site.folder, "contacts")
    kept = decrypt(row.text, Belonging("contact", her.site, her.id), key=key)
    assert row.text != before
    assert "Wang" not in kept
    assert cora.post(where, {**TYPED, "edition": "2"}).status_code == 422


def test_an_erasure_is_for_sending(site, where, cora):
    assert cora.get(where + "erasure/").status_code == 405
