"""Forms of the study file: filled, corrected, kept as drafts, signed; two at once lose nothing."""

import re
from collections.abc import Callable

import pytest

from addresses import bare
from cicatrix.trial.participant import FormKey
from cicatrix.web.models import Draft
from cicatrix.web.pages import forms
from filled import BODY, EVENT, HER, at, client, data, saved, shown, words

WORDS_OF_ARMS = re.compile(
    rb"placebo|plain_gel|cell_gel|with cells|without cells|\xe5\x87\x9d\xe8\x83\xb6", re.IGNORECASE
)


def test_a_form_shows_its_sections_units_ranges_and_what_is_recorded(site):
    page = words(client(site).get(at()))
    assert all(word in page for word in ("Body", "Height", "cm", "120 to 210", "Body mass index"))
    assert shown(client(site).get(at()))["i.height_cm"] == "162.2"


def test_only_what_was_changed_is_recorded_and_the_signature_is_void_in_sight(site):
    ana = client(site)
    fields = shown(ana.get(at())) | {"i.height_cm": "163", "reason": "Misread the scale"}
    answer = ana.post(at(), fields, follow=True)
    last = site.worker.desk.kept[-2:]
    assert [type(one.fact).__name__ for one in last] == ["FormSaved", "SignatureVoided"]
    assert (last[0].fact.values, last[0].fact.reason) == ({"height_cm": 163}, "Misread the scale")
    assert "The signature is void now" in words(answer)
    assert "Not signed" in words(answer)


def test_a_signed_form_warns_before_it_is_edited(site):
    assert "Saving a change makes this signature void" in words(client(site).get(at()))


def test_a_correction_without_a_reason_asks_for_one_and_keeps_what_was_typed(site):
    ana = client(site)
    answer = ana.post(at(), shown(ana.get(at())) | {"i.height_cm": "163"})
    assert answer.status_code == 422
    assert "write why this is changed" in words(answer)
    assert shown(answer)["i.height_cm"] == "163"
    assert data(site).values["height_cm"] == 162.2


@pytest.mark.parametrize("typed", ["1,6", "1e2", "abc", "٣", "9" * 31, "NaN", "5"])
def test_what_cannot_be_recorded_is_said_beside_the_item_and_kept_as_typed(site, typed):
    ana = client(site)
    answer = ana.post(at(), shown(ana.get(at())) | {"i.height_cm": typed, "reason": "x"})
    assert answer.status_code == 422
    assert 'class="wrong"' in answer.content.decode()
    assert shown(answer)["i.height_cm"] == typed
    assert data(site).values["height_cm"] == 162.2
    assert shown(ana.get(at()))["i.height_cm"] == typed


def test_full_width_digits_are_read_and_said(site):
    ana = client(site)
    answer = ana.post(
        at(),
        shown(ana.get(at())) | {"i.height_cm": "\uff11\uff16\uff13", "reason": "x"},
        follow=True,
    )
    assert data(site).values["height_cm"] == 163
    assert "Height was read as 163" in words(answer)


def test_sending_a_form_back_unchanged_records_nothing(site):
    ana, before = client(site), site.worker.desk.trial.head.seq
    assert saved(ana.post(at(), shown(ana.get(at()))))
    assert site.worker.desk.trial.head.seq == before


def test_a_reason_may_stand_in_place_of_an_answer(site):
    ana = client(site)
    fields = shown(ana.get(at())) | {
        "i.height_cm": "", "m.height_cm": "not_done", "i.skin_phototype": "?refused", "reason": "r"
    }  # fmt: skip
    assert saved(ana.post(at(), fields))
    assert data(site).missing == {"height_cm": "not_done", "skin_phototype": "refused"}
    assert "no answer: Not done" in words(client(site, "monitor").get(at()))


def test_a_hard_check_refuses_beside_its_item_in_the_readers_language(site):
    ana, key = client(site), EVENT._replace(repeat=2)
    fields = {"i.term": "fever", "i.outcome": "=fatal", "i.serious": "=false"}
    answer = ana.post(at(key), fields)
    assert answer.status_code == 422
    assert data(site, key) is None
    assert "A fatal event is always serious." in words(answer)
    site.account(site.who("coordinator").user)
    ana.post("/account/language/", {"language": "zh-hans"})
    assert "致死事件必为严重不良事件" in words(ana.get(at(key)))


def test_a_soft_check_is_recorded_as_a_query_and_shown(site):
    ana, key = client(site), EVENT._replace(repeat=2)
    answer = ana.post(at(key), {"i.severity": "=1", "i.serious": "=true"}, follow=True)
    assert "A query was raised about" in words(answer)
    assert "Serious but mild; please confirm." in words(ana.get(at(key)))


def test_a_conditional_answer_that_is_not_asked_is_left_out_and_said(site):
    ana, key = client(site), EVENT._replace(repeat=2)
    fields = {"i.serious": "=false", "i.seriousness_reason": "=death"}
    answer = ana.post(at(key), fields, follow=True)
    assert data(site, key).values == {"serious": False}
    assert "Not recorded, because the other answers do not ask for it" in words(answer)
    assert "Only if “Serious” is yes." in words(answer)


def test_the_rows_of_a_log_form_are_listed_and_one_is_added(site):
    ana, key = client(site), EVENT._replace(repeat=2)
    listing = ana.get(at(EVENT._replace(repeat=0)))
    assert at(key) in listing.content.decode()
    fields = {"i.term": "fever", "i.outcome": "=recovered", "i.end": ["2021", "7", ""]}
    assert saved(ana.post(at(key), fields), key)
    assert data(site, key).values["end"] == "2021-07"
    assert "2. fever" in words(ana.get(at(EVENT._replace(repeat=0))))
    assert ana.get(at(key._replace(repeat=4))).status_code == 404


def test_a_form_of_a_visit_that_did_not_happen_says_so_before_anything_is_typed(site):
    page = client(site).get(at(FormKey("photograph", "month_36")))
    assert "Record first that FOSHAN-001 came to month_36" in words(page)


def test_of_two_who_save_at_once_nobody_is_overwritten_and_both_are_shown(site):
    ana, bo = client(site), client(site, "investigator")
    first, second = shown(ana.get(at())), shown(bo.get(at()))
    assert saved(ana.post(at(), first | {"i.height_cm": "163", "reason": "a"}))
    answer = bo.post(at(), second | {"i.height_cm": "164", "i.weight_kg": "70", "reason": "b"})
    assert answer.status_code == 409
    assert (data(site).values["height_cm"], data(site).values["weight_kg"]) == (163, 62.8)
    page = words(answer)
    assert "foshan-coordinator saved meanwhile: 163 cm" in page
    assert (shown(answer)["i.height_cm"], shown(answer)["i.weight_kg"]) == ("164", "70")
    assert saved(bo.post(at(), shown(answer) | {"reason": "b"}))
    assert (data(site).values["height_cm"], data(site).values["weight_kg"]) == (164, 70)


def test_what_only_the_other_changed_is_not_turned_back(site):
    ana, bo = client(site), client(site, "investigator")
    first, second = shown(ana.get(at())), shown(bo.get(at()))
    ana.post(at(), first | {"i.height_cm": "163", "reason": "a"})
    answer = bo.post(at(), second | {"i.weight_kg": "70", "reason": "b"})
    assert shown(answer)["i.height_cm"] == "163"
    bo.post(at(), shown(answer) | {"reason": "b"})
    assert (data(site).values["height_cm"], data(site).values["weight_kg"]) == (163, 70)


def test_a_page_of_another_person_or_role_records_nothing(site):
    ana, bo = client(site), client(site, "investigator")
    hers = {"whose": "foshan-coordinator coordinator foshan", "i.height_cm": "163", "reason": "a"}
    assert hers["whose"] in ana.get(at()).content.decode()
    before = site.worker.desk.trial.head.seq
    for page in ("", "draft/"):
        answer = bo.post(at(page=page), {"seen": data(site).entry, **hers})
        assert answer.status_code == 422
        assert "This page was opened by foshan-coordinator" in words(answer)
    assert (site.worker.desk.trial.head.seq, Draft.objects.count()) == (before, 0)
    assert saved(ana.post(at(), {"seen": data(site).entry, **hers}))


def test_two_tabs_of_one_person_are_two_people(site):
    ana = client(site)
    one, two = shown(ana.get(at())), shown(ana.get(at()))
    ana.post(at(), one | {"i.height_cm": "163", "reason": "a"})
    assert ana.post(at(), two | {"i.height_cm": "164", "reason": "b"}).status_code == 409
    assert data(site).values["height_cm"] == 163


def test_a_row_added_by_two_at_once_is_two_rows(site):
    ana, bo, key = client(site), client(site, "investigator"), EVENT._replace(repeat=2)
    ana.post(at(key), {"i.term": "fever"})
    answer = bo.post(at(key), {"i.term": "itching"}, follow=True)
    assert answer.redirect_chain[-1][0] == at(key._replace(repeat=3))
    assert "Row 2 was recorded meanwhile by foshan-coordinator" in words(answer)
    assert shown(answer)["i.term"] == "itching"
    assert data(site, key).values == {"term": "fever"}


def test_a_save_that_was_pressed_twice_is_one_row(site):
    ana, key = client(site), EVENT._replace(repeat=2)
    ana.post(at(key), {"i.term": "fever"})
    assert saved(ana.post(at(key), {"i.term": "fever"}), key)
    assert data(site, key._replace(repeat=3)) is None


def test_another_process_that_was_faster_is_noticed_at_the_last_moment(site):
    ana, bo = client(site), site.who("investigator")
    fields = shown(ana.get(at())) | {"i.height_cm": "163", "reason": "a"}
    meant = forms.save_form
    from cicatrix.store.desk import open_desk

    def slow(study, trial, actor, **what):
        forms.save_form = meant
        with open_desk(site.folder) as desk:
            other = {"participant": HER, "key": BODY, "reason": "b", "values": {"height_cm": 164}}
            desk.act(lambda s, t, now: meant(s, t, bo, now=now, **other), bo)
        return meant(study, trial, actor, **what)

    forms.save_form = slow
    try:
        answer = ana.post(at(), fields, follow=True)
    finally:
        forms.save_form = meant
    assert data(site).values["height_cm"] == 164
    assert shown(answer)["i.height_cm"] == "163"
    assert "foshan-investigator saved meanwhile: 164 cm" in words(answer)


@pytest.mark.parametrize("role", ["monitor", "data_manager", "care_provider", "auditor", "sponsor"])
def test_a_role_that_does_not_fill_a_form_reads_it(site, role):
    if role == "auditor":
        page = site.client(site.who("auditor")).get(at())
    else:
        page = client(site, role).get(at())
    assert "162.2 cm" in words(page)
    assert b"<form" not in page.content.split(b"<main")[1].split(b"</main>")[0]
    assert client(site, role).post(at(), {"i.height_cm": "163"}).status_code == 403
    assert client(site, role).post(at(page="draft/"), {"i.height_cm": "163"}).status_code == 403


@pytest.mark.parametrize(
    ("role", "status"),
    [("pharmacist", 403), ("image_reader", 403), ("administrator", 403), ("rater", 404)],
)
def test_a_role_that_does_not_see_a_form_gets_the_same_whether_it_is_filled_or_not(
    site, role, status
):
    ben = client(site, role)
    answers = [
        ben.get(at(key, her=her))
        for key in (BODY, FormKey("photograph", "month_36"), FormKey("nothing", "baseline"))
        for her in (HER, "FOSHAN-999")
    ]
    assert {answer.status_code for answer in answers} == {status}
    assert len({bare(answer) for answer in answers}) == 1


def test_a_form_of_another_site_is_as_unknown_as_none(sites):
    eve = sites.client(sites.who("coordinator", site="east"))
    key = FormKey("eligibility", "screening_visit")
    answers = [eve.get(at(key, her=her)) for her in ("SOUTH-001", "SOUTH-999")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert len({bare(one) for one in answers}) == 1
    assert eve.post(at(key, her="SOUTH-001"), {}).status_code == 404


@pytest.mark.parametrize(
    "key",
    [
        FormKey("demography", "month_1"), FormKey("demography", "baseline", 1),
        FormKey("demography", None), FormKey("demography", "baseline", 0, "scar"),
        FormKey("adverse_event", "baseline", 1), FormKey("adverse_event", None, 99),
    ],
)  # fmt: skip
def test_a_form_that_is_not_the_visits_is_unknown(site, key):
    assert client(site).get(at(key)).status_code == 404


def test_an_act_is_not_read(site):
    assert client(site).get(at(page="draft/")).status_code == 405


def test_no_page_of_forms_names_an_arm(site):
    for role in ("coordinator", "investigator", "monitor"):
        for page in ("", "print/", "items/height_cm/"):
            found = client(site, role).get(at(page=page))
            assert found.status_code == 200
            assert not WORDS_OF_ARMS.search(found.content)


def test_the_print_view_has_what_is_recorded_and_no_fields(site):
    page = client(site).get(at(page="print/"))
    assert "162.2 cm" in words(page)
    assert b"<textarea" not in page.content


def test_a_form_with_regions_keeps_them_apart(sites):
    her = next(
        p for p in sites.worker.desk.trial.participants.values() if p.site == "south" and p.forms
    )
    monitor: Callable = sites.client(sites.who("monitor")).get
    for key in [key for key in her.forms if key.region][:2]:
        assert monitor(at(key, her=her.id)).status_code == 200
