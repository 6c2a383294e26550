import pytest

from cicatrix.measures import posas
from cicatrix.measures.scales import Score


@pytest.mark.parametrize(
    ("scale", "total"),
    [(posas.OBSERVER, posas.observer_total), (posas.PATIENT, posas.patient_total)],
)
def test_each_scale_has_six_items_and_runs_from_6_to_60(scale, total):
    names = [item.name for item in scale.items]
    assert len(names) == 6
    assert scale.range == (6, 60)
    assert total(dict.fromkeys(names, 1)).total == 6
    assert total(dict.fromkeys(names, 10)).total == 60


def test_a_score_of_zero_does_not_exist():
    names = [item.name for item in posas.PATIENT.items]
    score = posas.patient_total(dict.fromkeys(names, 1) | {"itch": 0})
    assert score == Score(None, "out_of_range", ("itch",))


def test_the_overall_opinion_belongs_to_no_total():
    with pytest.raises(ValueError, match="has no item 'overall_opinion'"):
        posas.patient_total({"overall_opinion": 5})
