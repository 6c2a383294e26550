from datetime import date

import numpy as np
import pytest

from cicatrix.simulation.answers import answer, answer_eligibility, fill, would_enrol
from cicatrix.trial.assumed import Answer
from cicatrix.trial.checks import check_values, lacking
from cicatrix.trial.errors import Refused
from cicatrix.trial.forms import Item
from cicatrix.trial.participant import FormData

from .conftest import EVERY_STUDY, REFERENCE, TINY, study_of

DAY = date(2024, 3, 9)


def item_of(**particulars):
    return Item(id="asked", label={"en": "Asked"}, **particulars)


@pytest.mark.parametrize("path", EVERY_STUDY, ids=lambda path: path.stem)
@pytest.mark.parametrize("hinted", [True, False])
def test_every_form_of_every_study_is_filled_so_that_it_is_accepted_and_complete(path, hinted):
    study, rng = study_of(path), np.random.default_rng(1)
    for form in study.forms:
        events = study.simulation.events.get(form.id, {})
        hints = {**study.simulation.answers, **events} if hinted else {}
        for _ in range(20):
            filled = fill(study, form, hints, rng=rng, on=DAY)
            findings = check_values(form, study.codes, filled.values, filled.values)
            assert [finding for finding in findings if finding.hard] == []
            data = FormData(study.version, dict(filled.values), dict(filled.missing))
            assert lacking(form, study.codes, data) == ()
            assert not any(form.items[name].computed for name in filled.values)


def test_an_item_whose_condition_does_not_hold_is_not_answered():
    study, rng = study_of(TINY), np.random.default_rng(2)
    for itch in (True, False):
        filled = fill(study, study.form["diary"], {}, rng=rng, fixed={"itch": itch}, on=DAY)
        assert ("itch_hours" in filled.values) is itch


def test_a_share_of_answers_is_left_out_with_a_reason_of_the_study():
    study, rng = study_of(TINY), np.random.default_rng(3)
    filled = fill(study, study.form["eligibility"], {}, rng=rng, on=DAY, left_out=1.0)
    assert filled.values == {}
    assert set(filled.missing) == {"age", "keloid"}
    assert set(filled.missing.values()) <= {code.code for code in study.missing_reasons}


def test_a_form_that_accepts_no_answer_is_named_in_one_sentence():
    study = study_of(TINY)
    hints = {"itch": Answer(constant=True), "itch_hours": Answer(constant=0)}
    with pytest.raises(Refused, match=r"Form diary refuses every answer .*\(no_zero\)"):
        fill(study, study.form["diary"], hints, rng=np.random.default_rng(4), on=DAY)


@pytest.mark.parametrize(
    ("particulars", "kind"),
    [
        ({"type": "integer", "minimum": 3, "maximum": 5}, int),
        ({"type": "integer"}, int),
        ({"type": "decimal", "minimum": 0.5}, (int, float)),
        ({"type": "text"}, str),
        ({"type": "boolean"}, bool),
    ],
)
def test_an_answer_without_a_hint_has_the_type_and_range_of_its_item(particulars, kind):
    item, rng = item_of(**particulars), np.random.default_rng(5)
    for _ in range(200):
        drawn = answer(study_of(TINY), item, None, rng=rng, on=DAY)
        assert isinstance(drawn, kind)
        if item.minimum is not None:
            assert drawn >= item.minimum
        if item.maximum is not None:
            assert drawn <= item.maximum


def test_a_hint_of_shares_is_drawn_in_its_proportions_and_with_its_type():
    hint, rng = Answer(shares={"true": 0.2, "false": 0.8}), np.random.default_rng(6)
    item = item_of(type="boolean")
    drawn = [answer(study_of(TINY), item, hint, rng=rng, on=DAY) for _ in range(2000)]
    assert set(map(type, drawn)) == {bool}
    assert np.mean(drawn) == pytest.approx(0.2, abs=0.03)


def test_most_people_meet_the_criteria_and_some_do_not():
    study = study_of(REFERENCE)
    met = [
        would_enrol(study, answer_eligibility(study, rng=np.random.default_rng(seed)))
        for seed in range(300)
    ]
    assert 0.5 < np.mean(met) < 0.98


def test_criteria_without_hints_are_met_nearly_always_so_that_a_bare_study_can_be_rehearsed():
    study = study_of(REFERENCE)
    bare = study.model_copy(
        update={"simulation": study.simulation.model_copy(update={"answers": {}})}
    )
    met = [
        would_enrol(bare, answer_eligibility(bare, rng=np.random.default_rng(seed)))
        for seed in range(60)
    ]
    assert 0.5 < np.mean(met) < 1.0
