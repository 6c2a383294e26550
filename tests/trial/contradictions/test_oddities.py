"""Oddities: what is worth saying about a study is a warning, never a refusal."""

import json

import pytest

from cicatrix.trial.reading import check_study

VISIT = {"id": "late", "label": {"en": "Late"}, "anchor": "last_dose", "after": "P7M",
         "window": {"before": "P0D", "after": "P0D"}}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"allocation.planned": 5}, "allocation.planned", "the sites plan 4 together"),
        ({"allocation.planned": 5}, "allocation.planned", "no multiple of the ratio's 2 parts"),
        ({"allocation.strata": ["site"]}, "allocation.strata", "there is one site"),
        ({"interventions[gel].arms": ["gel"]}, "arms[placebo]", "receives no intervention"),
        ({"treatment.tubes[0].content.gel": "plain", "treatment.tubes[1].content.gel": "plain",
          "analyses[trend].method": "difference_from_reference",
          "analyses[trend].reference_arm": "placebo"},
         "treatment.contents[active]", "is in no tube"),
        ({"treatment.tubes[0].content.gel": "plain", "treatment.tubes[1].content.gel": "plain",
          "analyses[trend].method": "difference_from_reference",
          "analyses[trend].reference_arm": "placebo"},
         "arms[placebo]", "receives the same tubes"),
        ({"code_lists[new]": {"id": "new", "codes": [{"code": 1, "label": {"en": "One"}}]}},
         "code_lists[new]", "is used by no item"),
        ({"visits[late]": VISIT}, "visits[late]", "asks nothing and gives nothing"),
        ({"simulation.answers.age": ...}, "simulation.answers", "has no assumed answer to age"),
        ({"simulation.events.adverse_event.term": ...}, "simulation.events.adverse_event",
         "has no assumed answer to term"),
        ({"registry.start": {"date": "2024-01", "type": "ACTUAL"},
          "registry.completion": {"date": "2025-01", "type": "ESTIMATED"}},
         "registry.start", "partly actual, partly estimated"),
        ({"registry.start": {"date": "2024-01", "type": "ESTIMATED"},
          "registry.primary_completion": {"date": "2024-06", "type": "ESTIMATED"}},
         "registry.primary_completion", "before anyone who starts on 2024-01"),
    ],
)  # fmt: skip
def test_an_oddity_is_a_warning_and_stops_nobody(edited, changes, field, words):
    reading = check_study(json.dumps(edited("tiny", changes), indent=1), file="study.yaml")
    assert reading.problems == ()
    assert any(w.field == field and words in w.why for w in reading.warnings)


def test_a_study_without_a_simulation_is_complete(edited):
    reading = check_study(json.dumps(edited("tiny", {"simulation": ...})), file="study.yaml")
    assert (reading.problems, reading.warnings) == ((), ())


def test_the_tiny_study_has_nothing_odd(edited):
    assert check_study(json.dumps(edited("tiny", {})), file="tiny").warnings == ()
