"""Kits at a site: received as they are meant, kept, set apart, returned, destroyed before two."""

import re
from datetime import timedelta

import pytest

WORDS_OF_ARMS = re.compile(
    rb"placebo|plain_gel|cell_gel|with cells|without cells|left_treated|right_treated|vehicle"
    rb"|Gel with|\xe5\x87\x9d\xe8\x83\xb6|\xe5\x9f\xba\xe8\xb4\xa8",
    re.IGNORECASE,
)
FORMS = ("receive/", "temperature/", "quarantine/", "destroy/")


def words(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def recorded(site):
    return site.worker.desk.trial.head.seq


def stock(site):
    return site.worker.desk.trial.stock


def today(site):
    return site.worker.seen_by(site.who("care_provider")).today()


def new_kits(site, count=3):
    """Name the first kits of the list that no site has received."""
    trial = site.worker.desk.trial
    firsts = [slot.kits[0] for slots in trial.list.slots.values() for slot in slots]
    return [kit for kit in firsts if kit not in trial.stock.kits][:count]


def usable(site, place="in_stock"):
    day = today(site)
    return [name for name, kit in stock(site).kits.items() if kit.place(day) == place]


def confirmed(client, page, answer):
    """Press `Yes, record it` on a page that says what an entry means."""
    fields = re.findall(
        r'<input type="hidden" name="(\w+)" value="([^"]*)"', answer.content.decode()
    )
    typed = {name: value for name, value in fields if name != "csrfmiddlewaretoken"}
    kits = re.search(r'<textarea name="kits" hidden>([^<]*)<', answer.content.decode())
    if kits:
        typed["kits"] = kits[1]
    return client.post(page, {**typed, "step": "record"})


def shipment(site, **changed):
    kits = new_kits(site)
    storage = site.worker.desk.study.treatment.storage
    return {
        "kits": f"{kits[0].lower()} … {kits[-1]}",
        "condition": "intact",
        "expires": str(today(site) + timedelta(days=100)),
        "lowest": str(storage.minimum_celsius),
        "highest": str(storage.maximum_celsius),
        **changed,
    }


def test_the_stock_is_counted_by_place_and_listed_by_number(site):
    shown = site.client(site.who("pharmacist")).get("/kits/")
    assert shown.status_code == 200
    assert "received in all" in words(shown)
    assert usable(site)[0] in words(shown)
    assert "the custodian’s own program" in words(shown).lower()


def test_a_range_of_kits_is_shown_as_what_it_means_before_it_is_recorded(site):
    client, kits = site.client(site.who("care_provider")), new_kits(site)
    before = recorded(site)
    meant = client.post("/kits/receive/", shipment(site))
    assert meant.status_code == 200
    assert "Nothing is recorded yet." in words(meant)
    assert "3 kits are received." in words(meant)
    assert all(kit in words(meant) for kit in kits)
    assert recorded(site) == before
    again = client.post("/kits/receive/", {**shipment(site), "step": "edit"})
    assert f"{kits[0].lower()} … {kits[-1]}" in again.content.decode()
    for _ in range(2):
        assert confirmed(client, "/kits/receive/", meant).status_code == 302
    assert recorded(site) == before + 1
    assert {stock(site).kits[kit].place(today(site)) for kit in kits} == {"in_stock"}


def test_a_shipment_that_travelled_warm_is_said_to_go_into_quarantine(site):
    client, kits = site.client(site.who("care_provider")), new_kits(site)
    meant = client.post("/kits/receive/", shipment(site, highest="30"))
    assert "3 kits go into quarantine" in words(meant)
    assert confirmed(client, "/kits/receive/", meant).status_code == 302
    assert set(kits) <= set(usable(site, "quarantined"))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"kits": "KZZ9"}, "Kit KZZ9 is not one of this trial"),
        ({"kits": ""}, "Name the kits that arrived"),
        ({"kits": "KA001 … KZ1"}, "is no range of kits"),
        ({"kits": "KA001"}, "Kit KA001 was received already."),
        ({"condition": ""}, "intact or damaged"),
        ({"expires": "soon"}, "soon is no date"),
        ({"expires": "2999-01-01"}, "further away than the shelf life"),
        ({"expires": ""}, "Enter the expiry date"),
        ({"lowest": "cold"}, "cold is no number"),
        ({"lowest": "1e999"}, "is no number"),
        ({"lowest": "nan"}, "is no number"),
        ({"lowest": "-1", "highest": "-2"}, "The lowest temperature is above the highest"),
    ],
)
def test_a_shipment_typed_wrong_is_refused_and_nothing_typed_is_lost(site, changed, said):
    client, before = site.client(site.who("care_provider")), recorded(site)
    typed = shipment(site, **changed)
    answer = client.post("/kits/receive/", typed)
    assert answer.status_code == 422
    assert b'class="refusal" role="alert"' in answer.content
    assert said in words(answer)
    assert typed["kits"] in answer.content.decode()
    assert f'value="{typed["highest"]}"' in answer.content.decode()
    assert recorded(site) == before


def test_a_log_within_its_range_is_recorded_once_and_one_outside_is_shown_first(site):
    client = site.client(site.who("care_provider"))
    form = client.get("/kits/temperature/")
    before = re.search(rb'name="before" value="(\d+)"', form.content)[1].decode()
    fine = {"lowest": "-180", "highest": "\uff0d150,5", "before": before}
    start = recorded(site)
    for _ in range(2):
        assert client.post("/kits/temperature/", fine).status_code == 302
    assert recorded(site) == start + 1
    assert stock(site).readings["foshan"][-1].highest_celsius == -150.5

    warm = {"lowest": "-180", "highest": "-100", "hours": "0.5", "before": str(int(before) + 1)}
    meant = client.post("/kits/temperature/", warm)
    assert "may not be used until it is decided" in words(meant)
    assert recorded(site) == start + 1
    for _ in range(2):
        assert confirmed(client, "/kits/temperature/", meant).status_code == 302
    assert recorded(site) == start + 3
    assert client.post("/kits/temperature/", {"lowest": "-180"}).status_code == 422
    assert client.post("/kits/temperature/", {**warm, "hours": ""}).status_code == 422


def test_kits_are_set_apart_and_the_pharmacist_decides_on_all_of_them(site):
    nurse, pharmacist = site.client(site.who("care_provider")), site.client(site.who("pharmacist"))
    kits = usable(site)[:2]
    typed = {"kits": "\n".join(kits), "reason": "the seal was broken"}
    assert nurse.post("/kits/quarantine/", {**typed, "reason": ""}).status_code == 422
    form = nurse.get("/kits/quarantine/")
    typed["before"] = re.search(rb'name="before" value="(\d+)"', form.content)[1].decode()
    meant, before = nurse.post("/kits/quarantine/", typed), recorded(site)
    for _ in range(2):
        assert confirmed(nurse, "/kits/quarantine/", meant).status_code == 302
    assert recorded(site) == before + 1
    name = list(stock(site).quarantines)[-1]
    page = f"/kits/quarantines/{name}/"
    assert nurse.get(page).status_code == nurse.post(page).status_code == 403
    assert pharmacist.get("/kits/quarantines/NONE-Q001/").status_code == 404
    assert pharmacist.post(page, {"decision": "released"}).status_code == 422
    assert pharmacist.post(page, {"reason": "no"}).status_code == 422
    for _ in range(2):
        decided = pharmacist.post(page, {"decision": "condemned", "reason": "not to be trusted"})
        assert decided.status_code == 302
    assert recorded(site) == before + 2
    assert b'name="decision"' not in pharmacist.get(page).content
    assert {stock(site).kits[kit].place(today(site)) for kit in kits} == {"condemned"}


def test_a_kit_comes_back_counted_and_is_destroyed_before_a_second_person(site):
    coordinator, nurse = (
        site.client(site.who("coordinator")),
        site.client(site.who("care_provider")),
    )
    kit = usable(site)[0]
    page, tubes = f"/kits/{kit}/return/", [str(n) for n in site.worker.desk.study.tube]
    short = coordinator.post(page, {"tube": tubes[1:], "by": "site"})
    assert short.status_code == 422
    assert "should come back with tubes 1, 2, 3, 4, 5, 6 unused" in words(short)
    assert short.content.count(b" checked") == len(tubes[1:]) + 1  # and who brings it
    assert coordinator.post(page, {"tube": ["x"], "by": "site"}).status_code == 422
    assert coordinator.post(page, {"tube": tubes}).status_code == 422
    before = recorded(site)
    for _ in range(2):
        assert coordinator.post(page, {"tube": tubes, "by": "site"}).status_code == 302
    assert recorded(site) == before + 1
    assert coordinator.get("/kits/NONE/return/").status_code == 404

    assert coordinator.post("/kits/destroy/", {}).status_code == 422
    assert coordinator.post("/kits/destroy/", {"kit": [usable(site)[0]]}).status_code == 422
    for _ in range(2):
        assert coordinator.post("/kits/destroy/", {"kit": [kit]}).status_code == 302
    assert recorded(site) == before + 2
    name = list(stock(site).destructions)[-1]
    witness = f"/kits/destructions/{name}/witness/"
    assert coordinator.post(witness).status_code == 422
    assert nurse.get(witness).status_code == 405
    assert nurse.post("/kits/destructions/NONE-D001/witness/").status_code == 404
    for _ in range(2):
        assert nurse.post(witness).status_code == 302
    assert recorded(site) == before + 3
    assert stock(site).destructions[name].witness == site.who("care_provider").user


def test_the_stock_as_a_file_holds_the_own_site_alone(sites):
    north = sites.client(sites.who("care_provider", site="north")).get("/kits/stock.csv")
    assert north.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in north.headers["Content-Disposition"]
    lines = north.content.decode().splitlines()
    assert lines[0] == "site,kit,place,expires,unused_tubes"
    assert {line.partition(",")[0] for line in lines[1:]} == {"north"}
    everywhere = sites.client(sites.who("pharmacist")).get("/kits/stock.csv").content.decode()
    assert {line.partition(",")[0] for line in everywhere.splitlines()[1:]} == {
        "north", "south", "east",
    }  # fmt: skip


def test_another_sites_stock_is_as_unknown_as_none(sites):
    eve = sites.client(sites.who("care_provider", site="north"))
    souths = next(name for name, kit in stock(sites).kits.items() if kit.site == "south")
    for page in ("/kits/?site=south", "/kits/?site=nowhere", f"/kits/{souths}/return/"):
        assert eve.get(page).status_code == 404, page
    assert souths not in eve.get("/kits/").content.decode()
    before = recorded(sites)
    souths_reading = {"site": "south", "lowest": "3", "highest": "4"}
    assert eve.post("/kits/temperature/", souths_reading).status_code == 422
    assert recorded(sites) == before


def test_who_has_no_site_chooses_one(sites):
    client = sites.client(sites.who("pharmacist"))
    assert client.get("/kits/?site=south").status_code == 200
    assert client.post("/kits/temperature/", {"lowest": "3", "highest": "4"}).status_code == 422
    reading = {"lowest": "3", "highest": "4", "site": "south"}
    assert client.post("/kits/temperature/", reading).status_code == 302
    assert stock(sites).readings["south"][-1].lowest_celsius == 3


def test_a_long_list_is_cut_by_the_kits_own_names(site, monkeypatch):
    monkeypatch.setattr("cicatrix.web.supply.kits_seen.KITS_A_PAGE", 5)
    client, kits = site.client(site.who("care_provider")), sorted(stock(site).kits)
    first, second = client.get("/kits/"), client.get(f"/kits/?site=foshan&after={kits[4]}")
    assert re.findall(r'<th scope="row">(\w+)<', first.content.decode()) == kits[:5]
    assert f"after={kits[4]}" in first.content.decode()
    assert re.findall(r'<th scope="row">(\w+)<', second.content.decode()) == kits[5:10]
    assert "No further kit." in words(client.get("/kits/?after=ZZZZ"))


@pytest.mark.parametrize("role", ["rater", "image_reader", "administrator", "participant"])
def test_kits_are_closed_to_who_has_nothing_to_do_with_them(site, role):
    client = site.client(site.who(role))
    for page in ("/kits/", "/kits/stock.csv", *(f"/kits/{form}" for form in FORMS)):
        assert client.get(page).status_code == 403, page


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("pharmacist", {"receive/", "temperature/", "quarantine/", "destroy/"}),
        ("coordinator", {"receive/", "temperature/", "quarantine/", "destroy/"}),
        ("care_provider", {"receive/", "temperature/", "quarantine/"}),
        ("monitor", {"quarantine/"}),
        ("sponsor", set()),
        ("statistician", set()),
    ],
)
def test_each_role_is_offered_what_it_may_do_and_no_more(site, role, may):
    client = site.client(site.who(role))
    shown = client.get("/kits/")
    assert shown.status_code == 200
    assert {form for form in FORMS if f"/kits/{form}".encode() in shown.content} == may
    for form in FORMS:
        answer = client.get(f"/kits/{form}")
        assert answer.status_code == (200 if form in may else 403)
        assert not WORDS_OF_ARMS.search(answer.content)
    assert not WORDS_OF_ARMS.search(shown.content)


def test_one_who_lost_the_role_while_the_form_was_open_records_nothing(site):
    actor = site.who("care_provider")
    client, before = site.client(actor), recorded(site)
    site.worker.desk.trial.roles[actor.user].discard((actor.role, actor.site))
    answer = client.post("/kits/temperature/", {"lowest": "-180", "highest": "-150"})
    assert answer.status_code in (302, 403)
    assert recorded(site) == before
