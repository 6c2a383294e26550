import statistics
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from scipy import stats

from cicatrix.analysis.analyse import analyse
from cicatrix.analysis.baseline import screening_visits
from cicatrix.trial.participant import Broken, Deviation

ARMS = ["gel", "placebo"] * 4
TOTALS = [0, 2, 3, None, 1, 2, 4, 3]


def test_scores_are_described_by_arm_and_visit(scored, tiny):
    made = scored(tiny, ARMS, TOTALS)
    found = analyse(tiny, made.trial, made.allocation)
    placebo = next(o for o in found.scores if (o.visit, o.arm) == ("month_6", "placebo"))
    seen = [2, 2, 3]
    assert (placebo.summary.n, placebo.summary.missing) == (3, 1)
    assert placebo.summary.reasons == (("visit_missed", 1),)
    assert placebo.summary.mean == pytest.approx(statistics.mean(seen))
    assert placebo.summary.sd == pytest.approx(statistics.stdev(seen))
    assert (placebo.summary.median, placebo.summary.maximum) == (2, 3)
    interval = stats.t.interval(0.95, 2, np.mean(seen), stats.sem(seen))
    assert placebo.summary.interval == pytest.approx(interval)


def test_baseline_items_are_those_asked_before_treatment(reference):
    assert screening_visits(reference) == ("screening_visit", "baseline")


def test_baseline_counts_answers_and_missing_by_arm_and_in_all(world, tiny):
    made = world(tiny, ["gel", "placebo", "gel"])
    for age, keloid in ((20, False), (40, False), (None, True)):
        values = {"keloid": keloid} if age is None else {"age": age, "keloid": keloid}
        made.fill(made.enrol(), "screening_visit", "eligibility", **values)
    items = {one.item: one for one in analyse(tiny, made.trial, made.allocation).baseline}
    gel, placebo, everyone = items["age"].columns
    assert (gel.n, gel.missing, gel.summary.mean) == (1, 1, 20)
    assert (placebo.n, everyone.n, everyone.summary.mean) == (1, 2, 30)
    assert items["keloid"].columns[0].counts == (("Yes", 1),)
    assert items["keloid"].constant is None
    assert "itch" not in items


def test_an_answer_that_everyone_gave_is_marked_as_the_same(world, tiny):
    made = world(tiny, ["gel", "placebo"])
    for _ in range(2):
        made.fill(made.enrol(), "screening_visit", "eligibility", age=30, keloid=False)
    items = {one.item: one for one in analyse(tiny, made.trial, made.allocation).baseline}
    assert (items["keloid"].constant, items["age"].constant) == ("No", "30")


def test_satisfaction_is_counted_by_its_words(world, reference):
    made = world(reference, ["low", "high", "placebo"])
    for level in (4, 2, 2):
        made.fill(made.enrol(), "month_36", "satisfaction", satisfaction=level)
    outcome = analyse(reference, made.trial, made.allocation).outcomes[-1]
    assert dict(outcome.columns[0].categories)["Very good"] == 1
    assert dict(outcome.columns[1].categories)["Moderate"] == 1
    assert sum(n for _, n in outcome.columns[2].categories) == 1


def test_scar_minus_adjacent_skin_needs_both(world, reference):
    made = world(reference, ["low", "high", "placebo"])
    person, other = made.enrol(), made.enrol()
    made.fill(person, "month_36", "reflectance", "scar", erythema=30.5, melanin=20.0)
    made.fill(person, "month_36", "reflectance", "adjacent", erythema=25.0, melanin=21.0)
    made.fill(other, "month_36", "reflectance", "scar", erythema=30.5, melanin=20.0)
    rows = {
        (row.participant, row.endpoint): row
        for row in analyse(reference, made.trial, made.allocation).values
    }
    assert rows[person.id, "erythema_36"].value == pytest.approx(5.5)
    assert rows[person.id, "pigmentation_36"].value == pytest.approx(-1.0)
    assert rows[other.id, "erythema_36"].reason == "form_empty"


def test_a_change_from_baseline_takes_the_first_value_off(world, split):
    made = world(split, ["left_treated"], stratum="site=one")
    person = made.enrol()
    names = ("pain", "itch", "colour", "stiffness", "thickness_felt", "irregularity")
    for visit, left, right in (("day_1", 4, 3), ("month_12", 1, 2)):
        for region, level in (("left_half", left), ("right_half", right)):
            made.fill(person, visit, "posas_patient", region, **dict.fromkeys(names, level))
    found = analyse(split, made.trial, made.allocation)
    row = next(row for row in found.values if row.endpoint == "patient_12")
    assert row.value == (6 - 12) - (24 - 18)


def test_adverse_events_are_counted_by_person_and_by_event(world, tiny):
    made = world(tiny, ["gel", "placebo", "gel", "placebo"])
    people = [made.enrol() for _ in range(4)]
    people[3].tubes.clear()
    start = people[0].screened_on
    for who, days, term, serious, severity in (
        (0, 3, "Itch", False, 1),
        (0, 5, "itch", False, 2),
        (1, 9, "Fever", True, 2),
        (2, -5, "Cough", False, 1),
        (3, 3, "Fever", False, 1),
    ):
        onset = (start + timedelta(days=days)).isoformat()
        made.log(people[who], "adverse_event", term=term, onset=onset, severity=severity,
                 serious=serious, relatedness="related")  # fmt: skip
    safety = analyse(tiny, made.trial, made.allocation).safety
    assert safety.at_risk == (("gel", 2), ("placebo", 1))
    assert (safety.before_first_dose, safety.without_dose) == (1, 1)
    lines = {(line.kind, line.label): line.arms for line in safety.lines}
    gel, placebo = lines["any", "Any adverse event"]
    assert (gel.with_event, gel.events, placebo.with_event, placebo.events) == (1, 2, 1, 1)
    assert [one.events for one in lines["term", "Itch"]] == [2, 0]
    assert [one.with_event for one in lines["serious", "Serious adverse event"]] == [0, 1]
    exact = stats.binomtest(1, 2).proportion_ci(0.95, method="exact")
    assert gel.participants.interval == pytest.approx((exact.low, exact.high))


def test_an_onset_known_to_the_month_of_the_first_dose_counts_as_after_it(world, tiny):
    made = world(tiny, ["gel"])
    person = made.enrol()
    month = person.screened_on.isoformat()[:7]
    made.log(person, "adverse_event", term="Itch", onset=month, severity=1, serious=False)
    assert analyse(tiny, made.trial, made.allocation).safety.events[0].after_dose is True


def test_deviations_doses_and_code_breaks_are_counted_by_arm(world, tiny):
    made = world(tiny, ["gel", "placebo"])
    gel, placebo = made.enrol(), made.enrol()
    gel.deviations += [Deviation("other", "…", gel.screened_on)] * 2
    placebo.breaks += [Broken(datetime(2024, 5, 1, tzinfo=UTC), "custodian", "ana")] * 2
    del placebo.tubes[1:]
    found = analyse(tiny, made.trial, made.allocation)
    tallies = {one.id: one.arms for one in found.deviations}
    assert tallies["other"] == (("gel", 1, 2), ("placebo", 0, 0))
    assert tallies["code_broken"] == (("gel", 0, 0), ("placebo", 1, 2))
    assert [(one.tubes_given, one.tubes_open, one.other_dose) for one in found.exposure] == [
        (2, 0, 0),
        (1, 1, 0),
    ]
