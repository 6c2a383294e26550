from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from cicatrix.simulation.people import cast_of, draw_people, draw_person, stream
from cicatrix.simulation.stage import CLOSES, OPENS, Stage, weekday
from cicatrix.trial.errors import NotPermitted, Refused
from cicatrix.trial.facts import RoleGranted
from cicatrix.trial.roles import Actor

from .conftest import REFERENCE, TINY, Rehearsal, study_of

BEN = Actor("ben", "rater", "here")
MONDAY = datetime(2024, 2, 5, 1, 0, tzinfo=UTC)
SITE_ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def stage() -> Stage:
    rehearsal = Rehearsal(study_of(TINY))
    simulation = rehearsal.study.simulation
    return Stage(
        study=rehearsal.study,
        trial=rehearsal.trial,
        record=rehearsal.record,
        packing={},
        nature=simulation.nature,
        conduct=simulation.conduct,
        cast=cast_of(rehearsal.study, rehearsal.trial),
        scales={},
        bias={},
        seed=1,
        now=MONDAY,
    )


def allows(study, trial, actor, *, now):
    return []


def refuses(study, trial, actor, *, now):
    raise Refused("rated", "No.")


def forbids(study, trial, actor, *, now):
    raise NotPermitted("No.")


def test_a_wrong_act_that_is_let_through_stops_the_rehearsal(stage):
    with pytest.raises(RuntimeError, match="allows by ben as rater had to be refused"):
        stage.must_refuse("rated", allows, BEN)


def test_a_wrong_act_that_is_refused_for_another_reason_stops_the_rehearsal(stage):
    with pytest.raises(Refused):
        stage.must_refuse("gave_dose", refuses, BEN)
    with pytest.raises(NotPermitted):
        stage.must_refuse("rated", forbids, BEN)
    assert stage.refused == {}


def test_refusals_are_counted_by_rule_and_nothing_is_recorded(stage):
    before = stage.trial.head
    stage.must_refuse("rated", refuses, BEN)
    stage.must_refuse("rated", refuses, BEN)
    stage.must_refuse("not_permitted", forbids, BEN)
    assert stage.refused == {"rated": 2, "not_permitted": 1}
    assert stage.trial.head == before


def test_an_act_is_recorded_at_the_time_of_the_stage_and_counted(stage):
    def grant(study, trial, actor, *, now, user):
        return [RoleGranted(user=user, role="monitor")]

    stage.act(grant, BEN, user="chen")
    assert stage.acts == {"grant": 1}
    assert stage.trial.at == MONDAY
    assert ("monitor", None) in stage.trial.roles["chen"]


def test_processes_run_in_order_of_time_and_ties_in_order_of_start(stage):
    told = []

    def process(name, *hours):
        for hour in hours:
            told.append((name, stage.now))
            yield MONDAY + timedelta(hours=hour)
        told.append((name, stage.now))

    stage.start(process("first", 3, 5), MONDAY)
    stage.start(process("second", 3, 4), MONDAY)
    stage.play()
    assert [name for name, _ in told] == ["first", "second", "first", "second", "second", "first"]
    assert [at for _, at in told] == sorted(at for _, at in told)


def test_a_process_that_asks_for_the_past_goes_on_now(stage):
    times = []

    def process():
        yield MONDAY - timedelta(days=1)
        times.append(stage.now)

    stage.start(process(), MONDAY - timedelta(days=9))
    stage.play()
    assert times == [MONDAY]


def test_once_closing_a_visit_is_finished_and_the_next_does_not_take_place(stage):
    told = []

    def process():
        stage.closing = True
        yield stage.now + timedelta(minutes=20)
        told.append("the visit goes on")
        yield stage.now + timedelta(days=30)
        told.append("the next visit")

    stage.start(process(), MONDAY)
    stage.play()
    assert told == ["the visit goes on"]


@pytest.mark.parametrize("hours", [0, 4, 9, 15, 22])
@pytest.mark.parametrize("days", [-3, 0, 1, 40])
def test_a_time_at_a_site_is_in_its_working_hours_and_not_before_now(stage, hours, days):
    stage.now = MONDAY + timedelta(hours=hours)
    for seed in range(20):
        day = stage.today("here") + timedelta(days=days)
        at = stage.on_day("here", day, np.random.default_rng(seed))
        assert at > stage.now
        assert OPENS <= at.astimezone(SITE_ZONE).time() <= CLOSES.replace(hour=CLOSES.hour + 1)
        assert at.astimezone(SITE_ZONE).date() >= day
        if days > 0:
            assert at.astimezone(SITE_ZONE).date() == day


def test_a_weekday_stays_and_a_weekend_becomes_monday():
    days = [date(2024, 2, 5) + timedelta(days=n) for n in range(7)]
    assert [weekday(day).isoweekday() for day in days] == [1, 2, 3, 4, 5, 1, 1]
    assert weekday(days[6]) == date(2024, 2, 12)


def test_a_person_is_the_same_whoever_came_before_her():
    study = study_of(REFERENCE)
    conduct = study.simulation.conduct
    groups = draw_people(study, conduct, seed=7)
    people = [person for _ in range(5) for person in next(groups)]
    assert people == [
        draw_person(study, conduct, seed=7, index=index) for index in range(len(people))
    ]
    assert people != [
        draw_person(study, conduct, seed=8, index=index) for index in range(len(people))
    ]


def test_streams_of_different_numbers_are_different():
    drawn = [float(stream(1, *number).random()) for number in ((0, 1), (1, 0), (0, 1, 0), (2,))]
    assert len(set(drawn)) == 4
    assert float(stream(1, 0, 1).random()) == drawn[0]


def test_when_nobody_can_be_enrolled_the_study_file_is_named_as_the_cause():
    study = study_of(TINY)
    conduct = study.simulation.conduct.model_copy(update={"refuses_consent": 1.0})
    with pytest.raises(Refused, match=r"nobody could be enrolled: correct simulation\.answers"):
        next(draw_people(study, conduct, seed=1))


def test_an_office_that_someone_holds_stays_his(stage):
    stage.act(lambda *_, now: [RoleGranted(user="dora", role="statistician")], BEN)
    cast = cast_of(stage.study, stage.trial)
    assert cast.offices["statistician"].user == "dora"
    assert cast.custodian.user == "custodian"
