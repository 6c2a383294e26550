"""The schedule of activities: an X where the study asks a form or gives a dose."""

from cicatrix.web.pages.study.schedule import schedule_of
from clinic import STUDIES, plan_of

EVERY_STUDY = tuple(sorted(path.stem for path in STUDIES.glob("*.yaml")))


def test_the_schedule_has_an_x_where_the_study_asks_a_form_or_gives_a_dose():
    for study in map(plan_of, EVERY_STUDY):
        schedule = schedule_of(study)
        crossed = {
            (one.form, place) for one in schedule.activities for place, x in enumerate(one.at) if x
        }
        asked = {(form, n) for n, visit in enumerate(study.visits) for form in visit.forms}
        given = {("", n) for n, visit in enumerate(study.visits) if visit.dosing_day is not None}
        assert crossed == asked | given
        assert {one.form for one in schedule.logs} == {form.id for form in study.forms if form.log}


def test_timing_and_windows_are_said_in_words():
    schedule = schedule_of(plan_of("NCT04034615"))
    told = {one.label: (one.timing, one.window) for one in schedule.columns}
    assert told["Screening"] == ("on the day of: screening", "up to 7 days later")
    assert told["Baseline"] == ("7 days after: screening", "1 day earlier to 3 days later")
    assert told["Dosing day 2"] == ("1 day after: first dose", "that day only")
    assert told["Three years"] == ("3 years after: last dose", "6 weeks either side")
    split = {one.label: one.timing for one in schedule_of(plan_of("SPLIT-SCAR")).columns}
    assert split["Third gel"] == "1 week after: Second gel"
