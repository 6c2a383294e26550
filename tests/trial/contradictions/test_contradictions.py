"""Contradictions between well-formed parts: each is found, named by its field, and explained."""

import json

import pytest

from cicatrix.trial.reading import check_study


@pytest.fixture
def said(edited):
    """Say why a changed study is refused: by field, the reasons and the line they point at."""

    def ask(name, changes):
        text = json.dumps(edited(name, changes), indent=1)
        reading = check_study(text, file="study.yaml")
        assert reading.study is None
        found = {}
        for problem in reading.problems:
            why = found[problem.field][0] + "; " if problem.field in found else ""
            found[problem.field] = (why + problem.why, text.splitlines()[problem.line - 1])
        return found

    return ask


SCORE = "forms[score].groups[scale].items"
DIARY = "forms[diary].groups[day].items"
ARM = {"id": "other", "label": {"en": "Other"}, "type": "OTHER", "description": {"en": "Other"}}
LOCAL = {"id": "itch", "label": {"en": "Itch"}, "items": [
    {"id": "itch", "label": {"en": "Itch"}, "type": "boolean"}]}  # fmt: skip
CHOICE = {"id": "skin", "label": {"en": "Skin"}, "type": "choice", "code_list": "level"}
STORAGE = {"minimum_celsius": 2, "maximum_celsius": 8, "maximum_excursion_hours": 0}
TINY = [
    # names and texts
    ({"languages": ["en", "en"]}, "languages[1]", "'en' stands twice"),
    ({"languages": ["en", "Chinese!"]}, "languages[1]", "is no language tag"),
    ({"languages": ["en", "zh-Hans"]}, "title", "lacks the language zh-Hans"),
    ({"title": {"en": "Tiny", "fr": "Petit"}}, "title.fr", "not among the study's languages"),
    ({"title": {"en": " "}}, "title.en", "is empty"),
    ({"visits[month_6].id": "month_1"}, "visits[month_1].id", "'month_1' stands twice"),
    ({"arms[placebo].id": "gel"}, "arms[gel].id", "'gel' stands twice"),
    ({f"{SCORE}[height].id": "colour"}, f"{SCORE}[colour].id", "stands twice"),
    ({"forms[diary].groups[new]": LOCAL}, "forms[diary].groups[itch].items[itch].id", "already"),
    ({"code_lists[grade].codes[1].code": 1}, "code_lists[grade].codes[1].code", "stands twice"),
    ({"masking.masked": ["rater", "rater"]}, "masking.masked[1]", "'rater' stands twice"),
    # arms, tubes, allocation
    ({"allocation.ratio": {"gel": 1}}, "allocation.ratio", "says nothing of the arm placebo"),
    ({"arms[other]": ARM}, "allocation.ratio", "says nothing of the arm other"),
    ({"allocation.ratio.plcebo": 1}, "allocation.ratio.plcebo", "did you mean placebo?"),
    ({"interventions[gel].arms": ["jelly"]}, "interventions[gel].arms[0]", "is no arm"),
    ({"treatment.tubes[0].content": {"gel": "active"}}, "treatment.tubes[0].content", "placebo"),
    ({"treatment.tubes[0].content.gel": "actve"}, "treatment.tubes[0].content.gel", "mean active?"),
    ({"treatment.tubes[0].content.low": "active"}, "treatment.tubes[0].content.low", "is no arm"),
    ({"treatment.tubes[0].region": "nose"}, "treatment.tubes[0].region", "is no region"),
    ({"treatment.tubes[1].number": 1}, "treatment.tubes[1].number", "'1' stands twice"),
    ({"treatment.tubes[1].day": 1}, "treatment.tubes[1].day", "day 1 already has tube 1 for scar"),
    ({"treatment.storage": STORAGE | {"minimum_celsius": 8}}, "treatment.storage.minimum_celsius",
     "must be below the maximum, 8 °C"),
    ({"simulation.conduct.temperature_excursion": 0.1},
     "simulation.conduct.temperature_excursion", "needs treatment.storage"),
    ({"allocation.strata": ["age"]}, "allocation.strata[0]", "neither site nor a choice item"),
    ({"allocation.minimise": [{"factor": "age"}]}, "allocation.minimise[0].factor",
     "neither site nor a choice item"),
    ({"allocation.minimise": [{"factor": "site"}, {"factor": "site"}]},
     "allocation.minimise[1].factor", "'site' stands twice"),
    ({"allocation.minimise": [{"factor": "site"}], "allocation.strata": ["site"]},
     "allocation.strata", "must be empty: minimisation balances its factors"),
    ({"allocation.minimise": [{"factor": "site"}], "allocation.ratio": {"gel": 2, "placebo": 1}},
     "allocation.ratio", "must be equal: minimisation is for arms of equal size"),
    ({"allocation.minimise": [{"factor": "site"}]}, "analyses[trend].method",
     "rearranges within blocks, and a minimised study has none"),
    ({"allocation.minimise": [{"factor": "skin"}],
      "forms[eligibility].groups[person].items[skin]": CHOICE | {"required": False}},
     "allocation.minimise[0].factor", "must be required and always asked"),
    ({"masking.unmasked": ["rater"]}, "masking.unmasked[0]", "among the masked roles as well"),
    (
        {"masking.masked": ["rater", "pharmacist"], "masking.unmasked": []},
        "masking.masked[1]",
        "pharmacist cannot be masked",
    ),
    ({"forms[diary].filled_by": ["sponsor"]}, "forms[diary].filled_by[0]", "records no data"),
    ({"forms[diary].signed_by": "administrator"}, "forms[diary].signed_by", "signs no data"),
    ({"sites[here].timezone": "Asia/Shanghi"}, "sites[here].timezone", "is no time zone"),
    ({"registry.start": {"date": "2024-13", "type": "ACTUAL"}}, "registry.start.date", "is no day"),
    (
        {
            "registry.start": {"date": "2024-03-02", "type": "ACTUAL"},
            "registry.completion": {"date": "2024-02", "type": "ESTIMATED"},
        },
        "registry.completion.date",
        "is before the start, 2024-03-02",
    ),
    (
        {"registry.minimum_age_years": 40, "registry.maximum_age_years": 30},
        "registry.minimum_age_years",
        "is above the maximum age, 30",
    ),
    # forms
    ({f"{SCORE}[colour].code_list": ...}, f"{SCORE}[colour]", "choice without a code list"),
    ({f"{SCORE}[colour].code_list": "levl"}, f"{SCORE}[colour].code_list", "did you mean level?"),
    ({f"{DIARY}[itch].code_list": "level"}, f"{DIARY}[itch].code_list", "belongs to a choice"),
    ({f"{DIARY}[itch_hours].minimum": 25}, f"{DIARY}[itch_hours].minimum", "above the maximum, 24"),
    ({f"{DIARY}[remark].maximum": 9}, f"{DIARY}[remark].maximum", "this item is text"),
    ({f"{DIARY}[remark].id": "list"}, f"{DIARY}[list].id", "conditions keep to themselves"),
    ({f"{DIARY}[itch_hours].when": "itchy"}, f"{DIARY}[itch_hours].when", "names 'itchy'"),
    ({f"{DIARY}[itch_hours].when": "remark"}, f"{DIARY}[itch_hours].when", "true or false"),
    ({f"{DIARY}[itch].when": "itch"}, f"{DIARY}[itch].when", "depends on the item's own answer"),
    ({f"{SCORE}[total].computed": "colour > 1"}, f"{SCORE}[total].computed", "whole number"),
    ({f"{SCORE}[total].computed": "colour +"}, f"{SCORE}[total].computed", "at character"),
    ({f"{SCORE}[total].computed": "total + 1"}, f"{SCORE}[total].computed", "from itself"),
    (
        {f"{DIARY}[remark]": {"id": "end", "label": {"en": "End"}, "type": "date",
          "computed": "1"}},
        f"{DIARY}[end].computed",
        "cannot be computed",
    ),
    (
        {"forms[diary].checks[no_zero].condition": "itch_hours > 0"},
        "forms[diary].checks[no_zero].condition",
        "no matching overload",
    ),
    ({"code_lists[level].codes[1].code": "pink"}, "code_lists[level].codes[1].code", "mixes"),
    ({"missing_reasons[0].code": 1}, "missing_reasons[0].code", "must be a word"),
    ({"forms[score].regions": ["scr"]}, "forms[score].regions[0]", "did you mean scar?"),
    ({"forms[score].regions": []}, "forms[score]", "is rated without a region"),
    ({"forms[score].filled_by": ["coordinator"]}, "forms[score].filled_by", "add rater"),
    ({"forms[score].rating.total": "sum"}, "forms[score].rating.total", "is no item of form score"),
    ({"forms[score].rating.total": "colour"}, "forms[score].rating.total", "computed number"),
    ({f"{SCORE}[height].type": "text"}, f"{SCORE}[height].type", "must be numbers"),
    (
        {"forms[score].rating.conditions[1]": {"id": "supine", "label": {"en": "Supine"}}},
        "forms[score].rating.conditions[supine].id",
        "stands twice",
    ),
    ({"forms[score].log": True}, "forms[score].log", "a rated form belongs to visits"),
    ({"forms[adverse_event].regions": ["scar"]}, "forms[adverse_event].regions", "no regions"),
    # visits
    ({"visits[month_6].forms": ["score", "diry"]}, "visits[month_6].forms[1]", "mean diary?"),
    ({"visits[month_6].forms": ["score", "adverse_event"]}, "visits[month_6].forms[1]", "log form"),
    (
        {"visits[month_1].forms": [], "visits[month_6].forms": ["score"]},
        "forms[diary]",
        "is asked at no visit",
    ),
    ({"visits[month_6].anchor": "month_7"}, "visits[month_6].anchor", "is no milestone or visit"),
    ({"visits[month_6].anchor": "month_6"}, "visits[month_6].anchor", "counted from itself"),
    ({"visits[month_1].anchor": "month_6"}, "visits[month_1].anchor", "before its anchor month_6"),
    ({"visits[month_1].id": "first_dose"}, "visits[first_dose].id", "is a milestone"),
    ({"visits[dose_2].window.before": "P2D"}, "visits[dose_2].window.before", "before the anchor"),
    ({"visits[month_6].after": "P900Y"}, "visits[month_6].after", "longer than 50 years"),
    ({"visits[dose_2].dosing_day": 3}, "visits[dose_2].dosing_day", "no tube is for day 3"),
    ({"visits[dose_2].dosing_day": 1}, "visits[dose_2].dosing_day", "is given at dose_1 already"),
    ({"visits[dose_2].dosing_day": ...}, "treatment.tubes[1].day", "no visit gives dosing day 2"),
    ({"visits[dose_2].anchor": "last_dose"}, "visits[dose_2].anchor", "not known before this dose"),
    ({"visits[dose_1].anchor": "first_dose"}, "visits[dose_1].anchor", "not known before"),
    ({"visits[dose_1].anchor": "screening"}, "visits[dose_1].anchor", "not from screening"),
    # the plan
    ({"eligibility.form": "eligible"}, "eligibility.form", "did you mean eligibility?"),
    ({"eligibility.form": "score"}, "eligibility.form", "must be a plain form"),
    (
        {"visits[screening_visit].forms": [], "visits[dose_1].forms": ["eligibility"]},
        "eligibility.form",
        "only after randomisation",
    ),
    (
        {"eligibility.criteria[adult].condition": "age + 18"},
        "eligibility.criteria[adult].condition",
        "true or false is needed",
    ),
    ({"endpoints[score_6].variable": "scor.total"}, "endpoints[score_6].variable", "mean score?"),
    ({"endpoints[score_6].variable": "score.totl"}, "endpoints[score_6].variable", "mean total?"),
    ({"endpoints[score_6].variable": "diary.remark"}, "endpoints[score_6].variable", "is text"),
    (
        {"endpoints[score_6].variable": "adverse_event.severity"},
        "endpoints[score_6].variable",
        "is a log form",
    ),
    (
        {"endpoints[score_6].variable": "diary.itch", "endpoints[score_6].region": ...},
        "endpoints[score_6].aggregation",
        "needs numbers",
    ),
    ({"endpoints[score_6].region": ...}, "endpoints[score_6]", "lacks `region` or"),
    ({"endpoints[score_6].region": "nose"}, "endpoints[score_6].region", "is filled for scar"),
    (
        {"endpoints[score_6].within_person": ["scar", "scar"], "endpoints[score_6].region": ...},
        "endpoints[score_6].within_person",
        "contrasts a region with itself",
    ),
    ({"endpoints[score_6].time_point": "dose_1"}, "endpoints[score_6].time_point", "not asked at"),
    ({"endpoints[score_6].time_point": "year_1"}, "endpoints[score_6].time_point", "is no visit"),
    ({"endpoints[score_6].metric": "change_from_baseline"}, "endpoints[score_6]", "without `base"),
    ({"endpoints[score_6].baseline": "month_1"}, "endpoints[score_6].baseline", "is not used by"),
    (
        {"endpoints[score_6].metric": "change_from_baseline",
         "endpoints[score_6].baseline": "month_6"},
        "endpoints[score_6].baseline",
        "does not come before",
    ),
    (
        {"endpoints[score_6].metric": "change_from_baseline",
         "endpoints[score_6].baseline": "dose_1"},
        "endpoints[score_6].baseline",
        "score is not asked at dose_1",
    ),
    (
        {"endpoints[score_6].metric": "change_from_baseline",
         "endpoints[score_6].baseline": "month_0"},
        "endpoints[score_6].baseline",
        "did you mean month_",
    ),
    (
        {"endpoints[score_6].metric": "change_from_baseline",
         "endpoints[score_6].baseline": "month_1", "endpoints[score_6].aggregation": "proportion",
         "endpoints[score_6].variable": "diary.itch", "endpoints[score_6].region": ...},
        "endpoints[score_6].metric",
        "needs numbers, and diary.itch is boolean",
    ),
    ({"endpoints[score_6].aggregation": "proportion"}, "endpoints[score_6].aggregation", "yes or"),
    ({"endpoints[score_6].role": "secondary"}, "endpoints", "has no primary endpoint"),
    ({"intercurrent_events[scar_treated].form": "diary"}, "intercurrent_events[scar_treated].form",
     "is not a log form"),
    ({"intercurrent_events[scar_treated].condition": "term"},
     "intercurrent_events[scar_treated].condition", "true or false"),
    ({"estimands[score_effect].strategies": {}}, "estimands[score_effect].strategies", "no strat"),
    (
        {"estimands[score_effect].strategies.death": "composite"},
        "estimands[score_effect].strategies.death",
        "is no intercurrent event",
    ),
    ({"estimands[score_effect].endpoint": "x"}, "estimands[score_effect].endpoint", "no endpoint"),
    ({"estimands[score_effect].population": "safety"}, "analyses[trend].estimand", "about safety"),
    ({"estimands[score_effect].population": "all"}, "estimands[score_effect].population", "is no "),
    ({"analyses[trend].endpoint": "score_7"}, "analyses[trend].endpoint", "did you mean score_6?"),
    ({"analyses[trend].population": "everyone"}, "analyses[trend].population", "is no population"),
    ({"analyses[trend].estimand": "effect"}, "analyses[trend].estimand", "is no estimand"),
    ({"analyses[trend].significance": 0}, "analyses[trend].significance", "between 0 and 1"),
    ({"analyses[trend].reference_arm": "gel"}, "analyses[trend].reference_arm", "is not used"),
    ({"analyses[trend].role": "secondary"}, "analyses", "has no primary analysis"),
    ({"analyses[difference].role": "primary"}, "analyses[difference].role", "is a second primary"),
    ({"analyses[difference].reference_arm": ...}, "analyses[difference]", "no `reference_arm`"),
    ({"analyses[difference].reference_arm": "x"}, "analyses[difference].reference_arm", "no arm"),
    ({"treatment.contents[active].dose": 0}, "analyses[trend].method", "two different planned"),
    (
        {"analyses[trend].method": "within_person_exact_in_blocks"},
        "analyses[trend].method",
        "has no `within_person`",
    ),
    ({"safety.form": "diary"}, "safety.form", "is not a log form"),
    ({"safety.term": "terms"}, "safety.term", "did you mean term?"),
    ({"safety.onset": "term"}, "safety.onset", "must be date or partial_date"),
    # the simulation
    ({"simulation.nature.rating_form": "diary"}, "simulation.nature.rating_form", "not a rated"),
    (
        {"simulation.nature.mean_by_dose": [[0, 3], [1, 1]]},
        "simulation.nature.mean_by_dose",
        "does not reach the planned dose of gel in scar, 2",
    ),
    (
        {"simulation.nature.mean_by_dose": [[2, 3], [0, 1]]},
        "simulation.nature.mean_by_dose[1]",
        "must ascend",
    ),
    (
        {"simulation.nature.mean_by_dose": [[0, 9], [2, 1]]},
        "simulation.nature.mean_by_dose[0]",
        "outside the range of total",
    ),
    ({"simulation.answers.wage": {"constant": 1}}, "simulation.answers.wage", "did you mean age?"),
    ({"simulation.answers.age": {}}, "simulation.answers.age", "exactly one of"),
    ({"simulation.answers.age": {"constant": "x"}}, "simulation.answers.age.constant", "no answer"),
    (
        {"simulation.answers.keloid": {"shares": {"true": 0.5, "false": 0.4}}},
        "simulation.answers.keloid.shares",
        "add up to 0.9",
    ),
    (
        {"simulation.answers.keloid": {"shares": {"true": 0.5, "maybe": 0.5}}},
        "simulation.answers.keloid.shares.maybe",
        "is no answer to keloid",
    ),
    ({"simulation.answers.keloid": {"normal": [1, 1]}}, "simulation.answers.keloid.normal", "need"),
    ({"simulation.answers.age": {"normal": [1, -1]}}, "simulation.answers.age.normal[1]", "negati"),
    ({"simulation.answers.total": {"constant": 3}}, "simulation.answers.total", "is computed"),
    ({"simulation.events.diary": {}}, "simulation.events.diary", "is no log form"),
    (
        {"simulation.events.adverse_event.cause": {"constant": "x"}},
        "simulation.events.adverse_event.cause",
        "is no item of form adverse_event",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "field", "words"), TINY)
def test_a_contradiction_is_named_by_its_field_and_line(said, changes, field, words):
    why, line = said("tiny", changes)[field]
    assert words in why
    assert field.endswith("]") or f'"{field.rpartition(".")[2]}"' in line
    assert "\n" not in why


def test_consent_versions_ascend(said):
    versions = {"consent.versions[1].since": "2025-01-15"}
    assert "must be later than" in said("split", versions)["consent.versions[1].since"][0]
    again = {"consent.versions[1].version": "1.0"}
    assert "stands twice" in said("split", again)["consent.versions[1].version"][0]


def test_several_choices_need_a_code_list_of_words(said):
    item = "forms[adverse_event].groups[event].items[severity]"
    why, _ = said("split", {f"{item}.type": "choices"})[f"{item}.code_list"]
    assert "needs" not in why
    assert "need a code list of words" in why


def test_regions_of_a_contrast_are_those_of_the_form(said):
    field = "endpoints[observer_12].within_person"
    why, _ = said("split", {field: ["left_half", "middle"]})[field]
    assert why == "names 'middle', but posas_observer is filled for left_half, right_half"
    both = {"endpoints[observer_12].region": "left_half"}
    assert "stands beside" in said("split", both)["endpoints[observer_12].region"][0]


def test_an_analysis_is_about_the_endpoint_of_its_estimand(said):
    changes = {"analyses[patient_contrast].estimand": "observer_12_primary"}
    why, _ = said("split", changes)["analyses[patient_contrast].estimand"]
    assert why == "is about observer_12, and the analysis about patient_12"


def test_a_second_primary_endpoint_is_refused(said):
    changes = {"endpoints[patient_12].role": "primary"}
    why, _ = said("split", changes)["endpoints[patient_12].role"]
    assert "is a second primary endpoint beside observer_12" in why
    only = {"analyses[observer_contrast].endpoint": "patient_12"}
    why, _ = said("split", only)["analyses[observer_contrast].endpoint"]
    assert "not the primary endpoint" in why


def test_a_choice_of_words_has_no_mean_and_no_method(said):
    changes = {"endpoints[score_6].variable": "diary.itch", "endpoints[score_6].region": ...}
    assert "needs numbers" in said("tiny", changes)["analyses[trend].method"][0]


def test_three_arms_need_three_shares(said):
    why, _ = said("reference", {"allocation.ratio.high": ...})["allocation.ratio"]
    assert why == "says nothing of the arm high; give every arm its share"


@pytest.mark.parametrize("optional", [{"required": False}, {"when": "keloid"}])
def test_a_stratum_is_asked_of_everyone(said, optional):
    item = {"id": "skin", "label": {"en": "Skin"}, "type": "choice", "code_list": "level"}
    changes = {
        "forms[eligibility].groups[person].items[skin]": item | optional,
        "allocation.strata": ["skin"],
    }
    why, _ = said("tiny", changes)["allocation.strata[0]"]
    assert "must be required and always asked" in why


@pytest.mark.parametrize("after", ["P0D", "P1D"])
def test_a_dose_comes_after_those_of_earlier_days(said, after):
    changes = {"visits[dose_1].after": "P1D", "visits[dose_2].anchor": "randomisation"}
    why, _ = said("tiny", changes | {"visits[dose_2].after": after})["visits[dose_2].after"]
    assert why == "day 2 comes no later than day 1, given at dose_1"
