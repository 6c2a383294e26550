"""The allocation page: it proves and reveals nothing, and says whom to call at night."""

import re

import pytest

from cicatrix.trial.actions.break_code import break_code
from cicatrix.web.door import STAFF
from clinic import clinic
from site_visited import migrated, visited

WORDS_OF_ARMS = re.compile(
    rb"placebo|plain_gel|cell_gel|with cells|without cells|left_treated|right_treated|vehicle"
    rb"|Gel with|\xe5\x87\x9d\xe8\x83\xb6|\xe5\x9f\xba\xe8\xb4\xa8",
    re.IGNORECASE,
)
PAGE, CONTACT = "/allocation/", "/allocation/custodian/"


def words(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def numbers_of(answer):
    return re.findall(r'<th scope="row">(\w+)</th>', answer.content.decode())


def test_the_promise_the_root_and_the_numbers_given_are_shown(site):
    trial = site.worker.desk.trial
    shown = words(site.client(site.who("investigator")).get(PAGE))
    for published in (
        trial.committed.commitment, trial.committed.beacon["commitment"], trial.list.commitment,
    ):  # fmt: skip
        assert published in shown
    assert "Computed again just now the same" in shown
    assert "verify.py" in shown


def test_a_list_that_is_not_the_one_sealed_is_said_to_be_another(site):
    monitor = site.who("monitor")
    seen = site.worker.seen_by(monitor).trial
    seen.list.slots["all"] = seen.list.slots["all"][1:]
    assert "is not the one sealed" in words(site.client(monitor).get(PAGE))


def test_numbers_are_shown_in_the_order_of_the_list_and_the_next_is_not(site):
    trial = site.worker.desk.trial
    in_order = [slot.number for slots in trial.list.slots.values() for slot in slots]
    shown = site.client(site.who("coordinator")).get(PAGE)
    assert numbers_of(shown) == [number for number in in_order if number in trial.numbers]
    next_one = next(number for number in in_order if number not in trial.numbers)
    assert next_one.encode() not in shown.content


def test_a_site_sees_the_numbers_of_its_own_participants_alone(sites):
    trial = sites.worker.desk.trial
    shown = sites.client(sites.who("coordinator", site="north")).get(PAGE)
    north = {
        one.number for one in trial.participants.values() if one.site == "north" and one.number
    }
    others = set(trial.numbers) - north
    assert set(numbers_of(shown)) == north != set()
    assert not [number for number in others if number.encode() in shown.content]
    assert set(numbers_of(sites.client(sites.who("monitor")).get(PAGE))) == set(trial.numbers)


def test_a_long_list_of_numbers_goes_on_from_the_last_one(site, monkeypatch):
    monkeypatch.setattr("cicatrix.web.supply.sealing_seen.NUMBERS_A_PAGE", 4)
    client = site.client(site.who("monitor"))
    first = client.get(PAGE)
    given = numbers_of(first)
    assert len(given) == 4
    second = numbers_of(client.get(PAGE, {"after": given[-1]}))
    assert len(second) == 4
    assert not set(given) & set(second)
    assert numbers_of(client.get(PAGE, {"after": "<none>"})) == given


def test_a_broken_code_is_seen_by_whom_the_mask_lets_and_never_what_was_told(site):
    number, her = next(iter(site.worker.desk.trial.numbers.items()))
    told = {"number": number, "reason": "severe reaction", "told": "Dr Ana"}
    site.worker.act(site.who("pharmacist"), break_code, **told)
    for role in ("investigator", "monitor", "sponsor", "auditor", "pharmacist"):
        shown = words(site.client(site.who(role)).get(PAGE))
        assert f"{her} broken by {site.who('pharmacist').user}; told: Dr Ana" in shown
    for role in ("coordinator", "care_provider", "rater", "statistician", "administrator"):
        shown = site.client(site.who(role)).get(PAGE)
        assert "Codes broken" not in words(shown)
        assert b"Dr Ana" not in shown.content


def test_the_custodian_is_reached_by_what_pharmacist_or_administrator_wrote(site):
    nurse = site.client(site.who("care_provider"))
    assert "Nobody has written down yet" in words(nurse.get(PAGE))
    by_night = "Chen, day and night: +86 757 5550 1234\r\n<b>then Bo</b>"
    answer = site.client(site.who("administrator")).post(CONTACT, {"text": by_night})
    assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)
    shown = nurse.get(PAGE)
    assert b"+86 757 5550 1234<br>&lt;b&gt;then Bo&lt;/b&gt;" in shown.content
    changed = site.client(site.who("pharmacist")).post(CONTACT, {"text": "Dora: 5550 4321"})
    assert changed.status_code == 302
    assert "Dora: 5550 4321" in words(nurse.get(PAGE))
    assert "5550 1234" not in words(nurse.get(PAGE))


def test_how_to_reach_the_custodian_is_kept_encrypted_and_not_in_the_ledger(site):
    before = site.worker.desk.trial.head
    site.client(site.who("pharmacist")).post(CONTACT, {"text": "Dora: 5550 4321"})
    assert site.worker.desk.trial.head == before
    for file in site.folder.rglob("*"):
        assert not (file.is_file() and b"5550 4321" in file.read_bytes()), file


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "it cannot be empty"), ("x" * 1001, "1001 characters"), ("a\x07b", "no text")],
)
def test_what_nobody_could_read_at_night_is_refused_and_kept_on_the_page(site, text, said):
    answer = site.client(site.who("pharmacist")).post(CONTACT, {"text": text})
    assert answer.status_code == 422
    assert said in words(answer)
    assert text in answer.content.decode()


@pytest.mark.parametrize("role", STAFF)
def test_all_staff_read_the_page_and_none_finds_an_arm(site, role):
    client = site.client(site.who(role))
    shown = client.get(PAGE)
    assert shown.status_code == 200
    assert not WORDS_OF_ARMS.search(shown.content)
    assert "Nobody else’s allocation is disclosed." in words(shown)
    sees_numbers = role not in ("rater", "image_reader", "administrator")
    assert bool(numbers_of(shown)) == sees_numbers
    assert client.post(PAGE).status_code == 405
    may_write = role in ("pharmacist", "administrator")
    assert client.get(CONTACT).status_code == (200 if may_write else 403)
    assert client.post(CONTACT, {"text": "me"}).status_code == (302 if may_write else 403)


def test_a_participant_is_shown_nothing_of_it(site):
    client = site.client(site.who("participant"))
    assert client.get(PAGE).status_code == client.get(CONTACT).status_code == 403


PAGES = (
    PAGE, f"{PAGE}?after=A003", "/doses/", "/kits/", "/kits/?after=KA010", "/kits/stock.csv",
    "/kits/receive/", "/kits/temperature/", "/kits/quarantine/", "/kits/destroy/",
    "/kits/KA001S1/return/",
)  # fmt: skip


@pytest.mark.slow
def test_pages_of_allocation_doses_and_kits_are_the_same_whatever_the_list_holds(tmp_path):
    shown = []
    for list_seed in (11, 12):
        folder = tmp_path / str(list_seed)
        clinic(folder, list_seed=list_seed, participants=60)
        migrated(folder)
        with visited(folder) as site:
            shown.append(_everything(site))
    assert shown[0] == shown[1]
    assert len(shown[0]) > 60


def _everything(site):
    trial = site.worker.desk.trial
    treated = sorted(name for name, one in trial.participants.items() if one.kits)[-3:]
    about = [
        f"/participants/{name}/doses/{page}"
        for name in treated
        for page in ("", "dispense/", "discard/", "missed/", "otherwise/")
    ]
    pages = {}
    for role in STAFF:
        client = site.client(site.who(role))
        for page in (*PAGES, *about):
            pages[role, page] = _bare(client.get(page))
        for name in treated:
            for number in (1, 2, 4, 6):
                label = {"label": f"{trial.participants[name].kits[0]} {number}"}
                check = f"/participants/{name}/doses/check/"
                pages[role, check, number] = _bare(client.post(check, label))
    return pages


def _bare(answer):
    body = re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", answer.content)
    return answer.status_code, body
