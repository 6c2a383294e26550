"""When an item is asked, in words."""

import pytest

from cicatrix.trial.forms import Item
from cicatrix.web.forms.only_if import only_if
from world import load

STUDY = load("NCT04034615")


def said(form: str, name: str, when: str | None = None) -> str:
    asked = STUDY.form[form].items[name]
    if when is not None:
        asked = Item.model_validate({**asked.model_dump(), "when": when})
    return only_if(asked, STUDY.form[form], STUDY.codes)


@pytest.mark.parametrize(
    ("form", "name", "words"),
    [
        ("photograph", "colour_card", "Only if “A photograph was taken” is yes."),
        ("photograph", "not_taken_because", "Only if “A photograph was taken” is no."),
        (
            "adverse_event",
            "end",
            "Only if “Outcome” is one of: Recovered, Recovered with sequelae and Fatal.",
        ),
        ("adverse_event", "term", ""),
    ],
)
def test_the_simple_conditions_of_study_files_are_said_in_words(form, name, words):
    assert said(form, name) == words


def test_one_answer_is_named():
    assert (
        said("adverse_event", "end", 'outcome == "fatal"') == "Only if “Outcome” is one of: Fatal."
    )


def test_of_any_other_condition_the_items_are_named():
    words = said("adverse_event", "end", "serious || severity >= 2")
    assert words == "Only with some answers to: Severity and Serious."
