"""A word for every choice that a study file can make."""

from typing import get_args

import pytest

from cicatrix.trial.forms import Item
from cicatrix.trial.part import Part
from cicatrix.trial.plan import Endpoint, Estimand, PlannedAnalysis, Population
from cicatrix.trial.study import Arm, Intervention, Official, Registry
from cicatrix.web.pages.study import terms


def choices(part: type[Part], field: str) -> tuple[str, ...]:
    annotation = part.model_fields[field].annotation
    inner = get_args(annotation)
    return get_args(inner[0]) if inner and get_args(inner[0]) else inner


@pytest.mark.parametrize(
    ("words", "part", "field"),
    [
        (terms.ARM_TYPE, Arm, "type"),
        (terms.INTERVENTION_TYPE, Intervention, "type"),
        (terms.PHASE, Registry, "phase"),
        (terms.PURPOSE, Registry, "primary_purpose"),
        (terms.MODEL, Registry, "intervention_model"),
        (terms.SEX, Registry, "sex"),
        (terms.PARTY, Registry, "responsible_party"),
        (terms.OFFICIAL, Official, "role"),
        (terms.ENDPOINT_ROLE, Endpoint, "role"),
        (terms.METRIC, Endpoint, "metric"),
        (terms.AGGREGATION, Endpoint, "aggregation"),
        (terms.RULE, Population, "requires"),
        (terms.ANALYSIS_ROLE, PlannedAnalysis, "role"),
        (terms.METHOD, PlannedAnalysis, "method"),
        (terms.ITEM_TYPE, Item, "type"),
    ],
)
def test_every_choice_of_the_study_s_parts_has_a_word(words, part, field):
    assert set(words) == set(choices(part, field))


def test_every_strategy_for_an_intercurrent_event_has_a_word():
    strategies = get_args(get_args(Estimand.model_fields["strategies"].annotation)[1])
    assert set(terms.STRATEGY) == set(strategies)
