"""Conditions in the questions' own words."""

import pytest

from cicatrix.web.pages.study.spelled import spelled
from clinic import plan_of


@pytest.mark.parametrize(
    ("form", "condition", "words"),
    [
        (
            "eligibility",
            "!caesarean || gestation_weeks >= 24",
            "“Delivery by caesarean section” = no or “Gestation, completed weeks” ≥ 24",
        ),
        (
            "vss",
            "!(height == 0 && pliability == 5)",
            "not (“Height” = 0 (Flat) and “Pliability” = 5 (Contracture: permanent shortening))",
        ),
        (
            "adverse_event",
            'outcome in ["recovered", "fatal"] && serious',
            "“Outcome” is one of [recovered (Recovered), fatal (Fatal)] and “Serious” = yes",
        ),
        (
            "adverse_event",
            "end >= onset || onset.startsWith(end)",
            "“Last day, as far as known” ≥ “First day” or "
            "“First day” starts with “Last day, as far as known”",
        ),
        (
            "demography",
            "weight_kg * 10000.0 / (height_cm * height_cm)",
            "“Weight” × 10000 ÷ (“Height” × “Height”)",
        ),
        ("adverse_event", "serious == true", "“Serious” = yes"),
        ("adverse_event", 'term == "and"', '“What happened” = "and"'),
    ],
)
def test_a_condition_is_spelled_in_the_questions_own_words(form, condition, words):
    study = plan_of("NCT04034615")
    assert spelled(condition, study.form[form], study.codes) == words
