"""The scales of the study files are the published ones: same items, same words, same totals."""

from itertools import product
from pathlib import Path

import pytest

from cicatrix.measures import posas, satisfaction, vancouver
from cicatrix.trial.conditions import compute
from cicatrix.trial.reading import read_study

STUDIES = Path(__file__).parents[2] / "studies"
SCAR_TRIALS = ("NCT02772289", "NCT04034615")
VANCOUVER_WORDS = {
    "vascularity": vancouver.VASCULARITY,
    "pigmentation": vancouver.PIGMENTATION,
    "height": vancouver.HEIGHT,
    "pliability": vancouver.PLIABILITY,
}


def study(name):
    path = STUDIES / f"{name}.yaml"
    return read_study(path.read_bytes(), file=path.name)


def words_of(found, item):
    return {code.code: code.label["en"] for code in found.codes[item.code_list].codes}


@pytest.mark.parametrize("name", SCAR_TRIALS)
def test_every_vancouver_total_of_a_study_file_is_the_scales(name):
    found = study(name)
    form = found.form["vss"]
    ranges = [range(item.low, item.high + 1) for item in vancouver.VANCOUVER.items]
    for scores in product(*ranges):
        values = dict(zip(VANCOUVER_WORDS, scores, strict=True))
        total = compute(form, found.codes, values)["total"].value
        assert total == vancouver.total(**values).total, values


@pytest.mark.parametrize("name", SCAR_TRIALS)
def test_every_vancouver_score_but_a_height_has_the_scales_word(name):
    found = study(name)
    for item, words in VANCOUVER_WORDS.items():
        shown = words_of(found, found.form["vss"].items[item])
        assert sorted(shown) == list(range(len(words)))
        # A height is worded for the screen: which side of a boundary belongs to it is said there.
        if item != "height":
            named = [text.lower().partition(":")[0] for text in shown.values()]
            assert named == list(words)


@pytest.mark.parametrize(
    ("form", "total", "scale", "add"),
    [
        ("posas_observer", "total", posas.OBSERVER, posas.observer_total),
        ("posas_patient", "patient_total", posas.PATIENT, posas.patient_total),
    ],
)
def test_a_posas_total_counts_each_of_the_six_items_once(form, total, scale, add):
    found = study("SPLIT-SCAR")
    asked = [item for item in found.form[form].items.values() if item.maximum == 10]
    asked = [item for item in asked if item.computed is None][: len(scale.items)]
    for raised in range(len(scale.items)):
        scores = [10 if place == raised else 1 for place in range(len(scale.items))]
        answers = {item.id: score for item, score in zip(asked, scores, strict=True)}
        named = {item.name: score for item, score in zip(scale.items, scores, strict=True)}
        assert compute(found.form[form], found.codes, answers)[total].value == add(named).total


@pytest.mark.parametrize("name", SCAR_TRIALS)
def test_the_words_of_satisfaction_are_ranked_as_the_study_file_codes_them(name):
    found = study(name)
    shown = words_of(found, found.form["satisfaction"].items["satisfaction"])
    assert [satisfaction.rank(text) for text in shown.values()] == list(range(len(shown)))
