"""The record of the reference trial against its public page, at every state, and its shape."""

import copy
import json
import re
from datetime import date
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from cicatrix.exchange.registry import REHEARSAL, registry_record, write_record
from cicatrix.trial.facts import RecruitmentChanged, VisitAttended
from cicatrix.trial.study import Masking

OUTSIDE = Path(__file__).parents[3] / "shared/data/registry"
NO_ENROLMENT = "The pandemic resulted in no enrollments。"
STATES = [
    (None, None, []),
    ("ACTIVE_NOT_RECRUITING", None, [date(2021, 6, 1)]),
    ("SUSPENDED", "Recall of a reagent", [date(2021, 6, 1)]),
    ("TERMINATED", "Funding ended", [date(2021, 6, 1)]),
    ("COMPLETED", None, [date(2021, 6, 1)]),
    ("WITHDRAWN", NO_ENROLMENT, []),
]


def outside(name):
    path = OUTSIDE / name
    if not path.exists():
        pytest.skip(f"outside data: {name} is not here")
    return path.read_text("utf-8")


@pytest.fixture
def page():
    return outside("NCT04034615.txt")


@pytest.fixture
def withdrawn(reference, state):
    record = registry_record(reference, state("WITHDRAWN", NO_ENROLMENT))
    return record["protocolSection"]


@pytest.fixture(scope="session")
def shape():
    """The published schema, closed: a field that it does not name is an error."""
    document = YAML(typ="safe", pure=True).load(outside("ctg-oas-v2.yaml"))
    schemas = copy.deepcopy(document["components"]["schemas"])
    for schema in schemas.values():
        if "properties" in schema:
            schema["additionalProperties"] = False
        if schema.pop("nullable", False):
            schema["type"] = [schema["type"], "null"]
    schemas["PartialDate"]["pattern"] = r"^\d{4}(-\d{2}(-\d{2})?)?$"
    root = {"$ref": "#/components/schemas/Study", "components": {"schemas": schemas}}
    return jsonschema.Draft202012Validator(
        root, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )


@pytest.mark.parametrize(("status", "reason", "enrolled"), STATES)
def test_a_record_has_the_published_shape_at_every_state(
    reference, state, shape, status, reason, enrolled
):
    record = registry_record(reference, state(status, reason, enrolled))
    assert [error.message for error in shape.iter_errors(record)] == []


@pytest.mark.parametrize("state_name", ["RECRUITING", "ENROLLING_BY_INVITATION"])
def test_an_open_trial_has_the_published_shape_too(reference, state, shape, state_name):
    trial = state(later=[RecruitmentChanged(status=state_name)])
    record = registry_record(reference, trial)
    assert [error.message for error in shape.iter_errors(record)] == []
    assert record["protocolSection"]["statusModule"]["overallStatus"] == state_name


@pytest.mark.parametrize("name", ["NCT00973089.json", "NCT02210780.json"])
def test_the_closed_shape_accepts_the_protocol_of_a_real_record(shape, name):
    record = json.loads(outside(name))
    real = {"protocolSection": record["protocolSection"], "hasResults": record["hasResults"]}
    assert [error.message for error in shape.iter_errors(real)] == []


def test_the_closed_shape_refuses_a_field_or_a_word_of_our_own(reference, state, shape):
    record = registry_record(reference, state())
    record["protocolSection"]["designModule"]["studyType"] = "TRIAL"
    record["protocolSection"]["statusModule"]["reason"] = "none"
    assert len(list(shape.iter_errors(record))) == 2


def test_a_withdrawn_record_has_the_fields_of_a_real_withdrawn_one(withdrawn):
    real = json.loads(outside("NCT00973089.json"))["protocolSection"]
    assert withdrawn["designModule"]["enrollmentInfo"] == real["designModule"]["enrollmentInfo"]
    assert withdrawn["statusModule"]["overallStatus"] == real["statusModule"]["overallStatus"]
    for module in ("designModule", "armsInterventionsModule", "eligibilityModule"):
        assert set(real[module]) <= set(withdrawn[module])


def test_the_reference_trials_record_says_what_its_page_says_of_its_state(withdrawn, page):
    status = withdrawn["statusModule"]
    assert "Recruitment Status :\nWithdrawn\n" in page
    assert status["overallStatus"] == "WITHDRAWN"
    assert f"({status['whyStopped']})" in page
    assert "Actual Enrollment : | 0 participants" in page
    assert withdrawn["designModule"]["enrollmentInfo"] == {"count": 0, "type": "ACTUAL"}
    for words, field in (
        ("Study Start", "startDateStruct"),
        ("Primary Completion", "primaryCompletionDateStruct"),
        ("Study Completion", "completionDateStruct"),
    ):
        kind, day = re.search(rf"^(\w+) {words} Date : \| (.*) \|$", page, re.MULTILINE).groups()
        told = status[field]
        assert (told["type"].capitalize(), written(told["date"])) == (kind, day)
    assert f"First Posted : {written(status['studyFirstPostDateStruct']['date'])}" in page
    assert f"Last Update Posted : {written(status['lastUpdatePostDateStruct']['date'])}" in page
    assert status["statusVerifiedDate"] == "2022-12"
    assert "Last Verified: | December 2022" in page


def written(day: str) -> str:
    when = date.fromisoformat(day)
    return f"{when:%B} {when.day}, {when.year}"


def test_the_reference_trials_record_has_the_design_of_its_page(withdrawn, page):
    identified = withdrawn["identificationModule"]
    assert page.startswith(identified["briefTitle"] + "\n")
    assert f"Official Title: | {identified['officialTitle']} |" in page
    assert f"ClinicalTrials.gov Identifier: | {identified['nctId']} |" in page
    assert f"Other Study ID Numbers: |\n{identified['orgStudyIdInfo']['id']} |" in page
    design = withdrawn["designModule"]
    assert design["phases"] == ["PHASE2"]
    assert design["designInfo"] == {
        "allocation": "RANDOMIZED",
        "interventionModel": "PARALLEL",
        "primaryPurpose": "TREATMENT",
        "maskingInfo": {
            "masking": "TRIPLE",
            "whoMasked": ["PARTICIPANT", "CARE_PROVIDER", "OUTCOMES_ASSESSOR"],
        },
    }
    assert "Masking: | Triple (Participant, Care Provider, Outcomes Assessor) |" in page
    summary = withdrawn["descriptionModule"]["briefSummary"]
    assert [plain(one) for one in summary.split("\n") if one] == [
        line for line in page.splitlines() if line.startswith(("This trial is a", "Some studies"))
    ]
    assert withdrawn["conditionsModule"] == {
        "conditions": ["Cicatrix"],
        "keywords": ["Mesenchyme Stem Cells", "Cesarean Section Scars"],
    }
    assert withdrawn["oversightModule"] == {
        "isFdaRegulatedDrug": False,
        "isFdaRegulatedDevice": False,
    }


def plain(text: str) -> str:
    return " ".join(text.split())


def test_the_reference_trials_record_has_the_arms_of_its_page(withdrawn, page):
    module = withdrawn["armsInterventionsModule"]
    kinds = {"EXPERIMENTAL": "Experimental", "PLACEBO_COMPARATOR": "Placebo Comparator"}
    by_name = {f"Biological: {one['name']}": one for one in module["interventions"]}
    assert len(module["armGroups"]) == len(by_name) == 3
    for arm in module["armGroups"]:
        assert f"{kinds[arm['type']]}: {arm['label']}\n{arm['description']}\n" in page
        (name,) = arm["interventionNames"]
        assert f"{name}\n{by_name[name]['description']} |" in page
        assert by_name[name]["armGroupLabels"] == [arm["label"]]


def test_the_reference_trials_record_has_the_outcomes_of_its_page(withdrawn, page):
    outcomes = withdrawn["outcomesModule"]
    assert [one["measure"] for one in outcomes["primaryOutcomes"]] == ["Vancouver Scar Scale score"]
    assert [one["measure"] for one in outcomes["secondaryOutcomes"]] == [
        "Erythema", "Pigmentation", "Scar Thickness and Uniformity", "Subject's satisfaction",
    ]  # fmt: skip
    assert "otherOutcomes" not in outcomes
    for one in outcomes["primaryOutcomes"] + outcomes["secondaryOutcomes"]:
        line = f"- {one['measure']} [ Time Frame: {one['timeFrame']} ]{plain(one['description'])}"
        assert line in page.splitlines()


def test_the_reference_trials_record_has_the_eligibility_of_its_page(withdrawn, page):
    module = withdrawn["eligibilityModule"]
    criteria = page[page.index("Inclusion Criteria:") : page.index("- Smoking") + len("- Smoking")]
    assert re.sub(r"\n\n(?=\*)", "\n", module["eligibilityCriteria"]).replace(
        "\n\nExclusion", "\nExclusion"
    ) == criteria.replace("\n- ", "\n* ")
    ages = f"{module['minimumAge']} to {module['maximumAge']}"
    assert f"Ages Eligible for Study: | {ages} (Adult) |" in page
    assert (module["sex"], module["stdAges"], module["healthyVolunteers"]) == (
        "FEMALE", ["ADULT"], True,
    )  # fmt: skip


def test_the_reference_trials_record_names_its_place_and_its_people(withdrawn, page):
    module = withdrawn["contactsLocationsModule"]
    (official,) = module["overallOfficials"]
    named = f"{official['name']} | {official['affiliation']} |"
    assert f"Principal Investigator: | {named}" in page
    (place,) = module["locations"]
    assert f"{place['facility']} | |\n{place['city']}, Guangdong, {place['country']}" in page
    party = withdrawn["sponsorCollaboratorsModule"]["responsibleParty"]
    assert party["type"] == "PRINCIPAL_INVESTIGATOR"
    assert f"Responsible Party: | {party['investigatorFullName']}, Director" in page


def test_before_and_during_recruitment_the_enrolment_is_the_planned_one(reference, state):
    for trial in (state(), state("SUSPENDED", "Recall", [date(2021, 6, 1)])):
        protocol = registry_record(reference, trial)["protocolSection"]
        assert protocol["designModule"]["enrollmentInfo"] == {"count": 90, "type": "ESTIMATED"}
    assert (
        "whyStopped" not in registry_record(reference, state())["protocolSection"]["statusModule"]
    )


def test_a_reason_is_told_only_of_a_trial_that_stopped(reference, state):
    told = registry_record(reference, state("TERMINATED", "Funding ended", [date(2021, 6, 1)]))
    assert told["protocolSection"]["statusModule"]["whyStopped"] == "Funding ended"
    silent = registry_record(reference, state("COMPLETED", "All done", [date(2021, 6, 1)]))
    assert "whyStopped" not in silent["protocolSection"]["statusModule"]


def test_what_happened_replaces_what_was_planned(reference, state):
    attended = [
        VisitAttended(participant="FOSHAN-001", visit="month_36", on=date(2024, 6, 3)),
        VisitAttended(participant="FOSHAN-002", visit="month_6", on=date(2024, 7, 1)),
    ]
    days = [date(2021, 6, 8), date(2021, 6, 1)]
    going_on = registry_record(reference, state("ACTIVE_NOT_RECRUITING", None, days, attended))
    status = going_on["protocolSection"]["statusModule"]
    assert status["startDateStruct"] == {"date": "2021-06-01", "type": "ACTUAL"}
    assert status["completionDateStruct"]["type"] == "ESTIMATED"
    done = registry_record(reference, state("COMPLETED", None, days, attended))
    status = done["protocolSection"]["statusModule"]
    assert status["primaryCompletionDateStruct"] == {"date": "2024-06-03", "type": "ACTUAL"}
    assert status["completionDateStruct"] == {"date": "2024-07-01", "type": "ACTUAL"}
    assert done["protocolSection"]["designModule"]["enrollmentInfo"]["count"] == 2


def test_assessors_count_as_masked_only_when_all_of_them_are(reference, state):
    open_images = Masking(masked=("participant", "rater"), unmasked=("image_reader",))
    nobody = Masking(masked=())
    told = []
    for masking in (open_images, nobody):
        study = reference.model_copy(update={"masking": masking})
        record = registry_record(study, state())
        told.append(record["protocolSection"]["designModule"]["designInfo"]["maskingInfo"])
    assert told == [{"masking": "SINGLE", "whoMasked": ["PARTICIPANT"]}, {"masking": "NONE"}]


@pytest.mark.parametrize(
    ("youngest", "oldest", "groups"),
    [
        (None, None, ["CHILD", "ADULT", "OLDER_ADULT"]),
        (18, 64, ["ADULT"]),
        (1, 17, ["CHILD"]),
        (65, None, ["OLDER_ADULT"]),
        (12, 65, ["CHILD", "ADULT", "OLDER_ADULT"]),
    ],
)
def test_age_groups_are_those_that_the_limits_reach(reference, state, youngest, oldest, groups):
    limits = {"minimum_age_years": youngest, "maximum_age_years": oldest}
    study = reference.model_copy(update={"registry": reference.registry.model_copy(update=limits)})
    module = registry_record(study, state())["protocolSection"]["eligibilityModule"]
    assert module["stdAges"] == groups
    assert module.get("minimumAge") == {None: None, 1: "1 Year"}.get(youngest, f"{youngest} Years")


def test_a_rehearsals_record_says_so_in_its_titles(reference, state):
    record = registry_record(reference, state(rehearsal=True))
    titles = record["protocolSection"]["identificationModule"]
    assert titles["briefTitle"] == REHEARSAL + reference.registry.brief_title
    assert titles["officialTitle"].startswith(REHEARSAL)


def test_a_record_is_the_same_text_each_time_and_reads_back(reference, state):
    record = registry_record(reference, state("WITHDRAWN", NO_ENROLMENT))
    text = write_record(record)
    again = write_record(registry_record(reference, state("WITHDRAWN", NO_ENROLMENT)))
    assert text == again
    assert json.loads(text) == record
    assert text.endswith("}\n")
    assert "。" in text


def test_a_record_never_depends_on_who_was_given_which_number(reference, state):
    days = [date(2021, 6, 1), date(2021, 6, 2)]
    one = state("COMPLETED", None, days)
    other = state("COMPLETED", None, days)
    first, second = (other.participants[name] for name in ("FOSHAN-001", "FOSHAN-002"))
    first.number, second.number = second.number, first.number
    other.numbers = {"001": second.id, "002": first.id}
    assert registry_record(reference, one) == registry_record(reference, other)
