"""Saving what changed on a form, and signing its present content."""

import pytest

from cicatrix.trial.actions.departures import withdraw
from cicatrix.trial.actions.forms import save_form, sign_form
from cicatrix.trial.actions.found import amend
from cicatrix.trial.actions.queries import close_query
from cicatrix.trial.actions.visits import attend_visit
from cicatrix.trial.participant import FormKey

DIARY = FormKey("diary", "month_1")
HER = {"participant": "HERE-001"}
SAVE = {**HER, "key": DIARY}
ELIGIBILITY = FormKey("eligibility", "screening_visit")
EVENT = {
    "term": "redness", "onset": "2024-02-07", "severity": 1, "serious": False,
    "relatedness": "related", "treated": False,
}  # fmt: skip


@pytest.fixture
def came(recruiting):
    recruiting.came()
    return recruiting


@pytest.fixture
def itching(came):
    """A stage on which one woman's diary says that it itched for four hours."""
    came.do(save_form, came.cora, **SAVE, values={"itch": True, "itch_hours": 4})
    return came


def kinds(facts):
    return [type(fact).__name__ for fact in facts]


def test_a_save_is_one_fact_with_only_what_changed(itching):
    (fact,) = itching.do(
        save_form, itching.cora, **SAVE,
        values={"itch": True, "itch_hours": 5, "remark": "Less"}, reason="A slip",
    )  # fmt: skip
    assert fact.values == {"itch_hours": 5, "remark": "Less"}
    assert itching.woman.forms[DIARY].values == {"itch": True, "itch_hours": 5, "remark": "Less"}
    assert fact.study_version == "1"


def test_saying_nothing_new_is_refused(itching):
    assert itching.refused(save_form, itching.cora, **SAVE, values={"itch": True}) == "nothing"
    assert itching.refused(save_form, itching.cora, **SAVE, values={}) == "nothing"


def test_changing_a_value_needs_a_reason_and_adding_one_does_not(itching):
    assert itching.refused(save_form, itching.cora, **SAVE, values={"itch_hours": 5}) == "reason"
    itching.do(save_form, itching.cora, **SAVE, values={"remark": "Less"})


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"itch": 1}, "type"),
        ({"itch": True, "itch_hours": 25.0}, "type"),
        ({"itch": True, "itch_hours": 0.0}, "no_zero"),
        ({"itch": False, "itch_hours": 3.0}, "when"),
        ({"unknown": 1}, "type"),
    ],
)
def test_a_hard_finding_refuses_the_save(came, values, rule):
    assert came.refused(save_form, came.cora, **SAVE, values=values) == rule


def test_a_soft_finding_saves_and_raises_a_query_once(came):
    facts = came.do(save_form, came.cora, **SAVE, values={"itch": True, "itch_hours": 13})
    assert kinds(facts) == ["FormSaved", "QueryRaised"]
    assert (facts[1].query, facts[1].item) == ("Q0001", "itch_hours")
    facts = came.do(save_form, came.cora, **SAVE, values={"itch_hours": 14}, reason="A slip")
    assert kinds(facts) == ["FormSaved"]


def test_a_query_that_was_closed_is_not_raised_again_by_another_item(came):
    came.do(save_form, came.cora, **SAVE, values={"itch": True, "itch_hours": 13})
    came.do(close_query, came.dan, **HER, query="Q0001", reason="Confirmed")
    assert kinds(came.do(save_form, came.cora, **SAVE, values={"remark": "x"})) == ["FormSaved"]
    facts = came.do(save_form, came.cora, **SAVE, values={"itch_hours": 14}, reason="A slip")
    assert kinds(facts) == ["FormSaved", "QueryRaised"]


def test_an_answer_that_no_longer_applies_is_taken_back_with_it(itching):
    (fact,) = itching.do(
        save_form, itching.cora, **SAVE, values={"itch": False}, reason="Asked again"
    )
    assert (fact.values, fact.missing) == ({"itch": False}, {"itch_hours": "NOT_ASKED"})
    assert itching.woman.forms[DIARY].values == {"itch": False}
    itching.do(sign_form, itching.ana, **SAVE)


def test_a_question_that_applies_again_must_be_answered_again(itching):
    itching.do(save_form, itching.cora, **SAVE, values={"itch": False}, reason="Asked again")
    itching.do(save_form, itching.cora, **SAVE, values={"itch": True}, reason="And again")
    assert itching.refused(sign_form, itching.ana, **SAVE) == "incomplete"


def test_a_missing_answer_has_one_of_the_studys_reasons(came):
    how = {**SAVE, "values": {"itch": True}}
    assert came.refused(save_form, came.cora, **how, missing={"itch_hours": "forgot"}) == "missing"
    assert came.refused(save_form, came.cora, **how, missing={"nothing": "unknown"}) == "type"
    assert came.refused(save_form, came.cora, **how, missing={"itch": "unknown"}) == "missing"
    came.do(save_form, came.cora, **how, missing={"itch_hours": "unknown"})
    assert came.woman.forms[DIARY].missing == {"itch_hours": "unknown"}
    both = {**SAVE, "values": {"itch_hours": 3}, "missing": {"itch_hours": "unknown"}}
    assert came.refused(save_form, came.cora, **both, reason="Found") == "missing"
    came.do(save_form, came.cora, **SAVE, values={"itch_hours": 3}, reason="Found")
    assert came.woman.forms[DIARY].missing == {}


@pytest.mark.parametrize(
    ("key", "rule"),
    [
        (FormKey("nothing", "month_1"), "unknown_form"),
        (FormKey("score", "month_1", 0, "scar"), "rated_form"),
        (FormKey("diary", "month_6"), "not_attended"),
        (FormKey("diary", "dose_1"), "visit"),
        (FormKey("diary"), "visit"),
        (FormKey("diary", "month_1", 1), "visit"),
        (FormKey("diary", "month_1", 0, "scar"), "region"),
        (FormKey("adverse_event", None, 0), "row"),
        (FormKey("adverse_event", None, 2), "row"),
        (FormKey("adverse_event", "month_1", 1), "row"),
    ],
)
def test_a_form_has_its_place(came, key, rule):
    assert came.refused(save_form, came.cora, **HER, key=key, values={"itch": True}) == rule


def test_no_form_before_consent(recruiting):
    recruiting.screened()
    recruiting.do(attend_visit, recruiting.cora, **HER, visit="screening_visit")
    how = {**HER, "key": ELIGIBILITY, "values": {"age": 30}}
    assert recruiting.refused(save_form, recruiting.cora, **how) == "no_consent"


def test_rows_of_a_log_form_follow_one_another(came):
    for row in (1, 2):
        key = FormKey("adverse_event", None, row)
        came.do(save_form, came.cora, **HER, key=key, values=EVENT)
    came.do(
        save_form, came.cora, **HER, key=FormKey("adverse_event", None, 1),
        values={"severity": 2}, reason="Worse",
    )  # fmt: skip
    assert [key.repeat for key, _ in came.woman.rows("adverse_event")] == [1, 2]
    assert came.woman.rows("adverse_event")[0][1].values["severity"] == 2


def test_a_signature_is_bound_to_the_content_and_an_edit_voids_it(itching):
    saved = itching.woman.forms[DIARY].entry
    (signed,) = itching.do(sign_form, itching.ana, **SAVE)
    assert signed.signed_entry == saved
    signature = itching.woman.forms[DIARY].signature
    assert (signature.user, signature.role, signature.at) == ("ana", "investigator", itching.now)
    facts = itching.do(save_form, itching.cora, **SAVE, values={"itch_hours": 5}, reason="A slip")
    assert kinds(facts) == ["FormSaved", "SignatureVoided"]
    assert facts[1].signed_entry == saved
    assert itching.woman.forms[DIARY].signature is None
    (again,) = itching.do(sign_form, itching.ana, **SAVE)
    assert again.signed_entry != saved


def test_an_empty_incomplete_signed_or_unsigned_form_is_not_signed(came):
    assert came.refused(sign_form, came.ana, **SAVE) == "empty"
    came.do(save_form, came.cora, **SAVE, values={"itch": True})
    assert came.refused(sign_form, came.ana, **SAVE) == "incomplete"
    came.do(save_form, came.cora, **SAVE, values={"itch_hours": 1})
    came.do(sign_form, came.ana, **SAVE)
    assert came.refused(sign_form, came.ana, **SAVE) == "signed"
    assert came.refused(sign_form, came.ana, **HER, key=ELIGIBILITY) == "unsigned_form"


def test_a_form_is_filled_and_signed_by_the_roles_it_names_at_her_site(came):
    others = (came.ana, came.nina, came.ben, came.dan, came.sue, came.eva)
    came.denied(save_form, *others, **SAVE, values={"itch": True})
    came.do(save_form, came.cora, **SAVE, values={"itch": False})
    came.denied(sign_form, came.cora, came.dan, came.one, came.eve, **SAVE)


def test_a_participant_fills_her_own_form_and_no_other_womans(came):
    came.do(save_form, came.one, **SAVE, values={"itch": False})
    assert came.woman.forms[DIARY].saved_by == "HERE-001"
    came.consented()
    how = {"key": DIARY, "values": {"itch": True}}
    came.denied(save_form, came.one, participant="HERE-002", **how)


def test_after_withdrawal_from_visits_only_corrections_and_log_rows_are_recorded(itching):
    stage = itching
    stage.do(attend_visit, stage.cora, **HER, visit="month_6")
    stage.do(withdraw, stage.cora, **HER, scope="visits", reason="Moved", by="participant")
    late = {**HER, "key": FormKey("diary", "month_6"), "values": {"itch": True}}
    assert stage.refused(save_form, stage.cora, **late) == "withdrawn"
    stage.do(save_form, stage.cora, **SAVE, values={"itch_hours": 5}, reason="A slip")
    row = {**HER, "key": FormKey("adverse_event", None, 1), "values": EVENT}
    stage.do(save_form, stage.cora, **row)
    stage.do(sign_form, stage.ana, **SAVE)


def test_after_withdrawal_from_everything_nothing_new_is_recorded(itching):
    stage = itching
    stage.do(withdraw, stage.cora, **HER, scope="all", reason="Moved", by="participant")
    row = {**HER, "key": FormKey("adverse_event", None, 1), "values": EVENT}
    assert stage.refused(save_form, stage.cora, **row) == "withdrawn"
    stage.do(save_form, stage.cora, **SAVE, values={"itch_hours": 5}, reason="A slip")


def test_a_form_stays_bound_to_the_version_under_which_it_was_begun(itching):
    stage = itching
    old, stage.study = stage.study, stage.amended()
    stage.do(amend, stage.sue, reason="A new item")
    correction = {**SAVE, "values": {"itch_hours": 5}, "reason": "A slip"}
    assert stage.refused(save_form, stage.cora, **correction) == "study_version"
    assert stage.refused(sign_form, stage.ana, **SAVE) == "study_version"
    new_row = {**HER, "key": FormKey("adverse_event", None, 1), "values": EVENT}
    (fact,) = stage.do(save_form, stage.cora, **new_row)
    assert fact.study_version == "2"
    stage.study = old
    (fact,) = stage.do(save_form, stage.cora, **correction)
    assert fact.study_version == "1"
    stage.do(sign_form, stage.ana, **SAVE)


def test_a_study_that_the_trial_never_adopted_is_refused(itching):
    itching.study = itching.amended()
    how = {**SAVE, "values": {"remark": "x"}}
    assert itching.refused(save_form, itching.cora, **how) == "study_version"


def test_a_participant_fills_the_rows_of_her_own_log_and_of_no_other(recruiting):
    stage = recruiting
    log = (
        "    filled_by: [coordinator, investigator]\n    signed_by: investigator\n    log: true\n",
    )
    stage.study = stage.amended((*log, log[0].replace("investigator]", "participant]")))
    stage.trial.versions["2"] = stage.study.digest
    stage.trial.study_version = "2"
    stage.consented()
    stage.consented()
    row = {"key": FormKey("adverse_event", None, 1), "values": EVENT}
    stage.do(save_form, stage.one, **HER, **row)
    stage.denied(save_form, stage.one, participant="HERE-002", **row)
    assert stage.refused(save_form, stage.one, **HER, **row | {"values": {"serious": True}}) == (
        "reason"
    )
    assert len(stage.woman.rows("adverse_event")) == 1
