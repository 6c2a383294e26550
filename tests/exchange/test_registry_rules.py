"""What a reviewer of the registry would object to, and what not."""

import pytest

from cicatrix.exchange.registry import record_warnings, registry_record


@pytest.fixture
def record(reference, state):
    """A record to which nobody objects: not yet recruiting, all dates estimated."""
    made = registry_record(reference, state())
    made["protocolSection"]["statusModule"]["startDateStruct"]["type"] = "ESTIMATED"
    made["protocolSection"]["outcomesModule"]["secondaryOutcomes"].pop()
    return made


@pytest.fixture
def status(record):
    return record["protocolSection"]["statusModule"]


@pytest.fixture
def enrolment(record):
    return record["protocolSection"]["designModule"]["enrollmentInfo"]


@pytest.fixture
def primary(record):
    return record["protocolSection"]["outcomesModule"]["primaryOutcomes"][0]


def test_a_sound_record_draws_no_warning(record):
    assert record_warnings(record) == ()


@pytest.mark.parametrize(
    "title", ["Satisfaction", "satisfaction", "Subject's satisfaction", "Patient satisfaction"]
)
def test_a_bare_satisfaction_draws_a_warning(record, primary, title):
    primary["measure"] = title
    (warning,) = record_warnings(record)
    assert warning.startswith("outcomesModule.primaryOutcomes[1].measure: ")


@pytest.mark.parametrize("title", ["Satisfaction with the scar on a five-level scale", "VSS"])
def test_a_title_that_says_what_is_measured_draws_none(record, primary, title):
    primary["measure"] = title
    assert record_warnings(record) == ()


@pytest.mark.parametrize("frame", ["36", "3.5", "1-3", "", None])
def test_a_time_frame_that_is_only_a_numeral_draws_a_warning(record, primary, frame):
    primary["timeFrame"] = frame
    (warning,) = record_warnings(record)
    assert "timeFrame" in warning


def test_the_reference_trials_own_record_draws_the_warnings_that_its_page_deserves(
    reference, state
):
    made = registry_record(reference, state("WITHDRAWN", "The pandemic"))
    fields = [warning.partition(": ")[0] for warning in record_warnings(made)]
    assert fields == [
        "statusModule.startDateStruct",
        "statusModule.primaryCompletionDateStruct",
        "statusModule.completionDateStruct",
        "outcomesModule.secondaryOutcomes[4].measure",
    ]


@pytest.mark.parametrize("state_name", ["WITHDRAWN", "TERMINATED", "SUSPENDED"])
def test_a_trial_that_stopped_needs_a_reason(record, status, enrolment, state_name):
    status["overallStatus"] = state_name
    enrolment["type"] = "ACTUAL"
    enrolment["count"] = 0 if state_name == "WITHDRAWN" else 5
    assert any(one.startswith("statusModule.whyStopped") for one in record_warnings(record))
    status["whyStopped"] = "The funds ended"
    assert not any(one.startswith("statusModule.whyStopped") for one in record_warnings(record))


@pytest.mark.parametrize(("count", "kind"), [(3, "ACTUAL"), (0, "ESTIMATED")])
def test_withdrawn_means_nobody_and_actually(record, status, enrolment, count, kind):
    status.update(overallStatus="WITHDRAWN", whyStopped="The pandemic")
    enrolment.update(count=count, type=kind)
    assert any(one.startswith("designModule.enrollmentInfo") for one in record_warnings(record))


@pytest.mark.parametrize("state_name", ["COMPLETED", "TERMINATED"])
def test_an_ended_trial_with_nobody_is_withdrawn(record, status, enrolment, state_name):
    status.update(overallStatus=state_name, whyStopped="The pandemic")
    enrolment.update(count=0, type="ACTUAL")
    assert any(one.endswith("use WITHDRAWN.") for one in record_warnings(record))


def test_a_record_without_a_primary_outcome_or_a_measure_is_objected_to(record, primary):
    primary["measure"] = " "
    assert record_warnings(record)[0].endswith("name what is measured.")
    del record["protocolSection"]["outcomesModule"]["primaryOutcomes"]
    assert "primaryOutcomes" in record_warnings(record)[0]


def test_an_empty_record_is_objected_to_and_not_crashed_on():
    assert record_warnings({}) == (
        "outcomesModule.primaryOutcomes: a record needs a primary outcome.",
    )
