"""The bedside: the right tube, the wrong one, a dropped one, a spare, two nurses at once."""

import re
from datetime import date, timedelta

import pytest

from bedside import (
    ACTS,
    PAGES,
    WORDS_OF_ARMS,
    apply,
    at,
    bare,
    bed,
    check,
    nurse,
    recorded,
    tubes,
    words,
)
from cicatrix.trial.reading import read_study
from cicatrix.trial.trial import Trial
from cicatrix.web.pages.doses import off_schedule
from cicatrix.web.supply.dosing import course, doses_due
from clinic import STUDIES


@pytest.fixture
def due(site):
    return bed(site)


def test_the_page_says_which_day_it_is_and_which_kit_is_hers(site, due):
    shown = words(nurse(site).get(at(due)))
    assert f"Day {due.day} is due" in shown
    assert due.kit in shown
    assert f"Tube {due.tube}" in shown


def test_the_right_tube_is_one_green_line_and_records_nothing(site, due):
    before = recorded(site)
    answer = check(nurse(site), due, f"{due.kit} {due.tube}")
    assert answer.status_code == 200
    assert b'class="ok" role="status"' in answer.content
    right = f"Right: {due.her}, day {due.day}, tube {due.tube} of kit {due.kit}."
    assert right in words(answer)
    assert b"autofocus" not in answer.content, "a second scan must not press Applied"
    assert recorded(site) == before


def test_applied_is_one_more_touch_and_is_recorded(site, due):
    client = nurse(site)
    check(client, due, f"{due.kit} {due.tube}")
    answer = apply(client, due, f"{due.kit} {due.tube}")
    assert (answer.status_code, answer.headers["Location"]) == (302, at(due))
    assert tubes(site, due)[-1] == (due.kit, due.tube, due.day)
    assert f"Day {due.day} is given" in words(client.get(at(due)))


def test_a_wrong_tube_is_refused_loudly_before_it_is_opened(site, due):
    before = recorded(site)
    unknown = f"was not dispensed to {due.her}. Do not open it."
    wrong = {
        f"{due.kit} {due.later}": f"STOP: tube {due.later} is not for day {due.day}. "
        f"Take tube {due.tube} of {due.kit}.",
        f"{due.kit} {due.used}": f"STOP: tube {due.used} of {due.kit} was applied already.",
        f"{due.others} {due.tube}": f"STOP: kit {due.others} {unknown}",
        f"{due.spare} {due.tube}": f"STOP: kit {due.spare} {unknown}",
        f"ZZ999 {due.tube}": f"STOP: kit ZZ999 {unknown}",
        f"{due.kit} 99": "A kit of this study has no tube 99.",
    }
    for label, told in wrong.items():
        for ask in (check, apply):
            answer = ask(nurse(site), due, label)
            assert answer.status_code == 422
            assert b'class="stop" role="alert"' in answer.content, label
            assert "Do not open this tube." in words(answer)
            assert told in words(answer)
            assert b'class="ok"' not in answer.content
    assert recorded(site) == before


def wide(text):
    """Write a text in the full-width signs of an input method."""
    return "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else "\u3000" for one in text)


def test_a_label_is_understood_as_people_and_scanners_give_it(site, due):
    kit, number, tube = due.kit, due.number, due.tube
    client = nurse(site)
    for label in (
        f"{kit} {tube}", f"{kit.lower()}/{tube}", f"{kit}-{tube}", f"{kit} - 0{tube}",
        f"{number} {tube}", f"{number.lower().replace('0', '')}/{tube}" if "0" not in number[2:]
        else f"{number}/{tube}", kit.replace("A0", "A") + f" {tube}", f" {kit}  {tube}\r\n",
        wide(f"{kit}-{tube}"), wide(f"{kit} {tube}"), f"{kit}\u2013{tube}",
    ):  # fmt: skip
        assert check(client, due, label).status_code == 200, label


def test_what_is_no_label_is_asked_for_again(site, due):
    client, before = nurse(site), recorded(site)
    for label, asked in {
        "": "not the label", str(due.tube): "Which kit", due.kit: "Which tube",
        due.number: "not the label", f"{due.kit}{due.tube}": "not the label",
        f"{due.kit} four": "not the label", "9" * 61: "not the label",
        "<b>": "not the label", f"{due.kit} 12345678901": "not the label",
    }.items():  # fmt: skip
        for ask in (check, apply):
            answer = ask(client, due, label)
            assert answer.status_code == 422, label
            assert asked in words(answer), label
            assert b"<b>" not in answer.content
    assert recorded(site) == before


def test_a_dropped_tube_is_replaced_by_a_spare_and_the_number_alone_is_then_asked_about(site, due):
    client, label = nurse(site), f"{due.kit} {due.tube}"
    kept = f'value="{label}"'
    assert kept in client.get(at(due, "discard/"), {"label": label}).content.decode()
    refused = client.post(at(due, "discard/"), {"label": label, "reason": " "})
    assert refused.status_code == 422
    assert kept in refused.content.decode()
    for _ in range(2):
        lost = client.post(at(due, "discard/"), {"label": label, "reason": "it was dropped"})
        assert lost.status_code == 302
    stopped = words(check(client, due, label))
    assert f"STOP: tube {due.tube} of {due.kit} was discarded." in stopped
    assert f"Hand out a spare kit: {due.spare}." in stopped

    unreasoned = client.post(at(due, "dispense/"), {"kit": due.spare.lower()})
    assert unreasoned.status_code == 422
    assert f'value="{due.spare.lower()}"' in unreasoned.content.decode()
    amiss = client.post(at(due, "dispense/"), {"kit": due.others, "reason": "tube was dropped"})
    assert f"Kit {due.others} is not for {due.her}: put it back." in words(amiss)
    before = recorded(site)
    for _ in range(2):
        spare = {"kit": due.spare.lower(), "reason": "the tube was dropped"}
        assert client.post(at(due, "dispense/"), spare).status_code == 302
    assert recorded(site) == before + 1

    unclear = check(client, due, f"{due.number} {due.tube}")
    assert unclear.status_code == 422
    assert re.findall(r'<button name="label" value="([^"]+)"', unclear.content.decode()) == [
        label, f"{due.spare} {due.tube}",
    ]  # fmt: skip
    assert apply(client, due, f"{due.spare} {due.tube}").status_code == 302
    assert tubes(site, due)[-1] == (due.spare, due.tube, due.day)


def test_two_nurses_at_once_give_one_dose(site, due):
    first, second, label = nurse(site, 0), nurse(site, 1), f"{due.kit} {due.tube}"
    assert check(first, due, label).status_code == check(second, due, label).status_code == 200
    assert apply(first, due, label).status_code == 302
    late = apply(second, due, label)
    assert late.status_code == 422
    assert f"STOP: tube {due.tube} of {due.kit} was applied already." in words(late)
    assert tubes(site, due).count((due.kit, due.tube, due.day)) == 1


def test_a_button_pressed_twice_records_once_and_frightens_nobody(site, due):
    client, before = nurse(site), recorded(site)
    answers = [apply(client, due, f"{due.kit} {due.tube}").status_code for _ in range(2)]
    assert answers == [302, 302]
    assert recorded(site) == before + 1


def test_tomorrows_tube_stays_shut_today(site, due):
    client = nurse(site)
    apply(client, due, f"{due.kit} {due.tube}")
    answer = check(client, due, f"{due.kit} {due.later}")
    assert answer.status_code == 422
    assert b'class="stop" role="alert"' in answer.content


def test_a_tube_outside_its_days_window_stays_shut(site, due):
    study = site.worker.desk.study
    her = site.worker.desk.trial.participants[due.her]
    today = site.worker.seen_by(site.who("monitor")).today(her.site)
    early = course(study, her, today - timedelta(days=1))
    assert "is not due before" in off_schedule(early, due.day, early.today)
    late = course(study, her, today + timedelta(days=30))
    assert (late.current, late.next) == (None, None)
    assert due.day in [one.day for one in late.left_open]
    assert late.meant(due.day) == due.day
    assert "was due until" in off_schedule(late, due.day, late.today)
    assert off_schedule(course(study, her, today), due.day, today) == ""


def test_a_tube_that_is_hers_but_not_due_is_stopped_by_check_and_by_record(sites):
    study, trial = sites.worker.desk.study, sites.worker.desk.trial
    monitor = sites.worker.seen_by(sites.who("monitor"))
    her, day = next(
        (one, now.next)
        for one in trial.participants.values()
        if one.tubes and len(one.kits) == 1 and not one.withdrawals
        for now in [course(study, one, monitor.today(one.site))]
        if now.current is None and not now.left_open and now.next and not now.given_today
    )
    client = sites.client(sites.who("care_provider", site=her.site))
    before = recorded(sites)
    for ask in (check, apply):
        answer = ask(client, her.id, f"{her.kits[0]} {day.tubes[0].number}")
        assert answer.status_code == 422
        assert b'class="stop" role="alert"' in answer.content
        assert f"STOP: the dose of day {day.day} is not due before" in words(answer)
    assert recorded(sites) == before


def test_what_has_happened_otherwise_is_admitted_apart_with_its_deviation(site, due):
    client = nurse(site)
    label = f"{due.kit} {due.later}"
    amiss = {"label": label, "day": due.day, "category": "wrong_tube", "text": ""}
    refused = client.post(at(due, "otherwise/"), amiss)
    assert refused.status_code == 422
    assert f'value="{label}"' in refused.content.decode()
    before = recorded(site)
    for _ in range(2):
        admitted = client.post(at(due, "otherwise/"), {**amiss, "text": "it was taken for another"})
        assert admitted.status_code == 302
    assert recorded(site) == before + 2
    assert tubes(site, due)[-1] == (due.kit, due.later, due.day)
    her = site.worker.desk.trial.participants[due.her]
    assert her.deviations[-1].category == "wrong_tube"


def test_a_dose_recorded_later_is_still_a_dose_of_its_day(site, due):
    client = nurse(site)
    late = {"label": f"{due.kit} {due.tube}", "day": due.day, "category": "as_planned"}
    early = client.post(at(due, "otherwise/"), {**late, "on": "2021-05-21"})
    assert early.status_code == 422
    ahead = {**late, "day": due.day + 1, "label": f"{due.kit} {due.later}"}
    assert "choose what departed" in words(client.post(at(due, "otherwise/"), ahead))
    assert client.post(at(due, "otherwise/"), late).status_code == 302
    assert tubes(site, due)[-1] == (due.kit, due.tube, due.day)


def test_what_is_typed_wrong_is_said_and_nothing_is_recorded_or_lost(site, due):
    tube, used = f"{due.kit} {due.tube}", f"{due.kit} {due.used}"
    dose = {"label": tube, "day": due.day, "category": "dose", "text": "she was late"}
    before, client = recorded(site), nurse(site)
    for page, typed in (
        ("otherwise/", {**dose, "on": "5"}),
        ("otherwise/", {**dose, "day": "99"}),
        ("otherwise/", {**dose, "category": "none"}),
        ("otherwise/", {**dose, "label": "4"}),
        ("otherwise/", {}),
        ("missed/", {"day": due.day, "reason": ""}),
        ("missed/", {"day": "x", "reason": "she slept"}),
        ("missed/", {"day": due.day, "reason": "she slept", "on": "2999-01-01"}),
        ("missed/", {"day": 1, "reason": "she slept"}),
        ("discard/", {"label": used, "reason": "dropped"}),
        ("discard/", {"label": tube, "reason": "a\x07b"}),
        ("discard/", {"label": tube, "reason": "r" * 3000}),
        ("dispense/", {"kit": ""}),
        ("dispense/", {"kit": "KA999", "reason": "she has none"}),
    ):
        answer = client.post(at(due, page), typed)
        assert answer.status_code == 422, typed
        assert b'class="refusal" role="alert"' in answer.content
        for name in {"label", "kit", "text"} & typed.keys():
            assert typed[name] in answer.content.decode()
        assert typed.get("reason", "") in answer.content.decode()
    assert recorded(site) == before


def test_a_dose_left_out_is_recorded_with_its_reason_by_nurse_or_coordinator(site, due):
    before = recorded(site)
    client = site.client(site.who("coordinator"))
    for _ in range(2):
        answer = client.post(at(due, "missed/"), {"day": due.day, "reason": "she slept at home"})
        assert answer.status_code == 302
    assert recorded(site) == before + 1
    her = site.worker.desk.trial.participants[due.her]
    assert her.missed_doses == {due.day: "she slept at home"}
    assert "she slept at home" in words(nurse(site).get(at(due)))


def test_todays_doses_of_the_site_are_listed(site, due):
    shown = words(nurse(site).get("/doses/"))
    assert f"{due.her} Day {due.day} due today kit {due.kit}" in shown
    assert "no kit handed out yet" in shown


def test_the_first_kit_needs_no_reason_and_lets_the_first_dose_be_given(site):
    client, trial = nurse(site), site.worker.desk.trial
    her = next(
        one for one in trial.participants.values()
        if one.number and not one.kits and not one.withdrawals
    )  # fmt: skip
    shown = words(client.get(at(her.id)))
    kit = re.search(r"Hers are (\w+)", shown)[1]
    assert trial.list.kits[kit] == her.number
    assert client.post(at(her.id, "dispense/"), {"kit": kit}).status_code == 302
    assert apply(client, her.id, f"{kit} 1").status_code == 302


def test_each_region_of_a_day_has_its_own_tube(sites):
    due = bed(sites, spare=False)
    place = sites.worker.desk.trial.participants[due.her].site
    client = sites.client(sites.who("care_provider", site=place))
    left, right = (n for n, tube in sites.worker.desk.study.tube.items() if tube.day == due.day)
    assert "left half" in words(client.get(at(due))).lower()
    assert apply(client, due, f"{due.kit} {left}").status_code == 302
    assert "partly given" in words(client.get(at(due)))
    assert apply(client, due, f"{due.kit} {right}").status_code == 302
    assert f"Day {due.day} is given" in words(client.get(at(due)))


def test_a_day_of_treatment_is_due_in_its_window_and_open_after_it(site, due):
    study, trial = site.worker.desk.study, site.worker.desk.trial
    her = trial.participants[due.her]
    today = site.worker.seen_by(site.who("monitor")).today(her.site)
    for shift, standings in ((-1, {"later"}), (0, {"due", "later"}), (9, {"open"})):
        now = course(study, her, today + timedelta(days=shift))
        assert {one.standing for one in now.days if one.day >= due.day} == standings
        assert {one.standing for one in now.days if one.day < due.day} == {"given"}
    late = doses_due(study, trial, her.site, today + timedelta(days=9))
    assert due.day in [one.day.day for one in late if one.participant == due.her]
    assert all(one.day.standing == "open" for one in late)


def test_nobody_enrolled_means_no_dose():
    file = STUDIES / "NCT04034615.yaml"
    study = read_study(file.read_bytes(), file=file.name)
    assert doses_due(study, Trial(), None, date(2021, 7, 5)) == ()


@pytest.mark.parametrize("page", PAGES + ACTS)
def test_a_page_about_her_keeps_to_the_door(sites, page):
    due = bed(sites, place="south", spare=False)
    eve = sites.client(sites.who("care_provider", site="north"))
    own = sites.client(sites.who("care_provider", site="south"))
    rater = sites.client(sites.who("rater", site="south"))
    sent = {"label": f"{due.kit} {due.tube}"}

    def asked(client, her):
        return client.post(at(her, page), sent) if page in ACTS else client.get(at(her, page))

    assert asked(eve, due.her).status_code == asked(own, "NOBODY-001").status_code == 404
    assert bare(asked(eve, due.her)) == bare(asked(eve, "NOBODY-001")).replace(
        "NOBODY-001", due.her
    )
    assert asked(rater, due.her).status_code == 403
    if page in ACTS:
        assert own.get(at(due, page)).status_code == 405
    answer = asked(own, due.her)
    assert answer.status_code in (200, 302)
    assert not WORDS_OF_ARMS.search(answer.content)


@pytest.mark.parametrize("role", ["monitor", "sponsor", "pharmacist", "statistician", "auditor"])
def test_who_only_reads_gets_no_field_for_a_tube(site, due, role):
    client = site.client(site.who(role))
    answer = client.get(at(due))
    assert answer.status_code == 200
    assert b'name="label"' not in answer.content
    assert client.post(at(due, "apply/")).status_code == 403
    assert client.get("/doses/").status_code == 200


def test_the_list_of_today_is_closed_to_who_sees_no_doses(site):
    for role in ("rater", "image_reader", "administrator", "participant"):
        assert site.client(site.who(role)).get("/doses/").status_code == 403
