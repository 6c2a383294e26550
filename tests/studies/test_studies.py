"""The study files that come with Cicatrix: readable, complete in both languages, true to source."""

import re
from pathlib import Path

import pytest

from cicatrix.trial.conditions import compute
from cicatrix.trial.contradictions.names import texts_of
from cicatrix.trial.eligibility import assess
from cicatrix.trial.reading import check_study, read_study

ROOT = Path(__file__).parents[2]
FILES = {path.stem: path for path in sorted((ROOT / "studies").glob("*.yaml"))}
STUDIES = {name: read_study(path.read_bytes(), file=path.name) for name, path in FILES.items()}
RECORD = ROOT.parent / "shared/data/registry/NCT04034615.txt"
REFERENCE = STUDIES["NCT04034615"]
SCAR_TRIALS = ("NCT02772289", "NCT04034615")


def words(text):
    return " ".join(text.split())


def worst(form, codes):
    """The highest answer to each item that is asked."""
    return {
        item.id: max(code.code for code in codes[item.code_list].codes)
        if item.code_list
        else int(item.maximum)
        for item in form.items.values()
        if item.computed is None
    }


def best(form, codes):
    return {
        item.id: min(code.code for code in codes[item.code_list].codes)
        if item.code_list
        else int(item.minimum)
        for item in form.items.values()
        if item.computed is None
    }


def test_the_three_studies_are_there_and_named_after_their_files():
    assert set(STUDIES) == {"NCT02772289", "NCT04034615", "SPLIT-SCAR"}
    assert all(study.id == name for name, study in STUDIES.items())


@pytest.mark.parametrize("name", FILES)
def test_a_study_has_no_problem_and_every_choice_has_a_reason(name):
    reading = check_study(FILES[name].read_bytes(), file=FILES[name].name)
    assert reading.problems == ()
    assert all(len(assumption.reason) > 20 for assumption in STUDIES[name].assumptions)


def test_only_the_contradictory_dates_of_the_record_are_odd():
    warned = {
        name: [w.field for w in check_study(path.read_bytes(), file=name).warnings]
        for name, path in FILES.items()
    }
    assert warned == {
        "NCT02772289": [],
        "NCT04034615": ["registry.start", "registry.primary_completion"],
        "SPLIT-SCAR": [],
    }


@pytest.mark.parametrize("name", FILES)
def test_every_label_stands_in_english_and_chinese(name):
    assert STUDIES[name].languages == ("en", "zh-Hans")
    found = list(texts_of(STUDIES[name]))
    assert len(found) > 100
    for path, text in found:
        assert re.search(r"[A-Za-z]", text["en"]), path
        assert not re.search(r"[\u4e00-\u9fff]", text["en"]), path
        assert re.search(r"[\u4e00-\u9fff]", text["zh-Hans"]), path


@pytest.mark.parametrize("name", SCAR_TRIALS)
def test_the_vancouver_total_is_14_at_worst_and_0_at_best(name):
    study = STUDIES[name]
    form = study.form["vss"]
    assert compute(form, study.codes, worst(form, study.codes))["total"].value == 14
    assert compute(form, study.codes, best(form, study.codes))["total"].value == 0
    assert form.items["total"].maximum == 14
    levels = {item.id: len(study.codes[item.code_list].codes)
              for item in form.items.values() if item.code_list}  # fmt: skip
    assert levels == {"vascularity": 4, "pigmentation": 4, "height": 4, "pliability": 6}


def test_the_posas_totals_run_from_6_to_60_without_the_overall_opinion():
    study = STUDIES["SPLIT-SCAR"]
    for name, total in (("posas_observer", "total"), ("posas_patient", "patient_total")):
        form = study.form[name]
        assert compute(form, study.codes, worst(form, study.codes))[total].value == 60
        assert compute(form, study.codes, best(form, study.codes))[total].value == 6
        assert "overall" not in (form.items[total].computed or "")


@pytest.mark.parametrize("name", SCAR_TRIALS)
def test_the_doses_are_those_of_the_record(name):
    study = STUDIES[name]
    dose = {content.id: content.dose for content in study.treatment.contents}
    daily = {
        arm: [dose[study.tube[number].content[arm]] for number in sorted(study.tube)]
        for arm in study.arm
    }
    assert daily == {
        "low": [1e6, 1e6, 1e6, 0, 0, 0],
        "high": [1e6] * 6,
        "placebo": [0] * 6,
    }
    assert study.dosing_days == (1, 2, 3, 4, 5, 6)
    assert study.allocation.ratio == {"low": 1, "high": 1, "placebo": 1}
    assert study.allocation.planned == 90


def test_each_trap_of_the_record_is_an_explicit_choice():
    named = {assumption.id for assumption in REFERENCE.assumptions}
    assert named >= {
        "raters_who_all_differ", "mode_on_items", "untreated_scar", "record_dates", "sample_size",
        "strata", "block_law", "analysis_method", "visit_windows", "emergency_unmasking", "cohort",
        "day_specific_tubes", "scale_version", "parents_means", "next_section", "nobody_enrolled",
    }  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_no_study_file_says_a_block_size(name):
    assert not re.search(r"block_?sizes?\s*:", FILES[name].read_text("utf-8"))


@pytest.mark.parametrize(
    ("answers", "unmet"),
    [
        ({}, ()),
        ({"age": 20}, ("age",)),
        ({"age": 36}, ("age",)),
        ({"gestation_weeks": 36}, ("gestation",)),
        ({"gestation_weeks": 42}, ("gestation",)),
        ({"parity": 1}, ("primiparous_section",)),
        ({"caesarean": False}, ("primiparous_section",)),
        ({"keloid": True, "smoking": True}, ("keloid", "smoking")),
    ],
)
def test_the_criteria_decide_as_the_record_words_them(answers, unmet):
    eligible = {
        "age": 21, "parity": 0, "caesarean": True, "gestation_weeks": 41, "gestation_days": 6,
        "willing_to_sign": True, "willing_to_comply": True, "systemic_disease": False,
        "cancer": False, "keloid": False, "wound": False, "other_procedure": False,
        "smoking": False,
    }  # fmt: skip
    found = assess(REFERENCE, {**eligible, **answers})
    assert found.unmet == unmet
    assert found.eligible is (not unmet)


@pytest.mark.skipif(not RECORD.exists(), reason="the registry record is not beside this checkout")
def test_the_registry_wording_is_the_records():
    record = words(RECORD.read_text("utf-8"))
    registry = REFERENCE.registry
    said = [registry.brief_title, registry.official_title, registry.organisation_study_id]
    said += words(registry.brief_summary).split(". ")
    said += [criterion.text["en"] for criterion in REFERENCE.eligibility.criteria]
    said += [arm.label["en"] for arm in REFERENCE.arms]
    said += [arm.description["en"] for arm in REFERENCE.arms]
    said += [one.label["en"] for one in REFERENCE.interventions]
    said += [one.description["en"] for one in REFERENCE.interventions]
    said += [f"{REFERENCE.registry.minimum_age_years} Years to"]
    said += [f"to {REFERENCE.registry.maximum_age_years} Years"]
    said += [official.name for official in registry.officials]
    for endpoint in REFERENCE.endpoints:
        outcome = endpoint.registry
        assert outcome.description is not None
        heading = f"{outcome.measure} [ Time Frame: {outcome.time_frame} ]"
        said += [heading + words(outcome.description)]
    for sentence in said:
        assert words(sentence) in record, sentence


@pytest.mark.skipif(not RECORD.exists(), reason="the registry record is not beside this checkout")
def test_every_outcome_of_the_record_has_an_endpoint():
    measures = {
        re.sub(r"^- ", "", line).split(" [ Time Frame:")[0]
        for line in RECORD.read_text("utf-8").splitlines()
        if "[ Time Frame:" in line
    }
    assert {endpoint.registry.measure for endpoint in REFERENCE.endpoints} == measures
    assert len(measures) == 5
