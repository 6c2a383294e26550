"""The lock: nothing outstanding, or a reason for each thing that stays so."""

import pytest

from cicatrix.trial.actions.departures import withdraw
from cicatrix.trial.actions.forms import save_form, sign_form
from cicatrix.trial.actions.lock import lock, outstanding
from cicatrix.trial.actions.people import change_recruitment
from cicatrix.trial.actions.queries import close_query, raise_query
from cicatrix.trial.actions.ratings import sign_rating
from cicatrix.trial.actions.screening import screen
from cicatrix.trial.actions.supply import miss_dose
from cicatrix.trial.actions.visits import attend_visit, miss_visit
from cicatrix.trial.participant import FormKey, RatingKey

HER = {"participant": "HERE-001"}
DIARY = {**HER, "key": FormKey("diary", "month_1")}


def left(stage):
    return [one.id for one in outstanding(stage.study, stage.trial, now=stage.now)]


def hers(stage):
    return [name.removeprefix("HERE-001:") for name in left(stage) if name != "recruitment"]


def close(stage, status="ACTIVE_NOT_RECRUITING", **how):
    stage.do(change_recruitment, stage.sue, status=status, **how)


@pytest.fixture
def done(recruiting):
    """A stage with one woman of whom nothing is outstanding."""
    stage = recruiting
    stage.came()
    stage.rate(stage.ben, 1)
    stage.rate(stage.bo, 1)
    stage.do(miss_visit, stage.cora, **HER, visit="month_6", reason="She moved")
    stage.do(save_form, stage.cora, **DIARY, values={"itch": False})
    stage.do(sign_form, stage.ana, **DIARY)
    close(stage)
    return stage


def test_a_trial_with_nothing_outstanding_is_locked_and_records_how_much_it_holds(done):
    assert left(done) == []
    entries = done.trial.head.seq
    (fact,) = done.do(lock, done.dan)
    assert (fact.entries, fact.participants, fact.accepted) == (entries, 1, {})
    assert done.trial.locked_at == done.now


def test_a_trial_in_which_nothing_happened_can_be_locked(stage):
    stage.founded()
    assert left(stage) == ["recruitment"]
    close(stage, "WITHDRAWN", reason="The pandemic")
    (fact,) = stage.do(lock, stage.dan)
    assert fact.participants == 0


def test_after_the_lock_nothing_more_is_recorded(done):
    done.do(lock, done.dan)
    how = {**DIARY, "values": {"remark": "late"}}
    assert done.refused(save_form, done.cora, **how) == "locked"
    assert done.refused(screen, done.cora, site="here") == "locked"
    assert done.refused(lock, done.dan) == "locked"


@pytest.mark.parametrize("status", ["RECRUITING", "SUSPENDED"])
def test_recruitment_is_ended_first(recruiting, status):
    if status == "SUSPENDED":
        close(recruiting, status, reason="A recall")
    assert left(recruiting) == ["recruitment"]
    assert recruiting.refused(lock, recruiting.dan) == "outstanding"


def test_an_open_query_stands_before_the_lock(done):
    done.do(raise_query, done.dan, **DIARY, item="itch", text="Really?")
    assert left(done) == ["HERE-001:query:Q0001"]
    done.do(close_query, done.dan, **HER, query="Q0001", reason="Yes")
    assert left(done) == []


def test_an_unsigned_and_an_incomplete_form_stand_before_the_lock(done):
    done.do(save_form, done.cora, **DIARY, values={"remark": "A little"})
    assert hers(done) == ["signature:diary.month_1"]
    done.do(save_form, done.cora, **DIARY, values={"itch": True}, reason="Asked again")
    assert hers(done) == ["form:diary.month_1"]


def test_a_form_never_opened_at_a_visit_that_took_place_stands_before_the_lock(recruiting):
    recruiting.came()
    assert "form:diary.month_1" in hers(recruiting)


def test_a_missing_rater_stands_before_the_lock(recruiting):
    stage = recruiting
    stage.came()
    key = "rating:month_1.score.scar"
    assert key in hers(stage)
    stage.rate(stage.ben, 1)
    stage.rate(stage.bo, 2, sign=False)
    assert key in hers(stage)
    stage.do(sign_rating, stage.bo, **HER, key=RatingKey("month_1", "score", "scar"))
    assert key in hers(stage)
    stage.rate(stage.bea, 2)
    assert key not in hers(stage)


def test_a_dose_neither_given_nor_missed_stands_before_the_lock(recruiting):
    recruiting.randomised()
    assert {"dose:1", "dose:2"} <= set(hers(recruiting))
    recruiting.do(miss_dose, recruiting.nina, **HER, day=1, reason="She slept")
    assert "dose:1" not in hers(recruiting)


def test_a_visit_still_to_come_stands_before_the_lock_unless_the_trial_stopped_early(recruiting):
    recruiting.came()
    close(recruiting)
    assert "visit:month_6" in hers(recruiting)
    close(recruiting, "TERMINATED", reason="The funds ended")
    assert "visit:month_6" not in hers(recruiting)
    recruiting.go(days=300)
    assert "visit:month_6" in hers(recruiting)


@pytest.mark.parametrize(
    ("scope", "gone"),
    [("treatment", {"dose"}), ("visits", {"dose", "visit"}), ("all", {"dose", "visit"})],
)
def test_what_she_withdrew_from_is_not_outstanding(recruiting, scope, gone):
    recruiting.randomised()
    recruiting.do(withdraw, recruiting.cora, **HER, scope=scope, reason="Moved", by="participant")
    assert {"dose", "visit"} - {name.partition(":")[0] for name in hers(recruiting)} == gone


def test_eligibility_that_no_longer_holds_stands_before_the_lock(done):
    key = FormKey("eligibility", "screening_visit")
    done.do(save_form, done.cora, **HER, key=key, values={"age": 31}, reason="A slip")
    assert hers(done) == ["eligibility:signature"]


def test_what_stays_outstanding_is_accepted_with_a_reason_each(done):
    done.do(raise_query, done.dan, **DIARY, item="itch", text="Really?")
    name = "HERE-001:query:Q0001"
    assert done.refused(lock, done.dan, accepted={name: " "}) == "reason"
    assert done.refused(lock, done.dan, accepted={"HERE-001:dose:1": "x"}) == "accepted"
    assert done.refused(lock, done.dan) == "outstanding"
    done.do(lock, done.dan, accepted={name: "She cannot be reached"})
    assert done.trial.accepted == {name: "She cannot be reached"}


def test_a_screened_woman_who_was_not_randomised_owes_nothing(recruiting):
    recruiting.answered()
    assert hers(recruiting) == []


def test_only_the_data_manager_locks(done):
    done.denied(lock, done.ana, done.dora, done.sue, done.chen, done.ada, done.eve)


def test_a_visit_attended_late_no_longer_stands_before_the_lock(recruiting):
    recruiting.dosed()
    recruiting.go(days=400)
    assert "visit:month_1" in hers(recruiting)
    recruiting.do(attend_visit, recruiting.cora, **HER, visit="month_1")
    assert "visit:month_1" not in hers(recruiting)
